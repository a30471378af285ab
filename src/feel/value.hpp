#pragma once
// Value: any FEEL value in 24 bytes: an 8-byte head (kind, motion of a date, see horizon.hpp) and a 16-byte payload.
// Null, boolean, number, date, time and both durations live inline; the rest is an immutable, reference-counted heap
// payload.
//
// Copying a Value raises a counter; counters are atomic because one compiled expression (and its constants) serves many
// threads. Payloads never change after construction, so values may be read from any thread.
// Lists and contexts know their nesting depth, and make() refuses what nests deeper than max_depth, so that no
// recursion over a value (equality, printing, destruction) can exhaust the stack. Domain: DMN 1.5, clause 10.3.2.

#include <atomic>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/date.hpp"
#include "base/decimal.hpp"
#include "feel/temporal.hpp"

namespace yuanqu::feel {

enum class Kind : std::uint8_t {
  Null,
  Boolean,
  Number,
  Date,
  YearsMonthsDuration,
  DaysTimeDuration,
  Time,
  // kinds below hold a pointer to a counted payload
  DateTime,
  String,
  List,
  Context,
  Range,
  Function,
  // never seen outside a frame: a slot whose value is computed on first read (Frame::resolve)
  Unset = 255,
};

class Value;
class Function;

// Base of every heap payload. A new payload has one reference, owned by whoever made it.
struct Payload {
  mutable std::atomic<std::uint32_t> references{1};
  Payload() = default;
  Payload(const Payload&) = delete;
  Payload& operator=(const Payload&) = delete;
};

struct StringPayload : Payload {
  std::uint32_t size = 0;
  mutable std::atomic<std::uint32_t> code_points{UINT32_MAX};  // counted on first demand
  char* bytes() { return reinterpret_cast<char*>(this + 1); }
  const char* bytes() const { return reinterpret_cast<const char*>(this + 1); }
};

// A counted immutable UTF-8 text of at most 4 GiB. Empty when default-constructed.
class String {
 public:
  String() = default;
  explicit String(std::string_view text);
  String(const String& other) : payload_(other.payload_) { retain(); }
  String(String&& other) noexcept : payload_(std::exchange(other.payload_, nullptr)) {}
  String& operator=(String other) noexcept {
    std::swap(payload_, other.payload_);
    return *this;
  }
  ~String() { release(); }

  std::string_view view() const {
    return payload_ == nullptr ? std::string_view{} : std::string_view(payload_->bytes(), payload_->size);
  }
  bool same_as(const String& other) const { return payload_ == other.payload_; }
  friend bool operator==(const String& a, const String& b) { return a.payload_ == b.payload_ || a.view() == b.view(); }

 private:
  friend class Value;
  void retain() const {
    if (payload_ != nullptr) payload_->references.fetch_add(1, std::memory_order_relaxed);
  }
  void release();
  StringPayload* payload_ = nullptr;
};

struct List;
struct Context;
struct Range;
struct Entry;

// How a range was written. (< 10) has no start, while (null..10) has one that is unknown: they are different values,
// and a value compared with the second is neither in nor out.
enum class RangeForm : std::uint8_t { Interval, Less, LessOrEqual, Greater, GreaterOrEqual, Equal, NotEqual };

// How a date, or a duration since a date, moves when the day moves (horizon.hpp). All zero: it does not.
struct Motion {
  // RisingDays and FallingDays are durations; Parts is a list, context or range that holds something that moves.
  enum class Form : std::uint8_t { Fixed, MonthsThenDays, DaysThenMonths, RisingDays, FallingDays, Parts };
  Form form = Form::Fixed;
  std::int16_t months = 0;
  std::int32_t days = 0;
};

class Value {
 public:
  static constexpr std::uint32_t max_depth = 1000;

