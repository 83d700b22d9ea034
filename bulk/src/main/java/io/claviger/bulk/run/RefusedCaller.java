package io.claviger.bulk.run;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Pace;
import io.claviger.bulk.Unit;
import java.util.Set;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.EncodingType;

/**
 * Distinguishes a refused caller from a refused object. The answer to a HEAD has no body and so no
 * code: wrong or expired credentials look as an object that may not be read. A listing says which.
 */
final class RefusedCaller {
  private static final Set<Integer> WITHOUT_REASON = Set.of(400, 403);

  private final Clients clients;
  private final Pace pace;

  RefusedCaller(Clients clients, Pace pace) {
    this.clients = clients;
    this.pace = pace;
  }

  /** Returns what the failure means, asking the store where it did not give a reason. */
  Trouble explained(Trouble found, Unit unit) {
    if (!found.isWithoutCode() || !WITHOUT_REASON.contains(found.httpStatus())) {
      return found;
    }
    pace.beforeStore(1);
    try {
      clients
          .stored()
          .listObjectsV2(b -> b.bucket(unit.bucket()).maxKeys(1).encodingType(EncodingType.URL));
      return found;
    } catch (SdkException e) {
      Trouble listing = Trouble.of(e);
      return listing.kind() == Trouble.Kind.UNIT ? found : listing;
    }
  }
}
