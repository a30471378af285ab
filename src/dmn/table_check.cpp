#include "dmn/table_check.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_set>

#include "dmn/compiled_models.hpp"
#include "dmn/run.hpp"
#include "dmn/table_boxes.hpp"
#include "dmn/table_domain.hpp"
#include "feel/compare.hpp"

namespace yuanqu::dmn {

namespace {

using feel::Value;

class Checker {
 public:
  Checker(const TableNode& table, const CheckOptions& options, TableReport& report)
      : table_(table), options_(options), report_(report) {
    report.rules = table.rules.size();
    report.inputs = table.columns.size();
    for (const auto& column : table.columns) {
      domains_.push_back(domain_of(column));
      report.exact = report.exact && domains_.back().exact;
    }
    boxes_ = boxes_of(table, domains_);
  }

  void run() {
    misfits();
    empty_rules();
    idle_columns();
    if (table_.source->hit_policy == HitPolicy::Unique || table_.source->hit_policy == HitPolicy::Any) overlaps();
    BoxSearch search(boxes_, options_.work);
    if (table_.source->hit_policy == HitPolicy::First) shadowed(search);
    if (!table_.has_default) gaps(search);
    if (search.exhausted()) report_.gaps_complete = false;
  }

 private:
  std::string label(std::size_t column) const {
    const auto& each = table_.columns[column];
    return !each.label.empty() ? each.label : !each.text.empty() ? each.text : "input " + std::to_string(column + 1);
  }

  bool room_for(FindingKind kind) {
    return static_cast<std::size_t>(std::count_if(report_.findings.begin(), report_.findings.end(),
                                                  [&](const Finding& finding) { return finding.kind == kind; })) <
           options_.findings_max;
  }

  void add(FindingKind kind, std::vector<std::uint32_t> rules, std::uint32_t input, std::string zh, std::string en,
           std::vector<ExampleInput> example = {}) {
    report_.findings.push_back({kind, std::move(rules), input, std::move(example), std::move(zh), std::move(en)});
  }

  std::vector<ExampleInput> example_of(const std::vector<Interval>& box) const {
    std::vector<ExampleInput> example;
    for (std::size_t c = 0; c < box.size(); ++c) {
      if (box[c] == domains_[c].all()) {
        example.push_back({label(c), "-"});
        continue;
      }
      const Piece& piece = domains_[c].pieces[box[c].first];
      example.push_back(
          {label(c), piece.text == "null" || !piece.example.is_null() ? feel::to_literal(piece.example) : piece.text});
    }
    return example;
  }

  static std::string text_of(const std::vector<ExampleInput>& example) {
    std::string text;
    for (const auto& each : example) {
      if (each.value == "-") continue;
      text += (text.empty() ? "" : ", ") + each.input + " = " + each.value;
    }
    return text.empty() ? "any input" : text;
  }

  void misfits() {
    for (std::uint32_t c = 0; c < table_.columns.size(); ++c) {
      const auto& column = table_.columns[c];
      for (std::uint32_t r = 0; r < table_.rules.size(); ++r) {
        const auto position = column.cell_of_rule[r];
        if (position == TableColumn::any || !room_for(FindingKind::DoesNotFit)) continue;
        const std::string row = std::to_string(r + 1);
        const std::string& text = table_.source->rules[r].inputs[c].text;
        if (!column.cells[position].tests) {
          add(FindingKind::DoesNotFit, {r + 1}, c + 1,
              "第 " + row + " 行“" + label(c) + "”的条件 " + text + " 无法理解：" + column.cells[position].zh,
              "Rule " + row + ", " + label(c) + ": the condition " + text +
                  " cannot be read: " + column.cells[position].en);
        } else if (domains_[c].cells[position].wrong_kind) {
          add(FindingKind::DoesNotFit, {r + 1}, c + 1,
              "第 " + row + " 行“" + label(c) + "”的条件 " + text + " 与该列的类型不符。",
              "Rule " + row + ", " + label(c) + ": the condition " + text + " does not fit the column's type.");
        }
      }
    }
    feel::Evaluation evaluation;
    for (std::uint32_t r = 0; r < table_.rules.size(); ++r) {
      for (std::size_t o = 0; o < table_.outputs.size() && o < table_.rules[r].outputs.size(); ++o) {
        const Value* value = table_.rules[r].outputs[o]->constant();
        if (value == nullptr || value->is_null() || !room_for(FindingKind::DoesNotFit)) continue;
        const auto& output = table_.outputs[o];
        const std::string name = output.name.empty() ? "output" : output.name;
        if (conform(evaluation, *value, output.type, name).is_null()) {
          add(FindingKind::DoesNotFit, {r + 1}, 0,
              "第 " + std::to_string(r + 1) + " 行的结论 " + feel::to_literal(*value) + " 与“" + name + "”的类型不符。",
              "Rule " + std::to_string(r + 1) + ": the output " + feel::to_literal(*value) +
                  " does not fit the type of " + name + ".");
        } else if (!output.ranking.empty() && !is_listed(*value, output)) {
          add(FindingKind::DoesNotFit, {r + 1}, 0,
              "第 " + std::to_string(r + 1) + " 行的结论 " + feel::to_literal(*value) + " 不在“" + name +
                  "”的输出值之内。",
              "Rule " + std::to_string(r + 1) + ": the output " + feel::to_literal(*value) +
                  " is not among the output values of " + name + ".");
        }
      }
    }
  }

