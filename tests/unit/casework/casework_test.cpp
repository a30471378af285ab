// Cases end to end on the real journal, register, papers and notices: the lanes of a renewal, people, timers, versions.
#include "casework/casework.hpp"

#include <gmock/gmock.h>

#include "house.hpp"

namespace yuanqu::casework {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::SizeIs;

class CaseworkTest : public ::testing::Test {
 protected:
  CaseworkTest() : house(::testing::UnitTest::GetInstance()->current_test_info()->name()) {
    house.set_day("2026-03-02");
  }

  void settle() {
    auto settled = house.cases->settle();
    ASSERT_TRUE(settled) << settled.error().en;
  }
  std::vector<std::string> types(std::int64_t id) {
    std::vector<std::string> made;
    for (const Event& event : house.detail(id).timeline) made.push_back(event.type);
    return made;
  }
  CaseState state(std::int64_t id) { return house.detail(id).summary.state; }
  std::size_t papers() { return house.papers->list({})->size(); }
  std::size_t messages(journal::FileId file) { return house.notices->inbox(house.viewer("owner", {file}))->size(); }
  Task open_task(std::int64_t id) {
    for (const Task& task : house.detail(id).tasks) {
      if (task.state == TaskState::Open || task.state == TaskState::Claimed) return task;
    }
    ADD_FAILURE() << "no open task";
    return {};
  }

