// Every order of events of small models, with every return to an earlier step at every moment: no token is lost,
// doubled or stuck; and what a return means, step by step (docs/procedures.md).
#include <gmock/gmock.h>

#include <set>

#include "bpmn/explore.hpp"
#include "bpmn/migration.hpp"
#include "model_text.hpp"

namespace yuanqu::bpmn {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class Yes : public Conditions {
 public:
  base::Result<std::optional<bool>> holds(const SequenceFlow& flow, const Token&, const State&) override {
    return std::optional<bool>(flow.condition == "yes");
  }
  base::Result<std::uint32_t> times(const Node&, const Token&, const State&) override { return count; }
  base::Result<bool> enough(const Node& node, const Token&, const State&) override {
    return !node.loop->completion.empty();
  }
  std::uint32_t count = 2;
};

// Drives one case by the names of its steps.
class Case {
 public:
  explicit Case(const ModelText& text) : process(text.process()) { take(start(process, state, yes)); }

  std::uint64_t number(const std::string& id, std::uint32_t index = 0) const {
    for (const Token& token : state.tokens) {
      if (token.node == id && is_announced(process, token) && (index == 0 || token.index == index)) return token.number;
    }
    ADD_FAILURE() << "nothing waits at " << id;
    return 0;
  }
  Case& done(const std::string& id, std::uint32_t index = 0) {
    take(complete(process, state, number(id, index), yes));
    return *this;
  }
  std::vector<std::string> may_return(const std::string& from, std::uint32_t index = 0) const {
    std::vector<std::string> ids;
    for (const Token& token : earlier(process, state, number(from, index)))
      ids.push_back(token.node + (token.part == Part::One ? std::to_string(token.index) : ""));
    return ids;
  }
  Case& back(const std::string& from, const std::string& to, std::uint32_t index = 0) {
    for (const Token& token : earlier(process, state, number(from))) {
      if (token.node != to || (token.part == Part::One ? token.index : 0) != index) continue;
      take(roll_back(process, state, token.number, yes));
      return *this;
    }
    ADD_FAILURE() << from << " may not return to " << to;
    return *this;
  }
  // Elements that wait for somebody or something.
  std::vector<std::string> waits() const {
    std::vector<std::string> ids;
    for (const Token& token : state.tokens) {
      if (is_announced(process, token)) ids.push_back(token.node);
    }
    return ids;
  }
  bool finished() const { return state.phase == Phase::Finished; }
  void take(base::Result<Step> step) {
    ASSERT_TRUE(step) << step.error().en;
    state = std::move(step->state);
    effects = std::move(step->effects);
    undone = std::move(step->undone);
    auto again = read_state(process, write(state));
    ASSERT_TRUE(again);
    EXPECT_EQ(*again, state);
  }

