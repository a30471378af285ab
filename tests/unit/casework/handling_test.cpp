// Cases as people handle them: sent back, taken back, countersigned, corrected, handed over, supervised, escalated;
// clocks, messages, called cases, repeated activities and versions, on the real journal and register.
#include <gmock/gmock.h>

#include "house.hpp"

namespace yuanqu::casework {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

std::string bpmn_file(const std::string& id, const std::string& inside, const std::string& procedure = {}) {
  return R"(<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:yuanqu="urn:yuanqu:bpmn:1">
<message id="m1" name="answered"/><message id="m2" name="extended"/><signal id="s1" name="halt"/><error id="e1" errorCode="refused"/>
<process id=")" +
         id + R"(" isExecutable="true" name=")" + id + R"("><extensionElements>)" +
         (procedure.empty() ? std::string(R"(<yuanqu:procedure version="1" subject="permit"/>)") : procedure) +
         "</extensionElements>" + inside + "</process></definitions>";
}

std::string task(const std::string& id, const std::string& extensions = {}, const std::string& inside = {}) {
  return "<userTask id=\"" + id + "\" name=\"" + id + "\"><extensionElements><yuanqu:assignment role=\"approver\"/>" +
         extensions + "</extensionElements>" + inside + "</userTask>";
}

std::string way(const std::string& ids) {
  std::istringstream names(ids);
  std::string from, to, text;
  names >> from;
  while (names >> to) {
    text += "<sequenceFlow id=\"" + from + "-" + to + "\" sourceRef=\"" + from + "\" targetRef=\"" + to + "\"/>";
    from = to;
  }
  return text;
}

const std::string both =
    R"(<startEvent id="s"/><parallelGateway id="split"/><parallelGateway id="join"/><endEvent id="e" name="办成"/>)";

