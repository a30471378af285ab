// `yuanqu decide` by columns writes what the row-by-row path writes, whatever the file looks like.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "cli/decide.hpp"

namespace yuanqu::cli {
namespace {

namespace fs = std::filesystem;

class DecideColumns : public ::testing::Test {
 protected:
  void SetUp() override {
    setenv("LC_ALL", "C.UTF-8", 1);
    folder_ = fs::temp_directory_path() / ("yuanqu-decide-columns-" + std::to_string(::getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  std::string read(const std::string& name) const {
    std::ifstream in(folder_ / name, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
  }
  struct Answer {
    int code = 0;
    std::string output, messages, nulls;
  };
  Answer run(const std::string& decision, const std::string& format, unsigned threads, bool by_row) const {
    DecideArguments arguments;
    arguments.models = {std::string(YUANQU_SOURCE_DIR) + "/bench/models/reference.dmn"};
    arguments.decision = decision;
    arguments.input = (folder_ / "rows.csv").string();
    arguments.output = (folder_ / ("out." + format)).string();
    arguments.as_of = "2025-12-31";
    arguments.threads = threads;
    arguments.by_row = by_row;
    arguments.nulls = (folder_ / "nulls.csv").string();
    std::ostringstream out, error;
    Answer answer;
    answer.code = run_decide(arguments, out, error);
    answer.output = read("out." + format);
    answer.messages = error.str();
    answer.nulls = read("nulls.csv");
    return answer;
  }
  void compare() const {
    for (const char* decision : {"Assessment", "Size class", "Tax", "High-tech"}) {
      for (const char* format : {"csv", "json", "jsonl"}) {
        const Answer expected = run(decision, format, 1, true);
        EXPECT_TRUE(expected.nulls.starts_with("row,decision,element,code,reason\n"));
        for (const unsigned threads : {1U, 2U}) {
          const Answer found = run(decision, format, threads, false);
          EXPECT_EQ(expected.code, found.code);
          EXPECT_EQ(expected.output, found.output) << decision << " as " << format << " with " << threads << " threads";
          EXPECT_EQ(expected.messages, found.messages) << decision;
          EXPECT_EQ(expected.nulls, found.nulls) << decision << " with " << threads << " threads";
        }
      }
    }
  }
  fs::path folder_;
};

const char* kHeader =
    "id,Enterprise.industry,Enterprise.employees,Enterprise.assets,Enterprise.income,Enterprise.revenue,Enterprise.rd "
    "expense,Enterprise.rd staff ratio,"
    "Enterprise.hnte valid until,Enterprise.registered on,Enterprise.restricted,Enterprise.blacklisted";

TEST_F(DecideColumns, UnusualCellsAndLines) {
  write("rows.csv", "\xEF\xBB\xBF" + std::string(kHeader) +
                        "\r\n"
                        "1,C13,300,4000.50,299.99,20000,1000,12.5,2026-05-01,2019-02-28,0,0\r\n"
                        "\r\n"
                        "2,\"C13\",\"300\",4e3,-5,.5,7.,10,2025-12-31,2024-12-31,true,FALSE\n"
                        "3,,,,,,,,,,,\n"
                        "4,C26,abc,1,1,1,1,1,2025-13-01,2020-01-01,0,0\n"
                        "5,C26,1,1,1,1,1,1,2025-12-01\n"
                        "6,C26,1,1,1,1,1,1,2025-12-01,2020-01-01,1,0,extra\n"
                        "7,C26,1,1,1,1,1,1,2025-12-01,2020-01-01,1,0,\n"
                        "8,\"C\"\"26\",1,1.123456789,0.005,100.005,1,1,2025-12-01,2020-02-29,1,0\n"
                        "\"9\n9\",F51, 300 ,40000,123456789012345678,99999999999999.99,1,1,2027-01-01,2020-02-29,0,0\n"
                        "10,是,5,2.50,3.30,1000.00,1,1,2027-01-01,2020-02-29,否,0\n"
                        "11,H61,+5,-0,00.10,1e2,0.1234567891234,1,2027-01-01,1999-06-30,0,0");
  compare();
}

TEST_F(DecideColumns, ManyRandomRows) {
  std::mt19937 random(3);
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  std::string text = std::string(kHeader) + "\n";
  const char* codes[] = {"A01", "B06", "C13", "E47", "F51", "K70", "M73", "Z99"};
  for (int row = 0; row < 30000; ++row) {
    text += std::to_string(row) + "," + (below(20) == 0 ? "" : codes[below(8)]);
    text += "," + (below(20) == 0 ? std::string() : std::to_string(below(1200)));
    for (int amount = 0; amount < 4; ++amount)
      text += "," + (below(20) == 0 ? std::string()
                                    : std::to_string(below(90000) - 2000) +
                                          (below(2) == 0 ? "" : "." + std::to_string(10 + below(90))));
    text += "," + std::to_string(below(40));
    for (int date = 0; date < 2; ++date)
      text += below(9) == 0 ? ","
                            : ",20" + std::to_string(16 + below(12)) + "-0" + std::to_string(1 + below(9)) + "-" +
                                  std::to_string(10 + below(19));
    text += below(9) == 0 ? "," : "," + std::to_string(below(2));
    text += "," + std::to_string(below(2)) + "\n";
    if (row == 20000) text += "x,C13,1,2.345678,3,4,5,6,2026-01-01,2020-01-01,0,0\n";  // more digits than before
  }
  write("rows.csv", text);
  compare();
}

TEST_F(DecideColumns, EmptyFiles) {
  write("rows.csv", std::string(kHeader) + "\n");
  compare();
  write("rows.csv", "");
  const Answer expected = run("Tax", "csv", 1, true), found = run("Tax", "csv", 1, false);
  EXPECT_EQ(expected.code, found.code);
  EXPECT_EQ(expected.messages, found.messages);
}

}  // namespace
}  // namespace yuanqu::cli