  Yes yes;
  Process process;
  State state;
  std::vector<Effect> effects;
  std::vector<Token> undone;
};

ModelText two_branches() {
  return ModelText()
      .element("startEvent", "s")
      .users("a b1 b2 c1 c2 d")
      .element("parallelGateway", "split")
      .element("parallelGateway", "join")
      .element("endEvent", "e")
      .way("s a split b1 b2 join d e")
      .way("split c1 c2 join");
}

TEST(Return, InsideABranchLeavesTheOtherBranchAlone) {
  Case one(two_branches());
  one.done("a").done("b1").done("c1");
  EXPECT_THAT(one.may_return("b2"), ElementsAre("b1", "a"));
  one.back("b2", "b1");
  EXPECT_THAT(one.waits(), UnorderedElementsAre("b1", "c2"));
  one.done("b1").done("b2").done("c2").done("d");
  EXPECT_TRUE(one.finished());
}

TEST(Return, BeforeTheSplitTakesBothBranchesBack) {
  Case one(two_branches());
  one.done("a").done("b1").done("c1").done("c2");  // c waits at the join
  one.back("b2", "a");
  EXPECT_THAT(one.waits(), ElementsAre("a"));
  EXPECT_EQ(one.state.tokens.size(), 1u);
  EXPECT_EQ(one.undone.front().node, "a");
  one.done("a").done("b1").done("b2").done("c1").done("c2").done("d");
  EXPECT_TRUE(one.finished());
}

TEST(Return, BehindTheJoinIntoABranchKeepsWhatTheOtherBranchDid) {
  Case one(two_branches());
  one.done("a").done("b1").done("b2").done("c1").done("c2");
  EXPECT_THAT(one.may_return("d"), UnorderedElementsAre("a", "b1", "b2", "c1", "c2"));
  one.back("d", "b1");
  EXPECT_THAT(one.waits(), ElementsAre("b1"));
  one.done("b1").done("b2");  // c was done and is not asked again
  EXPECT_THAT(one.waits(), ElementsAre("d"));
  one.back("d", "c2").done("c2").done("d");
  EXPECT_TRUE(one.finished());
}

TEST(Return, NeverIntoABranchOneDidNotComeFrom) {
  Case one(two_branches());
  one.done("a").done("b1").done("c1").done("c2");
  EXPECT_THAT(one.may_return("b2"), ElementsAre("b1", "a"));
  EXPECT_FALSE(roll_back(one.process, one.state, 999, one.yes));
}

TEST(Return, TwiceAndAfterAReturnTheOldNumbersAreGone) {
  Case one(two_branches());
  one.done("a");
  const auto old = one.number("b1");
  one.done("b1").back("b2", "b1").done("b1").back("b2", "b1");
  EXPECT_FALSE(complete(one.process, one.state, old, one.yes));
  one.done("b1").back("b2", "a").done("a").done("c1").done("c2").done("b1").done("b2").done("d");
  EXPECT_TRUE(one.finished());
}

TEST(Return, ToOneOfSeveralOpinionsKeepsTheOthers) {
  Case one(ModelText()
               .element("startEvent", "s")
               .users("a")
               .element("userTask", "sign", twice)
               .users("d")
               .element("endEvent", "e")
               .way("s a sign d e"));
  one.done("a").done("sign", 1).done("sign", 2);
  EXPECT_THAT(one.may_return("d"), ElementsAre("sign", "sign2", "sign1", "a"));
  one.back("d", "sign", 2);
  EXPECT_THAT(one.waits(), ElementsAre("sign"));
  EXPECT_EQ(one.state.find(one.number("sign"))->index, 2u);
  one.done("sign");
  EXPECT_THAT(one.waits(), ElementsAre("d"));
  one.back("d", "sign");  // the whole of it
  EXPECT_THAT(one.waits(), ElementsAre("sign", "sign"));
  one.done("sign", 2);
  EXPECT_THAT(one.may_return("sign", 1), ElementsAre("a"));
  one.back("sign", "a");
  EXPECT_THAT(one.waits(), ElementsAre("a"));
  one.done("a").done("sign", 1).done("sign", 2).done("d");
  EXPECT_TRUE(one.finished());
}

TEST(Return, OpinionsCutOffByTheConditionAreAskedAgain) {
  Case one(ModelText()
               .element("startEvent", "s")
               .element("userTask", "sign", one_is_enough)
               .users("d")
               .element("endEvent", "e")
               .way("s sign d e"));
  one.done("sign", 1);
  EXPECT_THAT(one.waits(), ElementsAre("d"));
  one.back("d", "sign", 1);
  EXPECT_THAT(one.waits(), ElementsAre("sign", "sign"));
  one.done("sign", 2).done("d");
  EXPECT_TRUE(one.finished());
}

TEST(Return, ArmsTheTimersOfTheStepAnew) {
  Case one(ModelText()
               .element("startEvent", "s")
               .users("a b")
               .element("boundaryEvent", "late", timer, "attachedToRef=\"a\" cancelActivity=\"false\"")
               .users("remind")
               .element("endEvent", "e")
               .element("endEvent", "e2")
               .way("s a b e")
               .way("late remind e2"));
  EXPECT_THAT(one.waits(), ElementsAre("a", "late"));
  one.done("late");
  EXPECT_THAT(one.waits(), UnorderedElementsAre("a", "remind"));
  one.done("a");
  EXPECT_THAT(one.waits(), UnorderedElementsAre("remind", "b"));
  one.back("b", "a");
  EXPECT_THAT(one.waits(), UnorderedElementsAre("a", "late"));  // the reminder of the first round is gone with it
  one.done("a").done("b");
  EXPECT_TRUE(one.finished());
}

TEST(Return, OutOfAndBackIntoASubprocess) {
  const ModelText inner = ModelText()
                              .element("startEvent", "is")
                              .users("x y")
                              .element("parallelGateway", "fork")
                              .element("endEvent", "ie1")
                              .element("endEvent", "ie2")
                              .way("is fork x ie1")
                              .way("fork y ie2");
  Case one(ModelText()
               .element("startEvent", "s")
               .users("a")
               .element("subProcess", "sub", inner.inside())
               .users("d")
               .element("endEvent", "e")
               .way("s a sub d e"));
  one.done("a").done("x");
  EXPECT_THAT(one.waits(), ElementsAre("y"));
  one.done("y");
  EXPECT_THAT(one.may_return("d"), UnorderedElementsAre("sub", "x", "y", "a"));
  one.back("d", "x");
  EXPECT_THAT(one.waits(), ElementsAre("x"));  // y stays done
  one.back("x", "a");
  EXPECT_THAT(one.waits(), ElementsAre("a"));
  one.done("a").done("x").done("y").back("d", "sub").done("y").done("x").done("d");
  EXPECT_TRUE(one.finished());
}

TEST(Engine, EventsOfABoundaryInterruptOrNot) {
  const auto with = [](const std::string& attributes) {
    return ModelText()
        .element("startEvent", "s")
        .users("a b late")
        .element("boundaryEvent", "out", message, "attachedToRef=\"a\" " + attributes)
        .element("endEvent", "e")
        .element("endEvent", "e2")
        .way("s a b e")
        .way("out late e2");
  };
  Case breaking(with(""));
  breaking.done("out");
  EXPECT_THAT(breaking.waits(), ElementsAre("late"));
  EXPECT_EQ(breaking.effects[1].kind, EffectKind::Withdraw);
  Case beside(with("cancelActivity=\"false\""));
  beside.done("out").done("out");  // a message may come twice
  EXPECT_THAT(beside.waits(), UnorderedElementsAre("a", "late", "late", "out"));
  beside.done("a");
  EXPECT_THAT(beside.waits(), UnorderedElementsAre("late", "late", "b"));
}

TEST(Engine, ATimerCycleGoesRoundAsOftenAsItSays) {
  Case one(ModelText()
               .element("startEvent", "s")
               .users("a")
               .element("boundaryEvent", "again",
                        "<timerEventDefinition><timeCycle>R3/P1D</timeCycle></timerEventDefinition>",
                        "attachedToRef=\"a\" cancelActivity=\"false\"")
               .element("endEvent", "e")
               .element("endEvent", "e2")
               .way("s a e")
               .way("again e2"));
  one.done("again").done("again").done("again");
  EXPECT_THAT(one.waits(), ElementsAre("a"));
}

TEST(Engine, ErrorsGoToTheNearestThatTakesThem) {
  const ModelText inner = ModelText()
                              .element("startEvent", "is")
                              .users("x")
                              .element("exclusiveGateway", "ok", "", "default=\"ok-bad\"")
                              .element("endEvent", "bad", error)
                              .element("endEvent", "ie")
                              .way("is x ok bad")
                              .way("ok ie", "no");
  const auto with = [&](const std::string& caught) {
    return ModelText()
        .element("startEvent", "s")
        .element("subProcess", "sub", inner.inside() + twice)
        .element("boundaryEvent", "wrong", caught, "attachedToRef=\"sub\"")
        .users("d repair")
        .element("endEvent", "e")
        .way("s sub d e")
        .way("wrong repair d");
  };
  for (const std::string& caught : {error, std::string("<errorEventDefinition/>")}) {
    Case one(with(caught));
    EXPECT_THAT(one.waits(), ElementsAre("x", "x"));
    one.done("x");
    EXPECT_THAT(one.waits(), ElementsAre("repair"));
    one.done("repair").done("d");
    EXPECT_TRUE(one.finished());
  }
  Case raised(with(error));
  auto step = raise(raised.process, raised.state, raised.number("x"), "refused", raised.yes);
  ASSERT_TRUE(step);
  EXPECT_FALSE(raise(raised.process, raised.state, raised.number("x"), "other", raised.yes));
  Case lost(ModelText()
                .element("startEvent", "s")
                .users("x y")
                .element("parallelGateway", "g")
                .element("endEvent", "bad", error)
                .element("endEvent", "e")
                .way("s g x bad")
                .way("g y e"));
  lost.done("x");
  EXPECT_TRUE(lost.finished());
  EXPECT_EQ(lost.effects.back().flow, "refused");
}

TEST(Engine, TheFirstEventOfAnEventGatewayWins) {
  Case one(ModelText()
               .element("startEvent", "s")
               .element("eventBasedGateway", "g")
               .element("intermediateCatchEvent", "answer", message)
               .element("intermediateCatchEvent", "day", timer)
               .element("receiveTask", "letter", "", "messageRef=\"m1\"")
               .users("a b")
               .element("endEvent", "e")
               .element("exclusiveGateway", "m")
               .way("s g answer a m e")
               .way("g day b m")
               .way("g letter m"));
  EXPECT_THAT(one.waits(), ElementsAre("answer", "day", "letter"));
  one.done("day");
  EXPECT_THAT(one.waits(), ElementsAre("b"));
}

TEST(Engine, AnInclusiveJoinWaitsForThoseThatCanCome) {
  const ModelText text = ModelText()
                             .element("startEvent", "s")
                             .element("inclusiveGateway", "g", "", "default=\"g-c\"")
                             .users("a b c d")
                             .element("inclusiveGateway", "m")
                             .element("endEvent", "e")
                             .way("s g")
                             .way("g a", "yes")
                             .way("g b", "yes")
                             .way("g c")
                             .way("a m d e")
                             .way("b m")
                             .way("c m");
  Case one(text);
  EXPECT_THAT(one.waits(), ElementsAre("a", "b"));
  one.done("b");
  EXPECT_THAT(one.waits(), ElementsAre("a"));
  one.done("a");
  EXPECT_THAT(one.waits(), ElementsAre("d"));
  one.back("d", "a");
  EXPECT_THAT(one.waits(), ElementsAre("a"));
  one.done("a").done("d");
  EXPECT_TRUE(one.finished());
}

TEST(Engine, TasksInTurnAndNone) {
  const ModelText text = ModelText()
                             .element("startEvent", "s")
                             .element("userTask", "sign", twice_in_turn)
                             .users("d")
                             .element("endEvent", "e")
                             .way("s sign d e");
  Case one(text);
  EXPECT_THAT(one.waits(), ElementsAre("sign"));
  one.done("sign", 1).done("sign", 2).done("d");
  EXPECT_TRUE(one.finished());
  Case none(text);
  none.yes.count = 0;
  none.state = State{};
  none.take(start(none.process, none.state, none.yes));
  EXPECT_THAT(none.waits(), ElementsAre("d"));
}

TEST(Engine, MigrationKeepsTheMarkingOrSaysWhatIsMissing) {
  Case one(two_branches());
  one.done("a").done("b1").done("c1").done("c2");
  const Process next = ModelText()
                           .element("startEvent", "s")
                           .users("a b1 check c1 c2 d more")
                           .element("parallelGateway", "split")
                           .element("parallelGateway", "join")
                           .element("endEvent", "e")
                           .way("s a split b1 check join d more e")
                           .way("split c1 c2 join")
                           .process();
  auto missing = migrate(one.process, next, one.state, {});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().place.rule, "b2");
  auto moved = migrate(one.process, next, one.state, {{"b2", "check"}});
  ASSERT_TRUE(moved) << moved.error().en;
  one.process = next;
  one.state = *moved;
  EXPECT_THAT(one.waits(), ElementsAre("check"));
  one.done("check").done("d").done("more");
  EXPECT_TRUE(one.finished());
}

