package io.claviger.backend.awskms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AwsKeyIdTest {
  private static final String HERE = "arn:aws:kms:eu-central-1:111122223333:";
  private static final String THERE = "arn:aws:kms:us-east-1:111122223333:";
  private static final String ID = "11111111-2222-3333-4444-555555555555";
  private static final String MRK = "mrk-0123456789abcdef0123456789abcdef";

  @ParameterizedTest
  @CsvSource({
    ID + "," + ID,
    MRK + "," + MRK,
    HERE + "key/" + ID + "," + HERE + "key/" + ID,
    HERE + "alias/orders," + HERE + "alias/orders",
    "alias/orders, alias/orders",
    "orders, alias/orders",
    "a/b_c-D9, alias/a/b_c-D9",
    THERE + "key/" + MRK + "," + HERE + "key/" + MRK,
  })
  void everyNameOfAKey(String asked, String sent) {
    assertThat(AwsKeyId.of(asked, "eu-central-1").sent()).isEqualTo(sent);
  }

  @ParameterizedTest
  @ValueSource(strings = {THERE + "key/" + ID, THERE + "alias/orders", THERE + "alias/mrk-orders"})
  void aKeyOfAnotherRegionIsNotFoundAndBothAreNamed(String asked) {
    assertThatThrownBy(() -> AwsKeyId.of(asked, "eu-central-1"))
        .isInstanceOfSatisfying(
            KmsException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.KEY_NOT_FOUND))
        .hasMessageContaining("region us-east-1")
        .hasMessageContaining("eu-central-1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "ü", "a.b", "arn:aws:s3:::bucket"})
  void whatIsNoNameIsNotFound(String asked) {
    assertThatThrownBy(() -> AwsKeyId.of(asked, "eu-central-1"))
        .isInstanceOfSatisfying(
            KmsException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.KEY_NOT_FOUND));
  }

  @Test
  void newNamesBecomeAliases() {
    assertThat(AwsKeyId.newAlias("orders")).isEqualTo("alias/orders");
    assertThat(AwsKeyId.newAlias("alias/orders")).isEqualTo("alias/orders");
    for (String wrong : new String[] {"", "a.b", "aws/s3", ID, MRK}) {
      assertThatThrownBy(() -> AwsKeyId.newAlias(wrong))
          .isInstanceOfSatisfying(
              KmsException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_REQUEST));
    }
  }

  @Test
  void replicasOfAMultiRegionKeyAreTheSameKey() {
    AwsKeyId replica = AwsKeyId.of(THERE + "key/" + MRK, "eu-central-1");
    assertThat(replica.means(HERE + "key/" + MRK)).isTrue();
    assertThat(replica.means(THERE + "key/" + MRK)).isTrue();
    assertThat(replica.means(HERE + "key/" + ID)).isFalse();
    assertThat(AwsKeyId.of(HERE + "key/" + ID, "eu-central-1").means(HERE + "key/" + MRK))
        .isFalse();
    assertThat(AwsKeyId.of("orders", "eu-central-1").means(HERE + "key/" + ID)).isTrue();
  }
}
