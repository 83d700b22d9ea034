package io.claviger.s3.internal.wire;

import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.object.FormatException;
import io.claviger.s3.api.ClavigerS3Exception;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * The one way into a refusal: what the format and the keys refuse becomes here what callers meet,
 * S3's own error where S3 has one, else {@link ClavigerS3Exception}. The SDK repeats none of them.
 */
public final class CallerExceptions {
  private static final String OPTION =
      ". If callers know the key by another id or ARN, map it with the interceptor's option kmsKeyAlias";

  /** The deepest cause that is looked at. */
  private static final int MOST_CAUSES = 16;

  private CallerExceptions() {}

  /**
   * Runs what opens stored bytes.
   *
   * @throws SdkException what a reader meets where envelope, bytes or keys are refused
   */
  public static <T> T reading(String where, Supplier<T> work) {
    try {
      return work.get();
    } catch (FormatException | KmsException e) {
      throw whileReading(where, e);
    }
  }

  /**
   * Runs what obtains keys to seal with; nothing was sent yet.
   *
   * @throws SdkException what a writer meets where the request or keys are refused
   */
  public static <T> T writing(String where, Supplier<T> work) {
    try {
      return work.get();
    } catch (FormatException e) {
      throw of(where, e, ClavigerS3Exception.Failure.BAD_REQUEST);
    } catch (KmsException e) {
      throw whileWriting(where, e);
    }
  }

  /** Returns what a writer meets when keys are refused; nothing was sent yet. */
  public static SdkException whileWriting(String where, KmsException e) {
    return switch (e.kind()) {
      case KEY_NOT_FOUND ->
          S3Errors.of(400, "KMS.NotFoundException", where, e.getMessage() + OPTION);
      case INVALID_KEY_STATE ->
          S3Errors.of(400, "KMS.DisabledException", where, String.valueOf(e.getMessage()));
      default -> of(where, e, e.isRetryable() ? ". Nothing was stored; repeat the call later" : "");
    };
  }

  /**
   * Returns what a reader meets. For keys never S3's own exception: a master key that is not there
   * may as well be metadata that somebody changed.
   *
   * @return {@code e} itself where neither format nor keys refused
   */
  public static RuntimeException whileReading(String where, RuntimeException e) {
    if (e instanceof FormatException format) {
      Optional<S3Exception> s3 = ofCustomerKey(where, format);
      return s3.isPresent()
          ? s3.get()
          : of(where, format, ClavigerS3Exception.Failure.NOT_AUTHENTIC);
    }
    return e instanceof KmsException kms ? whileReading(where, kms) : e;
  }

  /** Returns what a reader meets where the key service refused. */
  public static ClavigerS3Exception whileReading(String where, KmsException e) {
    String advice =
        e.kind() == ErrorKind.KEY_NOT_FOUND
            ? ". The object's metadata names it: if it was deleted, bring it back; if the metadata was changed, restore it"
            : e.isRetryable() ? ". Nothing was read; repeat the call later" : "";
    return of(where, e, advice);
  }

  /**
   * Returns what stands for {@code e} inside a body that a synchronous client reads or sends, where
   * S3 has no error any more: the answer has begun.
   *
   * @return {@code e} itself where neither format nor keys refused
   */
  public static RuntimeException inBody(String where, RuntimeException e) {
    if (e instanceof FormatException format) {
      return of(where, format, ClavigerS3Exception.Failure.NOT_AUTHENTIC);
    }
    return e instanceof KmsException kms ? of(where, kms, "") : e;
  }

  /** Returns what stands for {@code e} where the key of an upload is opened to seal a part. */
  public static SdkException ofUpload(String where, FormatException e) {
    Optional<S3Exception> s3 = ofCustomerKey(where, e);
    return s3.isPresent() ? s3.get() : of(where, e, ClavigerS3Exception.Failure.BAD_REQUEST);
  }

  /**
   * Returns the refusal that stands for {@code cause}, with its message; {@code otherwise} is the
   * kind of what is neither policy nor source.
   */
  public static ClavigerS3Exception of(
      String where, FormatException cause, ClavigerS3Exception.Failure otherwise) {
    ClavigerS3Exception.Failure failure =
        switch (cause.failure()) {
          case NAMES_NOT_BOUND, CONTEXT, UNTRUSTED_KEY -> ClavigerS3Exception.Failure.POLICY;
          case CUSTOMER_KEY -> ClavigerS3Exception.Failure.UNSUPPORTED;
          case SOURCE_LENGTH, SOURCE_CHANGED -> ClavigerS3Exception.Failure.SOURCE;
          default -> otherwise;
        };
    return ClavigerS3Exception.of(failure, where, String.valueOf(cause.getMessage()), cause);
  }

  /** Returns the refusal that stands for {@code cause}, with its message and {@code advice}. */
  public static ClavigerS3Exception of(String where, KmsException cause, String advice) {
    ClavigerS3Exception.Failure failure =
        switch (cause.kind()) {
          case NOT_AUTHENTIC -> ClavigerS3Exception.Failure.NOT_AUTHENTIC;
          case INVALID_REQUEST -> ClavigerS3Exception.Failure.BAD_REQUEST;
          default -> ClavigerS3Exception.Failure.KEYS;
        };
    return ClavigerS3Exception.of(failure, where, cause.getMessage() + advice, cause);
  }

  /** Returns S3's answer to a customer-provided key that is missing, superfluous or wrong. */
  private static Optional<S3Exception> ofCustomerKey(String where, FormatException e) {
    return switch (e.failure()) {
      case CUSTOMER_KEY -> Optional.of(S3Errors.invalidRequest(where, withoutPlace(where, e)));
      case KEY_WRAP -> Optional.of(S3Errors.of(403, "AccessDenied", where, withoutPlace(where, e)));
      default -> Optional.empty();
    };
  }

  private static String withoutPlace(String where, FormatException e) {
    String message = String.valueOf(e.getMessage());
    return message.startsWith(where) ? message.substring(where.length()).stripLeading() : message;
  }

  /** Returns the refusal that {@code e} stands for or wraps, else {@code e} itself. */
  public static Throwable unwrapped(Throwable e) {
    Throwable cause = e;
    for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++, cause = cause.getCause()) {
      if (cause instanceof ClavigerS3Exception) {
        return cause;
      }
    }
    return e;
  }
}
