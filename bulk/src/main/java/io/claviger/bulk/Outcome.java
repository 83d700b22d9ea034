package io.claviger.bulk;

import java.io.Serializable;

/**
 * What became of one unit.
 *
 * @param status counts it
 * @param code why, one word that stays the same across versions; empty where the status says all
 * @param httpStatus the store's status, 0 where it is not about an answer
 * @param message a sentence for people: what was found, what to do; holds no secret
 * @param group what it is counted under besides, such as a master key and its version; empty for
 *     nothing
 * @param finding whether the object is at fault, and the job did its work: findings do not count
 *     towards the share of failures that stops a run
 */
public record Outcome(
    Status status, String code, int httpStatus, String message, String group, boolean finding)
    implements Serializable {
  /** Each listed unit has one of these in the end; their counts add up to what was listed. */
  public enum Status {
    /** The job did what it is for. */
    DONE("succeeded"),
    /** Nothing was to do. */
    ALREADY_SO("succeeded"),
    /** A rule says that the job is not for such units. */
    EXCLUDED("excluded"),
    /** The unit changed meanwhile or is locked, so it was left as it is. */
    SKIPPED("skipped"),
    /** The unit is not as it should be, or could not be worked on. */
    FAILED("failed");

    private final String word;

    Status(String word) {
      this.word = word;
    }

    /** Returns the word in the column TaskStatus of reports. */
    public String word() {
      return word;
    }
  }

  /** Returns DONE, counted under {@code group}. */
  public static Outcome done(String group) {
    return new Outcome(Status.DONE, "", 200, "", group, false);
  }

  /** Returns ALREADY_SO, counted under {@code group}. */
  public static Outcome alreadySo(String group) {
    return new Outcome(Status.ALREADY_SO, "", 200, "", group, false);
  }

  /** Returns EXCLUDED by the rule {@code code}. */
  public static Outcome excluded(String code, String message) {
    return new Outcome(Status.EXCLUDED, code, 0, message, "", false);
  }

  /** Returns SKIPPED for the reason {@code code}. */
  public static Outcome skipped(String code, int httpStatus, String message) {
    return new Outcome(Status.SKIPPED, code, httpStatus, message, "", false);
  }

  /** Returns FAILED: the job could not do its work. */
  public static Outcome failed(String code, int httpStatus, String message) {
    return new Outcome(Status.FAILED, code, httpStatus, message, "", false);
  }

  /** Returns FAILED: the job did its work and found that the object is not as it should be. */
  public static Outcome finding(String code, String message) {
    return new Outcome(Status.FAILED, code, 200, message, "", true);
  }

  /** Whether reports have a row for it: every unit that was not done, with its reason. */
  public boolean hasRow() {
    return status != Status.DONE && status != Status.ALREADY_SO;
  }
}
