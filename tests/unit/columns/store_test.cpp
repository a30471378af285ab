// Columns, child lists and snapshots against plain containers.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "agreement.hpp"

namespace yuanqu::columns {
namespace {

namespace fs = std::filesystem;

struct Made {
  Store store;
  Table *firms = nullptr, *items = nullptr;
  std::vector<std::vector<std::int64_t>> numbers;
  std::vector<std::vector<std::int32_t>> children;
};

void lay_out(Made& made) {
  made.firms = &made.store.add("firm");
  made.items = &made.store.add("item");
  made.firms->add_scalar("name", Form::Text);
  made.firms->add_scalar("staff", Form::Number, 2);
  made.firms->add_scalar("since", Form::Date);
  made.firms->add_scalar("listed", Form::Boolean);
  made.items->add_scalar("amount", Form::Number, 0);
  made.firms->lists.emplace_back();
  made.firms->members.push_back({.name = "items", .what = Member::What::List, .table = made.items, .list = 0});
}

void fill(Made& made, std::mt19937& random, std::size_t changes) {
  const auto below = [&](std::int64_t n) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(n));
  };
  made.firms->resize(700);
  made.items->resize(3000);
  made.numbers.resize(4, std::vector<std::int64_t>(700, null64));
  made.children.resize(700);
  for (auto& truth : made.numbers[3]) truth = truth == null64 ? unknown : truth;
  for (std::size_t change = 0; change < changes; ++change) {
    const auto row = static_cast<std::size_t>(below(700));
    switch (below(5)) {
      case 0: {
        const std::int64_t code = made.store.dictionary.code_of("name " + std::to_string(below(300)));
        made.firms->columns[0].set(row, made.numbers[0][row] = code);
        break;
      }
      case 1: {
        const std::int64_t width[] = {100, 30000, 2000000000, 4000000000000000000};
        made.firms->columns[1].set(
            row, made.numbers[1][row] = below(9) == 0 ? null64 : below(width[below(4)]) * (below(2) == 0 ? 1 : -1));
        break;
      }
      case 2: made.firms->columns[2].set(row, made.numbers[2][row] = below(9) == 0 ? null64 : below(30000)); break;
      case 3: made.firms->columns[3].set(row, made.numbers[3][row] = below(3)); break;
      default: {
        made.children[row].clear();
        for (std::int64_t i = below(9); i > 0; --i)
          made.children[row].push_back(static_cast<std::int32_t>(below(3000)));
        made.firms->lists[0].set(row, made.children[row]);
      }
    }
  }
}

void expect_as_written(const Made& made, const Store& store) {
  const Table& firms = *store.tables[0];
  for (std::size_t row = 0; row < 700; ++row) {
    for (std::size_t c = 0; c < 4; ++c)
      ASSERT_EQ(firms.columns[c].word(row), made.numbers[c][row]) << "column " << c << " row " << row;
    const auto found = firms.lists[0].of(row);
    ASSERT_EQ(std::vector<std::int32_t>(found.begin(), found.end()), made.children[row]) << "row " << row;
    const auto bounds = firms.columns[1].bounds(row, 1);
    const std::int64_t word = made.numbers[1][row];
    if (word != null64) {
      ASSERT_TRUE(bounds.low <= word && word <= bounds.high);
    }
  }
}

TEST(Store, HoldsWhatWasWrittenThroughWideningAndMoving) {
  for (unsigned seed = 1; seed <= 5; ++seed) {
    std::mt19937 random(seed);
    Made made;
    lay_out(made);
    fill(made, random, 6000);
    expect_as_written(made, made.store);
  }
}

