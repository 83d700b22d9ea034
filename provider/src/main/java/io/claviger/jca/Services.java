package io.claviger.jca;

import java.security.Provider;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The table of every JCA service that the provider has. */
final class Services {
  private static final String OPAQUE = KmsKey.class.getName();

  private static final List<Row> TABLE =
      List.of(
          new Row(
              "Cipher",
              "AES/GCM/NoPadding",
              List.of("AES_256/GCM/NoPadding", "2.16.840.1.101.3.4.1.46"),
              Map.of("SupportedKeyClasses", OPAQUE),
              provider -> new GcmCipherSpi()),
          new Row(
              "Cipher",
              "KMS",
              List.of(),
              Map.of("SupportedKeyClasses", OPAQUE),
              provider -> new KmsCipherSpi()),
          new Row("KeyGenerator", "AES", List.of(), Map.of(), AesKeyGeneratorSpi::new),
          new Row("SecretKeyFactory", "KMS", List.of(), Map.of(), KmsSecretKeyFactorySpi::new));

  private Services() {}

  private record Row(
      String type,
      String algorithm,
      List<String> aliases,
      Map<String, String> attributes,
      Function<ClavigerProvider, Object> spi) {}

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
