/**
 * Every byte we store or read back: preamble, envelope, sizes and offsets, canonical context, key
 * wrap. The normative text is {@code docs/format.md}.
 *
 * <p>Internal, not API. No I/O, no keys from a KMS, no S3. May use: floe, engine.
 */
@NullMarked
package io.claviger.format;

import org.jspecify.annotations.NullMarked;