std::map<std::string, std::string> files() {
  const std::string rungs =
      R"(<yuanqu:deadline workingDays="5"><yuanqu:escalation workingDaysBefore="2" to="assignee"/><yuanqu:escalation workingDaysBefore="-1" to="role:leader"/></yuanqu:deadline>)";
  return {
      {"procedures/branches.bpmn",
       bpmn_file("branches", both + task("a", "<yuanqu:output name=\"x\" expression=\"result.x\"/>") + task("b1") +
                                 task("b2") + task("c") + task("d") + way("s a split b1 b2 join d e") +
                                 way("split c join"))},
      {"procedures/clocked.bpmn",
       bpmn_file(
           "clocked",
           "<startEvent id=\"s\"/>" + task("a", rungs) + task("b") + "<endEvent id=\"e\" name=\"完\"/>" +
               way("s a b e"),
           R"(<yuanqu:procedure version="1" subject="permit" extensionWorkingDays="10"/><yuanqu:deadline workingDays="20"/>)")},
      {"procedures/named.bpmn",
       bpmn_file(
           "named",
           R"(<startEvent id="s"/><userTask id="own" name="own"><extensionElements><yuanqu:assignment role="approver" person="&quot;丙&quot;"/><yuanqu:output name="by" expression="person"/></extensionElements></userTask><endEvent id="e"/>)" +
               task("next") + way("s own next e"))},
      {"procedures/longer.bpmn",
       bpmn_file(
           "longer",
           "<startEvent id=\"s\"/>" + task("a") +
               R"x(<boundaryEvent id="more" attachedToRef="a" cancelActivity="false"><extensionElements><yuanqu:output name="why" expression="result.reason + string(result.working days)"/></extensionElements><messageEventDefinition messageRef="m2"/></boundaryEvent>)x" +
               task("tell") + "<endEvent id=\"e\"/>" + way("s a e") + way("more tell e"),
           R"(<yuanqu:procedure version="1" subject="permit" extensionWorkingDays="10"/><yuanqu:deadline workingDays="20"/>)")},
      {"procedures/votes.bpmn",
       bpmn_file(
           "votes",
           "<startEvent id=\"s\"/>" +
               task(
                   "vote",
                   "<yuanqu:input name=\"who\" expression=\"item\"/><yuanqu:output name=\"mine\" "
                   "expression=\"result.yes\"/>",
                   "<multiInstanceLoopCharacteristics><extensionElements><yuanqu:loop "
                   "collection=\"[&quot;甲&quot;,&quot;乙&quot;,&quot;丙&quot;]\" output=\"votes\" outputItem=\"item + "
                   "string(mine)\" until=\"completed >= 2\"/></extensionElements></multiInstanceLoopCharacteristics>") +
               task("after") + "<endEvent id=\"e\"/>" + way("s vote after e"))},
      {"procedures/asking.bpmn",
       bpmn_file(
           "asking",
           R"(<startEvent id="s"/><eventBasedGateway id="g"/><intermediateCatchEvent id="answer"><extensionElements><yuanqu:output name="number" expression="result.number"/></extensionElements><messageEventDefinition messageRef="m1"/></intermediateCatchEvent>
<intermediateCatchEvent id="late"><timerEventDefinition><timeDuration>P30D</timeDuration></timerEventDefinition></intermediateCatchEvent><endEvent id="got" name="已回复"/><endEvent id="none" name="未回复"/>)" +
               way("s g answer got") + way("g late none"))},
      {"procedures/calling.bpmn",
       bpmn_file(
           "calling",
           R"(<startEvent id="s"/><callActivity id="call" calledElement="called"><extensionElements><yuanqu:input name="asked" expression="7"/><yuanqu:output name="answer" expression="result.answer"/></extensionElements></callActivity>
<boundaryEvent id="no" attachedToRef="call"><errorEventDefinition errorRef="e1"/></boundaryEvent><endEvent id="e" name="成"/><endEvent id="bad" name="不成"/>)" +
               way("s call e") + way("no bad"))},
      {"procedures/called.bpmn",
       bpmn_file(
           "called",
           R"(<startEvent id="s"/>)" +
               task("check", "<yuanqu:output name=\"answer\" expression=\"asked * result.times\"/>") +
               R"(<exclusiveGateway id="g" default="g-bad"/><endEvent id="ok" name="好"/><endEvent id="bad" name="坏"><errorEventDefinition errorRef="e1"/></endEvent><sequenceFlow id="g-ok" sourceRef="g" targetRef="ok"><conditionExpression>answer > 0</conditionExpression></sequenceFlow>)" +
               way("s check g bad"))},
      {"procedures/order.bpmn",
       bpmn_file(
           "order",
           R"(<startEvent id="s"><extensionElements><yuanqu:form ref="forms/order.json"/></extensionElements></startEvent>
<userTask id="do"><extensionElements><yuanqu:assignment role="= owner"/><yuanqu:input name="line" expression="line"/></extensionElements></userTask><userTask id="close"><extensionElements><yuanqu:assignment role="leader"/></extensionElements></userTask><endEvent id="e" name="销号"/>)" +
               way("s do close e"),
           R"(<yuanqu:procedure version="1" subject="*" category="directive" openedBy="leader" due="due"/>)")},
      {"forms/order.json",
       R"({"type":"object","additionalProperties":false,"required":["line","owner","due"],"properties":{"line":{"type":"string"},"owner":{"type":"string"},"due":{"type":"string","format":"date"}}})"},
  };
}

class Handling : public ::testing::Test {
 protected:
  Handling() : house(::testing::UnitTest::GetInstance()->current_test_info()->name(), files()) {
    house.set_day("2026-03-02");
  }

