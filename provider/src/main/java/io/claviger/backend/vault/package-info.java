/**
 * The {@code VaultKV2} backend: keys in Vault's KV engine, version 2. Also what it shares with
 * {@code transit}: login ({@code TokenRenewal}), requests ({@code VaultHttp}), the calls of both
 * engines.
 *
 * <p>Internal, found through {@code ServiceLoader}. May use: kms, config, engine, format, keyring.
 */
@NullMarked
package io.claviger.backend.vault;

import org.jspecify.annotations.NullMarked;
