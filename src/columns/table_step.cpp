#include "columns/table_step.hpp"

#include <bit>

namespace yuanqu::columns {

using feel::Value;

namespace {

// Sets of rules by the code a column's value is a function of; found out as codes are met.
struct ByCode {
  std::vector<std::uint64_t> masks;
  std::vector<std::uint8_t> known;
};
struct TableMemory : Memory {
  std::vector<std::uint64_t> masks;
  std::vector<ByCode> by_code;
};

void meet(std::uint64_t* mask, const std::uint64_t* with, std::size_t words) {
  for (std::size_t w = 0; w < words; ++w) mask[w] &= with[w];
}

// The set for the value a row holds, from the reference's index. Null when the index does not know its kind: the row
// escapes.
const std::uint64_t* ask(Frame& frame, const TableCompiler::Column& column, std::size_t row) {
  return column.index->find(frame.value(*column.input, row), nullptr);
}

void meet_column(Frame& frame, const TablePlan& plan, std::size_t number, TableMemory& memory, int domain,
                 std::size_t count) {
  using How = TableCompiler::Column::How;
  const TableCompiler::Column& column = plan.columns[number];
  const std::size_t words = plan.words;
  std::uint64_t* masks = memory.masks.data();
  switch (column.how) {
    case How::ByCode:
      if (words == 1)
        return frame.kernel.mask_by_code(frame.in<std::int32_t>(column.reg), column.masks.data(), column.codes_known,
                                         masks, count);
      for (std::size_t i = 0; i < count; ++i) {
        const std::int32_t code = frame.in<std::int32_t>(column.reg)[i];
        const std::size_t at = code == null32 ? 0 : static_cast<std::size_t>(std::min(code, column.codes_known)) + 1;
        meet(masks + i * words, column.masks.data() + at * words, words);
      }
      return;
    case How::ByTruth:
      if (words == 1)
        return frame.kernel.mask_by_truth(frame.in<std::uint8_t>(column.reg), column.masks.data(), masks, count);
      for (std::size_t i = 0; i < count; ++i)
        meet(masks + i * words, column.masks.data() + frame.in<std::uint8_t>(column.reg)[i] * words, words);
      return;
    case How::ByPiece: {
      const Form form = frame.program.registers[static_cast<std::size_t>(column.reg)].form;
      if (words == 1 && form != Form::Date) {
        return frame.kernel.mask_by_piece(frame.in<std::int64_t>(column.reg), column.fast, column.masks.data(), masks,
                                          count);
      }
      for (std::size_t i = 0; i < count; ++i) {
        const std::int64_t word = frame.word(column.reg, i);
        const auto at = static_cast<std::size_t>(std::lower_bound(column.bounds.begin(), column.bounds.end(), word) -
                                                 column.bounds.begin());
        const std::size_t piece = word == null64
                                      ? 2 * column.bounds.size() + 1
                                      : 2 * at + (at < column.bounds.size() && column.bounds[at] == word ? 1 : 0);
        meet(masks + i * words, column.masks.data() + piece * words, words);
      }
      return;
    }
    case How::ByFunctionOfCode: {
      ByCode& known = memory.by_code[number];
      const std::int32_t* codes = frame.in<std::int32_t>(column.code);
      const std::size_t needed = frame.texts.size() + 1;
      if (known.known.size() < needed) {
        known.known.resize(needed, 0);
        known.masks.resize(needed * words);
      }
      for (std::size_t i = 0; i < count; ++i) {
        const std::size_t at = codes[i] == null32 ? 0 : static_cast<std::size_t>(codes[i]) + 1;
        if (known.known[at] == 0) {
          const std::uint64_t* mask = ask(frame, column, i);
          if (mask == nullptr || frame.escaped[frame.root(domain, i)] != 0) {
            frame.escape(domain, i);
            continue;
          }
          for (std::size_t w = 0; w < words; ++w) known.masks[at * words + w] = mask[w] | column.index->complex()[w];
          known.known[at] = 1;
        }
        meet(masks + i * words, known.masks.data() + at * words, words);
      }
      return;
    }
    case How::ByValue:
      for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t* mask = ask(frame, column, i);
        if (mask == nullptr) {
          frame.escape(domain, i);
          continue;
        }
        for (std::size_t w = 0; w < words; ++w) masks[i * words + w] &= mask[w] | column.index->complex()[w];
      }
      return;
  }
}

TableMemory& meet_all(Frame& frame, const TablePlan& plan, std::size_t place, int domain, std::size_t count) {
  TableMemory& memory = frame.memory<TableMemory>(place);
  memory.by_code.resize(plan.columns.size());
  memory.masks.resize(std::max<std::size_t>(memory.masks.size(), count * plan.words));
  std::vector<std::uint64_t> all(plan.words, ~std::uint64_t{0});
  if (plan.rules % 64 != 0) all.back() = (std::uint64_t{1} << (plan.rules % 64)) - 1;
  if (plan.words == 1) {
    std::fill_n(memory.masks.begin(), count, all[0]);
  } else {
    for (std::size_t i = 0; i < count; ++i)
      std::copy(all.begin(), all.end(), memory.masks.begin() + static_cast<std::ptrdiff_t>(i * plan.words));
  }
  for (std::size_t c = 0; c < plan.columns.size(); ++c) meet_column(frame, plan, c, memory, domain, count);
  for (const TableCompiler::Test& test : plan.tests) {
    const std::uint8_t* truth = frame.in<std::uint8_t>(test.truth);
    for (std::size_t i = 0; i < count; ++i) {
      if (truth[i] == yes) continue;
      for (std::size_t w = 0; w < plan.words; ++w) memory.masks[i * plan.words + w] &= ~test.rules[w];
    }
  }
  return memory;
}

bool has(const std::uint64_t* mask, std::uint32_t rule) { return ((mask[rule / 64] >> (rule % 64)) & 1U) != 0; }

std::int32_t first_of(const std::uint64_t* mask, std::size_t words) {
  for (std::size_t w = 0; w < words; ++w) {
    if (mask[w] != 0) return static_cast<std::int32_t>(w * 64 + static_cast<std::size_t>(std::countr_zero(mask[w])));
  }
  return -1;
}

std::int32_t chosen(const TablePlan& plan, const std::uint64_t* mask) {
  const std::int32_t first = first_of(mask, plan.words);
  if (first < 0) return plan.has_default ? static_cast<std::int32_t>(plan.rules) : null32;
  switch (plan.policy) {
    case dmn::HitPolicy::Unique: {
      int hits = 0;
      for (std::size_t w = 0; w < plan.words; ++w) hits += std::popcount(mask[w]);
      return hits == 1 ? first : null32;
    }
    case dmn::HitPolicy::Any:
      for (auto rule = static_cast<std::uint32_t>(first); rule < plan.rules; ++rule) {
        if (has(mask, rule) && plan.group[rule] != plan.group[static_cast<std::size_t>(first)]) return null32;
      }
      return first;
    case dmn::HitPolicy::Priority:
      for (const std::uint32_t rule : plan.order) {
        if (has(mask, rule)) return static_cast<std::int32_t>(rule);
      }
      return first;
    default: return first;
  }
}

}  // namespace

