// A shard in step with a server's collection. Part of <qdrant_edge.hpp>.
#ifndef QDRANT_EDGE_SYNCED_HPP
#define QDRANT_EDGE_SYNCED_HPP

#include <functional>

namespace qdrant_edge {

/// An open synced shard: updates and reads work without the server; push, pull and sync, or start in the background, bring both sides
/// together. It may be used as a Shard may, from any threads at once.
///
/// Callbacks run on threads of the library, one at a time each, and the transfer waits for them. They may call reads, updates and status of
/// the shard, nothing else. An exception that leaves one is dropped, and a gate that throws is a closed one.
class SyncedShard : public detail::Owner<SyncedCalls, qe_synced_close> {
 public:
  using Event = std::function<void(std::string_view json)>;
  using Gate = std::function<bool()>;

  SyncedShard() noexcept = default;
  SyncedShard(SyncedShard &&) noexcept = default;
  SyncedShard &operator=(SyncedShard &&other) noexcept {
    Owner::operator=(std::move(other));
    std::swap(progress_, other.progress_);
    std::swap(log_, other.log_);
    std::swap(gate_, other.gate_);
    return *this;
  }
  /// Closes before the callbacks go.
  ~SyncedShard() { (void)try_close(); }

  /// Opens a synced directory, made when it is missing; nothing is sent. options: SyncedOptions, which qdrant_edge.h lists.
  /// Errors: invalid_argument, locked, corrupt, incompatible, disk_full, io.
  static Result<SyncedShard> try_open(const std::string &path, const Request &options) {
    SyncedShard synced;
    if (auto opened = synced.open(path, options, qe_synced_open); !opened) return opened.error();
    return synced;
  }

  /// Hears of the progress of transfers, or with an empty function no more: {"trace", "state", "shard", "done", "total", "operations", "error"}.
  Result<void> try_on_progress(Event event) { return set(progress_, std::move(event), qe_synced_on_progress, heard); }
  /// Hears what happens, a record of the log each: {"time", "level", "msg", ...}. Keys and payloads are never in it.
  Result<void> try_on_log(Event event) { return set(log_, std::move(event), qe_synced_on_log, heard); }
  /// Is asked before each transfer of the background loop; false leaves the network alone until the next one.
  Result<void> try_on_gate(Gate gate) { return set(gate_, std::move(gate), qe_synced_on_gate, asked); }

#if QDRANT_EDGE_EXCEPTIONS
  static SyncedShard open(const std::string &path, const Request &options) { return try_open(path, options).value(); }
  void on_progress(Event event) { try_on_progress(std::move(event)).value(); }
  void on_log(Event event) { try_on_log(std::move(event)).value(); }
  void on_gate(Gate gate) { try_on_gate(std::move(gate)).value(); }
#endif

 private:
  using Owner::open;

  /// Gives a function to the library; the earlier one is let go when it runs no more.
  template <class F, class Set, class Run>
  Result<void> set(std::unique_ptr<F> &held, F fn, Set give, Run run) {
    std::unique_ptr<F> next = fn ? std::make_unique<F>(std::move(fn)) : nullptr;
    auto done = detail::call<void>([&](qe_msg *, qe_error *err) { return give(handle_, next ? run : nullptr, next.get(), err); });
    if (done) held = std::move(next);
    return done;
  }

  static void heard(void *event, const char *json, std::size_t size) noexcept {
    guarded([&] { (*static_cast<Event *>(event))({json, size}); });
  }
  static int asked(void *gate) noexcept {
    int open = 0;
    guarded([&] { open = (*static_cast<Gate *>(gate))(); });
    return open;
  }
  template <class F>
  static void guarded(F &&run) noexcept {
#if QDRANT_EDGE_EXCEPTIONS
    try {
      run();
    } catch (...) {
    }
#else
    run();
#endif
  }

  std::unique_ptr<Event> progress_, log_;
  std::unique_ptr<Gate> gate_;
};

}  // namespace qdrant_edge

#endif
