// Range functions, table 78: the relations of Allen between points and ranges. A point is the range that holds only
// itself.
#include "feel/builtins.hpp"
#include "feel/compare.hpp"

namespace yuanqu::feel {
namespace {

// An end of a range; `infinite` is -1 below everything, 1 above everything.
struct End {
  const Value* value = nullptr;
  bool included = true;
  int infinite = 0;
};

struct Span {
  End start;
  End end;
  bool point = false;
};

std::optional<Span> span_of(const Value& value) {
  if (value.is(Kind::List) && value.items().size() == 1) return span_of(value.items()[0]);
  if (!value.is(Kind::Range)) {
    if (!compare(value, value)) return std::nullopt;
    return Span{{&value, true, 0}, {&value, true, 0}, true};
  }
  const Range& range = value.range();
  if (range.form == RangeForm::NotEqual) return std::nullopt;
  if (range.form == RangeForm::Interval && (range.low.is_null() || range.high.is_null())) return std::nullopt;
  return Span{{&range.low, range.low_included, range.low.is_null() ? -1 : 0},
              {&range.high, range.high_included, range.high.is_null() ? 1 : 0},
              false};
}

// Relations are worked out on the order of two ends; one that has no order makes the whole answer null.
struct Relations {
  bool comparable = true;

  int order(const End& a, const End& b) {
    if (a.infinite != 0 || b.infinite != 0) return a.infinite - b.infinite;
    std::optional<std::strong_ordering> order = compare(*a.value, *b.value);
    if (!order) {
      comparable = false;
      return 0;
    }
    return *order < 0 ? -1 : *order > 0 ? 1 : 0;
  }

