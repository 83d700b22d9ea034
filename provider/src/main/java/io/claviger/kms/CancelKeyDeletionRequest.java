package io.claviger.kms;

/**
 * Asks to take a scheduled deletion back; the key returns to the state before.
 *
 * @param keyId the key
 */
public record CancelKeyDeletionRequest(String keyId) {}
