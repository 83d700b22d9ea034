package io.claviger.same;

import java.util.List;

/** Keys of objects and forms of ranges as programs have them, and as bug reports do. */
final class OddNames {
  static final List<String> KEYS =
      List.of(
          "plain",
          "dir/file.txt",
          "/leading",
          "//two",
          "a//b",
          "trailing/",
          "dir/trailing/",
          "space in it",
          " space before",
          "space behind ",
          "plus+sign",
          "per%cent",
          "%20",
          "%2F",
          "a%2Fb",
          "question?mark",
          "hash#sign",
          "amper&sand",
          "equal=sign",
          "semi;colon",
          "com,ma",
          "co:lon",
          "at@sign",
          "dollar$",
          "quote'",
          "quote\"",
          "angle<>",
          "brackets[]{}()",
          "pipe|",
          "caret^tilde~back`tick",
          "star*",
          "exclaim!",
          "umlaut-äöü",
          "japanese-日本語",
          "emoji-\uD83D\uDE00",
          "combining-e\u0301",
          "dot.",
          ".hidden",
          "a.claviger1.b",
          "date=2026-11-29/part-00000.snappy.parquet",
          "l" + "o".repeat(200) + "ng");

  static final List<String> RANGES =
      List.of(
          "bytes=0-0",
          "bytes=0-",
          "bytes=1-",
          "bytes=10-99",
          "bytes=65535-65536",
          "bytes=65536-131071",
          "bytes=99999-",
          "bytes=99999-99999",
          "bytes=0-99999",
          "bytes=0-100000",
          "bytes=50000-999999999",
          "bytes=100000-",
          "bytes=100000-100001",
          "bytes=999999999-");

  private OddNames() {}
}
