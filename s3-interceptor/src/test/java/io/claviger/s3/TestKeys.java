package io.claviger.s3;

import io.claviger.jca.ClavigerProvider;

/** Keys for tests, in memory. */
final class TestKeys {
  static final String KEY = "key-1";
  static final String OTHER_KEY = "key-2";

  private static final ClavigerProvider PROVIDER = new ClavigerProvider();

  private TestKeys() {}

  static ClavigerProvider provider() {
    return PROVIDER;
  }

  static ClavigerInterceptorBuilder interceptor() {
    return ClavigerInterceptor.builder().provider(provider()).keyId(KEY);
  }
}
