package io.claviger.cli.file;

import io.claviger.cli.shell.Cleanups;
import io.claviger.cli.shell.CommandException;
import io.claviger.cli.shell.ExitCode;
import io.claviger.cli.shell.KeyService;
import io.claviger.cli.shell.LocalFiles;
import io.claviger.cli.shell.Progress;
import io.claviger.cli.shell.Shell;
import io.claviger.cli.shell.Sizes;
import io.claviger.jca.KmsEnvelope;
import io.claviger.kms.EncryptionContext;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One message from an input to an output.
 *
 * @param key the master key, null for the configuration's own
 * @param context bound to the message, null for none
 * @param aad associated data, null for none
 */
record Messages(
    Shell shell,
    @Nullable String key,
    @Nullable Map<String, String> context,
    @Nullable String aad) {

  /** Seals or opens, and returns the bytes of plaintext. */
  @FunctionalInterface
  interface Work {
    long pass(KmsEnvelope envelope, InputStream in, OutputStream out) throws IOException;
  }

  int pass(String what, String input, String output, Work work) throws IOException {
    LocalFiles files = new LocalFiles(shell);
    long bytes;
    try (KeyService keys = KeyService.open();
        InputStream source = files.read(input);
        Progress progress = shell.progress(what, LocalFiles.size(input))) {
      KmsEnvelope envelope = envelope(keys);
      InputStream counted = new GoingOn(progress.counting(source));
      bytes = files.write(output, target -> work.pass(envelope, counted, target));
    }
    if (!output.equals(LocalFiles.STANDARD)) {
      Map<String, Object> data = new LinkedHashMap<>();
      data.put("output", output);
      data.put("plainBytes", bytes);
      shell.result(data, out -> out.printf("%s, %s: %s%n", what, Sizes.shortText(bytes), output));
    }
    return ExitCode.OK.status();
  }

  private KmsEnvelope envelope(KeyService keys) {
    String id =
        key != null
            ? key
            : keys.manager()
                .defaultKeyId()
                .orElseThrow(
                    () ->
                        new CommandException(
                            ExitCode.CONFIGURATION,
                            "no key is named; name one with --key, or set CLAVIGER_DEFAULT_KEY_ID"));
    KmsEnvelope envelope = KmsEnvelope.under(keys.provider().key(id));
    if (context != null) {
      envelope = envelope.withContext(EncryptionContext.of(context));
    }
    return aad == null ? envelope : envelope.withAad(aad.getBytes(StandardCharsets.UTF_8));
  }

  /** Ends reading after a signal. */
  private static final class GoingOn extends FilterInputStream {
    GoingOn(InputStream source) {
      super(source);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      Cleanups.requireGoingOn();
      return super.read(target, offset, length);
    }
  }
}
