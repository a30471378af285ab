#include <gtest/gtest.h>

#include "models.hpp"

namespace {

using namespace yuanqu;
using namespace yuanqu::dmn;
using namespace yuanqu::dmn::testing;

TEST(ModelReader, RefusesDocumentTypesAndEntities) {
  const std::string body = document(input("x", "number"));
  for (const std::string& prologue :
       {std::string("<!DOCTYPE definitions [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>"), std::string("<!DOCTYPE d>"),
        std::string("<?xml version=\"1.0\"?>\n<!-- c --><!DOCTYPE d [<!ENTITY a \"b\">]>")}) {
    const auto model = read_model(prologue + body, "x.dmn");
    ASSERT_FALSE(model);
    EXPECT_EQ(model.error().code, base::ErrorCode::Invalid);
    EXPECT_NE(model.error().en.find("DOCTYPE"), std::string::npos);
  }
  EXPECT_TRUE(read_model("<!-- <!DOCTYPE is fine here --> " + body, "x.dmn"));
}

TEST(ModelReader, BoundsBytesAndDepth) {
  LoadLimits limits;
  limits.xml_bytes = 100;
  auto model = read_model(document(input("x")), "x.dmn", limits);
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code, base::ErrorCode::LimitExceeded);
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  for (int i = 0; i < 100'000; ++i) deep += "</a>";
  model = read_model(deep, "x.dmn");
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code, base::ErrorCode::LimitExceeded);
  // Without end tags too: the text is refused before anything is built from it.
  model = read_model(deep.substr(0, 300'000), "x.dmn");
  ASSERT_FALSE(model);
}

TEST(ModelReader, RefusesWhatIsNoModel) {
  for (const char* text : {"", " ", "no xml", "<definitions/>", "<a><b></a>", "<definitions xmlns=\"urn:other\"/>",
                           "<decision xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\"/>"}) {
    const auto model = read_model(text, "x.dmn");
    ASSERT_FALSE(model) << text;
    EXPECT_EQ(model.error().code, base::ErrorCode::Invalid);
    EXPECT_FALSE(model.error().zh.empty());
  }
}

TEST(ModelReader, TellsElementsByNamespaceNotByPrefix) {
  const std::string text =
      "<a:definitions xmlns:a=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" xmlns=\"urn:noise\" "
      "xmlns:b=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" "
      "name=\"n\" namespace=\"urn:x\"><decision name=\"not this\"/><a:decision name=\"this\"><a:variable name=\"this\" "
      "typeRef=\"number\"/>"
      "<a:extensionElements><b:decision name=\"nor "
      "this\"/></a:extensionElements><b:literalExpression><b:text>1</b:text></b:literalExpression>"
      "</a:decision></a:definitions>";
  const auto model = read_model(text, "x.dmn");
  ASSERT_TRUE(model) << model.error().en;
  ASSERT_EQ((*model)->decisions.size(), 1u);
  EXPECT_EQ((*model)->version, "1.3");
  EXPECT_EQ((*model)->decisions[0].name, "this");
  ASSERT_NE((*model)->decisions[0].expression, nullptr);
  EXPECT_EQ((*model)->decisions[0].variable.type.name, "number");
}

TEST(ModelReader, KnowsEveryVersionAndResolvesQualifiedTypeNames) {
  const auto model = read_model(
      "<definitions xmlns=\"http://www.omg.org/spec/DMN/20151101/dmn.xsd\" "
      "xmlns:f=\"http://www.omg.org/spec/FEEL/20140401\" xmlns:own=\"urn:x\" "
      "xmlns:other=\"urn:other\" name=\"n\" namespace=\"urn:x\"><import namespace=\"urn:other\" "
      "importType=\"http://www.omg.org/spec/DMN/20151101/dmn.xsd\"/><inputData name=\"a\"><variable name=\"a\" "
      "typeRef=\"f:number\"/></inputData>"
      "<inputData name=\"b\"><variable name=\"b\" typeRef=\"own:tB\"/></inputData><inputData name=\"c\"><variable "
      "name=\"c\" typeRef=\"other:tC\"/>"
      "</inputData></definitions>",
      "x.dmn");
  ASSERT_TRUE(model) << model.error().en;
  EXPECT_EQ((*model)->version, "1.1");
  EXPECT_EQ((*model)->inputs[0].variable.type.name, "number");
  EXPECT_EQ((*model)->inputs[0].variable.type.name_space, "");
  EXPECT_EQ((*model)->inputs[1].variable.type.name, "tB");
  EXPECT_EQ((*model)->inputs[2].variable.type.name_space, "urn:other");
  EXPECT_EQ((*model)->imports[0].name, "other");  // DMN 1.1 imports have no name; the prefix serves
  EXPECT_TRUE((*model)->imports[0].is_model());
}

TEST(ModelReader, KeepsTextAsItIs) {
  const auto model =
      read_model(document("<decision name=\"d\" id=\"d\"><variable name=\"d\"/><literalExpression><text>\"a &lt; b\" + "
                          "<![CDATA[\" & c\"]]><!-- x --> + \"\n\"</text>"
                          "</literalExpression></decision>"),
                 "x.dmn");
  ASSERT_TRUE(model);
  const auto& literal = std::get<LiteralExpression>((*model)->decisions[0].expression->body);
  EXPECT_EQ(literal.text, "\"a < b\" + \" & c\" + \"\n\"");
}

TEST(ModelReader, GivesElementsWithoutAnIdAPath) {
  const auto model = read_model(document("<decision "
                                         "name=\"d\"><decisionTable><output/><rule><outputEntry><text>1</text></"
                                         "outputEntry></rule></decisionTable></decision>"),
                                "x.dmn");
  ASSERT_TRUE(model);
  EXPECT_EQ((*model)->decisions[0].id, "test/d/decision");
  const auto& rules = std::get<DecisionTable>((*model)->decisions[0].expression->body).rules;
  EXPECT_EQ(rules[0].outputs[0]->id, "test/d/decisionTable/rule[1]/outputEntry[1]");
}

TEST(ModelReader, SurvivesCutAndMangledDocuments) {
  const std::string whole =
      document(input("x", "number") +
               decision("d", requires_input("x"), table("FIRST", {{"x", "number", "[0..9]"}}, "", {{{"> 1"}, {"1"}}})));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    (void)read_model(whole.substr(0, size), "x.dmn");
    std::string mangled = whole;
    mangled[size] = static_cast<char>(mangled[size] ^ 0x15);
    if (auto model = read_model(mangled, "x.dmn")) (void)ModelSet::compile({*model});
  }
}

}  // namespace
