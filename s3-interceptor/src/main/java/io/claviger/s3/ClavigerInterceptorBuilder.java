package io.claviger.s3;

import io.claviger.encryption.ReaderPolicy;
import io.claviger.encryption.S3EncryptionClientKeys;
import io.claviger.encryption.Spool;
import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.EncryptionContext;
import io.claviger.object.NameBinding;
import io.claviger.s3.api.ChangedMetadata;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.DirectoryMarkers;
import io.claviger.s3.api.ListSizes;
import io.claviger.s3.api.PlaintextObjects;
import io.claviger.s3.api.SseParameters;
import io.claviger.s3.internal.call.BucketPatterns;
import io.claviger.s3.internal.call.KeyRuleSource;
import io.claviger.s3.internal.call.Settings;
import io.claviger.s3.internal.call.ShapeOptions;
import io.claviger.s3.rules.KeyRules;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.s3.S3Client;

/** Collects the options. Not for several threads. */
public final class ClavigerInterceptorBuilder {
  private @Nullable ClavigerProvider provider;
  private @Nullable String keyId;
  private EncryptionContext encryptionContext = EncryptionContext.empty();
  private PlaintextObjects plaintextObjects = PlaintextObjects.REJECT;
  private NameBinding names = NameBinding.OBJECT;
  private boolean acceptMoved;
  private final Map<String, String> bucketAliases = new HashMap<>();
  private final Set<String> trustedKeyIds = new HashSet<>();
  private final List<String> includeBuckets = new ArrayList<>();
  private final List<String> excludeBuckets = new ArrayList<>();
  private final Map<String, String> kmsKeyAliases = new HashMap<>();
  private KeyRuleSource keyRules = KeyRuleSource.of(KeyRules.none());
  private final ShapeOptions.Draft options = new ShapeOptions.Draft();

  ClavigerInterceptorBuilder() {}

  /** Sets where keys come from. Required. */
  public ClavigerInterceptorBuilder provider(ClavigerProvider value) {
    provider = value;
    return this;
  }

  /** Sets the master key for objects whose request names none; default: the provider's own. */
  public ClavigerInterceptorBuilder keyId(String value) {
    keyId = value;
    return this;
  }

  /** Sets the context for objects whose request gives none; default: empty. */
  public ClavigerInterceptorBuilder encryptionContext(EncryptionContext value) {
    encryptionContext = value;
    return this;
  }

  /**
   * Sets which master key and context a name gets, before {@code keyId} and {@code
   * encryptionContext}; default: no rules. {@link ClavigerInterceptor#keyRules} exchanges them.
   */
  public ClavigerInterceptorBuilder keyRules(KeyRules value) {
    keyRules = KeyRuleSource.of(value);
    return this;
  }

  /**
   * Reads the key rules from a file, now and again within a second after each change; what is wrong
   * with a change is reported in the log, and the rules before stay.
   *
   * @throws IllegalArgumentException for a file that cannot be read, or a rule that is wrong
   */
  public ClavigerInterceptorBuilder keyRulesFile(Path file) {
    keyRules = KeyRuleSource.of(file);
    return this;
  }

  /** Sets what is done with objects that are not sealed; default: {@code REJECT}. */
  public ClavigerInterceptorBuilder plaintextObjects(PlaintextObjects value) {
    plaintextObjects = value;
    return this;
  }

  /** Sets the names bound to new objects and demanded of read ones; default: {@code OBJECT}. */
  public ClavigerInterceptorBuilder names(NameBinding value) {
    names = value;
    return this;
  }

  /**
   * Opens objects with the names they were sealed for, whatever name they are stored under;
   * default: false. Gives up the protection against swapped objects: for one-off moves.
   */
  public ClavigerInterceptorBuilder acceptMoved(boolean value) {
    acceptMoved = value;
    return this;
  }

  /** Maps another name of a bucket (access point, replica) to the name that is bound. */
  public ClavigerInterceptorBuilder bucketAlias(String alias, String bucket) {
    bucketAliases.put(alias, bucket);
    return this;
  }

  /**
   * Limits the master keys that are followed on reading; default: every key of the provider.
   *
   * @throws IllegalArgumentException for no id or an empty one: it would follow every key, or none
   */
  public ClavigerInterceptorBuilder trustedKeyIds(String... values) {
    if (values.length == 0 || List.of(values).stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException(
          "trustedKeyIds: an id is missing. Name the keys, or leave the option out to follow every key");
    }
    Collections.addAll(trustedKeyIds, values);
    return this;
  }

  /**
   * Limits the interceptor to buckets by name, {@code *} for any text; default: every bucket.
   *
   * @throws IllegalArgumentException for a text that matches no bucket
   */
  public ClavigerInterceptorBuilder includeBuckets(String... patterns) {
    BucketPatterns.add(includeBuckets, "includeBuckets", patterns);
    return this;
  }

