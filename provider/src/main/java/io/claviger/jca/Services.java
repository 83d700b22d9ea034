package io.claviger.jca;

import io.claviger.kms.MacAlgorithm;
import java.security.Provider;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The table of every JCA service that the provider has. */
final class Services {
  private static final String AES_OID = "2.16.840.1.101.3.4.1.";

  /** RFC 8018, appendix B.1.2. */
  private static final String HMAC_OID = "1.2.840.113549.2.";

  /** Services whose keys may be opaque. */
  private static final Map<String, String> OPAQUE_KEYS =
      Map.of("SupportedKeyClasses", KmsKey.class.getName());

  /**
   * Full transformations only: a bare {@code AES} would mean ECB. The OIDs are those of NIST's arc
   * for AES, 20 apart for 128, 192 and 256 bits.
   */
  private static final List<Row> TABLE =
      List.of(
          cipher("AES/GCM/NoPadding"),
          cipher("AES_128/GCM/NoPadding", oid(AES_OID + "6")),
          cipher("AES_192/GCM/NoPadding", oid(AES_OID + "26")),
          cipher("AES_256/GCM/NoPadding", oid(AES_OID + "46")),
          cipher("AES/KW/NoPadding", "AESWrap"),
          cipher("AES_128/KW/NoPadding", oid(AES_OID + "5", "AESWrap_128")),
          cipher("AES_192/KW/NoPadding", oid(AES_OID + "25", "AESWrap_192")),
          cipher("AES_256/KW/NoPadding", oid(AES_OID + "45", "AESWrap_256")),
          cipher("AES/KWP/NoPadding", "AESWrapPad"),
          cipher("AES_128/KWP/NoPadding", oid(AES_OID + "8", "AESWrapPad_128")),
          cipher("AES_192/KWP/NoPadding", oid(AES_OID + "28", "AESWrapPad_192")),
          cipher("AES_256/KWP/NoPadding", oid(AES_OID + "48", "AESWrapPad_256")),
          cipher("AES/CBC/PKCS5Padding"),
          cipher("AES/CTR/NoPadding"),
          row("Cipher", "KMS", provider -> new KmsBlobCipherSpi()),
          row("Cipher", "KMSEnvelope", provider -> new EnvelopeCipherSpi()),
          mac(MacAlgorithm.HMAC_SHA_256, HMAC_OID + "9"),
          mac(MacAlgorithm.HMAC_SHA_384, HMAC_OID + "10"),
          mac(MacAlgorithm.HMAC_SHA_512, HMAC_OID + "11"),
          row("KeyGenerator", "AES", KmsKeyGeneratorSpi::aes),
          generator("HmacSHA256", 256, HMAC_OID + "9"),
          generator("HmacSHA384", 384, HMAC_OID + "10"),
          generator("HmacSHA512", 512, HMAC_OID + "11"),
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
        provider -> new AesCipherSpi(transformation));
  }

  private static Row mac(MacAlgorithm algorithm, String oid) {
    return new Row(
        "Mac",
        algorithm.jcaName(),
        List.of(oid(oid)),
        OPAQUE_KEYS,
        provider -> new HmacSpi(algorithm));
  }

  private static Row generator(String algorithm, int bits, String oid) {
    return new Row(
        "KeyGenerator",
        algorithm,
        List.of(oid(oid)),
        Map.of(),
        provider -> KmsKeyGeneratorSpi.hmac(provider, algorithm, bits));
  }

  /** Both spellings of an object identifier that the JDK's own providers have, and other names. */
  private static String[] oid(String oid, String... names) {
    String[] all = Arrays.copyOf(names, names.length + 2);
    all[names.length] = oid;
    all[names.length + 1] = "OID." + oid;
    return all;
  }

  private static Row row(String type, String algorithm, Function<ClavigerProvider, Object> spi) {
    boolean takesKeys = type.equals("Cipher");
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

    /**
     * Delayed selection: keys of a provider of this name, also of one that could not be registered
     * beside this; every key works through its own provider. All others belong elsewhere.
     */
    @Override
    public boolean supportsParameter(Object parameter) {
      return parameter instanceof KmsKey key && key.provider().getName().equals(provider.getName());
    }
  }
}
