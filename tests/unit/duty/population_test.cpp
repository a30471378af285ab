// The population against brute force: random records and changes, the day moved at random, the process "restarted" at
// random. Every outcome must equal an assessment from nothing, `until` must be the first day on which a replay differs,
// `since` the first of the run of days with the same outcome, and a duty must exist exactly once for what fired.

#include "population/population.hpp"

#include <gtest/gtest.h>

#include "../journal/folder.hpp"

#include <filesystem>
#include <fstream>
#include <random>
#include <set>

#include "base/clock.hpp"
#include "duty/duty.hpp"
#include "feel/compare.hpp"
#include "population/column_assessor.hpp"
#include "population/worked_cases.hpp"

namespace yuanqu::population {
namespace {

using base::Date;
using register_::Value;

using test::Folder;

// A zone of the small test pack, opened on a folder; opening again is a restart.
struct Zone {
  explicit Zone(const std::filesystem::path& folder, base::ManualClock& clock) {
    packs = std::make_unique<pack::PackSet>(
        *pack::PackSet::load({std::filesystem::path(YUANQU_SOURCE_DIR) / "tests/cases/population/packs"}, {"small"}));
    std::vector<base::Error> faults;
    auto loaded = register_::Catalogue::load(*packs, &faults);
    for (const base::Error& fault : faults) ADD_FAILURE() << base::to_text(fault, false);
    catalogue = loaded.value();
    permissions = register_::Permissions::load(*packs, *catalogue).value();
    journal = journal::Journal::open(folder, clock, {.synchronous_full = false}).value();
    records = register_::Register::open(*journal, catalogue, permissions).value();
    if (!records->today()) (void)records->set_today(Date::from_civil(2026, 3, 2).value(), 0, "test");
    auto decisions = Decisions::load(*packs, *catalogue);
    if (!decisions) ADD_FAILURE() << base::to_text(decisions.error(), false);
    auto compiled = Programs::compile(*packs, *catalogue, *decisions);
    if (!compiled) ADD_FAILURE() << base::to_text(compiled.error(), false);
    programs = *compiled;
    auto services = duty::Services::load(*packs, **decisions);
    if (!services) ADD_FAILURE() << base::to_text(services.error(), false);
    duties = std::make_unique<duty::Duties>(*journal, *services);
    EXPECT_TRUE(journal->add_participant(*duties));
    auto opened = Population::open(*records, programs);
    if (!opened) ADD_FAILURE() << base::to_text(opened.error(), false);
    population = std::move(*opened);
    population->add_listener(*duties);
    duties->attach(*population);
    catch_up();
  }

  void catch_up() {
    auto caught = population->catch_up();
    if (!caught) ADD_FAILURE() << base::to_text(caught.error(), false);
  }

  RecordId put(const Kind& kind, RecordId record, std::vector<register_::FieldWrite> values, Date from,
               const char* source = "registry") {
    register_::Write write{.kind = &kind,
                           .record = record,
                           .values = std::move(values),
                           .source = catalogue->source(source)->number,
                           .effective_from = from,
                           .reason = "test"};
    auto reply = records->write(register_::Viewer::system(), {write});
    if (!reply) {
      ADD_FAILURE() << base::to_text(reply.error(), false);
      return 0;
    }
    return reply->written.front().record;
  }

  const Kind& firm() const { return *catalogue->kind("firm"); }
  const Kind& permit() const { return *catalogue->kind("permit"); }