  std::int64_t open(const std::string& procedure, const std::string& origin = "x") {
    if (permit == 0) permit = house.shop("甲", false);
    OpenRequest request;
    request.procedure = procedure;
    request.origin = origin;
    request.subject = permit;
    auto opened = house.cases->open(request);
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().en);
    settle();
    return opened.value_or(0);
  }
  void settle() {
    auto settled = house.cases->settle();
    ASSERT_TRUE(settled) << settled.error().en;
  }
  Task find(std::int64_t id, const std::string& element, std::size_t which = 0) {
    for (const Task& found : house.detail(id).tasks) {
      if (found.element == element && found.purpose == Purpose::Step && found.state != TaskState::Done &&
          found.state != TaskState::Withdrawn && which-- == 0)
        return found;
    }
    ADD_FAILURE() << "no open task " << element;
    return {};
  }
  std::vector<std::string> waits(std::int64_t id) {
    std::vector<std::string> elements;
    for (const Task& found : house.detail(id).tasks) {
      if (found.state == TaskState::Open || found.state == TaskState::Claimed) elements.push_back(found.element);
    }
    return elements;
  }
  void done(const register_::Viewer& by, std::int64_t id, const std::string& element, const std::string& values = "{}",
            std::size_t which = 0) {
    auto completed = house.cases->complete(by, find(id, element, which).id, values, "");
    ASSERT_TRUE(completed) << element << ": " << completed.error().en;
    settle();
  }
  void back(const register_::Viewer& by, std::int64_t id, const std::string& from, const std::string& to) {
    auto steps = house.cases->earlier_steps(by, find(id, from).id);
    ASSERT_TRUE(steps) << steps.error().en;
    for (const EarlierStep& step : *steps) {
      if (step.element != to) continue;
      auto sent = house.cases->send_back(by, find(id, from).id, step.token, "请改");
      ASSERT_TRUE(sent) << sent.error().en;
      settle();
      return;
    }
    FAIL() << from << " may not return to " << to;
  }
  std::size_t told(const register_::Viewer& viewer, const std::string& type) {
    auto inbox = house.notices->inbox(viewer);
    EXPECT_TRUE(inbox);
    return static_cast<std::size_t>(std::count_if(
        inbox->begin(), inbox->end(), [&](const notice::Notice& sent) { return sent.content.type == type; }));
  }
  std::vector<std::string> types(std::int64_t id) {
    std::vector<std::string> made;
    for (const Event& event : house.detail(id).timeline) made.push_back(event.type);
    return made;
  }

  House house;
  journal::RecordId permit = 0;
  register_::Viewer one = house.viewer("approver", {}, 21, "乙");
  register_::Viewer other = house.viewer("approver", {}, 22, "丙");
  register_::Viewer leader = house.viewer("leader", {}, 31, "长");
};

TEST_F(Handling, SentBackBehindTheJoinComesToWhoeverDidItWithTheirAnswer) {
  const auto id = open("branches");
  done(one, id, "a", R"({"x":5})");
  done(one, id, "b1");
  done(other, id, "c");
  done(one, id, "b2");
  EXPECT_THAT(waits(id), ElementsAre("d"));
  const Task d = find(id, "d");
  EXPECT_EQ(house.cases->send_back(other, d.id, 1, "").error().code, base::ErrorCode::Invalid);  // no reason
  EXPECT_EQ(house.cases->send_back(leader, d.id, 1, "因").error().code, base::ErrorCode::Forbidden);
  back(other, id, "d", "b1");
  EXPECT_THAT(waits(id), ElementsAre("b1"));  // what the other branch did stays done
  const Task again = find(id, "b1");
  EXPECT_EQ(again.assignee, 21);
  EXPECT_EQ(again.asked, "请改");
  done(one, id, "b1");
  done(one, id, "b2");
  EXPECT_THAT(waits(id), ElementsAre("d"));
  back(one, id, "d", "a");
  EXPECT_EQ(feel::to_literal(*find(id, "a").values.context().find("x")), "5");
  done(one, id, "a", R"({"x":6})");
  done(one, id, "b1");
  done(one, id, "c");
  done(one, id, "b2");
  done(one, id, "d");
  const CaseDetail detail = house.detail(id);
  EXPECT_EQ(detail.summary.state, CaseState::Completed);
  EXPECT_EQ(detail.summary.outcome.zh, "办成");
  EXPECT_EQ(feel::to_literal(*detail.variables.context().find("x")), "6");
  EXPECT_THAT(types(id), Contains("returned"));
}

