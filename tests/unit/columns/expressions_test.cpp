// Expressions over random rows: written ones that meet every step, and random ones.
#include <iostream>
#include <random>

#include "agreement.hpp"

namespace yuanqu::columns::testing {
namespace {

using feel::Type;
using feel::Value;

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '<' ? "&lt;" : c == '&' ? "&amp;" : c == '"' ? "&quot;" : std::string(1, c);
  return out;
}

// Inputs: numbers a, b, n; texts s, t; dates d, e; truths p, q; durations; a list of numbers; a list of records; a
// record.
const char* kDefinitions = R"(
<itemDefinition name="tItem"><itemComponent name="year"><typeRef>number</typeRef></itemComponent><itemComponent name="amount"><typeRef>number</typeRef></itemComponent>
 <itemComponent name="kind"><typeRef>string</typeRef></itemComponent><itemComponent name="ended on"><typeRef>date</typeRef></itemComponent></itemDefinition>
<itemDefinition name="tItems" isCollection="true"><typeRef>tItem</typeRef></itemDefinition>
<itemDefinition name="tNumbers" isCollection="true"><typeRef>number</typeRef></itemDefinition>
<itemDefinition name="tFirm"><itemComponent name="name"><typeRef>string</typeRef></itemComponent><itemComponent name="staff count"><typeRef>number</typeRef></itemComponent>
 <itemComponent name="items"><typeRef>tItems</typeRef></itemComponent></itemDefinition>)";
struct Input {
  const char *name, *type;
};
const Input kInputs[] = {{"a", "number"},
                         {"b", "number"},
                         {"n", "number"},
                         {"s", "string"},
                         {"t", "string"},
                         {"d", "date"},
                         {"e", "date"},
                         {"p", "boolean"},
                         {"q", "boolean"},
                         {"m", "years and months duration"},
                         {"h", "days and time duration"},
                         {"list", "tNumbers"},
                         {"items", "tItems"},
                         {"Firm", "tFirm"},
                         {"Today", "date"}};

std::shared_ptr<const dmn::ModelSet> model_of(const std::string& body) {
  std::string xml = R"(<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="m" namespace="urn:m">)" +
                    std::string(kDefinitions);
  std::string requirements;
  for (const Input& input : kInputs) {
    xml += std::string("<inputData id=\"i_") + input.name + "\" name=\"" + input.name + "\"><variable name=\"" +
           input.name + "\" typeRef=\"" + input.type + "\"/></inputData>";
    requirements +=
        std::string("<informationRequirement><requiredInput href=\"#i_") + input.name + "\"/></informationRequirement>";
  }
  xml += "<decision id=\"D\" name=\"D\"><variable name=\"D\"/>" + requirements + body + "</decision></definitions>";
  auto model = dmn::read_model(xml, "m.dmn");
  if (!model) return nullptr;
  auto set = dmn::ModelSet::compile({*model});
  return set ? *set : nullptr;
}
std::string literal(const std::string& text) {
  return "<literalExpression><text>" + escaped(text) + "</text></literalExpression>";
}

