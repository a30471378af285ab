#include "columns/builder.hpp"

#include <algorithm>
#include <set>

namespace yuanqu::columns {

using feel::Kind;
using feel::Value;

std::optional<std::int64_t> word_at(const Value& number, int scale) {
  if (!number.is(Kind::Number)) return std::nullopt;
  const auto word = number.number().to_scaled(scale);
  return word && *word != null64 ? word : std::nullopt;
}

Reg Builder::add_register(Form form, int scale, int domain) {
  program_.registers.push_back({form, scale, domain});
  return static_cast<Reg>(program_.registers.size()) - 1;
}

Reg Builder::step(const char* name, std::string key, Form form, int scale, int domain, std::vector<Reg> in,
                  const std::function<std::function<void(Frame&)>(Reg)>& make) {
  if (!key.empty()) {
    key = std::string(name) + ":" + key + "@" + std::to_string(domain);
    if (const auto found = known_.find(key); found != known_.end()) return found->second;
  }
  const Reg reg = add_register(form, scale, domain);
  program_.steps.push_back({name, make(reg), std::move(in), {reg}, -1, false});
  if (!key.empty()) known_.emplace(std::move(key), reg);
  return reg;
}

void Builder::effect(const char* name, std::vector<Reg> in, std::function<void(Frame&)> run) {
  program_.steps.push_back({name, std::move(run), std::move(in), {}, -1, true});
}

int Builder::add_domain(int parent) {
  program_.parents.push_back(parent);
  return static_cast<int>(program_.parents.size()) - 1;
}

// Steps whose vectors nobody reads are left out; a vector needs the step that makes its domain.
void Builder::drop_unused() {
  std::vector<std::uint8_t> used(program_.registers.size(), 0);
  std::set<int> domains;
  const std::function<void(const Part&)> mark = [&](const Part& part) {
    for (const Reg reg : {part.reg, part.presence}) {
      if (reg != none) used[static_cast<std::size_t>(reg)] = 1;
    }
    for (const auto& [name, member] : part.members) mark(*member);
    if (part.form == Form::List && !part.is_constant) {
      domains.insert(part.items);
      mark(*part.element);
    }
  };
  if (program_.result != nullptr) mark(*program_.result);
  for (const TableRules& table : program_.tables) {
    if (table.rule != none) used[static_cast<std::size_t>(table.rule)] = 1;
  }
  std::vector<Step> kept;
  std::set<Reg> made;
  for (auto step = program_.steps.rbegin(); step != program_.steps.rend(); ++step) {
    const bool live = step->keep || (step->makes_domain >= 0 && domains.contains(step->makes_domain)) ||
                      std::any_of(step->out.begin(), step->out.end(),
                                  [&](Reg reg) { return used[static_cast<std::size_t>(reg)] != 0; });
    if (!live) continue;
    for (const auto* regs : {&step->in, &step->out}) {
      for (const Reg reg : *regs) {
        if (reg == none) continue;
        used[static_cast<std::size_t>(reg)] = 1;
        for (int domain = program_.registers[static_cast<std::size_t>(reg)].domain; domain > 0;
             domain = program_.parents[static_cast<std::size_t>(domain)])
          domains.insert(domain);
      }
    }
    made.insert(step->out.begin(), step->out.end());
    kept.push_back(std::move(*step));
  }
  std::erase_if(program_.slow_parts, [&](const SlowPart& part) { return !made.contains(part.reg); });
  std::reverse(kept.begin(), kept.end());
  program_.steps = std::move(kept);
}

PartPointer Builder::constant(const Value& value) {
  auto part = std::make_shared<Part>();
  part->is_constant = true;
  part->constant = value;
  switch (value.kind()) {
    case Kind::Null: part->form = Form::Null; break;
    case Kind::Boolean: part->form = Form::Boolean; break;
    case Kind::Number:
      part->scale = std::max(0, value.number().scale());
      part->form = part->scale <= scale_max && word_at(value, part->scale) ? Form::Number : Form::Decimal;
      if (part->form == Form::Decimal) part->scale = 0;
      break;
    case Kind::Date:
      part->form = value.date().days() > INT32_MIN && value.date().days() <= INT32_MAX ? Form::Date : Form::Boxed;
      break;
    case Kind::String: part->form = Form::Text; break;
    case Kind::YearsMonthsDuration: part->form = Form::Months; break;
    case Kind::DaysTimeDuration: part->form = value.days_time().nanoseconds == 0 ? Form::Seconds : Form::Boxed; break;
    case Kind::Context: part->form = Form::Context; break;
    case Kind::List: part->form = Form::List; break;
    default: part->form = Form::Boxed; break;
  }
  if (value.is(Kind::Context)) {
    for (const feel::Entry& entry : value.context().entries)
      part->members.emplace_back(std::string(entry.key.view()), constant(entry.value));
  }
  return part;
}

PartPointer Builder::scalar(Form form, int scale, int domain, Reg reg) {
  auto part = std::make_shared<Part>();
  part->form = form;
  part->scale = scale;
  part->domain = domain;
  part->reg = reg;
  return part;
}

bool Builder::within(int inner, int outer) const {
  while (inner != outer && inner > 0) inner = program_.parents[static_cast<std::size_t>(inner)];
  return inner == outer;
}

int Builder::deeper(int a, int b) const {
  if (within(a, b)) return a;
  if (within(b, a)) return b;
  throw NotCompiled{"同一式子里混用了两个列表的项。", "Items of two lists meet in one expression."};
}

Reg Builder::parent_rows(int domain) {
  if (const auto found = parent_rows_.find(domain); found != parent_rows_.end()) return found->second;
  const Reg reg = step("parents", std::to_string(domain), Form::Index, 0, domain, {}, [domain](Reg out) {
    return [=](Frame& frame) { frame.vector(out) = {frame.domain(domain).parent.data(), -1, 0, -1}; };
  });
  parent_rows_[domain] = reg;
  return reg;
}

namespace {

template <class T>
void gather_words(Frame& frame, Reg from, Reg index, Reg out, T null) {
  const T* source = frame.in<T>(from);
  T* to = frame.out<T>(out);
  const std::size_t count = frame.size_of(out);
  for (std::size_t i = 0; i < count; ++i) {
    const std::int32_t at = frame.row_at(index, i);
    to[i] = at == null32 ? null : source[at];
  }
  frame.vector(out).low = frame.vector(from).low;
  frame.vector(out).high = frame.vector(from).high;
}

std::function<void(Frame&)> gather_step(Form form, Reg from, Reg index, Reg out) {
  switch (form) {
    case Form::Boolean: return [=](Frame& frame) { gather_words<std::uint8_t>(frame, from, index, out, unknown); };
    case Form::Date:
    case Form::Text: return [=](Frame& frame) { gather_words<std::int32_t>(frame, from, index, out, null32); };
    case Form::Index:
      return [=](Frame& frame) {
        std::int32_t* to = frame.out<std::int32_t>(out);
        const std::size_t count = frame.size_of(out);
        for (std::size_t i = 0; i < count; ++i) {
          const std::int32_t at = frame.row_at(index, i);
          to[i] = at == null32 ? null32 : frame.row_at(from, static_cast<std::size_t>(at));
        }
      };
    case Form::Decimal:
      return [=](Frame& frame) { gather_words<base::Decimal>(frame, from, index, out, null_decimal()); };
    case Form::Boxed:
      return [=](Frame& frame) {
        const Value* source = frame.in<Value>(from);
        Value* to = frame.out_boxed(out);
        const std::size_t count = frame.size_of(out);
        for (std::size_t i = 0; i < count; ++i) {
          const std::int32_t at = frame.row_at(index, i);
          if (at != null32) to[i] = source[at];
        }
      };
    default: return [=](Frame& frame) { gather_words<std::int64_t>(frame, from, index, out, null64); };
  }
}

}  // namespace

PartPointer Builder::named(Reg index, int domain) {
  return scalar(Form::Boolean, 0, domain,
                step("named", std::to_string(index), Form::Boolean, 0, domain, {index}, [=](Reg out) {
                  return [=](Frame& frame) {
                    std::uint8_t* to = frame.out<std::uint8_t>(out);
                    const std::size_t count = frame.size_of(out);
                    for (std::size_t i = 0; i < count; ++i) to[i] = frame.row_at(index, i) == null32 ? no : yes;
                  };
                }));
}

PartPointer Builder::gather(const PartPointer& part, Reg index, int domain) {
  if (part->form == Form::Null || part->form == Form::Function) return part;
  // A constant is no longer one where the index names nothing.
  if (part->is_constant && part->form != Form::Context) return choose(named(index, domain), part, null());
  const auto one = [&](Form form, int scale, Reg reg) {
    return step("gather", std::to_string(reg) + "," + std::to_string(index), form, scale, domain, {reg, index},
                [=](Reg out) { return gather_step(form, reg, index, out); });
  };
  auto made = std::make_shared<Part>(*part);
  made->domain = domain;
  made->of_code = none;
  made->is_constant = false;
  switch (part->form) {
    case Form::Row: made->reg = one(Form::Index, 0, part->reg); return made;
    case Form::Context:
      made->presence = part->presence == none
                           ? named(index, domain)->reg
                           : is_yes(scalar(Form::Boolean, 0, domain, one(Form::Boolean, 0, part->presence)))->reg;
      for (auto& [name, member] : made->members) member = gather(member, index, domain);
      return made;
    case Form::List: throw NotCompiled{"列表的列表中的项。", "An item of a list of lists."};
    default: made->reg = one(part->form, part->scale, part->reg); return made;
  }
}

PartPointer Builder::spread(const PartPointer& part, int domain) {
  if (part->is_constant || part->form == Form::Function || part->domain == domain) return part;
  if (!within(domain, part->domain))
    throw NotCompiled{"同一式子里混用了两个列表的项。", "Items of two lists meet in one expression."};
  const PartPointer outer = spread(part, program_.parents[static_cast<std::size_t>(domain)]);
  auto made = std::make_shared<Part>(*outer);
  made->domain = domain;
  const Reg index = parent_rows(domain);
  const auto one = [&](Form form, int scale, Reg reg) {
    return step("gather", std::to_string(reg) + "," + std::to_string(index), form, scale, domain, {reg, index},
                [=](Reg out) { return gather_step(form, reg, index, out); });
  };
  switch (outer->form) {
    case Form::Null: return outer;
    case Form::Context:
      if (outer->presence != none) made->presence = one(Form::Boolean, 0, outer->presence);
      for (auto& [name, member] : made->members) member = spread(member, domain);
      return made;
    case Form::Row: made->reg = one(Form::Index, 0, outer->reg); return made;
    case Form::List: {
      // The items once more for each row of the deeper domain.
      const int inner = add_domain(domain), from = outer->items;
      const Reg rows = add_register(Form::Index, 0, inner);
      program_.steps.push_back({"repeat list",
                                [=](Frame& frame) {
                                  const DomainState& source = frame.domain(from);
                                  DomainState& made_items = frame.domain(inner);
                                  const std::size_t parents = frame.size(domain);
                                  made_items.parent.clear();
                                  made_items.offsets.assign(1, 0);
                                  std::vector<std::int32_t> index_rows;
                                  for (std::size_t p = 0; p < parents; ++p) {
                                    const auto at = static_cast<std::size_t>(frame.row_at(index, p));
                                    for (std::int32_t i = source.offsets[at]; i < source.offsets[at + 1]; ++i) {
                                      index_rows.push_back(i);
                                      made_items.parent.push_back(static_cast<std::int32_t>(p));
                                    }
                                    made_items.offsets.push_back(static_cast<std::int32_t>(index_rows.size()));
                                  }
                                  made_items.size = index_rows.size();
                                  std::copy(index_rows.begin(), index_rows.end(), frame.out<std::int32_t>(rows));
                                },
                                {index},
                                {rows},
                                inner,
                                false});
      if (outer->presence != none) made->presence = one(Form::Boolean, 0, outer->presence);
      made->items = inner;
      made->element = gather(outer->element, rows, inner);
      // The step reads the domain of the items it repeats.
      program_.steps.back().in.push_back(parent_rows(from));
      return made;
    }
    default:
      made->reg = one(outer->form, outer->scale, outer->reg);
      if (outer->of_code != none) made->of_code = one(Form::Text, 0, outer->of_code);
      return made;
  }
}

namespace {
struct Written : Memory {
  const void* at = nullptr;
  std::size_t count = 0;
};
}  // namespace

Reg Builder::vector_of(const PartPointer& part, int domain) {
  if (!part->is_constant) return spread(part, domain)->reg;
  const std::string key = feel::to_literal(part->constant) + "/" + std::to_string(static_cast<int>(part->form)) + "/" +
                          std::to_string(part->scale);
  const auto fill = [&](auto word, std::int64_t low, std::int64_t high) {
    using T = decltype(word);
    return step("constant", key, part->form, part->scale, domain, {}, [=, place = add_state()](Reg out) {
      return [=](Frame& frame) {
        // Nobody else writes the vector: what was written for a longer run serves a shorter one.
        Written& written = frame.memory<Written>(place);
        T* to = frame.out<T>(out);
        const std::size_t count = frame.size_of(out);
        if (written.at != to || written.count < count) {
          std::fill_n(to, count, word);
          written.at = to;
          written.count = count;
        }
        frame.vector(out).low = low;
        frame.vector(out).high = high;
      };
    });
  };
  switch (part->form) {
    case Form::Boolean:
      return fill(static_cast<std::uint8_t>(part->constant.is_null()   ? unknown
                                            : part->constant.boolean() ? yes
                                                                       : no),
                  0, -1);
    case Form::Decimal: return fill(part->constant.is_null() ? null_decimal() : part->constant.number(), 0, -1);
    case Form::Text: return fill(part->constant.is_null() ? null32 : dictionary_.code_of(part->constant.text()), 0, -1);
    case Form::Date:
      return fill(part->constant.is_null() ? null32 : static_cast<std::int32_t>(part->constant.date().days()), 0, -1);
    case Form::Number:
    case Form::Months:
    case Form::Seconds: {
      std::int64_t word = null64;
      if (!part->constant.is_null() && !to_word(part->form, part->scale, part->constant, nullptr, word))
        throw NotCompiled{"常数超出范围。", "A constant is out of range."};
      return word == null64 ? fill(word, 0, -1) : fill(word, word, word);
    }
    case Form::Boxed: {
      const Value value = part->constant;
      return step("constant", key, Form::Boxed, 0, domain, {}, [=](Reg out) {
        return [=](Frame& frame) { std::fill_n(frame.out_boxed(out), frame.size_of(out), value); };
      });
    }
    default: throw NotCompiled{"这种值没有向量。", "No vector holds this value."};
  }
}

PartPointer Builder::by_index(Reg index, int domain, const std::vector<PartPointer>& parts) {
  // One form for all: numbers at the widest scale, else decimals; what differs in kind is kept as values.
  Form form = Form::Null;
  int scale = 0;
  for (const PartPointer& part : parts) {
    if (!part->is_constant || part->constant.is_null()) continue;
    const Form own = is_scalar(part->form) ? part->form : Form::Boxed;
    const bool numbers =
        (form == Form::Number || form == Form::Decimal) && (own == Form::Number || own == Form::Decimal);
    form = form == Form::Null || form == own ? own : numbers ? Form::Decimal : Form::Boxed;
    scale = std::max(scale, part->scale);
  }
  if (form == Form::Null) return null();
  std::vector<std::int64_t> words;
  std::vector<Value> values;
  std::vector<base::Decimal> decimals;
  const auto collect = [&] {
    words.clear();
    for (const PartPointer& part : parts) {
      const Value& value = part->is_constant ? part->constant : Value();
      std::int64_t word = form == Form::Boolean ? unknown : null64;
      if (form == Form::Text) {
        if (!value.is_null()) word = dictionary_.code_of(value.text());
      } else if (form == Form::Boxed) {
        values.push_back(value);
      } else if (form == Form::Decimal) {
        decimals.push_back(value.is_null() ? null_decimal() : value.number());
      } else if (!to_word(form, scale, value, nullptr, word)) {
        return false;
      }
      words.push_back(word);
    }
    return true;
  };
  if (form != Form::Number) scale = 0;
  if (scale > scale_max || !collect()) {
    form = Form::Decimal;
    scale = 0;
    collect();
  }
  std::int64_t low = INT64_MAX, high = INT64_MIN;
  for (const std::int64_t word : words) {
    if (word == null64) continue;
    low = std::min(low, word);
    high = std::max(high, word);
  }
  std::string key;
  for (const PartPointer& part : parts) key += (part->is_constant ? feel::to_literal(part->constant) : "") + ";";
  const Reg reg = step("by rule", std::to_string(index) + ":" + key, form, scale, domain, {index}, [&](Reg out) {
    return [=](Frame& frame) {
      const std::size_t count = frame.size_of(out);
      const auto each = [&](auto* to, auto null_word, auto read) {
        for (std::size_t i = 0; i < count; ++i) {
          const std::int32_t at = frame.row_at(index, i);
          to[i] = at == null32 ? null_word : read(static_cast<std::size_t>(at));
        }
      };
      switch (form) {
        case Form::Boolean:
          return each(frame.out<std::uint8_t>(out), unknown,
                      [&](std::size_t at) { return static_cast<std::uint8_t>(words[at]); });
        case Form::Date:
        case Form::Text:
          return each(frame.out<std::int32_t>(out), null32, [&](std::size_t at) {
            return words[at] == null64 ? null32 : static_cast<std::int32_t>(words[at]);
          });
        case Form::Decimal:
          return each(frame.out<base::Decimal>(out), null_decimal(), [&](std::size_t at) { return decimals[at]; });
        case Form::Boxed: return each(frame.out_boxed(out), Value(), [&](std::size_t at) { return values[at]; });
        default:
          each(frame.out<std::int64_t>(out), null64, [&](std::size_t at) { return words[at]; });
          frame.vector(out).low = low;
          frame.vector(out).high = high;
      }
    };
  });
  return scalar(form, scale, domain, reg);
}

std::string Builder::key_of(const PartPointer& part) {
  if (part->is_constant)
    return "c" + feel::to_literal(part->constant) + "/" + std::to_string(static_cast<int>(part->form));
  return "r" + std::to_string(part->reg);
}

PartPointer Builder::with_code(PartPointer made, std::span<const PartPointer> from) {
  Reg code = none;
  for (const PartPointer& part : from) {
    if (part->is_constant) continue;
    const Reg own = part->form == Form::Text && part->of_code == none ? part->reg : part->of_code;
    if (own == none || (code != none && code != own) || part->domain != made->domain) return made;
    code = own;
  }
  if (code == none || made->is_constant) return made;
  auto copy = std::make_shared<Part>(*made);
  copy->of_code = code;
  return copy;
}

}  // namespace yuanqu::columns
