#include "columns/table_compiler.hpp"

#include <algorithm>
#include <bit>

#include "columns/table_step.hpp"
#include "feel/inspect.hpp"

namespace yuanqu::columns {

using feel::Kind;
using feel::Value;

namespace {

void append_mask(std::vector<std::uint64_t>& masks, const std::uint64_t* mask, const dmn::ColumnIndex& index) {
  // Rules whose cell is no constant stay in; their test is a step of its own.
  for (std::size_t w = 0; w < index.words(); ++w) masks.push_back(mask[w] | index.complex()[w]);
}

Value word_value(Form form, int scale, std::int64_t word) {
  switch (form) {
    case Form::Date: return Value(base::Date::from_days(word));
    case Form::Months: return Value(feel::YearsMonthsDuration{word});
    case Form::Seconds: return Value(feel::DaysTimeDuration{word, 0});
    default: return Value(base::Decimal::from_scaled(word, scale));
  }
}

}  // namespace

// The column's sets from the reference's index; false when the index does not speak of values of this form.
bool TableCompiler::by_index(const dmn::TableColumn& column, Column& made) {
  if (!column.index) return false;
  const dmn::ColumnIndex& index = *column.index;
  made.index = &index;
  PartPointer input = made.input;
  const Reg code = input->form == Form::Text && input->of_code == none ? none : input->of_code;
  if (code != none && input->domain == domain_) {
    made.how = Column::How::ByFunctionOfCode;
    made.code = code;
    made.reg = input->reg;
    return true;
  }
  switch (input->form) {
    case Form::Boolean: {
      const std::uint64_t* sample = index.find(Value(true), nullptr);
      if (sample == nullptr) return false;
      made.how = Column::How::ByTruth;
      for (const Value& value : {Value(false), Value(), Value(true)})
        append_mask(made.masks, index.find(value, nullptr), index);
      break;
    }
    case Form::Text: {
      if (index.find(Value(""), nullptr) == nullptr) return false;
      made.how = Column::How::ByCode;
      std::map<std::int32_t, Value> known;
      for (const auto& cell : column.cells) {
        const auto tests = cell.tests ? feel::simple_tests(cell.tests.syntax()) : std::nullopt;
        if (!tests) continue;
        for (const auto& bounds : tests->bounds) {
          if (bounds.low.is(Kind::String)) known.emplace(builder_.code_of(bounds.low.text()), bounds.low);
        }
      }
      made.codes_known = known.empty() ? 0 : known.rbegin()->first + 1;
      std::string other = "?";
      while (std::any_of(known.begin(), known.end(), [&](const auto& one) { return one.second.text() == other; }))
        other += "?";
      append_mask(made.masks, index.find(Value(), nullptr), index);
      for (std::int32_t c = 0; c <= made.codes_known; ++c) {
        const auto found = known.find(c);
        append_mask(made.masks, index.find(found == known.end() ? Value(other) : found->second, nullptr), index);
      }
      break;
    }
    case Form::Number:
    case Form::Date:
    case Form::Months:
    case Form::Seconds: {
      if (index.find(word_value(input->form, 0, 0), nullptr) == nullptr) return false;
      std::vector<Value> values;
      for (const auto& cell : column.cells) {
        const auto tests = cell.tests ? feel::simple_tests(cell.tests.syntax()) : std::nullopt;
        if (!tests) continue;
        for (const auto& bounds : tests->bounds) {
          for (const Value* bound : {&bounds.low, &bounds.high}) {
            if (!bound->is_null()) values.push_back(*bound);
          }
        }
      }
      int scale = input->scale;
      for (const Value& value : values) {
        if (value.is(Kind::Number)) scale = std::max(scale, value.number().scale());
      }
      if (scale > scale_max) return false;
      for (const Value& value : values) {
        std::int64_t word = 0;
        if (!to_word(input->form, scale, value, nullptr, word) || word == null64 || word == INT64_MAX) return false;
        made.bounds.push_back(word);
      }
      std::sort(made.bounds.begin(), made.bounds.end());
      made.bounds.erase(std::unique(made.bounds.begin(), made.bounds.end()), made.bounds.end());
      if (input->form == Form::Number && scale != input->scale) made.input = input = builder_.to_number(input, scale);
      made.how = Column::How::ByPiece;
      const std::size_t count = made.bounds.size();
      for (std::size_t piece = 0; piece <= 2 * count; ++piece) {
        const std::size_t at = piece / 2;
        std::int64_t word = 0;
        if (piece % 2 == 1)
          word = made.bounds[at];
        else if (at < count)
          word = made.bounds[at] - 1;
        else if (count != 0)
          word = made.bounds[at - 1] + 1;
        // A gap without a value of this scale is never met; any set will do.
        append_mask(made.masks, index.find(word_value(input->form, scale, word), nullptr), index);
      }
      append_mask(made.masks, index.find(Value(), nullptr), index);
      made.fast = Bounds64(made.bounds);
      break;
    }
    default: made.how = Column::How::ByValue; break;
  }
  made.reg = builder_.vector_of(made.input, domain_);
  return true;
}

void TableCompiler::column(const dmn::TableNode& table, std::size_t number, const Names* names) {
  const dmn::TableColumn& source = table.columns[number];
  const PartPointer& input = inputs_[number];
  const Names inner{names, "?", input, false};
  if (source.values) {
    const PartPointer held =
        builder_.either(builder_.is_null(input), builder_.is_yes(feel_.test(source.values->syntax(), &inner)));
    admitted_ = builder_.both(admitted_, held);
  }
  const auto rules = static_cast<std::uint32_t>(table.rules.size());
  Column made;
  made.input = input;
  // A day that moves is followed cell by cell, so that each tells when it turns.
  const bool followed = input->moves && builder_.program().tracks;
  bool indexed = !followed && !input->is_constant && by_index(source, made);
  if (input->is_constant && source.index && source.index->find(input->constant, nullptr) != nullptr) {
    made.how = Column::How::ByTruth;
    made.index = &*source.index;
    for (int i = 0; i < 3; ++i) append_mask(made.masks, source.index->find(input->constant, nullptr), *source.index);
    made.reg = builder_.vector_of(Builder::constant(Value(true)), domain_);
    indexed = true;
  }
  if (indexed) columns_.push_back(made);
  if (indexed && !source.index->has_complex()) return;
  std::vector<std::vector<std::uint64_t>> of_cell(source.cells.size(), std::vector<std::uint64_t>(words_, 0));
  std::vector<std::uint8_t> needed(source.cells.size(), 0);
  for (std::uint32_t rule = 0; rule < rules; ++rule) {
    const std::uint32_t cell = source.cell_of_rule[rule];
    if (cell == dmn::TableColumn::any || (indexed && !source.index->is_complex(rule))) continue;
    of_cell[cell][rule / 64] |= std::uint64_t{1} << (rule % 64);
    needed[cell] = 1;
  }
  for (std::size_t cell = 0; cell < source.cells.size(); ++cell) {
    if (needed[cell] == 0) continue;
    PartPointer truth = Builder::constant(Value(false));
    if (source.cells[cell].tests) {
      truth = feel_.test(source.cells[cell].tests.syntax(), &inner);
    }
    if (truth->form == Form::Null) truth = Builder::constant(Value(false));
    if (truth->form != Form::Boolean)
      throw NotCompiled{"判定表的一格没有真假值。", "A cell of the table has no truth value."};
    if (truth->is_constant && truth->constant.is_true()) continue;
    tests_.push_back({builder_.vector_of(truth, domain_), of_cell[cell]});
  }
}

PartPointer TableCompiler::compile(const dmn::TableNode& table, const Names* names) {
  words_ = (table.rules.size() + 63) / 64;
  if (table.rules.empty()) throw NotCompiled{"判定表没有规则。", "The table has no rules."};
  admitted_ = Builder::constant(Value(true));
  domain_ = 0;
  for (const auto& source : table.columns) {
    PartPointer input = feel_.conform(compile_(*source.input, names), source.type, source.text);
    if (!is_scalar(input->form) && input->form != Form::Null)
      throw NotCompiled{"判定表的输入不是单个的值。", "An input of the table is no single value."};
    if (!input->is_constant && input->form != Form::Null) domain_ = builder_.deeper(domain_, input->domain);
    if (input->form == Form::Null) input = Builder::constant(Value());
    inputs_.push_back(std::move(input));
  }
  for (PartPointer& input : inputs_) {
    input = builder_.spread(input, domain_);
    if (input->is_constant) continue;
    const Reg own = input->form == Form::Text && input->of_code == none ? input->reg : input->of_code;
    if (own == none || (code_ != none && code_ != own)) by_code_ = false;
    code_ = own;
  }
  for (std::size_t i = 0; i < table.columns.size(); ++i) column(table, i, names);
  const dmn::HitPolicy policy = table.source->hit_policy;
  const bool list =
      policy == dmn::HitPolicy::RuleOrder || policy == dmn::HitPolicy::OutputOrder || policy == dmn::HitPolicy::Collect;
  const PartPointer result = list ? several_rules(table, names) : one_rule(table, names);
  return builder_.choose(admitted_, result, builder_.null());
}

// Rules in the order of PRIORITY and OUTPUT ORDER: the ranks of each rule's outputs.
std::vector<std::vector<std::size_t>> TableCompiler::ranks(const dmn::TableNode& table) const {
  std::vector<std::vector<std::size_t>> found;
  for (const auto& rule : table.rules) {
    if (!rule.constant)
      throw NotCompiled{"按输出排序的表要有常数结论。", "A table ordered by its outputs needs constant outputs."};
    found.push_back(table.rank_of(*rule.constant));
  }
  return found;
}

PartPointer TableCompiler::one_rule(const dmn::TableNode& table, const Names* names) {
  TablePlan plan{columns_, tests_, words_, table.rules.size(), {}, {}};
  plan.policy = table.source->hit_policy;
  plan.has_default = table.has_default;
  if (plan.policy == dmn::HitPolicy::Any) {
    // Rules of one result belong together.
    std::vector<Value> different;
    for (const auto& rule : table.rules) {
      if (!rule.constant)
        throw NotCompiled{"ANY 表要有常数结论。", "A table with the hit policy ANY needs constant outputs."};
      auto same = std::find_if(different.begin(), different.end(), [&](const Value& known) {
        return feel::to_literal(known) == feel::to_literal(*rule.constant);
      });
      if (same == different.end()) {
        plan.group.push_back(static_cast<std::uint32_t>(different.size()));
        different.push_back(*rule.constant);
      } else {
        plan.group.push_back(static_cast<std::uint32_t>(same - different.begin()));
      }
    }
  }
  if (plan.policy == dmn::HitPolicy::Priority) {
    const auto rank = ranks(table);
    plan.order.resize(table.rules.size());
    for (std::uint32_t i = 0; i < plan.order.size(); ++i) plan.order[i] = i;
    std::stable_sort(plan.order.begin(), plan.order.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return rank[a] < rank[b]; });
  }
  std::vector<Reg> in = plan.registers();
  in.push_back(domain_ == 0 ? builder_.program().rows : builder_.parent_rows(domain_));
  const std::size_t place = builder_.add_state();
  const auto shared = std::make_shared<const TablePlan>(std::move(plan));
  const Reg rule = builder_.step("table", "", Form::Index, 0, domain_, in, [&](Reg out) {
    return [=](Frame& frame) { find_rules(frame, *shared, place, out); };
  });
  if (domain_ == 0) builder_.program().tables.push_back({builder_.decision, std::string(table.element), rule});
  return outputs(table, names, rule, domain_, table.has_default);
}

