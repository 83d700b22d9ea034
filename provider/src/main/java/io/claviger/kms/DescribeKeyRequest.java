package io.claviger.kms;

/**
 * Asks for a key's metadata.
 *
 * @param keyId the key
 */
public record DescribeKeyRequest(String keyId) {}
