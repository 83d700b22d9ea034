/**
 * Key records and their rules, shared by the backends that hold key material in this process: the
 * state machine, versions, wrapping of blobs. Where records are kept is the backend's affair.
 *
 * <p>Internal. No I/O. May use: kms, format, engine.
 */
@NullMarked
package io.claviger.backend.keyring;

import org.jspecify.annotations.NullMarked;
