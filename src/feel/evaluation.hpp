#pragma once
// Evaluation: what one thread needs while it evaluates: limits, the clock's reading, the collector of suppressed
// failures, the horizon, and the stack frames live on. Reuse one object for many evaluations (reset() keeps its
// memory). Not thread-safe; use one for each thread. Frame: the variables of one expression scope, addressed by the
// slots Scope::declare gave.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "feel/horizon.hpp"
#include "feel/value.hpp"

namespace yuanqu::feel {

struct Limits {
  std::uint32_t depth = 1'000;              // nested calls of functions
  std::uint32_t stack_bytes = 3'000'000;    // of the thread's stack
  std::uint64_t steps = 20'000'000;         // loop rounds and calls of one evaluation; 0: no limit
  std::uint32_t list_items = 10'000'000;    // of one list made by an evaluation
  std::uint32_t string_bytes = 64'000'000;  // of one string made by an evaluation
  std::int64_t time_ms = 0;                 // wall time of one evaluation; 0: no limit
};

// Why FEEL answered null. `zh` and `en` say what to do.
struct Suppressed {
  enum class Code : std::uint8_t {
    UnknownName,
    UnknownFunction,
    UnknownType,
    WrongType,
    WrongArguments,
    NoSuchMember,
    OutOfRange,
    NotComparable,
    InvalidText,     // a string that is no number, date, pattern …
    Arithmetic,      // division by zero, overflow
    DoesNotConform,  // a value is not of the declared type
    Unsupported,
    LimitExceeded,
    Decision,  // reported by dmn: the decision could not be compiled, no rule matched uniquely …
  };
  Code code = Code::WrongType;
  std::uint32_t offset = 0;  // bytes from the start of the expression's text
  std::string zh;
  std::string en;
  std::string model;     // filled by dmn
  std::string decision;  // filled by dmn
  std::string element;   // filled by dmn
};
std::string_view name_of(Suppressed::Code code);

class Evaluation;

// Gives the value of a slot that is still Unset when it is read. Called at most once per slot and frame.
class Resolver {
 public:
  virtual ~Resolver() = default;
  virtual Value resolve(Evaluation& evaluation, std::uint32_t slot) = 0;
};

// A frame takes its slots from the evaluation's stack and gives them back when it ends; frames end in reverse order.
class Frame {
 public:
  Frame(Evaluation& evaluation, std::size_t size, Resolver* resolver = nullptr);
  ~Frame();
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;

  Value& operator[](std::uint32_t slot) { return slots_[slot]; }
  const Value& operator[](std::uint32_t slot) const { return slots_[slot]; }
  std::size_t size() const { return size_; }

  const Value& read(Evaluation& evaluation, std::uint32_t slot) {
    Value& value = slots_[slot];
    if (value.kind() == Kind::Unset) [[unlikely]]
      return resolve(evaluation, slot);
    return value;
  }

 private:
  const Value& resolve(Evaluation& evaluation, std::uint32_t slot);
  Evaluation& evaluation_;
  Value* slots_ = nullptr;
  std::size_t size_ = 0;
  Resolver* resolver_ = nullptr;
};

class Evaluation {
 public:
  explicit Evaluation(Limits limits = {});
  ~Evaluation();
  Evaluation(const Evaluation&) = delete;
  Evaluation& operator=(const Evaluation&) = delete;

  // Begins a new evaluation: counts, failures and the time limit start again. Memory is kept.
  void reset();

  // The instant now() and today() answer with: milliseconds since the epoch, and minutes east of UTC of the zone's
  // clock.
  // The epoch until it is set: nothing here asks the operating system.
  void set_now(std::int64_t now_ms, int offset_minutes);
  std::int64_t now_ms() const { return now_ms_; }
  int offset_minutes() const { return offset_minutes_; }

  // Off by default; a nullptr turns it off again. The objects must outlive their use here.
  void collect(std::vector<Suppressed>* failures) { failures_ = failures; }
  void track(Horizon* horizon) { horizon_ = horizon; }
  std::vector<Suppressed>* failures() const { return failures_; }
  Horizon* horizon() const { return horizon_; }

  // Where failures are said to be; dmn sets it around each decision.
  struct Location {
    std::string_view model, decision, element;
  };
  Location location;

  // `explain` is called only when somebody collects; it returns {zh, en}.
  template <class Explain>
  void suppress(Suppressed::Code code, std::uint32_t offset, Explain&& explain) {
    if (failures_ != nullptr) {
      std::pair<std::string, std::string> texts = explain();
      record(code, offset, std::move(texts.first), std::move(texts.second));
    }
  }
  void suppress(Suppressed::Code code, std::uint32_t offset, std::string_view zh, std::string_view en) {
    if (failures_ != nullptr) record(code, offset, std::string(zh), std::string(en));
  }

  const Limits& limits() const { return limits_; }
  void set_limits(const Limits& limits) { limits_ = limits; }
  // Once a limit was exceeded every further step fails, so that the evaluation ends soon with null.
  bool exhausted() const { return exhausted_; }
  bool step(std::uint64_t count = 1) {
    steps_ += count;
    if (steps_ >= next_check_) [[unlikely]]
      return check_steps();
    return !exhausted_;
  }
  void exhaust(std::string_view zh, std::string_view en);

  // Guards recursion: if (DepthGuard deeper(evaluation); deeper.ok()) …
  class DepthGuard {
   public:
    explicit DepthGuard(Evaluation& evaluation);
    ~DepthGuard() { --evaluation_.depth_; }
    bool ok() const { return ok_; }

   private:
    Evaluation& evaluation_;
    bool ok_;
  };

  // Offset added to every failure: set while a nested text (a table cell) is evaluated.
  std::uint32_t base_offset = 0;

  // Of the embedder: dmn hangs the run this evaluation belongs to here, so that functions bound by it find their way
  // back.
  void* host = nullptr;

 private:
  friend class Frame;
  struct Stack;
  void record(Suppressed::Code code, std::uint32_t offset, std::string zh, std::string en);
  bool check_steps();

  Limits limits_;
  std::int64_t now_ms_ = 0;
  int offset_minutes_ = 0;
  std::vector<Suppressed>* failures_ = nullptr;
  Horizon* horizon_ = nullptr;
  std::uint64_t steps_ = 0;
  std::uint64_t next_check_ = 0;
  std::uint32_t depth_ = 0;
  const char* stack_start_ = nullptr;
  bool exhausted_ = false;
  std::chrono::steady_clock::time_point deadline_{};
  std::unique_ptr<Stack> stack_;
};

}  // namespace yuanqu::feel
