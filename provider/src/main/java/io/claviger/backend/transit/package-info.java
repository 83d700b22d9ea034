/**
 * The {@code VaultTransit} backend: keys in Vault's Transit engine, which never leave Vault, their
 * metadata in KV.
 *
 * <p>Internal, found through {@code ServiceLoader}. May use: kms, config, engine, format, keyring,
 * backend.vault (login, requests, the calls of both engines).
 */
@NullMarked
package io.claviger.backend.transit;

import org.jspecify.annotations.NullMarked;
