#pragma once
// Ways: the ways to an outcome. A way is one rule of the table that makes the outcome, or the one conjunction where no
// table does; its conditions are the rule's cells. A cell over a value that a FEEL condition made (`"yes"` on `if
// revenue >= bound then "yes" …`) stands for those conditions, so that a near miss is counted and measured where it
// happens.

#include <string>
#include <vector>

#include "population/conditions.hpp"
#include "population/programs.hpp"

namespace yuanqu::population {

struct Way {
  std::string element;                  // of the table; of the expression where no table decides
  std::uint32_t rule = 0;               // from 1; 0: no table
  std::vector<std::size_t> conditions;  // into the list that was given
  std::size_t unmet = 0, unknown = 0;
  double gap = 0;  // sum over unmet conditions; one that cannot be measured counts 1
  // Fewest failed first, then fewest unknown, then the smallest gap.
  bool nearer_than(const Way& other) const;
};

// The table that makes a decision's outcome, followed through decisions that hand it on, and which rules give which
// values. Made once for a version; immutable.
class OutcomeTable {
 public:
  static OutcomeTable of(const VersionProgram& program, const std::string& result);

  // All ways to `value`, nearest first; empty when no rule gives it.
  std::vector<Way> ways(const std::vector<Condition>& conditions, const feel::Value& value) const;
  const std::string& decision() const { return decision_; }
  const std::string& element() const { return element_; }  // id of the table; empty when none decides
  // What the table's author wrote beside a rule (from 1); empty where nothing is written.
  std::string annotation(std::uint32_t rule) const;

 private:
  struct Rule {
    std::uint32_t number = 0;
    feel::Value output;
    std::string annotation;
  };
  struct Input {
    std::string expression;          // element id
    std::vector<std::string> named;  // decisions its text names
  };
  std::vector<std::size_t> standing_for(const std::vector<Condition>& conditions, std::size_t cell) const;

  std::string model_, decision_, element_;
  std::vector<Rule> rules_;
  std::vector<Input> inputs_;
};

}  // namespace yuanqu::population
