package io.claviger.s3;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** An SSE-C key as callers send it. */
record CustomersKey(String key, String md5) {
  static CustomersKey of(int fill) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) fill);
    try {
      byte[] md5 = MessageDigest.getInstance("MD5").digest(key);
      return new CustomersKey(
          Base64.getEncoder().encodeToString(key), Base64.getEncoder().encodeToString(md5));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  void put(PutObjectRequest.Builder b) {
    b.sseCustomerAlgorithm("AES256").sseCustomerKey(key).sseCustomerKeyMD5(md5);
  }

  void get(GetObjectRequest.Builder b) {
    b.sseCustomerAlgorithm("AES256").sseCustomerKey(key).sseCustomerKeyMD5(md5);
  }
}