class Rows {
 public:
  explicit Rows(unsigned seed) : random_(seed) {}
  int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  Value number() {
    switch (below(9)) {
      case 0: return {};
      case 1: return Value(below(7) - 3);
      case 2: return Value(base::Decimal::from_scaled(below(100000) - 50000, 2));
      case 3: return Value(base::Decimal::from_scaled(below(1000), 3));
      case 4: return below(6) == 0 ? Value(INT64_MAX / 3) : Value(below(100));
      default: return Value(below(40));
    }
  }
  Value text() {
    static const char* texts[] = {"a", "b", "A01", "C13", "65", "651", "", "Zz", "ab c"};
    return below(8) == 0 ? Value() : Value(texts[below(9)]);
  }
  Value date() { return below(8) == 0 ? Value() : Value(base::Date::from_days(some_day().days() + below(900) - 450)); }
  Value truth() { return below(6) == 0 ? Value() : Value(below(2) == 0); }
  Value record() {
    return Value::context({{feel::String("year"), below(9) == 0 ? Value() : Value(2020 + below(6))},
                           {feel::String("amount"), number()},
                           {feel::String("kind"), text()},
                           {feel::String("ended on"), date()}});
  }
  Value records() {
    std::vector<Value> items;
    for (int i = below(5); i > 0; --i) items.push_back(record());
    return Value::list(std::move(items));
  }
  Value numbers() {
    std::vector<Value> items;
    for (int i = below(4); i > 0; --i) items.push_back(below(6) == 0 ? Value() : Value(below(12)));
    return Value::list(std::move(items));
  }
  std::vector<Value> row(const dmn::ModelSet& models, const std::vector<dmn::ElementIndex>& inputs) {
    std::vector<Value> values;
    for (const auto index : inputs) {
      const std::string& name = models.elements()[index].name;
      if (name == "a" || name == "b" || name == "n")
        values.push_back(number());
      else if (name == "s" || name == "t")
        values.push_back(text());
      else if (name == "d" || name == "e")
        values.push_back(date());
      else if (name == "p" || name == "q")
        values.push_back(truth());
      else if (name == "m")
        values.push_back(below(6) == 0 ? Value() : Value(feel::YearsMonthsDuration{below(40) - 20}));
      else if (name == "h")
        values.push_back(below(6) == 0 ? Value() : Value(feel::DaysTimeDuration{(below(400) - 200) * 43'200LL, 0}));
      else if (name == "list")
        values.push_back(numbers());
      else if (name == "items")
        values.push_back(records());
      else if (name == "Firm")
        values.push_back(Value::context({{feel::String("name"), text()},
                                         {feel::String("staff count"), number()},
                                         {feel::String("items"), records()}}));
      else
        values.push_back(Value(some_day()));
    }
    return values;
  }

 private:
  std::mt19937 random_;
};

void agree(const std::string& body, const std::string& what, std::size_t rows, unsigned seed, Tally& tally) {
  const auto models = model_of(body);
  ASSERT_NE(models, nullptr) << what;
  const auto decision = models->find(dmn::ElementKind::Decision, "D");
  Rows random(seed);
  std::vector<std::vector<Value>> made;
  const auto inputs = models->inputs_of(*decision);
  for (std::size_t i = 0; i < rows; ++i) made.push_back(random.row(*models, inputs));
  Agreement(models, *decision, std::move(made), what).run(tally, seed % 2 == 1);
}

TEST(Expressions, WrittenOnesAgree) {
  const char* texts[] = {
      "a + b",
      "a - b",
      "a * b",
      "a / b",
      "a / 4",
      "a / 3",
      "a ** 2",
      "-a",
      "a * b + n * 100 - 0.5",
      "abs(a)",
      "a = b",
      "a != b",
      "a = null",
      "a >= b",
      "a < 300.125",
      "p and q",
      "p or q",
      "not(p)",
      "p = q",
      "if p then a else b",
      "if a > b then s else t",
      "if p then null else d",
      "if p then 1 else \"x\"",
      "s = t",
      "s = \"A01\"",
      "s in (\"a\", \"b\")",
      "s < t",
      "s + t",
      "substring(s, 1, 1)",
      "string length(s)",
      "upper case(s) = \"A01\"",
      "number(s)",
      "matches(s, \"[0-9]+\")",
      "contains(s, \"0\") or starts with(t, \"a\")",
      "a in [1..20]",
      "a in (< 3, > 30)",
      "a between b and n",
      "d < e",
      "d = e",
      "d + @\"P1M\"",
      "d + m",
      "d - m",
      "d - @\"P30D\"",
      "d + h",
      "d - e",
      "(d - e) / @\"P1D\"",
      "d - e > @\"P90D\"",
      "@\"P1D\" * n",
      "d + @\"P1D\" * n",
      "d.year",
      "d.month * 100 + d.day",
      "d.weekday",
      "d <= Today",
      "Today + @\"P1Y\" > d",
      "d + @\"P1Y\" <= Today",
      "Today - d < @\"P100D\"",
      "d > Today and d <= Today + @\"P60D\"",
      "Today.year - d.year",
      "m > @\"P6M\"",
      "h < @\"P10D\"",
      "m + m",
      "-h",
      "round half up(a * b / 100, 2)",
      "decimal(a, 1)",
      "floor(a)",
      "ceiling(a / 7)",
      "round up(a, 1)",
      "round down(a, 0)",
      "round half down(a, 1)",
      "modulo(a, 7)",
      "sqrt(a)",
      "min(a, b)",
      "max(a, b, n)",
      "sum(a, b)",
      "count(list)",
      "sum(list)",
      "min(list)",
      "max(list)",
      "mean(list)",
      "list[1]",
      "list[-1]",
      "list[item > 3]",
      "count(list[item > a])",
      "some x in list satisfies x > 5",
      "every x in list satisfies x > a",
      "for x in list return x * 2",
      "sum(for x in list return x + n)",
      "list contains(list, n)",
      "list contains([\"a\", \"b\", null], s)",
      "list contains([1, 2, 3], a)",
      "items[1].amount",
      "items[year = 2023].amount",
      "sum(items[year = 2023].amount)",
      "count(items[kind = s])",
      "max(items.year)",
      "items[year = max(items.year)][1].amount",
      "max(items[amount != null].year)",
      "items[(amount != null or kind = \"a\") and year = max(items[amount != null].year)][1].kind",
      "some i in items satisfies i.ended on <= Today and i.kind = t",
      "count(items[ended on > Today]) > 0",
      "every i in items satisfies i.amount > a",
      "if p then items[year > 2022] else []",
      "count(if p then items[year > 2022] else items[amount > 3])",
      "Firm.name",
      "Firm.staff count * 2",
      "count(Firm.items[year > 2021])",
      "sum(Firm.items[kind != null].amount) > a",
      "Firm.items[year = max(Firm.items.year)][1].kind",
      "{x: a + 1, y: x * 2, z: if p then s else null}",
      "{x: a}.x",
      "[a, b, n][item != null]",
      "max([a, b][item != null])",
      "if a = null and b = null then null else max([a, b][item != null])",
      "a instance of number",
      "string(a)",
      "date(2026, 1, n)",
      "if d = null then null else if d < Today then \"past\" else if d < Today + @\"P30D\" then \"soon\" else "
      "\"later\"",
      "date(d.year, 1, 1) <= d",
      "a in list",
      "if a > 10 and s in (\"a\", \"A01\") then round half up(b * 0.15, 2) else 0",
      "mean(for i in items return (i.amount + a) / 2)",
      "a * 1000000000 * 1000000000 * 1000000000",
      "(p and a > 3) = q",
      "not(p) and a <= 300 and b <= 300",
      "count(items) + count(list)",
      "items.kind",
      "list",
      "Firm.items.amount",
  };
  Tally tally;
  unsigned seed = 1;
  for (const char* text : texts) agree(literal(text), text, 150, ++seed, tally);
  std::cout << tally.compiled << " of " << tally.decisions << " compiled, " << tally.rows << " rows agree, "
            << tally.escaped << " evaluated by themselves, " << tally.slow_parts << " parts value by value\n";
  for (const auto& reason : tally.reasons) std::cout << reason << "\n";
  EXPECT_GT(tally.compiled, 110U);
}

TEST(Dates, MonthsAreAddedAsTheReferenceAdds) {
  for (const char* text : {"d + @\"P1M\"", "d - @\"P1M\"", "d + @\"P1Y\"", "d - @\"P13M\"", "d + @\"P300Y\""}) {
    const auto models = model_of(literal(text));
    const auto decision = models->find(dmn::ElementKind::Decision, "D");
    const auto inputs = models->inputs_of(*decision);
    std::vector<std::vector<Value>> rows;
    for (std::int64_t day = base::Date::parse("1895-01-01")->days(); day < base::Date::parse("2203-01-01")->days();
         day += 23 + day % 9) {
      std::vector<Value> row = Rows(1).row(*models, inputs);
      for (std::size_t i = 0; i < inputs.size(); ++i) {
        if (models->elements()[inputs[i]].name == "d") row[i] = Value(base::Date::from_days(day));
      }
      rows.push_back(std::move(row));
    }
    Tally tally;
    Agreement(models, *decision, std::move(rows), text).run(tally);
    EXPECT_GT(tally.rows, 3000U) << text;
  }
}

// Random trees of the forms vectors are made for, typed so that most have values.
class RandomText {
 public:
  explicit RandomText(unsigned seed) : random_(seed) {}
  int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  template <std::size_t N>
  std::string one(const char* const (&list)[N]) {
    return list[below(N)];
  }
  std::string number(int depth) {
    if (depth == 0) return one({"a", "b", "n", "3", "12.5", "Firm.staff count", "null", "-1"});
    switch (below(11)) {
      case 0: return "(" + number(depth - 1) + one({" + ", " - ", " * ", " / "}) + number(depth - 1) + ")";
      case 1: return "(if " + truth(depth - 1) + " then " + number(depth - 1) + " else " + number(depth - 1) + ")";
      case 2: return one({"min", "max"}) + "(" + number(depth - 1) + ", " + number(depth - 1) + ")";
      case 3: return "round half up(" + number(depth - 1) + ", " + std::to_string(below(3)) + ")";
      case 4: return one({"count", "sum", "max", "min"}) + "(items[" + item_truth(depth - 1) + "].amount)";
      case 5: return "count(Firm.items[" + item_truth(depth - 1) + "])";
      case 6: return "items[" + item_truth(depth - 1) + "][1].amount";
      case 7: return "sum(for i in items return i.amount" + one({" + ", " * "}) + number(0) + ")";
      case 8: return date(depth - 1) + ".year";
      case 9: return "abs(" + number(depth - 1) + ")";
      default: return number(0);
    }
  }
  std::string date(int depth) {
    if (depth == 0) return one({"d", "e", "Today", "@\"2026-02-28\""});
    switch (below(4)) {
      case 0: return "(" + date(depth - 1) + one({" + ", " - "}) + one({"@\"P1M\"", "@\"P45D\"", "m", "h"}) + ")";
      case 1: return "(if " + truth(depth - 1) + " then " + date(depth - 1) + " else " + date(depth - 1) + ")";
      case 2: return "max(items.ended on)";
      default: return date(0);
    }
  }
  std::string text(int depth) {
    if (depth == 0) return one({"s", "t", "\"a\"", "Firm.name", "null"});
    return below(2) == 0 ? "(if " + truth(depth - 1) + " then " + text(depth - 1) + " else " + text(depth - 1) + ")"
                         : text(0);
  }
  std::string item_truth(int depth) {
    switch (below(5)) {
      case 0: return "amount > " + number(depth > 0 ? depth - 1 : 0);
      case 1: return "kind = " + text(0);
      case 2: return "year = max(items.year)";
      case 3: return "ended on <= " + date(0);
      default: return "amount != null and " + truth(0);
    }
  }
  std::string truth(int depth) {
    if (depth == 0) return one({"p", "q", "a > b", "s = t", "d <= Today", "n = null"});
    switch (below(8)) {
      case 0: return "(" + truth(depth - 1) + one({" and ", " or "}) + truth(depth - 1) + ")";
      case 1: return "not(" + truth(depth - 1) + ")";
      case 2: return "(" + number(depth - 1) + one({" < ", " >= ", " = ", " != "}) + number(depth - 1) + ")";
      case 3: return "(" + date(depth - 1) + one({" < ", " >= ", " = ", " > "}) + date(depth - 1) + ")";
      case 4: return "(" + text(depth - 1) + " in (\"a\", \"A01\", null))";
      case 5: return "(" + one({"some", "every"}) + " i in items satisfies i.amount > " + number(depth - 1) + ")";
      case 6: return "(" + number(depth - 1) + " in [1.." + std::to_string(2 + below(40)) + "))";
      default: return truth(0);
    }
  }
  std::string any() {
    const int depth = 1 + below(4);
    switch (below(4)) {
      case 0: return number(depth);
      case 1: return truth(depth);
      case 2: return date(depth);
      default: return text(depth);
    }
  }
  std::string cell_number() {
    switch (below(5)) {
      case 0: return "-";
      case 1: return one({"< ", ">= ", "> ", "<= "}) + std::to_string(below(60) - 10);
      case 2:
        return "[" + std::to_string(below(20)) + ".." + std::to_string(20 + below(30)) + (below(2) == 0 ? ")" : "]");
      case 3: return std::to_string(below(30)) + ", " + std::to_string(below(30));
      default: return below(3) == 0 ? "null" : "not(" + std::to_string(below(9)) + ")";
    }
  }
  std::string table() {
    static const char* policies[] = {"UNIQUE",
                                     "FIRST",
                                     "ANY",
                                     "RULE ORDER",
                                     "COLLECT",
                                     "COLLECT\" aggregation=\"SUM",
                                     "COLLECT\" aggregation=\"MAX",
                                     "COLLECT\" aggregation=\"COUNT",
                                     "PRIORITY",
                                     "OUTPUT ORDER"};
    const std::string policy = policies[below(10)];
    std::string xml = "<decisionTable hitPolicy=\"" + policy + "\">";
    const std::string inputs[] = {number(1), text(1), truth(1), date(1)};
    for (const std::string& input : inputs)
      xml += "<input><inputExpression><text>" + escaped(input) + "</text></inputExpression></input>";
    xml += "<output typeRef=\"number\">" +
           std::string(policy == "PRIORITY" || policy == "OUTPUT ORDER"
                           ? "<outputValues><text>4,2,7,0,1,3,5,6</text></outputValues>"
                           : "") +
           (policy == "UNIQUE" && below(2) == 0 ? "<defaultOutputEntry><text>99</text></defaultOutputEntry>" : "") +
           "</output>";
    const int rules = 1 + below(below(4) == 0 ? 90 : 9);
    for (int rule = 0; rule < rules; ++rule) {
      const std::string cells[] = {
          cell_number(), one({"-", "\"a\"", "\"A01\", \"65\"", "not(\"a\")", "s", "\"\""}),
          one({"-", "-", "true", "false", "null"}),
          one({"-", "-", "< @\"2026-03-02\"", "[@\"2025-12-01\"..@\"2026-05-01\"]", "<= Today", "> d"})};
      xml += "<rule>";
      for (const std::string& cell : cells) xml += "<inputEntry><text>" + escaped(cell) + "</text></inputEntry>";
      const bool fixed = policy == "ANY" || policy == "PRIORITY" || policy == "OUTPUT ORDER" || below(4) != 0;
      xml += "<outputEntry><text>" +
             escaped(fixed ? std::to_string(policy == "ANY" ? below(2) : below(8)) : number(1)) +
             "</text></outputEntry></rule>";
    }
    return xml + "</decisionTable>";
  }

 private:
  std::mt19937 random_;
};

TEST(Expressions, RandomOnesAgree) {
  Tally tally;
  for (unsigned seed = 1; seed <= 400; ++seed) {
    const std::string text = RandomText(seed).any();
    agree(literal(text), text, 40, seed, tally);
  }
  std::cout << tally.compiled << " of " << tally.decisions << " compiled, " << tally.rows << " rows agree, "
            << tally.escaped << " evaluated by themselves\n";
  EXPECT_GT(tally.compiled, 380U);
  EXPECT_GT(tally.rows, 10000U);
}

TEST(Tables, RandomOnesAgree) {
  Tally tally;
  for (unsigned seed = 1; seed <= 300; ++seed) {
    const std::string body = RandomText(seed).table();
    agree(body, "table " + std::to_string(seed), 60, seed, tally);
  }
  std::cout << tally.compiled << " of " << tally.decisions << " compiled, " << tally.rows << " rows agree, "
            << tally.escaped << " evaluated by themselves\n";
  for (std::size_t i = 0; i < tally.reasons.size() && i < 5; ++i) std::cout << tally.reasons[i] << "\n";
  EXPECT_GT(tally.compiled, 250U);
}

TEST(Until, RandomExpressionsAskedEveryDay) {
  Tally tally;
  for (unsigned seed = 1000; seed < 1040; ++seed) {
    RandomText random(seed);
    const std::string text = random.truth(2);
    const auto models = model_of(literal(text));
    ASSERT_NE(models, nullptr);
    const auto decision = models->find(dmn::ElementKind::Decision, "D");
    Rows rows(seed);
    std::vector<std::vector<Value>> made;
    for (int i = 0; i < 6; ++i) made.push_back(rows.row(*models, models->inputs_of(*decision)));
    Agreement(models, *decision, std::move(made), text).run_until(400, tally);
  }
  EXPECT_GT(tally.rows, 150U);
}

}  // namespace
}  // namespace yuanqu::columns::testing
