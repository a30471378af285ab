#pragma once
// yuanqu tck DIR… [--report FILE.csv]: runs DMN TCK test folders, searched recursively.

#include <iosfwd>
#include <string>
#include <vector>

namespace yuanqu::cli {

struct TckArguments {
  std::vector<std::string> folders;
  std::string report;      // CSV; empty: none
  bool plain = false;      // decision tables without their index
  bool by_folder = false;  // a line for each folder
};

// Prints each failing case with expected and found, and last `N passed, N failed`. 0 when all passed, 1 when any failed
// or none was found.
int run_tck(const TckArguments& arguments, std::ostream& out, std::ostream& error);

}  // namespace yuanqu::cli
