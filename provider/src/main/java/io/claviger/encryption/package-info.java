/**
 * Sealing and opening of object streams and ranges; keys come through the services of {@code jca}.
 *
 * <p>May use: jca, service, kms, format, floe.
 */
@NullMarked
package io.claviger.encryption;

import org.jspecify.annotations.NullMarked;
