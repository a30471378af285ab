#include "cli/decide.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace {

using namespace yuanqu::cli;
using ::testing::HasSubstr;
using ::testing::Not;
namespace fs = std::filesystem;

class Decide : public ::testing::Test {
 protected:
  void SetUp() override {
    setenv("LC_ALL", "C.UTF-8", 1);
    folder_ = fs::temp_directory_path() / ("yuanqu-decide-" + std::to_string(::getpid()));
    fs::create_directories(folder_);
    write("rates.dmn",
          R"(<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="rates" namespace="urn:rates">
<import name="base" namespace="urn:base" importType="https://www.omg.org/spec/DMN/20191111/MODEL/"/>
<itemDefinition name="tFirm"><itemComponent name="annual income"><typeRef>number</typeRef></itemComponent><itemComponent name="since"><typeRef>date</typeRef></itemComponent>
<itemComponent name="tags" isCollection="true"><typeRef>string</typeRef></itemComponent></itemDefinition>
<inputData id="f" name="Firm"><variable name="Firm" typeRef="tFirm"/></inputData><inputData id="t" name="Today"><variable name="Today" typeRef="date"/></inputData>
<decision id="r" name="Rate"><variable name="Rate" typeRef="number"/><informationRequirement><requiredInput href="#f"/></informationRequirement>
<informationRequirement><requiredDecision href="urn:base#limit"/></informationRequirement>
<literalExpression><text>if Firm.annual income &lt;= base.Limit then 5 else 25</text></literalExpression></decision>
<decision id="a" name="Summary"><variable name="Summary"/><informationRequirement><requiredInput href="#f"/></informationRequirement><informationRequirement><requiredInput href="#t"/></informationRequirement>
<context><contextEntry><variable name="income" typeRef="number"/><literalExpression><text>Firm.annual income</text></literalExpression></contextEntry>
<contextEntry><variable name="old" typeRef="boolean"/><literalExpression><text>Firm.since + duration("P1Y") &lt;= Today and Today = today()</text></literalExpression></contextEntry>
<contextEntry><variable name="tags"/><literalExpression><text>Firm.tags</text></literalExpression></contextEntry></context></decision>
<decisionService id="s" name="Rating"><variable name="Rating"/><outputDecision href="#r"/><inputData href="#f"/></decisionService></definitions>)");
    write("base.dmn",
          R"(<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="base" namespace="urn:base">
<decision id="limit" name="Limit"><variable name="Limit" typeRef="number"/><literalExpression><text>300</text></literalExpression></decision></definitions>)");
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  std::string read(const std::string& name) const {
    std::ifstream in(folder_ / name, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
  }
  int run(DecideArguments arguments) {
    out_.str("");
    error_.str("");
    if (arguments.models.empty()) arguments.models = {path("rates.dmn")};
    return run_decide(arguments, out_, error_);
  }

  fs::path folder_;
  std::ostringstream out_, error_;
};

TEST_F(Decide, EvaluatesCsvRowsByInputPaths) {
  write("in.csv",
        "\xEF\xBB\xBF"
        "note,Firm.annual income,Firm.since\r\nx,300.00,2020-01-01\r\n\"a,\"\"b\"\"\",300.01,\r\n,,\r\n");
  EXPECT_EQ(run({.decision = "Rate", .input = path("in.csv")}), 0);
  EXPECT_EQ(out_.str(), "Rate\n5\n25\n25\n");
  EXPECT_THAT(error_.str(), HasSubstr("note is no input"));
}

TEST_F(Decide, ReportsBadRowsWithRowAndFieldAndGoesOn) {
  write("in.csv",
        "Firm.annual "
        "income,Firm.since\n100,2020-01-01\nmuch,2020-01-01\n100,2020-02-30\n400,2020-01-01,extra\n400,2020-01-01\n");
  EXPECT_EQ(run({.decision = "Rate", .input = path("in.csv")}), 0);
  EXPECT_EQ(out_.str(), "Rate\n5\n\"\"\n\"\"\n\"\"\n25\n");
  EXPECT_THAT(error_.str(), HasSubstr("row 3, field Firm.annual income: "));
  EXPECT_THAT(error_.str(), HasSubstr("row 4, field Firm.since: "));
  EXPECT_THAT(error_.str(), HasSubstr("row 5, column 3: "));
  EXPECT_THAT(error_.str(), HasSubstr("3 of 5 rows"));
}

TEST_F(Decide, WritesMembersOfAContextAsColumns) {
  write("in.csv", "Firm.annual income,Firm.since,Firm.tags\n1.50,2024-02-29,\"[\"\"a\"\",\"\"b\"\"]\"\n");
  EXPECT_EQ(run({.decision = "Summary", .input = path("in.csv"), .output = path("out.csv"), .as_of = "2025-02-28"}), 0);
  EXPECT_EQ(read("out.csv"), "Summary.income,Summary.old,Summary.tags\n1.5,true,\"[\"\"a\"\",\"\"b\"\"]\"\n");
  EXPECT_EQ(out_.str(), "");
  EXPECT_EQ(run({.decision = "Summary", .input = path("in.csv"), .output = path("out.jsonl"), .as_of = "2025-02-27"}),
            0);
  EXPECT_EQ(read("out.jsonl"), "{\"income\":1.5,\"old\":false,\"tags\":[\"a\",\"b\"]}\n");
}

TEST_F(Decide, ReadsJsonWithoutLosingDigits) {
  write("one.json", R"({"Firm": {"annual income": 12345678901234567890.12345678901234, "since": "2020-01-01"}})");
  EXPECT_EQ(run({.decision = "Summary", .input = path("one.json"), .as_of = "2026-01-01"}), 0);
  EXPECT_EQ(out_.str(), "{\"income\":12345678901234567890.12345678901234,\"old\":true,\"tags\":null}\n");
  write("many.json",
        R"([{"Firm": {"annual income": 1}}, {"Firm": {"annual income": "x"}}, {"Firm": {"annual income": 400}}, 5])");
  EXPECT_EQ(run({.decision = "Rate", .input = path("many.json")}), 0);
  EXPECT_EQ(out_.str(), "[\n5,\nnull,\n25,\nnull\n]\n");
  EXPECT_THAT(error_.str(), HasSubstr("row 2, field Firm.annual income: "));
  write("rows.jsonl", "{\"Firm\": {\"annual income\": 1}}\n\n{broken\n{}\n");
  EXPECT_EQ(run({.decision = "Rate", .input = path("rows.jsonl")}), 0);
  EXPECT_EQ(out_.str(), "5\nnull\n25\n");
  EXPECT_THAT(error_.str(), HasSubstr("row 3: "));
}

TEST_F(Decide, CallsDecisionServices) {
  write("in.csv", "Firm.annual income\n1\n1000\n");
  EXPECT_EQ(run({.decision = "Rating", .input = path("in.csv")}), 0);
  EXPECT_EQ(out_.str(), "Rating\n5\n25\n");
}

TEST_F(Decide, GivesTheSameForAnyNumberOfThreads) {
  std::string csv = "Firm.annual income\n", expected = "Rate\n";
  for (int i = 0; i < 20'000; ++i) {
    csv += std::to_string(i % 601) + "\n";
    expected += i % 601 <= 300 ? "5\n" : "25\n";
  }
  write("in.csv", csv);
  for (const unsigned threads : {1u, 2u, 7u}) {
    EXPECT_EQ(run({.decision = "Rate", .input = path("in.csv"), .threads = threads, .timing = true}), 0);
    EXPECT_EQ(out_.str(), expected);
    EXPECT_THAT(error_.str(), HasSubstr("20000 rows in "));
  }
}

TEST_F(Decide, Explains) {
  write("in.csv", "Firm.annual income\n1\n");
  EXPECT_EQ(run({.decision = "Rate", .input = path("in.csv"), .explain = true}), 0);
  EXPECT_THAT(error_.str(), HasSubstr("row 2: Rate = 5"));
  EXPECT_THAT(error_.str(), HasSubstr("Limit = 300"));
}

TEST_F(Decide, SaysWhatIsWrongWithItsArguments) {
  write("in.csv", "Firm\n1\n");
  EXPECT_EQ(run({.decision = "Nothing", .input = path("in.csv")}), 1);
  EXPECT_THAT(error_.str(), HasSubstr("Rate"));
  EXPECT_EQ(run({.decision = "Rate", .input = path("gone.csv")}), 1);
  EXPECT_EQ(run({.decision = "Rate", .input = path("rates.dmn")}), 1);
  EXPECT_EQ(run({.models = {path("gone.dmn")}, .decision = "Rate", .input = path("in.csv")}), 1);
  EXPECT_EQ(run({.decision = "Rate", .input = path("in.csv"), .as_of = "yesterday"}), 2);
  write("empty.csv", "");
  EXPECT_EQ(run({.decision = "Rate", .input = path("empty.csv")}), 1);
  write("open.csv", "Firm.annual income\n\"1\n");
  EXPECT_EQ(run({.decision = "Rate", .input = path("open.csv")}), 1);
}

}  // namespace
