package io.claviger.s3.internal.call;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * THE table: what happens to each operation of S3. A test compares it with the SDK's list; an
 * operation that is not in it is refused at run time when it names an object or carries a body.
 */
public final class S3Operations {
  /** What is done with an operation. */
  public enum Action {
    /** The body is sealed, the envelope is added. */
    SEAL,
    /** The body is opened, lengths are those of the plaintext. */
    OPEN,
    /** Lengths are those of the plaintext. */
    HEAD,
    /** Sizes are those of the plaintext, checksums are left out. */
    ATTRIBUTES,
    /** The store copies sealed bytes; the data key is re-wrapped. */
    COPY,
    /** Sizes are those of the plaintext. */
    LIST,
    /** A step of a multipart upload: parts are sealed, ids hold what any process needs. */
    UPLOAD,
    /** Nothing. */
    PASS,
    /** Refused before anything is sent. */
    REFUSE
  }

  /**
   * A row.
   *
   * @param reason for REFUSE: why, and what to do instead
   */
  public record Rule(Action action, String reason) {}

  private static final Map<String, Rule> TABLE = new TreeMap<>();

  private static final String ANNOTATION =
      "annotations are not sealed. Keep what is private in the object itself, or use a client without the interceptor";

  static {
    add(Action.SEAL, "PutObject");
    add(Action.OPEN, "GetObject");
    add(Action.HEAD, "HeadObject");
    add(Action.ATTRIBUTES, "GetObjectAttributes");
    add(Action.COPY, "CopyObject");
    add(Action.LIST, "ListObjects");
    add(Action.LIST, "ListObjectsV2");
    add(Action.LIST, "ListObjectVersions");

    add(Action.UPLOAD, "CreateMultipartUpload");
    add(Action.UPLOAD, "UploadPart");
    add(Action.UPLOAD, "UploadPartCopy");
    add(Action.UPLOAD, "CompleteMultipartUpload");
    add(Action.UPLOAD, "AbortMultipartUpload");
    add(Action.UPLOAD, "ListParts");
    add(Action.UPLOAD, "ListMultipartUploads");

    refuse(
        "RenameObject",
        "a renamed object keeps the name that it was sealed for, and would not open. Read the object and put it under the new name");
    refuse(
        "GetObjectTorrent", "it would hand out sealed bytes that nobody can open. Use GetObject");
    refuse(
        "SelectObjectContent",
        "the store cannot search sealed bytes. Read the object with GetObject and search there");
    refuse(
        "WriteGetObjectResponse",
        "its body goes to somebody else's GetObject and would not be sealed. Use a client without the interceptor");
    refuse(
        "UpdateObjectEncryption",
        "it changes the store's own encryption, not the key that the object is sealed with. Put the object again");
    refuse(
        "PresignedUrlDownload",
        "a presigned URL does not carry the object's name in a trusted way. Use GetObject");
    refuse("PutObjectAnnotation", ANNOTATION);
    refuse("GetObjectAnnotation", ANNOTATION);

    pass(
        "DeleteObject",
        "DeleteObjects",
        "DeleteObjectAnnotation",
        "DeleteObjectTagging",
        "GetObjectAcl",
        "GetObjectLegalHold",
        "GetObjectLockConfiguration",
        "GetObjectRetention",
        "GetObjectTagging",
        "ListObjectAnnotations",
        "PutObjectAcl",
        "PutObjectLegalHold",
        "PutObjectLockConfiguration",
        "PutObjectRetention",
        "PutObjectTagging",
        "RestoreObject");
    pass(
        "CreateBucket",
        "CreateBucketMetadataConfiguration",
        "CreateBucketMetadataTableConfiguration",
        "CreateSession",
        "DeleteBucket",
        "DeleteBucketAnalyticsConfiguration",
        "DeleteBucketCors",
        "DeleteBucketEncryption",
        "DeleteBucketIntelligentTieringConfiguration",
        "DeleteBucketInventoryConfiguration",
        "DeleteBucketLifecycle",
        "DeleteBucketMetadataConfiguration",
        "DeleteBucketMetadataTableConfiguration",
        "DeleteBucketMetricsConfiguration",
        "DeleteBucketOwnershipControls",
        "DeleteBucketPolicy",
        "DeleteBucketReplication",
        "DeleteBucketTagging",
        "DeleteBucketWebsite",
        "DeletePublicAccessBlock",
        "GetBucketAbac",
        "GetBucketAccelerateConfiguration",
        "GetBucketAcl",
        "GetBucketAnalyticsConfiguration",
        "GetBucketCors",
        "GetBucketEncryption",
        "GetBucketIntelligentTieringConfiguration",
        "GetBucketInventoryConfiguration",
        "GetBucketLifecycleConfiguration",
        "GetBucketLocation",
        "GetBucketLogging",
        "GetBucketMetadataConfiguration",
        "GetBucketMetadataTableConfiguration",
        "GetBucketMetricsConfiguration",
        "GetBucketNotificationConfiguration",
        "GetBucketOwnershipControls",
        "GetBucketPolicy",
        "GetBucketPolicyStatus",
        "GetBucketReplication",
        "GetBucketRequestPayment",
        "GetBucketTagging",
        "GetBucketVersioning",
        "GetBucketWebsite",
        "GetPublicAccessBlock",
        "HeadBucket",
        "ListBucketAnalyticsConfigurations",
        "ListBucketIntelligentTieringConfigurations",
        "ListBucketInventoryConfigurations",
        "ListBucketMetricsConfigurations",
        "ListBuckets",
        "ListDirectoryBuckets",
        "PutBucketAbac",
        "PutBucketAccelerateConfiguration",
        "PutBucketAcl",
        "PutBucketAnalyticsConfiguration",
        "PutBucketCors",
        "PutBucketEncryption",
        "PutBucketIntelligentTieringConfiguration",
        "PutBucketInventoryConfiguration",
        "PutBucketLifecycleConfiguration",
        "PutBucketLogging",
        "PutBucketMetricsConfiguration",
        "PutBucketNotificationConfiguration",
        "PutBucketOwnershipControls",
        "PutBucketPolicy",
        "PutBucketReplication",
        "PutBucketRequestPayment",
        "PutBucketTagging",
        "PutBucketVersioning",
        "PutBucketWebsite",
        "PutPublicAccessBlock",
        "UpdateBucketMetadataAnnotationTableConfiguration",
        "UpdateBucketMetadataInventoryTableConfiguration",
        "UpdateBucketMetadataJournalTableConfiguration");
  }

  private S3Operations() {}

  private static void add(Action action, String operation) {
    TABLE.put(operation, new Rule(action, ""));
  }

  private static void refuse(String operation, String reason) {
    TABLE.put(operation, new Rule(Action.REFUSE, reason));
  }

  private static void pass(String... operations) {
    for (String operation : operations) {
      add(Action.PASS, operation);
    }
  }

  /** Returns the row of {@code operation}, null when there is none. */
  static @Nullable Rule find(String operation) {
    return TABLE.get(operation);
  }

  /**
   * Returns the row of {@code operation}, or what is done without one.
   *
   * @param carriesObject returns, where that matters, whether the request names an object or has a
   *     streamed body
   */
  public static Rule rule(String operation, BooleanSupplier carriesObject) {
    Rule rule = find(operation);
    if (rule != null) {
      return rule;
    }
    return carriesObject.getAsBoolean()
        ? new Rule(
            Action.REFUSE,
            "this version does not know the operation, and it may carry object bytes. Use a newer version of Claviger, or a client without the interceptor")
        : new Rule(Action.PASS, "");
  }

  /** Returns the names of all rows. */
  public static java.util.Set<String> names() {
    return TABLE.keySet();
  }
}
