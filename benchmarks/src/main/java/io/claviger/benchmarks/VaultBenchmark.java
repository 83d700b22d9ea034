package io.claviger.benchmarks;

import io.claviger.config.AuthMethod;
import io.claviger.config.BackendConfig;
import io.claviger.config.KmsConfig;
import io.claviger.config.VaultConfig;
import io.claviger.config.VaultConnection;
import io.claviger.config.VaultTransitConfig;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Data keys with a Vault that runs already: {@code CLAVIGER_VAULT_ADDRESS} and {@code
 * CLAVIGER_VAULT_TOKEN} name it, with engines at {@code transit} and {@code secret}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class VaultBenchmark extends RemoteKeys {
  @Param({"kv2", "transit"})
  public String backend;

  @Setup
  public void setUp() {
    VaultConnection connection =
        VaultConnection.of(
            URI.create(environment("CLAVIGER_VAULT_ADDRESS")),
            AuthMethod.Token.of(environment("CLAVIGER_VAULT_TOKEN")));
    BackendConfig config =
        backend.equals("kv2") ? VaultConfig.of(connection) : VaultTransitConfig.of(connection);
    start(KmsConfig.builder(config).allowInsecureDevDefaults(true).build());
  }
}
