package io.claviger.service;

import io.claviger.format.Utf8;
import io.claviger.kms.Capabilities;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DeleteKeyRequest;
import io.claviger.kms.EncryptRequest;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.ImportKeyRequest;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsException;
import io.claviger.kms.ListKeysRequest;
import io.claviger.kms.MacRequest;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What is refused before any backend sees it. */
final class RequestRules {
  private static final int MAX_ID_CHARS = 255;
  private static final int MAX_POLICY_CHARS = 32_768;
  private static final int MAX_DESCRIPTION_CHARS = 8_192;
  private static final int MAX_NAME_CHARS = 256;
  private static final int MAX_TAG_NAME_CHARS = 128;
  private static final int MAX_TAG_VALUE_CHARS = 256;
  private static final int MAX_TAGS = 50;
  private static final Set<String> GIVEN_ORIGINS =
      new TreeSet<>(
          Set.of(
              KeyMetadata.ORIGIN_CLAVIGER,
              KeyMetadata.ORIGIN_RUSTFS,
              KeyMetadata.ORIGIN_EXTERNAL,
              "IMPORTED",
              "VAULT"));

  private RequestRules() {}

  static void requireGoodId(String keyId) {
    requireWellFormedId(keyId);
    boolean bad =
        keyId.isBlank()
            || keyId.length() > MAX_ID_CHARS
            || keyId.equals(".")
            || keyId.equals("..")
            || keyId.chars().anyMatch(c -> c == '/' || c == '\\' || c < 0x20 || c == 0x7f);
    if (bad) {
      throw invalid(
          "key id \"%s\": expected 1 to %d characters, no slash, no control character, not . or .."
              .formatted(keyId, MAX_ID_CHARS));
    }
  }

  /** Refuses an id that two keys could share: its bytes would be those of another one. */
  static void requireWellFormedId(String keyId) {
    requireText("key id", keyId, Integer.MAX_VALUE);
  }

  private static void requireText(String what, String text, int most) {
    if (!Utf8.isWellFormed(text)) {
      throw invalid(
          "%s: it holds half of a surrogate pair, as a text has that was cut within a character. Give the whole text"
              .formatted(what));
    }
    if (text.length() > most) {
      throw invalid("%s of %d characters, at most %d".formatted(what, text.length(), most));
    }
  }

  static void checkDescription(String description) {
    requireText("description", description, MAX_DESCRIPTION_CHARS);
  }

  /** Tags of one request. */
  static void checkTags(Map<String, String> tags) {
    checkTagNames(tags.keySet());
    tags.values().forEach(value -> requireText("value of a tag", value, MAX_TAG_VALUE_CHARS));
  }

  static void checkTagNames(Set<String> names) {
    if (names.size() > MAX_TAGS) {
      throw invalid("%d tags, at most %d in a request".formatted(names.size(), MAX_TAGS));
    }
    for (String name : names) {
      requireText("name of a tag", name, MAX_TAG_NAME_CHARS);
      if (name.isEmpty()) {
        throw invalid(
            "an empty name of a tag, expected 1 to " + MAX_TAG_NAME_CHARS + " characters");
      }
    }
  }

  static void check(CreateKeyRequest request) {
    String name = request.keyName();
    if (name != null) {
      requireGoodId(name);
    }
    request.keyUsage().requireBits(request.keyBits());
    String origin = request.origin();
    requireText("origin", origin == null ? "" : origin, MAX_NAME_CHARS);
    if (origin != null && (origin.isBlank() || GIVEN_ORIGINS.contains(origin))) {
      throw invalid(
          "origin \"%s\": %s and the empty one are given by backends and decide how a key opens. Leave it out, or use another word"
              .formatted(origin, GIVEN_ORIGINS));
    }
    requireText("policy", request.policy(), MAX_POLICY_CHARS);
    requireText("createdBy", request.createdBy(), MAX_NAME_CHARS);
    checkDescription(request.description());
    checkTags(request.tags());
  }

  static void check(ImportKeyRequest request) {
    requireGoodId(request.keyName());
    checkDescription(request.description());
    checkTags(request.tags());
    request.keyUsage().requireBits(Byte.SIZE * request.rawKey().length());
  }

  /** Refuses a key that nothing could ever be done with. */
  static void requireOfUse(KeyUsage usage, Capabilities backend) {
    if (usage == KeyUsage.SIGN_VERIFY && !backend.servesMacKeys()) {
      throw KmsException.of(
          ErrorKind.UNSUPPORTED_CAPABILITY,
          "this backend has no use for a key for %s: it neither makes MACs nor lends keys for them. Create it in another backend, or a key for %s"
              .formatted(KeyUsage.SIGN_VERIFY.wireName(), KeyUsage.ENCRYPT_DECRYPT.wireName()));
    }
  }

  static void check(MacRequest request) {
    if (request.message().length > MacRequest.MAX_MESSAGE_BYTES) {
      throw invalid(
          "a message of %d bytes, at most %d. Make the MAC of its hash"
              .formatted(request.message().length, MacRequest.MAX_MESSAGE_BYTES));
    }
  }

  static void check(ListKeysRequest request) {
    if (request.limit() < 1 || request.limit() > ListKeysRequest.MAX_LIMIT) {
      throw invalid(
          "limit %d, expected 1 to %d".formatted(request.limit(), ListKeysRequest.MAX_LIMIT));
    }
  }

  static void check(EncryptRequest request) {
    if (request.plaintext().length() > EncryptRequest.MAX_PLAINTEXT_BYTES) {
      throw invalid(
          "%d bytes of plaintext, at most %d. Encrypt larger data under a data key"
              .formatted(request.plaintext().length(), EncryptRequest.MAX_PLAINTEXT_BYTES));
    }
  }

  static void check(DeleteKeyRequest request, boolean allowImmediateDeletion) {
    if (request.forceImmediate()) {
      checkImmediate(request, allowImmediateDeletion);
    } else if (request.pendingWindowInDays() < DeleteKeyRequest.MIN_WINDOW_DAYS
        || request.pendingWindowInDays() > DeleteKeyRequest.MAX_WINDOW_DAYS) {
      throw invalid(
          "a deletion window of %d days, expected %d to %d"
              .formatted(
                  request.pendingWindowInDays(),
                  DeleteKeyRequest.MIN_WINDOW_DAYS,
                  DeleteKeyRequest.MAX_WINDOW_DAYS));
    }
  }

  private static void checkImmediate(DeleteKeyRequest request, boolean allowed) {
    if (!allowed) {
      throw KmsException.of(
          ErrorKind.ACCESS_DENIED,
          "key \"%s\": immediate deletion is switched off. Schedule it, or set allowImmediateDeletion in code"
              .formatted(request.keyId()));
    }
    if (!request.keyId().equals(request.confirmKeyId())) {
      throw invalid(
          "immediate deletion of key \"%s\" needs confirmKeyId with the same id; everything under it is lost"
              .formatted(request.keyId()));
    }
  }

  private static KmsException invalid(String message) {
    return KmsException.of(ErrorKind.INVALID_REQUEST, message);
  }
}