TEST_F(Handling, TakenBackOnlyWhileNobodyHasTheNextStep) {
  const auto id = open("branches");
  const Task a = find(id, "a");
  done(one, id, "a", R"({"x":5})");
  EXPECT_EQ(house.cases->take_back(other, a.id, "").error().code, base::ErrorCode::Conflict);  // not theirs
  auto taken = house.cases->take_back(one, a.id, "漏看一页");
  ASSERT_TRUE(taken) << taken.error().en;
  EXPECT_THAT(waits(id), ElementsAre("a"));
  EXPECT_EQ(find(id, "a").assignee, 21);
  const Task again = find(id, "a");
  done(one, id, "a");
  ASSERT_TRUE(house.cases->claim(other, find(id, "b1").id));
  EXPECT_EQ(house.cases->take_back(one, again.id, "").error().code, base::ErrorCode::Conflict);
}

TEST_F(Handling, ACorrectionStopsTheClockAndTheStepUntilTheApplicantAnswers) {
  const auto id = open("clocked");
  EXPECT_EQ(house.detail(id).summary.due_on->to_string(), "2026-03-30");
  const journal::FileId file = house.detail(id).summary.file;
  auto owner = house.viewer("owner", {file}, 11, "甲");
  house.set_day("2026-03-04");
  const Task a = find(id, "a");
  auto asked = house.cases->ask(one, a.id, {.purpose = Purpose::Correction, .text = "补租赁合同", .working_days = 5});
  ASSERT_TRUE(asked) << asked.error().en;
  EXPECT_EQ(told(owner, "correction"), 1u);
  EXPECT_FALSE(house.detail(id).summary.due_on);
  EXPECT_EQ(house.detail(id).summary.pause, "material");
  CaseQuery waiting{.waits_for_applicant = true};
  EXPECT_EQ(*house.cases->count(one, waiting), 1);
  CaseQuery moving{.waits_for_applicant = false};
  EXPECT_EQ(*house.cases->count(one, moving), 0);
  EXPECT_EQ(house.cases->complete(one, a.id, "{}", "").error().code, base::ErrorCode::Invalid);
  EXPECT_FALSE(house.cases->complete(other, asked->task.id, "{}", "我来").has_value());  // the applicant's alone
  EXPECT_THAT(*house.cases->worklist(owner, {}), SizeIs(1));
  house.set_day("2026-03-11");
  auto answered = house.cases->complete(owner, asked->task.id, "{}", "合同已补");
  ASSERT_TRUE(answered) << answered.error().en;
  // Five working days, from the 5th up to and with the 11th, do not count.
  EXPECT_EQ(house.detail(id).summary.due_on->to_string(), "2026-04-06");
  EXPECT_EQ(house.detail(id).clock.used, 2);
  EXPECT_EQ(*house.cases->count(one, waiting), 0);
  EXPECT_EQ(find(id, "a").due_on->to_string(), "2026-03-16");
  done(one, id, "a");
  EXPECT_THAT(types(id), ::testing::IsSupersetOf({"asked", "answered"}));
}

TEST_F(Handling, CountersignedByNameOrPostAndNeverPassedOver) {
  const auto id = open("branches");
  const Task a = find(id, "a");
  auto asked = house.cases->ask(one, a.id, {.account = 22, .account_name = "丙", .text = "请看场地"});
  ASSERT_TRUE(asked) << asked.error().en;
  EXPECT_FALSE(house.cases->complete(one, a.id, "{}", ""));
  EXPECT_FALSE(house.cases->complete(one, asked->task.id, "{}", "好"));  // somebody else's
  EXPECT_EQ(house.cases->complete(other, asked->task.id, "{}", "").error().code, base::ErrorCode::Invalid);
  ASSERT_TRUE(house.cases->complete(other, asked->task.id, "{}", "场地合格"));
  done(one, id, "a", R"({"x":1})");
  EXPECT_THAT(waits(id), UnorderedElementsAre("b1", "c"));
}

