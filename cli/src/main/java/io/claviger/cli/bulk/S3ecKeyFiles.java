package io.claviger.cli.bulk;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.claviger.cli.shell.CommandException;
import io.claviger.cli.shell.ExitCode;
import io.claviger.cli.shell.Passphrases;
import io.claviger.cli.shell.Shell;
import io.claviger.encryption.S3EncryptionClientKeys;
import io.claviger.kms.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Keys of the Amazon S3 Encryption Client, from files. */
final class S3ecKeyFiles {
  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";

  /** No object is held that is as large: larger ones are read twice. */
  private static final int LARGEST_HELD_BYTES = 8 << 20;

  @Option(
      names = "--s3ec-aes-key-file",
      paramLabel = "FILE",
      description = "The AES key of the Amazon S3 Encryption Client, 32 raw bytes; - reads it.")
  private @Nullable String aes;

  @Option(
      names = "--s3ec-rsa-key-file",
      paramLabel = "FILE",
      description = "Its RSA private key, PEM of PKCS #8; - reads it.")
  private @Nullable String rsa;

  /** Returns the keys that were given, null if none. */
  @Nullable S3EncryptionClientKeys read(Shell shell) {
    String aesFile = aes;
    String rsaFile = rsa;
    if (aesFile == null && rsaFile == null) {
      return null;
    }
    Passphrases files = new Passphrases(shell);
    S3EncryptionClientKeys keys = S3EncryptionClientKeys.objectsUpTo(LARGEST_HELD_BYTES);
    if (aesFile != null) {
      try (SecretBytes raw = files.raw(aesFile, "the AES key")) {
        keys = keys.aes(raw.use(bytes -> new SecretKeySpec(aesKey(aesFile, bytes), "AES")));
      }
    }
    if (rsaFile != null) {
      try (SecretBytes pem = files.raw(rsaFile, "the RSA key")) {
        keys = keys.rsa(pem.use(bytes -> privateKey(rsaFile, bytes)));
      }
    }
    return keys;
  }

  private static byte[] aesKey(String file, byte[] bytes) {
    if (bytes.length != S3EncryptionClientKeys.KEY_BYTES) {
      throw new CommandException(
          ExitCode.CONFIGURATION,
          "%s has %d bytes, expected the %d of a raw AES key"
              .formatted(file, bytes.length, S3EncryptionClientKeys.KEY_BYTES));
    }
    return bytes;
  }

  private static PrivateKey privateKey(String file, byte[] pem) {
    String text = new String(pem, US_ASCII).strip();
    try {
      if (text.startsWith(BEGIN) && text.endsWith(END)) {
        String base64 = text.substring(BEGIN.length(), text.length() - END.length());
        return KeyFactory.getInstance("RSA")
            .generatePrivate(
                new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(base64.strip())));
      }
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      // the form is wrong, as below; the exception may quote the key
    }
    throw new CommandException(
        ExitCode.CONFIGURATION,
        "%s is not a PEM file of an RSA private key (%s). Convert it with openssl pkcs8 -topk8 -nocrypt"
            .formatted(file, BEGIN));
  }
}
