package io.claviger.jca;

import java.security.Provider;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The table of every JCA service that the provider has. */
final class Services {
  private static final String AES_OID = "2.16.840.1.101.3.4.1.";

  /** Services whose keys may be opaque. */
  private static final Map<String, String> OPAQUE_KEYS =
      Map.of("SupportedKeyClasses", KmsKey.class.getName());

  /**
   * Full transformations only: a bare {@code AES} would mean ECB. The OIDs are those of NIST's arc
   * for AES-256.
   */
  private static final List<Row> TABLE =
      List.of(
          cipher("AES/GCM/NoPadding"),
          cipher("AES_256/GCM/NoPadding", AES_OID + "46"),
          cipher("AES/KW/NoPadding", "AESWrap"),
          cipher("AES_256/KW/NoPadding", "AESWrap_256", AES_OID + "45"),
          cipher("AES/KWP/NoPadding", "AESWrapPad"),
          cipher("AES_256/KWP/NoPadding", "AESWrapPad_256", AES_OID + "48"),
          cipher("AES/CBC/PKCS5Padding"),
          cipher("AES/CTR/NoPadding"),
          row("Cipher", "KMS", provider -> new KmsCipherSpi()),
          row("Cipher", "KMSEnvelope", provider -> new EnvelopeCipherSpi()),
          row("Mac", "HmacSHA256", provider -> new HmacSpi("HmacSHA256", 32)),
          row("Mac", "HmacSHA384", provider -> new HmacSpi("HmacSHA384", 48)),
          row("Mac", "HmacSHA512", provider -> new HmacSpi("HmacSHA512", 64)),
          row("KeyGenerator", "AES", AesKeyGeneratorSpi::new),
          row("SecretKeyFactory", "KMS", KmsSecretKeyFactorySpi::new),
          row("KeyStore", "Claviger", KmsKeyStoreSpi::new),
          row("AlgorithmParameters", "GCM", provider -> new JdkParametersSpi("GCM")),
          row("AlgorithmParameters", "AES", provider -> new JdkParametersSpi("AES")),
          row("AlgorithmParameters", "KMS", provider -> new KmsParametersSpi()));

  private Services() {}

  private record Row(
      String type,
      String algorithm,
      List<String> aliases,
      Map<String, String> attributes,
      Function<ClavigerProvider, Object> spi) {}

  private static Row cipher(String transformation, String... aliases) {
    return new Row(
        "Cipher",
        transformation,
        List.of(aliases),
        OPAQUE_KEYS,
        provider -> new RawCipherSpi(transformation));
  }

  private static Row row(String type, String algorithm, Function<ClavigerProvider, Object> spi) {
    boolean takesKeys = type.equals("Cipher") || type.equals("Mac");
    return new Row(type, algorithm, List.of(), takesKeys ? OPAQUE_KEYS : Map.of(), spi);
  }

  static List<? extends Provider.Service> of(ClavigerProvider provider) {
    return TABLE.stream().map(row -> new Entry(provider, row)).toList();
  }

  private static final class Entry extends Provider.Service {
    private final ClavigerProvider provider;
    private final Row row;

    Entry(ClavigerProvider provider, Row row) {
      super(
          provider,
          row.type(),
          row.algorithm(),
          ClavigerProvider.class.getName(),
          row.aliases(),
          row.attributes());
      this.provider = provider;
      this.row = row;
    }

    @Override
    public Object newInstance(@org.jspecify.annotations.Nullable Object parameter) {
      return row.spi().apply(provider);
    }

    /** Delayed selection: ours are the keys of this very provider, all others belong elsewhere. */
    @Override
    public boolean supportsParameter(Object parameter) {
      return parameter instanceof KmsKey key && key.provider() == provider;
    }
  }
}
