package io.claviger.s3.internal.multipart;

import io.claviger.encryption.CustomerKey;
import io.claviger.encryption.EncryptionService;
import io.claviger.encryption.ObjectName;
import io.claviger.encryption.ReaderPolicy;
import io.claviger.encryption.UploadSealer;
import io.claviger.format.UploadId;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.object.FormatException;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.internal.call.CustomerKeys;
import io.claviger.s3.internal.call.Exchange;
import io.claviger.s3.internal.call.Settings;
import io.claviger.s3.internal.wire.CallerExceptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * The multipart uploads that this process works on, and the keys of any. Nothing here is needed to
 * seal a part: an upload that was forgotten, or is another process's, only has parts that do not
 * state their offset.
 *
 * <p>Threads: safe. Blocking: {@link #sealer} calls the key management service.
 */
public final class Uploads {
  /** Uploads remembered; at most 160 KB each. */
  public static final int MAX_UPLOADS = 1000;

  /**
   * An upload by its whole id: a store may give one id to two uploads, but what follows it, the
   * wrapped data key, differs each time.
   */
  private record Place(ObjectName name, String id) {
    boolean isOf(ObjectName other, String wholeOrBareId) {
      boolean same = id.equals(wholeOrBareId) || UploadId.storeIdOf(id).equals(wholeOrBareId);
      return same && name.equals(other);
    }
  }

  /** An upload that is remembered. */
  public static final class Upload {
    private final UploadedParts lengths = new UploadedParts();
    private @Nullable UploadSealer sealer;

    UploadedParts lengths() {
      return lengths;
    }

    /**
     * Keeps the data key of an upload under a customer-provided key: callers do not send that key
     * with CompleteMultipartUpload. The first one is kept.
     */
    synchronized void keep(UploadSealer customers) {
      if (sealer == null) {
        sealer = customers;
      } else {
        customers.close();
      }
    }

    synchronized @Nullable UploadSealer kept() {
      return sealer;
    }

    private synchronized void forget() {
      if (sealer != null) {
        sealer.close();
        sealer = null;
      }
    }
  }

  private final Settings settings;
  private final EncryptionService encryption;
  private final Map<Place, Upload> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Place, Upload> eldest) {
          boolean tooMany = size() > MAX_UPLOADS;
          if (tooMany) {
            eldest.getValue().forget();
          }
          return tooMany;
        }
      };

  public Uploads(Settings settings, EncryptionService encryption) {
    this.settings = settings;
    this.encryption = encryption;
  }

  private ObjectName name(ObjectName asked) {
    return settings.reader().bound(asked);
  }

  /** Returns what is known of an upload; from now on it is remembered. */
  public Upload of(ObjectName asked, UploadId id) {
    synchronized (known) {
      return known.computeIfAbsent(new Place(name(asked), id.text()), p -> new Upload());
    }
  }

  /** Forgets an upload that has ended; every one that the store gave a bare id. */
  void forget(ObjectName asked, String wholeOrBareId) {
    ObjectName name = name(asked);
    List<Upload> ended = new ArrayList<>();
    synchronized (known) {
      known
          .entrySet()
          .removeIf(
              entry -> {
                boolean same = entry.getKey().isOf(name, wholeOrBareId);
                return same && ended.add(entry.getValue());
              });
    }
    ended.forEach(Upload::forget);
  }

  /**
   * Reads the upload id of a request.
   *
   * @return null for a bare id
   * @throws ClavigerS3Exception BAD_REQUEST if it was cut or changed
   */
  static @Nullable UploadId id(Exchange call, @Nullable String uploadId) {
    try {
      return UploadId.parse(uploadId == null ? "" : uploadId).orElse(null);
    } catch (FormatException e) {
      throw CallerExceptions.of(call.where(), e, Failure.BAD_REQUEST);
    }
  }

  /**
   * Reads the upload id of a request that needs the upload's key.
   *
   * @throws ClavigerS3Exception BAD_REQUEST for a bare id, and as {@link #id}
   */
  public static UploadId sealedId(Exchange call, @Nullable String uploadId) {
    UploadId id = id(call, uploadId);
    if (id == null) {
      throw ClavigerS3Exception.of(
          Failure.BAD_REQUEST,
          call.where(),
          "%s: the upload id is the store's own, without the key of the upload. Use the id that CreateMultipartUpload returned; with this one ListParts and AbortMultipartUpload are possible"
              .formatted(call.operation()));
    }
    return id;
  }

  /**
   * Unwraps the data key of an upload for the object that the request names.
   *
   * @throws SdkException if it is an upload of another object, or keys cannot be obtained
   */
  UploadSealer sealer(ObjectName asked, UploadId id, CustomerKeys.@Nullable Given customer) {
    String where = asked.toString();
    ReaderPolicy reader = settings.reader();
    ReaderPolicy writer =
        new ReaderPolicy(settings.names(), false, reader.bucketAliases(), reader.trustedKeyIds());
    CustomerKey key = CustomerKeys.Given.keyOf(customer);
    try {
      return encryption.openUpload(asked, id.envelope(), writer, key);
    } catch (FormatException e) {
      throw CallerExceptions.ofUpload(where, e);
    } catch (KmsException e) {
      if (e.kind() == ErrorKind.NOT_AUTHENTIC) {
        throw ClavigerS3Exception.of(
            Failure.BAD_REQUEST,
            where,
            "the upload id was given out for another object, or was changed. Use the id that CreateMultipartUpload returned for this one");
      }
      throw CallerExceptions.whileWriting(where, e);
    }
  }
}
