package io.claviger.s3.internal.copy;

import io.claviger.encryption.ObjectName;
import io.claviger.encryption.SealRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.KeyMetadata;
import io.claviger.object.NameBinding;
import io.claviger.s3.api.RequestAttributes;
import io.claviger.s3.internal.call.CustomerKeys;
import io.claviger.s3.internal.wire.CopySource;
import io.claviger.s3.internal.wire.RequestFields;
import io.claviger.s3.internal.wire.SseHeaders;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.MetadataDirective;

/**
 * Copies one object with a new envelope: by one CopyObject, or in parts above S3's limit for it.
 */
public final class RewrapCopy {
  /** What S3 copies in one request. */
  private static final long LARGEST_COPY_BYTES = 5L << 30;

  private final S3Client client;
  private final CopyPlanner copies;
  private final RewrapTarget target;
  private final byte @Nullable [] fromCustomer;
  private final byte @Nullable [] toCustomer;
  private final long largestCopyBytes;
  private final long partBytes;

  private RewrapCopy(
      S3Client client,
      CopyPlanner copies,
      RewrapTarget target,
      byte @Nullable [] fromCustomer,
      byte @Nullable [] toCustomer,
      long largestCopyBytes,
      long partBytes) {
    this.client = client;
    this.copies = copies;
    this.target = target;
    this.fromCustomer = fromCustomer;
    this.toCustomer = toCustomer;
    this.largestCopyBytes = largestCopyBytes;
    this.partBytes = partBytes;
  }

  public static RewrapCopy keepingKeys(S3Client client, CopyPlanner copies) {
    return new RewrapCopy(
        client,
        copies,
        RewrapTarget.AS_IT_IS,
        null,
        null,
        LARGEST_COPY_BYTES,
        CopyInParts.PART_BYTES);
  }

  public RewrapCopy toKey(String masterKeyId) {
    return to(target.withKey(masterKeyId), null, null);
  }

  public RewrapCopy toContext(EncryptionContext context) {
    return to(target.withContext(context), fromCustomer, toCustomer);
  }

  public RewrapCopy toNames(NameBinding names) {
    return to(target.withNames(names), fromCustomer, toCustomer);
  }

  public RewrapCopy toCustomerKey(byte[] from, byte[] to) {
    RewrapTarget ofNoKey = new RewrapTarget(null, target.context(), target.names(), null);
    return to(ofNoKey, from.clone(), to.clone());
  }

  private RewrapCopy to(RewrapTarget other, byte @Nullable [] from, byte @Nullable [] to) {
    return new RewrapCopy(client, copies, other, from, to, largestCopyBytes, partBytes);
  }

  public RewrapCopy withLimits(long largest, long part) {
    return new RewrapCopy(client, copies, target, fromCustomer, toCustomer, largest, part);
  }

  /** Returns what a copy onto itself wraps the data key for. */
  public SealRequest wanted(
      String bucket, String key, String itsKeyId, EncryptionContext itsContext) {
    return copies.wanted(target, new ObjectName(bucket, key), itsKeyId, itsContext);
  }

  public void run(String bucket, String key, String toBucket, String toKey) {
    HeadObjectResponse head =
        client.headObject(
            b ->
                b.bucket(bucket)
                    .key(key)
                    .overrideConfiguration(
                        c -> c.putExecutionAttribute(RequestAttributes.OFF, true)));
    run(bucket, key, toBucket, toKey, head);
  }

  /** Returns what the key service knows of a master key. */
  public KeyMetadata masterKey(String masterKeyId) {
    return copies.masterKey(masterKeyId);
  }

  /**
   * @param head the store's answer for the source, to which the copy is pinned
   */
  public void run(
      String bucket, String key, String toBucket, String toKey, HeadObjectResponse head) {
    CopySource source = new CopySource(new ObjectName(bucket, key), null);
    SourceHead.requireLength(new ObjectName(toBucket, toKey).toString(), source, head);
    CopyObjectRequest copy = request(bucket, key, toBucket, toKey, head);
    RewrapTarget wanted =
        target.withCustomerKey(CustomerKeys.of(copy, CustomerKeys.OF_REQUEST, "s3://" + bucket));
    if (head.contentLength() <= largestCopyBytes) {
      client.copyObject(copy.toBuilder().overrideConfiguration(attribute(wanted)).build());
    } else {
      copies.inParts(client, copy, wanted, partBytes);
    }
  }

  private static AwsRequestOverrideConfiguration attribute(RewrapTarget wanted) {
    return AwsRequestOverrideConfiguration.builder()
        .putExecutionAttribute(RewrapTarget.ATTRIBUTE, wanted)
        .build();
  }

  private CopyObjectRequest request(
      String bucket, String key, String toBucket, String toKey, HeadObjectResponse head) {
    CopyObjectRequest.Builder copy =
        CopyObjectRequest.builder()
            .sourceBucket(bucket)
            .sourceKey(key)
            .destinationBucket(toBucket)
            .destinationKey(toKey)
            .metadataDirective(MetadataDirective.COPY)
            .copySourceIfMatch(head.eTag())
            .storageClass(head.storageClassAsString())
            .websiteRedirectLocation(head.websiteRedirectLocation());
    if (bucket.equals(toBucket) && key.equals(toKey)) {
      // a copy has no retention and no legal hold of its own; what stays an object's must stay
      RequestFields.copy(head, copy, name -> name.startsWith("ObjectLock"));
    }
    if (fromCustomer != null) {
      copy.copySourceSSECustomerAlgorithm(SseHeaders.AES256)
          .copySourceSSECustomerKey(base64(fromCustomer))
          .copySourceSSECustomerKeyMD5(md5(fromCustomer));
    }
    if (toCustomer != null) {
      copy.sseCustomerAlgorithm(SseHeaders.AES256)
          .sseCustomerKey(base64(toCustomer))
          .sseCustomerKeyMD5(md5(toCustomer));
    }
    return copy.build();
  }

  private static String base64(byte[] key) {
    return Base64.getEncoder().encodeToString(key);
  }

  private static String md5(byte[] key) {
    try {
      return base64(MessageDigest.getInstance("MD5").digest(key));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has MD5", e);
    }
  }
}
