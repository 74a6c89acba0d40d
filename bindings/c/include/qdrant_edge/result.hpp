// Results of calls: a value or an Error. Part of <qdrant_edge.hpp>.
#ifndef QDRANT_EDGE_RESULT_HPP
#define QDRANT_EDGE_RESULT_HPP

#include <optional>
#include <variant>

namespace qdrant_edge {

/// A value, or why there is none; in the manner of std::expected.
template <class T>
class Result {
 public:
  Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : held_(std::in_place_index<1>, std::move(error)) {}
  explicit operator bool() const noexcept { return held_.index() == 0; }
  bool has_value() const noexcept { return held_.index() == 0; }
  /// Undefined without a value.
  T &operator*() noexcept { return *std::get_if<0>(&held_); }
  T *operator->() noexcept { return std::get_if<0>(&held_); }
  /// Undefined with a value.
  const Error &error() const noexcept { return *std::get_if<1>(&held_); }
#if QDRANT_EDGE_EXCEPTIONS
  /// The value; throws the error.
  T value() {
    if (const Error *e = std::get_if<1>(&held_)) throw *e;
    return std::move(**this);
  }
#endif

 private:
  std::variant<T, Error> held_;
};

template <>
class Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}
  explicit operator bool() const noexcept { return !error_; }
  bool has_value() const noexcept { return !error_; }
  /// Undefined after a success.
  const Error &error() const noexcept { return *error_; }
#if QDRANT_EDGE_EXCEPTIONS
  /// Throws the error.
  void value() const {
    if (error_) throw *error_;
  }
#endif

 private:
  std::optional<Error> error_;
};

namespace detail {

/// The path for C; null, which every call refuses, when it holds a NUL and would be cut there.
inline const char *path(const std::string &p) noexcept {
  return p.find('\0') == std::string::npos ? p.c_str() : nullptr;
}

/// A JSON string.
inline std::string quoted(std::string_view text) {
  static const char digits[] = "0123456789abcdef";
  std::string s = "\"";
  for (char c : text) {
    const unsigned char u = static_cast<unsigned char>(c);
    if (u < 0x20) {
      s += "\\u00";
      s += digits[u >> 4];
      s += digits[u & 15];
      continue;
    }
    if (c == '"' || c == '\\') s += '\\';
    s += c;
  }
  return s + '"';
}

/// Takes over a filled in error.
inline Error take(qe_status status, qe_error &raw) {
  Error e(status, raw.kind ? raw.kind : "", raw.message ? raw.message : "");
  qe_error_free(&raw);
  return e;
}

/// Runs a function of qdrant_edge.h.
template <class T, class F>
Result<T> call(F &&run) {
  qe_msg res{};
  qe_error err{};
  if (qe_status status = run(&res, &err); status != QE_OK) return take(status, err);
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return T(res);
  }
}

}  // namespace detail

}  // namespace qdrant_edge

#endif
