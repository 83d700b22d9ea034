package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.config.KmsConfig;
import io.claviger.jca.ClavigerProvider;
import io.claviger.service.KmsServiceManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** The sample of README.md, line by line. */
class ReadmeSampleTest {
  @Test
  void compilesAndRuns() throws Exception {
    KmsServiceManager kms =
        KmsServiceManager.init(KmsConfig.fromJson("{\"backend_type\":\"memory\"}"));
    kms.start();
    kms.manager().createKey("orders");
    ClavigerProvider provider = new ClavigerProvider(kms);
    S3Client s3 =
        S3Client.builder()
            .region(Region.US_EAST_1)
            .overrideConfiguration(
                o ->
                    o.addExecutionInterceptor(
                        ClavigerInterceptor.builder().provider(provider).keyId("orders").build()))
            .build();
    s3.close();
    SecretKey key = provider.key("orders");
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", provider);
    cipher.init(Cipher.ENCRYPT_MODE, key);
    assertThat(cipher.doFinal(new byte[3])).hasSize(19);
  }

  @Test
  void theSampleIsTheOneOfTheReadme() throws IOException {
    String readme = Files.readString(Path.of("../README.md"));
    assertThat(readme)
        .contains("KmsServiceManager kms = KmsServiceManager.init(KmsConfig.fromEnvironment());")
        .contains("kms.start();")
        .contains("ClavigerProvider provider = new ClavigerProvider(kms);")
        .contains("ClavigerInterceptor.builder().provider(provider).keyId(\"orders\").build()")
        .contains("SecretKey key = provider.key(\"orders\");")
        .contains("Cipher cipher = Cipher.getInstance(\"AES/GCM/NoPadding\", provider);")
        .contains("cipher.init(Cipher.ENCRYPT_MODE, key);");
  }
}
