package io.claviger.e2e.vault;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** An authority and the certificates that it signs, made by the JDK's keytool, in PEM files. */
final class Certificates {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private final Path folder;

  /** Makes the authority {@code NAME.pem} in {@code folder}. */
  Certificates(Path folder, String name) {
    this.folder = folder;
    keytool(name, "-genkeypair", "-alias", name, "-dname", "CN=" + name, "-ext", "bc:c=ca:true");
    pem(name);
  }

  /** Makes {@code NAME.pem} and {@code NAME-key.pem} for 127.0.0.1, signed by {@code authority}. */
  void sign(String authority, String name, String algorithm) {
    keytool(name, "-genkeypair", "-alias", name, "-dname", "CN=" + name, "-keyalg", algorithm);
    keytool(name, "-certreq", "-alias", name, "-file", file(name + ".csr"));
    keytool(
        authority,
        "-gencert",
        "-alias",
        authority,
        "-infile",
        file(name + ".csr"),
        "-outfile",
        file(name + ".der"),
        "-ext",
        "san=ip:127.0.0.1");
    keytool(
        name, "-importcert", "-noprompt", "-alias", authority, "-file", file(authority + ".pem"));
    keytool(name, "-importcert", "-noprompt", "-alias", name, "-file", file(name + ".der"));
    pem(name);
  }

  Path cert(String name) {
    return folder.resolve(name + ".pem");
  }

  Path key(String name) {
    return folder.resolve(name + "-key.pem");
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  private void keytool(String store, String command, String... more) {
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                command,
                "-keystore",
                file(store + ".p12"),
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-validity",
                "3650"));
    if (!command.equals("-genkeypair") && !command.equals("-gencert")) {
      line.removeAll(List.of("-validity", "3650"));
    }
    line.addAll(Arrays.asList(more));
    if (command.equals("-genkeypair") && !line.contains("-keyalg")) {
      line.addAll(List.of("-keyalg", "EC"));
    }
    try {
      Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes());
      if (process.waitFor() != 0) {
        throw new IllegalStateException(line + ": " + output);
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void pem(String name) {
    try (InputStream in = Files.newInputStream(folder.resolve(name + ".p12"))) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, PASSWORD);
      Key key = store.getKey(name, PASSWORD);
      write(cert(name), "CERTIFICATE", store.getCertificate(name).getEncoded());
      write(key(name), "PRIVATE KEY", key.getEncoded());
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void write(Path file, String what, byte[] der) {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    VaultProcess.write(
        file, "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, base64, what));
  }
}
