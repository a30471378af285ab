#include "feel/value.hpp"

#include <algorithm>
#include <new>

#include "feel/function.hpp"
#include "feel/lexer.hpp"

namespace yuanqu::feel {
namespace {

struct DateTimePayload : Payload {
  explicit DateTimePayload(const DateTime& at) : value(at) {}
  DateTime value;
};

constexpr std::size_t small_context = 16;

std::size_t hash_key(std::string_view key) { return std::hash<std::string_view>{}(key); }

}  // namespace

String::String(std::string_view text) {
  if (text.empty()) return;
  void* memory = ::operator new(sizeof(StringPayload) + text.size());
  payload_ = new (memory) StringPayload;
  payload_->size = static_cast<std::uint32_t>(text.size());
  std::memcpy(payload_->bytes(), text.data(), text.size());
}

void String::release() {
  if (payload_ == nullptr) return;
  if (payload_->references.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    payload_->~StringPayload();
    ::operator delete(payload_);
  }
}

Value::Value(const DateTime& date_time) : kind_(Kind::DateTime) {
  payload_.words[1] = 0;
  payload_.pointer = new DateTimePayload(date_time);
}

Value::Value(String text) noexcept : kind_(Kind::String) {
  payload_.words[0] = payload_.words[1] = 0;
  payload_.pointer = std::exchange(text.payload_, nullptr);
}

Value Value::list(std::vector<Value> items) {
  std::uint32_t depth = 0;
  bool moves = false;
  for (const Value& item : items) {
    depth = std::max(depth, item.depth());
    moves = moves || item.moves();
  }
  if (depth + 1 > max_depth) return {};
  auto* list = new List;
  list->items = std::move(items);
  list->depth = depth + 1;
  Value value;
  value.kind_ = Kind::List;
  if (moves) value.motion_form_ = static_cast<std::uint8_t>(Motion::Form::Parts);
  value.payload_.pointer = list;
  return value;
}

void Value::append(Value& list, Value item) {
  if (!list.is(Kind::List)) return;
  auto* payload = static_cast<List*>(list.payload_.pointer);
  if (payload->references.load(std::memory_order_acquire) != 1) {
    list = Value::list(payload->items);
    if (list.is_null()) return;
    payload = static_cast<List*>(list.payload_.pointer);
  }
  std::uint32_t depth = std::max(payload->depth, item.depth() + 1);
  if (depth > max_depth) {
    list = Value();
    return;
  }
  payload->depth = depth;
  if (item.moves()) list.motion_form_ = static_cast<std::uint8_t>(Motion::Form::Parts);
  payload->items.push_back(std::move(item));
}

Value Value::context(std::vector<Entry> entries) {
  auto context = std::make_unique<Context>();
  if (entries.size() <= small_context) {
    for (std::size_t i = 1; i < entries.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (!(entries[j].key == entries[i].key)) continue;
        entries[j].value = std::move(entries[i].value);
        entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(i));
        --i;
        break;
      }
    }
    context->entries = std::move(entries);
  } else {
    std::size_t size = 1;
    while (size < entries.size() * 2) size *= 2;
    context->buckets.assign(size, UINT32_MAX);
    context->entries.reserve(entries.size());
    for (Entry& entry : entries) {
      std::size_t bucket = hash_key(entry.key.view()) & (size - 1);
      while (context->buckets[bucket] != UINT32_MAX && !(context->entries[context->buckets[bucket]].key == entry.key)) {
        bucket = (bucket + 1) & (size - 1);
      }
      if (context->buckets[bucket] == UINT32_MAX) {
        context->buckets[bucket] = static_cast<std::uint32_t>(context->entries.size());
        context->entries.push_back(std::move(entry));
      } else {
        context->entries[context->buckets[bucket]].value = std::move(entry.value);
      }
    }
  }
  std::uint32_t depth = 0;
  bool moves = false;
  for (const Entry& entry : context->entries) {
    depth = std::max(depth, entry.value.depth());
    moves = moves || entry.value.moves();
  }
  if (depth + 1 > max_depth) return {};
  context->depth = depth + 1;
  Value value;
  value.kind_ = Kind::Context;
  if (moves) value.motion_form_ = static_cast<std::uint8_t>(Motion::Form::Parts);
  value.payload_.pointer = context.release();
  return value;
}