TEST(Engine, MigrationOffersOnlyWhatFitsAndRefusesWhatWouldStop) {
  Case one(two_branches());
  one.done("a").done("b1").done("c1").done("c2");
  // b2 is gone; the other branch is shorter and comes to the join by another flow.
  const Process next = ModelText()
                           .element("startEvent", "s")
                           .users("a b1 check c1 d more")
                           .element("serviceTask", "record", "", "implementation=\"urn:yuanqu:service:record\"")
                           .element("parallelGateway", "split")
                           .element("parallelGateway", "join")
                           .element("endEvent", "e")
                           .way("s a split b1 check join d more e")
                           .way("split c1 record join")
                           .process();
  const auto of = [&](const std::string& id, const Renamed& renamed) {
    for (const Place& place : places(one.process, next, one.state, renamed)) {
      if (place.id == id) return place;
    }
    ADD_FAILURE() << id;
    return Place{};
  };
  EXPECT_THAT(of("b2", {}).counterpart, "");
  EXPECT_THAT(of("b2", {}).choices, ElementsAre("a", "b1", "check", "c1", "d", "more"));
  EXPECT_TRUE(of("b2", {}).announced);
  EXPECT_EQ(of("b2", {{"b2", "check"}}).counterpart, "check");
  EXPECT_EQ(of("b2", {{"b2", "record"}}).counterpart, "");  // what a machine does stands for no person's step
  EXPECT_EQ(of("join", {}).counterpart, "join");
  std::string by;
  for (const Token& token : one.state.tokens) by = token.node == "join" ? token.flow : by;
  EXPECT_TRUE(of(by, {}).is_flow);
  EXPECT_EQ(of(by, {}).counterpart, "");
  ASSERT_THAT(of(by, {}).choices, ::testing::SizeIs(2));
  EXPECT_EQ(migrate(one.process, next, one.state, {{"b2", "check"}}).error().place.rule, by);
  // By the branch that is still to come, the join would wait for the other for ever; by its own it goes on.
  const std::string first = of(by, {}).choices.front();
  const std::string second = of(by, {}).choices.back();
  const auto wrong = migrate(one.process, next, one.state, {{"b2", "check"}, {by, first}});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, base::ErrorCode::Invalid);
  EXPECT_TRUE(wrong.error().zh.starts_with("换到新版以后会停住")) << wrong.error().zh;
  auto moved = migrate(one.process, next, one.state, {{"b2", "check"}, {by, second}});
  ASSERT_TRUE(moved) << moved.error().en;
  // Behind the join it would come there a second time.
  EXPECT_FALSE(migrate(one.process, next, one.state, {{"b2", "d"}, {by, second}}));
}