  static bool is_listed(const Value& value, const TableOutput& output) {
    return std::any_of(output.ranking.begin(), output.ranking.end(), [&](const feel::Bounds& bounds) {
      return feel::contains(Value::range(bounds.low, bounds.low_included, bounds.high, bounds.high_included), value) ==
             feel::Truth::True;
    });
  }

  void empty_rules() {
    for (std::uint32_t r = 0; r < boxes_.rules.size(); ++r) {
      for (std::uint32_t c = 0; c < boxes_.columns; ++c) {
        if (!boxes_.rules[r][c].empty()) continue;
        if (room_for(FindingKind::NeverMatches)) {
          const std::string& text = table_.source->rules[r].inputs[c].text;
          add(FindingKind::NeverMatches, {r + 1}, c + 1,
              "第 " + std::to_string(r + 1) + " 行永远不会符合：没有允许的值能满足“" + label(c) + "”的条件 " + text +
                  "。",
              "Rule " + std::to_string(r + 1) + " can never match: no admitted value of " + label(c) + " satisfies " +
                  text + ".");
        }
        break;
      }
    }
  }

  void idle_columns() {
    for (std::uint32_t c = 0; c < boxes_.columns; ++c) {
      const auto whole = domains_[c].all();
      const bool idle = !boxes_.rules.empty() &&
                        std::all_of(boxes_.rules.begin(), boxes_.rules.end(),
                                    [&](const auto& rule) { return rule[c].size() == 1 && rule[c][0] == whole; });
      const bool certain = std::none_of(domains_[c].cells.begin(), domains_[c].cells.end(),
                                        [](const DomainCell& cell) { return cell.complex; });
      if (idle && certain) {
        add(FindingKind::NeverDecides, {}, c + 1, "“" + label(c) + "”一列从不影响结论：每一行都接受所有的值。",
            "The column " + label(c) + " never decides: every rule admits every value.");
      }
    }
  }

  // The rules whose cell shares a piece with each distinct cell, as bit masks; a rule's partners are their conjunction.
  void overlaps() {
    const std::size_t count = boxes_.rules.size();
    const std::size_t words = (count + 63) / 64;
    std::vector<std::vector<std::vector<std::uint64_t>>> partners(boxes_.columns);
    std::vector<std::vector<std::uint32_t>> distinct(boxes_.columns, std::vector<std::uint32_t>(count));
    for (std::size_t c = 0; c < boxes_.columns; ++c) {
      std::map<std::vector<Interval>, std::uint32_t> known;
      std::vector<const std::vector<Interval>*> cells;
      for (std::size_t r = 0; r < count; ++r) {
        const auto [at, added] = known.emplace(boxes_.rules[r][c], static_cast<std::uint32_t>(cells.size()));
        if (added) cells.push_back(&at->first);
        distinct[c][r] = at->second;
      }
      std::vector<std::vector<std::uint64_t>> rules_of(cells.size(), std::vector<std::uint64_t>(words, 0));
      for (std::size_t r = 0; r < count; ++r) rules_of[distinct[c][r]][r / 64] |= std::uint64_t{1} << (r % 64);
      partners[c].assign(cells.size(), std::vector<std::uint64_t>(words, 0));
      for (std::size_t a = 0; a < cells.size(); ++a) {
        for (std::size_t b = a; b < cells.size(); ++b) {
          if (!meet(*cells[a], *cells[b])) continue;
          for (std::size_t w = 0; w < words; ++w) partners[c][a][w] |= rules_of[b][w];
          if (a == b) continue;
          for (std::size_t w = 0; w < words; ++w) partners[c][b][w] |= rules_of[a][w];
        }
      }
    }
    std::vector<std::uint64_t> mask(words);
    for (std::uint32_t r = 0; r < count; ++r) {
      std::fill(mask.begin(), mask.end(), ~std::uint64_t{0});
      if (count % 64 != 0) mask[words - 1] = (std::uint64_t{1} << (count % 64)) - 1;
      for (std::size_t c = 0; c < boxes_.columns; ++c) {
        const auto& own = partners[c][distinct[c][r]];
        for (std::size_t w = 0; w < words; ++w) mask[w] &= own[w];
      }
      for (std::uint32_t other = r + 1; other < count; ++other) {
        if (((mask[other / 64] >> (other % 64)) & 1u) != 0) overlap(r, other);
      }
    }
  }

