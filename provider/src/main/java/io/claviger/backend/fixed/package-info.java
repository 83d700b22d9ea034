/**
 * The {@code Static} backend: one key that the starter of the process hands over.
 *
 * <p>Internal, found through {@code ServiceLoader}. May use: kms, config, engine, format, keyring.
 */
@NullMarked
package io.claviger.backend.fixed;

import org.jspecify.annotations.NullMarked;
