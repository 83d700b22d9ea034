package io.claviger.backend.awskms;

import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How AWS KMS names keys: a key id, the ARN of a key, an alias, the ARN of an alias. Everything
 * else is the name of an alias without its {@code alias/}, so that keys can have the names that
 * they have in other backends.
 *
 * @param asked as the caller wrote it
 * @param sent as KMS is asked for it
 */
record AwsKeyId(String asked, String sent) {
  private static final String ALIAS = "alias/";
  private static final Pattern KEY_IDS =
      Pattern.compile("mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  private static final Pattern ARNS =
      Pattern.compile("(arn:[^:]+:kms:)([^:]+)(:[0-9]{12}:(?:key|alias)/)(.+)");
  private static final Pattern ALIASES = Pattern.compile("[a-zA-Z0-9/_-]{1,250}");
  private static final String MULTI_REGION = "mrk-";

  /**
   * Reads the name of a key. The ARN of a multi-region key means its replica in {@code region}.
   *
   * @throws KmsException KEY_NOT_FOUND for an ARN of another region, and what is no name at all
   */
  static AwsKeyId of(String asked, String region) {
    Matcher arn = ARNS.matcher(asked);
    if (arn.matches()) {
      return new AwsKeyId(asked, inRegion(asked, arn, region));
    }
    if (KEY_IDS.matcher(asked).matches()) {
      return new AwsKeyId(asked, asked);
    }
    if (!isAliasName(asked)) {
      throw KmsException.of(
          ErrorKind.KEY_NOT_FOUND,
          "key \"%s\": AWS KMS has no key of such a name. Give a key id, an ARN or an alias (letters, digits and / _ -)"
              .formatted(asked));
    }
    return new AwsKeyId(asked, asked.startsWith(ALIAS) ? asked : ALIAS + asked);
  }

  private static String inRegion(String asked, Matcher arn, String region) {
    if (arn.group(2).equals(region)) {
      return asked;
    }
    if (!arn.group(4).startsWith(MULTI_REGION) || arn.group(3).endsWith(ALIAS)) {
      throw KmsException.of(
          ErrorKind.KEY_NOT_FOUND,
          "key \"%s\" is in region %s, and this backend in %s. Set region to the key's, or use a multi-region key"
              .formatted(asked, arn.group(2), region));
    }
    return arn.group(1) + region + arn.group(3) + arn.group(4);
  }

  /**
   * Returns the alias that a new key gets for its name.
   *
   * @throws KmsException INVALID_REQUEST for a name that AWS refuses
   */
  static String newAlias(String name) {
    if (!isAliasName(name) || name.startsWith("aws/") || KEY_IDS.matcher(name).matches()) {
      throw KmsException.of(
          ErrorKind.INVALID_REQUEST,
          "key id \"%s\": it becomes an alias in AWS KMS, which takes letters, digits and / _ -, nothing that begins with aws/ or looks like a key id. Choose another name"
              .formatted(name));
    }
    return name.startsWith(ALIAS) ? name : ALIAS + name;
  }

  private static boolean isAliasName(String name) {
    return ALIASES.matcher(name).matches();
  }

  /** Whether this names one key for ever; an alias can be pointed at another one. */
  boolean isKey() {
    return !bare(sent).startsWith(ALIAS);
  }

  /** Whether the key that KMS used is the one that was asked for, in whatever region. */
  boolean means(String arn) {
    return !isKey() || bare(sent).equals(bare(arn));
  }

  /** Returns the key id within an ARN, for calls that take no key of another account. */
  static String bare(String arnOrId) {
    Matcher arn = ARNS.matcher(arnOrId);
    if (!arn.matches()) {
      return arnOrId;
    }
    return arn.group(3).endsWith(ALIAS) ? ALIAS + arn.group(4) : arn.group(4);
  }

  /** Returns the words for messages. */
  String subject() {
    return "key \"" + asked + "\"";
  }
}
