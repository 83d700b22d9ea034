package io.claviger.e2e.awskms;

import io.claviger.config.BackendConfig;
import io.claviger.kms.BackendFields;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsBackendFactory;
import io.claviger.testkit.HostedRule;
import io.claviger.testkit.KmsBackendContract;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.ServiceLoader;
import java.util.Set;

/** The contract of every backend, over a server that speaks AWS KMS's protocol. */
abstract class KmsContract extends KmsBackendContract {
  /** What AWS KMS has in the place of our rules. */
  static final Set<HostedRule> OF_AWS =
      EnumSet.of(
          HostedRule.OWN_IDS,
          HostedRule.ENABLED_ONLY,
          HostedRule.CANCEL_DISABLES,
          HostedRule.NO_IMMEDIATE_DELETION,
          HostedRule.UNNUMBERED_VERSIONS,
          HostedRule.NO_EMPTY_INPUT,
          HostedRule.FIXED_MAC_KEYS);

  static final BackendSettings SETTINGS =
      new BackendSettings(Duration.ofSeconds(30), true, false, Clock.systemUTC());

  /** Makes a backend as the service does, through its factory. */
  static KmsBackend open(BackendConfig config) {
    for (KmsBackendFactory factory : ServiceLoader.load(KmsBackendFactory.class)) {
      if (factory.typeNames().contains(config.typeName())) {
        return factory.create(BackendFields.of(config.toMapWithSecrets()), SETTINGS);
      }
    }
    throw new IllegalStateException("no factory of " + config.typeName());
  }

  @Override
  protected Set<HostedRule> hostedRules() {
    return OF_AWS;
  }
}