std::vector<Reg> TablePlan::registers() const {
  std::vector<Reg> found;
  for (const auto& column : columns) {
    if (column.reg != none) found.push_back(column.reg);
    if (column.code != none) found.push_back(column.code);
  }
  for (const auto& test : tests) found.push_back(test.truth);
  return found;
}

void find_rules(Frame& frame, const TablePlan& plan, std::size_t place, Reg out) {
  const int domain = frame.program.registers[static_cast<std::size_t>(out)].domain;
  const std::size_t count = frame.size(domain);
  const TableMemory& memory = meet_all(frame, plan, place, domain, count);
  std::int32_t* to = frame.out<std::int32_t>(out);
  const std::uint64_t* masks = memory.masks.data();
  if (plan.words == 1 && (plan.policy == dmn::HitPolicy::First || plan.policy == dmn::HitPolicy::Unique)) {
    const std::int32_t otherwise = plan.has_default ? static_cast<std::int32_t>(plan.rules) : null32;
    const bool unique = plan.policy == dmn::HitPolicy::Unique;
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t mask = masks[i];
      const std::int32_t first = mask == 0 ? otherwise : std::countr_zero(mask);
      to[i] = unique && (mask & (mask - 1)) != 0 ? null32 : first;
    }
    return;
  }
  for (std::size_t i = 0; i < count; ++i) to[i] = chosen(plan, masks + i * plan.words);
}

void find_all_rules(Frame& frame, const TablePlan& plan, std::size_t place, int domain, int items, Reg rule) {
  const std::size_t count = frame.size(domain);
  const TableMemory& memory = meet_all(frame, plan, place, domain, count);
  DomainState& made = frame.domain(items);
  std::vector<std::int32_t> rules;
  made.offsets.assign(1, 0);
  made.parent.clear();
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t* mask = memory.masks.data() + i * plan.words;
    const auto add = [&](std::uint32_t one) {
      rules.push_back(static_cast<std::int32_t>(one));
      made.parent.push_back(static_cast<std::int32_t>(i));
    };
    if (plan.order.empty()) {
      for (std::size_t w = 0; w < plan.words; ++w) {
        for (std::uint64_t left = mask[w]; left != 0; left &= left - 1)
          add(static_cast<std::uint32_t>(w * 64 + static_cast<std::size_t>(std::countr_zero(left))));
      }
    } else {
      for (const std::uint32_t one : plan.order) {
        if (has(mask, one)) add(one);
      }
    }
    made.offsets.push_back(static_cast<std::int32_t>(rules.size()));
  }
  made.size = rules.size();
  std::copy(rules.begin(), rules.end(), frame.out<std::int32_t>(rule));
}

}  // namespace yuanqu::columns
