// Boxed iterations, filters and relations over child lists by columns: compiled, without a value-by-value part, and the
// reference's outcomes.
#include <random>

#include "agreement.hpp"

namespace yuanqu::columns::testing {
namespace {

using feel::Value;

constexpr const char* head =
    R"(<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="boxed" name="boxed" namespace="urn:test:boxed">
<itemDefinition name="tItem"><itemComponent name="year"><typeRef>number</typeRef></itemComponent>
<itemComponent name="sum"><typeRef>number</typeRef></itemComponent>
<itemComponent name="open"><typeRef>boolean</typeRef></itemComponent></itemDefinition>
<itemDefinition name="tItems" isCollection="true"><typeRef>tItem</typeRef></itemDefinition>
<inputData id="i" name="Items"><variable name="Items" typeRef="tItems"/></inputData>
<inputData id="l" name="Least"><variable name="Least" typeRef="number"/></inputData>)";

std::string decision(const std::string& name, const std::string& body) {
  return "<decision id=\"" + name + "\" name=\"" + name + "\"><variable name=\"" + name +
         "\"/><informationRequirement><requiredInput href=\"#i\"/></informationRequirement>"
         "<informationRequirement><requiredInput href=\"#l\"/></informationRequirement>" +
         body + "</decision>";
}
std::string literal(const std::string& text) {
  return "<literalExpression><text>" + text + "</text></literalExpression>";
}

TEST(Boxed, IterationsFiltersAndRelationsAgree) {
  const std::string items = "<in>" + literal("Items") + "</in>";
  std::string many = "0";  // more items than a byte can count
  for (int i = 1; i < 300; ++i) many += ", " + std::to_string(i);
  const std::vector<std::pair<std::string, std::string>> bodies = {
      {"sums", "<for iteratorVariable=\"one\">" + items + "<return>" + literal("one.sum * 2") + "</return></for>"},
      {"some", "<some iteratorVariable=\"one\">" + items + "<satisfies>" + literal("one.sum &gt; Least") +
                   "</satisfies></some>"},
      {"every", "<every iteratorVariable=\"one\">" + items + "<satisfies>" + literal("one.sum &gt;= Least") +
                    "</satisfies></every>"},
      {"nested", "<every iteratorVariable=\"one\">" + items + "<satisfies><conditional><if>" + literal("one.open") +
                     "</if><then>" + literal("one.sum &gt; Least") + "</then><else>" + literal("one.year &gt; 2020") +
                     "</else></conditional></satisfies></every>"},
      {"filtered", "<filter>" + items + "<match>" + literal("item.sum &gt; Least") + "</match></filter>"},
      {"truth", "<filter>" + items + "<match>" + literal("item.open") + "</match></filter>"},
      {"boxed_match", "<filter>" + items + "<match><conditional><if>" + literal("item.open") + "</if><then>" +
                          literal("item.sum &gt; Least") + "</then><else>" + literal("false") +
                          "</else></conditional></match></filter>"},
      {"first", "<filter>" + items + "<match>" + literal("1") + "</match></filter>"},
      {"many", literal("sum([" + many + "][item &gt; Least * 15])")},
      {"relation", "<relation><column name=\"least\"/><column name=\"count\"/><row>" + literal("Least") +
                       literal("count(Items)") + "</row><row>" + literal("1") + literal("2") + "</row></relation>"},
  };
  std::string xml = head;
  for (const auto& [name, body] : bodies) xml += decision(name, body);
  auto model = dmn::read_model(xml + "</definitions>", "boxed.dmn");
  ASSERT_TRUE(model) << base::to_text(model.error(), false);
  auto set = dmn::ModelSet::compile({*model});
  ASSERT_TRUE(set);
  for (const dmn::Problem& problem : (*set)->problems()) ADD_FAILURE() << problem.decision << ": " << problem.en;
  std::mt19937 random(5);
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  for (const auto& [name, body] : bodies) {
    const auto found = (*set)->find(dmn::ElementKind::Decision, name);
    ASSERT_TRUE(found);
    std::vector<std::vector<Value>> rows;
    for (int row = 0; row < 300; ++row) {
      std::vector<Value> list;
      for (int item = below(6); item > 0; --item) {
        list.push_back(Value::context({{feel::String("year"), Value(2018 + below(6))},
                                       {feel::String("sum"), below(9) == 0 ? Value() : Value(below(20))},
                                       {feel::String("open"), below(9) == 0 ? Value() : Value(below(2) == 0)}}));
      }
      std::vector<Value> values;
      for (const auto input : (*set)->inputs_of(*found)) {
        values.push_back((*set)->elements()[input].name == "Items" ? Value::list(list)
                         : below(12) == 0                          ? Value()
                                                                   : Value(below(20)));
      }
      rows.push_back(std::move(values));
    }
    Tally tally;
    EXPECT_TRUE(Agreement(*set, *found, std::move(rows), name).run(tally))
        << (tally.reasons.empty() ? "" : tally.reasons[0]);
    EXPECT_EQ(tally.slow_parts, 0U) << name;
    EXPECT_EQ(tally.rows, 300U) << name;
  }
}

}  // namespace
}  // namespace yuanqu::columns::testing
