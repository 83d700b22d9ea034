package io.claviger.s3;

import io.claviger.encryption.EnvelopeDraft;
import io.claviger.encryption.ObjectName;
import io.claviger.format.CoveredHeader;
import io.claviger.format.CoveredHeaders;
import io.claviger.format.UploadId;
import io.claviger.s3.S3Operations.Action;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;

/** What the interceptor knows of one API call, kept in its execution attributes. One thread. */
final class Call {
  static final ExecutionAttribute<Call> ATTRIBUTE = Attributes.named("claviger.s3.call");

  private final Calls owner;
  private final Settings settings;
  private final String operation;
  private final Action action;
  private final ObjectName asked;

  /** The one that acts: others of the same client rest. */
  CallHooks actor;

  /** Whether the client is an asynchronous one. */
  final boolean async;

  /** Set when the request was rewritten; a second registration of the interceptor then rests. */
  boolean requestRewritten;

  /** Set when this attempt's answer was rewritten. */
  boolean answerRewritten;

  /** Set when this attempt's body was opened. */
  boolean bodyOpened;

  /** The headers that decide on object bytes, as we left them; null before. */
  @Nullable Map<String, List<String>> guardedHeaders;

  /** The request as other interceptors left it, before the SDK made headers of it. */
  @Nullable SdkRequest sent;

  /** For operations that write an object: the headers that its metadata tags cover; else null. */
  @Nullable CoveredHeaders covered;

  /** For COPY: the envelope of the copy, null where the request is sent as it is. */
  @Nullable EnvelopeDraft copyEnvelope;

  /** For COPY: the headers of the source that the copy takes over, null where it takes none. */
  @Nullable CoveredHeaders copyHeaders;

  /** For OPEN and HEAD: headers that the request itself sets in the answer. */
  Set<CoveredHeader> overridden = Set.of();

  /** For SEAL: the body as the caller gave it. */
  @Nullable RequestBody callersBody;

  /** For SEAL. */
  @Nullable SealedPut put;

  /** For OPEN, HEAD and ATTRIBUTES: what the caller asks for; null before. */
  @Nullable Reading reading;

  /** For ATTRIBUTES: what is told, null for an object that is not sealed. */
  AttributesHandler.@Nullable Described described;

  /** For OPEN and HEAD: the key that came with the request. */
  CustomerKeys.@Nullable Given customerKey;

  /** The {@code If-Match} that this attempt carries, null for none. */
  @Nullable String ifMatch;

  /** Set when the request was planned. */
  boolean planned;

  /** Set when the body to be sent was planned. */
  boolean bodyPlanned;

  /** Set when this attempt's result was rewritten. */
  boolean resultRewritten;

  /** For COPY: what is told back. */
  @Nullable SseAnswer copyAnswer;

  /** For COPY: the source's Expires header as it stood, to be set again. */
  @Nullable String copyExpires;

  /** For COPY of an object onto itself: the ETag that it must still have. */
  @Nullable String copyIfMatch;

  /** For copies that asynchronous clients send as uploads: what is sent. */
  @Nullable CopiedBody copiedBody;

  /** For COPY: set when the copy is made already. */
  @Nullable FinishedCopy finishedCopy;

  /** For COPY: set when the source is read and sealed. */
  @Nullable CopyAsUpload upload;

  /** For LIST on asynchronous clients: sizes that were found before the request. */
  @Nullable ListSizer sizes;

  /** For UPLOAD: the upload id of the call, null for a bare one. */
  @Nullable UploadId uploadId;

  /** For UPLOAD: the upload id as the caller gave it, where the answer tells it again. */
  @Nullable String callersUploadId;

  /** For UPLOAD: set when an upload is created. */
  @Nullable NewUpload newUpload;

  /** For UPLOAD: what UploadPartCopy copies. */
  @Nullable PartCopy partCopy;

  /** For UPLOAD: set when a part is about to be sent. */
  @Nullable StartedPart part;

  /** For OPEN: how this attempt's body is opened, null when it is left alone. */
  @Nullable BodyPlan body;

  /** For OPEN on synchronous clients: this attempt's body as the caller gets it. */
  @Nullable InputStream given;

  /** Set when this attempt's answer was refused, on asynchronous clients. */
  @Nullable RefusedAnswer refused;

  /** Whether this attempt had more than one answer. */
  volatile OneAnswer answers = new OneAnswer();

  Call(
      Calls owner,
      CallHooks actor,
      Settings settings,
      String operation,
      Action action,
      ObjectName asked,
      boolean async) {
    this.owner = owner;
    this.actor = actor;
    this.settings = settings;
    this.operation = operation;
    this.action = action;
    this.asked = asked;
    this.async = async;
  }

  /**
   * What a PUT sends.
   *
   * @param envelope user metadata to add, null for a directory marker and a part of an upload
   * @param storedBytes length of the body
   * @param body gives the bytes to be sent, the same at every opening; null for asynchronous
   *     clients
   * @param asyncBody the same for asynchronous clients, null for others
   * @param checksums the caller's sums
   * @param sse what is told back
   */
  record SealedPut(
      @Nullable EnvelopeDraft envelope,
      long storedBytes,
      @Nullable ContentStreamProvider body,
      @Nullable SealedAsyncBody asyncBody,
      CallerChecksums checksums,
      SseAnswer sse) {}

  /** For OPEN and HEAD on asynchronous clients: what was obtained before the answer came. */
  @Nullable Prepared prepared;

  /** Set when the object was read anew, since the store said that it ends where it did not. */
  boolean readAnew;

  /**
   * An upload that is created.
   *
   * @param envelope user metadata to add
   * @param sse what is told back
   * @param checksumAlgorithm of the upload, empty when the request names none
   */
  record NewUpload(EnvelopeDraft envelope, SseAnswer sse, String checksumAlgorithm) {}

  /**
   * A part that is sent.
   *
   * @param lengths where it was noted
   * @param number its number
   */
  record StartedPart(PartLengths lengths, int number) {}

  /** Returns whose settings decide. */
  Calls owner() {
    return owner;
  }

  Settings settings() {
    return settings;
  }

  String operation() {
    return operation;
  }

  Action action() {
    return action;
  }

  ObjectName asked() {
    return asked;
  }

  Reading reading() {
    return Objects.requireNonNull(reading, "reading");
  }

  String where() {
    return asked.toString();
  }

  /**
   * Returns how this attempt's body is opened, null when it is left alone: a HEAD is answered
   * without one, and the SDK would read what it was given (with {@code Content-Encoding: gzip} it
   * does so at once).
   */
  @Nullable BodyPlan bodyPlan() {
    return action == Action.HEAD ? null : body;
  }

  /** Stops the body of an attempt that failed: nobody got it. */
  void dropBody() {
    Answers.abort(given);
    given = null;
  }

  /** Forgets the answer of an attempt before the next one. */
  void beginAttempt() {
    dropBody();
    answers = new OneAnswer();
    answerRewritten = false;
    bodyOpened = false;
    resultRewritten = false;
    body = null;
    refused = null;
  }
}
