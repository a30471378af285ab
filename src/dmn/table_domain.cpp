#include "dmn/table_domain.hpp"

#include <algorithm>
#include <functional>

#include "dmn/tests_constraint.hpp"
#include "feel/compare.hpp"
#include "feel/inspect.hpp"

namespace yuanqu::dmn {

namespace {

using feel::Kind;
using feel::SimpleTests;
using feel::Type;
using feel::Value;

std::optional<Kind> kind_of_type(const feel::TypePointer& type) {
  if (type == nullptr) return std::nullopt;
  switch (type->form) {
    case Type::Form::Boolean: return Kind::Boolean;
    case Type::Form::Number: return Kind::Number;
    case Type::Form::String: return Kind::String;
    case Type::Form::Date: return Kind::Date;
    case Type::Form::Time: return Kind::Time;
    case Type::Form::DateTime: return Kind::DateTime;
    case Type::Form::DaysTimeDuration: return Kind::DaysTimeDuration;
    case Type::Form::YearsMonthsDuration: return Kind::YearsMonthsDuration;
    default: return std::nullopt;
  }
}

// The kind the bounds speak of; Null: none (only `-` or null); nullopt: mixed or unbounded ranges.
std::optional<Kind> kind_of_bounds(const SimpleTests& tests) {
  Kind kind = Kind::Null;
  for (const auto& bounds : tests.bounds) {
    if (bounds.low.is_null() && bounds.high.is_null()) return std::nullopt;
    for (const Value* end : {&bounds.low, &bounds.high}) {
      if (end->is_null()) continue;
      if (kind != Kind::Null && kind != end->kind()) return std::nullopt;
      kind = end->kind();
    }
  }
  return kind;
}

// A value strictly between two bounds (null: none on that side); Null when the kind has none there.
Value between(Kind kind, const Value& low, const Value& high) {
  const auto whole = [&](std::int64_t below, std::int64_t above, const std::function<Value(std::int64_t)>& make) {
    if (!low.is_null() && !high.is_null()) return above - below < 2 ? Value() : make(below + 1);
    return !low.is_null() ? make(below + 1) : !high.is_null() ? make(above - 1) : make(0);
  };
  switch (kind) {
    case Kind::Number: {
      if (low.is_null() && high.is_null()) return Value(0);
      const auto one = base::Decimal(1);
      if (high.is_null()) return Value(add(low.number(), one).value_or(low.number()));
      if (low.is_null()) return Value(subtract(high.number(), one).value_or(high.number()));
      if (const auto next = add(low.number(), one); next && *next < high.number()) return Value(*next);
      const auto sum = add(low.number(), high.number());
      const auto middle = sum ? divide(*sum, base::Decimal(2)) : std::nullopt;
      return middle && *middle > low.number() && *middle < high.number() ? Value(*middle) : Value();
    }
    case Kind::Date:
      return whole(low.is_null() ? 0 : low.date().days(), high.is_null() ? 0 : high.date().days(),
                   [](std::int64_t days) { return Value(base::Date::from_days(days)); });
    case Kind::YearsMonthsDuration:
      return whole(low.is_null() ? 0 : low.years_months().total_months,
                   high.is_null() ? 0 : high.years_months().total_months,
                   [](std::int64_t months) { return Value(feel::YearsMonthsDuration{months}); });
    case Kind::DaysTimeDuration: {
      const Value found = whole(low.is_null() ? 0 : low.days_time().seconds,
                                high.is_null() ? 0 : high.days_time().seconds, [](std::int64_t seconds) {
                                  return Value(feel::DaysTimeDuration{seconds, 0});
                                });
      if (!found.is_null()) return found;
      feel::DaysTimeDuration next = low.days_time();  // between two instants of one second: the next nanosecond
      if (++next.nanoseconds >= 1'000'000'000) return Value();
      return feel::compare(Value(next), high) == std::strong_ordering::less ? Value(next) : Value();
    }
    default: return Value();
  }
}

// Builds the line of pieces for one column.
class Builder {
 public:
  explicit Builder(const TableColumn& column) : column_(column) {}

  ColumnDomain build() {
    for (const auto& cell : column_.cells)
      tests_.push_back(cell.tests ? feel::simple_tests(cell.tests.syntax()) : std::nullopt);
    if (column_.values) restrict(*column_.values);
    const feel::TypePointer& type = column_.type != nullptr ? column_.type : column_.input->type;
    for (const auto* constraint = type == nullptr ? nullptr : type->constraint.get(); constraint != nullptr;) {
      const auto* tests = dynamic_cast<const TestsConstraint*>(constraint);
      if (tests == nullptr) break;
      restrict(tests->tests());
      constraint = tests->also();
    }
    choose_kind(type);
    if (kind_ == Kind::String || kind_ == Kind::Boolean)
      make_constant_pieces();
    else if (kind_ != Kind::Null)
      make_ordered_pieces();
    else
      domain_.pieces.push_back({Value(), "-"});
    const bool speaks_of_null =
        std::any_of(tests_.begin(), tests_.end(), [](const auto& tests) { return tests && tests->matches_null; });
    keep_allowed();
    if (speaks_of_null && kind_ != Kind::Null) {
      null_piece_ = static_cast<std::int64_t>(domain_.pieces.size());
      domain_.pieces.push_back({Value(), "null"});
    }
    for (std::size_t i = 0; i < tests_.size(); ++i) domain_.cells.push_back(cell_of(tests_[i]));
    for (const auto& cell : domain_.cells) domain_.exact = domain_.exact && !cell.complex;
    return std::move(domain_);
  }

 private:
  void restrict(const feel::Expression& expression) {
    auto simple = feel::simple_tests(expression.syntax());
    if (simple && !simple->any)
      allowed_.push_back(std::move(*simple));
    else if (!simple)
      domain_.exact = false;
  }

  void choose_kind(const feel::TypePointer& type) {
    if (auto declared = kind_of_type(type)) {
      kind_ = *declared;
      return;
    }
    const auto try_kind = [&](const SimpleTests& tests) {
      const auto kind = kind_of_bounds(tests);
      if (kind_ == Kind::Null && kind) kind_ = *kind;
    };
    for (const auto& tests : tests_) {
      if (tests) try_kind(*tests);
    }
    for (const auto& tests : allowed_) try_kind(tests);
  }

  bool usable(const SimpleTests& tests) const {
    const auto kind = kind_of_bounds(tests);
    if (!kind) return false;
    if (*kind == Kind::Null) return true;
    if (*kind != kind_) return false;
    if (kind_ == Kind::String || kind_ == Kind::Boolean)
      return std::all_of(tests.bounds.begin(), tests.bounds.end(), feel::is_point);
    if (kind_ == Kind::Time || kind_ == Kind::DateTime) return comparable_;
    return kind_ != Kind::Null;
  }

  template <class Visit>
  void each_bounds(Visit&& visit) const {
    for (const auto& tests : tests_) {
      if (!tests) continue;
      const auto kind = kind_of_bounds(*tests);
      if (!kind || *kind != kind_) continue;
      for (const auto& bounds : tests->bounds) visit(bounds);
    }
    for (const auto& tests : allowed_) {
      const auto kind = kind_of_bounds(tests);
      if (!kind || *kind != kind_) continue;
      for (const auto& bounds : tests.bounds) visit(bounds);
    }
  }

  void make_constant_pieces() {
    if (kind_ == Kind::Boolean) {
      constants_ = {Value(false), Value(true)};
    } else {
      each_bounds([&](const feel::Bounds& bounds) {
        if (feel::is_point(bounds)) constants_.push_back(bounds.low);
      });
      std::sort(constants_.begin(), constants_.end(),
                [](const Value& a, const Value& b) { return a.text() < b.text(); });
      constants_.erase(std::unique(constants_.begin(), constants_.end(),
                                   [](const Value& a, const Value& b) { return a.text() == b.text(); }),
                       constants_.end());
    }
    for (const auto& constant : constants_) domain_.pieces.push_back({constant, feel::to_literal(constant)});
    if (kind_ == Kind::Boolean) return;
    std::string other = "other";
    while (std::any_of(constants_.begin(), constants_.end(), [&](const Value& value) { return value.text() == other; }))
      other += "_";
    domain_.pieces.push_back({Value(other), "other text"});
  }

  void make_ordered_pieces() {
    each_bounds([&](const feel::Bounds& bounds) {
      if (!bounds.low.is_null()) constants_.push_back(bounds.low);
      if (!bounds.high.is_null()) constants_.push_back(bounds.high);
    });
    // Values with and without a zone have no order; then nothing of the column is known.
    for (const auto& a : constants_) comparable_ = comparable_ && feel::compare(a, constants_.front()).has_value();
    if (!comparable_) constants_.clear();
    std::sort(constants_.begin(), constants_.end(), feel::comes_before);
    constants_.erase(std::unique(constants_.begin(), constants_.end(),
                                 [](const Value& a, const Value& b) {
                                   return !feel::comes_before(a, b) && !feel::comes_before(b, a);
                                 }),
                     constants_.end());
    const auto text = [](const Value& value) { return value.is_null() ? std::string{} : feel::to_literal(value); };
    for (std::size_t i = 0; i <= constants_.size(); ++i) {
      const Value low = i == 0 ? Value() : constants_[i - 1];
      const Value high = i == constants_.size() ? Value() : constants_[i];
      std::string gap = low.is_null() && high.is_null() ? "-"
                        : low.is_null()                 ? "< " + text(high)
                        : high.is_null()                ? "> " + text(low)
                                                        : "(" + text(low) + ".." + text(high) + ")";
      domain_.pieces.push_back({between(kind_, low, high), std::move(gap)});
      if (!high.is_null()) domain_.pieces.push_back({high, text(high)});
    }
  }

  std::size_t position_of(const Value& value) const {
    const auto at = static_cast<std::size_t>(
        std::lower_bound(constants_.begin(), constants_.end(), value, feel::comes_before) - constants_.begin());
    return 2 * at + 1;  // every bound is among the constants
  }

  // The pieces (before domain restriction) that satisfy the tests.
  std::vector<bool> satisfied(const SimpleTests& tests, std::size_t count) const {
    std::vector<bool> in(count, tests.any);
    if (tests.any) return in;
    for (const auto& bounds : tests.bounds) {
      if (kind_ == Kind::String || kind_ == Kind::Boolean) {
        for (std::size_t i = 0; i < constants_.size(); ++i) {
          if (feel::same(constants_[i], bounds.low)) in[i] = true;
        }
        continue;
      }
      std::size_t from = 0, to = count;
      if (!bounds.low.is_null()) from = position_of(bounds.low) + (bounds.low_included ? 0 : 1);
      if (!bounds.high.is_null()) to = position_of(bounds.high) + (bounds.high_included ? 1 : 0);
      for (std::size_t i = from; i < to; ++i) in[i] = true;
    }
    if (tests.negated) in.flip();
    return in;
  }

  // Drops pieces without a value and those the allowed values exclude; remembers where the others went.
  void keep_allowed() {
    const std::size_t count = domain_.pieces.size();
    original_ = count;
    std::vector<bool> keep(count, true);
    const bool discrete = kind_ == Kind::Date || kind_ == Kind::YearsMonthsDuration || kind_ == Kind::Number ||
                          kind_ == Kind::DaysTimeDuration;
    if (discrete) {
      for (std::size_t i = 0; i < count; ++i) keep[i] = !domain_.pieces[i].example.is_null();
    }
    for (const auto& tests : allowed_) {
      if (!usable(tests)) {
        domain_.exact = false;
        continue;
      }
      const auto in = satisfied(tests, count);
      for (std::size_t i = 0; i < count; ++i) keep[i] = keep[i] && in[i];
    }
    std::vector<Piece> kept;
    moved_.assign(count, -1);
    for (std::size_t i = 0; i < count; ++i) {
      if (!keep[i]) continue;
      moved_[i] = static_cast<std::int64_t>(kept.size());
      kept.push_back(std::move(domain_.pieces[i]));
    }
    domain_.pieces = std::move(kept);
  }

  DomainCell cell_of(const std::optional<SimpleTests>& tests) const {
    DomainCell cell;
    const auto everything = [&] {
      if (!domain_.pieces.empty()) cell.intervals = {domain_.all()};
    };
    if (!tests) {
      cell.complex = true;
      everything();
      return cell;
    }
    if (!tests->any && !usable(*tests)) {
      const auto kind = kind_of_bounds(*tests);
      cell.wrong_kind = kind && *kind != Kind::Null && kind_ != Kind::Null && *kind != kind_;
      cell.complex = !cell.wrong_kind;
      if (cell.complex) everything();
      return cell;
    }
    std::vector<bool> in(domain_.pieces.size(), false);
    const auto before = satisfied(*tests, original_);
    for (std::size_t i = 0; i < original_; ++i) {
      if (moved_[i] >= 0 && before[i]) in[static_cast<std::size_t>(moved_[i])] = true;
    }
    if (null_piece_ >= 0)
      in[static_cast<std::size_t>(null_piece_)] = tests->any || (tests->matches_null && !tests->negated);
    for (std::uint32_t i = 0; i < in.size(); ++i) {
      if (!in[i]) continue;
      if (!cell.intervals.empty() && cell.intervals.back().second == i)
        ++cell.intervals.back().second;
      else
        cell.intervals.emplace_back(i, i + 1);
    }
    return cell;
  }

  const TableColumn& column_;
  ColumnDomain domain_;
  std::vector<std::optional<SimpleTests>> tests_;
  std::vector<SimpleTests> allowed_;
  Kind kind_ = Kind::Null;
  bool comparable_ = true;
  std::vector<Value> constants_;
  std::vector<std::int64_t> moved_;
  std::size_t original_ = 0;
  std::int64_t null_piece_ = -1;
};

}  // namespace

ColumnDomain domain_of(const TableColumn& column) { return Builder(column).build(); }

}  // namespace yuanqu::dmn
