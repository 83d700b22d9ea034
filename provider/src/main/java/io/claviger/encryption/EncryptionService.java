package io.claviger.encryption;

import io.claviger.format.Envelope;
import io.claviger.format.Layout;
import io.claviger.format.Preamble;
import io.claviger.format.UploadId;
import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DataKey;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.EncryptRequest;
import io.claviger.kms.EncryptResult;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KmsException;
import io.claviger.kms.ListKeysRequest;
import io.claviger.kms.ListKeysResult;
import io.claviger.kms.SecretBytes;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import io.claviger.object.NameBinding;
import io.claviger.service.KmsManager;
import io.claviger.service.KmsServiceManager;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Seals and opens objects and streams with data keys of a key management service. Every key comes
 * through a JCA service of the provider: a caller of {@code KeyGenerator} and {@code Cipher} has
 * what this class has.
 *
 * <p>Threads: safe. Blocking: {@link #sealObject}, {@link #openObject} and what is built on them
 * may call the key management service; all else works on bytes.
 *
 * <p>Failures: {@link KmsException} for keys, {@link FormatException} for stored bytes and
 * metadata.
 */
public final class EncryptionService {
  /** Plaintext bytes of a part of a stream whose length is not known: what it holds in memory. */
  public static final int STREAM_PART_BYTES = 8 << 20;

  static final ObjectName NO_OBJECT = new ObjectName("", "");
  private static final AtomicReference<@Nullable EncryptionService> PROCESS_WIDE =
      new AtomicReference<>();

  private final ClavigerProvider provider;
  private final KeyWrapping keys;
  private final ReadEnvelopes envelopes = new ReadEnvelopes();

  /**
   * Returns the process-wide service: over the keys of {@code KmsServiceManager.get()}, the same
   * object at each call; empty as long as {@code KmsServiceManager.init} was not called.
   */
  public static Optional<EncryptionService> get() {
    return KmsServiceManager.get()
        .map(
            keys ->
                PROCESS_WIDE.updateAndGet(
                    known ->
                        known != null && known.provider.serviceManager() == keys
                            ? known
                            : new EncryptionService(new ClavigerProvider(keys))));
  }

  /** Makes a service over the keys of {@code provider}, which need not be registered. */
  public EncryptionService(ClavigerProvider provider) {
    this.provider = provider;
    this.keys = new KeyWrapping(provider);
  }

  /** Returns the provider whose keys are used. */
  public ClavigerProvider provider() {
    return provider;
  }

  private KmsManager kms() {
    return provider.serviceManager().manager();
  }

  /** Creates a master key; as {@code KmsManager.createKey}. */
  public KeyMetadata createKey(CreateKeyRequest request) {
    return kms().createKey(request);
  }

  /** Returns a master key, created if there is none; as {@code KmsManager.ensureKey}. */
  public KeyMetadata ensureKey(String keyId) {
    return kms().ensureKey(keyId);
  }

  /** Returns what is known of a master key; as {@code KmsManager.describeKey}. */
  public KeyMetadata describeKey(String keyId) {
    return kms().describeKey(keyId);
  }

  /** Returns a page of master keys; as {@code KmsManager.listKeys}. */
  public ListKeysResult listKeys(ListKeysRequest request) {
    return kms().listKeys(request);
  }

  /** Returns a fresh data key, which the caller closes; as {@code KmsManager.generateDataKey}. */
  public DataKey generateDataKey(GenerateDataKeyRequest request) {
    return kms().generateDataKey(request);
  }

  /** Encrypts at most 4,096 bytes; as {@code KmsManager.encrypt}. */
  public EncryptResult encrypt(EncryptRequest request) {
    return kms().encrypt(request);
  }

  /** Opens a ciphertext; the caller closes the answer. As {@code KmsManager.decrypt}. */
  public SecretBytes decrypt(DecryptRequest request) {
    return kms().decrypt(request);
  }

  /** Encrypts a ciphertext under another key and context; as {@code KmsManager.reEncrypt}. */
  public EncryptResult reEncrypt(
      DecryptRequest source, String destinationKeyId, EncryptionContext destinationContext) {
    return kms().reEncrypt(source, destinationKeyId, destinationContext);
  }

  /**
   * Draws a data key and the randomness of one API call for an object of {@code plainBytes} bytes.
   *
   * @throws KmsException INVALID_REQUEST if there is neither a key id nor a default key; else as
   *     {@code generateDataKey}
   * @throws FormatException TOO_LARGE if object or envelope are larger than one PUT takes
   */
  public ObjectSealer sealObject(SealRequest request, long plainBytes) {
    Layout.storedBytes(plainBytes);
    try (WrappedDataKey dataKey = keys.generate(request)) {
      return ObjectSealer.single(request, dataKey, plainBytes);
    }
  }

  /**
   * Draws the data key of a multipart upload and returns its envelope: completed, it is the user
   * metadata to create the upload with; the upload's id takes from it what {@link #openUpload}
   * needs to seal parts (format 6.2).
   *
   * @throws KmsException as {@link #sealObject}
   * @throws FormatException TOO_LARGE if the envelope is larger than S3 takes
   */
  public EnvelopeDraft beginUpload(SealRequest request) {
    try (WrappedDataKey dataKey = keys.generate(request)) {
      return Envelopes.ofUpload(request, dataKey);
    }
  }

  /**
   * Unwraps the data key of a multipart upload, to seal parts of it. The caller closes it.
   *
   * @param asked the name in the request that uploads a part
   * @param envelope the fields in the upload's id
   * @throws FormatException as {@link #openObject}; LAST_PART if the envelope is that of one part
   * @throws KmsException NOT_AUTHENTIC if the upload is one of another object; else as {@code
   *     decrypt}
   */
  public UploadSealer openUpload(
      ObjectName asked,
      Map<String, String> envelope,
      ReaderPolicy policy,
      @Nullable CustomerKey customerKey) {
    ObjectName name = policy.acceptMoved() ? asked : policy.bound(asked);
    ReadEnvelope read = envelopes.readOfUpload(name, envelope);
    return new UploadSealer(open(asked, read, policy, null, customerKey));
  }

  /** Whether {@code metadata} (lower-case names without {@code x-amz-meta-}) says it is ours. */
  public static boolean isSealed(Map<String, String> metadata) {
    return Envelope.isPresentIn(metadata);
  }

  /**
   * Returns what the envelope in {@code metadata} says, unproved. Never blocks.
   *
   * @throws FormatException if the envelope is incomplete or malformed
   */
  public static DeclaredSeal declared(Map<String, String> metadata) {
    return DeclaredSeal.of(Envelope.parse(metadata));
  }

  /**
   * Unwraps the data key of an object.
   *
   * @param asked the name that the reader asked for
   * @param metadata user metadata, lower-case names without {@code x-amz-meta-}; other entries are
   *     ignored
   * @param policy what the reader demands
   * @param stated the context that the caller states, or null to take the recorded one
   * @throws FormatException if the envelope is incomplete or malformed, binds fewer names than the
   *     policy demands, names a key that is not trusted, or its context is not the stated one
   * @throws KmsException NOT_AUTHENTIC if the object was sealed for other names or another context;
   *     else as {@code decrypt}
   */
  public ObjectOpener openObject(
      ObjectName asked,
      Map<String, String> metadata,
      ReaderPolicy policy,
      @Nullable EncryptionContext stated) {
    return openObject(asked, metadata, policy, stated, null);
  }

  /**
   * Unwraps the data key of an object that may be sealed with a customer-provided key.
   *
   * @param customerKey the key that came with the request, null for none
   * @throws FormatException also CUSTOMER_KEY if the object needs such a key and there is none, or
   *     the reverse; KEY_WRAP if it does not open the object
   */
  public ObjectOpener openObject(
      ObjectName asked,
      Map<String, String> metadata,
      ReaderPolicy policy,
      @Nullable EncryptionContext stated,
      @Nullable CustomerKey customerKey) {
    ObjectName name = policy.acceptMoved() ? asked : policy.bound(asked);
    return open(asked, envelopes.read(name, metadata), policy, stated, customerKey);
  }

  private ObjectOpener open(
      ObjectName asked,
      ReadEnvelope read,
      ReaderPolicy policy,
      @Nullable EncryptionContext stated,
      @Nullable CustomerKey customerKey) {
    requireReadable(asked, read.envelope(), policy, customerKey);
    if (stated != null && !stated.equals(read.context())) {
      throw new FormatException(
          Failure.CONTEXT,
          "%s was sealed with other encryption context entries than the request states. State exactly %s, or none"
              .formatted(asked, read.context()));
    }
    try {
      ReadEnvelope bound = policy.acceptMoved() ? read.underRecordedName() : read;
      return proved(bound, keys.open(bound, customerKey));
    } catch (KmsException e) {
      throw e.kind() == ErrorKind.NOT_AUTHENTIC ? explain(asked, read, e) : e;
    }
  }

  /** Returns what opens the object; the key, which it owns then, is wiped if it is refused. */
  static ObjectOpener proved(ReadEnvelope read, SecretBytes key) {
    if (!read.recordsItsName()) {
      key.close();
      throw new FormatException(
          Failure.ENVELOPE_MALFORMED,
          "%s: metadata field claviger-from names another object than the one that was proved. Metadata was changed: restore it"
              .formatted(read.name()));
    }
    return new ObjectOpener(read.envelope(), read.context(), key);
  }

  private static void requireReadable(
      ObjectName asked, Envelope envelope, ReaderPolicy policy, @Nullable CustomerKey customerKey) {
    if (!envelope.names().satisfies(policy.names())) {
      throw new FormatException(
          Failure.NAMES_NOT_BOUND,
          "%s binds names=%s, this reader demands names=%s. Re-seal the object, or lower the reader's names option if such objects are expected"
              .formatted(asked, envelope.names().wireName(), policy.names().wireName()));
    }
    String keyId = envelope.keyId();
    if (keyId != null && customerKey != null) {
      throw new FormatException(
          Failure.CUSTOMER_KEY,
          "%s was not sealed with a customer-provided key. Read it without one".formatted(asked));
    }
    if (keyId != null
        && !policy.trustedKeyIds().isEmpty()
        && !policy.trustedKeyIds().contains(keyId)) {
      throw new FormatException(
          Failure.UNTRUSTED_KEY,
          "%s names master key \"%s\", which is not among trustedKeyIds. Add it there if it is yours"
              .formatted(asked, keyId));
    }
  }

  private static KmsException explain(ObjectName asked, ReadEnvelope read, KmsException e) {
    String from = read.recordedFrom();
    String sealedAs = from == null ? "" : "s3://" + from.replace('\0', '/');
    String found =
        from == null || sealedAs.equals(asked.toString())
            ? "its metadata was changed, or it was sealed for another name"
            : "its metadata says that it was sealed as %s".formatted(sealedAs);
    return KmsException.of(
        ErrorKind.NOT_AUTHENTIC,
        "%s: the data key does not open under master key \"%s\" and this name: %s. Read it under its own name, map a renamed bucket with bucketAliases, or restore the object"
            .formatted(asked, read.envelope().keyId(), found),
        e);
  }

  /**
   * Wraps the data key of {@code source} again, for another name, key or context, and returns the
   * envelope that takes the place of the old one. No byte of the object changes (format 7.1); its
   * metadata tags stay unless the copy has other headers. Without a bucket key the new envelope has
   * no {@code claviger-stamp} (format 3).
   *
   * @throws KmsException as {@code encrypt}
   * @throws FormatException TOO_LARGE if the envelope is larger than S3 takes
   */
  public EnvelopeDraft rewrap(ObjectOpener source, SealRequest request) {
    try (WrappedDataKey wrapped = keys.rewrap(source.copyOfDataKey(), request)) {
      return Envelopes.rewrapped(source.envelope(), request, wrapped);
    }
  }

  /**
   * Seals a stream that is no S3 object: obtains a data key and seals segment by segment as the
   * answer is read. Keep the headers beside the bytes; {@link #decryptStream} needs both.
   *
   * @param keyId the master key, null for the default key
   * @param plainBytes the exact number of bytes that {@code plain} gives
   */
  public SealedStream encryptStream(
      @Nullable String keyId, EncryptionContext context, InputStream plain, long plainBytes) {
    ObjectSealer sealer = sealObject(ofStream(keyId, context), plainBytes);
    return new SealedStream(sealer.envelope(), sealer.seal(plain), sealer.storedBytes());
  }

  private static SealRequest ofStream(@Nullable String keyId, EncryptionContext context) {
    return new SealRequest(NO_OBJECT, keyId, context, NameBinding.NONE, "aws:kms");
  }

  /**
   * Seals a stream whose length is not known, part by part of {@value #STREAM_PART_BYTES} bytes of
   * memory (format 6), up to {@value Preamble#MAX_PART_NUMBER} of them. Count the sealed bytes
   * while you store them: {@link #decryptStream} needs their number, which {@code sealedBytes} of
   * the answer does not report it ({@link SealedStream#UNKNOWN}).
   *
   * <p>A source that fails leaves sealed bytes without an end, which never open as a whole.
   *
   * @param keyId the master key, null for the default key
   * @param plain read to its end; closed with the answer
   */
  public SealedStream encryptStream(
      @Nullable String keyId, EncryptionContext context, InputStream plain) {
    return inParts(ofStream(keyId, context), plain);
  }

  /**
   * Seals a stream whose length is not known as one part of known length, by way of a file: reads
   * {@code plain} to its end first, and seals what was read as the answer is read. The file holds
   * no plaintext and is removed on every way out: see {@link Spool}. Close the answer.
   *
   * @param keyId the master key, null for the default key
   * @param plain read to its end and closed by this call, also by one that fails
   * @param spool where the file is, and how many bytes of plaintext it takes
   * @throws FormatException TOO_LARGE if {@code plain} has more bytes than {@code spool} takes
   * @throws KmsException as {@link #sealObject}, after {@code plain} was read
   * @throws IOException if {@code plain} or the file fails; FileAlreadyExistsException if there is
   *     a file of the name that the caller chose, which is left as it is
   */
  public SealedStream encryptStream(
      @Nullable String keyId, EncryptionContext context, InputStream plain, Spool spool)
      throws IOException {
    Spooled read = spool.fill(this, plain);
    try {
      ObjectSealer sealer = sealObject(ofStream(keyId, context), read.plainBytes());
      return new SealedStream(
          sealer.envelope(), sealer.sealToItsEnd(read.openOnce()), sealer.storedBytes());
    } catch (IOException | RuntimeException | Error e) {
      read.close();
      throw e;
    }
  }

  SealedStream inParts(SealRequest request, InputStream plain) {
    Map<String, String> headers = beginUpload(request).fields();
    Map<String, String> ofParts = UploadId.of("", headers, "").envelope();
    UploadSealer parts = openUpload(NO_OBJECT, ofParts, ofAnyName(), request.customerKey());
    return new SealedStream(
        headers, new PartsInputStream(parts, plain, STREAM_PART_BYTES), SealedStream.UNKNOWN);
  }

  static ReaderPolicy ofAnyName() {
    return ReaderPolicy.DEFAULT.withNames(NameBinding.NONE);
  }

  /**
   * Opens what {@link #encryptStream} gave. The end of the answer (-1) means that every byte was
   * authenticated.
   *
   * @param headers the headers of the sealed stream
   * @param context exactly the context given then
   * @param sealed all sealed bytes
   * @param sealedBytes their number
   */
  public InputStream decryptStream(
      Map<String, String> headers, EncryptionContext context, InputStream sealed, long sealedBytes)
      throws IOException {
    return openObject(NO_OBJECT, headers, ofAnyName(), context).openWhole(sealed, sealedBytes);
  }
}
