#include "dmn/table_node.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "dmn/run.hpp"
#include "feel/compare.hpp"

namespace yuanqu::dmn {

using feel::Frame;
using feel::Suppressed;
using feel::Value;

namespace {

bool bit(const std::uint64_t* mask, std::uint32_t rule) { return (mask[rule / 64] >> (rule % 64)) & 1u; }

}  // namespace

bool TableNode::prepare_inputs(Run& run, Frame& frame) const {
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const TableColumn& column = columns[c];
    Value scratch;
    const Value& value = column.input->evaluate(run, frame, scratch);
    if (surely_fits(value, column.type)) {
      if (&value == &scratch)
        frame[column.slot] = std::move(scratch);
      else
        frame[column.slot] = value;
    } else {
      Value converted = feel::coerce(run.evaluation, value, column.type, column.text);
      frame[column.slot] = std::move(converted);
    }
    if (!column.values) continue;
    const Value& input = frame[column.slot];
    if (input.is_null()) continue;
    const std::uint64_t* known =
        column.values_index && run.use_index ? column.values_index->find(input, run.evaluation.horizon()) : nullptr;
    const bool admitted = known != nullptr && !column.values_index->has_complex()
                              ? bit(known, 0)
                              : column.values->evaluate(run.evaluation, frame).is_true();
    if (!admitted) {
      run.evaluation.location.element = source->inputs[c].id;
      run.evaluation.suppress(Suppressed::Code::DoesNotConform, 0, [&] {
        return std::pair("输入“" + column.text + "”的值 " + feel::to_literal(input) + " 不在允许的输入值之内。",
                         "The value " + feel::to_literal(input) + " of the input \"" + column.text +
                             "\" is not among its input values.");
      });
      return false;
    }
  }
  return true;
}

bool TableNode::cell_matches(Run& run, Frame& frame, std::uint32_t rule, const TableColumn& column,
                             std::uint32_t number) const {
  const std::uint32_t position = column.cell_of_rule[rule];
  if (position == TableColumn::any) return true;
  const TableCell& cell = column.cells[position];
  run.evaluation.location.element = source->rules[rule].inputs[number].id;
  if (!cell.tests) {
    run.evaluation.suppress(Suppressed::Code::Decision, cell.offset, cell.zh, cell.en);
    return false;
  }
  Value scratch;
  return cell.tests.evaluate(run.evaluation, frame, scratch).is_true();
}

// Calls found(rule) for each matching rule in rule order until it answers false.
template <class Found>
void TableNode::for_each_match(Run& run, Frame& frame, Found&& found) const {
  const auto count = static_cast<std::uint32_t>(rules.size());
  if (!run.use_index) {
    for (std::uint32_t rule = 0; rule < count; ++rule) {
      if (!run.evaluation.step()) return;
      bool matches = true;
      for (std::uint32_t c = 0; c < columns.size() && matches; ++c)
        matches = cell_matches(run, frame, rule, columns[c], c);
      if (matches && !found(rule)) return;
    }
    return;
  }
  const std::size_t words = (count + 63) / 64;
  constexpr std::size_t small_words = 80;
  std::array<std::uint64_t, small_words> small;
  std::vector<std::uint64_t> large;
  std::uint64_t* candidates = small.data();
  if (words > small_words) {
    large.resize(words);
    candidates = large.data();
  }
  std::fill_n(candidates, words, ~std::uint64_t{0});
  if (count % 64 != 0) candidates[words - 1] = (std::uint64_t{1} << (count % 64)) - 1;
  // Columns that leave something to test: without an index, or with cells outside it, or for a value of another kind.
  std::array<std::uint8_t, 64> small_plain;
  std::vector<std::uint8_t> large_plain;
  std::uint8_t* plain = small_plain.data();
  if (columns.size() > small_plain.size()) {
    large_plain.resize(columns.size());
    plain = large_plain.data();
  }
  bool any_plain = false;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    plain[c] = 2;
    if (columns[c].index) {
      if (const std::uint64_t* mask = columns[c].index->find(frame[columns[c].slot], run.evaluation.horizon())) {
        plain[c] = columns[c].index->has_complex() ? 1 : 0;
        if (plain[c] == 0) {
          for (std::size_t w = 0; w < words; ++w) candidates[w] &= mask[w];
        } else {
          const std::uint64_t* complex = columns[c].index->complex();
          for (std::size_t w = 0; w < words; ++w) candidates[w] &= mask[w] | complex[w];
        }
      }
    }
    any_plain = any_plain || plain[c] != 0;
  }
  if (!run.evaluation.step(1 + words)) return;
  for (std::size_t w = 0; w < words; ++w) {
    for (std::uint64_t word = candidates[w]; word != 0; word &= word - 1) {
      const auto rule = static_cast<std::uint32_t>(w * 64 + static_cast<std::size_t>(std::countr_zero(word)));
      bool matches = true;
      if (any_plain) {
        if (!run.evaluation.step()) return;
        for (std::uint32_t c = 0; c < columns.size() && matches; ++c) {
          if (plain[c] == 2 || (plain[c] == 1 && columns[c].index->is_complex(rule)))
            matches = cell_matches(run, frame, rule, columns[c], c);
        }
      }
      if (matches && !found(rule)) return;
    }
  }
}

