// The planner alone: from a situation and an event to everything a step changes.
#include "casework/plan.hpp"

#include <gtest/gtest.h>

namespace yuanqu::casework {
namespace {

base::Date day(const char* text) { return *base::Date::parse(text); }

std::shared_ptr<const Procedure> procedure(const std::string& inside) {
  auto read = read_procedure(
      R"(<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:yuanqu="urn:yuanqu:bpmn:1" id="d">
<bpmn:process id="p" name="流程" isExecutable="true">)" +
          inside + "</bpmn:process></bpmn:definitions>",
      "p.bpmn", "pack");
  EXPECT_TRUE(read) << (read ? "" : read.error().en);
  for (const bpmn::Problem& problem : (*read)->process.problems) ADD_FAILURE() << problem.element << " " << problem.en;
  return *read;
}

Situation situation(std::shared_ptr<const Procedure> of) {
  Situation made;
  made.procedure = std::move(of);
  made.variables = feel::Value::context({});
  made.day = day("2026-03-02");
  made.current.number = "BJ-2026-000001";
  made.subject.title = "甲";
  made.subject.value = {"Permit",
                        feel::Value::context({{feel::String("valid to"), feel::Value(day("2026-04-01"))},
                                              {feel::String("staff"), feel::Value(3)}}),
                        nullptr};
  return made;
}

std::string timer(const std::string& definition) {
  return R"(<bpmn:startEvent id="s"/><bpmn:sequenceFlow id="a" sourceRef="s" targetRef="t"/><bpmn:intermediateCatchEvent id="t" name="等"><bpmn:timerEventDefinition>)" +
         definition +
         R"(</bpmn:timerEventDefinition></bpmn:intermediateCatchEvent><bpmn:sequenceFlow id="b" sourceRef="t" targetRef="e"/><bpmn:endEvent id="e" name="完"/>)";
}

std::string due(const std::string& definition) {
  auto plan = plan_start(situation(procedure(timer(definition))));
  return plan ? plan->timers.at(0).due.to_string()
              : std::string(base::name_of(plan.error().code)) + " " + plan.error().place.rule;
}

TEST(Plan, TimersByDateDurationAndFeel) {
  EXPECT_EQ(due("<bpmn:timeDate>2026-05-01</bpmn:timeDate>"), "2026-05-01");
  EXPECT_EQ(due("<bpmn:timeDate>2026-05-01T08:00:00+08:00</bpmn:timeDate>"), "2026-05-01");
  EXPECT_EQ(due("<bpmn:timeDate>=Permit.valid to - @\"P10D\"</bpmn:timeDate>"), "2026-03-22");
  EXPECT_EQ(due("<bpmn:timeDuration>P3D</bpmn:timeDuration>"), "2026-03-05");
  EXPECT_EQ(due("<bpmn:timeDuration>P1M</bpmn:timeDuration>"), "2026-04-02");
  EXPECT_EQ(due("<bpmn:timeDuration>PT1H</bpmn:timeDuration>"), "2026-03-03");
  EXPECT_EQ(
      due("<bpmn:timeDuration>if Permit.staff > 2 then duration(\"P7D\") else duration(\"P1D\")</bpmn:timeDuration>"),
      "2026-03-09");
  EXPECT_EQ(due("<bpmn:timeDate>Permit.nothing</bpmn:timeDate>"), "invalid t");
  EXPECT_EQ(due("<bpmn:timeDate>=1 +</bpmn:timeDate>"), "invalid t");
}

TEST(Plan, OutputsBuildOnEachOtherAndAreKept) {
  auto now = situation(procedure(R"(<bpmn:startEvent id="s"/><bpmn:sequenceFlow id="a" sourceRef="s" targetRef="t"/>
    <bpmn:userTask id="t" name="问"><bpmn:extensionElements><yuanqu:input name="asked" expression="Permit.staff * 2"/>
      <yuanqu:input name="again" expression="asked + 1"/><yuanqu:deadline workingDays="3"/>
      <yuanqu:assignment role="approver" department="&quot;食品科&quot;"/>
      <yuanqu:output name="first" expression="result.x + Permit.staff"/><yuanqu:output name="second" expression="first * 10"/></bpmn:extensionElements></bpmn:userTask>
    <bpmn:sequenceFlow id="b" sourceRef="t" targetRef="e"/><bpmn:endEvent id="e" name="完"/>)"));
  auto plan = plan_start(now);
  ASSERT_TRUE(plan) << plan.error().en;
  ASSERT_EQ(plan->tasks.size(), 1u);
  const Task& task = plan->tasks[0].task;
  EXPECT_EQ(task.department, "食品科");
  EXPECT_EQ(task.budget_working_days, 3);  // its day is counted when it is written
  EXPECT_EQ(task.given.context().find("again")->number().to_string(), "7");
  EXPECT_EQ(plan->visited, "s t");
  EXPECT_FALSE(plan->finished);
  EXPECT_EQ(plan->variables.context().size(), 0u);  // inputs are the task's, not the case's

  now.state = plan->state;
  auto next = plan_complete(now, task.token, feel::Value::context({{feel::String("x"), feel::Value(4)}}));
  ASSERT_TRUE(next) << next.error().en;
  EXPECT_TRUE(next->finished);
  EXPECT_EQ(next->outcome.zh, "完");
  EXPECT_EQ(feel::to_literal(next->variables),
            feel::to_literal(feel::Value::context(
                {{feel::String("first"), feel::Value(7)}, {feel::String("second"), feel::Value(70)}})));
  EXPECT_FALSE(plan_complete(now, 99, {}));
}

TEST(Plan, AsksForFreshFactsOnlyWhereSomethingIsReadAhead) {
  auto one = procedure(R"(<bpmn:startEvent id="s"/><bpmn:sequenceFlow id="a" sourceRef="s" targetRef="w1"/>
    <bpmn:serviceTask id="w1" implementation="urn:yuanqu:service:x"/><bpmn:sequenceFlow id="b" sourceRef="w1" targetRef="w2"/>
    <bpmn:serviceTask id="w2" implementation="urn:yuanqu:service:x"/><bpmn:sequenceFlow id="c" sourceRef="w2" targetRef="g"/>
    <bpmn:exclusiveGateway id="g" default="e1"/><bpmn:sequenceFlow id="d" sourceRef="g" targetRef="w3"><bpmn:conditionExpression>Permit.staff = 3</bpmn:conditionExpression></bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="e1" sourceRef="g" targetRef="e"/>
    <bpmn:serviceTask id="w3" implementation="urn:yuanqu:service:x"/><bpmn:sequenceFlow id="f" sourceRef="w3" targetRef="u"/>
    <bpmn:userTask id="u"/><bpmn:sequenceFlow id="h" sourceRef="u" targetRef="e"/><bpmn:endEvent id="e"/>)");
  EXPECT_FALSE(needs_facts_ahead(one->process, *one->process.find("w1")));
  EXPECT_TRUE(needs_facts_ahead(one->process, *one->process.find("w2")));
  EXPECT_TRUE(needs_facts_ahead(one->process, *one->process.find("w3")));
}

TEST(Plan, CancelWithdraws) {
  auto now = situation(procedure(timer("<bpmn:timeDuration>P3D</bpmn:timeDuration>")));
  now.state = plan_start(now)->state;
  Plan plan = plan_cancel(now);
  EXPECT_EQ(plan.state.phase, bpmn::Phase::Cancelled);
  EXPECT_EQ(plan.withdrawn, std::vector<std::uint64_t>{1});
}

}  // namespace
}  // namespace yuanqu::casework