  std::unique_ptr<pack::PackSet> packs;
  std::shared_ptr<const register_::Catalogue> catalogue;
  std::shared_ptr<const register_::Permissions> permissions;
  std::unique_ptr<journal::Journal> journal;
  std::unique_ptr<register_::Register> records;
  std::shared_ptr<const Programs> programs;
  std::unique_ptr<duty::Duties> duties;
  std::unique_ptr<Population> population;
};

std::string text_of(const Assessment& assessment) {
  return assessment.applies ? feel::to_literal(assessment.value) : "none";
}
std::string text_of(const Outcome& outcome) { return outcome.applies ? feel::to_literal(outcome.value) : "none"; }

// Everything read from the register anew.
FactBase facts_of(Zone& zone) {
  FactBase facts(*zone.catalogue);
  (void)zone.records->for_each([&](RecordState&& state) {
    facts.put(std::move(state));
    return true;
  });
  return facts;
}

// Outcomes and until by columns, for all records at once, are the assessor's.
void expect_columns_agree(Zone& zone, const FactBase& facts, Date today, std::size_t& answered) {
  ColumnImage image(*zone.catalogue);
  image.build(facts, today);
  ColumnAssessor columns(zone.programs, image, facts);
  Assessor assessor(zone.programs);
  for (const DecisionProgram& program : zone.programs->all()) {
    base::Error why;
    ASSERT_TRUE(columns.can(program, &why)) << program.decision->name << ": " << why.en;
    const auto subjects = facts.of_kind(*program.decision->kind);
    auto found = columns.assess(program, subjects);
    while (columns.compile_wanted()) found = columns.assess(program, subjects);
    for (std::size_t i = 0; i < subjects.size(); ++i) {
      if (!found[i].answered) continue;
      const RecordState& state = *facts.find(subjects[i]);
      const Assessment expected = assessor.assess(program, facts, state, today);
      ASSERT_EQ(found[i].applies, expected.applies) << program.decision->name << " of " << subjects[i];
      if (expected.applies) {
        ASSERT_TRUE(feel::same(found[i].value, expected.value))
            << program.decision->name << " is " << feel::to_literal(expected.value) << ", by columns "
            << feel::to_literal(found[i].value);
      }
      ++answered;
      if (!found[i].until_known) continue;
      std::optional<Date> look_again;
      ASSERT_EQ(found[i].until, assessor.until(program, facts, state, expected, today, look_again))
          << program.decision->name << " of " << subjects[i];
    }
  }
}

void expect_agreement(Zone& zone, int days_ahead) {
  const Date today = zone.population->today();
  const FactBase facts = facts_of(zone);
  std::size_t answered = 0;
  expect_columns_agree(zone, facts, today, answered);
  Assessor assessor(zone.programs);
  for (const DecisionProgram& program : zone.programs->all()) {
    for (const RecordId subject : facts.of_kind(*program.decision->kind)) {
      const RecordState& state = *facts.find(subject);
      const std::string now = text_of(assessor.assess(program, facts, state, today));
      const auto outcome = zone.population->outcome(*program.decision, subject);
      ASSERT_EQ(outcome ? text_of(*outcome) : "none", now) << program.decision->name << " on " << today.to_string();
      if (!outcome) continue;
      std::optional<Date> differs;
      for (int ahead = 1; ahead <= days_ahead && !differs; ++ahead) {
        const Date day = *today.plus_days(ahead);
        if (text_of(assessor.assess(program, facts, state, day)) != now) differs = day;
      }
      if (differs) {
        ASSERT_EQ(outcome->until, differs) << program.decision->name << " on " << today.to_string();
      } else {
        ASSERT_TRUE(!outcome->until || *outcome->until > *today.plus_days(days_ahead));
      }
      if (!outcome->applies) continue;
      Date since = today;
      const Date first = *state.first_day();
      while (since > first && text_of(assessor.assess(program, facts, state, *since.plus_days(-1))) == now)
        since = *since.plus_days(-1);
      ASSERT_EQ(outcome->since, since) << program.decision->name << " of " << subject << " on " << today.to_string()
                                       << " is " << now;
    }
  }
}

TEST(Population, AgreesWithBruteForceOverRandomHistories) {
  for (unsigned seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Folder folder;
    base::ManualClock clock(1'772'409'600'000);
    std::mt19937 random(seed);
    const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    auto zone = std::make_unique<Zone>(folder.path(), clock);
    std::vector<RecordId> firms, permits;
    for (int step = 0; step < 60; ++step) {
      const Date today = zone->population->today();
      const Date around = *today.plus_days(below(120) - 60);
      switch (below(8)) {
        case 0:
          firms.push_back(zone->put(zone->firm(), 0, {{1, Value::string("firm " + std::to_string(step))}},
                                    *today.plus_days(-below(90))));
          break;
        case 1:
        case 2:
          if (firms.empty()) break;
          permits.push_back(
              zone->put(zone->permit(), 0,
                        {{1, Value::reference(firms[static_cast<std::size_t>(below(static_cast<int>(firms.size())))])},
                         {2, Value::string("P" + std::to_string(step))},
                         {3, Value::date(*today.plus_days(below(160) - 20))}},
                        around));
          break;
        case 3:
        case 4:
          if (firms.empty()) break;
          zone->put(zone->firm(), firms[static_cast<std::size_t>(below(static_cast<int>(firms.size())))],
                    {{2, below(5) == 0 ? Value() : Value::number(below(30), 0)}}, around,
                    below(2) == 0 ? "registry" : "report");
          break;
        case 5:
          if (permits.empty()) break;
          zone->put(zone->permit(), permits[static_cast<std::size_t>(below(static_cast<int>(permits.size())))],
                    {{3, Value::date(*today.plus_days(below(200)))}}, around);
          break;
        case 6: {
          (void)zone->records->set_today(*today.plus_days(1 + below(20)), 0, "test");
          break;
        }
        case 7:
          // From the snapshot of now, from one that is behind, or from the records.
          if (below(3) == 0) {
            ASSERT_TRUE(zone->population->save_snapshot());
          } else if (below(4) == 0) {
            std::filesystem::remove(folder.path() / "population.snapshot");
          }
          zone.reset();
          zone = std::make_unique<Zone>(folder.path(), clock);
          break;
      }
      zone->catch_up();
      if (step % 15 == 14) expect_agreement(*zone, 400);
      if (HasFatalFailure()) return;
    }
    expect_agreement(*zone, 400);
    // Each duty once.
    auto page = zone->duties->list(
        register_::Viewer::system(),
        {.states = {duty::State::Planned, duty::State::Due, duty::State::Withdrawn}, .limit = 100000});
    ASSERT_TRUE(page);
    std::set<std::string> seen;
    for (const duty::Duty& duty : page->duties) {
      EXPECT_TRUE(
          seen.insert(std::to_string(duty.item->number) + "/" + std::to_string(duty.subject) + "/" + duty.occurrence)
              .second);
    }
  }
}

TEST(Population, DutiesComeOnTheirDayOnceAndNotFromTheBaseline) {
  Folder folder;
  base::ManualClock clock(1'772'409'600'000);
  auto zone = std::make_unique<Zone>(folder.path(), clock);
  const Date today = *Date::from_civil(2026, 3, 2);
  const RecordId firm = zone->put(zone->firm(), 0, {{1, Value::string("a")}, {2, Value::number(12, 0)}}, today);
  zone->put(zone->permit(), 0,
            {{1, Value::reference(firm)}, {2, Value::string("P1")}, {3, Value::date(*today.plus_days(35))}}, today);
  zone->catch_up();
  const auto open = [&] { return zone->duties->list(register_::Viewer::system(), {})->duties; };
  ASSERT_EQ(open().size(), 1u);  // the firm grew; the permit's window opens in five days
  EXPECT_EQ(open().front().item->name, "grew");
  EXPECT_EQ(open().front().due_on, today.plus_days(7));  // five working days
  for (int i = 1; i <= 4; ++i) (void)zone->records->set_today(*today.plus_days(i), 0, "test");
  zone->catch_up();
  EXPECT_EQ(open().size(), 1u);
  (void)zone->records->set_today(*today.plus_days(9), 0, "test");
  zone->catch_up();
  ASSERT_EQ(open().size(), 2u);
  const auto found =
      zone->duties->list(register_::Viewer::system(), {.item = zone->duties->services().find("renew_permit")});
  ASSERT_EQ(found->total, 1u);
  EXPECT_EQ(found->duties.front().created_on, today.plus_days(5));  // found on its own day, though the zone slept
  EXPECT_EQ(found->duties.front().title.en, "P1 can be renewed");
  EXPECT_NE(found->duties.front().evidence.find("valid_to"), std::string::npos);
  zone.reset();
  zone = std::make_unique<Zone>(folder.path(), clock);
  EXPECT_EQ(open().size(), 2u);
  // Over: the window's duty is withdrawn with its reason.
  (void)zone->records->set_today(*today.plus_days(36), 0, "test");
  zone->catch_up();
  const auto after = zone->duties->list(register_::Viewer::system(), {.states = {duty::State::Withdrawn}});
  ASSERT_EQ(after->total, 1u);
  EXPECT_EQ(after->duties.front().reason.en, "No longer needed");
}

TEST(Population, ErasingReachesWhatDutiesCopied) {
  Folder folder;
  base::ManualClock clock(1'772'409'600'000);
  Zone zone(folder.path(), clock);
  const Date today = *Date::from_civil(2026, 3, 2);
  const RecordId firm = zone.put(zone.firm(), 0, {{1, Value::string("张三小店")}, {2, Value::number(12, 0)}}, today);
  const RecordId other = zone.put(zone.firm(), 0, {{1, Value::string("李四小店")}, {2, Value::number(12, 0)}}, today);
  zone.catch_up();
  const auto erase = [&](RecordId record, std::uint32_t field) {
    register_::Write write{.operation = journal::Operation::Erase,
                           .kind = &zone.firm(),
                           .record = record,
                           .values = {{field, Value()}},
                           .source = zone.catalogue->source("registry")->number,
                           .effective_from = today,
                           .reason = "依申请删除"};
    ASSERT_TRUE(zone.records->write(register_::Viewer::system(), {write}));
  };
  const auto duty_of = [&](RecordId record) {
    return zone.duties->list(register_::Viewer::system(), {.subject = record})->duties.front();
  };
  ASSERT_NE(duty_of(firm).title.zh.find("张三小店"), std::string::npos);
  ASSERT_NE(duty_of(firm).evidence.find("\"value\":\"12\""), std::string::npos);
  const std::string untouched = duty_of(other).evidence + duty_of(other).title.zh;
  erase(firm, 1);
  EXPECT_EQ(duty_of(firm).title.zh, "已删除变大");
  EXPECT_EQ(duty_of(firm).title.en, "已删除 grew");
  EXPECT_NE(duty_of(firm).evidence.find("\"value\":\"12\""), std::string::npos);  // another field stands
  erase(firm, 2);
  EXPECT_EQ(duty_of(firm).evidence.find("\"value\":\"12\""), std::string::npos);
  EXPECT_NE(duty_of(firm).evidence.find("\"null_reason\":\"erased\""), std::string::npos);
  EXPECT_EQ(duty_of(other).evidence + duty_of(other).title.zh, untouched);
}

TEST(Population, ListsFilterAndSortWithinWhatTheViewerMayRead) {
  Folder folder;
  base::ManualClock clock(1'772'409'600'000);
  Zone zone(folder.path(), clock);
  const Date today = *Date::from_civil(2026, 3, 2);
  for (int i = 0; i < 20; ++i) {
    zone.put(zone.firm(), 0, {{1, Value::string("firm " + std::to_string(i))}, {2, Value::number(i, 0)}}, today);
  }
  zone.catch_up();
  const register_::Viewer officer(7, "o", {zone.permissions->post("officer")}, {}, zone.permissions);
  ListQuery query{.kind = &zone.firm(),
                  .filter = "staff >= 15",
                  .sort = zone.firm().field("staff"),
                  .descending = true,
                  .limit = 2};
  auto answer = zone.population->list(officer, query);
  ASSERT_TRUE(answer) << base::to_text(answer.error(), false);
  EXPECT_EQ(answer->total, 5u);
  ASSERT_EQ(answer->records.size(), 2u);
  EXPECT_EQ(
      zone.population->outcome(*zone.programs->find("firm_size")->decision, answer->records.front())->value.text(),
      "big");
  query = {.kind = &zone.firm(), .outcomes = {{zone.programs->find("firm_size")->decision, "big"}}};
  EXPECT_EQ(zone.population->list(officer, query)->total, 10u);
  query = {.kind = &zone.firm(), .filter = "staff >= "};
  EXPECT_FALSE(zone.population->list(officer, query));
  query = {.kind = &zone.firm(), .filter = "staff >= 15"};
  const auto refused = zone.population->list(register_::Viewer::nobody(), query);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::Forbidden);
}

// What a restart reads is what was there, whether it begins from a snapshot or from records; a damaged snapshot is made
// anew.
TEST(Population, BeginsFromASnapshotAndWhatCameLater) {
  Folder folder;
  base::ManualClock clock(1'772'409'600'000);
  auto zone = std::make_unique<Zone>(folder.path(), clock);
  const Date today = *Date::from_civil(2026, 3, 2);
  std::vector<RecordId> firms;
  for (int i = 0; i < 50; ++i)
    firms.push_back(
        zone->put(zone->firm(), 0, {{1, Value::string("firm " + std::to_string(i))}, {2, Value::number(i, 0)}}, today));
  zone->catch_up();
  ASSERT_TRUE(zone->population->save_snapshot());
  const auto file = folder.path() / "population.snapshot";
  ASSERT_TRUE(std::filesystem::exists(file));
  zone->put(zone->firm(), firms[3], {{2, Value::number(40, 0)}}, today);
  (void)zone->records->set_today(*today.plus_days(3), 0, "test");
  zone->catch_up();
  const auto answers = [&] {
    std::string text;
    const auto list = zone->population->list(register_::Viewer::system(),
                                             {.kind = &zone->firm(), .filter = "staff >= 30", .limit = 100});
    if (!list) return base::to_text(list.error(), false);
    for (const RecordId id : list->records) text += std::to_string(id) + " ";
    for (const auto& [decision, outcome] : zone->population->outcomes_of(firms[3]))
      text += decision->name + "=" + text_of(outcome) + " ";
    return text;
  };
  const std::string expected = answers();
  zone.reset();
  zone = std::make_unique<Zone>(folder.path(), clock);
  EXPECT_EQ(answers(), expected);
  EXPECT_EQ(zone->population->figures().evaluations, 0u) << "nothing was evaluated again";
  expect_agreement(*zone, 200);
  for (const std::size_t at : {std::size_t{3}, static_cast<std::size_t>(std::filesystem::file_size(file)) / 2}) {
    zone.reset();
    {
      std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
      bytes.seekp(static_cast<std::streamoff>(at));
      bytes.put('\x5a');
    }
    zone = std::make_unique<Zone>(folder.path(), clock);
    EXPECT_EQ(answers(), expected);
  }
}

TEST(Population, RunsWorkedCases) {
  Folder folder;
  base::ManualClock clock(1'772'409'600'000);
  Zone zone(folder.path(), clock);
  int passed = 0, failed = 0;
  auto ran = run_worked_cases(*zone.packs, *zone.packs->find("small"), *zone.programs, [&](const WorkedCase& worked) {
    (worked.passed ? passed : failed)++;
    EXPECT_TRUE(worked.passed) << worked.name << ": " << worked.found;
  });
  ASSERT_TRUE(ran) << base::to_text(ran.error(), false);
  EXPECT_EQ(passed, 2);
}

}  // namespace
}  // namespace yuanqu::population
