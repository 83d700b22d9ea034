package io.claviger.cli.doctor;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a check found.
 *
 * @param check its name
 * @param outcome good or not
 * @param found what was found, for people
 * @param fix what to do, null where nothing is
 */
record Finding(String check, Outcome outcome, String found, @Nullable String fix) {
  /** Good or not. */
  enum Outcome {
    OK,
    PROBLEM,
    /** Nobody asked, or a check before it failed. */
    SKIPPED
  }

  static Finding ok(String check, String found) {
    return new Finding(check, Outcome.OK, found, null);
  }

  static Finding problem(String check, String found, String fix) {
    return new Finding(check, Outcome.PROBLEM, found, fix);
  }

  static Finding skipped(String check, String why) {
    return new Finding(check, Outcome.SKIPPED, why, null);
  }

  boolean isProblem() {
    return outcome == Outcome.PROBLEM;
  }

  Map<String, Object> json() {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("check", check);
    data.put("outcome", outcome.name().toLowerCase(Locale.ROOT));
    data.put("found", found);
    data.put("fix", fix);
    return data;
  }
}
