package io.claviger.s3.internal.wire;

import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.SdkRequest;

/** The checksum fields of the SDK's requests and answers, by the SDK's own field names. */
public final class StoredChecksums {
  private static final String PREFIX = "Checksum";
  private static final String TYPE = "ChecksumType";
  private static final List<String> WORDS = List.of("ChecksumAlgorithm", TYPE);

  private StoredChecksums() {}

  private static List<SdkField<?>> fields(SdkPojo any) {
    return any.sdkFields().stream()
        .filter(f -> f.memberName().startsWith(PREFIX) && !WORDS.contains(f.memberName()))
        .toList();
  }

  /** Returns the algorithm of the first checksum that {@code any} holds, in S3's spelling. */
  public static Optional<String> algorithm(SdkPojo any) {
    return fields(any).stream()
        .filter(f -> f.getValueOrDefault(any) != null)
        .map(f -> f.memberName().substring(PREFIX.length()))
        .findFirst();
  }

  /** Whether a request asks for one checksum of the whole object instead of one of its parts'. */
  public static boolean isOfWholeObject(SdkRequest request) {
    return "FULL_OBJECT".equals(RequestFields.text(request, TYPE));
  }

  /** Removes all checksums, and their type, from an answer that is being built. */
  public static void hide(SdkPojo builder) {
    fields(builder).forEach(f -> f.set(builder, null));
    builder.sdkFields().stream()
        .filter(f -> f.memberName().equals(TYPE))
        .forEach(f -> f.set(builder, null));
  }

  /** Copies the checksums of {@code from} to what is being built. */
  public static void copy(SdkPojo from, SdkPojo builder) {
    List<SdkField<?>> checksums = fields(from);
    for (SdkField<?> target : fields(builder)) {
      checksums.stream()
          .filter(f -> f.memberName().equals(target.memberName()))
          .forEach(f -> target.set(builder, f.getValueOrDefault(from)));
    }
  }
}
