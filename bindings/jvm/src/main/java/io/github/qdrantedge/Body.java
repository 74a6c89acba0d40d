package io.github.qdrantedge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Something that a request is made of: fields by name, or text. Vectors are not copied before the call, so leave them alone until it returns. */
public abstract class Body {
  /** How the fields stand in JSON. */
  enum Shape {
    /** {fields}. */
    OBJECT,
    /** {"outer": {fields}}. */
    ENVELOPE,
    /** {"type": "outer", fields}. */
    TAG,
    /** The value of the one field. */
    TRANSPARENT,
    /** {"outer": {fields}}, where text made by json() is what stands within. */
    VARIANT,
    /** {"outer": value of the one field}. */
    VARIANT_TRANSPARENT,
    /** {"outer": [values]}. */
    VARIANT_TUPLE
  }

  private final Shape shape;
  private final String outer;
  private Map<String, Object> fields;
  private String text;

  Body(Shape shape, String outer) {
    this.shape = shape;
    this.outer = outer;
  }

  final void paste(String json) {
    if (json == null) {
      throw new InvalidArgumentException(ErrorKind.INVALID_ARGUMENT, "the JSON text is null");
    }
    text = json;
  }

  final void put(String name, Object value) {
    if (text != null) {
      throw new InvalidArgumentException(ErrorKind.INVALID_ARGUMENT, name + " cannot be set: the request was made of JSON text");
    }
    if (fields == null) {
      fields = new LinkedHashMap<>(8);
    }
    fields.put(name, value);
  }

  @SuppressWarnings("unchecked")
  final void putEntry(String name, String key, Object value) {
    Map<String, Object> entries = (Map<String, Object>) get(name);
    if (entries == null) {
      entries = new LinkedHashMap<>();
      put(name, entries);
    }
    entries.put(key, value);
  }

  final Object get(String name) {
    return fields == null ? null : fields.get(name);
  }

  final boolean isText() {
    return text != null;
  }

  /** A map of names and values in turn. */
  static Map<String, Object> members(Object... namesAndValues) {
    Map<String, Object> out = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      out.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return out;
  }

  static Map<String, Object> enveloped(String name, Object value) {
    return Collections.singletonMap(name, value);
  }

  @SafeVarargs
  @SuppressWarnings("varargs")
  static <T> List<T> list(T... values) {
    return Arrays.asList(values);
  }

  static List<Long> list(long... values) {
    List<Long> out = new ArrayList<>(values.length);
    for (long v : values) {
      out.add(v);
    }
    return out;
  }

  static List<Double> list(double... values) {
    List<Double> out = new ArrayList<>(values.length);
    for (double v : values) {
      out.add(v);
    }
    return out;
  }

  /** Writes a request and returns the flags of its frame. */
  int writeRequest(JsonWriter w) {
    write(w);
    return 0;
  }

  /** Writes the whole JSON. */
  void write(JsonWriter w) {
    boolean wrapped = shape == Shape.ENVELOPE && text == null || shape.compareTo(Shape.VARIANT) >= 0;
    if (wrapped) {
      w.raw("{").string(outer).raw(":");
    }
    writeInner(w);
    if (wrapped) {
      w.raw("}");
    }
  }

  private void writeInner(JsonWriter w) {
    if (text != null) {
      w.text(text);
      return;
    }
    Map<String, Object> all = fields == null ? Collections.<String, Object>emptyMap() : fields;
    switch (shape) {
      case TRANSPARENT:
      case VARIANT_TRANSPARENT:
        w.value(all.values().iterator().next());
        break;
      case VARIANT_TUPLE:
        w.value(new ArrayList<>(all.values()));
        break;
      case TAG:
        w.object("type", outer, all);
        break;
      default:
        w.value(all);
    }
  }

  /**
   * The JSON, vectors included.
   *
   * @return the text
   */
  @Override
  public String toString() {
    JsonWriter w = new JsonWriter(false);
    write(w);
    return w.toString();
  }
}