  bool before(const Span& a, const Span& b) {
    int o = order(a.end, b.start);
    return o < 0 || (o == 0 && (!a.end.included || !b.start.included));
  }
  bool meets(const Span& a, const Span& b) { return order(a.end, b.start) == 0 && a.end.included && b.start.included; }
  // a reaches into b: its end is not before b's start
  bool reaches(const Span& a, const Span& b) { return !before(a, b); }
  bool overlaps(const Span& a, const Span& b) { return reaches(a, b) && reaches(b, a); }
  bool overlaps_before(const Span& a, const Span& b) {
    int starts = order(a.start, b.start);
    int ends = order(a.end, b.end);
    bool begins_first = starts < 0 || (starts == 0 && a.start.included && !b.start.included);
    bool ends_first = ends < 0 || (ends == 0 && (!a.end.included || b.end.included));
    return begins_first && reaches(a, b) && ends_first;
  }
  // b's start not after a's start
  bool starts_within(const Span& a, const Span& b) {
    int o = order(a.start, b.start);
    return o > 0 || (o == 0 && (!a.start.included || b.start.included));
  }
  bool ends_within(const Span& a, const Span& b) {
    int o = order(a.end, b.end);
    return o < 0 || (o == 0 && (!a.end.included || b.end.included));
  }
  bool during(const Span& a, const Span& b) { return starts_within(a, b) && ends_within(a, b); }
  bool finishes(const Span& a, const Span& b) {
    return order(a.end, b.end) == 0 && a.end.included == b.end.included && starts_within(a, b);
  }
  bool starts(const Span& a, const Span& b) {
    return order(a.start, b.start) == 0 && a.start.included == b.start.included && ends_within(a, b);
  }
  bool coincides(const Span& a, const Span& b) {
    return order(a.start, b.start) == 0 && order(a.end, b.end) == 0 && a.start.included == b.start.included &&
           a.end.included == b.end.included;
  }
};

// Which of the two arguments must be ranges, may be points.
enum class Takes : std::uint8_t { Any, Ranges, PointOrRangeAndRange, RangeAndPointOrRange, Alike };

template <class Relation>
Value relate(const Call& call, Takes takes, Relation relation) {
  std::optional<Span> a = span_of(call[0]);
  std::optional<Span> b = span_of(call[1]);
  bool suits = a && b;
  if (suits) {
    switch (takes) {
      case Takes::Any: break;
      case Takes::Ranges: suits = !a->point && !b->point; break;
      case Takes::PointOrRangeAndRange: suits = !b->point; break;
      case Takes::RangeAndPointOrRange: suits = !a->point; break;
      case Takes::Alike: suits = a->point == b->point; break;
    }
  }
  if (!suits)
    return call.fail(Suppressed::Code::WrongType, "参数须是可比较的点或区间。", "takes comparable points or ranges.");
  Relations relations;
  bool result = relation(relations, *a, *b);
  if (!relations.comparable) {
    return call.fail(Suppressed::Code::NotComparable, "两个参数不能比较。", "the two arguments cannot be compared.");
  }
  return Value(result);
}

Value before(const Call& c) {
  return relate(c, Takes::Any, [](auto& r, auto& a, auto& b) { return r.before(a, b); });
}
Value after(const Call& c) {
  return relate(c, Takes::Any, [](auto& r, auto& a, auto& b) { return r.before(b, a); });
}
Value meets(const Call& c) {
  return relate(c, Takes::Ranges, [](auto& r, auto& a, auto& b) { return r.meets(a, b); });
}
Value met_by(const Call& c) {
  return relate(c, Takes::Ranges, [](auto& r, auto& a, auto& b) { return r.meets(b, a); });
}
Value overlaps(const Call& c) {
  return relate(c, Takes::Ranges, [](auto& r, auto& a, auto& b) { return r.overlaps(a, b); });
}
Value overlaps_before(const Call& c) {
  return relate(c, Takes::Ranges, [](auto& r, auto& a, auto& b) { return r.overlaps_before(a, b); });
}
Value overlaps_after(const Call& c) {
  return relate(c, Takes::Ranges, [](auto& r, auto& a, auto& b) { return r.overlaps_before(b, a); });
}
Value finishes(const Call& c) {
  return relate(c, Takes::PointOrRangeAndRange, [](auto& r, auto& a, auto& b) { return r.finishes(a, b); });
}
Value finished_by(const Call& c) {
  return relate(c, Takes::RangeAndPointOrRange, [](auto& r, auto& a, auto& b) { return r.finishes(b, a); });
}
Value includes(const Call& c) {
  return relate(c, Takes::RangeAndPointOrRange, [](auto& r, auto& a, auto& b) { return r.during(b, a); });
}
Value during(const Call& c) {
  return relate(c, Takes::PointOrRangeAndRange, [](auto& r, auto& a, auto& b) { return r.during(a, b); });
}
Value starts(const Call& c) {
  return relate(c, Takes::PointOrRangeAndRange, [](auto& r, auto& a, auto& b) { return r.starts(a, b); });
}
Value started_by(const Call& c) {
  return relate(c, Takes::RangeAndPointOrRange, [](auto& r, auto& a, auto& b) { return r.starts(b, a); });
}
Value coincides(const Call& c) {
  return relate(c, Takes::Alike, [](auto& r, auto& a, auto& b) { return r.coincides(a, b); });
}

}  // namespace

void add_range_functions(std::vector<Builtin>& table) {
  using A = Accepts;
  auto pair = [](std::string_view a, std::string_view b) {
    return BuiltinSignature{{{a, A::NotNull}, {b, A::NotNull}}};
  };
  BuiltinSignature ranges = pair("range1", "range2");
  BuiltinSignature points = pair("point1", "point2");
  BuiltinSignature point_range = pair("point", "range");
  BuiltinSignature range_point = pair("range", "point");
  auto add = [&](std::string_view name, std::vector<BuiltinSignature> signatures, BuiltinBody body) {
    table.push_back({name, std::move(signatures), body, true, false, {}});
  };
  add("before", {points, point_range, range_point, ranges}, before);
  add("after", {points, point_range, range_point, ranges}, after);
  add("meets", {ranges}, meets);
  add("met by", {ranges}, met_by);
  add("overlaps", {ranges}, overlaps);
  add("overlaps before", {ranges}, overlaps_before);
  add("overlaps after", {ranges}, overlaps_after);
  add("finishes", {point_range, ranges}, finishes);
  add("finished by", {range_point, ranges}, finished_by);
  add("includes", {range_point, ranges}, includes);
  add("during", {point_range, ranges}, during);
  add("starts", {point_range, ranges}, starts);
  add("started by", {range_point, ranges}, started_by);
  add("coincides", {points, ranges}, coincides);
}

}  // namespace yuanqu::feel
