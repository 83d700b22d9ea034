package io.claviger.s3.internal.sdk;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a class file declares and what it uses (JVMS 4.1 and 4.4). Names are as there, with slashes.
 *
 * @param parents superclass and interfaces
 * @param declared members as name and descriptor
 * @param classes the classes that it names
 * @param used the members of other classes that it names
 */
record ClassFile(List<String> parents, Set<String> declared, Set<String> classes, List<Use> used) {

  /**
   * A member of a class.
   *
   * @param member name and descriptor
   */
  record Use(String owner, String member) {}

  private static final int MAGIC = 0xCAFEBABE;

  /**
   * Reads a class file.
   *
   * @throws IOException if it cannot be read or is none
   */
  static ClassFile read(InputStream bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.readAllBytes()));
    if (in.readInt() != MAGIC) {
      throw new IOException("no class file");
    }
    in.skipNBytes(4); // version
    Constants constants = new Constants(in);
    in.skipNBytes(4); // access flags, this class
    List<String> parents = new ArrayList<>();
    int superclass = in.readUnsignedShort();
    if (superclass != 0) {
      parents.add(constants.name(superclass));
    }
    for (int left = in.readUnsignedShort(); left > 0; left--) {
      parents.add(constants.name(in.readUnsignedShort()));
    }
    Set<String> declared = new HashSet<>();
    readMembers(in, constants, declared); // fields
    readMembers(in, constants, declared); // methods
    return new ClassFile(parents, declared, constants.classes(), constants.used());
  }

  private static void readMembers(DataInputStream in, Constants constants, Set<String> declared)
      throws IOException {
    for (int left = in.readUnsignedShort(); left > 0; left--) {
      in.skipNBytes(2); // access flags
      declared.add(constants.text(in.readUnsignedShort()) + constants.text(in.readUnsignedShort()));
      for (int attributes = in.readUnsignedShort(); attributes > 0; attributes--) {
        in.skipNBytes(2);
        in.skipNBytes(Integer.toUnsignedLong(in.readInt()));
      }
    }
  }

  /** The constant pool (JVMS 4.4). */
  private static final class Constants {
    private final String[] texts;
    private final int[] first;
    private final int[] second;
    private final byte[] tags;

    Constants(DataInputStream in) throws IOException {
      int count = in.readUnsignedShort();
      texts = new String[count];
      first = new int[count];
      second = new int[count];
      tags = new byte[count];
      for (int i = 1; i < count; i++) {
        tags[i] = in.readByte();
        switch (tags[i]) {
          case 1 -> texts[i] = in.readUTF();
          case 3, 4 -> in.skipNBytes(4);
          case 5, 6 -> {
            in.skipNBytes(8);
            i++; // takes two places
          }
          case 7, 8, 16, 19, 20 -> first[i] = in.readUnsignedShort();
          case 9, 10, 11, 12, 17, 18 -> {
            first[i] = in.readUnsignedShort();
            second[i] = in.readUnsignedShort();
          }
          case 15 -> in.skipNBytes(3);
          default -> throw new IOException("unknown constant " + tags[i]);
        }
      }
    }

    String text(int index) {
      return texts[index];
    }

    /** Returns the name of a class constant; of an array its descriptor. */
    String name(int index) {
      return texts[first[index]];
    }

    Set<String> classes() {
      Set<String> names = new HashSet<>();
      for (int i = 1; i < tags.length; i++) {
        if (tags[i] == 7) {
          names.add(name(i));
        }
      }
      return names;
    }

    List<Use> used() {
      List<Use> members = new ArrayList<>();
      for (int i = 1; i < tags.length; i++) {
        if (tags[i] >= 9 && tags[i] <= 11) {
          int member = second[i];
          members.add(new Use(name(first[i]), text(first[member]) + text(second[member])));
        }
      }
      return members;
    }
  }
}
