package io.claviger.examples;

import io.claviger.backend.local.LocalKeyFolder;
import io.claviger.bulk.Clients;
import io.claviger.bulk.Limits;
import io.claviger.bulk.Outcome.Status;
import io.claviger.bulk.Plan;
import io.claviger.bulk.RunResult;
import io.claviger.bulk.rewrap.RewrapJob;
import io.claviger.bulk.run.BulkRunner;
import io.claviger.bulk.source.ListingSource;
import io.claviger.config.LocalConfig;
import io.claviger.kms.SecretBytes;
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

  static void newVersion(KmsManager keys, Clients clients, String keyId, String bucket, Path run)
      throws IOException {
    keys.rotateKey(keyId); // what is sealed from here on is under the new version
    Plan plan =
        new Plan(ListingSource.ofBucket(bucket), RewrapJob.toCurrentVersions(), Limits.DEFAULT);
    RunResult result = BulkRunner.with(clients).run(plan, run); // its report is in the folder
    System.out.println(result.counts().of(Status.DONE) + " objects have a new envelope");
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
