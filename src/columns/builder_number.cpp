// Numbers: fixed scales where range can be proved for the chunk at hand, decimals where division or size asks for them.
#include <algorithm>

#include "columns/builder.hpp"

namespace yuanqu::columns {

using feel::Operation;
using feel::Value;

namespace {

__extension__ using Wide = __int128;

enum class Sum : std::uint8_t { Add, Subtract, Multiply };

bool fits(Wide value) { return value > Wide{null64} && value <= Wide{INT64_MAX}; }

// Carries out an operation on whole numbers. Where the bounds of this chunk prove that nothing overflows the plain loop
// runs; otherwise each row is tried and what overflows escapes.
void whole(Frame& frame, Sum what, Reg a, Reg b, std::int64_t constant, Reg out) {
  const Vector x = frame.vector(a);
  Vector y;
  y.low = y.high = constant;
  if (b != none) y = frame.vector(b);
  const std::size_t count = frame.size_of(out);
  const std::int64_t* p = frame.in<std::int64_t>(a);
  const std::int64_t* q = b == none ? nullptr : frame.in<std::int64_t>(b);
  std::int64_t* to = frame.out<std::int64_t>(out);
  Vector& made = frame.vector(out);
  if (x.low > x.high || y.low > y.high) {  // nothing but nulls on one side
    std::fill_n(to, count, null64);
    made.low = 0;
    made.high = -1;
    return;
  }
  const Wide xl = x.low, xh = x.high, yl = y.low, yh = y.high;
  Wide low = 0, high = 0;
  switch (what) {
    case Sum::Add: low = xl + yl, high = xh + yh; break;
    case Sum::Subtract: low = xl - yh, high = xh - yl; break;
    case Sum::Multiply: {
      const Wide all[] = {xl * yl, xl * yh, xh * yl, xh * yh};
      low = *std::min_element(all, all + 4);
      high = *std::max_element(all, all + 4);
      break;
    }
  }
  if (fits(low) && fits(high)) {
    made.low = static_cast<std::int64_t>(low);
    made.high = static_cast<std::int64_t>(high);
    switch (what) {
      case Sum::Add:
        return q == nullptr ? frame.kernel.add_constant(p, constant, to, count) : frame.kernel.add(p, q, to, count);
      case Sum::Subtract:
        return q == nullptr ? frame.kernel.add_constant(p, -constant, to, count)
                            : frame.kernel.subtract(p, q, to, count);
      case Sum::Multiply:
        return q == nullptr ? frame.kernel.multiply_constant(p, constant, to, count)
                            : frame.kernel.multiply(p, q, to, count);
    }
  }
  const int domain = frame.program.registers[static_cast<std::size_t>(out)].domain;
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t left = p[i], right = q == nullptr ? constant : q[i];
    to[i] = null64;
    if (left == null64 || right == null64) continue;
    std::int64_t result = 0;
    const bool over = what == Sum::Add        ? __builtin_add_overflow(left, right, &result)
                      : what == Sum::Subtract ? __builtin_sub_overflow(left, right, &result)
                                              : __builtin_mul_overflow(left, right, &result);
    if (over || result == null64)
      frame.escape(domain, i);
    else
      to[i] = result;
  }
  frame.kernel.bounds(to, count, &made.low, &made.high);
}

}  // namespace

PartPointer Builder::to_number(const PartPointer& part, int scale) {
  if (part->form != Form::Number) throw NotCompiled{"须是定点数。", "A fixed-point number is needed."};
  if (part->scale == scale) return part;
  if (part->is_constant) {
    if (!part->constant.is_null() && !word_at(part->constant, scale))
      throw NotCompiled{"常数超出范围。", "A constant is out of range."};
    auto made = std::make_shared<Part>(*part);
    made->scale = scale;
    return made;
  }
  if (scale > scale_max) throw NotCompiled{"小数位过多。", "Too many digits after the point."};
  const Reg from = part->reg;
  const std::int64_t factor = power_of_ten(scale - part->scale);
  const Reg reg =
      step("rescale", std::to_string(from) + "," + std::to_string(scale), Form::Number, scale, part->domain, {from},
           [=](Reg out) { return [=](Frame& frame) { whole(frame, Sum::Multiply, from, none, factor, out); }; });
  return with_code(scalar(Form::Number, scale, part->domain, reg), {&part, 1});
}

PartPointer Builder::to_decimal(const PartPointer& part) {
  if (part->form == Form::Decimal) return part;
  if (part->is_constant) {
    auto made = std::make_shared<Part>(*part);
    made->form = Form::Decimal;
    made->scale = 0;
    return made;
  }
  if (part->form != Form::Number) throw NotCompiled{"须是数。", "A number is needed."};
  const Reg from = part->reg;
  const int scale = part->scale;
  const Reg reg = step("as decimals", std::to_string(from), Form::Decimal, 0, part->domain, {from}, [=](Reg out) {
    return [=](Frame& frame) {
      const std::int64_t* words = frame.in<std::int64_t>(from);
      base::Decimal* to = frame.out<base::Decimal>(out);
      for (std::size_t i = 0; i < frame.size_of(out); ++i)
        to[i] = words[i] == null64 ? null_decimal() : base::Decimal::from_scaled(words[i], scale);
    };
  });
  return with_code(scalar(Form::Decimal, 0, part->domain, reg), {&part, 1});
}

