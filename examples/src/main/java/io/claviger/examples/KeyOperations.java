package io.claviger.examples;

import io.claviger.backend.local.LocalKeyFolder;
import io.claviger.config.LocalConfig;
import io.claviger.kms.SecretBytes;
import io.claviger.s3.Rewrap;
import io.claviger.service.KmsManager;
import java.io.IOException;
import java.nio.file.Path;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** What an operator does with keys; docs/key-operations.md shows these methods as they stand. */
final class KeyOperations {
  private KeyOperations() {}

  static void backup(LocalConfig folder, Path bundle, SecretBytes itsPassphrase) {
    try (LocalKeyFolder keys = LocalKeyFolder.open(folder.withoutCreating())) {
      keys.exportTo(bundle, itsPassphrase); // one file, sealed; fails if a key is damaged
    }
  }

  static void restore(Path bundle, SecretBytes itsPassphrase, LocalConfig emptyFolder) {
    try (LocalKeyFolder keys = LocalKeyFolder.open(emptyFolder)) {
      LocalKeyFolder.Report report = keys.importFrom(bundle, itsPassphrase);
      System.out.println("restored " + report.imported() + ", refused " + report.refusals());
    }
  }

  static void changePassphrase(LocalConfig folder, SecretBytes newPassphrase) {
    try (LocalKeyFolder keys = LocalKeyFolder.open(folder.withoutCreating())) {
      keys.changePassphrase(newPassphrase); // no file opens with the old one from here on
    }
  }

  static void newRootKey(LocalConfig folderWithNewPassphrase) {
    try (LocalKeyFolder keys = LocalKeyFolder.open(folderWithNewPassphrase.withoutCreating())) {
      keys.rotateRoot(); // what is written from here on does not open with an old copy
    }
  }

  static void newVersion(KmsManager keys, S3Client s3, String keyId, String bucket) {
    keys.rotateKey(keyId); // what is sealed from here on is under the new version
    Rewrap.Result result =
        Rewrap.with(s3)
            .prefix(bucket, "", null, p -> System.out.println(p.lastKey() + " has a new envelope"));
    System.out.println(result.rewrapped() + " re-wrapped, " + result.failed() + " failed");
  }

  static void sealAgain(S3Client s3, String bucket, String key) throws IOException {
    try (ResponseInputStream<GetObjectResponse> old =
        s3.getObject(b -> b.bucket(bucket).key(key))) {
      GetObjectResponse was = old.response();
      s3.putObject(
          b ->
              b.bucket(bucket)
                  .key(key)
                  .ifMatch(was.eTag()) // not over what somebody wrote meanwhile
                  .contentType(was.contentType())
                  .metadata(was.metadata()),
          RequestBody.fromInputStream(old, was.contentLength()));
    }
  }

  static void deleteOldVersions(S3Client s3, String bucket, String key) {
    s3.listObjectVersionsPaginator(b -> b.bucket(bucket).prefix(key)).versions().stream()
        .filter(version -> version.key().equals(key) && !version.isLatest())
        .forEach(old -> s3.deleteObject(b -> b.bucket(bucket).key(key).versionId(old.versionId())));
  }
}
