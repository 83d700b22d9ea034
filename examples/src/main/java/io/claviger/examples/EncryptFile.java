package io.claviger.examples;

import io.claviger.config.KmsConfig;
import io.claviger.config.LocalConfig;
import io.claviger.jca.ClavigerProvider;
import io.claviger.jca.KmsEnvelope;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.service.KmsServiceManager;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Seals and opens files of any size under a key of a key folder, in bounded memory. */
@Command(
    name = "EncryptFile",
    mixinStandardHelpOptions = true,
    description = {
      "Seals and opens files of any size. The passphrase of the key folder is in the environment",
      "variable CLAVIGER_MASTER_KEY. The name of the plaintext file is not bound to the bytes."
    })
public final class EncryptFile implements Callable<Integer> {
  private enum Job {
    encrypt,
    decrypt,
    trial
  }

  @Parameters(
      index = "0",
      description = "encrypt, decrypt, or trial: seal, open and compare made-up data, in memory")
  private Job job = Job.trial;

  @Parameters(index = "1", description = "the file to read; for trial the number of MiB")
  private String source = "";

  @Parameters(index = "2", arity = "0..1", description = "the file to write")
  private Path target;

  @Option(names = "--keys", required = true, description = "the key folder, made when missing")
  private Path keys;

  @Option(names = "--key", defaultValue = "files", description = "the key's id: ${DEFAULT-VALUE}")
  private String keyId;

  @Option(
      names = "--allow-insecure-dev-defaults",
      description = "a key folder in /tmp, for a trial")
  private boolean insecure;

  private EncryptFile() {}

  /** Runs the example; {@code --help} lists the options. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** Runs the example and returns its exit code. */
  static int run(String... args) {
    return new CommandLine(new EncryptFile()).execute(args);
  }

  @Override
  public Integer call() throws Exception {
    KmsServiceManager kms = new KmsServiceManager();
    kms.configure(
        KmsConfig.builder(LocalConfig.of(keys.toAbsolutePath(), JcaLocalKey.passphrase()))
            .allowInsecureDevDefaults(insecure)
            .build());
    kms.start();
    try {
      KmsEnvelope envelope = KmsEnvelope.under(new ClavigerProvider(kms).key(made(kms)));
      if (job == Job.trial) {
        return trial(envelope, Long.parseLong(source) << 20);
      }
      convert(envelope);
      return 0;
    } finally {
      kms.stop();
    }
  }

  private String made(KmsServiceManager kms) {
    try {
      kms.manager().createKey(keyId);
    } catch (KmsException e) {
      if (e.kind() != ErrorKind.KEY_ALREADY_EXISTS) {
        throw e;
      }
    }
    return keyId;
  }

  /** The target appears whole or not at all: a message that is cut or changed leaves nothing. */
  private void convert(KmsEnvelope envelope) throws IOException {
    Path file = Path.of(source);
    Path beside = target.resolveSibling(target.getFileName() + ".part");
    ProgressBar bar = new ProgressBar(System.out, Files.size(file));
    try (InputStream in = new Watched(Files.newInputStream(file), bar);
        OutputStream out = Files.newOutputStream(beside)) {
      if (job == Job.encrypt) {
        envelope.seal(in, out);
      } else {
        envelope.open(in, out);
      }
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(beside);
      throw e;
    }
    Files.move(beside, target, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Made-up data flow into the sealing stream, from there into the opening one, and are compared.
   */
  private static int trial(KmsEnvelope envelope, long bytes) throws Exception {
    MessageDigest made = MessageDigest.getInstance("SHA-256");
    MessageDigest opened = MessageDigest.getInstance("SHA-256");
    byte[] piece = new byte[1 << 16];
    new Random(1).nextBytes(piece);
    ProgressBar bar = new ProgressBar(System.out, bytes);
    try (OutputStream chain =
        envelope.sealing(
            envelope.opening(new DigestOutputStream(OutputStream.nullOutputStream(), opened)))) {
      for (long done = 0; done < bytes; done += piece.length) {
        piece[(int) (done >>> 16) & 0xffff]++;
        made.update(piece);
        chain.write(piece);
        bar.show(done + piece.length);
      }
    }
    String sum = HexFormat.of().formatHex(opened.digest());
    boolean same = sum.equals(HexFormat.of().formatHex(made.digest()));
    System.out.printf(
        "%,d bytes sealed and opened, SHA-256 %s, %s%n", bytes, sum, same ? "same" : "DIFFERENT");
    return same ? 0 : 1;
  }

  /** Shows how far it was read. */
  private static final class Watched extends FilterInputStream {
    private final ProgressBar bar;
    private long done;

    Watched(InputStream in, ProgressBar bar) {
      super(in);
      this.bar = bar;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = super.read(bytes, offset, length);
      done += Math.max(0, count);
      bar.show(done);
      return count;
    }
  }
}
