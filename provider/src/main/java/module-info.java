/** Keys of a key management service as Java keys, and object streams sealed with them. */
@org.jspecify.annotations.NullMarked
module io.claviger.provider {
  requires com.fasterxml.jackson.databind;
  requires com.github.benmanes.caffeine;
  requires java.net.http;
  requires org.slf4j;
  requires vault.java.driver;
  requires static org.jspecify;
  requires static micrometer.core;
  requires static org.bouncycastle.provider;

  exports io.claviger.backend.local;
  exports io.claviger.backend.memory;
  exports io.claviger.config;
  exports io.claviger.encryption;
  exports io.claviger.format to
      io.claviger.bulk,
      io.claviger.cli,
      io.claviger.s3;
  exports io.claviger.jca;
  exports io.claviger.kms;
  exports io.claviger.object;
  exports io.claviger.service;

  uses io.claviger.kms.KmsBackendFactory;

  provides java.security.Provider with
      io.claviger.jca.ClavigerProvider;
  provides io.claviger.kms.KmsBackendFactory with
      io.claviger.backend.fixed.StaticBackendFactory,
      io.claviger.backend.local.LocalBackendFactory,
      io.claviger.backend.memory.MemoryBackend,
      io.claviger.backend.transit.TransitBackendFactory,
      io.claviger.backend.vault.VaultBackendFactory;
}