  Value() noexcept { payload_.words[0] = payload_.words[1] = 0; }
  Value(bool boolean) noexcept : kind_(Kind::Boolean) {  // NOLINT(google-explicit-constructor)
    payload_.words[0] = boolean ? 1 : 0;
    payload_.words[1] = 0;
  }
  Value(const base::Decimal& number) noexcept : kind_(Kind::Number) { store(number); }                         // NOLINT
  Value(std::int64_t number) : Value(base::Decimal(number)) {}                                                 // NOLINT
  Value(int number) : Value(base::Decimal(number)) {}                                                          // NOLINT
  Value(const base::Date& date) noexcept : kind_(Kind::Date) { store(date); }                                  // NOLINT
  Value(const YearsMonthsDuration& duration) noexcept : kind_(Kind::YearsMonthsDuration) { store(duration); }  // NOLINT
  Value(const DaysTimeDuration& duration) noexcept : kind_(Kind::DaysTimeDuration) { store(duration); }        // NOLINT
  Value(const Time& time) noexcept : kind_(Kind::Time) { store(time); }                                        // NOLINT
  Value(const DateTime& date_time);                                                                            // NOLINT
  Value(String text) noexcept;                                                                                 // NOLINT
  Value(std::string_view text) : Value(String(text)) {}                                                        // NOLINT
  Value(const std::string& text) : Value(String(text)) {}                                                      // NOLINT
  Value(const char* text) : Value(String(text)) {}                                                             // NOLINT
  template <class T>
  Value(const T*) = delete;  // a stray pointer must not become a boolean

  // Null when the result would nest deeper than max_depth.
  static Value list(std::vector<Value> items);
  // Adds an item to a list, in place when nobody else holds the list.
  static void append(Value& list, Value item);
  // Later entries of an equal key replace earlier ones in place.
  static Value context(std::vector<Entry> entries);
  // The caller has checked that both ends are comparable. NotEqual keeps its value in both ends.
  static Value range(Value low, bool low_included, Value high, bool high_included,
                     RangeForm form = RangeForm::Interval);
  // Takes over the caller's reference.
  static Value function(Function* function) noexcept;
  static Value unset() noexcept {
    Value value;
    value.kind_ = Kind::Unset;
    return value;
  }

  Value(const Value& other) noexcept
      : kind_(other.kind_),
        motion_form_(other.motion_form_),
        motion_months_(other.motion_months_),
        motion_days_(other.motion_days_),
        payload_(other.payload_) {
    if (counted()) payload_.pointer->references.fetch_add(1, std::memory_order_relaxed);
  }
  Value(Value&& other) noexcept
      : kind_(std::exchange(other.kind_, Kind::Null)),
        motion_form_(other.motion_form_),
        motion_months_(other.motion_months_),
        motion_days_(other.motion_days_),
        payload_(other.payload_) {}
  Value& operator=(const Value& other) noexcept {
    if (this != &other) {
      Value copy(other);
      swap(copy);
    }
    return *this;
  }
  Value& operator=(Value&& other) noexcept {
    if (this != &other) {
      if (counted()) destroy();
      kind_ = std::exchange(other.kind_, Kind::Null);
      motion_form_ = other.motion_form_;
      motion_months_ = other.motion_months_;
      motion_days_ = other.motion_days_;
      payload_ = other.payload_;
    }
    return *this;
  }
  ~Value() {
    if (counted()) destroy();
  }
  void swap(Value& other) noexcept {
    std::swap(kind_, other.kind_);
    std::swap(motion_form_, other.motion_form_);
    std::swap(motion_months_, other.motion_months_);
    std::swap(motion_days_, other.motion_days_);
    std::swap(payload_, other.payload_);
  }

  Kind kind() const { return kind_; }
  bool is(Kind kind) const { return kind_ == kind; }
  bool is_null() const { return kind_ == Kind::Null; }
  bool is_true() const { return kind_ == Kind::Boolean && payload_.words[0] != 0; }
  bool is_false() const { return kind_ == Kind::Boolean && payload_.words[0] == 0; }

