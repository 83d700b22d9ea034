package io.claviger.backend.vault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.backend.keyring.KeyRecord;
import io.claviger.backend.keyring.KeyVersion;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Reads vectors of what is stored in KV (format 14.2, 14.3). */
public final class KvVectors {
  private static final HexFormat HEX = HexFormat.of();

  private KvVectors() {}

  /** Compares names of keys in KV. */
  public static void readNames(JsonNode one) {
    for (JsonNode name : one.get("names")) {
      String id = name.get("keyId").asText();
      assertThat(KvNames.of(id)).isEqualTo(name.get("name").asText());
      assertThat(KvNames.idOf(name.get("name").asText())).isEqualTo(id);
    }
  }

  /** Opens a record, and returns its versions. */
  public static List<KeyVersion> readRecord(JsonNode one) {
    JsonNode read = one.get("read");
    byte[] sealingKey = HEX.parseHex(read.get("sealingKey").asText());
    RecordSeal seal =
        read.get("sealedBy").asText().equals("transit")
            ? new TransitByHand(sealingKey)
            : new MasterKeySeal(sealingKey);
    KvEngine.Entry entry =
        new KvEngine.Entry((ObjectNode) read.get("record"), read.get("kvVersion").asLong());
    KeyRecord record = KvRecord.decode(read.get("keyId").asText(), entry, seal);
    return record.versions();
  }

  /** The texts of Transit, version 1 of a key, without the server. */
  private static final class TransitByHand implements RecordSeal {
    private static final String PREFIX = "vault:v1:";

    private final byte[] key;

    private TransitByHand(byte[] key) {
      this.key = key;
    }

    @Override
    public String name() {
      return "transit";
    }

    @Override
    public String seal(byte[] plain, byte[] context, String subject) {
      throw new UnsupportedOperationException("vectors are read only");
    }

    @Override
    public byte[] open(String sealed, byte[] context, String subject) {
      try {
        byte[] bytes = Base64.getDecoder().decode(sealed.substring(PREFIX.length()));
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        GCMParameterSpec iv = new GCMParameterSpec(128, bytes, 0, 12);
        cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), iv);
        cipher.updateAAD(context);
        return cipher.doFinal(bytes, 12, bytes.length - 12);
      } catch (GeneralSecurityException e) {
        throw KmsException.of(ErrorKind.NOT_AUTHENTIC, subject + ": the seal does not open", e);
      }
    }
  }
}