PartPointer TableCompiler::several_rules(const dmn::TableNode& table, const Names* names) {
  const auto policy = table.source->hit_policy;
  const auto aggregation = policy == dmn::HitPolicy::Collect ? table.source->aggregation : dmn::Aggregation::None;
  if (table.has_default) throw NotCompiled{"多命中的表带缺省结论。", "A table with several hits has a default output."};
  TablePlan plan{columns_, tests_, words_, table.rules.size(), {}, {}};
  plan.policy = policy;
  if (policy == dmn::HitPolicy::OutputOrder) {
    const auto rank = ranks(table);
    plan.order.resize(table.rules.size());
    for (std::uint32_t i = 0; i < plan.order.size(); ++i) plan.order[i] = i;
    std::stable_sort(plan.order.begin(), plan.order.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return rank[a] < rank[b]; });
  }
  const int items = builder_.add_domain(domain_);
  const Reg rule = builder_.add_register(Form::Index, 0, items);
  std::vector<Reg> in = plan.registers();
  in.push_back(domain_ == 0 ? builder_.program().rows : builder_.parent_rows(domain_));
  const std::size_t place = builder_.add_state();
  const auto shared = std::make_shared<const TablePlan>(std::move(plan));
  builder_.program().steps.push_back(
      {"hits",
       [=, domain = domain_](Frame& frame) { find_all_rules(frame, *shared, place, domain, items, rule); },
       in,
       {rule},
       items,
       false});
  auto list = std::make_shared<Part>();
  list->form = Form::List;
  list->domain = domain_;
  list->items = items;
  list->element = Builder::constant(Value(true));
  const PartPointer hits = builder_.fold(Builder::Fold::Count, list);
  if (aggregation == dmn::Aggregation::Count) return hits;
  list->element = builder_.spread(outputs(table, names, rule, items, false), items);
  if (aggregation == dmn::Aggregation::None) {
    list->presence =
        builder_.vector_of(builder_.compare(Relation::Greater, hits, Builder::constant(Value(0))), domain_);
    return list;
  }
  const std::string name = aggregation == dmn::Aggregation::Sum       ? "sum"
                           : aggregation == dmn::Aggregation::Minimum ? "min"
                                                                      : "max";
  if (table.outputs.size() > 1) throw NotCompiled{"多个输出的汇总。", "An aggregation of several outputs."};
  return feel_.aggregate(name, list);
}

