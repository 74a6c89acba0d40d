// Points of an answer, read in place from the packed form of qe_call. Part of <qdrant_edge.hpp>.
#ifndef QDRANT_EDGE_POINTS_HPP
#define QDRANT_EDGE_POINTS_HPP

#include <cstring>
#include <iterator>
#include <memory>
#include <ostream>
#include <vector>

namespace qdrant_edge {

/// The id of a point: a number or a UUID.
class PointId {
 public:
  PointId(std::uint64_t number) noexcept { std::memcpy(bytes_, &number, 8); }
  /// From the 16 bytes of a UUID, in the order in which it is written.
  static PointId uuid(const std::uint8_t *bytes) noexcept {
    PointId id(0);
    std::memcpy(id.bytes_, bytes, 16);
    id.is_uuid_ = true;
    return id;
  }
  bool is_uuid() const noexcept { return is_uuid_; }
  /// The number; 0 for a UUID.
  std::uint64_t number() const noexcept {
    std::uint64_t n = 0;
    if (!is_uuid_) std::memcpy(&n, bytes_, 8);
    return n;
  }
  const std::uint8_t *uuid_bytes() const noexcept { return bytes_; }
  /// As it is written in JSON, without quotes.
  std::string text() const {
    if (!is_uuid_) return std::to_string(number());
    static const char digits[] = "0123456789abcdef";
    std::string s;
    for (int i = 0; i < 16; i++) {
      if (i == 4 || i == 6 || i == 8 || i == 10) s += '-';
      s += digits[bytes_[i] >> 4];
      s += digits[bytes_[i] & 15];
    }
    return s;
  }
  friend bool operator==(const PointId &a, const PointId &b) noexcept {
    return a.is_uuid_ == b.is_uuid_ && std::memcmp(a.bytes_, b.bytes_, 16) == 0;
  }
  friend bool operator!=(const PointId &a, const PointId &b) noexcept { return !(a == b); }
  friend std::ostream &operator<<(std::ostream &out, const PointId &id) { return out << id.text(); }

 private:
  std::uint8_t bytes_[16] = {};
  bool is_uuid_ = false;
};

/// A sparse vector of an answer: as many indices as values.
struct SparseView {
  const std::uint32_t *indices = nullptr;
  Floats values;
};

/// A multivector of an answer: rows of dim floats, one after the other.
struct MultiView {
  std::size_t rows = 0, dim = 0;
  Floats values;
};

/// A point of an answer. A view into its Points, which must outlive it.
class Point {
 public:
  PointId id() const noexcept {
    if (flags() & 1) return PointId::uuid(record());
    return PointId(read<std::uint64_t>(record()));
  }
  /// The operation that wrote the point last; 0 in answers of scroll and retrieve.
  std::uint64_t version() const noexcept { return read<std::uint64_t>(record() + 16); }
  /// 0 in answers of scroll and retrieve.
  float score() const noexcept { return read<float>(record() + 24); }
  /// The payload as it is stored, one JSON object; empty when it was not asked for.
  std::string_view payload() const noexcept {
    if (!(flags() & 2)) return {};
    return {reinterpret_cast<const char *>(list_ + word(32)), word(36)};
  }
  /// A dense vector by name ("" is the default one); empty when the answer has none.
  Floats vector(std::string_view name = {}) const noexcept {
    const std::uint8_t *at = find(name, 1);
    return at ? floats(at + 8, read<std::uint32_t>(at + 4)) : Floats();
  }
  MultiView multi_vector(std::string_view name = {}) const noexcept {
    const std::uint8_t *at = find(name, 2);
    if (!at) return {};
    const std::size_t rows = read<std::uint32_t>(at + 4), dim = read<std::uint32_t>(at + 8);
    return {rows, dim, floats(at + 12, rows * dim)};
  }
  SparseView sparse_vector(std::string_view name) const noexcept {
    const std::uint8_t *at = find(name, 3);
    if (!at) return {};
    const std::size_t n = read<std::uint32_t>(at + 4);
    return {reinterpret_cast<const std::uint32_t *>(at + 8), floats(at + 8 + 4 * n, n)};
  }

 private:
  friend class Points;
  Point(const std::uint8_t *list, std::size_t index) noexcept : list_(list), index_(index) {}

  template <class T>
  static T read(const std::uint8_t *at) noexcept {
    T v;
    std::memcpy(&v, at, sizeof v);
    return v;
  }
  static Floats floats(const std::uint8_t *at, std::size_t n) noexcept { return {reinterpret_cast<const float *>(at), n}; }
  const std::uint8_t *record() const noexcept { return list_ + 24 + 48 * index_; }
  std::uint32_t word(std::size_t at) const noexcept { return read<std::uint32_t>(record() + at); }
  std::uint32_t flags() const noexcept { return word(28); }

  /// Where the kind of the named vector stands, when it is the one wanted.
  const std::uint8_t *find(std::string_view name, std::uint32_t kind) const noexcept {
    if (!(flags() & 4)) return nullptr;
    const std::uint8_t *at = list_ + word(40);
    std::uint32_t left = read<std::uint32_t>(at);
    for (at += 4; left > 0; left--) {
      const std::size_t size = read<std::uint32_t>(at);
      const bool same = std::string_view(reinterpret_cast<const char *>(at + 4), size) == name;
      at += 4 + ((size + 3) & ~std::size_t(3));
      const std::uint32_t is = read<std::uint32_t>(at);
      if (same) return is == kind ? at : nullptr;
      const std::size_t n = read<std::uint32_t>(at + 4);
      at += is == 1 ? 8 + 4 * n : is == 2 ? 12 + 4 * n * read<std::uint32_t>(at + 8) : 8 + 8 * n;
    }
    return nullptr;
  }

