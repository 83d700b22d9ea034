package io.claviger.backend.awskms;

import io.claviger.kms.CancelKeyDeletionRequest;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DeleteKeyRequest;
import io.claviger.kms.DescribeKeyRequest;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import io.claviger.kms.ListKeysRequest;
import io.claviger.kms.ListKeysResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.CreateKeyResponse;
import software.amazon.awssdk.services.kms.model.KeyUsageType;
import software.amazon.awssdk.services.kms.model.KmsResponse;
import software.amazon.awssdk.services.kms.model.ListKeysResponse;
import software.amazon.awssdk.services.kms.model.ListResourceTagsResponse;
import software.amazon.awssdk.services.kms.model.Tag;

/**
 * The life of keys in AWS KMS: KMS itself is the state machine. Keys are described by their ARN,
 * whatever name they were asked for by.
 */
abstract class AwsKeys implements KmsBackend {
  private static final Logger LOG = LoggerFactory.getLogger(AwsKeys.class);

  /** Most that one call returns. */
  private static final int KEYS_PER_CALL = 1000;

  private static final int TAGS_PER_CALL = 50;
  private static final int WAY_BACK_DAYS = 7;

  final AwsCalls aws;

  AwsKeys(AwsCalls aws) {
    this.aws = aws;
  }

  @Override
  public final KeyMetadata describeKey(DescribeKeyRequest request) {
    AwsKeyId id = aws.id(request.keyId());
    var key = find(id);
    return AwsKey.metadata(key, tags(key.arn(), id.subject()), id.subject());
  }

  private software.amazon.awssdk.services.kms.model.KeyMetadata find(AwsKeyId id) {
    String action = "kms:DescribeKey";
    var key =
        aws.call(action, id.subject(), c -> c.describeKey(r -> r.keyId(id.sent()))).keyMetadata();
    if (key == null || key.keyState() == null || key.keySpec() == null) {
      throw AwsAnswers.without("KeyMetadata", action, id);
    }
    AwsAnswers.key(key.arn(), action, id);
    return key;
  }

  /** Returns the id that calls take which change a key: neither alias nor ARN. */
  private String own(AwsKeyId id) {
    return AwsKeyId.bare(id.isKey() ? id.sent() : find(id).arn());
  }

  /**
   * Tags of a key that the login may use and not list the tags of are none; in another account AWS
   * says that there is no such key.
   */
  private Map<String, String> tags(String arn, String subject) {
    Map<String, String> all = new HashMap<>();
    @Nullable String marker = null;
    do {
      @Nullable String from = marker;
      ListResourceTagsResponse page;
      try {
        page =
            aws.call(
                "kms:ListResourceTags",
                subject,
                c -> c.listResourceTags(r -> r.keyId(arn).limit(TAGS_PER_CALL).marker(from)));
      } catch (KmsException e) {
        if (isHidden(e)) {
          return Map.of();
        }
        throw e;
      }
      page.tags().forEach(tag -> all.put(tag.tagKey(), tag.tagValue()));
      marker = Boolean.TRUE.equals(page.truncated()) ? page.nextMarker() : null;
    } while (marker != null);
    return all;
  }

  private static boolean isHidden(KmsException e) {
    return e.kind() == ErrorKind.ACCESS_DENIED || e.kind() == ErrorKind.KEY_NOT_FOUND;
  }

  /**
   * Creates a key and, for its name, an alias. Of two that race for a name one makes the alias; the
   * other one's key is scheduled for deletion.
   */
  @Override
  public final KeyMetadata createKey(CreateKeyRequest request) {
    String name = request.keyName();
    String alias = name == null ? null : AwsKeyId.newAlias(name);
    String subject = name == null ? "a new key" : "key \"%s\"".formatted(name);
    if (name != null && exists(aws.id(name))) {
      throw taken(name, null);
    }
    var spec = AwsKey.spec(name, request.keyUsage(), request.keyBits());
    KeyUsageType usage =
        switch (request.keyUsage()) {
          case ENCRYPT_DECRYPT -> KeyUsageType.ENCRYPT_DECRYPT;
          case SIGN_VERIFY -> KeyUsageType.GENERATE_VERIFY_MAC;
        };
    CreateKeyResponse made =
        aws.call(
            "kms:CreateKey",
            subject,
            c ->
                c.createKey(
                    r ->
                        r.keySpec(spec)
                            .keyUsage(usage)
                            .description(request.description())
                            .policy(request.policy().isEmpty() ? null : request.policy())
                            .tags(tags(request.tags()))));
    if (name != null) {
      giveName(name, String.valueOf(alias), made.keyMetadata().keyId());
    }
    return AwsKey.metadata(made.keyMetadata(), request.tags(), subject);
  }

