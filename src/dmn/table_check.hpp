#pragma once
// What is wrong with a decision table, without running it: rules that overlap under UNIQUE or ANY, inputs no rule
// covers, rules that can never match, cells and outputs that do not fit their type, columns that never decide.
//
// Each column is cut into pieces at the bounds its cells and its allowed values name; a rule is then a box of pieces,
// and every statement about boxes is exact: for numbers (dense), dates and other discrete kinds (a gap without a value
// between two bounds is none), booleans, and text with or without allowed values. Null counts as an input only where a
// cell speaks of it. Cells that are not constant are taken to admit anything: what is reported is certain, and `exact`
// says whether all was seen.
//
// Cost: overlaps O(rules² × inputs / 64); gaps and shadowed rules are worst-case exponential, so they stop at `work`
// steps and then `gaps_complete` is false, with what was found.

#include <cstdint>
#include <string>
#include <vector>

#include "dmn/evaluator.hpp"

namespace yuanqu::dmn {

struct CheckOptions {
  std::uint64_t work = 50'000'000;  // steps for the gaps and shadowed rules of one table
  std::size_t findings_max = 200;   // of one kind and table
};

enum class FindingKind : std::uint8_t {
  Overlap,       // two rules match the same input: an error under UNIQUE, under ANY where outputs differ
  Gap,           // an input no rule matches, and there is no default output
  NeverMatches,  // a rule no input can match, or (FIRST) that earlier rules always forestall
  DoesNotFit,    // a cell or output that is not of its column's type, or cannot be read
  NeverDecides,  // a column whose every cell admits everything
};
std::string_view name_of(FindingKind kind);

struct ExampleInput {
  std::string input;  // label or expression of the column
  std::string value;  // a FEEL literal; "-" where any value will do
};

struct Finding {
  FindingKind kind = FindingKind::Gap;
  std::vector<std::uint32_t> rules;  // from 1
  std::uint32_t input = 0;           // from 1; 0: not about one input
  std::vector<ExampleInput> example;
  std::string zh, en;
};

struct TableReport {
  std::string model, decision, table;
  std::size_t rules = 0, inputs = 0;
  std::vector<Finding> findings;
  std::size_t overlaps = 0;   // all of them, also beyond findings_max
  bool exact = true;          // every cell is constant
  bool gaps_complete = true;  // the search for gaps and shadowed rules ended within its budget and list length
};

// Every decision table of the set (of decisions and knowledge models), in order.
std::vector<TableReport> check_tables(const ModelSet& models, const CheckOptions& options = {});

}  // namespace yuanqu::dmn
