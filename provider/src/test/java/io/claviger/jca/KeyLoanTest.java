package io.claviger.jca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.jca.KeyLoan.Purpose;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsException;
import io.claviger.service.KmsServiceManager;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** For how long material that was lent is used again, by a clock of its own. */
class KeyLoanTest {
  private final LendingBackend backend = new LendingBackend(KeyUsage.ENCRYPT_DECRYPT);
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // a clock may overflow
  private KmsServiceManager service;
  private KeyLoan loan;

  @BeforeEach
  void start() {
    service = KmsServiceManager.running(backend, null);
    backend.put("k", new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
    loan = new KeyLoan(new ClavigerProvider(service).key("k"), now::get);
  }

  @AfterEach
  void stop() {
    service.stop();
  }

  private void assertLent(int times, Purpose purpose) throws Exception {
    int before = backend.lent();
    assertThat(loan.take(purpose).getEncoded()).hasSize(16).startsWith(1, 2, 3);
    assertThat(backend.lent() - before).as("asked the backend").isEqualTo(times);
  }

  @Test
  void aLoanLastsASecondAndNotANanosecondMore() throws Exception {
    assertLent(1, Purpose.OPEN);
    assertLent(0, Purpose.OPEN);
    now.addAndGet(KeyLoan.LONGEST_NANOS - 1);
    assertLent(0, Purpose.OPEN);
    now.incrementAndGet();
    assertLent(1, Purpose.OPEN);
    now.addAndGet(KeyLoan.LONGEST_NANOS - 1);
    assertLent(0, Purpose.OPEN);
  }

  @Test
  void whatWasLentToOpenSealsNothing() throws Exception {
    assertLent(1, Purpose.OPEN);
    assertLent(1, Purpose.SEAL);
    assertLent(0, Purpose.SEAL);
    assertLent(0, Purpose.OPEN);
  }

  @Test
  void aLoanThatEndedIsAskedForAgain() throws Exception {
    assertLent(1, Purpose.SEAL);
    loan.end();
    assertLent(1, Purpose.SEAL);
  }

  @Test
  void aChangeOfAnyKeyEndsItAlsoOneThatFailed() throws Exception {
    assertLent(1, Purpose.SEAL);
    assertThatThrownBy(() -> service.manager().createKey("another"))
        .isInstanceOf(KmsException.class);
    assertLent(1, Purpose.SEAL);
    assertLent(0, Purpose.SEAL);
  }
}
