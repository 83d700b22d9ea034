package io.claviger.s3.internal.multipart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.encryption.EncryptionService;
import io.claviger.encryption.ObjectName;
import io.claviger.encryption.ReaderPolicy;
import io.claviger.encryption.SealRequest;
import io.claviger.encryption.UploadSealer;
import io.claviger.format.UploadId;
import io.claviger.kms.EncryptionContext;
import io.claviger.s3.TestKeys;
import io.claviger.s3.api.PlaintextObjects;
import io.claviger.s3.internal.call.KeyRuleSource;
import io.claviger.s3.internal.call.Settings;
import io.claviger.s3.internal.call.ShapeOptions;
import io.claviger.s3.rules.KeyRules;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Uploads that are remembered are bounded, and what is forgotten is wiped. */
class UploadsTest {
  @Test
  void anUploadThatIsForgottenForTooManyOthersWipesItsKey() {
    EncryptionService encryption = new EncryptionService(TestKeys.provider());
    Settings settings =
        new Settings(
            new Settings.Keys(
                TestKeys.provider(),
                null,
                EncryptionContext.empty(),
                Map.of(),
                KeyRuleSource.of(KeyRules.none())),
            PlaintextObjects.REJECT,
            ReaderPolicy.DEFAULT,
            new Settings.Buckets(List.of(), List.of()),
            ShapeOptions.DEFAULT);
    Uploads uploads = new Uploads(settings, encryption);
    ObjectName name = new ObjectName("b", "k");
    Map<String, String> envelope = encryption.beginUpload(SealRequest.of(name)).fields();
    UploadId id = UploadId.of("first", envelope, "");
    UploadSealer key = encryption.openUpload(name, id.envelope(), ReaderPolicy.DEFAULT, null);
    Uploads.Upload first = uploads.of(name, id);
    first.keep(key);
    for (int i = 0; i < Uploads.MAX_UPLOADS - 1; i++) {
      uploads.of(name, UploadId.of("id" + i, envelope, ""));
    }
    assertThat(first.kept()).isSameAs(key);
    uploads.of(name, UploadId.of("one more", envelope, ""));
    assertThat(first.kept()).isNull();
    assertThatThrownBy(() -> key.part(1, 5, 0)).isInstanceOf(IllegalStateException.class);
  }
}
