package io.claviger.jca;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.AlgorithmParametersSpi;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.ProviderException;
import java.security.Security;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.InvalidParameterSpecException;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's own {@code AlgorithmParameters} under this provider's name: {@code
 * SealedObject.getObject(key, "Claviger")} asks this provider for them.
 */
final class JdkParametersSpi extends AlgorithmParametersSpi {
  private final AlgorithmParameters delegate;

  JdkParametersSpi(String algorithm) {
    this.delegate = ofAnother(algorithm);
  }

  private static AlgorithmParameters ofAnother(String algorithm) {
    for (Provider installed : Security.getProviders()) {
      if (!(installed instanceof ClavigerProvider)
          && installed.getService("AlgorithmParameters", algorithm) != null) {
        try {
          return AlgorithmParameters.getInstance(algorithm, installed);
        } catch (NoSuchAlgorithmException e) {
          throw new ProviderException("AlgorithmParameters " + algorithm + " cannot be made", e);
        }
      }
    }
    throw new ProviderException(
        "no installed provider has AlgorithmParameters %s; run a JDK with the standard SunJCE provider"
            .formatted(algorithm));
  }

  @Override
  protected void engineInit(AlgorithmParameterSpec spec) throws InvalidParameterSpecException {
    delegate.init(spec);
  }

  @Override
  protected void engineInit(byte[] encoded) throws IOException {
    delegate.init(encoded);
  }

  @Override
  protected void engineInit(byte[] encoded, @Nullable String format) throws IOException {
    delegate.init(encoded, format);
  }

  @Override
  protected <T extends AlgorithmParameterSpec> T engineGetParameterSpec(Class<T> type)
      throws InvalidParameterSpecException {
    return delegate.getParameterSpec(type);
  }

  @Override
  protected byte[] engineGetEncoded() throws IOException {
    return delegate.getEncoded();
  }

  @Override
  protected byte[] engineGetEncoded(@Nullable String format) throws IOException {
    return delegate.getEncoded(format);
  }

  @Override
  protected String engineToString() {
    return delegate.toString();
  }
}
