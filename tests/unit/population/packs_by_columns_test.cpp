// The worked cases of the packs in every mode: by columns in chunks of 1, 7 and 1,024 rows and with two threads, the
// outcomes and the reasons of nulls are the reference's.

#include <filesystem>
#include <iostream>
#include <map>

#include "../columns/agreement.hpp"
#include "population/worked_cases.hpp"

namespace yuanqu::population {
namespace {

TEST(PacksByColumns, EveryWorkedCaseAgrees) {
  const std::filesystem::path root = std::filesystem::path(YUANQU_SOURCE_DIR) / "packs";
  auto packs = pack::PackSet::load({root}, {"core", "national"});
  ASSERT_TRUE(packs) << base::to_text(packs.error(), false);
  auto catalogue = register_::Catalogue::load(*packs);
  ASSERT_TRUE(catalogue);
  auto decisions = Decisions::load(*packs, **catalogue);
  ASSERT_TRUE(decisions);
  auto programs = Programs::compile(*packs, **catalogue, *decisions);
  ASSERT_TRUE(programs) << base::to_text(programs.error(), false);
  struct Group {
    WorkedCase asked;
    std::vector<std::vector<feel::Value>> rows;
  };
  std::map<std::string, Group> groups;
  for (const pack::Pack& pack : packs->packs()) {
    auto ran = run_worked_cases(*packs, pack, **programs, [&](const WorkedCase& worked) {
      EXPECT_TRUE(worked.passed) << worked.name;
      if (worked.models == nullptr) return;
      // What is the same for every row of a run: the day and what the packs give.
      std::string key = worked.models->elements()[worked.element].model + worked.decision + worked.day.to_string();
      const auto inputs = worked.models->inputs_of(worked.element);
      for (std::size_t i = 0; i < inputs.size(); ++i) {
        const std::string& name = worked.models->elements()[inputs[i]].name;
        if (name == "Calendar" || name == "Parameters") key += feel::to_literal(worked.inputs[i]);
      }
      Group& group = groups[key];
      group.asked = worked;
      group.rows.push_back(worked.inputs);
    });
    ASSERT_TRUE(ran) << base::to_text(ran.error(), false);
  }
  columns::testing::Tally tally;
  for (auto& [key, group] : groups) {
    columns::testing::Agreement(group.asked.models, group.asked.element, std::move(group.rows), group.asked.decision,
                                group.asked.day)
        .run(tally);
  }
  std::cout << tally.compiled << " of " << tally.decisions << " runs compiled, " << tally.rows << " cases agree, "
            << tally.escaped << " by themselves, " << tally.slow_parts << " parts value by value, "
            << tally.reasons_compared << " with reasons\n";
  for (const std::string& reason : tally.reasons) std::cout << reason << "\n";
  EXPECT_GT(tally.rows, 40U);
}

}  // namespace
}  // namespace yuanqu::population
