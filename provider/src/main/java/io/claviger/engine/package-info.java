/**
 * Raw cryptography: the only calls of {@code Cipher.getInstance} and {@code Mac.getInstance} for
 * raw algorithms, HKDF and random bytes.
 *
 * <p>Internal, not API. Knows no format, no key service and no S3. May use: nothing of this
 * project.
 */
@NullMarked
package io.claviger.engine;

import org.jspecify.annotations.NullMarked;