  /**
   * Leaves buckets alone, by name, {@code *} for any text; stronger than including.
   *
   * @throws IllegalArgumentException for a text that matches no bucket
   */
  public ClavigerInterceptorBuilder excludeBuckets(String... patterns) {
    BucketPatterns.add(excludeBuckets, "excludeBuckets", patterns);
    return this;
  }

  /** Maps a key id or ARN that callers use to a master key. */
  public ClavigerInterceptorBuilder kmsKeyAlias(String asked, String masterKeyId) {
    kmsKeyAliases.put(asked, masterKeyId);
    return this;
  }

  /** Sets who sees callers' encryption parameters; default: {@code CLIENT_SIDE}. */
  public ClavigerInterceptorBuilder sseParameters(SseParameters value) {
    options.sseParameters = value;
    return this;
  }

  /**
   * Sets what is done when user metadata or headers of an object are not as its writer sent them;
   * default: {@code WARN}.
   */
  public ClavigerInterceptorBuilder metadata(ChangedMetadata value) {
    options.metadata = value;
    return this;
  }

  /** Sets which sizes listings report; default: {@code EXACT}. */
  public ClavigerInterceptorBuilder listSizes(ListSizes value) {
    options.listSizes = value;
    return this;
  }

  /** Sets what is done with empty objects whose key ends in {@code /}; default: {@code ACCEPT}. */
  public ClavigerInterceptorBuilder directoryMarkers(DirectoryMarkers value) {
    options.directoryMarkers = value;
    return this;
  }

  /**
   * Sets whether one call of the key management service serves many objects of a bucket, master key
   * and context; default: true. With false that service sees, and may refuse, each object, at the
   * price of a call for each object and each part.
   */
  public ClavigerInterceptorBuilder bucketKeys(boolean value) {
    options.bucketKeys = value;
    return this;
  }

  /**
   * Sets the client for the requests that the interceptor needs besides the caller's; default: one
   * of its own, like the caller's. The caller closes it.
   */
  public ClavigerInterceptorBuilder subRequestClient(S3Client value) {
    options.client = value;
    return this;
  }

  /**
   * Sets the connections (trust store, proxy) of the interceptor's own client; default: the SDK's
   * synchronous client on the class path with its defaults. The caller closes it.
   */
  public ClavigerInterceptorBuilder httpClient(SdkHttpClient value) {
    options.httpClient = value;
    return this;
  }

  /**
   * Holds a body whose length is unknown until its last byte, of a synchronous client, in a file,
   * sealed, since an object states its length in front; default: such a body is refused. One with
   * more bytes than {@code value} takes is refused too, and nothing is sent.
   */
  public ClavigerInterceptorBuilder spool(Spool value) {
    options.spool = value;
    return this;
  }

  /**
   * Also reads whole objects that the Amazon S3 Encryption Client wrote under these keys; default:
   * they are refused. For a migration: they are bound to no name; written again, they are sealed. A
   * request that states an {@link io.claviger.s3.api.RequestAttributes#ENCRYPTION_CONTEXT} reads
   * only those that were written under it.
   */
  public ClavigerInterceptorBuilder s3EncryptionClient(S3EncryptionClientKeys keys) {
    options.foreign = keys;
    return this;
  }

  /**
   * Sets options by the names that {@code docs/drop-in.md} lists, in lower case and without prefix,
   * with values as texts: for integrations that read them from a configuration of their own.
   *
   * @throws IllegalArgumentException naming the option that is unknown, empty or wrong
   */
  public ClavigerInterceptorBuilder options(Map<String, String> named) {
    DropInOptions.apply(this, named);
    return this;
  }

  /**
   * Returns the interceptor; does no I/O.
   *
   * @throws IllegalStateException if there is no provider
   * @throws ClavigerS3Exception CONFIGURATION beside a second copy of Claviger on the class path,
   *     and with an AWS SDK that it does not work with
   */
  public ClavigerInterceptor build() {
    OneCopy.require(ClavigerInterceptorBuilder.class.getClassLoader());
    SupportedSdk.require();
    if (provider == null) {
      throw new IllegalStateException(
          "no provider: call provider(new ClavigerProvider(..)) on the builder");
    }
    return new ClavigerInterceptor(
        new Settings(
            new Settings.Keys(provider, keyId, encryptionContext, kmsKeyAliases, keyRules),
            plaintextObjects,
            new ReaderPolicy(names, acceptMoved, bucketAliases, trustedKeyIds),
            new Settings.Buckets(includeBuckets, excludeBuckets),
            options.options()));
  }
}