TEST(Engine, MigrationDoesNotMakeOnePlaceOfTwo) {
  Case one(two_branches());
  one.done("a");
  const auto moved = migrate(one.process, one.process, one.state, {{"b1", "c1"}});
  ASSERT_FALSE(moved);
  EXPECT_EQ(moved.error().place.rule, "c1");
}

// ---- every interleaving

void expect_sound(const std::string& name, const ModelText& text, bool going_back = true) {
  const Process process = text.process();
  const Exploration seen = explore(process, {.states_max = 60000, .going_back = going_back});
  EXPECT_TRUE(seen.complete) << name << ": " << seen.states;
  for (const Problem& problem : seen.problems) ADD_FAILURE() << name << " " << problem.element << ": " << problem.en;
  EXPECT_EQ(seen.returns > 0, going_back) << name;
}

TEST(Explore, EveryOrderWithEveryReturnIsSound) {
  expect_sound("two branches", two_branches());
  expect_sound("countersign", ModelText()
                                  .element("startEvent", "s")
                                  .users("a")
                                  .element("userTask", "sign", one_is_enough)
                                  .users("d")
                                  .element("endEvent", "e")
                                  .way("s a sign d e"));
  expect_sound("in turn", ModelText()
                              .element("startEvent", "s")
                              .users("a")
                              .element("userTask", "sign", twice_in_turn)
                              .users("d")
                              .element("endEvent", "e")
                              .way("s a sign d e"));
  const ModelText inner =
      ModelText().element("startEvent", "is").users("x y").element("endEvent", "ie").way("is x y ie");
  expect_sound("subprocess twice beside a branch", ModelText()
                                                       .element("startEvent", "s")
                                                       .element("parallelGateway", "f")
                                                       .element("subProcess", "sub", inner.inside() + twice)
                                                       .users("b d")
                                                       .element("parallelGateway", "j")
                                                       .element("endEvent", "e")
                                                       .way("s f sub j d e")
                                                       .way("f b j"));
  expect_sound("inclusive", ModelText()
                                .element("startEvent", "s")
                                .element("inclusiveGateway", "g", "", "default=\"g-b\"")
                                .users("a b d")
                                .element("inclusiveGateway", "m")
                                .element("endEvent", "e")
                                .way("s g")
                                .way("g a", "x")
                                .way("g b")
                                .way("a m d e")
                                .way("b m"));
  expect_sound("boundaries",
               ModelText()
                   .element("startEvent", "s")
                   .users("a b late note")
                   .element("boundaryEvent", "out", timer, "attachedToRef=\"b\"")
                   .element("boundaryEvent", "beside", timer, "attachedToRef=\"b\" cancelActivity=\"false\"")
                   .element("endEvent", "e")
                   .element("endEvent", "e2")
                   .way("s a b e")
                   .way("out late e")
                   .way("beside note e2"));
  expect_sound("event gateway", ModelText()
                                    .element("startEvent", "s")
                                    .users("a b c")
                                    .element("eventBasedGateway", "g")
                                    .element("intermediateCatchEvent", "answer", message)
                                    .element("intermediateCatchEvent", "day", timer)
                                    .element("endEvent", "e")
                                    .way("s a g answer b e")
                                    .way("g day c e"));
}

TEST(Explore, TellsOfJoinsThatWaitForEver) {
  const auto problems = [](const ModelText& text) {
    auto process = read(text.xml(), "x.bpmn");
    EXPECT_TRUE(process);
    std::vector<std::string> ids;
    for (const Problem& problem : process->problems) ids.push_back(problem.element);
    return ids;
  };
  // A choice before a parallel join: the other branch never comes.
  EXPECT_THAT(problems(ModelText()
                           .element("startEvent", "s")
                           .element("exclusiveGateway", "g", "", "default=\"g-b\"")
                           .users("a b")
                           .element("parallelGateway", "j")
                           .element("endEvent", "e")
                           .way("s g")
                           .way("g a", "x")
                           .way("g b j e")
                           .way("a j")),
              ElementsAre("j"));
  EXPECT_THAT(problems(two_branches()), IsEmpty());
}

}  // namespace
}  // namespace yuanqu::bpmn
