// What is copied to ask "and if" of one record does not grow with the zone.

#include "population/what_if.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "population/programs.hpp"

namespace yuanqu::population {
namespace {

RecordState state_of(RecordId id, const Kind& kind, journal::FileId file, base::Date day) {
  RecordState state;
  state.id = id;
  state.kind = kind.number;
  state.file = file;
  state.facts.push_back({.field = kind.fields.front().number,
                         .source = 1,
                         .effective_from = day,
                         .sequence = id,
                         .recorded_at_ms = 1,
                         .batch = 1,
                         .value = register_::Value::reference(file)});
  return state;
}

TEST(WhatIf, ConsentsOfOtherFilesStayBehind) {
  auto packs = pack::PackSet::load({std::filesystem::path(YUANQU_SOURCE_DIR) / "packs"}, {"core", "national"});
  ASSERT_TRUE(packs) << base::to_text(packs.error(), false);
  auto catalogue = register_::Catalogue::load(*packs);
  ASSERT_TRUE(catalogue);
  auto decisions = Decisions::load(*packs, **catalogue);
  ASSERT_TRUE(decisions);
  auto programs = Programs::compile(*packs, **catalogue, *decisions);
  ASSERT_TRUE(programs) << base::to_text(programs.error(), false);
  const DecisionProgram* program = (*programs)->find("enterprise_size");
  const Kind* consent = (*catalogue)->playing("consent");
  ASSERT_NE(program, nullptr);
  ASSERT_NE(consent, nullptr);
  const base::Date day = *base::Date::parse("2026-03-02");
  FactBase facts(**catalogue);
  RecordState firm = state_of(1, *program->decision->kind, 1, day);
  firm.facts.clear();
  facts.put(firm);
  for (RecordId file = 1; file <= 200; ++file) facts.put(state_of(1000 + file, *consent, file, day));
  Assessor assessor(*programs);
  const WhatIf what_if(assessor, *program, facts, firm, day);
  const auto copied = what_if.facts().of_kind(*consent);
  ASSERT_EQ(copied.size(), 1U);
  EXPECT_EQ(copied.front(), 1001);
}

}  // namespace
}  // namespace yuanqu::population
