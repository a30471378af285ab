// Three-valued logic, choice and comparison.
#include "columns/builder.hpp"
#include "feel/horizon.hpp"

namespace yuanqu::columns {

using feel::Value;

namespace {

bool constant_truth(const PartPointer& part, std::uint8_t truth) {
  if (!part->is_constant) return false;
  const Value& value = part->constant;
  return truth == unknown ? !value.is(feel::Kind::Boolean) : truth == yes ? value.is_true() : value.is_false();
}

}  // namespace

PartPointer Builder::negate(const PartPointer& a) {
  if (a->is_constant) return a->constant.is(feel::Kind::Boolean) ? constant(Value(!a->constant.boolean())) : null();
  if (a->form != Form::Boolean) return null();
  const Reg reg = step("not", key_of(a), Form::Boolean, 0, a->domain, {a->reg}, [from = a->reg](Reg out) {
    return [=](Frame& frame) {
      std::uint8_t* to = frame.out<std::uint8_t>(out);
      frame.kernel.negate(frame.in<std::uint8_t>(from), to, frame.size_of(out));
    };
  });
  return with_code(scalar(Form::Boolean, 0, a->domain, reg), {&a, 1});
}

PartPointer Builder::both(const PartPointer& a_in, const PartPointer& b_in) {
  // What is no boolean is unknown here (tables 50 and 51).
  const PartPointer a = a_in->form == Form::Boolean ? a_in : null(), b = b_in->form == Form::Boolean ? b_in : null();
  if (constant_truth(a, no) || constant_truth(b, yes)) return a;
  if (constant_truth(b, no) || constant_truth(a, yes)) return b;
  if (a->is_constant && b->is_constant) return null();
  const int domain = deeper(a->domain, b->domain);
  const auto vector = [&](const PartPointer& part) {
    return part->is_constant
               ? vector_of(std::make_shared<Part>(Part{.form = Form::Boolean, .is_constant = true}), domain)
               : vector_of(part, domain);
  };
  const Reg x = vector(a), y = vector(b);
  const Reg reg =
      step("and", std::to_string(std::min(x, y)) + "," + std::to_string(std::max(x, y)), Form::Boolean, 0, domain,
           {x, y}, [=](Reg out) {
             return [=](Frame& frame) {
               std::uint8_t* to = frame.out<std::uint8_t>(out);
               frame.kernel.minimum(frame.in<std::uint8_t>(x), frame.in<std::uint8_t>(y), to, frame.size_of(out));
             };
           });
  const PartPointer from[] = {a, b};
  return with_code(scalar(Form::Boolean, 0, domain, reg), from);
}

PartPointer Builder::either(const PartPointer& a, const PartPointer& b) {
  const auto as_boolean = [&](const PartPointer& part) { return part->form == Form::Boolean ? part : null(); };
  return negate(both(negate_known(as_boolean(a)), negate_known(as_boolean(b))));
}

// not() that keeps unknown constants typed.
PartPointer Builder::negate_known(const PartPointer& part) { return part->form == Form::Boolean ? negate(part) : part; }

PartPointer Builder::is_yes(const PartPointer& condition) {
  if (condition->is_constant) return constant(Value(condition->constant.is_true()));
  if (condition->form != Form::Boolean) return constant(Value(false));
  const Reg from = condition->reg;
  const Reg reg = step("is true", key_of(condition), Form::Boolean, 0, condition->domain, {from}, [=](Reg out) {
    return [=](Frame& frame) {
      const std::uint8_t* truth = frame.in<std::uint8_t>(from);
      std::uint8_t* to = frame.out<std::uint8_t>(out);
      const std::size_t count = frame.size_of(out);
      for (std::size_t i = 0; i < count; ++i) to[i] = truth[i] & yes;
    };
  });
  return with_code(scalar(Form::Boolean, 0, condition->domain, reg), {&condition, 1});
}

PartPointer Builder::is_null(const PartPointer& part) {
  if (part->is_constant) return constant(Value(part->constant.is_null()));
  if (part->form == Form::Null) return constant(Value(true));
  if (part->form == Form::Function) return constant(Value(false));
  if (part->form == Form::Context || part->form == Form::List) {
    return part->presence == none ? constant(Value(false))
                                  : negate(scalar(Form::Boolean, 0, part->domain, part->presence));
  }
  const Form form = part->form;
  const Reg from = part->reg;
  const Reg reg = step("is null", key_of(part), Form::Boolean, 0, part->domain, {from}, [=](Reg out) {
    return [=](Frame& frame) {
      std::uint8_t* to = frame.out<std::uint8_t>(out);
      const std::size_t count = frame.size_of(out);
      switch (form) {
        case Form::Boolean:
          for (std::size_t i = 0; i < count; ++i) to[i] = frame.in<std::uint8_t>(from)[i] == unknown ? yes : no;
          return;
        case Form::Date:
        case Form::Text:
          return frame.kernel.compare32_constant(Relation::Equal, frame.in<std::int32_t>(from), null32, to, count);
        case Form::Row:
          for (std::size_t i = 0; i < count; ++i) to[i] = frame.row_at(from, i) == null32 ? yes : no;
          return;
        case Form::Decimal:
          for (std::size_t i = 0; i < count; ++i) to[i] = columns::is_null(frame.in<base::Decimal>(from)[i]) ? yes : no;
          return;
        case Form::Boxed:
          for (std::size_t i = 0; i < count; ++i) to[i] = frame.in<Value>(from)[i].is_null() ? yes : no;
          return;
        default: frame.kernel.compare64_constant(Relation::Equal, frame.in<std::int64_t>(from), null64, to, count);
      }
    };
  });
  return with_code(scalar(Form::Boolean, 0, part->domain, reg), {&part, 1});
}

PartPointer Builder::choose(const PartPointer& condition, const PartPointer& a, const PartPointer& b) {
  if (condition->is_constant) return condition->constant.is_true() ? a : b;
  if (condition->form != Form::Boolean) return b;
  if (a == b || (a->form == Form::Null && b->form == Form::Null)) return a;
  int domain = condition->domain;
  for (const PartPointer* part : {&a, &b}) {
    if (!(*part)->is_constant && (*part)->form != Form::Function) domain = deeper(domain, (*part)->domain);
  }
  const bool a_null = a->form == Form::Null, b_null = b->form == Form::Null;
  const Form form = a_null ? b->form : a->form;
  if (form == Form::List && (a_null || b_null || b->form == Form::List)) return choose_list(condition, a, b, domain);
  if (form == Form::Row && (a_null || b_null || (b->form == Form::Row && a->table == b->table))) {
    auto made = std::make_shared<Part>(a_null ? *b : *a);
    const PartPointer held = spread(condition, domain);
    const Reg on = held->reg, x = a_null ? none : spread(a, domain)->reg, y = b_null ? none : spread(b, domain)->reg;
    made->domain = domain;
    made->reg = step("choose row", std::to_string(on) + "," + std::to_string(x) + "," + std::to_string(y), Form::Index,
                     0, domain, {on, x, y}, [=](Reg out) {
                       return [=](Frame& frame) {
                         const std::uint8_t* truth = frame.in<std::uint8_t>(on);
                         std::int32_t* to = frame.out<std::int32_t>(out);
                         const std::size_t count = frame.size_of(out);
                         for (std::size_t i = 0; i < count; ++i) {
                           const Reg from = truth[i] == yes ? x : y;
                           to[i] = from == none ? null32 : frame.row_at(from, i);
                         }
                       };
                     });
    return made;
  }
  if (form == Form::Context && (a_null || b_null || b->form == Form::Context)) {
    auto made = std::make_shared<Part>();
    made->form = Form::Context;
    made->domain = domain;
    const PartPointer& like = a_null ? b : a;
    if (!a_null && !b_null) {
      bool alike = a->members.size() == b->members.size();
      for (std::size_t i = 0; alike && i < a->members.size(); ++i) alike = a->members[i].first == b->members[i].first;
      if (!alike) return choose(condition, to_boxed(a), to_boxed(b));
    }
    for (std::size_t i = 0; i < like->members.size(); ++i) {
      made->members.emplace_back(like->members[i].first, choose(condition, a_null ? null() : a->members[i].second,
                                                                b_null ? null() : b->members[i].second));
    }
    const auto there = [&](const PartPointer& part) {
      return part->form == Form::Null ? constant(Value(false))
             : part->presence == none ? constant(Value(true))
                                      : scalar(Form::Boolean, 0, part->domain, part->presence);
    };
    const PartPointer presence = choose(condition, there(a), there(b));
    if (!(presence->is_constant && presence->constant.is_true())) made->presence = vector_of(presence, domain);
    return made;
  }
  if (!is_scalar(form) || (!b_null && !is_scalar(b->form))) {
    if (!can_box(a) || !can_box(b))
      throw NotCompiled{"两个分支的值种类不同。", "The two branches give values of different kinds."};
    return choose_scalar(condition, to_boxed(a), to_boxed(b), domain);
  }
  return choose_scalar(condition, a, b, domain);
}

PartPointer Builder::choose_scalar(const PartPointer& condition, const PartPointer& a_in, const PartPointer& b_in,
                                   int domain) {
  PartPointer a = a_in, b = b_in;
  if (a->moves || b->moves) {  // the motion is lost
    const bool alike = a->moves && b->moves && a->motion.form == b->motion.form &&
                       a->motion.months == b->motion.months && a->motion.days == b->motion.days;
    if (!alike) {
      note_use(a);
      note_use(b);
    }
  }
  const auto typed_null = [](const PartPointer& like) {
    return std::make_shared<Part>(Part{.form = like->form, .scale = like->scale, .is_constant = true});
  };
  if (a->form == Form::Null) a = typed_null(b);
  if (b->form == Form::Null) b = typed_null(a);
  if (a->form != b->form) {
    const auto is_number = [](const PartPointer& part) {
      return part->form == Form::Number || part->form == Form::Decimal;
    };
    if (is_number(a) && is_number(b)) {
      a = to_decimal(a);
      b = to_decimal(b);
    } else {
      a = to_boxed(a);
      b = to_boxed(b);
    }
  } else if (a->form == Form::Number && a->scale != b->scale) {
    const int scale = std::max(a->scale, b->scale);
    a = to_number(a, scale);
    b = to_number(b, scale);
  }
  const Form form = a->form;
  const Reg on = vector_of(condition, domain), x = vector_of(a, domain), y = vector_of(b, domain);
  const Reg reg = step("choose", std::to_string(on) + "," + std::to_string(x) + "," + std::to_string(y), form, a->scale,
                       domain, {on, x, y}, [=](Reg out) {
                         return [=](Frame& frame) {
                           const std::uint8_t* truth = frame.in<std::uint8_t>(on);
                           const std::size_t count = frame.size_of(out);
                           switch (form) {
                             case Form::Boolean:
                               return frame.kernel.select1(truth, frame.in<std::uint8_t>(x), frame.in<std::uint8_t>(y),
                                                           frame.out<std::uint8_t>(out), count);
                             case Form::Date:
                             case Form::Text:
                               return frame.kernel.select4(truth, frame.in<std::int32_t>(x), frame.in<std::int32_t>(y),
                                                           frame.out<std::int32_t>(out), count);
                             case Form::Decimal: {
                               base::Decimal* to = frame.out<base::Decimal>(out);
                               for (std::size_t i = 0; i < count; ++i)
                                 to[i] = frame.in<base::Decimal>(truth[i] == yes ? x : y)[i];
                               return;
                             }
                             case Form::Boxed: {
                               Value* to = frame.out_boxed(out);
                               for (std::size_t i = 0; i < count; ++i)
                                 to[i] = frame.in<Value>(truth[i] == yes ? x : y)[i];
                               return;
                             }
                             default: {
                               frame.kernel.select8(truth, frame.in<std::int64_t>(x), frame.in<std::int64_t>(y),
                                                    frame.out<std::int64_t>(out), count);
                               const Vector &p = frame.vector(x), &q = frame.vector(y);
                               Vector& made = frame.vector(out);
                               made.low = p.low > p.high ? q.low : q.low > q.high ? p.low : std::min(p.low, q.low);
                               made.high = p.low > p.high ? q.high : q.low > q.high ? p.high : std::max(p.high, q.high);
                             }
                           }
                         };
                       });
  auto made = scalar(form, a->scale, domain, reg);
  if (a->moves && b->moves && a->motion.form == b->motion.form && a->motion.months == b->motion.months &&
      a->motion.days == b->motion.days) {
    auto moving = std::make_shared<Part>(*made);
    moving->moves = true;
    moving->motion = a->motion;
    made = moving;
  }
  const PartPointer from[] = {condition, a, b};
  return with_code(made, from);
}

PartPointer Builder::compare(Relation relation, PartPointer a, PartPointer b) {
  const bool equality = relation == Relation::Equal || relation == Relation::NotEqual;
  if (a->form == Form::Null || b->form == Form::Null) {
    if (!equality) return null();
    const PartPointer held = is_null(a->form == Form::Null ? b : a);
    return relation == Relation::Equal ? held : negate(held);
  }
  if (a->is_constant && !b->is_constant) {
    static constexpr Relation mirrored[] = {Relation::Greater,     Relation::GreaterOrEqual, Relation::Less,
                                            Relation::LessOrEqual, Relation::Equal,          Relation::NotEqual};
    return compare(mirrored[static_cast<int>(relation)], b, a);
  }
  const int domain = deeper(a->domain, b->domain);
  note_comparison(a, relation, b, domain);
  const auto is_number = [](const PartPointer& part) {
    return part->form == Form::Number || part->form == Form::Decimal;
  };
  if (is_number(a) && is_number(b)) return compare_numbers(relation, a, b, domain);
  const bool words =
      a->form == b->form && (a->form == Form::Date || a->form == Form::Months || a->form == Form::Seconds ||
                             (equality && (a->form == Form::Text || a->form == Form::Boolean)));
  if (!words) {
    if (is_scalar(a->form) && is_scalar(b->form) && a->form != b->form && a->form != Form::Boxed &&
        b->form != Form::Boxed) {
      // Values of two kinds: known only where one is null.
      if (!equality) return null();
      const PartPointer x = is_null(a), y = is_null(b);
      const PartPointer unequal = constant(Value(relation == Relation::NotEqual)),
                        equal = constant(Value(relation == Relation::Equal));
      return choose(both(x, y), equal, choose(either(x, y), unequal, null()));
    }
    throw NotCompiled{"这种比较没有向量算法。", "There is no vector step for this comparison."};
  }
  const Form form = a->form;
  const Reg x = vector_of(a, domain);
  std::int64_t word = 0;
  Reg y = none;
  if (b->is_constant && form != Form::Boolean) {
    word = form == Form::Text ? dictionary_.code_of(b->constant.text()) : 0;
    if (form != Form::Text && !to_word(form, 0, b->constant, nullptr, word))
      throw NotCompiled{"常数超出范围。", "A constant is out of range."};
  } else {
    y = vector_of(b, domain);
  }
  const std::string key = std::to_string(static_cast<int>(relation)) + "," + std::to_string(x) + "," +
                          (y == none ? "c" + std::to_string(word) : std::to_string(y));
  const Reg reg = step("compare", key, Form::Boolean, 0, domain, {x, y}, [=](Reg out) {
    return [=](Frame& frame) {
      std::uint8_t* to = frame.out<std::uint8_t>(out);
      const std::size_t count = frame.size_of(out);
      if (form == Form::Boolean) {
        const std::uint8_t *p = frame.in<std::uint8_t>(x), *q = frame.in<std::uint8_t>(y);
        for (std::size_t i = 0; i < count; ++i) to[i] = (p[i] == q[i]) == (relation == Relation::Equal) ? yes : no;
      } else if (width_of(form) == 4) {
        y == none ? frame.kernel.compare32_constant(relation, frame.in<std::int32_t>(x),
                                                    static_cast<std::int32_t>(word), to, count)
                  : frame.kernel.compare32(relation, frame.in<std::int32_t>(x), frame.in<std::int32_t>(y), to, count);
      } else {
        y == none ? frame.kernel.compare64_constant(relation, frame.in<std::int64_t>(x), word, to, count)
                  : frame.kernel.compare64(relation, frame.in<std::int64_t>(x), frame.in<std::int64_t>(y), to, count);
      }
    };
  });
  const PartPointer from[] = {a, b};
  return with_code(scalar(Form::Boolean, 0, domain, reg), from);
}

PartPointer Builder::compare_numbers(Relation relation, const PartPointer& a, const PartPointer& b, int domain) {
  const PartPointer from[] = {a, b};
  if (a->form == Form::Number && b->form == Form::Number) {
    const int scale = std::max(a->scale, b->scale);
    const Reg x = vector_of(to_number(a, scale), domain);
    std::int64_t word = 0;
    Reg y = none;
    if (const auto constant_word = b->is_constant ? word_at(b->constant, scale) : std::nullopt) {
      word = *constant_word;
    } else {
      y = vector_of(to_number(b, scale), domain);
    }
    const std::string key = std::to_string(static_cast<int>(relation)) + "," + std::to_string(x) + "," +
                            (y == none ? "c" + std::to_string(word) : std::to_string(y));
    const Reg reg = step("compare numbers", key, Form::Boolean, 0, domain, {x, y}, [=](Reg out) {
      return [=](Frame& frame) {
        std::uint8_t* to = frame.out<std::uint8_t>(out);
        y == none ? frame.kernel.compare64_constant(relation, frame.in<std::int64_t>(x), word, to, frame.size_of(out))
                  : frame.kernel.compare64(relation, frame.in<std::int64_t>(x), frame.in<std::int64_t>(y), to,
                                           frame.size_of(out));
      };
    });
    return with_code(scalar(Form::Boolean, 0, domain, reg), from);
  }
  const Reg x = vector_of(to_decimal(a), domain), y = vector_of(to_decimal(b), domain);
  const Reg reg = step("compare decimals",
                       std::to_string(static_cast<int>(relation)) + "," + std::to_string(x) + "," + std::to_string(y),
                       Form::Boolean, 0, domain, {x, y}, [=](Reg out) {
                         return [=](Frame& frame) {
                           const base::Decimal *p = frame.in<base::Decimal>(x), *q = frame.in<base::Decimal>(y);
                           std::uint8_t* to = frame.out<std::uint8_t>(out);
                           const std::size_t count = frame.size_of(out);
                           for (std::size_t i = 0; i < count; ++i) {
                             const bool p_null = columns::is_null(p[i]), q_null = columns::is_null(q[i]);
                             if (relation == Relation::Equal || relation == Relation::NotEqual) {
                               const bool equal = p_null || q_null ? p_null == q_null : p[i] == q[i];
                               to[i] = equal == (relation == Relation::Equal) ? yes : no;
                               continue;
                             }
                             if (p_null || q_null) {
                               to[i] = unknown;
                               continue;
                             }
                             const auto order = p[i] <=> q[i];
                             const bool held = relation == Relation::Less          ? order < 0
                                               : relation == Relation::LessOrEqual ? order <= 0
                                               : relation == Relation::Greater     ? order > 0
                                                                                   : order >= 0;
                             to[i] = held ? yes : no;
                           }
                         };
                       });
  return with_code(scalar(Form::Boolean, 0, domain, reg), from);
}

}  // namespace yuanqu::columns