TEST(Store, ComesBackFromASnapshotAndGoesOn) {
  const fs::path file = fs::temp_directory_path() / ("yuanqu-columns-" + std::to_string(::getpid()));
  std::mt19937 random(9);
  Made made;
  lay_out(made);
  fill(made, random, 6000);
  ASSERT_TRUE(made.store.save(file, "position 17"));
  Made again;
  lay_out(again);
  auto mark = again.store.load(file);
  ASSERT_TRUE(mark) << mark.error().en;
  EXPECT_EQ(*mark, "position 17");
  expect_as_written(made, again.store);
  EXPECT_EQ(again.store.dictionary.size(), made.store.dictionary.size());
  again.numbers = made.numbers;
  again.children = made.children;
  fill(again, random, 2000);
  expect_as_written(again, again.store);

  // Damage is noticed wherever it lies; a store of another layout refuses.
  std::string bytes;
  {
    std::ifstream in(file, std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(in), {});
  }
  for (std::size_t at = 0; at < bytes.size(); at += 1 + bytes.size() / 97) {
    std::string torn = bytes;
    torn[at] = static_cast<char>(torn[at] ^ 0x40);
    std::ofstream(file, std::ios::binary | std::ios::trunc) << torn;
    Made other;
    lay_out(other);
    EXPECT_FALSE(other.store.load(file)) << "byte " << at;
  }
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes.substr(0, bytes.size() / 2);
  Made half;
  lay_out(half);
  EXPECT_FALSE(half.store.load(file));
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
  Made wider;
  lay_out(wider);
  wider.firms->add_scalar("more", Form::Date);
  EXPECT_FALSE(wider.store.load(file));
  fs::remove(file);
}

TEST(Store, WhatColumnsDoNotHoldIsRefusedNotReadAsNull) {
  Made made;
  lay_out(made);
  made.firms->resize(3);
  const auto type =
      feel::Type::context_of({{"staff", feel::Type::simple(feel::Type::Form::Number)},
                              {"findings", feel::Type::list_of(feel::Type::simple(feel::Type::Form::String))}});
  EXPECT_TRUE(compile_expression(made.store, *made.firms, "Firm", type, "Firm.staff = null"));
  for (const char* text :
       {"Firm.findings = null", "count(Firm.findings)", "list contains(Firm.findings, \"a\")", "Firm"}) {
    EXPECT_FALSE(compile_expression(made.store, *made.firms, "Firm", type, text)) << text;
  }
}

// A decision before and after a restart, and before and after random changes.
TEST(Store, DecisionsAgreeAfterSnapshotsAndChanges) {
  const fs::path file = fs::temp_directory_path() / ("yuanqu-columns-decisions-" + std::to_string(::getpid()));
  std::mt19937 random(4);
  Made made;
  lay_out(made);
  fill(made, random, 5000);
  const char* texts[] = {"if listed then staff * 2 else staff", "count(items[amount > 3]) + staff",
                         "name = \"name 7\" or since > @\"2010-01-01\"", "sum(items.amount)"};
  for (std::size_t i = 0; i < made.items->rows; ++i)
    made.items->columns[0].set(i, static_cast<std::int64_t>(random() % 9));
  const auto outcomes = [&](Store& store) {
    std::string all;
    for (const char* text : texts) {
      auto program = compile_expression(store, *store.tables[0], "", nullptr, text);
      EXPECT_TRUE(program) << (program ? "" : program.error().en);
      if (!program) return all;
      Runner runner(*program);
      for (std::size_t first = 0; first < 700; first += 256) {
        runner.run(first, std::min<std::size_t>(256, 700 - first), testing::some_day());
        for (std::size_t i = 0; i < runner.count(); ++i) all += feel::to_literal(runner.value(i)) + ";";
      }
    }
    return all;
  };
  for (int round = 0; round < 4; ++round) {
    const std::string before = outcomes(made.store);
    ASSERT_TRUE(made.store.save(file, "m"));
    Made again;
    lay_out(again);
    ASSERT_TRUE(again.store.load(file));
    EXPECT_EQ(outcomes(again.store), before);
    fill(made, random, 500);
  }
  fs::remove(file);
}

}  // namespace
}  // namespace yuanqu::columns