PartPointer TableCompiler::outputs(const dmn::TableNode& table, const Names* names, Reg rule, int domain,
                                   bool with_default) {
  if (table.outputs.size() == 1) return output(table, 0, names, rule, domain, with_default);
  auto made = std::make_shared<Part>();
  made->form = Form::Context;
  made->domain = domain;
  for (std::size_t o = 0; o < table.outputs.size(); ++o)
    made->members.emplace_back(table.outputs[o].name,
                               builder_.spread(output(table, o, names, rule, domain, with_default), domain));
  made->presence = builder_.named(rule, domain)->reg;
  return made;
}

PartPointer TableCompiler::output(const dmn::TableNode& table, std::size_t number, const Names* names, Reg rule,
                                  int domain, bool with_default) {
  const dmn::TableOutput& clause = table.outputs[number];
  std::vector<PartPointer> parts;
  const auto constant_of = [&](const Value& whole) {
    if (table.outputs.size() == 1) return Builder::constant(whole);
    const Value* member = whole.is(Kind::Context) ? whole.context().find(clause.name) : nullptr;
    return Builder::constant(member == nullptr ? Value() : *member);
  };
  const auto is_rule = [&](std::size_t wanted) {
    const Reg reg = builder_.step("is rule", std::to_string(rule) + "," + std::to_string(wanted), Form::Boolean, 0,
                                  domain, {rule}, [=](Reg out) {
                                    return [=](Frame& frame) {
                                      std::uint8_t* to = frame.out<std::uint8_t>(out);
                                      for (std::size_t i = 0; i < frame.size_of(out); ++i)
                                        to[i] = frame.row_at(rule, i) == static_cast<std::int32_t>(wanted) ? yes : no;
                                    };
                                  });
    return builder_.scalar(Form::Boolean, 0, domain, reg);
  };
  const auto compiled = [&](const dmn::Node& node, std::size_t wanted) {
    const PartPointer before = builder_.guard;
    builder_.guard = is_rule(wanted);
    PartPointer part;
    try {
      part = feel_.conform(compile_(node, names), clause.type, clause.name);
    } catch (const NotCompiled&) {
      builder_.guard = before;
      throw;
    }
    builder_.guard = before;
    return part;
  };
  for (std::size_t r = 0; r < table.rules.size(); ++r) {
    const dmn::TableRule& one = table.rules[r];
    if (one.constant)
      parts.push_back(constant_of(*one.constant));
    else if (number < one.outputs.size())
      parts.push_back(compiled(*one.outputs[number], r));
    else
      parts.push_back(builder_.null());
  }
  if (with_default)
    parts.push_back(clause.default_entry == nullptr ? builder_.null()
                                                    : compiled(*clause.default_entry, table.rules.size()));
  PartPointer result = builder_.by_index(rule, domain, parts);
  for (std::size_t r = 0; r < parts.size(); ++r) {
    if (!parts[r]->is_constant && parts[r]->form != Form::Null) result = builder_.choose(is_rule(r), parts[r], result);
  }
  if (by_code_ && code_ != none && domain == domain_ && is_scalar(result->form) && !result->is_constant &&
      result->of_code == none) {
    const bool fixed = std::all_of(parts.begin(), parts.end(), [](const PartPointer& part) {
      return part->is_constant || part->form == Form::Null;
    });
    if (fixed) {
      auto with = std::make_shared<Part>(*result);
      with->of_code = code_;
      return with;
    }
  }
  return result;
}

}  // namespace yuanqu::columns
