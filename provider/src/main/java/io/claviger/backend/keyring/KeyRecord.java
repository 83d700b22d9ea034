package io.claviger.backend.keyring;

import io.claviger.format.KeyWrap;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.KmsException;
import io.claviger.object.FormatException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A key: what is known of it and all its versions, oldest first. Immutable; a change makes another
 * record.
 *
 * @param metadata what is known of it
 * @param stateBeforeDeletion the state that a cancelled deletion returns to
 * @param versions at least one
 */
public record KeyRecord(
    KeyMetadata metadata, KeyState stateBeforeDeletion, List<KeyVersion> versions) {
  private static final KeyWrap WRAP = KeyWrap.labelled("io.claviger/wrap/local/v1");

  public KeyRecord {
    versions = List.copyOf(versions);
  }

  /** Returns the version that encrypts. */
  public KeyVersion current() {
    return versions.get(versions.size() - 1);
  }

  /** Returns the version with this number; KEY_NOT_FOUND if there is none. */
  public KeyVersion version(int number) {
    return versions.stream()
        .filter(v -> v.id().number() == number)
        .findFirst()
        .orElseThrow(
            () ->
                KmsException.of(
                    ErrorKind.KEY_NOT_FOUND,
                    "key \"%s\" has no version %d; it has 1 to %d"
                        .formatted(metadata.keyId(), number, current().id().number())));
  }

  /** Returns where this key is in its life. */
  public KeyStateMachine standing() {
    return new KeyStateMachine(metadata, stateBeforeDeletion);
  }

  /** Returns this key as it is after a change of its life. */
  public KeyRecord with(KeyStateMachine standing) {
    return new KeyRecord(standing.metadata(), standing.before(), versions);
  }

  /** Returns a blob of {@code plain} under the current version. */
  public byte[] wrap(byte[] plain, byte[] context) {
    KeyVersion v = current();
    return WRAP.wrap(v.wrap(), metadata.keyId(), v.id(), plain, context);
  }

  /** Opens a blob of any version; NOT_AUTHENTIC for anything else. */
  public byte[] unwrap(byte[] blob, byte[] context) {
    try {
      if (blob.length > 0 && blob[0] == '{') {
        return unwrapRustfs(blob, context);
      }
      byte[] secret = secretOf(KeyWrap.versionOf(blob));
      if (secret == null) {
        throw notAuthentic("it names a version that this key never had", null);
      }
      return WRAP.unwrap(secret, metadata.keyId(), blob, context);
    } catch (FormatException | IllegalArgumentException e) {
      throw notAuthentic(String.valueOf(e.getMessage()), e);
    }
  }

  private byte @Nullable [] secretOf(KeyWrap.Version named) {
    for (KeyVersion v : versions) {
      if (v.id().equals(named)) {
        return v.wrap();
      }
      if (isFromRustfs() && KeyVersion.compatibleId(v.id().number(), v.material()).equals(named)) {
        return v.material();
      }
    }
    return null;
  }

  /** Whether a blob names a version that this record lacks: one read later may have it. */
  public boolean lacksVersionOf(byte[] blob) {
    try {
      return blob.length > 0 && blob[0] == '{'
          ? RustfsEnvelope.read(blob).filter(e -> !hasVersion(e.masterKeyVersion())).isPresent()
          : secretOf(KeyWrap.versionOf(blob)) == null;
    } catch (FormatException | IllegalArgumentException e) {
      return false; // no record opens it
    }
  }

  /** Whether this key has a version of this number. */
  public boolean hasVersion(int number) {
    return versions.stream().anyMatch(v -> v.id().number() == number);
  }

  private byte[] unwrapRustfs(byte[] blob, byte[] context) {
    boolean external = metadata.origin().equals(KeyMetadata.ORIGIN_EXTERNAL);
    RustfsEnvelope envelope = RustfsEnvelope.read(blob).orElse(null);
    if (envelope == null || !isFromRustfs() && !external) {
      throw notAuthentic("it is no blob of this key", null);
    }
    if (!envelope.masterKeyId().equals(metadata.keyId())) {
      throw notAuthentic("it names another master key", null);
    }
    for (KeyVersion v : versions) {
      if (v.id().number() == envelope.masterKeyVersion()) {
        byte[] secret = external ? v.wrap() : v.material();
        byte[] plain = envelope.open(secret, context, external);
        if (plain != null) {
          return plain;
        }
      }
    }
    throw notAuthentic(
        "RustFS's envelope is of another key, another context, or was changed", null);
  }

  private boolean isFromRustfs() {
    return metadata.origin().equals(KeyMetadata.ORIGIN_RUSTFS);
  }

  /** Whether this key has the versions of another, all secrets and ids alike. */
  public boolean opensSameBlobsAs(KeyRecord other) {
    return hasMaterialOf(other)
        && versions.equals(other.versions)
        && metadata.origin().equals(other.metadata.origin())
        && allEqual(other, KeyVersion::wrap);
  }

  /** Whether this key has a version with its id and its secrets. */
  public boolean opens(KeyVersion version) {
    return versions.stream().anyMatch(version::opensSameAs);
  }

  /** Whether this is a record of the same key as another and opens all that the other opens. */
  public boolean opensAllOf(KeyRecord other) {
    return metadata.origin().equals(other.metadata.origin())
        && other.versions.stream().allMatch(this::opens);
  }

  /** Returns this record with the versions of another, which has all of this one's and more. */
  public KeyRecord withVersionsOf(KeyRecord longer) {
    KeyMetadata newer = longer.metadata;
    KeyMetadata merged =
        Changes.of(metadata)
            .rotated(
                newer.currentVersion(),
                newer.rotatedAt() == null ? newer.createdAt() : newer.rotatedAt())
            .metadata();
    return new KeyRecord(merged, stateBeforeDeletion, longer.versions);
  }

  /** Whether another record of this key opens what the current version seals, and has its Macs. */
  public boolean sealsForReadersOf(KeyRecord other) {
    return other.opens(current());
  }

  /** Whether this key opens what RustFS sealed under another, which came from RustFS. */
  public boolean opensRustfsBlobsOf(KeyRecord other) {
    return isFromRustfs() && hasMaterialOf(other);
  }

  /** Whether this key has the same material as another, version by version. */
  public boolean hasMaterialOf(KeyRecord other) {
    return allEqual(other, KeyVersion::material);
  }

  private boolean allEqual(KeyRecord other, Function<KeyVersion, byte[]> secret) {
    if (versions.size() != other.versions.size()) {
      return false;
    }
    for (int i = 0; i < versions.size(); i++) {
      if (!MessageDigest.isEqual(
          secret.apply(versions.get(i)), secret.apply(other.versions.get(i)))) {
        return false;
      }
    }
    return true;
  }

  private KmsException notAuthentic(String found, @Nullable Throwable cause) {
    return KmsException.of(
        ErrorKind.NOT_AUTHENTIC,
        "key \"%s\": the ciphertext does not open (%s). Use the key and the encryption context that it was made with"
            .formatted(metadata.keyId(), found),
        cause);
  }

  /** Returns this record with other metadata. */
  public KeyRecord with(KeyMetadata changed) {
    return new KeyRecord(changed, stateBeforeDeletion, versions);
  }

  /** Returns this record with one more version, the current one from now on. */
  public KeyRecord withVersion(KeyVersion added, KeyMetadata changed) {
    List<KeyVersion> all = new ArrayList<>(versions);
    all.add(added);
    return new KeyRecord(changed, stateBeforeDeletion, all);
  }
}
