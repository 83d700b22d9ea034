/**
 * The {@code memory} backend.
 *
 * <p>Internal, found through {@code ServiceLoader}. May use: kms, config, engine, format.
 */
@NullMarked
package io.claviger.backend.memory;

import org.jspecify.annotations.NullMarked;
