package io.claviger.e2e.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.crypto.FileDecryptionProperties;
import org.apache.parquet.crypto.FileEncryptionProperties;
import org.apache.parquet.crypto.keytools.KeyToolkit;
import org.apache.parquet.crypto.keytools.PropertiesDrivenCryptoFactory;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parquet modular encryption through {@link ParquetKmsClient}. */
class ParquetIT extends OpaqueKeys {
  private static final MessageType SCHEMA =
      MessageTypeParser.parseMessageType("message order { required binary item (STRING); }");

  @TempDir java.nio.file.Path folder;

  @Test
  void columnsAndFootersAreEncrypted() throws Exception {
    Configuration configuration = new Configuration(false);
    configuration.set(KeyToolkit.KMS_CLIENT_CLASS_PROPERTY_NAME, ParquetKmsClient.class.getName());
    configuration.set(PropertiesDrivenCryptoFactory.FOOTER_KEY_PROPERTY_NAME, "orders");
    configuration.set(PropertiesDrivenCryptoFactory.COLUMN_KEYS_PROPERTY_NAME, "orders:item");
    java.nio.file.Path file = folder.resolve("orders.parquet");
    Path path = new Path(file.toUri());
    PropertiesDrivenCryptoFactory factory = new PropertiesDrivenCryptoFactory();
    FileEncryptionProperties sealing =
        factory.getFileEncryptionProperties(
            configuration, path, new WriteSupport.WriteContext(SCHEMA, Map.of()));
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new LocalOutputFile(file))
            .withConf(configuration)
            .withType(SCHEMA)
            .withEncryption(sealing)
            .build()) {
      writer.write(new SimpleGroupFactory(SCHEMA).newGroup().append("item", "darjeeling"));
    }
    String stored = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    assertThat(stored).startsWith("PARE").doesNotContain("darjeeling");

    FileDecryptionProperties opening = factory.getFileDecryptionProperties(configuration, path);
    assertThat(first(file, configuration, opening)).isEqualTo("darjeeling");
    assertThatThrownBy(() -> first(file, configuration, null)).isInstanceOf(Exception.class);
  }

  /** Through a local file: Hadoop's own file systems do not run on JDK 24 and later. */
  private static String first(
      java.nio.file.Path file, Configuration configuration, FileDecryptionProperties opening)
      throws Exception {
    try (ParquetReader<Group> reader =
        new Reader(file).withConf(configuration).withDecryption(opening).build()) {
      return reader.read().getString("item", 0);
    }
  }

  private static final class Reader extends ParquetReader.Builder<Group> {
    Reader(java.nio.file.Path file) {
      super(new LocalInputFile(file));
    }

    @Override
    protected ReadSupport<Group> getReadSupport() {
      return new GroupReadSupport();
    }
  }
}
