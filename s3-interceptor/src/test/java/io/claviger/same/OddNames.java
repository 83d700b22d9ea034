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

  /** Forms of which S3Mock has ways of its own: read over real servers alone. */
  static final List<String> ODD_RANGES =
      List.of(
          "bytes=-1",
          "bytes=-5",
          "bytes=-65536",
          "bytes=-65537",
          "bytes=-100000",
          "bytes=-100001",
          "bytes=-999999999999",
          "bytes=-0",
          "bytes=0-1,3-4",
          "bytes=0-1, 99999-",
          "bytes=0-9,-5",
          "bytes=5-3",
          "bytes=-",
          "bytes=",
          "bytes=a-b",
          "bytes=1-b",
          "bytes=--5",
          "bytes=1--5",
          "bytes=0x1-5",
          "bytes=+1-5",
          "bytes = 0-4",
          "bytes=0 - 4",
          "bytes= 0-4",
          "Bytes=0-4",
          "BYTES=0-4",
          "bits=0-4",
          "0-4",
          "bytes",
          "bytes 0-4",
          "bytes=0-4/100000",
          "bytes=00-004",
          "bytes=0-18446744073709551616",
          "bytes=18446744073709551616-",
          "bytes=-18446744073709551616",
          "bytes=9223372036854775807-9223372036854775807");

  private OddNames() {}
}