Value TableNode::output_of(Run& run, Frame& frame, std::uint32_t rule) const {
  const TableRule& from = rules[rule];
  if (from.constant) return *from.constant;
  const auto one = [&](std::size_t o) {
    if (o >= from.outputs.size()) return Value();
    Value value = from.outputs[o]->value(run, frame);
    if (surely_fits(value, outputs[o].type)) return value;
    return feel::coerce(run.evaluation, value, outputs[o].type, outputs[o].name);
  };
  if (outputs.size() == 1) return one(0);
  std::vector<feel::Entry> entries;
  entries.reserve(outputs.size());
  for (std::size_t o = 0; o < outputs.size(); ++o) entries.push_back({outputs[o].key, one(o)});
  return Value::context(std::move(entries));
}

Value TableNode::default_output(Run& run, Frame& frame) const {
  const auto one = [&](const TableOutput& output) {
    if (output.default_entry == nullptr) return Value();
    Value value = output.default_entry->value(run, frame);
    return conform(run.evaluation, value, output.type, output.name);
  };
  if (outputs.size() == 1) return one(outputs[0]);
  std::vector<feel::Entry> entries;
  for (const auto& output : outputs) entries.push_back({output.key, one(output)});
  return Value::context(std::move(entries));
}

std::vector<std::size_t> TableNode::rank_of(const Value& output) const {
  std::vector<std::size_t> ranks;
  for (const auto& clause : outputs) {
    const Value* value = &output;
    if (outputs.size() > 1) value = output.is(feel::Kind::Context) ? output.context().find(clause.name) : nullptr;
    std::size_t rank = clause.ranking.size();
    for (std::size_t i = 0; value != nullptr && i < clause.ranking.size(); ++i) {
      const auto& bounds = clause.ranking[i];
      const bool at_least = bounds.low.is_null() ||
                            (bounds.low_included && feel::equal(*value, bounds.low) == feel::Truth::True) ||
                            feel::compare(*value, bounds.low) == std::strong_ordering::greater;
      const bool at_most = bounds.high.is_null() ||
                           (bounds.high_included && feel::equal(*value, bounds.high) == feel::Truth::True) ||
                           feel::compare(*value, bounds.high) == std::strong_ordering::less;
      if (at_least && at_most) {
        rank = i;
        break;
      }
    }
    ranks.push_back(rank);
  }
  return ranks;
}

Value TableNode::aggregated(Run& run, std::vector<Value> values) const {
  Frame frame(run.evaluation, aggregate_frame);
  frame[aggregate_slot] = Value::list(std::move(values));
  return aggregate->evaluate(run.evaluation, frame);
}

Value TableNode::combine(Run& run, Frame& frame, const std::vector<std::uint32_t>& matches) const {
  std::vector<Value> values;
  values.reserve(matches.size());
  for (const auto rule : matches) values.push_back(output_of(run, frame, rule));
  run.evaluation.location.element = element;
  switch (source->hit_policy) {
    case HitPolicy::Any:
      for (std::size_t i = 1; i < values.size(); ++i) {
        if (feel::same(values[0], values[i])) continue;
        run.evaluation.suppress(Suppressed::Code::Decision, 0, [&] {
          const std::string a = std::to_string(matches[0] + 1), b = std::to_string(matches[i] + 1);
          return std::pair(
              "第 " + a + " 行与第 " + b + " 行同时符合但结论不同，违反命中策略 ANY。",
              "Rules " + a + " and " + b + " both match with different outputs, against the hit policy ANY.");
        });
        return Value();
      }
      return values[0];
    case HitPolicy::Priority: {
      std::size_t best = 0;
      auto best_rank = rank_of(values[0]);
      for (std::size_t i = 1; i < values.size(); ++i) {
        auto rank = rank_of(values[i]);
        if (rank < best_rank) {
          best = i;
          best_rank = std::move(rank);
        }
      }
      return values[best];
    }
    case HitPolicy::OutputOrder: {
      std::vector<std::pair<std::vector<std::size_t>, std::size_t>> order;
      for (std::size_t i = 0; i < values.size(); ++i) order.emplace_back(rank_of(values[i]), i);
      std::sort(order.begin(), order.end());
      std::vector<Value> sorted;
      for (const auto& [rank, i] : order) sorted.push_back(values[i]);
      return Value::list(std::move(sorted));
    }
    case HitPolicy::Collect:
      if (!aggregate) return Value::list(std::move(values));
      if (outputs.size() == 1 || source->aggregation == Aggregation::Count) return aggregated(run, std::move(values));
      {
        // The standard leaves aggregation of several outputs open; each output by itself is what modellers mean.
        std::vector<feel::Entry> entries;
        for (const auto& output : outputs) {
          std::vector<Value> column;
          for (const auto& value : values) {
            const Value* member = value.is(feel::Kind::Context) ? value.context().find(output.name) : nullptr;
            column.push_back(member != nullptr ? *member : Value());
          }
          entries.push_back({output.key, aggregated(run, std::move(column))});
        }
        return Value::context(std::move(entries));
      }
    default: return Value::list(std::move(values));
  }
}

