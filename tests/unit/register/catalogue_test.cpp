#include "register/catalogue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "zone.hpp"

namespace yuanqu::register_ {
namespace {

// Each faulty kind file says in its first lines which line is refused and for what:  # expect 12: words of the reason
class FaultyKinds : public ::testing::Test {
 protected:
  std::vector<base::Error> faults_of(const std::string& kind) {
    test::Zone zone;
    const auto roots = zone.folder / "packs";
    std::filesystem::copy(test::source_folder() / "tests/cases/register/packs", roots,
                          std::filesystem::copy_options::recursive);
    std::ofstream(roots / "small/kinds/zz_faulty.yaml") << kind;
    auto packs = pack::PackSet::load({roots}, {"small"});
    EXPECT_TRUE(packs);
    std::vector<base::Error> faults;
    auto read = Catalogue::load(*packs, &faults);
    EXPECT_EQ(read.has_value(), faults.empty());
    return faults;
  }
};

TEST_F(FaultyKinds, AreRefusedWithFileLineAndReason) {
  std::size_t files = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(test::source_folder() / "tests/cases/register/faulty_kinds")) {
    ++files;
    std::ifstream stream(entry.path());
    const std::string content((std::istreambuf_iterator<char>(stream)), {});
    const auto faults = faults_of(content);
    std::istringstream lines(content);
    std::string line;
    std::size_t expected = 0;
    while (std::getline(lines, line) && line.starts_with("# expect ")) {
      ++expected;
      const std::size_t row = std::stoul(line.substr(9));
      const std::string words = line.substr(line.find(": ") + 2);
      const bool told = std::any_of(faults.begin(), faults.end(), [&](const base::Error& fault) {
        return fault.place.file == "small/kinds/zz_faulty.yaml" && fault.place.row == row &&
               fault.en.find(words) != std::string::npos && !fault.zh.empty();
      });
      EXPECT_TRUE(told) << entry.path().filename() << ": no fault at line " << row << " with “" << words << "”";
      if (!told) {
        for (const base::Error& fault : faults) ADD_FAILURE() << base::to_text(fault, false);
      }
    }
    EXPECT_GE(expected, 1U) << entry.path();
    EXPECT_EQ(faults.size(), expected) << entry.path().filename();
  }
  EXPECT_GE(files, 8U);
}

TEST(Kinds, AreFoundByNameNumberAndFeel) {
  test::Zone zone;
  const Kind& firm = zone.kind("firm");
  EXPECT_EQ(zone.catalogue->kind(KindNumber{1}), &firm);
  EXPECT_EQ(zone.catalogue->kind_by_feel("Firm"), &firm);
  EXPECT_EQ(firm.field_by_feel("credit code")->name, "uscc");
  EXPECT_EQ(firm.field(FieldNumber{99}), nullptr);
  EXPECT_EQ(zone.kind("certificate").belongs_to, 1U);
  EXPECT_EQ(zone.catalogue->referring_to(firm).size(), 2U);
  EXPECT_EQ(zone.catalogue->code_list("gb4754")->find("3973")->parent, "397");
  EXPECT_EQ(firm.field("uscc")->trust_of(zone.source("tax")), -1);
  EXPECT_EQ(firm.field("name")->trust_of(zone.source("tax")), 1);
}

TEST(Kinds, APackMayExtendAnothersKind) {
  test::Zone zone;
  const auto roots = zone.folder / "packs";
  std::filesystem::copy(test::source_folder() / "tests/cases/register/packs", roots,
                        std::filesystem::copy_options::recursive);
  std::filesystem::create_directories(roots / "more/kinds");
  std::ofstream(roots / "more/pack.yaml") << "pack: more\nversion: 1\nneeds: [small]\n";
  std::ofstream(roots / "more/kinds/firm_more.yaml")
      << "extends: firm\nfields:\n  - {number: 101, name: robots, feel: robots, labels: {zh: 机器人, en: Robots}, "
         "type: number, unit: 台, class: public}\n";
  auto packs = pack::PackSet::load({roots}, {"more"});
  ASSERT_TRUE(packs);
  auto catalogue = Catalogue::load(*packs);
  ASSERT_TRUE(catalogue) << base::to_text(catalogue.error(), false);
  EXPECT_EQ((*catalogue)->kind("firm")->field("robots")->pack, "more");
}

}  // namespace
}  // namespace yuanqu::register_
