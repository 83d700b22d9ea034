/**
 * The {@code fixed} backend.
 *
 * <p>Internal, found through {@code ServiceLoader}. May use: kms, config, engine, format.
 */
@NullMarked
package io.claviger.backend.fixed;

import org.jspecify.annotations.NullMarked;