  House house;
};

TEST_F(CaseworkTest, AutomaticLaneRunsToThePaperAndTheMessage) {
  auto permit = house.shop("甲", true);
  auto id = house.open_case(permit);
  settle();
  const CaseDetail detail = house.detail(id);
  EXPECT_EQ(detail.summary.state, CaseState::Completed);
  EXPECT_EQ(detail.summary.number, "BJ-2026-000001");
  EXPECT_EQ(detail.summary.outcome.en, "Renewed");
  EXPECT_EQ(detail.summary.title, "P-甲");
  EXPECT_EQ(detail.summary.due_on->to_string(), "2026-03-30");
  EXPECT_EQ(detail.summary.closed_on->to_string(), "2026-03-02");
  EXPECT_EQ(house.field(permit, "valid_to"), "2027-04-01");
  EXPECT_EQ(house.field(permit, "renewals"), "1");
  EXPECT_THAT(types(id),
              ElementsAre("opened", "decided", "decided", "performed", "performed", "performed", "completed"));
  EXPECT_EQ(detail.timeline[1].evidence, "{\"decision\":\"authorised\"}");
  EXPECT_THAT(detail.visited, ElementsAre("start", "allowed", "has_yes", "together", "read_lane", "which_lane", "go",
                                          "record", "issue", "tell", "renewed"));
  EXPECT_TRUE(detail.tokens.empty());
  ASSERT_EQ(papers(), 1u);
  auto issued = house.papers->list({});
  const paper::Paper& paper = issued->front();
  EXPECT_EQ(paper.valid_to->to_string(), "2027-04-01");  // read after the change, not before
  EXPECT_EQ(paper.case_id, id);
  EXPECT_EQ(detail.timeline[4].paper, paper.id);
  auto inbox = house.notices->inbox(house.viewer("owner", {detail.summary.file}));
  ASSERT_EQ(inbox->size(), 1u);
  EXPECT_EQ(inbox->front().content.title.zh, "P-甲已续至2027年4月1日");
  EXPECT_EQ(inbox->front().content.body.en, "See " + paper.number);
  EXPECT_EQ(inbox->front().content.paper, paper.id);
}

TEST_F(CaseworkTest, WhatItFoundIsForWhoHandlesItOrMayReadWhatItRestsOn) {
  auto permit = house.shop("甲", true);
  auto id = house.open_case(permit);
  settle();
  const auto file = house.detail(id).summary.file;
  const auto seen = [&](const register_::Viewer& viewer) { return house.cases->detail(viewer, id).value(); };
  EXPECT_FALSE(seen(house.viewer("leader")).withheld);
  house.closed_decisions = {"lane"};
  const CaseDetail told = seen(house.viewer("leader"));
  EXPECT_TRUE(told.withheld);
  EXPECT_EQ(told.summary.state, CaseState::Completed);
  EXPECT_FALSE(told.visited.empty());
  EXPECT_TRUE(told.variables.context().entries.empty());
  for (const Task& task : told.tasks) EXPECT_TRUE(task.given.is_null() && task.values.is_null());
  for (const Event& event : told.timeline) EXPECT_EQ(event.evidence + event.reason, "");
  EXPECT_EQ(told.timeline[2].zh, "核对条件");  // the step, not what it decided
  for (const auto& handles : {house.viewer("approver"), house.viewer("owner", {file})}) {
    EXPECT_FALSE(seen(handles).withheld);
    EXPECT_EQ(seen(handles).timeline[1].evidence, "{\"decision\":\"authorised\"}");
  }
}
TEST_F(CaseworkTest, TheSameOriginOpensOnce) {
  auto permit = house.shop("甲", true);
  auto one = house.open_case(permit);
  EXPECT_EQ(house.open_case(permit), one);
  settle();
  EXPECT_EQ(house.open_case(permit), one);
  settle();
  EXPECT_EQ(papers(), 1u);
}

TEST_F(CaseworkTest, WithoutAuthorisationItWaitsForAYes) {
  auto permit = house.shop("甲", false);
  auto id = house.open_case(permit);
  settle();
  EXPECT_EQ(state(id), CaseState::Waiting);
  Task task = open_task(id);
  EXPECT_EQ(task.element, "ask_holder");
  EXPECT_EQ(
      feel::to_literal(task.given),
      feel::to_literal(feel::Value::context({{feel::String("until"), feel::Value(*base::Date::parse("2027-04-01"))}})));
  EXPECT_EQ(papers(), 0u);
  // A revoked mandate is a change, but not a yes.
  house.put("mandate", {{"shop", register_::Value::reference(house.shop_id)},
                        {"number", register_::Value::string("R")},
                        {"revoked", register_::Value::date(*base::Date::parse("2025-02-01"))}});
  settle();
  EXPECT_EQ(state(id), CaseState::Waiting);
  house.give_mandate();
  settle();
  EXPECT_EQ(state(id), CaseState::Completed);
  EXPECT_THAT(types(id), Contains("change_seen"));
  EXPECT_EQ(papers(), 1u);
}

TEST_F(CaseworkTest, TheOwnerMaySayYesInThePortalAndNobodyElseFor) {
  auto permit = house.shop("甲", false);
  auto id = house.open_case(permit);
  settle();
  const journal::FileId file = house.detail(id).summary.file;
  Task task = open_task(id);
  EXPECT_EQ(house.cases->complete(house.viewer("approver"), task.id, "{}", "").error().code,
            base::ErrorCode::Forbidden);
  EXPECT_EQ(house.cases->complete(house.viewer("owner", {file + 1}), task.id, "{}", "").error().code,
            base::ErrorCode::NotFound);
  EXPECT_EQ(house.cases->complete(house.viewer("stranger"), task.id, "{}", "").error().code, base::ErrorCode::NotFound);
  EXPECT_THAT(*house.cases->worklist(house.viewer("owner", {file + 1}), {}), SizeIs(0));
  EXPECT_THAT(*house.cases->worklist(house.viewer("owner", {file}), {}), SizeIs(1));
  auto done = house.cases->complete(house.viewer("owner", {file}), task.id, "", "同意");
  ASSERT_TRUE(done) << done.error().en;
  EXPECT_EQ(done->task.state, TaskState::Done);
  settle();
  EXPECT_EQ(state(id), CaseState::Completed);
  EXPECT_EQ(messages(file), 1u);
}

TEST_F(CaseworkTest, UnmetOrUnknownGoesToAPersonAndNeverEndsInARefusalByMachine) {
  for (const feel::Value& lane : {feel::Value("person"), feel::Value(), feel::Value("refuse"), feel::Value(7)}) {
    house.lane = lane;
    const std::string name = "店" + feel::to_literal(lane);
    auto id = house.open_case(house.shop(name, true), "duty " + name);
    settle();
    EXPECT_EQ(state(id), CaseState::Waiting);
    EXPECT_EQ(open_task(id).element, "approve");
  }
  EXPECT_EQ(papers(), 0u);
}

TEST_F(CaseworkTest, APersonDecidesByTheForm) {
  house.lane = feel::Value();
  auto id = house.open_case(house.shop("甲", true));
  settle();
  auto officer = house.viewer("approver", {}, 21, "乙");
  auto other = house.viewer("approver", {}, 22, "丙");
  Task task = open_task(id);
  EXPECT_EQ(task.due_on->to_string(), "2026-03-09");
  auto list = house.cases->worklist(officer, {});
  ASSERT_TRUE(list);
  ASSERT_EQ(list->size(), 1u);
  EXPECT_FALSE(house.cases->form(list->front())->empty());
  ASSERT_TRUE(house.cases->claim(officer, task.id));
  EXPECT_TRUE(house.cases->claim(officer, task.id));  // again is no harm
  EXPECT_EQ(house.cases->claim(other, task.id).error().code, base::ErrorCode::Conflict);
  EXPECT_EQ(house.cases->complete(other, task.id, R"({"decision":"renew"})", "").error().code,
            base::ErrorCode::Conflict);
  TaskQuery mine;
  mine.mine = true;
  EXPECT_EQ(*house.cases->count(officer, mine), 1);
  EXPECT_EQ(*house.cases->count(other, mine), 0);
  std::vector<base::Error> faults;
  EXPECT_FALSE(house.cases->complete(officer, task.id, R"({"decision":"perhaps"})", "", &faults));
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_EQ(faults[0].place.field, "decision");
  ASSERT_TRUE(house.cases->release(officer, task.id));
  ASSERT_TRUE(house.cases->claim(other, task.id));
  ASSERT_TRUE(house.cases->comment(officer, id, "请看场地照片"));
  auto done = house.cases->complete(other, task.id, R"({"decision":"renew"})", "现场看过");
  ASSERT_TRUE(done) << done.error().en;
  EXPECT_EQ(house.cases->complete(other, task.id, R"({"decision":"return"})", "").error().code,
            base::ErrorCode::Conflict);
  settle();
  EXPECT_EQ(house.detail(id).summary.outcome.zh, "已续期");
  const CaseDetail detail = house.detail(id);
  EXPECT_EQ(feel::to_literal(*detail.variables.context().find("decision")), "\"renew\"");
  for (const Event& event : detail.timeline) {
    if (event.type != "task_done") continue;
    EXPECT_EQ(event.actor, 22);
    EXPECT_EQ(event.actor_name, "丙");
    EXPECT_EQ(event.reason, "现场看过");
    EXPECT_EQ(event.evidence, R"({"values":{"decision":"renew"}})");
  }
}

TEST_F(CaseworkTest, ReturnedByAPersonIssuesNothing) {
  house.lane = feel::Value();
  auto id = house.open_case(house.shop("甲", true));
  settle();
  ASSERT_TRUE(house.cases->complete(house.viewer("approver"), open_task(id).id, R"({"decision":"return"})", ""));
  settle();
  EXPECT_EQ(house.detail(id).summary.outcome.en, "Returned");
  EXPECT_EQ(papers(), 0u);
}

TEST_F(CaseworkTest, TimersFireOnTheirDayOnceAndCatchUp) {
  house.lane = "later";
  auto id = house.open_case(house.shop("甲", true));
  auto second = house.open_case(house.shop("乙", true), "duty 2");
  settle();
  EXPECT_EQ(house.detail(id).tokens.at(0).due->to_string(), "2026-03-22");
  auto advance = [&](const char* day) {
    house.set_day(day);
    auto fired = house.cases->advance(*base::Date::parse(day));
    EXPECT_TRUE(fired);
    settle();
    return fired.value_or(99);
  };
  EXPECT_EQ(advance("2026-03-21"), 0u);
  EXPECT_EQ(state(id), CaseState::Waiting);
  house.open();                          // a restart keeps the timers
  EXPECT_EQ(advance("2026-03-25"), 2u);  // nobody looked on the 22nd
  EXPECT_EQ(advance("2026-03-26"), 0u);
  EXPECT_EQ(state(id), CaseState::Completed);
  EXPECT_EQ(state(second), CaseState::Completed);
  EXPECT_EQ(papers(), 2u);
  EXPECT_EQ(house.detail(id).summary.closed_on->to_string(), "2026-03-25");
}

TEST_F(CaseworkTest, ATimerWhoseDayHasPassedDoesNotWait) {
  house.lane = "later";
  house.set_day("2026-03-30");
  auto id = house.open_case(house.shop("甲", true));
  settle();
  EXPECT_EQ(state(id), CaseState::Completed);
}

TEST_F(CaseworkTest, AFailedStepStopsWithItsReasonAndMayBeResumed) {
  house.failure = base::Error{base::ErrorCode::Invalid, "表坏了", "the table is broken", {}};
  auto id = house.open_case(house.shop("甲", true));
  settle();
  EXPECT_EQ(state(id), CaseState::Stopped);
  EXPECT_EQ(house.detail(id).timeline.back().type, "stopped");
  EXPECT_THAT(house.detail(id).timeline.back().reason, ::testing::HasSubstr("the table is broken"));
  settle();
  EXPECT_EQ(house.decided, 2);  // not tried again by itself
  house.failure.reset();
  ASSERT_TRUE(house.cases->resume(house.viewer("approver"), id));
  settle();
  EXPECT_EQ(state(id), CaseState::Completed);
}

TEST_F(CaseworkTest, AChangeThatATrustedSourceWouldHideIsNotCalledDone) {
  auto permit = house.shop("甲", true);
  house.put("permit", {{"valid_to", register_::Value::date(*base::Date::parse("2026-04-02"))}}, permit, "ministry");
  auto id = house.open_case(permit);
  settle();
  EXPECT_EQ(state(id), CaseState::Stopped);
  EXPECT_THAT(house.detail(id).timeline.back().reason, ::testing::HasSubstr("more trusted source"));
  EXPECT_EQ(house.detail(id).timeline.back().element, "record");
  EXPECT_EQ(papers(), 0u);
}

TEST_F(CaseworkTest, WhatMayPassIsTriedAgainLater) {
  house.failure = base::Error{base::ErrorCode::Unavailable, "忙", "busy", {}};
  auto id = house.open_case(house.shop("甲", true));
  settle();
  EXPECT_EQ(state(id), CaseState::Running);
  EXPECT_TRUE(house.cases->next_job_at_ms()->has_value());
  house.failure.reset();
  house.clock.advance_ms(10'000);
  settle();
  EXPECT_EQ(state(id), CaseState::Completed);
}

TEST_F(CaseworkTest, CancelTakesTheWorkAway) {
  house.lane = feel::Value();
  auto id = house.open_case(house.shop("甲", true));
  settle();
  const Task task = open_task(id);
  auto officer = house.viewer("approver");
  EXPECT_FALSE(house.cases->cancel(officer, id, ""));
  auto cancelled = house.cases->cancel(officer, id, "企业搬走");
  ASSERT_TRUE(cancelled) << cancelled.error().en;
  EXPECT_EQ(cancelled->state, CaseState::Cancelled);
  EXPECT_EQ(house.detail(id).tasks.at(0).state, TaskState::Withdrawn);
  EXPECT_EQ(house.cases->complete(officer, task.id, R"({"decision":"renew"})", "").error().code,
            base::ErrorCode::Conflict);
  EXPECT_FALSE(house.cases->cancel(officer, id, "again"));
  EXPECT_THAT(*house.cases->worklist(officer, {}), SizeIs(0));
}

TEST_F(CaseworkTest, ListsAreWhatTheViewerMaySee) {
  auto one = house.open_case(house.shop("甲", true), "duty 1");
  const journal::FileId file = house.detail(one).summary.file;
  house.open_case(house.shop("乙", true), "duty 2");
  settle();
  EXPECT_EQ(*house.cases->count(house.viewer("approver"), CaseQuery{}), 2);
  EXPECT_EQ(*house.cases->count(house.viewer("owner", {file}), CaseQuery{}), 1);
  EXPECT_EQ(*house.cases->count(house.viewer("stranger"), CaseQuery{}), 0);
  EXPECT_FALSE(house.cases->find(house.viewer("stranger"), one));
  CaseQuery query;
  query.states = {CaseState::Running, CaseState::Waiting};
  EXPECT_EQ(*house.cases->count(house.viewer("approver"), query), 0);
  query = {};
  query.limit = 1;
  auto first = house.cases->list(house.viewer("approver"), query);
  query.before = first->front().id;
  auto second = house.cases->list(house.viewer("approver"), query);
  ASSERT_EQ(second->size(), 1u);
  EXPECT_EQ(second->front().id, one);
  EXPECT_EQ(house.cases->find_by_number(house.viewer("approver"), "BJ-2026-000002")->id, first->front().id);
}

TEST_F(CaseworkTest, ServicesOfTheProceduresAreKnown) {
  EXPECT_TRUE(house.cases->missing_services().empty());
  Casework bare(*house.journal, *house.records,
                Procedures::load(*pack::PackSet::load({house.packs()}), house.records->catalogue()).value(), house,
                house.clock);
  EXPECT_THAT(bare.missing_services(), SizeIs(3));
}

// Whatever commit is the last before a kill: the next start goes on and ends in the same state, with everything once.
TEST_F(CaseworkTest, AKillBetweenAnyTwoCommitsEndsTheSame) {
  auto permit = house.shop("甲", true);
  auto id = house.open_case(permit);
  settle();
  auto end_of = [&](std::int64_t case_id, journal::RecordId record) {
    const CaseDetail detail = house.detail(case_id);
    std::string end = std::string(name_of(detail.summary.state)) + " " + detail.summary.outcome.zh + " " +
                      house.field(record, "valid_to") + " " + house.field(record, "renewals");
    for (const Event& event : detail.timeline) end += " " + event.type;
    for (const std::string& element : detail.visited) end += " " + element;
    paper::Query query;
    query.case_id = case_id;
    end += " papers " + std::to_string(*house.papers->count(query)) + " notices " +
           std::to_string(house.notices->of_case(case_id)->size());
    return end;
  };
  const std::string expected = end_of(id, permit);
  for (int commits = 0; commits < 20; ++commits) {
    const std::string name = "店" + std::to_string(commits);
    auto other = house.shop(name, true);
    auto other_id = house.open_case(other, "duty " + name);
    // Die after so many rounds, each of one commit; then again after each further one.
    for (int round = 0; round < commits % 10; ++round) ASSERT_TRUE(house.cases->run_jobs(1));
    house.open();
    if (commits >= 10) {
      ASSERT_TRUE(house.cases->run_jobs(1));
      house.open();
    }
    settle();
    EXPECT_EQ(end_of(other_id, other), expected) << commits;
  }
}

// The step's transaction itself fails after its effects were written: nothing of it may remain.
TEST_F(CaseworkTest, AStepThatFailsAfterItsEffectsLeavesNothing) {
  auto permit = house.shop("甲", true);
  int failures = 1;
  Service record;
  record.perform = [&](journal::Transaction& transaction, const Call& call, void*) -> base::Result<Performed> {
    const register_::Kind& kind = *house.records->catalogue().kind("permit");
    register_::Write write;
    write.kind = &kind;
    write.record = call.subject.record;
    write.values = {{kind.field("renewals")->number, register_::Value::number(50, 0)}};
    write.source = 1;
    write.effective_from = call.day;
    write.reason = "test";
    if (auto written = house.records->write(transaction, register_::Viewer::system(), write); !written)
      return tl::unexpected(written.error());
    if (failures-- > 0) return base::fail(base::ErrorCode::Unavailable, "断电", "power cut");
    return Performed{};
  };
  house.cases->add_service("change_record", record);
  auto id = house.open_case(permit);
  settle();
  EXPECT_EQ(house.field(permit, "renewals"), "0");
  EXPECT_EQ(state(id), CaseState::Running);
  house.clock.advance_ms(60'000);
  settle();
  EXPECT_EQ(house.field(permit, "renewals"), "50");
  EXPECT_EQ(state(id), CaseState::Completed);
}

TEST_F(CaseworkTest, ManyCasesShareRounds) {
  for (int number = 0; number < 50; ++number) {
    const std::string name = "店" + std::to_string(number);
    house.open_case(house.shop(name, true), "duty " + name);
  }
  std::size_t rounds = 0;
  while (true) {
    auto done = house.cases->run_jobs();
    ASSERT_TRUE(done);
    if (*done == 0) break;
    ++rounds;
  }
  EXPECT_LE(rounds, 8u);
  CaseQuery query;
  query.states = {CaseState::Completed};
  EXPECT_EQ(*house.cases->count(house.viewer("approver"), query), 50);
  EXPECT_EQ(*house.papers->count({}), 50);
}

}  // namespace
}  // namespace yuanqu::casework
