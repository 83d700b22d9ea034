/**
 * The nouns of key management and the contract of a backend: keys, data keys, contexts, requests,
 * errors.
 *
 * <p>API. May use: engine, format.
 */
@NullMarked
package io.claviger.kms;

import org.jspecify.annotations.NullMarked;