TEST_F(Handling, EscalationsFireOnceEachAlsoAfterDowntimeAndMoveWithTheClock) {
  const auto id = open("clocked");
  const Task a = find(id, "a");
  ASSERT_EQ(a.due_on->to_string(), "2026-03-09");
  ASSERT_TRUE(house.cases->claim(one, a.id));
  ASSERT_TRUE(house.cases->advance(*base::Date::parse("2026-03-04")));
  EXPECT_EQ(told(one, "due_soon"), 0u);
  house.set_day("2026-03-05");
  ASSERT_TRUE(house.cases->advance(*base::Date::parse("2026-03-05")));
  ASSERT_TRUE(house.cases->advance(*base::Date::parse("2026-03-05")));
  EXPECT_EQ(told(one, "due_soon"), 1u);
  house.open();  // a restart, and days nobody looked
  house.set_day("2026-03-20");
  ASSERT_TRUE(house.cases->advance(*base::Date::parse("2026-03-20")));
  ASSERT_TRUE(house.cases->advance(*base::Date::parse("2026-03-20")));
  EXPECT_EQ(told(one, "due_soon"), 1u);
  EXPECT_EQ(told(leader, "overdue"), 1u);
  const auto late = open("clocked", "y");
  done(one, late, "a");  // what is done is not chased
  house.set_day("2026-05-20");
  ASSERT_TRUE(house.cases->advance(*base::Date::parse("2026-05-20")));
  EXPECT_EQ(told(leader, "overdue"), 1u);
}

TEST_F(Handling, SuspendedExtendedAndRecounted) {
  const auto id = open("clocked");
  ASSERT_TRUE(house.cases->pause_clock(one, id, "hearing", "3 月 9 日听证"));
  house.set_day("2026-03-09");
  EXPECT_EQ(house.cases->resume_clock(one, id, "review").error().code, base::ErrorCode::Conflict);
  ASSERT_TRUE(house.cases->resume_clock(one, id, "hearing"));
  EXPECT_EQ(house.detail(id).summary.due_on->to_string(), "2026-04-06");
  EXPECT_EQ(house.cases->extend(one, id, 11, "复杂").error().code, base::ErrorCode::Invalid);
  ASSERT_TRUE(house.cases->extend(one, id, 10, "情况复杂"));
  EXPECT_EQ(house.cases->extend(one, id, 1, "再").error().code, base::ErrorCode::Invalid);
  EXPECT_EQ(house.detail(id).summary.due_on->to_string(), "2026-04-20");
  EXPECT_TRUE(house.detail(id).summary.due_provisional);  // nothing is published
  const auto owner = house.viewer("owner", {house.detail(id).summary.file});
  EXPECT_EQ(told(owner, "due_moved"), 1u);
  // The year is announced: 6 April is a day off. Who is concerned is told once.
  house.published = *base::Calendar::make(*base::Date::parse("2026-01-01"), *base::Date::parse("2026-12-31"),
                                          {{*base::Date::parse("2026-04-06"), false}});
  house.version = "2026";
  EXPECT_EQ(*house.cases->recount(), 1u);
  EXPECT_EQ(*house.cases->recount(), 0u);
  EXPECT_EQ(house.detail(id).summary.due_on->to_string(), "2026-04-21");
  EXPECT_FALSE(house.detail(id).summary.due_provisional);
  EXPECT_EQ(told(owner, "due_moved"), 2u);
  EXPECT_THAT(types(id), Contains("due_changed"));
}

TEST_F(Handling, ManyVoteEachWithTheirOwnVariablesAndTwoAreEnough) {
  const auto id = open("votes");
  EXPECT_THAT(waits(id), SizeIs(3));
  EXPECT_EQ(feel::to_literal(*find(id, "vote", 1).given.context().find("who")), "\"乙\"");
  done(one, id, "vote", R"({"yes":true})", 1);
  done(one, id, "vote", R"({"yes":false})", 1);
  EXPECT_THAT(waits(id), ElementsAre("after"));
  const CaseDetail detail = house.detail(id);
  EXPECT_EQ(feel::to_literal(*detail.variables.context().find("votes")), "[null, \"乙true\", \"丙false\"]");
  EXPECT_EQ(detail.variables.context().find("mine"), nullptr);  // belongs to each vote
  back(one, id, "after", "vote");
  EXPECT_THAT(waits(id), SizeIs(3));
}

