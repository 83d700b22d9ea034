package io.claviger.config;

import io.claviger.config.AwsCredentials.AccessKey;
import io.claviger.config.AwsCredentials.DefaultChain;
import io.claviger.config.AwsCredentials.Profile;
import io.claviger.config.AwsCredentials.Provider;
import io.claviger.kms.BackendFields;
import io.claviger.kms.SecretBytes;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of keys in AWS KMS; the backend itself is the artifact {@code claviger-aws-kms}.
 * Immutable; {@code toString} shows no secret.
 *
 * @param region of the keys, for instance {@code eu-central-1}; null takes the region that the AWS
 *     SDK finds for the process
 * @param endpointUrl where the service answers, null for AWS's own endpoint of the region
 * @param credentials who this process is there
 */
public record AwsKmsConfig(
    @Nullable String region, @Nullable URI endpointUrl, AwsCredentials credentials)
    implements BackendConfig {
  /** Name of this backend type, RustFS's. */
  public static final String TYPE = "AWS";

  static final String REGION = "region";
  static final String ENDPOINT_URL = "endpoint_url";
  static final String PROFILE = "aws_profile";
  static final String ACCESS_KEY_ID = "aws_access_key_id";
  static final String SECRET_ACCESS_KEY = "aws_secret_access_key";
  static final String SECRET_ACCESS_KEY_FILE = "aws_secret_access_key_file";
  static final String SESSION_TOKEN = "aws_session_token";
  static final String CREDENTIALS_PROVIDER = "aws_credentials_provider";

  /** The field that says which credentials are meant. */
  private static final List<String> LEADS = List.of(PROFILE, ACCESS_KEY_ID, CREDENTIALS_PROVIDER);

  private static final Pattern REGIONS = Pattern.compile("[a-z]+(-[a-z]+)+-[0-9]+");

  public AwsKmsConfig {
    Objects.requireNonNull(credentials, "credentials");
  }

  /** Returns the configuration of a region, with the SDK's chain of credentials. */
  public static AwsKmsConfig of(String region) {
    return new AwsKmsConfig(region, null, new DefaultChain());
  }

  /** Returns this with another endpoint, for instance of a VPC. */
  public AwsKmsConfig withEndpointUrl(@Nullable URI other) {
    return new AwsKmsConfig(region, other, credentials);
  }

  /** Returns this as somebody else. */
  public AwsKmsConfig withCredentials(AwsCredentials other) {
    return new AwsKmsConfig(region, endpointUrl, other);
  }

  /** Reads what {@link #toMapWithSecrets} returned, or the fields of the admin request. */
  public static AwsKmsConfig from(BackendFields fields) {
    return read(fields);
  }

  static AwsKmsConfig read(BackendFields fields) {
    String endpoint = fields.text(ENDPOINT_URL);
    try {
      return new AwsKmsConfig(
          fields.text(REGION), endpoint == null ? null : new URI(endpoint), credentials(fields));
    } catch (URISyntaxException e) {
      throw ConfigErrors.invalid(ENDPOINT_URL, "is not a valid URL. Use https://host:port.");
    }
  }

  private static AwsCredentials credentials(BackendFields fields) {
    List<String> leads = new ArrayList<>(LEADS);
    leads.removeIf(name -> !fields.has(name));
    if (leads.size() > 1) {
      throw ConfigErrors.invalid(
          leads.get(0),
          "and \"%s\" are both set. Keep one way of credentials.".formatted(leads.get(1)));
    }
    SecretBytes secret = fields.secret(SECRET_ACCESS_KEY, SECRET_ACCESS_KEY_FILE);
    SecretBytes token = fields.secret(SESSION_TOKEN);
    String lead = leads.isEmpty() ? "" : leads.get(0);
    if (lead.equals(ACCESS_KEY_ID)) {
      if (secret == null) {
        throw ConfigErrors.invalid(
            SECRET_ACCESS_KEY, "is missing beside %s. Set it.".formatted(ACCESS_KEY_ID));
      }
      return new AccessKey(fields.requireText(ACCESS_KEY_ID), secret, token);
    }
    if (secret != null || token != null) {
      throw ConfigErrors.invalid(
          secret == null ? SESSION_TOKEN : SECRET_ACCESS_KEY,
          "is set without %s. Set both or neither.".formatted(ACCESS_KEY_ID));
    }
    return switch (lead) {
      case PROFILE -> new Profile(fields.requireText(PROFILE));
      case CREDENTIALS_PROVIDER -> new Provider(fields.requireText(CREDENTIALS_PROVIDER));
      default -> new DefaultChain();
    };
  }

  @Override
  public String typeName() {
    return TYPE;
  }

  @Override
  public Map<String, Object> toMap() {
    return fields(false);
  }

  @Override
  public Map<String, Object> toMapWithSecrets() {
    return fields(true);
  }

  private Map<String, Object> fields(boolean withSecrets) {
    Map<String, Object> all = new LinkedHashMap<>();
    put(all, REGION, region);
    put(all, ENDPOINT_URL, endpointUrl == null ? null : endpointUrl.toString());
    if (credentials instanceof Profile profile) {
      all.put(PROFILE, profile.name());
    } else if (credentials instanceof Provider provider) {
      all.put(CREDENTIALS_PROVIDER, provider.className());
    } else if (credentials instanceof AccessKey key) {
      all.put(ACCESS_KEY_ID, key.accessKeyId());
      all.put(SECRET_ACCESS_KEY, Secrets.shown(key.secretAccessKey(), withSecrets));
      put(all, SESSION_TOKEN, Secrets.text(key.sessionToken(), withSecrets));
    }
    return all;
  }

  private static void put(Map<String, Object> all, String name, @Nullable String value) {
    if (value != null) {
      all.put(name, value);
    }
  }

  @Override
  public void validate(boolean allowInsecureDevDefaults) {
    if (region != null && !REGIONS.matcher(region).matches()) {
      throw ConfigErrors.invalid(
          REGION, "is \"%s\". Use the name of a region, as eu-central-1.".formatted(region));
    }
    if (credentials instanceof AccessKey key && Secrets.isMissing(key.secretAccessKey())) {
      throw ConfigErrors.invalid(SECRET_ACCESS_KEY, "is empty. Set it.");
    }
    if (endpointUrl == null) {
      return;
    }
    String scheme = String.valueOf(endpointUrl.getScheme());
    if (!Set.of("http", "https").contains(scheme)
        || endpointUrl.getHost() == null
        || endpointUrl.getUserInfo() != null) {
      throw ConfigErrors.invalid(
          ENDPOINT_URL, "is not the URL of a server. Use https://host:port.");
    }
    if (scheme.equals("http") && !allowInsecureDevDefaults) {
      throw ConfigErrors.invalid(
          ENDPOINT_URL,
          "uses http: data keys would travel in the clear. Use https, or set allow_insecure_dev_defaults=true for a test.");
    }
  }
}
