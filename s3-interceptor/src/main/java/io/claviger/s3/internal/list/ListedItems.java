package io.claviger.s3.internal.list;

import io.claviger.s3.internal.list.PlainSizeFinder.Item;
import io.claviger.s3.internal.wire.Decimal;
import java.io.ByteArrayInputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * The objects in the XML of a listing, before the SDK reads it: what is asked for ahead of the
 * answer. What cannot be read here is left to the SDK.
 */
final class ListedItems {
  private static final Set<String> OBJECTS = Set.of("Contents", "Version");
  private static final Set<String> FIELDS = Set.of("Key", "Size", "ETag", "VersionId");
  private static final String ENCODING = "EncodingType";

  private ListedItems() {}

  /** Returns the objects that {@code xml} names, none where it is not a listing. */
  static List<Item> of(String bucket, byte[] xml) {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    try {
      return read(bucket, factory.createXMLStreamReader(new ByteArrayInputStream(xml)));
    } catch (XMLStreamException | IllegalArgumentException e) {
      return List.of(); // the SDK says what is wrong with it
    }
  }

  private static List<Item> read(String bucket, XMLStreamReader in) throws XMLStreamException {
    List<Map<String, String>> objects = new ArrayList<>();
    Map<String, String> current = null;
    boolean encoded = false;
    int depth = 0; // below the element of an object
    while (in.hasNext()) {
      int event = in.next();
      if (event == XMLStreamReader.START_ELEMENT) {
        String name = in.getLocalName();
        if (current == null && OBJECTS.contains(name)) {
          current = new HashMap<>();
          objects.add(current);
          depth = 0;
        } else if (current != null && depth == 0 && FIELDS.contains(name)) {
          current.put(name, in.getElementText());
        } else if (current == null && name.equals(ENCODING)) {
          encoded = in.getElementText().equals("url");
        } else if (current != null) {
          depth++;
        }
      } else if (event == XMLStreamReader.END_ELEMENT && current != null) {
        current = depth-- == 0 ? null : current;
      }
    }
    List<Item> items = new ArrayList<>();
    for (Map<String, String> object : objects) {
      items.add(item(bucket, object, encoded));
    }
    return items;
  }

  private static Item item(String bucket, Map<String, String> object, boolean encoded) {
    String key = object.getOrDefault("Key", "");
    return new Item(
        bucket,
        encoded ? URLDecoder.decode(key, StandardCharsets.UTF_8) : key,
        object.get("VersionId"),
        object.get("ETag"),
        size(object.get("Size")));
  }

  private static long size(@Nullable String text) {
    return text == null ? -1 : Decimal.parse(text);
  }
}
