/**
 * The {@code local} backend.
 *
 * <p>Internal, found through {@code ServiceLoader}. May use: kms, config, engine, format.
 */
@NullMarked
package io.claviger.backend.local;

import org.jspecify.annotations.NullMarked;
