package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.KmsException;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.service.KmsServiceManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** Keys that are not to be had, and the client that this version does not serve. */
class KeysAndClientsTest {
  private final TinyStore store = new TinyStore();

  @AfterEach
  void stop() {
    store.close();
  }

  @Test
  void withoutKeysNothingIsSentAndNothingIsRead() {
    KmsServiceManager service = KmsServiceManager.running(MemoryBackend.create(), TestKeys.KEY);
    service.manager().createKey(TestKeys.KEY);
    ClavigerInterceptor interceptor =
        ClavigerInterceptor.builder().provider(new ClavigerProvider(service)).build();
    try (S3Client s3 = Clients.with(store.endpoint(), interceptor)) {
      s3.putObject(b -> b.bucket("b").key("k"), RequestBody.fromString("text"));
      service.stop();
      int before = store.requests.size();
      ClavigerS3Exception put =
          catchThrowableOfType(
              ClavigerS3Exception.class,
              () -> s3.putObject(b -> b.bucket("b").key("k"), RequestBody.fromString("other")));
      assertThat(put.failure()).isEqualTo(Failure.KEYS);
      assertThat(put).hasCauseInstanceOf(KmsException.class);
      assertThat(store.requests).hasSize(before);
      ClavigerS3Exception get =
          catchThrowableOfType(
              ClavigerS3Exception.class, () -> s3.getObjectAsBytes(b -> b.bucket("b").key("k")));
      assertThat(get.failure()).isEqualTo(Failure.KEYS);
      assertThat(store.count("GET")).isEqualTo(1);
    }
  }

  @Test
  void anotherKeyDoesNotOpen() {
    try (S3Client s3 = Clients.with(store.endpoint(), TestKeys.interceptor().build())) {
      s3.putObject(b -> b.bucket("b").key("k"), RequestBody.fromString("text"));
    }
    KmsServiceManager strangers = KmsServiceManager.running(MemoryBackend.create(), TestKeys.KEY);
    strangers.manager().createKey(TestKeys.KEY);
    ClavigerInterceptor interceptor =
        ClavigerInterceptor.builder().provider(new ClavigerProvider(strangers)).build();
    try (S3Client s3 = Clients.with(store.endpoint(), interceptor)) {
      ClavigerS3Exception e =
          catchThrowableOfType(
              ClavigerS3Exception.class, () -> s3.getObjectAsBytes(b -> b.bucket("b").key("k")));
      assertThat(e).isNotNull();
      assertThat(store.count("GET")).isEqualTo(1);
    }
  }
}
