// C++17 over qdrant_edge.h: owning, move-only, header only.
//
//   auto shard = qdrant_edge::Shard::create("dir", R"({"vectors":{"":{"size":4,"distance":"Dot"}}})");
//   shard.update(R"({"upsert_points":{"points":[{"id":1,"vector":[1,0,0,0],"payload":{"city":"Bonn"}}]}})");
//   for (qdrant_edge::Point hit : shard.query_points({R"({"query":{"$f32":[0,4]},"limit":3})", query}))
//     std::cout << hit.id() << " " << hit.score() << "\n";
//
// Requests are JSON in the shapes of Qdrant's REST interface; a vector may be written as {"$f32":[offset,count]}, a piece of the floats that
// travel beside the JSON and are neither printed nor parsed. Whatever a request points to stays yours and is not kept after the call.
//
// Errors. Each call exists twice: x throws Error, try_x returns a Result and never throws anything but std::bad_alloc. Without exceptions
// (-fno-exceptions, or QDRANT_EDGE_EXCEPTIONS=0) only the second kind exists.
//
// Threads. A Shard may be used from any threads at once; moving from it, close() and its destructor need it alone, as with any object.
// What a call returns belongs to the caller and is not shared. After fork() without exec, every call in the child fails with QE_FORKED.
#ifndef QDRANT_EDGE_HPP
#define QDRANT_EDGE_HPP

#include "qdrant_edge.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#ifndef QDRANT_EDGE_EXCEPTIONS
#if defined(__cpp_exceptions) || defined(_CPPUNWIND)
#define QDRANT_EDGE_EXCEPTIONS 1
#else
#define QDRANT_EDGE_EXCEPTIONS 0
#endif
#endif
#if QDRANT_EDGE_EXCEPTIONS
#include <stdexcept>
#endif

namespace qdrant_edge {

/// Why a call failed: a status of qdrant_edge.h, its name ("not_found"), and a text for people.
class Error
#if QDRANT_EDGE_EXCEPTIONS
    : public std::runtime_error
#endif
{
 public:
#if QDRANT_EDGE_EXCEPTIONS
  Error(qe_status code, std::string kind, const std::string &message)
      : std::runtime_error(message), code_(code), kind_(std::move(kind)) {}
#else
  Error(qe_status code, std::string kind, std::string message) : code_(code), kind_(std::move(kind)), message_(std::move(message)) {}
  const char *what() const noexcept { return message_.c_str(); }
#endif
  qe_status code() const noexcept { return code_; }
  const std::string &kind() const noexcept { return kind_; }

 private:
  qe_status code_;
  std::string kind_;
#if !QDRANT_EDGE_EXCEPTIONS
  std::string message_;
#endif
};

/// Floats that lie one after the other: a view, made from a pointer and a count or from anything with data() and size().
class Floats {
 public:
  constexpr Floats() noexcept = default;
  constexpr Floats(const float *data, std::size_t size) noexcept : data_(data), size_(size) {}
  template <class C, class = std::enable_if_t<std::is_convertible_v<decltype(std::declval<const C &>().data()), const float *> &&
                                              std::is_convertible_v<decltype(std::declval<const C &>().size()), std::size_t>>>
  constexpr Floats(const C &c) noexcept : data_(c.data()), size_(c.size()) {}
  constexpr const float *data() const noexcept { return data_; }
  constexpr std::size_t size() const noexcept { return size_; }
  constexpr bool empty() const noexcept { return size_ == 0; }
  constexpr const float *begin() const noexcept { return data_; }
  constexpr const float *end() const noexcept { return data_ + size_; }
  constexpr float operator[](std::size_t i) const noexcept { return data_[i]; }

 private:
  const float *data_ = nullptr;
  std::size_t size_ = 0;
};

/// A request: JSON, and the floats that it refers to. A view: both must outlive the call.
class Request {
 public:
  Request(const char *json) noexcept : Request(std::string_view(json)) {}
  Request(const std::string &json) noexcept : Request(std::string_view(json)) {}
  Request(std::string_view json, Floats floats = {}) noexcept
      : raw_{reinterpret_cast<const std::uint8_t *>(json.data()), json.size(), floats.data(), floats.size()} {}
  const qe_msg &raw() const noexcept { return raw_; }

 private:
  qe_msg raw_;
};

/// A response; owns its bytes.
class Message {
 public:
  Message() noexcept = default;
  explicit Message(qe_msg raw) noexcept : raw_(raw) {}
  Message(Message &&other) noexcept : raw_(std::exchange(other.raw_, qe_msg{})) {}
  Message &operator=(Message &&other) noexcept {
    std::swap(raw_, other.raw_);
    return *this;
  }
  Message(const Message &) = delete;
  Message &operator=(const Message &) = delete;
  ~Message() { qe_msg_free(&raw_); }
  /// The JSON; a NUL that is not counted follows it.
  std::string_view json() const noexcept { return {reinterpret_cast<const char *>(raw_.json), raw_.json_len}; }
  Floats floats() const noexcept { return {raw_.f32, raw_.f32_len}; }

 private:
  qe_msg raw_{};
};

}  // namespace qdrant_edge

#include "qdrant_edge/result.hpp"

#include "qdrant_edge/calls.hpp"

#include "qdrant_edge/points.hpp"

#include "qdrant_edge/shard.hpp"

#include "qdrant_edge/synced.hpp"

#endif