  void overlap(std::uint32_t a, std::uint32_t b) {
    // Where a cell is not constant the two may well exclude each other; the same text admits the same inputs.
    for (std::size_t c = 0; c < table_.columns.size(); ++c) {
      const auto x = table_.columns[c].cell_of_rule[a], y = table_.columns[c].cell_of_rule[b];
      if (x == y) continue;
      const bool unknown = (x != TableColumn::any && domains_[c].cells[x].complex) ||
                           (y != TableColumn::any && domains_[c].cells[y].complex);
      if (unknown && x != TableColumn::any && y != TableColumn::any) return;
    }
    if (table_.source->hit_policy == HitPolicy::Any && same_outputs(a, b)) return;
    ++report_.overlaps;
    if (report_.overlaps > options_.findings_max) return;
    std::vector<Interval> box;
    for (std::size_t c = 0; c < boxes_.columns; ++c) {
      Interval common = domains_[c].all();
      if (boxes_.rules[a][c] != std::vector<Interval>{common} || boxes_.rules[b][c] != std::vector<Interval>{common}) {
        common = first_common(boxes_.rules[a][c], boxes_.rules[b][c]);
      }
      box.push_back(common);
    }
    auto example = example_of(box);
    const std::string text = text_of(example);
    const std::string first = std::to_string(a + 1), second = std::to_string(b + 1);
    add(FindingKind::Overlap, {a + 1, b + 1}, 0, "第 " + first + " 行与第 " + second + " 行重叠，例如 " + text + "。",
        "Rules " + first + " and " + second + " overlap, for example at " + text + ".", std::move(example));
  }

  bool same_outputs(std::uint32_t a, std::uint32_t b) const {
    const auto& x = table_.rules[a];
    const auto& y = table_.rules[b];
    if (x.constant && y.constant) return feel::same(*x.constant, *y.constant);
    const auto text = [&](std::uint32_t rule, std::size_t o) {
      const auto* literal = std::get_if<LiteralExpression>(&table_.source->rules[rule].outputs[o]->body);
      return literal == nullptr ? std::string{} : literal->text;
    };
    for (std::size_t o = 0; o < x.outputs.size() && o < y.outputs.size(); ++o) {
      if (text(a, o) != text(b, o)) return false;
    }
    return true;
  }

  void shadowed(BoxSearch& search) {
    for (std::uint32_t r = 1; r < boxes_.rules.size() && !search.exhausted(); ++r) {
      const auto& rule = boxes_.rules[r];
      if (std::any_of(rule.begin(), rule.end(), [](const auto& cell) { return cell.empty(); })) continue;
      if (!exact_up_to(r) || !search.covered_by_earlier(r) || !room_for(FindingKind::NeverMatches)) continue;
      add(FindingKind::NeverMatches, {r + 1}, 0,
          "第 " + std::to_string(r + 1) + " 行永远轮不到：前面的行已涵盖它的所有情形。",
          "Rule " + std::to_string(r + 1) + " is never reached: earlier rules cover all it matches.");
    }
  }

  // Earlier rules with unknown cells only seem to cover; they are left out of the question.
  bool exact_up_to(std::uint32_t rule) const {
    for (std::size_t c = 0; c < table_.columns.size(); ++c) {
      for (std::uint32_t r = 0; r < rule; ++r) {
        const auto position = table_.columns[c].cell_of_rule[r];
        if (position != TableColumn::any && domains_[c].cells[position].complex &&
            position != table_.columns[c].cell_of_rule[rule])
          return false;
      }
    }
    return true;
  }

  void gaps(BoxSearch& search) {
    const auto found = search.gaps(options_.findings_max);
    if (found.more) report_.gaps_complete = false;
    for (const auto& box : found.boxes) {
      auto example = example_of(box);
      const std::string text = text_of(example);
      add(FindingKind::Gap, {}, 0, "没有任何一行涵盖 " + text + "。", "No rule covers " + text + ".",
          std::move(example));
    }
  }

  const TableNode& table_;
  const CheckOptions& options_;
  TableReport& report_;
  std::vector<ColumnDomain> domains_;
  Boxes boxes_;
};

}  // namespace

std::string_view name_of(FindingKind kind) {
  switch (kind) {
    case FindingKind::Overlap: return "overlap";
    case FindingKind::Gap: return "gap";
    case FindingKind::NeverMatches: return "never_matches";
    case FindingKind::DoesNotFit: return "does_not_fit";
    case FindingKind::NeverDecides: break;
  }
  return "never_decides";
}

std::vector<TableReport> check_tables(const ModelSet& models, const CheckOptions& options) {
  std::vector<TableReport> reports;
  for (const auto& element : models.compiled().elements) {
    for (const TableNode* table : element.tables) {
      TableReport report;
      report.model = element.model_name;
      report.decision = element.name;
      report.table = table->element;
      Checker(*table, options, report).run();
      reports.push_back(std::move(report));
    }
  }
  return reports;
}

}  // namespace yuanqu::dmn