  const std::uint8_t *list_;
  std::size_t index_;
};

/// The points of an answer; owns their bytes.
class Points {
 public:
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Point;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = Point;
    Point operator*() const noexcept { return (*of_)[i_]; }
    Iterator &operator++() noexcept {
      i_++;
      return *this;
    }
    friend bool operator==(const Iterator &a, const Iterator &b) noexcept { return a.i_ == b.i_; }
    friend bool operator!=(const Iterator &a, const Iterator &b) noexcept { return a.i_ != b.i_; }

   private:
    friend class Points;
    Iterator(const Points *of, std::size_t i) noexcept : of_(of), i_(i) {}
    const Points *of_;
    std::size_t i_;
  };

  std::size_t size() const noexcept { return Point::read<std::uint32_t>(list()); }
  bool empty() const noexcept { return size() == 0; }
  Point operator[](std::size_t i) const noexcept { return {list(), i}; }
  Iterator begin() const noexcept { return {this, 0}; }
  Iterator end() const noexcept { return {this, size()}; }
  /// Where the next page of a scroll begins; nothing after the last one.
  std::optional<PointId> next_page() const noexcept {
    const std::uint32_t flags = Point::read<std::uint32_t>(list() + 4);
    if (!(flags & 1)) return std::nullopt;
    if (flags & 2) return PointId::uuid(list() + 8);
    return PointId(Point::read<std::uint64_t>(list() + 8));
  }

  /// Asks through qe_call; function is one of QE_FN_SHARD_QUERY, _SEARCH, _SCROLL and _RETRIEVE.
  static Result<Points> ask(std::uint16_t function, qe_shard shard, const Request &req);

 private:
  explicit Points(std::vector<std::uint64_t> words) noexcept : words_(std::move(words)) {}
  const std::uint8_t *list() const noexcept { return reinterpret_cast<const std::uint8_t *>(words_.data()); }
  std::vector<std::uint64_t> words_;
};

namespace detail {

/// A frame of qe_call: its header, the JSON, zeros up to a multiple of four, the floats.
inline void write_frame(std::vector<std::uint64_t> &frame, std::uint16_t function, std::uint64_t handle, std::size_t capacity, const qe_msg &req) {
  const std::size_t json = (req.json_len + 3) & ~std::size_t(3);
  frame.assign((32 + json + 4 * req.f32_len + 7) / 8, 0);
  std::uint8_t *at = reinterpret_cast<std::uint8_t *>(frame.data());
  const std::uint32_t magic = 0x31464551, json_len = static_cast<std::uint32_t>(req.json_len), floats = static_cast<std::uint32_t>(req.f32_len);
  const std::uint16_t packed = 1;
  const std::uint64_t room = capacity;
  std::memcpy(at, &magic, 4);
  std::memcpy(at + 4, &function, 2);
  std::memcpy(at + 6, &packed, 2);
  std::memcpy(at + 8, &handle, 8);
  std::memcpy(at + 16, &room, 8);
  std::memcpy(at + 24, &json_len, 4);
  std::memcpy(at + 28, &floats, 4);
  if (req.json_len) std::memcpy(at + 32, req.json, req.json_len);
  if (req.f32_len) std::memcpy(at + 32 + json, req.f32, 4 * req.f32_len);
}

/// The error of a failed qe_call: {"kind", "message"} as the library prints it.
inline Error frame_error(std::int64_t returned, const std::uint8_t *out) {
  const qe_status status = static_cast<qe_status>(-100 - returned);
  std::uint32_t size;
  std::memcpy(&size, out, 4);
  const std::string text(reinterpret_cast<const char *>(out + 4), size);
  static const char kind_key[] = "{\"kind\":\"", message_key[] = "\",\"message\":\"";
  const std::size_t kind = sizeof kind_key - 1, middle = text.find(message_key);
  if (text.compare(0, kind, kind_key) != 0 || middle == std::string::npos) return Error(status, "", text);
  std::string message;
  for (std::size_t i = middle + sizeof message_key - 1; i + 2 < text.size(); i++) {
    if (text[i] == '\\' && (text[i + 1] == '"' || text[i + 1] == '\\')) i++;
    message += text[i];
  }
  return Error(status, text.substr(kind, middle - kind), message);
}

}  // namespace detail

inline Result<Points> Points::ask(std::uint16_t function, qe_shard shard, const Request &req) {
  constexpr std::uint32_t most = 0xffffffff;
  if (req.raw().json_len > most || req.raw().f32_len > most) return Error(QE_INVALID_ARGUMENT, "invalid_argument", "the request is too large");
  thread_local std::vector<std::uint64_t> frame;
  std::vector<std::uint64_t> out(512);
  detail::write_frame(frame, function, shard, 8 * out.size(), req.raw());
  std::int64_t n = qe_call(frame.data(), out.data());
  if (n == -1) {
    const std::uint64_t token = out[0], size = out[1];
    out.assign((size + 7) / 8 + 32, 0);
    detail::write_frame(frame, QE_FN_FETCH, token, 8 * out.size(), qe_msg{});
    n = qe_call(frame.data(), out.data());
  }
  if (n < 0) return detail::frame_error(n, reinterpret_cast<const std::uint8_t *>(out.data()));
  return Points(std::move(out));
}

}  // namespace qdrant_edge

#endif
