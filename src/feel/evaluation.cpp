#include "feel/evaluation.hpp"

#include <algorithm>

namespace yuanqu::feel {

// Chunks never move, so references into frames stay good while others are pushed.
struct Evaluation::Stack {
  struct Chunk {
    std::unique_ptr<Value[]> values;
    std::size_t size = 0;
    std::size_t used = 0;
  };
  static constexpr std::size_t chunk_size = 1024;
  std::vector<Chunk> chunks;
  std::size_t current = 0;

  Value* push(std::size_t size) {
    if (size == 0) return nullptr;
    while (true) {
      if (current == chunks.size()) {
        std::size_t wanted = std::max(size, chunk_size);
        chunks.push_back({std::make_unique<Value[]>(wanted), wanted, 0});
      }
      Chunk& chunk = chunks[current];
      if (chunk.size - chunk.used >= size) {
        Value* slots = chunk.values.get() + chunk.used;
        chunk.used += size;
        return slots;
      }
      if (chunk.used == 0) {
        chunk = {std::make_unique<Value[]>(size), size, 0};
      } else {
        ++current;
      }
    }
  }

  void pop(std::size_t size) {
    if (size == 0) return;
    chunks[current].used -= size;
    while (current > 0 && chunks[current].used == 0) --current;
  }
};

Frame::Frame(Evaluation& evaluation, std::size_t size, Resolver* resolver)
    : evaluation_(evaluation), slots_(evaluation.stack_->push(size)), size_(size), resolver_(resolver) {}

Frame::~Frame() {
  for (std::size_t i = 0; i < size_; ++i) slots_[i] = Value();
  evaluation_.stack_->pop(size_);
}

const Value& Frame::resolve(Evaluation& evaluation, std::uint32_t slot) {
  Value value = resolver_ == nullptr ? Value() : resolver_->resolve(evaluation, slot);
  if (value.kind() == Kind::Unset) value = Value();
  slots_[slot] = std::move(value);
  return slots_[slot];
}

Evaluation::Evaluation(Limits limits) : limits_(limits), stack_(std::make_unique<Stack>()) { reset(); }
Evaluation::~Evaluation() = default;

void Evaluation::reset() {
  steps_ = 0;
  exhausted_ = false;
  next_check_ = limits_.steps == 0 ? UINT64_MAX : limits_.steps;
  if (limits_.time_ms > 0) {
    deadline_ = std::chrono::steady_clock::now() + std::chrono::milliseconds(limits_.time_ms);
    next_check_ = std::min<std::uint64_t>(next_check_, 1024);
  }
}

void Evaluation::set_now(std::int64_t now_ms, int offset_minutes) {
  now_ms_ = now_ms;
  offset_minutes_ = offset_minutes;
}

bool Evaluation::check_steps() {
  if (exhausted_) return false;
  if (limits_.steps != 0 && steps_ >= limits_.steps) {
    exhaust("计算步数超过上限，请简化表达式或提高上限。",
            "The evaluation takes too many steps; simplify it or raise the limit.");
    return false;
  }
  if (limits_.time_ms > 0) {
    if (std::chrono::steady_clock::now() >= deadline_) {
      exhaust("计算超时，请简化表达式或提高时限。",
              "The evaluation takes too long; simplify it or raise the time limit.");
      return false;
    }
    next_check_ = steps_ + 1024;
    if (limits_.steps != 0) next_check_ = std::min(next_check_, limits_.steps);
  } else {
    next_check_ = UINT64_MAX;
  }
  return true;
}

void Evaluation::exhaust(std::string_view zh, std::string_view en) {
  if (exhausted_) return;
  exhausted_ = true;
  next_check_ = 0;
  suppress(Suppressed::Code::LimitExceeded, 0, zh, en);
}

void Evaluation::record(Suppressed::Code code, std::uint32_t offset, std::string zh, std::string en) {
  static constexpr std::size_t failures_max = 10'000;  // a failing condition in a long loop says nothing new
  if (failures_->size() >= failures_max) return;
  failures_->push_back({code, base_offset + offset, std::move(zh), std::move(en), std::string(location.model),
                        std::string(location.decision), std::string(location.element)});
}

Evaluation::DepthGuard::DepthGuard(Evaluation& evaluation) : evaluation_(evaluation), ok_(true) {
  const char here = 0;
  if (evaluation_.depth_++ == 0) evaluation_.stack_start_ = &here;
  auto used = static_cast<std::size_t>(std::abs(evaluation_.stack_start_ - &here));
  if (evaluation_.depth_ > evaluation_.limits_.depth || used > evaluation_.limits_.stack_bytes) {
    ok_ = false;
    evaluation_.exhaust("函数调用嵌套过深，请检查递归是否会结束。",
                        "Calls nest too deeply; check that the recursion ends.");
  }
}

std::string_view name_of(Suppressed::Code code) {
  switch (code) {
    case Suppressed::Code::UnknownName: return "unknown_name";
    case Suppressed::Code::UnknownFunction: return "unknown_function";
    case Suppressed::Code::UnknownType: return "unknown_type";
    case Suppressed::Code::WrongType: return "wrong_type";
    case Suppressed::Code::WrongArguments: return "wrong_arguments";
    case Suppressed::Code::NoSuchMember: return "no_such_member";
    case Suppressed::Code::OutOfRange: return "out_of_range";
    case Suppressed::Code::NotComparable: return "not_comparable";
    case Suppressed::Code::InvalidText: return "invalid_text";
    case Suppressed::Code::Arithmetic: return "arithmetic";
    case Suppressed::Code::DoesNotConform: return "does_not_conform";
    case Suppressed::Code::Unsupported: return "unsupported";
    case Suppressed::Code::LimitExceeded: return "limit_exceeded";
    case Suppressed::Code::Decision: return "decision";
  }
  return "decision";
}

}  // namespace yuanqu::feel
