package io.claviger.e2e.awskms;

import io.claviger.kms.KmsBackend;
import io.claviger.testkit.HostedRule;
import java.util.EnumSet;
import java.util.Set;

/** Over LocalStack, which keeps every rule of AWS KMS that the contract asks for but one. */
class LocalStackContractIT extends KmsContract {
  @Override
  protected KmsBackend newBackend() {
    return open(KmsServer.LOCALSTACK.newAccount());
  }

  @Override
  protected Set<HostedRule> hostedRules() {
    Set<HostedRule> rules = EnumSet.copyOf(OF_AWS);
    rules.add(HostedRule.EMULATED_DATA_KEY_LENGTH);
    return rules;
  }
}
