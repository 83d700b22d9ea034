package io.claviger.bulk.rewrap;

import io.claviger.bulk.JobWork;
import io.claviger.bulk.Outcome;
import io.claviger.bulk.Pace;
import io.claviger.bulk.Unit;
import io.claviger.bulk.audit.LeftAlone;
import io.claviger.bulk.audit.ObjectForm;
import io.claviger.bulk.audit.SealedName;
import io.claviger.encryption.S3EncryptionClientKeys;
import io.claviger.encryption.SealRequest;
import io.claviger.format.CanonicalContext;
import io.claviger.format.Envelope;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.KeyMetadata;
import io.claviger.object.FormatException;
import io.claviger.s3.Rewrap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** A re-wrap at work. */
final class Rewrapping implements JobWork {
  private final S3Client stored;
  private final Rewrap rewrap;
  private final Pace pace;

  /** What is known of master keys, asked once each for the run. */
  private final Map<String, KeyMetadata> masterKeys = new ConcurrentHashMap<>();

  Rewrapping(S3Client stored, Rewrap rewrap, Pace pace) {
    this.stored = stored;
    this.rewrap = rewrap;
    this.pace = pace;
  }

  @Override
  public Outcome apply(Unit unit) {
    Outcome unwritten = LeftAlone.unwritten(unit);
    if (unwritten != null) {
      return unwritten;
    }
    try {
      return current(unit, null);
    } catch (S3Exception e) {
      Outcome leftAlone =
          LeftAlone.answered(e, "the object was overwritten meanwhile and is as it was written");
      if (leftAlone != null) {
        return leftAlone;
      }
      throw e;
    }
  }

  /**
   * @param refused why the store did not re-wrap it, where this looks again whether it has; else
   *     null
   */
  private Outcome current(Unit unit, @Nullable S3Exception refused) {
    pace.beforeStore(1);
    HeadObjectResponse head = stored.headObject(b -> b.bucket(unit.bucket()).key(unit.key()));
    Map<String, String> metadata = ObjectForm.lowerCase(head.metadata());
    if (!Envelope.isPresentIn(metadata)) {
      return notSealed(unit, metadata, head);
    }
    Envelope envelope;
    EncryptionContext context;
    try {
      envelope = Envelope.parse(metadata);
      context = context(envelope);
    } catch (FormatException e) {
      return Outcome.finding(e.failure().name(), String.valueOf(e.getMessage()));
    }
    String keyId = envelope.keyId();
    if (keyId == null) {
      return Outcome.excluded(
          "CustomerKey",
          "sealed under a customer-provided key, which this job does not have. Use Rewrap.toCustomerKey");
    }
    SealRequest wanted = rewrap.wanted(unit.bucket(), unit.key(), keyId, context);
    KeyMetadata masterKey = masterKey(Objects.requireNonNullElse(wanted.keyId(), keyId));
    boolean underIt =
        masterKey.keyId().equals(keyId) && isCurrent(envelope.masterKeyVersion(), masterKey);
    if (underIt && context.equals(wanted.context()) && isBoundAs(unit, envelope, wanted)) {
      return Outcome.alreadySo(ObjectForm.group(envelope));
    }
    if (refused != null) {
      throw refused;
    }
    RewrapJob.announce(pace);
    try {
      rewrap.object(unit.bucket(), unit.key(), head);
    } catch (S3Exception e) {
      if (LeftAlone.mayBeDone(e)) {
        return current(unit, e);
      }
      throw e;
    }
    return Outcome.done("re-wrapped under " + masterKey.keyId());
  }

  private static EncryptionContext context(Envelope envelope) {
    byte[] context = envelope.context();
    return context == null
        ? EncryptionContext.empty()
        : EncryptionContext.of(CanonicalContext.decode(context));
  }

  private static boolean isBoundAs(Unit unit, Envelope envelope, SealRequest wanted) {
    return envelope.names() == wanted.names()
        && SealedName.otherThan(unit, wanted.name().bucket(), envelope) == null;
  }

  private KeyMetadata masterKey(String keyId) {
    KeyMetadata known = masterKeys.get(keyId);
    return known != null ? known : masterKeys.computeIfAbsent(keyId, this::describe);
  }

  private KeyMetadata describe(String keyId) {
    pace.beforeKeys(1);
    return rewrap.masterKey(keyId);
  }

  private static boolean isCurrent(@Nullable String version, KeyMetadata key) {
    return version == null
        || version.equals(key.stamp())
        || version.equals(Integer.toString(key.currentVersion()));
  }

  private static Outcome notSealed(
      Unit unit, Map<String, String> metadata, HeadObjectResponse head) {
    if (LeftAlone.isDirectoryMarker(unit, head.contentLength())) {
      return LeftAlone.directoryMarker();
    }
    boolean foreign = S3EncryptionClientKeys.wrote(metadata);
    return Outcome.finding(
        (foreign ? ObjectForm.Kind.FOREIGN : ObjectForm.Kind.PLAINTEXT).code(),
        "the object is not sealed, so there is nothing to re-wrap. Put it again through a sealing client");
  }
}
