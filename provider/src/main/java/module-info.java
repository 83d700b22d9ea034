/** Keys of a key management service as Java keys, and object streams sealed with them. */
@org.jspecify.annotations.NullMarked
module io.claviger.provider {
  requires transitive com.fasterxml.jackson.databind;
  requires com.github.benmanes.caffeine;
  requires org.bouncycastle.provider;
  requires org.slf4j;
  requires static org.jspecify;
  requires static micrometer.core;

  exports io.claviger.kms;
}
