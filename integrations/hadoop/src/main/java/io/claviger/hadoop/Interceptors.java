package io.claviger.hadoop;

import io.claviger.config.KmsConfig;
import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.KmsException;
import io.claviger.s3.ClavigerDropIn;
import io.claviger.s3.ClavigerInterceptor;
import io.claviger.service.KmsServiceManager;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The interceptors of this process, one for each set of settings, with a running key service each:
 * file systems come and go by the thousand, one for each bucket and user.
 */
final class Interceptors {
  private static final Logger LOG = LoggerFactory.getLogger(Interceptors.class);
  private static final Map<String, ClavigerInterceptor> BY_SETTINGS = new HashMap<>();

  private Interceptors() {}

  /**
   * Returns the interceptor with these settings; what they leave open is as the process says
   * (environment, system properties, file). Connects to the key service the first time.
   *
   * @throws IOException when settings are wrong or missing, or the key service does not answer
   */
  static synchronized ClavigerInterceptor of(S3aSettings settings) throws IOException {
    String fingerprint = settings.fingerprint();
    ClavigerInterceptor known = BY_SETTINGS.get(fingerprint);
    if (known == null) {
      known = make(settings);
      BY_SETTINGS.put(fingerprint, known);
      LOG.info("Claviger seals what S3A stores, configured by {}*", S3aSettings.PREFIX);
    }
    return known;
  }

  private static ClavigerInterceptor make(S3aSettings settings) throws IOException {
    KmsServiceManager service = new KmsServiceManager();
    try {
      service.configure(KmsConfig.fromEnvironment(settings.keys()));
      Map<String, String> options = new HashMap<>(ClavigerDropIn.options());
      options.putAll(settings.options());
      ClavigerInterceptor made =
          ClavigerInterceptor.builder()
              .provider(new ClavigerProvider(service))
              .options(options)
              .build();
      service.start();
      return made;
    } catch (KmsException | IllegalArgumentException e) {
      service.stop();
      throw new IOException(
          "S3A does not start, so that nothing is stored in the clear: %s. Set %sFIELD for the fields of docs/configuration.md and %ss3.NAME for the options of docs/drop-in.md, also for one bucket (docs/hadoop.md)"
              .formatted(e.getMessage(), S3aSettings.PREFIX, S3aSettings.PREFIX),
          e);
    }
  }
}