PartPointer Builder::to_boxed(const PartPointer& part) {
  if (part->form == Form::Boxed) return part;
  if (part->is_constant || part->form == Form::Null) {
    auto made = std::make_shared<Part>(*part);
    made->form = Form::Boxed;
    made->is_constant = true;
    made->members.clear();
    return made;
  }
  if (!can_box(part)) throw NotCompiled{"这种值不能单独取出。", "Such a value cannot be taken by itself."};
  note_use(part);
  std::vector<Reg> in;
  const std::function<void(const Part&)> gather_regs = [&](const Part& one) {
    for (const Reg reg : {one.reg, one.presence}) {
      if (reg != none) in.push_back(reg);
    }
    for (const auto& [name, member] : one.members) gather_regs(*member);
    if (one.form == Form::List && !one.is_constant) {
      in.push_back(parent_rows(one.items));
      gather_regs(*one.element);
    }
  };
  gather_regs(*part);
  const Reg reg = step("as values", part->form == Form::Context || part->form == Form::List ? "" : key_of(part),
                       Form::Boxed, 0, part->domain, in, [&](Reg out) {
                         return [out, part](Frame& frame) {
                           Value* to = frame.out_boxed(out);
                           for (std::size_t i = 0; i < frame.size_of(out); ++i) {
                             to[i] = frame.value(*part, i);
                             to[i].set_motion({});
                           }
                         };
                       });
  return with_code(scalar(Form::Boxed, 0, part->domain, reg), {&part, 1});
}

PartPointer Builder::arithmetic(Operation operation, const PartPointer& a, const PartPointer& b) {
  if (a->form == Form::Null || b->form == Form::Null) return null();
  const int domain = deeper(a->domain, b->domain);
  const auto is_number = [](const PartPointer& part) {
    return part->form == Form::Number || part->form == Form::Decimal;
  };
  const auto is_duration = [](const PartPointer& part) {
    return part->form == Form::Months || part->form == Form::Seconds;
  };
  const PartPointer from[] = {a, b};
  const auto whole_step = [&](Sum what, const PartPointer& x, const PartPointer& y, Form form, int scale) {
    if (x->is_constant && what != Sum::Subtract) return step_whole(static_cast<int>(what), y, x, form, scale, domain);
    return step_whole(static_cast<int>(what), x, y, form, scale, domain);
  };
  if (is_number(a) && is_number(b)) {
    if (a->form == Form::Number && b->form == Form::Number) {
      if (operation == Operation::Add || operation == Operation::Subtract) {
        const int scale = std::max(a->scale, b->scale);
        return with_code(whole_step(operation == Operation::Add ? Sum::Add : Sum::Subtract, to_number(a, scale),
                                    to_number(b, scale), Form::Number, scale),
                         from);
      }
      if (operation == Operation::Multiply && a->scale + b->scale <= scale_max)
        return with_code(whole_step(Sum::Multiply, a, b, Form::Number, a->scale + b->scale), from);
      if (operation == Operation::Divide && b->is_constant && !b->constant.is_null()) {
        // Dividing by 2^i·5^j is multiplying by a short decimal.
        const auto inverse = divide(base::Decimal(1), b->constant.number());
        const auto back = inverse ? multiply(*inverse, b->constant.number()) : std::nullopt;
        if (back && *back == base::Decimal(1) && inverse->scale() >= 0 && inverse->scale() + a->scale <= scale_max &&
            word_at(Value(*inverse), inverse->scale())) {
          const PartPointer factor = constant(Value(*inverse));
          return with_code(whole_step(Sum::Multiply, a, factor, Form::Number, a->scale + factor->scale), from);
        }
      }
    }
    return with_code(decimal_arithmetic(operation, a, b, domain), from);
  }
  const bool add = operation == Operation::Add, subtract = operation == Operation::Subtract;
  if ((add || subtract) && a->form == b->form && is_duration(a))
    return with_code(whole_step(add ? Sum::Add : Sum::Subtract, a, b, a->form, 0), from);
  if ((add || subtract) && a->form == Form::Date && is_duration(b)) return with_code(shift_date(a, b, subtract), from);
  if (add && b->form == Form::Date && is_duration(a)) return with_code(shift_date(b, a, false), from);
  if (subtract && a->form == Form::Date && b->form == Form::Date) return with_code(between_dates(a, b, domain), from);
  if (operation == Operation::Multiply) {
    if (is_duration(a) && b->form == Form::Number && b->scale == 0)
      return with_code(whole_step(Sum::Multiply, a, b, a->form, 0), from);
    if (is_duration(b) && a->form == Form::Number && a->scale == 0)
      return with_code(whole_step(Sum::Multiply, b, a, b->form, 0), from);
  }
  throw NotCompiled{"这种运算没有向量算法。", "There is no vector step for this operation."};
}

