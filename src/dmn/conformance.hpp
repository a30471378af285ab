#pragma once
// Runs test folders of the DMN TCK: each folder holds models and files `*-test-NN.xml` (namespace
// http://www.omg.org/spec/DMN/20160719/testcase). Cases are independent of each other; a case passes when every result
// node equals what was found: numbers within 1e-8, everything else exactly, null only null. Whether an error was to be
// logged is not compared.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "dmn/evaluator.hpp"

namespace yuanqu::dmn::conformance {

struct CaseResult {
  std::string folder;  // "compliance-level-3/0001-filter": the last two names of the path
  std::string file;    // test file without ".xml"
  std::string id;      // of the test case
  bool passed = false;
  std::string expected, found;  // of the first result node that differs
  std::string detail;           // result node, or why the case could not run, with the first suppressed failure
};

struct Options {
  bool use_index = true;
};

// All folders below `root` (itself included) that hold test files, sorted.
std::vector<std::filesystem::path> folders_below(const std::filesystem::path& root);

// Runs one folder; every case is reported. A folder whose models or test file cannot be read reports all its cases as
// failed.
void run_folder(const std::filesystem::path& folder, const Options& options,
                const std::function<void(const CaseResult&)>& report);

// The comparison of the TCK, between an expected and a found value.
bool agrees(const feel::Value& expected, const feel::Value& found);

// One line of the TCK's result CSV: folder, file, case id, SUCCESS or ERROR, detail.
std::string csv_line(const CaseResult& result);

}  // namespace yuanqu::dmn::conformance
