#include "cli/tck.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace {

using namespace yuanqu::cli;
using ::testing::EndsWith;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

TEST(Tck, RunsFoldersAndWritesTheReport) {
  const fs::path report = fs::temp_directory_path() / ("yuanqu-tck-" + std::to_string(::getpid()) + ".csv");
  std::ostringstream out, error;
  TckArguments arguments;
  arguments.folders = {std::string(YUANQU_SOURCE_DIR) + "/tests/cases/dmn/hit-policies"};
  arguments.report = report.string();
  EXPECT_EQ(run_tck(arguments, out, error), 0) << out.str();
  EXPECT_THAT(out.str(), EndsWith("8 passed, 0 failed\n"));
  std::ifstream in(report);
  std::string line;
  ASSERT_TRUE(std::getline(in, line));
  EXPECT_EQ(line, "\"dmn/hit-policies\",\"hit-policies-test-01\",\"001\",\"SUCCESS\",\"\"");
  fs::remove(report);
}

TEST(Tck, PrintsExpectedAndFoundAndFails) {
  const fs::path folder = fs::temp_directory_path() / ("yuanqu-tck-" + std::to_string(::getpid())) / "0001-wrong";
  fs::create_directories(folder);
  std::ofstream(folder / "m.dmn")
      << "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' name='m' namespace='urn:m'><decision "
         "name='d' id='d'><variable name='d'/>"
         "<literalExpression><text>1 + 1</text></literalExpression></decision></definitions>";
  std::ofstream(folder / "m-test-01.xml")
      << "<testCases xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' "
         "xmlns:xsd='http://www.w3.org/2001/XMLSchema'><modelName>m.dmn</modelName>"
         "<testCase id='a'><resultNode name='d'><expected><value "
         "xsi:type='xsd:decimal'>2</value></expected></resultNode></testCase>"
         "<testCase id='b'><resultNode name='d'><expected><value "
         "xsi:type='xsd:string'>2</value></expected></resultNode></testCase></testCases>";
  std::ostringstream out, error;
  TckArguments arguments;
  arguments.folders = {folder.parent_path().string()};
  EXPECT_EQ(run_tck(arguments, out, error), 1);
  fs::remove_all(folder.parent_path());
  EXPECT_THAT(out.str(), HasSubstr("m-test-01 b"));
  EXPECT_THAT(out.str(), HasSubstr("expected \"2\""));
  EXPECT_THAT(out.str(), HasSubstr("found    2"));
  EXPECT_THAT(out.str(), EndsWith("1 passed, 1 failed\n"));
}

TEST(Tck, WantsFolders) {
  std::ostringstream out, error;
  TckArguments arguments;
  arguments.folders = {"/no such folder"};
  EXPECT_EQ(run_tck(arguments, out, error), 2);
}

}  // namespace
