// Reading BPMN 2.0 XML: what is kept, what is refused, and that everything wrong is told at once and by element.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "bpmn/model.hpp"

namespace yuanqu::bpmn {
namespace {

std::string definitions(const std::string& inside) {
  return R"(<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:yuanqu="urn:yuanqu:bpmn:1"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="urn:test">
)" + inside +
         "</bpmn:definitions>";
}

std::string process(const std::string& inside) {
  return definitions(R"(<bpmn:process id="p" name="续证" isExecutable="true">)" + inside + "</bpmn:process>");
}

const std::string whole = process(R"(
  <bpmn:extensionElements><yuanqu:procedure version="2026-01" subject="permit" en="Renewal"/></bpmn:extensionElements>
  <bpmn:laneSet id="lanes"/>
  <bpmn:startEvent id="start"/>
  <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="rules"/>
  <bpmn:businessRuleTask id="rules" name="核对条件">
    <bpmn:extensionElements>
      <yuanqu:decision model="renewal.dmn" name="Lane" result="lane"/>
      <yuanqu:labels en="Check the conditions"/>
      <yuanqu:output name="missing" expression="= result.missing"/>
    </bpmn:extensionElements>
  </bpmn:businessRuleTask>
  <bpmn:sequenceFlow id="f2" sourceRef="rules" targetRef="which"/>
  <bpmn:exclusiveGateway id="which" default="f4"/>
  <bpmn:sequenceFlow id="f3" sourceRef="which" targetRef="issue">
    <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression"> = lane = "automatic" </bpmn:conditionExpression>
  </bpmn:sequenceFlow>
  <bpmn:sequenceFlow id="f4" sourceRef="which" targetRef="ask"/>
  <bpmn:userTask id="ask" name="人工核定">
    <bpmn:extensionElements>
      <yuanqu:assignment role="approver" department="Case.department"/>
      <yuanqu:form ref="forms/approve.json"/><yuanqu:deadline workingDays="5"/><yuanqu:completedBy change="mandate" when="agreed"/>
    </bpmn:extensionElements>
  </bpmn:userTask>
  <bpmn:sequenceFlow id="f5" sourceRef="ask" targetRef="wait"/>
  <bpmn:intermediateCatchEvent id="wait"><bpmn:timerEventDefinition><bpmn:timeDuration>P3D</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>
  <bpmn:sequenceFlow id="f6" sourceRef="wait" targetRef="issue"/>
  <bpmn:serviceTask id="issue" implementation="urn:yuanqu:service:issue_paper">
    <bpmn:extensionElements><yuanqu:input name="template" expression="&quot;x&quot;"/></bpmn:extensionElements>
  </bpmn:serviceTask>
  <bpmn:sequenceFlow id="f7" sourceRef="issue" targetRef="end"/>
  <bpmn:endEvent id="end"/>
  <bpmn:textAnnotation id="note"><bpmn:text>说明</bpmn:text></bpmn:textAnnotation>)");

TEST(Read, KeepsWhatTheEngineNeeds) {
  auto read_process = read(whole, "renewal.bpmn");
  ASSERT_TRUE(read_process) << read_process.error().en;
  const Process& p = *read_process;
  for (const Problem& problem : p.problems) ADD_FAILURE() << problem.element << ": " << problem.en;
  EXPECT_EQ(p.version, "2026-01");
  EXPECT_EQ(p.subject_kind, "permit");
  EXPECT_EQ(p.labels.zh, "续证");
  EXPECT_EQ(p.labels.en, "Renewal");
  EXPECT_EQ(p.nodes[p.start].id, "start");
  const Node& rules = *p.find("rules");
  EXPECT_EQ(rules.decision.model, "renewal.dmn");
  EXPECT_EQ(rules.decision.result, "lane");
  EXPECT_EQ(rules.labels.zh, "核对条件");
  EXPECT_EQ(rules.labels.en, "Check the conditions");
  ASSERT_EQ(rules.outputs.size(), 1u);
  EXPECT_EQ(rules.outputs[0].expression, "result.missing");
  const Node& which = *p.find("which");
  ASSERT_TRUE(which.default_flow);
  EXPECT_EQ(p.flows[*which.default_flow].id, "f4");
  EXPECT_EQ(p.flows[which.outgoing[0]].condition, "lane = \"automatic\"");
  const Node& ask = *p.find("ask");
  EXPECT_EQ(ask.assignment.role, "approver");
  EXPECT_EQ(ask.assignment.department, "Case.department");
  EXPECT_EQ(ask.form, "forms/approve.json");
  EXPECT_EQ(ask.completed_by_changes, std::vector<std::string>{"mandate"});
  EXPECT_EQ(ask.completed_by_when, "agreed");
  EXPECT_EQ(ask.deadline.working_days, 5);
  const Node& wait = *p.find("wait");
  EXPECT_EQ(wait.timer.kind, TimerKind::Duration);
  EXPECT_FALSE(wait.timer.expression);
  EXPECT_EQ(p.find("issue")->service, "issue_paper");
  EXPECT_EQ(p.find("issue")->inputs.at(0).expression, "\"x\"");
}

std::vector<std::string> problems_of(const std::string& inside) {
  auto read_process = read(process(inside), "x.bpmn");
  std::vector<std::string> elements;
  if (!read_process) {
    ADD_FAILURE() << read_process.error().en;
    return elements;
  }
  for (const Problem& problem : read_process->problems) {
    elements.push_back(problem.element + " " + std::string(base::name_of(problem.code)));
    EXPECT_FALSE(problem.zh.empty());
    EXPECT_FALSE(problem.en.empty());
  }
  return elements;
}

TEST(Read, ListsEverythingUnsupportedByElement) {
  auto elements = problems_of(R"(
    <bpmn:startEvent id="s"><bpmn:timerEventDefinition/></bpmn:startEvent>
    <bpmn:scriptTask id="script"/>
    <bpmn:manualTask id="manual"/>
    <bpmn:task id="untyped"/>
    <bpmn:complexGateway id="complex"/>
    <bpmn:transaction id="transaction"/>
    <bpmn:adHocSubProcess id="adhoc"/>
    <bpmn:subProcess id="sub" triggeredByEvent="true"/>
    <bpmn:boundaryEvent id="boundary" attachedToRef="s"/>
    <bpmn:intermediateCatchEvent id="catch"><bpmn:conditionalEventDefinition/></bpmn:intermediateCatchEvent>
    <bpmn:intermediateThrowEvent id="throw"><bpmn:compensateEventDefinition/></bpmn:intermediateThrowEvent>
    <bpmn:endEvent id="escalate"><bpmn:escalationEventDefinition/></bpmn:endEvent>
    <bpmn:intermediateThrowEvent id="link"><bpmn:linkEventDefinition/></bpmn:intermediateThrowEvent>
    <bpmn:intermediateCatchEvent id="cycle"><bpmn:timerEventDefinition><bpmn:timeCycle>R3/P1D</bpmn:timeCycle></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>
    <bpmn:userTask id="again"><bpmn:standardLoopCharacteristics/></bpmn:userTask>)");
  for (const char* id : {"s", "script", "manual", "untyped", "complex", "transaction", "adhoc", "sub", "boundary",
                         "catch", "throw", "escalate", "link", "cycle", "again"}) {
    EXPECT_THAT(elements, ::testing::Contains(std::string(id) + " unsupported"));
  }
}

TEST(Read, ChecksTheWay) {
  const std::string good_end = R"(<bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="e"/><bpmn:endEvent id="e"/>)";
  EXPECT_THAT(problems_of(R"(<bpmn:startEvent id="s"/>)" + good_end), ::testing::IsEmpty());
  EXPECT_THAT(problems_of(R"(<bpmn:endEvent id="e"/>)"), ::testing::Contains("p invalid"));  // no start
  EXPECT_THAT(problems_of(R"(<bpmn:startEvent id="s"/><bpmn:startEvent id="t"/>)" + good_end),
              ::testing::Contains("t invalid"));
  EXPECT_THAT(problems_of(R"(<bpmn:startEvent id="s"/><bpmn:userTask id="lost"/>)" + good_end),
              ::testing::Contains("lost invalid"));
  EXPECT_THAT(problems_of(R"(<bpmn:startEvent id="s"/><bpmn:sequenceFlow id="g" sourceRef="s" targetRef="nowhere"/>)" +
                          good_end),
              ::testing::Contains("g invalid"));
  EXPECT_THAT(problems_of(R"(<bpmn:startEvent id="s"/><bpmn:userTask id="s"/>)" + good_end),
              ::testing::Contains("s invalid"));
  // A ring nobody enters is told as unreachable; a ring without a way out as never closing.
  EXPECT_THAT(problems_of(R"(<bpmn:startEvent id="s"/><bpmn:userTask id="a"/><bpmn:userTask id="b"/>
      <bpmn:sequenceFlow id="g" sourceRef="a" targetRef="b"/><bpmn:sequenceFlow id="h" sourceRef="b" targetRef="a"/>)" +
                          good_end),
              ::testing::IsSupersetOf({"a invalid", "b invalid"}));
  EXPECT_THAT(
      problems_of(
          R"(<bpmn:startEvent id="s"/><bpmn:parallelGateway id="split"/><bpmn:userTask id="a"/><bpmn:userTask id="b"/><bpmn:endEvent id="e"/>
      <bpmn:sequenceFlow id="i" sourceRef="s" targetRef="split"/><bpmn:sequenceFlow id="j" sourceRef="split" targetRef="e"/><bpmn:sequenceFlow id="k" sourceRef="split" targetRef="a"/>
      <bpmn:sequenceFlow id="g" sourceRef="a" targetRef="b"/><bpmn:sequenceFlow id="h" sourceRef="b" targetRef="a"/>)"),
      ::testing::IsSupersetOf({"a invalid", "b invalid"}));
}

