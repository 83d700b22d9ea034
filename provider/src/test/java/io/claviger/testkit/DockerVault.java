package io.claviger.testkit;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.vault.VaultContainer;

/** Vault in a container; apart, so that only who has Docker needs Testcontainers. */
final class DockerVault {
  static final String ROOT_TOKEN = "root";

  private DockerVault() {}

  /** Returns the address of a new server, or null without Testcontainers or a Docker engine. */
  @SuppressWarnings("resource") // lives as long as the JVM
  static @Nullable URI start() {
    try {
      if (!DockerClientFactory.instance().isDockerAvailable()) {
        return null;
      }
      VaultContainer<?> container =
          new VaultContainer<>(DockerImageName.parse("hashicorp/vault:" + VaultServer.VERSION))
              .withVaultToken(ROOT_TOKEN);
      container.start();
      return URI.create(container.getHttpHostAddress());
    } catch (NoClassDefFoundError withoutTestcontainers) {
      return null;
    }
  }
}