TEST_F(Handling, AMessageIsTakenByTheOneThatWaitsAndTheTimerByNobodyThen) {
  const auto id = open("asking");
  const auto second = open("asking", "y");
  EXPECT_EQ(house.detail(id).summary.state, CaseState::Waiting);
  EXPECT_EQ(house.cases->send_message(one, id, "other", "{}").error().code, base::ErrorCode::Conflict);
  ASSERT_TRUE(house.cases->send_message(one, second, "answered", R"({"number":"Q-7"})"));
  EXPECT_FALSE(house.cases->send_message(one, second, "answered", "{}"));  // once
  settle();
  EXPECT_EQ(house.detail(second).summary.outcome.zh, "已回复");
  EXPECT_EQ(feel::to_literal(*house.detail(second).variables.context().find("number")), "\"Q-7\"");
  house.set_day("2026-04-02");
  ASSERT_TRUE(house.cases->advance(*base::Date::parse("2026-04-02")));
  settle();
  EXPECT_EQ(house.detail(id).summary.outcome.zh, "未回复");
  EXPECT_EQ(house.detail(second).summary.outcome.zh, "已回复");
}

TEST_F(Handling, ACalledCaseAnswersFailsOrIsNotWantedAnyMore) {
  const auto child_of = [&](std::int64_t id) {
    auto found = house.cases->list(register_::Viewer::system(), {.parent = id});
    EXPECT_TRUE(found && found->size() == 1);
    return found && !found->empty() ? found->front().id : 0;
  };
  const auto good = open("calling", "1");
  done(one, child_of(good), "check", R"({"times":3})");
  EXPECT_EQ(house.detail(good).summary.outcome.zh, "成");
  EXPECT_EQ(feel::to_literal(*house.detail(good).variables.context().find("answer")), "21");
  const auto bad = open("calling", "2");
  done(one, child_of(bad), "check", R"({"times":0})");
  EXPECT_EQ(house.detail(bad).summary.outcome.zh, "不成");
  const auto gone = open("calling", "3");
  const auto child = child_of(gone);
  ASSERT_TRUE(house.cases->cancel(one, gone, "不办了"));
  settle();
  EXPECT_EQ(house.detail(child).summary.state, CaseState::Cancelled);
}

TEST_F(Handling, ALeadersLineIsACaseWithOwnerAndDayUntilItIsClosed) {
  permit = house.shop("甲", false);
  OpenRequest request;
  request.procedure = "order";
  request.origin = "hand 1";
  request.title = "规上企业 12 家";
  const std::string line = R"({"line":"月底前走访一遍","owner":"approver","due":"2026-03-31"})";
  EXPECT_EQ(house.cases->open_by_hand(one, request, line).error().code, base::ErrorCode::Forbidden);
  std::vector<base::Error> faults;
  EXPECT_FALSE(house.cases->open_by_hand(leader, request, R"({"line":"x"})", &faults));
  EXPECT_THAT(faults, SizeIs(2));
  auto opened = house.cases->open_by_hand(leader, request, line);
  ASSERT_TRUE(opened) << opened.error().en;
  settle();
  EXPECT_EQ(house.detail(*opened).summary.due_on->to_string(), "2026-03-31");
  EXPECT_EQ(house.detail(*opened).summary.title, "规上企业 12 家");
  EXPECT_EQ(*house.cases->count(one, CaseQuery{.category = "directive"}), 1);
  EXPECT_EQ(*house.cases->count(house.viewer("owner", {1}), CaseQuery{.category = "directive"}), 0);
  done(one, *opened, "do");
  back(leader, *opened, "close", "do");
  done(one, *opened, "do");
  done(leader, *opened, "close");
  EXPECT_EQ(house.detail(*opened).summary.outcome.zh, "销号");
  // On a record the case lies in that record's file.
  request.origin = "hand 2";
  request.subject = permit;
  auto about = house.cases->open_by_hand(leader, request, line);
  ASSERT_TRUE(about) << about.error().en;
  EXPECT_EQ(house.detail(*about).summary.subject, permit);
}