PartPointer Builder::step_whole(int what, const PartPointer& a, const PartPointer& b, Form form, int scale,
                                int domain) {
  const auto sum = static_cast<Sum>(what);
  const Reg x = vector_of(a, domain);
  std::int64_t word = 0;
  Reg y = none;
  if (b->is_constant && !b->constant.is_null() && to_word(b->form, b->scale, b->constant, nullptr, word) &&
      word != null64 && word != INT64_MAX) {
    y = none;
  } else {
    y = vector_of(b, domain);
  }
  const std::string key = std::to_string(what) + "," + std::to_string(x) + "," +
                          (y == none ? "c" + std::to_string(word) : std::to_string(y));
  return scalar(form, scale, domain, step("whole numbers", key, form, scale, domain, {x, y}, [=](Reg out) {
                  return [=](Frame& frame) { whole(frame, sum, x, y, word, out); };
                }));
}

PartPointer Builder::decimal_arithmetic(Operation operation, const PartPointer& a, const PartPointer& b, int domain) {
  const Reg x = vector_of(to_decimal(a), domain), y = vector_of(to_decimal(b), domain);
  const std::string key =
      std::to_string(static_cast<int>(operation)) + "," + std::to_string(x) + "," + std::to_string(y);
  return scalar(Form::Decimal, 0, domain, step("decimals", key, Form::Decimal, 0, domain, {x, y}, [=](Reg out) {
                  return [=](Frame& frame) {
                    const base::Decimal *p = frame.in<base::Decimal>(x), *q = frame.in<base::Decimal>(y);
                    base::Decimal* to = frame.out<base::Decimal>(out);
                    const std::size_t count = frame.size_of(out);
                    for (std::size_t i = 0; i < count; ++i) {
                      to[i] = null_decimal();
                      if (columns::is_null(p[i]) || columns::is_null(q[i])) continue;
                      std::optional<base::Decimal> result;
                      switch (operation) {
                        case Operation::Add: result = base::add(p[i], q[i]); break;
                        case Operation::Subtract: result = base::subtract(p[i], q[i]); break;
                        case Operation::Multiply: result = base::multiply(p[i], q[i]); break;
                        case Operation::Divide: result = base::divide(p[i], q[i]); break;
                        default: result = base::power(p[i], q[i]); break;
                      }
                      if (result) to[i] = *result;
                    }
                  };
                }));
}

PartPointer Builder::round(RoundingWay way, int scale, const PartPointer& a) {
  if (a->form == Form::Null) return null();
  if (a->form == Form::Number && a->scale <= scale) return a;
  if (scale < 0 || scale > scale_max || a->is_constant)
    throw NotCompiled{"这种取整没有向量算法。", "There is no vector step for this rounding."};
  const Reg from = a->reg;
  const std::string key =
      std::to_string(static_cast<int>(way)) + "," + std::to_string(scale) + "," + std::to_string(from);
  if (a->form == Form::Number) {
    const int digits = a->scale - scale;
    const Reg reg = step("round", key, Form::Number, scale, a->domain, {from}, [=](Reg out) {
      return [=](Frame& frame) {
        frame.kernel.round(way, digits, frame.in<std::int64_t>(from), frame.out<std::int64_t>(out), frame.size_of(out));
        const Vector& before = frame.vector(from);
        Vector& made = frame.vector(out);
        const std::int64_t divisor = power_of_ten(digits);
        made.low = before.low > before.high ? 0 : before.low / divisor - 1;
        made.high = before.low > before.high ? -1 : before.high / divisor + 1;
      };
    });
    return with_code(scalar(Form::Number, scale, a->domain, reg), {&a, 1});
  }
  if (a->form != Form::Decimal) throw NotCompiled{"须是数。", "A number is needed."};
  static constexpr base::Rounding modes[] = {base::Rounding::HalfEven, base::Rounding::HalfUp, base::Rounding::HalfDown,
                                             base::Rounding::Up,       base::Rounding::Down,   base::Rounding::Floor,
                                             base::Rounding::Ceiling};
  const base::Rounding mode = modes[static_cast<int>(way)];
  const Reg reg = step("round decimals", key, Form::Number, scale, a->domain, {from}, [=, domain = a->domain](Reg out) {
    return [=](Frame& frame) {
      const base::Decimal* numbers = frame.in<base::Decimal>(from);
      std::int64_t* to = frame.out<std::int64_t>(out);
      const std::size_t count = frame.size_of(out);
      for (std::size_t i = 0; i < count; ++i) {
        to[i] = null64;
        if (columns::is_null(numbers[i])) continue;
        const auto rounded = base::round_to(numbers[i], scale, mode);
        const auto word = rounded ? rounded->to_scaled(scale) : std::nullopt;
        if (word && *word != null64)
          to[i] = *word;
        else
          frame.escape(domain, i);
      }
      Vector& made = frame.vector(out);
      frame.kernel.bounds(to, count, &made.low, &made.high);
    };
  });
  return with_code(scalar(Form::Number, scale, a->domain, reg), {&a, 1});
}

}  // namespace yuanqu::columns