TEST(Read, ChecksTasksAndGateways) {
  auto elements = problems_of(R"(<bpmn:startEvent id="s"/><bpmn:serviceTask id="a"/><bpmn:businessRuleTask id="b"/>
      <bpmn:intermediateCatchEvent id="c"><bpmn:timerEventDefinition/></bpmn:intermediateCatchEvent>
      <bpmn:exclusiveGateway id="g"/><bpmn:endEvent id="e"/><bpmn:endEvent id="e2"/>
      <bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="a"/><bpmn:sequenceFlow id="f2" sourceRef="a" targetRef="b"/>
      <bpmn:sequenceFlow id="f3" sourceRef="b" targetRef="c"/><bpmn:sequenceFlow id="f4" sourceRef="c" targetRef="g"/>
      <bpmn:sequenceFlow id="f5" sourceRef="g" targetRef="e"><bpmn:conditionExpression>true</bpmn:conditionExpression></bpmn:sequenceFlow>
      <bpmn:sequenceFlow id="f6" sourceRef="g" targetRef="e2"/>)");
  EXPECT_THAT(elements, ::testing::IsSupersetOf({"a invalid", "b invalid", "c invalid", "g invalid"}));
}

TEST(Read, WhoMustBeAnotherNamesAnEarlierTaskOfPeople) {
  const auto read_with = [](const std::string& not_by) {
    return read(
        process(R"(<bpmn:startEvent id="start"/><bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="propose"/>
      <bpmn:userTask id="propose"><bpmn:extensionElements><yuanqu:assignment role="approver"/></bpmn:extensionElements></bpmn:userTask>
      <bpmn:sequenceFlow id="f2" sourceRef="propose" targetRef="confirm"/>
      <bpmn:userTask id="confirm"><bpmn:extensionElements><yuanqu:assignment role="leader" notBy=")" +
                not_by +
                R"("/></bpmn:extensionElements></bpmn:userTask>
      <bpmn:sequenceFlow id="f3" sourceRef="confirm" targetRef="end"/><bpmn:endEvent id="end"/>)"),
        "p.bpmn");
  };
  auto good = read_with("propose");
  ASSERT_TRUE(good);
  EXPECT_TRUE(good->problems.empty());
  EXPECT_EQ(good->find("confirm")->not_by, "propose");
  for (const char* wrong : {"nobody", "end", "confirm"}) {
    auto bad = read_with(wrong);
    ASSERT_TRUE(bad);
    ASSERT_EQ(bad->problems.size(), 1u) << wrong;
    EXPECT_EQ(bad->problems.front().element, "confirm");
  }
}