TEST_F(Handling, PassedOnByNameAndHandedOverForGood) {
  const auto id = open("branches"), named = open("named", "y");
  ASSERT_TRUE(house.cases->claim(one, find(id, "a").id));
  EXPECT_FALSE(house.cases->assign(one, find(id, "a").id, house.viewer("stranger", {}, 40, "外"), ""));
  ASSERT_TRUE(house.cases->assign(one, find(id, "a").id, other, "熟悉情况"));
  EXPECT_EQ(find(id, "a").assignee, 22);
  EXPECT_EQ(told(other, "task"), 1u);
  // What is in hand goes, and what is named to the person; others' work and free work stay.
  register_::Account from, to;
  from.id = 22, from.name = "bing", from.shown_name = "丙";
  to.id = 21, to.name = "yi", to.shown_name = "乙";
  std::int64_t moved = 0;
  auto committed = house.journal->commit(
      [&](journal::Transaction& transaction) -> base::Result<void> {
        auto done = house.cases->hand_over(transaction, leader, from, to, "交接 JJ-1");
        if (!done) return tl::unexpected(done.error());
        moved = *done;
        return {};
      },
      {.actor = leader.account()});
  ASSERT_TRUE(committed) << committed.error().en;
  EXPECT_EQ(moved, 2);
  EXPECT_EQ(find(id, "a").assignee, 21);
  EXPECT_EQ(find(id, "a").asked_by, "丙");
  EXPECT_EQ(find(named, "own").person, "乙");
  EXPECT_EQ(find(named, "own").state, TaskState::Open);
  EXPECT_EQ(house.detail(id).timeline.back().reason, "交接 JJ-1");
  done(one, id, "a");
}

TEST_F(Handling, WhoIsAwayHasADeputyAlsoForStepsInTheirName) {
  const auto id = open("named");
  EXPECT_EQ(house.cases->complete(one, find(id, "own").id, "{}", "").error().code, base::ErrorCode::Forbidden);
  EXPECT_THAT(*house.cases->worklist(one, {}), IsEmpty());
  register_::Viewer deputy = one;
  deputy.stand_in_for({22});
  house.cases->know_people([](std::int64_t account) { return account == 22 ? std::string("丙") : std::string(); });
  EXPECT_THAT(*house.cases->worklist(deputy, {}), SizeIs(1));
  done(deputy, id, "own");
  // Who did it is in scope of what the step leaves behind.
  EXPECT_EQ(feel::to_literal(*house.detail(id).variables.context().find("by")), "\"乙\"");
}

TEST_F(Handling, AnExtensionIsToldToTheProcedure) {
  const auto id = open("longer");
  EXPECT_THAT(waits(id), ElementsAre("a"));
  ASSERT_TRUE(house.cases->extend(one, id, 10, "须现场核查"));
  settle();
  EXPECT_THAT(waits(id), UnorderedElementsAre("a", "tell"));
  EXPECT_EQ(feel::to_literal(*house.detail(id).variables.context().find("why")), "\"须现场核查10\"");
}

TEST_F(Handling, WithdrawnByTheApplicantAndNobodyElse) {
  const auto id = open("branches");
  done(one, id, "a");
  const journal::FileId file = house.detail(id).summary.file;
  EXPECT_EQ(house.cases->withdraw(one, id, "x").error().code, base::ErrorCode::Forbidden);
  auto gone = house.cases->withdraw(house.viewer("owner", {file}, 11, "甲"), id, "暂不办");
  ASSERT_TRUE(gone) << gone.error().en;
  EXPECT_EQ(gone->state, CaseState::Cancelled);
  EXPECT_EQ(gone->outcome.en, "Withdrawn by the applicant");
  EXPECT_THAT(waits(id), IsEmpty());
}

TEST_F(Handling, MovesToANewVersionOnlyAfterItWasLookedAt) {
  const auto id = open("branches");
  done(one, id, "a");
  house.more_files["procedures/branches.bpmn"] =
      bpmn_file("branches",
                both + task("a") + task("b1") + task("b3") + task("c") + task("d") + task("more") +
                    way("s a split b1 b3 join d more e") + way("split c join"),
                R"(<yuanqu:procedure version="2" subject="permit"/>)");
  house.close();
  house.write_pack();
  house.open();
  EXPECT_EQ(house.detail(id).summary.procedure_version, "1");  // a running case keeps its version
  auto preview = house.cases->migration_of(one, id);
  ASSERT_TRUE(preview) << preview.error().en;
  EXPECT_FALSE(preview->obstacle);
  EXPECT_THAT(preview->places, SizeIs(2));
  EXPECT_EQ(preview->to_version, "2");
  EXPECT_EQ(house.cases->migrate(one, id, "something else").error().code, base::ErrorCode::Conflict);
  ASSERT_TRUE(house.cases->migrate(one, id, preview->to_hash));
  done(one, id, "b1");
  done(one, id, "b3");
  done(one, id, "c");
  done(one, id, "d");
  done(one, id, "more");
  EXPECT_EQ(house.detail(id).summary.state, CaseState::Completed);
  EXPECT_THAT(types(id), Contains("migrated"));
}

