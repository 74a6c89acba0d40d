package io.github.qdrantedge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The reader and the writer of JSON. */
class JsonTest {
  @Test
  void values() {
    assertEquals(Arrays.asList(1L, -5L, 1.0, -0.0, 1e300, null, true, false), Json.of(" [1, -5, 1.0, -0, 1e300, null, true, false] ").value());
    assertEquals(Long.MIN_VALUE, Json.of("-9223372036854775808").value());
    assertEquals(BigInteger.ONE.shiftLeft(64), Json.of("18446744073709551616").value());
    assertEquals("a\"\\/\b\f\n\r\t\u00e9\uD83D\uDE00", Json.of("\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\"").value());
    assertEquals("{\"b\":[],\"a\":{}}", Json.write(Json.of("{\"b\":[ ],\"a\":{ }}").value()).toString());
  }

  @Test
  void badTextIsRefused() {
    String deep = new String(new char[200]).replace('\0', '[');
    String[] bad = {"", " ", "{", "[1", "[1,]", "{\"a\"}", "{\"a\":}", "{a:1}", "01", "-", "1.", "1e", ".5", "+1", "tru", "nul", "\"", "\"\\x\"", "\"\\u12g4\"",
      "\"\\u12", "\"\n\"", "1 2", "[1}", "{\"a\":1]", "'a'", "NaN", deep, "-01"};
    for (String text : bad) {
      assertThrows(InvalidArgumentException.class, () -> Json.of(text).value(), text);
    }
    assertThrows(InvalidArgumentException.class, () -> Json.of("[]").map());
    assertThrows(InvalidArgumentException.class, () -> Json.of("{}").list());
  }

  @Test
  void anyTextIsAValueOrRefused() {
    String[] seeds = {"{\"a\":[1,2.5e-3,\"x\\u00e9\"],\"b\":{\"c\":null}}", "[true,false,-0,\"\\\\\",{}]"};
    Random random = new Random(1);
    for (int i = 0; i < 50_000; i++) {
      StringBuilder text = new StringBuilder(seeds[i & 1]);
      for (int edits = random.nextInt(4); edits >= 0; edits--) {
        int at = random.nextInt(text.length());
        text.setCharAt(at, "{}[]\",:\\u019.e-x \u0001".charAt(random.nextInt(18)));
        text.delete(at, at + random.nextInt(2));
      }
      try {
        Object value = Json.of(text.toString()).value();
        assertEquals(value, Json.of(Json.write(value).toString()).value());
      } catch (InvalidArgumentException refused) {
        assertEquals(ErrorKind.INVALID_ARGUMENT, refused.kind());
      }
    }
  }
}
