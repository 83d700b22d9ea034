package io.claviger.e2e.awskms;

import io.claviger.e2e.env.MotoServer;
import io.claviger.kms.KmsBackend;
import io.claviger.testkit.HostedRule;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.EnumSet;
import java.util.Set;

/** Over moto, which looks at no key's state or usage. */
class MotoContractIT extends KmsContract {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @Override
  protected KmsBackend newBackend() throws IOException, InterruptedException {
    HttpRequest reset =
        HttpRequest.newBuilder(MotoServer.http().resolve("/moto-api/reset"))
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    HTTP.send(reset, HttpResponse.BodyHandlers.discarding());
    return open(KmsServer.MOTO.newAccount());
  }

  @Override
  protected Set<HostedRule> hostedRules() {
    Set<HostedRule> rules = EnumSet.copyOf(OF_AWS);
    rules.add(HostedRule.EMULATED_STATE_UNCHECKED);
    rules.add(HostedRule.EMULATED_USAGE_UNCHECKED);
    rules.add(HostedRule.EMULATED_WRONG_KEY_DENIED);
    return rules;
  }
}
