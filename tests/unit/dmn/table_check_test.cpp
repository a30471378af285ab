#include "dmn/table_check.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <set>

#include "models.hpp"

namespace {

using namespace yuanqu;
using namespace yuanqu::dmn;
using namespace yuanqu::dmn::testing;

TableReport check(const std::string& hit_policy, const std::vector<Column>& columns, const std::string& outputs,
                  const std::vector<Row>& rows, const CheckOptions& options = {}, const std::string& more = "") {
  std::string body = more, requirements;
  std::set<std::string> names;
  for (const auto& column : columns) {
    if (!names.insert(column.expression).second) continue;
    body += input(column.expression, column.type);
    requirements += requires_input(column.expression);
  }
  const auto models =
      compiled({document(body + decision("d", requirements, table(hit_policy, columns, outputs, rows)))});
  auto reports = check_tables(*models, options);
  EXPECT_EQ(reports.size(), 1u);
  return reports.empty() ? TableReport{} : reports[0];
}

std::vector<const Finding*> of_kind(const TableReport& report, FindingKind kind) {
  std::vector<const Finding*> found;
  for (const auto& finding : report.findings) {
    if (finding.kind == kind) found.push_back(&finding);
  }
  return found;
}

TEST(TableCheck, FindsOverlapsAndGapsWithAnExample) {
  const auto report = check("UNIQUE", {{"x", "number", ""}, {"s", "string", "\"a\",\"b\""}}, "",
                            {{{"<= 10", "\"a\""}, {"1"}},
                             {{"[10..20]", "-"}, {"2"}},
                             {{"> 20", "\"b\""}, {"3"}},
                             {{"< 10", "\"b\""}, {"4"}}});
  const auto overlaps = of_kind(report, FindingKind::Overlap);
  ASSERT_EQ(overlaps.size(), 1u);
  EXPECT_EQ(overlaps[0]->rules, (std::vector<std::uint32_t>{1, 2}));
  EXPECT_EQ(overlaps[0]->example[0].value, "10");
  EXPECT_EQ(overlaps[0]->example[1].value, "\"a\"");
  const auto gaps = of_kind(report, FindingKind::Gap);
  ASSERT_EQ(gaps.size(), 1u);
  EXPECT_EQ(gaps[0]->example[0].value, "21");
  EXPECT_EQ(gaps[0]->example[1].value, "\"a\"");
  EXPECT_TRUE(report.exact);
  EXPECT_TRUE(report.gaps_complete);
}

TEST(TableCheck, KnowsThatDaysAreDiscreteAndNumbersDense) {
  const auto days = check("UNIQUE", {{"x", "date", ""}}, "",
                          {{{"<= date(\"2024-02-28\")"}, {"1"}}, {{">= date(\"2024-02-29\")"}, {"2"}}});
  EXPECT_TRUE(days.findings.empty()) << days.findings[0].en;
  const auto hole = check("UNIQUE", {{"x", "date", ""}}, "",
                          {{{"<= date(\"2023-02-28\")"}, {"1"}}, {{">= date(\"2023-03-02\")"}, {"2"}}});
  ASSERT_EQ(of_kind(hole, FindingKind::Gap).size(), 1u);
  EXPECT_EQ(of_kind(hole, FindingKind::Gap)[0]->example[0].value, "@\"2023-03-01\"");
  const auto numbers = check("UNIQUE", {{"x", "number", ""}}, "", {{{"<= 1"}, {"1"}}, {{">= 2"}, {"2"}}});
  ASSERT_EQ(of_kind(numbers, FindingKind::Gap).size(), 1u);
  EXPECT_EQ(of_kind(numbers, FindingKind::Gap)[0]->example[0].value, "1.5");
}

TEST(TableCheck, TakesAllowedValuesOfTypesAsTheDomain) {
  const std::string type =
      "<itemDefinition "
      "name=\"tLevel\"><typeRef>number</typeRef><allowedValues><text>[1..3]</text></allowedValues></itemDefinition>";
  const auto report = check("UNIQUE", {{"x", "tLevel", ""}}, "",
                            {{{"[1..2]"}, {"1"}}, {{"(2..3]"}, {"2"}}, {{"> 5"}, {"3"}}}, {}, type);
  EXPECT_TRUE(of_kind(report, FindingKind::Gap).empty());
  const auto never = of_kind(report, FindingKind::NeverMatches);
  ASSERT_EQ(never.size(), 1u);
  EXPECT_EQ(never[0]->rules, (std::vector<std::uint32_t>{3}));
}

TEST(TableCheck, DefaultOutputClosesGaps) {
  const auto report =
      check("UNIQUE", {{"x", "number", ""}}, "<output><defaultOutputEntry><text>0</text></defaultOutputEntry></output>",
            {{{"> 1"}, {"1"}}});
  EXPECT_TRUE(of_kind(report, FindingKind::Gap).empty());
}

TEST(TableCheck, FindsRulesThatAreForestalledUnderFirst) {
  const auto report =
      check("FIRST", {{"x", "number", ""}, {"y", "boolean", ""}}, "",
            {{{"< 5", "true"}, {"1"}}, {{"< 5", "false"}, {"2"}}, {{"[0..4]", "-"}, {"3"}}, {{"-", "-"}, {"4"}}});
  const auto never = of_kind(report, FindingKind::NeverMatches);
  ASSERT_EQ(never.size(), 1u);
  EXPECT_EQ(never[0]->rules, (std::vector<std::uint32_t>{3}));
  EXPECT_TRUE(of_kind(report, FindingKind::Overlap).empty());
}

TEST(TableCheck, UnderAnyOnlyDifferentOutputsAreReported) {
  const auto report =
      check("ANY", {{"x", "number", ""}}, "", {{{"> 1"}, {"\"a\""}}, {{"> 2"}, {"\"a\""}}, {{"> 3"}, {"\"b\""}}});
  ASSERT_EQ(of_kind(report, FindingKind::Overlap).size(), 2u);
  EXPECT_EQ(of_kind(report, FindingKind::Overlap)[0]->rules, (std::vector<std::uint32_t>{1, 3}));
}

TEST(TableCheck, FindsMisfitsIdleColumnsAndEmptyRanges) {
  const auto report =
      check("FIRST", {{"x", "number", ""}, {"y", "string", ""}}, "<output typeRef=\"number\"/>",
            {{{"\"text\"", "-"}, {"1"}}, {{"(3..3]", "-"}, {"\"one\""}}, {{"< <", "-"}, {"2"}}, {{"-", "-"}, {"3"}}});
  const auto misfits = of_kind(report, FindingKind::DoesNotFit);
  ASSERT_EQ(misfits.size(), 3u);
  EXPECT_EQ(misfits[0]->rules, (std::vector<std::uint32_t>{1}));
  EXPECT_EQ(misfits[1]->rules, (std::vector<std::uint32_t>{3}));
  EXPECT_EQ(misfits[2]->rules, (std::vector<std::uint32_t>{2}));
  const auto idle = of_kind(report, FindingKind::NeverDecides);
  ASSERT_EQ(idle.size(), 1u);
  EXPECT_EQ(idle[0]->input, 2u);
  std::set<std::uint32_t> never;
  for (const auto* finding : of_kind(report, FindingKind::NeverMatches)) never.insert(finding->rules[0]);
  EXPECT_TRUE(never.contains(2));
}

TEST(TableCheck, SaysWhenCellsAreNotConstant) {
  const auto report =
      check("UNIQUE", {{"x", "number", ""}}, "", {{{"? > 3"}, {"1"}}, {{"? > 4"}, {"2"}}, {{"? > 3"}, {"3"}}});
  EXPECT_FALSE(report.exact);
  EXPECT_TRUE(of_kind(report, FindingKind::Gap).empty());
  ASSERT_EQ(report.overlaps, 1u);  // the same text twice
}

// Small random tables against trying a point of every piece.
TEST(TableCheck, AgreesWithTryingEveryInput) {
  for (unsigned seed = 1; seed <= 150; ++seed) {
    std::mt19937 engine(seed);
    const auto below = [&](int n) { return std::uniform_int_distribution<int>(0, n - 1)(engine); };
    std::vector<Row> rows;
    const auto number_cell = [&] {
      const int a = below(6), b = a + below(4);
      switch (below(6)) {
        case 0: return std::string("-");
        case 1: return "< " + std::to_string(a);
        case 2: return ">= " + std::to_string(a);
        case 3: return "not(" + std::to_string(a) + ")";
        case 4: return std::to_string(a) + ", " + std::to_string(b);
        default: return "[" + std::to_string(a) + ".." + std::to_string(b) + ")";
      }
    };
    const std::vector<std::string> texts{"\"a\"", "\"b\"", "\"c\""};
    const auto text_cell = [&] {
      switch (below(4)) {
        case 0: return std::string("-");
        case 1: return "not(" + texts[static_cast<std::size_t>(below(3))] + ")";
        default: return texts[static_cast<std::size_t>(below(3))];
      }
    };
    const int count = 1 + below(8);
    for (int r = 0; r < count; ++r)
      rows.push_back({{number_cell(), text_cell(), below(2) ? "-" : below(2) ? "true" : "false"}, {"1"}});
    const std::vector<Column> columns{{"x", "number", ""}, {"s", "string", "\"a\",\"b\",\"c\""}, {"t", "boolean", ""}};
    const std::string requirements = requires_input("x") + requires_input("s") + requires_input("t");
    const std::string inputs = input("x", "number") + input("s", "string") + input("t", "boolean");
    const auto models = compiled({document(inputs + decision("d", requirements, table("UNIQUE", columns, "", rows)) +
                                           decision("all", requirements, table("RULE ORDER", columns, "", rows)))});
    const auto reports = check_tables(*models);
    ASSERT_EQ(reports.size(), 2u);
    EvaluatorOptions options;
    options.collect_matches = true;
    Evaluator evaluator(models, options);
    std::set<std::pair<std::uint32_t, std::uint32_t>> overlapping;
    std::set<std::uint32_t> matching;
    bool gap = false;
    std::set<std::string> uncovered;
    for (int twice = -1; twice <= 24; ++twice) {
      for (const auto& text : texts) {
        for (const char* boolean : {"true", "false"}) {
          const std::string x = std::to_string(twice) + " / 2";
          const auto outcome = evaluate(evaluator, "all", {{"x", x}, {"s", text}, {"t", boolean}});
          if (outcome.matched.empty()) {
            gap = true;
            continue;
          }
          const auto& matched = outcome.matched[0].rules;
          for (std::size_t i = 0; i < matched.size(); ++i) {
            matching.insert(matched[i]);
            for (std::size_t j = i + 1; j < matched.size(); ++j) overlapping.emplace(matched[i], matched[j]);
          }
        }
      }
    }
    std::set<std::pair<std::uint32_t, std::uint32_t>> reported;
    std::set<std::uint32_t> never;
    bool gap_reported = false;
    for (const auto& finding : reports[0].findings) {
      if (finding.kind == FindingKind::Overlap) reported.emplace(finding.rules[0], finding.rules[1]);
      if (finding.kind == FindingKind::NeverMatches) never.insert(finding.rules[0]);
      if (finding.kind != FindingKind::Gap && finding.kind != FindingKind::Overlap) continue;
      // The example is what it claims to be.
      std::vector<std::pair<std::string, std::string>> example;
      for (const auto& each : finding.example)
        example.emplace_back(each.input, each.value != "-"   ? each.value
                                         : each.input == "x" ? "0"
                                         : each.input == "s" ? "\"a\""
                                                             : "true");
      const auto outcome = evaluate(evaluator, "all", example);
      if (finding.kind == FindingKind::Gap) {
        gap_reported = true;
        EXPECT_TRUE(outcome.matched.empty()) << "seed " << seed << ": " << finding.en;
      } else {
        ASSERT_FALSE(outcome.matched.empty()) << "seed " << seed << ": " << finding.en;
        const auto& matched = outcome.matched[0].rules;
        for (const auto rule : finding.rules)
          EXPECT_TRUE(std::find(matched.begin(), matched.end(), rule) != matched.end())
              << "seed " << seed << ": " << finding.en;
      }
    }
    EXPECT_EQ(reported, overlapping) << "seed " << seed;
    EXPECT_EQ(gap_reported, gap) << "seed " << seed;
    for (std::uint32_t rule = 1; rule <= rows.size(); ++rule)
      EXPECT_EQ(never.contains(rule), !matching.contains(rule)) << "seed " << seed << " rule " << rule;
    EXPECT_TRUE(reports[0].gaps_complete);
  }
}

TEST(TableCheck, AnswersForTwoThousandRowsAndTenInputsWithinSeconds) {
  std::mt19937 engine(7);
  const auto below = [&](int n) { return std::uniform_int_distribution<int>(0, n - 1)(engine); };
  std::vector<Column> columns;
  for (int c = 0; c < 10; ++c) columns.push_back({"x" + std::to_string(c), c % 3 == 0 ? "string" : "number", ""});
  std::vector<Row> rows;
  for (int r = 0; r < 2000; ++r) {
    Row row;
    for (int c = 0; c < 10; ++c) {
      const int low = below(1000);
      row.cells.push_back(below(4) == 0 ? "-"
                          : c % 3 == 0  ? "\"k" + std::to_string(below(50)) + "\""
                                        : "[" + std::to_string(low) + ".." + std::to_string(low + below(200)) + "]");
    }
    row.outputs = {std::to_string(r)};
    rows.push_back(row);
  }
  for (const char* policy : {"UNIQUE", "FIRST"}) {
    const auto start = std::chrono::steady_clock::now();
    const auto report = check(policy, columns, "", rows);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    EXPECT_LT(seconds, 20.0) << policy;
    EXPECT_FALSE(of_kind(report, FindingKind::Gap).empty());
    RecordProperty(std::string("seconds_") + policy, std::to_string(seconds));
  }
}

}  // namespace
