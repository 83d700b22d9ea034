package io.claviger.cli.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.bulk.RunEnd;
import io.claviger.cli.shell.ExitCode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JobEndsTest {
  /** An end without a row would be taken for a defect. */
  @ParameterizedTest
  @EnumSource
  void eachEndHasARow(RunEnd end) {
    assertThat(JobRun.of(end) == ExitCode.INTERNAL).isEqualTo(end == RunEnd.INTERNAL);
    assertThat(JobRun.of(end) == ExitCode.OK).isEqualTo(end == RunEnd.COMPLETE);
  }
}
