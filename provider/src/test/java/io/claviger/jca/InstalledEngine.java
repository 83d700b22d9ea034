package io.claviger.jca;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.security.Provider;
import java.security.Security;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * Program of {@link InstalledEnginesTest}: installs an engine ahead of all others and runs test
 * classes. Arguments: class of the provider, names of test classes.
 */
final class InstalledEngine {
  private InstalledEngine() {}

  public static void main(String[] args) throws Exception {
    Provider engine =
        Class.forName(args[0]).asSubclass(Provider.class).getDeclaredConstructor().newInstance();
    Security.insertProviderAt(engine, 1);
    Cipher bulk = Cipher.getInstance("AES/GCM/NoPadding");
    bulk.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(new byte[32], "AES"));
    System.out.println("AES-GCM by " + bulk.getProvider().getName());

    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(Stream.of(args).skip(1).map(name -> selectClass(name)).toList())
            .build();
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create().execute(request, listener);
    TestExecutionSummary done = listener.getSummary();
    done.printFailuresTo(new PrintWriter(System.out, true));
    System.out.printf(
        "%d classes, tests: %s%n",
        args.length - 1,
        done.getTestsSucceededCount() == done.getTestsFoundCount() ? "all passed" : "some failed");
    System.exit(done.getTotalFailureCount() == 0 ? 0 : 1);
  }
}