  private boolean exists(AwsKeyId id) {
    try {
      find(id);
      return true;
    } catch (KmsException e) {
      if (e.kind() == ErrorKind.KEY_NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  private void giveName(String name, String alias, String keyId) {
    try {
      aws.call(
          "kms:CreateAlias",
          "key \"%s\"".formatted(name),
          c -> c.createAlias(r -> r.aliasName(alias).targetKeyId(keyId)));
    } catch (KmsException e) {
      String left = takeBack(keyId);
      throw e.kind() == ErrorKind.KEY_ALREADY_EXISTS
          ? taken(name, e)
          : KmsException.of(e.kind(), e.getMessage() + left, e);
    }
  }

  /** A key that nobody can name would only cost money. */
  private String takeBack(String keyId) {
    try {
      schedule(aws.id(keyId), keyId, WAY_BACK_DAYS);
      return "; the key that was made for it, %s, is scheduled for deletion".formatted(keyId);
    } catch (KmsException e) {
      LOG.warn("key {} was made without a name and is left: {}", keyId, e.getMessage());
      return "; the key that was made for it, %s, is left".formatted(keyId);
    }
  }

  private static KmsException taken(String name, @Nullable KmsException cause) {
    return KmsException.of(
        ErrorKind.KEY_ALREADY_EXISTS,
        "key \"%s\" exists already in AWS KMS. Use it, or choose another name".formatted(name),
        cause);
  }

  private static List<Tag> tags(Map<String, String> tags) {
    return tags.entrySet().stream()
        .map(t -> Tag.builder().tagKey(t.getKey()).tagValue(t.getValue()).build())
        .toList();
  }

  /** Keys that this login may not see are left out; where it may see none, that is said. */
  @Override
  public final ListKeysResult listKeys(ListKeysRequest request) {
    List<KeyMetadata> page = new ArrayList<>();
    String marker = request.marker();
    KmsException denied = null;
    boolean seen = marker != null;
    for (String arn : marker == null ? arns() : arns().tailSet(marker, false)) {
      KeyMetadata found = null;
      try {
        found = listed(arn);
        seen = true;
      } catch (KmsException e) {
        if (!isHidden(e)) {
          throw e;
        }
        denied = e.kind() == ErrorKind.ACCESS_DENIED ? e : denied;
      }
      if (found == null
          || request.state() != null && request.state() != found.state()
          || request.usage() != null && request.usage() != found.usage()) {
        continue;
      }
      if (page.size() == request.limit()) {
        return new ListKeysResult(page, page.get(page.size() - 1).keyId(), List.of());
      }
      page.add(found);
    }
    if (!seen && denied != null) {
      throw denied;
    }
    return new ListKeysResult(page, null, List.of());
  }

  private TreeSet<String> arns() {
    TreeSet<String> all = new TreeSet<>();
    @Nullable String marker = null;
    do {
      @Nullable String from = marker;
      ListKeysResponse page =
          aws.call(
              "kms:ListKeys",
              "the list of keys",
              c -> c.listKeys(r -> r.limit(KEYS_PER_CALL).marker(from)));
      page.keys().forEach(key -> all.add(key.keyArn()));
      marker = Boolean.TRUE.equals(page.truncated()) ? page.nextMarker() : null;
    } while (marker != null);
    return all;
  }

  /** Returns a key; null for AWS's own ones and those of other specs. */
  private @Nullable KeyMetadata listed(String arn) {
    AwsKeyId id = aws.id(arn);
    var key = find(id);
    return AwsKey.isUsable(key)
        ? AwsKey.metadata(key, tags(arn, id.subject()), id.subject())
        : null;
  }

  @Override
  public final KeyMetadata enableKey(String keyId) {
    return change(keyId, "kms:EnableKey", (c, own) -> c.enableKey(r -> r.keyId(own)));
  }

  @Override
  public final KeyMetadata disableKey(String keyId) {
    return change(keyId, "kms:DisableKey", (c, own) -> c.disableKey(r -> r.keyId(own)));
  }

  /** Sends one change of a key, and returns what the key is then. */
  private KeyMetadata change(
      String keyId, String action, BiFunction<KmsClient, String, KmsResponse> sent) {
    AwsKeyId id = aws.id(keyId);
    String own = own(id);
    aws.call(action, id.subject(), c -> sent.apply(c, own));
    return describeKey(new DescribeKeyRequest(keyId));
  }

  /** AWS KMS has no immediate deletion: at least 7 days pass. */
  @Override
  public final KeyMetadata deleteKey(DeleteKeyRequest request) {
    AwsKeyId id = aws.id(request.keyId());
    if (request.forceImmediate()) {
      throw KmsException.of(
          ErrorKind.UNSUPPORTED_CAPABILITY,
          "%s: AWS KMS destroys no key at once. Schedule its deletion in 7 to 30 days"
              .formatted(id.subject()));
    }
    schedule(id, own(id), request.pendingWindowInDays());
    return describeKey(new DescribeKeyRequest(request.keyId()));
  }

  private void schedule(AwsKeyId id, String own, int days) {
    aws.call(
        "kms:ScheduleKeyDeletion",
        id.subject(),
        c -> c.scheduleKeyDeletion(r -> r.keyId(own).pendingWindowInDays(days)));
  }

  /** The key is Disabled then: AWS KMS does not remember the state before. */
  @Override
  public final KeyMetadata cancelKeyDeletion(CancelKeyDeletionRequest request) {
    return change(
        request.keyId(),
        "kms:CancelKeyDeletion",
        (c, own) -> c.cancelKeyDeletion(r -> r.keyId(own)));
  }

  @Override
  public final boolean destroysDueKeysItself() {
    return true;
  }

  @Override
  public final boolean destroyIfDue(String keyId, Instant now) {
    return false;
  }

  /** Begins a rotation; KMS ends it by itself and opens what older material sealed. */
  @Override
  public final KeyMetadata rotateKey(String keyId) {
    return change(
        keyId, "kms:RotateKeyOnDemand", (c, own) -> c.rotateKeyOnDemand(r -> r.keyId(own)));
  }

  @Override
  public final KeyMetadata updateDescription(String keyId, String description) {
    return change(
        keyId,
        "kms:UpdateKeyDescription",
        (c, own) -> c.updateKeyDescription(r -> r.keyId(own).description(description)));
  }

  @Override
  public final KeyMetadata tagKey(String keyId, Map<String, String> tags) {
    return change(
        keyId, "kms:TagResource", (c, own) -> c.tagResource(r -> r.keyId(own).tags(tags(tags))));
  }

  @Override
  public final KeyMetadata untagKey(String keyId, Set<String> tagNames) {
    return change(
        keyId,
        "kms:UntagResource",
        (c, own) -> c.untagResource(r -> r.keyId(own).tagKeys(tagNames)));
  }
}
