package io.github.qdrantedge;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A strict reader of JSON. */
final class JsonReader {
  private static final int MAX_DEPTH = 128;

  private final String text;
  private int at;
  private int depth;

  private JsonReader(String text) {
    this.text = text;
  }

  static Object read(String text) {
    JsonReader r = new JsonReader(text);
    Object value = r.value();
    r.space();
    if (r.at < text.length()) {
      throw r.bad("text follows the value");
    }
    return value;
  }

  private InvalidArgumentException bad(String why) {
    return new InvalidArgumentException(ErrorKind.INVALID_ARGUMENT, "JSON at character " + at + ": " + why);
  }

  private void space() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek() {
    space();
    if (at == text.length()) {
      throw bad("the text ends early");
    }
    return text.charAt(at);
  }

  private void expect(char c) {
    if (peek() != c) {
      throw bad("expected '" + c + "'");
    }
    at++;
  }

  private Object value() {
    switch (peek()) {
      case '{':
        return object();
      case '[':
        return array();
      case '"':
        return string();
      case 't':
        return word("true", true);
      case 'f':
        return word("false", false);
      case 'n':
        return word("null", null);
      default:
        return number();
    }
  }

  private Object word(String word, Object value) {
    if (!text.startsWith(word, at)) {
      throw bad("expected a value");
    }
    at += word.length();
    return value;
  }

  private void enter() {
    at++;
    if (++depth > MAX_DEPTH) {
      throw bad("nested deeper than " + MAX_DEPTH + " levels");
    }
  }

  private Map<String, Object> object() {
    enter();
    Map<String, Object> out = new LinkedHashMap<>();
    if (peek() != '}') {
      do {
        if (peek() != '"') {
          throw bad("expected a key");
        }
        String key = string();
        expect(':');
        out.put(key, value());
      } while (more('}'));
    }
    at++;
    depth--;
    return out;
  }

  private List<Object> array() {
    enter();
    List<Object> out = new ArrayList<>();
    if (peek() != ']') {
      do {
        out.add(value());
      } while (more(']'));
    }
    at++;
    depth--;
    return out;
  }

  private boolean more(char end) {
    char c = peek();
    if (c == ',') {
      at++;
      return true;
    }
    if (c != end) {
      throw bad("expected ',' or '" + end + "'");
    }
    return false;
  }

  private String string() {
    int start = ++at;
    while (at < text.length() && text.charAt(at) != '"' && text.charAt(at) != '\\') {
      if (text.charAt(at) < ' ') {
        throw bad("a control character in a string");
      }
      at++;
    }
    if (at < text.length() && text.charAt(at) == '"') {
      return text.substring(start, at++);
    }
    StringBuilder out = new StringBuilder(text.substring(start, at));
    for (; ; ) {
      if (at == text.length()) {
        throw bad("the text ends in a string");
      }
      char c = text.charAt(at++);
      if (c == '"') {
        return out.toString();
      }
      if (c < ' ') {
        throw bad("a control character in a string");
      }
      out.append(c == '\\' ? escaped() : c);
    }
  }

  private char escaped() {
    if (at == text.length()) {
      throw bad("the text ends in a string");
    }
    char c = text.charAt(at++);
    int simple = "\"\\/bfnrt".indexOf(c);
    if (simple >= 0) {
      return "\"\\/\b\f\n\r\t".charAt(simple);
    }
    if (c != 'u' || at + 4 > text.length()) {
      throw bad("an unknown escape");
    }
    int code = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(text.charAt(at++), 16);
      if (digit < 0) {
        throw bad("an unknown escape");
      }
      code = code << 4 | digit;
    }
    return (char) code;
  }

  private Object number() {
    int start = at;
    boolean whole = true;
    if (at < text.length() && text.charAt(at) == '-') {
      at++;
    }
    int first = at;
    digits();
    if (text.charAt(first) == '0' && at > first + 1) {
      throw bad("a number begins with 0");
    }
    if (at < text.length() && text.charAt(at) == '.') {
      whole = false;
      at++;
      digits();
    }
    if (at < text.length() && (text.charAt(at) | 32) == 'e') {
      whole = false;
      at++;
      if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
        at++;
      }
      digits();
    }
    return parsed(text.substring(start, at), whole);
  }

  private Object parsed(String digits, boolean whole) {
    if (digits.equals("-0")) {
      return -0.0;
    }
    if (!whole) {
      return Double.valueOf(digits);
    }
    if (digits.length() < 19) {
      return Long.valueOf(digits);
    }
    BigInteger big = new BigInteger(digits);
    return big.bitLength() < 64 ? (Object) big.longValue() : big;
  }

  private void digits() {
    int start = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    if (at == start) {
      throw bad("expected a digit");
    }
  }
}
