package io.claviger.e2e.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.spec.GCMParameterSpec;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.converter.crypto.CryptoDataFormat;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

/**
 * The crypto data format of Apache Camel, whose MAC is made under the same key unless it is off.
 */
class CamelIT extends OpaqueKeys {
  private static final byte[] BODY = "an order of tea".getBytes(StandardCharsets.UTF_8);

  private final CamelContext camel = new DefaultCamelContext();

  private static CryptoDataFormat format(Key key) {
    CryptoDataFormat format = new CryptoDataFormat("AES/GCM/NoPadding", key);
    format.setAlgorithmParameterSpec(new GCMParameterSpec(128, new byte[12]));
    return format;
  }

  private byte[] marshalled(CryptoDataFormat format, byte[] body) throws Exception {
    Exchange exchange = new DefaultExchange(camel);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    format.marshal(exchange, body, out);
    return out.toByteArray();
  }

  private byte[] unmarshalled(CryptoDataFormat format, byte[] message) throws Exception {
    Exchange exchange = new DefaultExchange(camel);
    Object body = format.unmarshal(exchange, new ByteArrayInputStream(message));
    return camel.getTypeConverter().mandatoryConvertTo(byte[].class, exchange, body);
  }

  @Test
  void withoutItsMacBothWaysWork() throws Exception {
    CryptoDataFormat format = format(key);
    format.setShouldAppendHMAC(false);
    byte[] message = marshalled(format, BODY);
    assertThat(new String(message, StandardCharsets.ISO_8859_1)).doesNotContain("tea");
    assertThat(unmarshalled(format, message)).isEqualTo(BODY);
    byte[] changed = Arrays.copyOf(message, message.length);
    changed[3] ^= 1;
    assertThatThrownBy(() -> unmarshalled(format, changed))
        .hasRootCauseInstanceOf(AEADBadTagException.class);
  }

  @Test
  void itsMacWantsTheBytesOfTheKey() {
    assertThatThrownBy(() -> marshalled(format(key), BODY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Missing argument");
  }
}
