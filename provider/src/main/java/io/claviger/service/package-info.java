/**
 * Life cycle and policy over one backend: configure, start, swap, retry, cache, audit.
 *
 * <p>API. Meets backends through {@code KmsBackend} and {@code KmsBackendFactory} only, never by
 * name. May use: kms, config.
 */
@NullMarked
package io.claviger.service;

import org.jspecify.annotations.NullMarked;