const Value& TableNode::evaluate(Run& run, Frame& frame, Value& scratch) const {
  if (!prepare_inputs(run, frame)) {
    if (run.trace != nullptr) explain(run, frame, {}, Value());
    return scratch = Value();
  }
  const HitPolicy policy = source->hit_policy;
  if (policy == HitPolicy::First || policy == HitPolicy::Unique) {
    std::uint32_t hit = UINT32_MAX, second = UINT32_MAX;
    for_each_match(run, frame, [&](std::uint32_t rule) {
      if (hit == UINT32_MAX) {
        hit = rule;
        return policy == HitPolicy::Unique;
      }
      second = rule;
      return false;
    });
    if (hit == UINT32_MAX) {
      scratch = has_default ? default_output(run, frame) : Value();
    } else if (second != UINT32_MAX) {
      run.evaluation.location.element = element;
      run.evaluation.suppress(Suppressed::Code::Decision, 0, [&] {
        const std::string a = std::to_string(hit + 1), b = std::to_string(second + 1);
        return std::pair("第 " + a + " 行与第 " + b + " 行同时符合，违反命中策略 UNIQUE。",
                         "Rules " + a + " and " + b + " both match, against the hit policy UNIQUE.");
      });
      scratch = Value();
    } else {
      scratch = output_of(run, frame, hit);
    }
    if (run.matched != nullptr && hit != UINT32_MAX) {
      run.matched->push_back({run.evaluation.location.decision, element,
                              second == UINT32_MAX ? std::vector<std::uint32_t>{hit + 1}
                                                   : std::vector<std::uint32_t>{hit + 1, second + 1}});
    }
    if (run.trace != nullptr) {
      explain(run, frame, hit == UINT32_MAX ? std::vector<std::uint32_t>{} : std::vector<std::uint32_t>{hit}, scratch);
    }
    return scratch;
  }
  std::vector<std::uint32_t> matches;
  for_each_match(run, frame, [&](std::uint32_t rule) {
    matches.push_back(rule);
    return true;
  });
  if (!matches.empty())
    scratch = combine(run, frame, matches);
  else if (has_default)
    scratch = default_output(run, frame);
  else if (policy == HitPolicy::Collect && source->aggregation == Aggregation::Count)
    scratch = Value(0);
  else
    scratch = Value();
  if (run.matched != nullptr && !matches.empty()) {
    MatchedRules matched{run.evaluation.location.decision, element, matches};
    for (auto& rule : matched.rules) ++rule;
    run.matched->push_back(std::move(matched));
  }
  if (run.trace != nullptr) explain(run, frame, matches, scratch);
  return scratch;
}

// Tests every cell once more for the trace, unheard by failures and horizon.
void TableNode::explain(Run& run, Frame& frame, const std::vector<std::uint32_t>& matches, const Value& result) const {
  auto* failures = run.evaluation.failures();
  auto* horizon = run.evaluation.horizon();
  auto* trace = run.trace;
  auto* matched = run.matched;
  run.evaluation.collect(nullptr);
  run.evaluation.track(nullptr);
  run.trace = nullptr;
  run.matched = nullptr;
  TracedTable table;
  table.model = run.evaluation.location.model;
  table.decision = run.evaluation.location.decision;
  table.table = element;
  table.result = result;
  for (const auto rule : matches) table.matched.push_back(rule + 1);
  for (const auto& column : columns) {
    const Value& input = frame[column.slot];
    table.inputs.push_back({column.label, column.text, input.is(feel::Kind::Unset) ? Value() : input});
  }
  for (std::uint32_t rule = 0; rule < rules.size(); ++rule) {
    for (std::uint32_t c = 0; c < columns.size(); ++c) {
      const auto position = columns[c].cell_of_rule[rule];
      if (position == TableColumn::any) continue;
      const TableCell& cell = columns[c].cells[position];
      table.cells.push_back({rule + 1, c + 1, source->rules[rule].inputs[c].text,
                             cell.tests ? cell.tests.evaluate(run.evaluation, frame) : Value()});
    }
  }
  trace->tables.push_back(std::move(table));
  run.evaluation.collect(failures);
  run.evaluation.track(horizon);
  run.trace = trace;
  run.matched = matched;
}

}  // namespace yuanqu::dmn
