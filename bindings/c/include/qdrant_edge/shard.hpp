// An open shard. Part of <qdrant_edge.hpp>.
#ifndef QDRANT_EDGE_SHARD_HPP
#define QDRANT_EDGE_SHARD_HPP

namespace qdrant_edge {

namespace detail {

/// Owns a handle: closes itself, move-only. The calls that it inherits take JSON and return JSON, those here take and return packed floats.
template <class Calls, qe_status (*Close)(std::uint64_t, qe_error *)>
class Owner : public Calls {
 public:
  /// Nothing, as one that was moved from: every call fails with QE_INVALID_ARGUMENT.
  Owner() noexcept = default;
  Owner(Owner &&other) noexcept : open_(std::exchange(other.open_, false)) { this->handle_ = std::exchange(other.handle_, 0); }
  Owner &operator=(Owner &&other) noexcept {
    std::swap(this->handle_, other.handle_);
    std::swap(open_, other.open_);
    return *this;
  }
  Owner(const Owner &) = delete;
  Owner &operator=(const Owner &) = delete;
  /// Flushes and closes; an error is lost here, so call close() where it matters.
  ~Owner() { (void)try_close(); }

  /// Flushes and closes; calls in flight on other threads finish first, later ones fail with QE_CLOSED. A second close does nothing.
  Result<void> try_close() {
    if (!std::exchange(open_, false)) return {};
    return call<void>([&](qe_msg *, qe_error *err) { return Close(this->handle_, err); });
  }

  /// As query, search, scroll and retrieve, with the points in packed form: ids, scores and vectors are read without parsing.
  Result<Points> try_query_points(const Request &req) const { return Points::ask(QE_FN_SHARD_QUERY, this->handle_, req); }
  Result<Points> try_search_points(const Request &req) const { return Points::ask(QE_FN_SHARD_SEARCH, this->handle_, req); }
  Result<Points> try_scroll_points(const Request &req) const { return Points::ask(QE_FN_SHARD_SCROLL, this->handle_, req); }
  Result<Points> try_retrieve_points(const Request &req) const { return Points::ask(QE_FN_SHARD_RETRIEVE, this->handle_, req); }

  /// Upserts count points with one dense vector each, from rows of floats that lie one after the other: vectors.size() must be count × the
  /// dimension. vector_name: empty for the default vector. payloads: empty, or count JSON objects.
  Result<Message> try_upsert(const std::uint64_t *ids, std::size_t count, Floats vectors, std::string_view vector_name = {},
                             const std::vector<std::string> &payloads = {}) const {
    if (count == 0 || vectors.size() % count != 0 || (!payloads.empty() && payloads.size() != count))
      return Error(QE_INVALID_ARGUMENT, "invalid_argument", "an upsert needs ids, as many equal rows of floats, and no payloads or as many");
    const std::size_t dim = vectors.size() / count;
    std::string json = "{\"upsert_points\":{\"points\":[";
    for (std::size_t i = 0; i < count; i++) {
      json += i ? ",{\"id\":" : "{\"id\":";
      json += std::to_string(ids[i]);
      json += ",\"vector\":";
      if (!vector_name.empty()) json += '{' + quoted(vector_name) + ':';
      json += "{\"$f32\":[" + std::to_string(i * dim) + ',' + std::to_string(dim) + "]}";
      if (!vector_name.empty()) json += '}';
      if (!payloads.empty()) json += ",\"payload\":" + payloads[i];
      json += '}';
    }
    json += "]}}";
    return this->try_update({json, vectors});
  }

#if QDRANT_EDGE_EXCEPTIONS
  void close() { try_close().value(); }
  Points query_points(const Request &req) const { return try_query_points(req).value(); }
  Points search_points(const Request &req) const { return try_search_points(req).value(); }
  Points scroll_points(const Request &req) const { return try_scroll_points(req).value(); }
  Points retrieve_points(const Request &req) const { return try_retrieve_points(req).value(); }
  Message upsert(const std::uint64_t *ids, std::size_t count, Floats vectors, std::string_view vector_name = {},
                 const std::vector<std::string> &payloads = {}) const {
    return try_upsert(ids, count, vectors, vector_name, payloads).value();
  }
#endif

 protected:
  using Open = qe_status (*)(const char *, qe_msg, std::uint64_t *, qe_error *);
  /// Fills this one, which must be new.
  Result<void> open(const std::string &path, const Request &config, Open run) {
    auto opened = call<void>([&](qe_msg *, qe_error *err) { return run(detail::path(path), config.raw(), &this->handle_, err); });
    open_ = opened.has_value();
    return opened;
  }

 private:
  bool open_ = false;
};

}  // namespace detail

/// An open shard.
class Shard : public detail::Owner<ShardCalls, qe_shard_close> {
 public:
  /// Creates a shard in a directory, which is made if it is missing. config: an EdgeConfig, as in edge_config.json.
  /// Errors: already_exists, invalid_argument, locked, io.
  static Result<Shard> try_create(const std::string &path, const Request &config) { return made(path, config, qe_shard_create); }

  /// Opens an existing shard; with a config its compatibility is checked and it is saved.
  /// Errors: not_found, locked, corrupt, incompatible, io.
  static Result<Shard> try_load(const std::string &path, const Request &config = std::string_view()) { return made(path, config, qe_shard_load); }

#if QDRANT_EDGE_EXCEPTIONS
  static Shard create(const std::string &path, const Request &config) { return try_create(path, config).value(); }
  static Shard load(const std::string &path, const Request &config = std::string_view()) { return try_load(path, config).value(); }
#endif

 private:
  static Result<Shard> made(const std::string &path, const Request &config, Open run) {
    Shard shard;
    if (auto opened = shard.open(path, config, run); !opened) return opened.error();
    return shard;
  }
};

}  // namespace qdrant_edge

#endif
