/**
 * The {@code java.security.Provider}: KMS keys as ordinary Java keys.
 *
 * <p>API: the provider, keys and parameter specs. SPI classes are package-private. May use:
 * service, kms, config, engine, format.
 */
@NullMarked
package io.claviger.jca;

import org.jspecify.annotations.NullMarked;