TEST_F(Handling, AStepThatIsGoneIsChosenByNameAndThePreviewShowsWhatComesOfIt) {
  const auto id = open("branches");
  done(one, id, "a");
  ASSERT_TRUE(house.cases->claim(one, find(id, "b1").id));
  ASSERT_TRUE(house.cases->claim(one, find(id, "c").id));
  const std::string check =
      R"(<userTask id="check" name="复核"><extensionElements><yuanqu:labels zh="复核" en="Check"/><yuanqu:assignment role="leader"/><yuanqu:input name="limit" expression="limit"/></extensionElements></userTask>)";
  house.more_files["procedures/branches.bpmn"] =
      bpmn_file("branches",
                both + task("a") + check + task("b2") + task("c") + task("d") + way("s a split check b2 join d e") +
                    way("split c join"),
                R"(<yuanqu:procedure version="2" subject="permit"/>)");
  house.close();
  house.write_pack();
  house.open();
  auto preview = house.cases->migration_of(one, id);
  ASSERT_TRUE(preview) << preview.error().en;
  ASSERT_THAT(preview->places, SizeIs(2));
  EXPECT_EQ(preview->places[0].before.id, "b1");
  EXPECT_FALSE(preview->places[0].after);
  EXPECT_THAT(preview->places[0].choices, Contains("check"));
  const auto offered = std::find_if(preview->steps.begin(), preview->steps.end(),
                                    [](const Migration::Element& step) { return step.id == "check"; });
  ASSERT_NE(offered, preview->steps.end());
  EXPECT_EQ(offered->labels.zh, "复核");
  EXPECT_EQ(offered->kind, "user_task");
  EXPECT_EQ(offered->role, "leader");
  ASSERT_TRUE(preview->obstacle);
  EXPECT_EQ(preview->obstacle->place.rule, "b1");
  // Refused as previewed, and nothing is moved.
  EXPECT_EQ(house.cases->migrate(one, id, preview->to_hash).error().code, base::ErrorCode::Invalid);
  EXPECT_EQ(house.detail(id).summary.procedure_version, "1");
  // Two places into one.
  EXPECT_TRUE(house.cases->migration_of(one, id, {{"b1", "c"}})->obstacle);
  auto chosen = house.cases->migration_of(one, id, {{"b1", "check"}});
  ASSERT_TRUE(chosen);
  ASSERT_FALSE(chosen->obstacle) << chosen->obstacle->en;
  EXPECT_EQ(chosen->places[0].after->labels.en, "Check");
  ASSERT_TRUE(house.cases->migrate(one, id, chosen->to_hash, {{"b1", "check"}}));
  // The step is the new version's: its people's, who had it in hand no longer has; the other one stays in hand.
  const Task moved = find(id, "check");
  EXPECT_EQ(moved.role, "leader");
  EXPECT_EQ(moved.state, TaskState::Open);
  EXPECT_EQ(moved.assignee_name, "");
  EXPECT_EQ(find(id, "c").state, TaskState::Claimed);
  EXPECT_EQ(house.cases->complete(one, moved.id, "{}", "").error().code, base::ErrorCode::Forbidden);
  done(house.viewer("leader", {}, 31, "长"), id, "check");
  done(one, id, "b2");
  done(one, id, "c");
  done(one, id, "d");
  EXPECT_EQ(house.detail(id).summary.state, CaseState::Completed);
}

}  // namespace
}  // namespace yuanqu::casework
