package io.claviger.jca;

import io.claviger.format.CanonicalContext;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.KmsException;
import io.claviger.object.FormatException;
import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.AlgorithmParametersSpi;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.Provider;
import java.security.ProviderException;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.InvalidParameterSpecException;
import org.jspecify.annotations.Nullable;

/**
 * {@code AlgorithmParameters} {@code KMS}: an encryption context. Its encoding is the context's
 * canonical bytes (format 2.3).
 */
final class KmsParametersSpi extends AlgorithmParametersSpi {
  private static final String NAME = "KMS";

  private EncryptionContext context = EncryptionContext.empty();

  KmsParametersSpi() {}

  /** Returns parameters of {@code provider} with this context. */
  static AlgorithmParameters of(EncryptionContext context, Provider provider) {
    try {
      AlgorithmParameters made = AlgorithmParameters.getInstance(NAME, provider);
      made.init(new KmsParameterSpec(context));
      return made;
    } catch (GeneralSecurityException e) {
      throw new ProviderException("internal error: " + e.getMessage(), e);
    }
  }

  /** Returns the context in {@code params}. */
  static EncryptionContext contextOf(AlgorithmParameters params)
      throws InvalidAlgorithmParameterException {
    try {
      return params.getParameterSpec(KmsParameterSpec.class).context();
    } catch (InvalidParameterSpecException e) {
      throw new InvalidAlgorithmParameterException(
          "expected AlgorithmParameters KMS or a KmsParameterSpec with the encryption context", e);
    }
  }

  @Override
  protected void engineInit(AlgorithmParameterSpec spec) throws InvalidParameterSpecException {
    if (!(spec instanceof KmsParameterSpec given)) {
      throw new InvalidParameterSpecException("expected a KmsParameterSpec");
    }
    context = given.context();
  }

  @Override
  protected void engineInit(byte[] encoded) throws IOException {
    try {
      context = EncryptionContext.of(CanonicalContext.decode(encoded));
    } catch (FormatException | KmsException e) {
      throw new IOException("no canonical encryption context: " + e.getMessage(), e);
    }
  }

  @Override
  protected void engineInit(byte[] encoded, @Nullable String format) throws IOException {
    engineInit(encoded);
  }

  @Override
  protected <T extends AlgorithmParameterSpec> T engineGetParameterSpec(Class<T> type)
      throws InvalidParameterSpecException {
    if (!type.isAssignableFrom(KmsParameterSpec.class)) {
      throw new InvalidParameterSpecException("these parameters are a KmsParameterSpec");
    }
    return type.cast(new KmsParameterSpec(context));
  }

  @Override
  protected byte[] engineGetEncoded() {
    return context.canonicalBytes();
  }

  @Override
  protected byte[] engineGetEncoded(@Nullable String format) {
    return engineGetEncoded();
  }

  @Override
  protected String engineToString() {
    return context.toString();
  }
}