  // Each accessor may be called only when kind() says so.
  bool boolean() const { return payload_.words[0] != 0; }
  base::Decimal number() const { return base::Decimal::from_raw(payload_.words[0], payload_.words[1]); }
  base::Date date() const { return base::Date::from_days(static_cast<std::int64_t>(payload_.words[0])); }
  YearsMonthsDuration years_months() const { return load<YearsMonthsDuration>(); }
  DaysTimeDuration days_time() const { return load<DaysTimeDuration>(); }
  Time time() const { return load<Time>(); }
  const DateTime& date_time() const;
  std::string_view text() const {
    const auto* string = static_cast<const StringPayload*>(payload_.pointer);
    return string == nullptr ? std::string_view{} : std::string_view(string->bytes(), string->size);
  }
  String string() const;
  std::size_t code_points() const;  // of a string; O(n) once, then O(1)
  const std::vector<Value>& items() const;
  const Context& context() const;
  const Range& range() const;
  const Function& function() const;

  std::uint32_t depth() const;  // 0 for values without parts

  // The same heap payload (or the same inline bits): a cheap sufficient test of equality.
  bool identical(const Value& other) const {
    return kind_ == other.kind_ && payload_.words[0] == other.payload_.words[0] &&
           (counted() || payload_.words[1] == other.payload_.words[1]);
  }

  Motion motion() const { return {static_cast<Motion::Form>(motion_form_), motion_months_, motion_days_}; }
  bool moves() const { return motion_form_ != 0; }
  void set_motion(Motion motion) {
    motion_form_ = static_cast<std::uint8_t>(motion.form);
    motion_months_ = motion.months;
    motion_days_ = motion.days;
  }

 private:
  bool counted() const { return kind_ >= Kind::DateTime && kind_ <= Kind::Function && payload_.pointer != nullptr; }
  void destroy() noexcept;
  template <class T>
  void store(const T& inline_value) {
    static_assert(sizeof(T) <= 16 && std::is_trivially_copyable_v<T>);
    payload_.words[0] = payload_.words[1] = 0;
    std::memcpy(static_cast<void*>(&payload_), &inline_value, sizeof(T));
  }
  template <class T>
  T load() const {
    T result;
    std::memcpy(static_cast<void*>(&result), &payload_, sizeof(T));
    return result;
  }

  Kind kind_ = Kind::Null;
  std::uint8_t motion_form_ = 0;
  std::int16_t motion_months_ = 0;
  std::int32_t motion_days_ = 0;
  union {
    std::uint64_t words[2];
    Payload* pointer;
  } payload_;
};
static_assert(sizeof(Value) == 24);

struct Entry {
  String key;
  Value value;
};

struct List : Payload {
  std::vector<Value> items;
  std::uint32_t depth = 1;
};

// Entries in the order they were written. find() is linear for small contexts and hashed above 16 entries.
struct Context : Payload {
  std::vector<Entry> entries;
  std::vector<std::uint32_t> buckets;  // open addressing over entries, empty for small contexts
  std::uint32_t depth = 1;

  const Value* find(std::string_view key) const;
  // Looks at `hint` first (the place where the key was last time) and updates it.
  const Value* find(const String& key, std::atomic<std::uint32_t>& hint) const;
  std::size_t size() const { return entries.size(); }
};

struct Range : Payload {
  Value low;  // null in an interval: unknown; otherwise there is none
  Value high;
  bool low_included = false;
  bool high_included = false;
  RangeForm form = RangeForm::Interval;
};

std::string_view name_of(Kind kind);  // the FEEL type name: "number", "date and time", …

// A FEEL literal that reads back as an equal value (functions print as "function(a, b) …" and do not read back).
// Strings are quoted; temporal values print as @"…".
std::string to_literal(const Value& value);

// The text of the built-in string(): strings unquoted at the top level, temporals as ISO text. Nullopt for null.
std::optional<std::string> to_text(const Value& value);

}  // namespace yuanqu::feel