TEST(Read, RefusesWhatIsNotAProcedure) {
  auto code = [](const std::string& xml, ReadLimits limits = {}) {
    auto result = read(xml, "x.bpmn", limits);
    return result ? std::string("read") : std::string(base::name_of(result.error().code));
  };
  EXPECT_EQ(code(""), "invalid");
  EXPECT_EQ(code("<a"), "invalid");
  EXPECT_EQ(code("<a/>"), "invalid");
  EXPECT_EQ(code("<definitions/>"), "invalid");  // another name space
  EXPECT_EQ(code(definitions("")), "invalid");
  EXPECT_EQ(code(definitions("<bpmn:process id='a'/><bpmn:process id='b'/>")), "unsupported");
  EXPECT_EQ(code("<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>" + definitions("")), "invalid");
  EXPECT_EQ(code(whole, {.bytes_max = 100}), "limit_exceeded");
  EXPECT_EQ(code(whole, {.elements_max = 10}), "limit_exceeded");
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "<bpmn:a>";
  for (int i = 0; i < 100; ++i) deep += "</bpmn:a>";
  EXPECT_EQ(code(process(deep)), "limit_exceeded");
}

TEST(Read, SurvivesDamagedFiles) {
  RC_ASSERT(rc::check("cut, doubled and overwritten bytes never crash", [] {
    std::string text = whole;
    const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
    const auto length = *rc::gen::inRange<std::size_t>(0, 200);
    switch (*rc::gen::inRange(0, 3)) {
      case 0: text.erase(at, length); break;
      case 1: text.insert(at, text.substr(at, length)); break;
      default: text.replace(at, 1, 1, *rc::gen::arbitrary<char>()); break;
    }
    auto result = read(text, "x.bpmn");
    if (!result) RC_ASSERT(!result.error().en.empty());
  }));
}

TEST(Read, EveryProcedureOfThePacksIsSupported) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(std::string(YUANQU_SOURCE_DIR) + "/packs")) {
    if (entry.path().extension() != ".bpmn") continue;
    std::ifstream file(entry.path());
    std::stringstream text;
    text << file.rdbuf();
    auto result = read(text.str(), entry.path().filename().string());
    ASSERT_TRUE(result) << entry.path() << ": " << result.error().en;
    for (const Problem& problem : result->problems)
      ADD_FAILURE() << entry.path() << " " << problem.element << ": " << problem.en;
    ++count;
  }
  if (count == 0) GTEST_SKIP() << "no pack has a procedure yet";
}

}  // namespace
}  // namespace yuanqu::bpmn
