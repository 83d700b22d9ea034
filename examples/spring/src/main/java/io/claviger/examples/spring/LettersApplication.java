package io.claviger.examples.spring;

import io.awspring.cloud.autoconfigure.s3.S3ClientCustomizer;
import io.awspring.cloud.s3.S3Template;
import io.claviger.config.KmsConfig;
import io.claviger.jca.ClavigerProvider;
import io.claviger.s3.ClavigerInterceptor;
import io.claviger.service.KmsServiceManager;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** Stores a letter, sealed, and reads it back. */
@SpringBootApplication
public class LettersApplication {
  public static void main(String[] args) {
    SpringApplication.run(LettersApplication.class, args).close(); // a server would stay open
  }

  @Bean(destroyMethod = "stop")
  KmsServiceManager keys() {
    KmsServiceManager keys = KmsServiceManager.init(KmsConfig.fromEnvironment());
    keys.start();
    keys.manager().ensureKey("letters");
    return keys;
  }

  @Bean
  S3ClientCustomizer sealing(KmsServiceManager keys) {
    ClavigerInterceptor sealing =
        ClavigerInterceptor.builder().provider(new ClavigerProvider(keys)).keyId("letters").build();
    return client ->
        client.overrideConfiguration(
            client.overrideConfiguration().copy(o -> o.addExecutionInterceptor(sealing)));
  }

  @Bean
  CommandLineRunner letter(S3Template s3) {
    return args -> {
      byte[] letter = "Dear Ada".getBytes(StandardCharsets.UTF_8);
      s3.upload("letters", "spring.txt", new ByteArrayInputStream(letter));
      System.out.println(
          "read back: "
              + s3.download("letters", "spring.txt").getContentAsString(StandardCharsets.UTF_8));
    };
  }
}