Value Value::range(Value low, bool low_included, Value high, bool high_included, RangeForm form) {
  auto* range = new Range;
  range->low = std::move(low);
  range->high = std::move(high);
  range->low_included = low_included;
  range->high_included = high_included;
  range->form = form;
  Value value;
  value.kind_ = Kind::Range;
  if (range->low.moves() || range->high.moves()) value.motion_form_ = static_cast<std::uint8_t>(Motion::Form::Parts);
  value.payload_.pointer = range;
  return value;
}

Value Value::function(Function* function) noexcept {
  Value value;
  value.kind_ = Kind::Function;
  value.payload_.pointer = function;
  return value;
}

void Value::destroy() noexcept {
  if (payload_.pointer->references.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  switch (kind_) {
    case Kind::DateTime: delete static_cast<DateTimePayload*>(payload_.pointer); break;
    case Kind::String:
      static_cast<StringPayload*>(payload_.pointer)->~StringPayload();
      ::operator delete(payload_.pointer);
      break;
    case Kind::List: delete static_cast<List*>(payload_.pointer); break;
    case Kind::Context: delete static_cast<Context*>(payload_.pointer); break;
    case Kind::Range: delete static_cast<Range*>(payload_.pointer); break;
    case Kind::Function: delete static_cast<Function*>(payload_.pointer); break;
    default: break;
  }
}

const DateTime& Value::date_time() const { return static_cast<const DateTimePayload*>(payload_.pointer)->value; }

String Value::string() const {
  String text;
  text.payload_ = static_cast<StringPayload*>(payload_.pointer);
  text.retain();
  return text;
}

std::size_t Value::code_points() const {
  const auto* string = static_cast<const StringPayload*>(payload_.pointer);
  if (string == nullptr) return 0;
  std::uint32_t count = string->code_points.load(std::memory_order_relaxed);
  if (count == UINT32_MAX) {
    std::string_view bytes(string->bytes(), string->size);
    count = static_cast<std::uint32_t>(std::count_if(
        bytes.begin(), bytes.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
    string->code_points.store(count, std::memory_order_relaxed);
  }
  return count;
}

const std::vector<Value>& Value::items() const { return static_cast<const List*>(payload_.pointer)->items; }
const Context& Value::context() const { return *static_cast<const Context*>(payload_.pointer); }
const Range& Value::range() const { return *static_cast<const Range*>(payload_.pointer); }
const Function& Value::function() const { return *static_cast<const Function*>(payload_.pointer); }

std::uint32_t Value::depth() const {
  switch (kind_) {
    case Kind::List: return static_cast<const List*>(payload_.pointer)->depth;
    case Kind::Context: return static_cast<const Context*>(payload_.pointer)->depth;
    case Kind::Range: return 1 + std::max(range().low.depth(), range().high.depth());
    case Kind::Function: return function().depth();
    default: return 0;
  }
}

const Value* Context::find(std::string_view key) const {
  if (buckets.empty()) {
    for (const Entry& entry : entries) {
      if (entry.key.view() == key) return &entry.value;
    }
    return nullptr;
  }
  std::size_t mask = buckets.size() - 1;
  for (std::size_t bucket = hash_key(key) & mask; buckets[bucket] != UINT32_MAX; bucket = (bucket + 1) & mask) {
    const Entry& entry = entries[buckets[bucket]];
    if (entry.key.view() == key) return &entry.value;
  }
  return nullptr;
}

const Value* Context::find(const String& key, std::atomic<std::uint32_t>& hint) const {
  std::uint32_t place = hint.load(std::memory_order_relaxed);
  if (place < entries.size() && entries[place].key == key) return &entries[place].value;
  const Value* value = find(key.view());
  if (value != nullptr) {
    const auto* entry = reinterpret_cast<const Entry*>(reinterpret_cast<const char*>(value) - offsetof(Entry, value));
    hint.store(static_cast<std::uint32_t>(entry - entries.data()), std::memory_order_relaxed);
  }
  return value;
}

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::Null: return "null";
    case Kind::Boolean: return "boolean";
    case Kind::Number: return "number";
    case Kind::Date: return "date";
    case Kind::YearsMonthsDuration: return "years and months duration";
    case Kind::DaysTimeDuration: return "days and time duration";
    case Kind::Time: return "time";
    case Kind::DateTime: return "date and time";
    case Kind::String: return "string";
    case Kind::List: return "list";
    case Kind::Context: return "context";
    case Kind::Range: return "range";
    case Kind::Function: return "function";
    case Kind::Unset: return "unset";
  }
  return "unset";
}

}  // namespace yuanqu::feel
