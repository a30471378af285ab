// What people at the centre may do, and the rules that bind them.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "control/alarms.hpp"
#include "control/view.hpp"
#include "world.hpp"

namespace yuanqu::control {
namespace {

class ConsoleTest : public Bench {
 protected:
  bool alarm(const std::string& id) const {
    const View view = console.view();
    // Whatever stands was declared, in the area it stands in: an alarm list knows it beforehand.
    const auto declared = declared_alarms(site);
    for (const ControlAlarm& one : view.alarms) {
      EXPECT_TRUE(std::any_of(declared.begin(), declared.end(), [&](const DeclaredAlarm& each) {
        return each.id == declaration_of(one.id) && each.area == one.area && each.urgency == one.urgency;
      })) << one.id;
    }
    return std::any_of(view.alarms.begin(), view.alarms.end(), [&](const ControlAlarm& one) { return one.id == id; });
  }
  std::size_t recorded(const std::string& what) const {
    return static_cast<std::size_t>(
        std::count_if(loop.audit.begin(), loop.audit.end(), [&](const Recorded& one) { return one.what == what; }));
  }
};

TEST_F(ConsoleTest, ComesUpInMonitorOnly) {
  EXPECT_FALSE(console.view().armed);
  EXPECT_TRUE(console.view().connected);
  EXPECT_FALSE(console.take(wang, "loco"));
  ready("loco");
  EXPECT_TRUE(console.view().armed);
  EXPECT_EQ(console.view().devices[1].holder, wang);
}

TEST_F(ConsoleTest, SelectReadsBackAndOperateFollowsWithinTenSeconds) {
  ready("loco");
  const auto selection = console.select(wang, "loco", "drive_to", {{"to", feel::Value(3)}});
  ASSERT_TRUE(selection);
  EXPECT_EQ(selection->values.front().tag, "机车.位置");
  EXPECT_EQ(selection->interlocks.front().interlock->name, "track_clear");
  EXPECT_TRUE(selection->interlocks.front().passed);
  run(9'900);
  EXPECT_TRUE(console.operate(wang, selection->id));
  const auto second = console.select(wang, "loco", "drive_to", {{"to", feel::Value(4)}});
  ASSERT_TRUE(second);
  run(10'100);
  EXPECT_EQ(console.operate(wang, second->id).error().code, base::ErrorCode::NotFound);
}

TEST_F(ConsoleTest, OperateOnlyOnTheScreenThatSelected) {
  ready("loco");
  const auto selection = console.select(wang, "loco", "drive_to", {{"to", feel::Value(3)}});
  ASSERT_TRUE(selection);
  EXPECT_FALSE(console.operate(li, selection->id));
  EXPECT_FALSE(console.operate({"wang", "session-9", "station-1"}, selection->id));
  EXPECT_FALSE(console.operate({"wang", "session-1", "station-9"}, selection->id));
  EXPECT_TRUE(console.operate(wang, selection->id));
  EXPECT_FALSE(console.operate(wang, selection->id)) << "a selection serves once";
}

TEST_F(ConsoleTest, TwoPersonsTwoSessionsTwoStations) {
  ready("tilt");
  const auto selection = console.select(wang, "tilt", "tilt_to", {{"target", feel::Value(45)}});
  ASSERT_TRUE(selection);
  EXPECT_TRUE(selection->needs_approval);
  EXPECT_FALSE(console.operate(wang, selection->id)) << "nobody approved";
  EXPECT_FALSE(console.approve(wang, selection->id, selection->read_back));
  const Actor other_tab{"wang", "session-3", "station-3"};
  console.unlock(other_tab);
  EXPECT_FALSE(console.approve(other_tab, selection->id, selection->read_back)) << "the same user in two tabs";
  EXPECT_FALSE(console.approve({"li", "session-2", "station-1"}, selection->id, selection->read_back));
  EXPECT_FALSE(console.approve({"li", "session-1", "station-2"}, selection->id, selection->read_back));
  EXPECT_FALSE(console.approve(li, selection->id, std::string(64, '0'))) << "another read-back";
  EXPECT_TRUE(console.approve(li, selection->id, selection->read_back));
  EXPECT_FALSE(console.approve(li, selection->id, selection->read_back)) << "once";
  const auto id = console.operate(wang, selection->id);
  ASSERT_TRUE(id);
  run(200);
  EXPECT_EQ(outcome(*id), "done");
  // The pair is in the audit.
  const auto command = std::find_if(loop.audit.begin(), loop.audit.end(), [&](const Recorded& one) {
    return one.what == "command" && one.details.front().second == *id;
  });
  ASSERT_NE(command, loop.audit.end());
  std::vector<std::string> people;
  for (const auto& [name, text] : command->details) {
    if (name == "operator") people.push_back(text);
  }
  EXPECT_EQ(people, (std::vector<std::string>{"wang / session-1 / station-1", "li / session-2 / station-2"}));
}

TEST_F(ConsoleTest, ApprovalExpiresWithTheSelection) {
  ready("tilt");
  const auto selection = console.select(wang, "tilt", "tilt_to", {{"target", feel::Value(45)}});
  ASSERT_TRUE(selection);
  ASSERT_TRUE(console.approve(li, selection->id, selection->read_back));
  run(10'100);
  EXPECT_FALSE(console.operate(wang, selection->id));
  const auto again = console.select(wang, "tilt", "tilt_to", {{"target", feel::Value(45)}});
  ASSERT_TRUE(again);
  EXPECT_FALSE(console.operate(wang, again->id)) << "the old approval does not serve the new selection";
  EXPECT_FALSE(console.approve(li, again->id, selection->read_back)) << "nor does the old read-back";
}

TEST_F(ConsoleTest, WithoutARightNothing) {
  const Actor stranger{"zhao", "session-5", "station-5"};
  console.unlock(stranger);
  ready("loco");
  for (const auto& code : {console.arm(stranger).error().code, console.disarm(stranger).error().code,
                           console.take(stranger, "loco").error().code, console.release(stranger, "loco").error().code,
                           console.hold_device(stranger, "loco").error().code,
                           console.select(stranger, "loco", "drive_to", {{"to", feel::Value(1)}}).error().code,
                           console.select_bypass(stranger, "car_in_place", 5).error().code,
                           console.restore(stranger, "car_in_place").error().code}) {
    EXPECT_EQ(code, base::ErrorCode::Forbidden);
  }
  EXPECT_EQ(console.take({"", "", ""}, "loco").error().code, base::ErrorCode::Unauthenticated);
}

TEST_F(ConsoleTest, RightsGoByPlantAndArea) {
  Rights some;
  some.add({"chen", "bench", "water", Right::Operate});
  some.add({"chen", "elsewhere", "*", Right::Operate});
  EXPECT_TRUE(some.allows("chen", "bench", "water", Right::Operate));
  EXPECT_FALSE(some.allows("chen", "bench", "line", Right::Operate));
  EXPECT_FALSE(some.allows("chen", "bench", "*", Right::Operate));
  EXPECT_FALSE(some.allows("chen", "bench", "water", Right::Approve));
  EXPECT_FALSE(some.allows("", "bench", "water", Right::Operate));
  arm();
  rights.add({"chen", "bench", "water", Right::Operate});
  const Actor chen{"chen", "session-6", "station-6"};
  console.unlock(chen);
  EXPECT_EQ(console.take(chen, "loco").error().code, base::ErrorCode::Forbidden);
  EXPECT_TRUE(console.take(chen, "valve"));
}

TEST_F(ConsoleTest, IdleLocksControlNeverLooking) {
  ready("loco");
  run(idle_lock_ms - 2'000);
  console.touch(wang);
  run(idle_lock_ms - 2'000);
  EXPECT_TRUE(console.select(wang, "loco", "drive_to", {{"to", feel::Value(1)}}));
  run(3'000);
  EXPECT_TRUE(console.locked(wang));
  const auto refused = console.select(wang, "loco", "drive_to", {{"to", feel::Value(1)}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().place.field, "lock");
  console.touch(wang);
  EXPECT_TRUE(console.locked(wang)) << "a touch does not open it";
  EXPECT_FALSE(console.view().devices.empty()) << "looking goes on";
  EXPECT_TRUE(console.hold_device(wang, "loco")) << "and so does stopping";
  console.unlock(wang);
  EXPECT_TRUE(console.select(wang, "loco", "drive_to", {{"to", feel::Value(1)}}));
}

TEST_F(ConsoleTest, UnknownIsAResultAndNothingIsSentAgain) {
  ready("loco");
  loop.link = false;
  const auto id = simple("loco", "drive_to", {{"to", feel::Value(3)}});
  ASSERT_TRUE(id);
  loop.link = true;
  run(3'000);
  EXPECT_EQ(outcome(*id), "unknown");
  EXPECT_TRUE(alarm("unknown.loco"));
  EXPECT_EQ(writes_of("机车.行驶", "true"), 0U) << "no retry";
  const auto next = simple("loco", "drive_to", {{"to", feel::Value(4)}});
  ASSERT_FALSE(next) << "first somebody asks";
  ASSERT_TRUE(console.ask(wang, *id));
  run(100);
  EXPECT_EQ(outcome(*id), "never_seen");
  EXPECT_FALSE(alarm("unknown.loco"));
  EXPECT_TRUE(simple("loco", "drive_to", {{"to", feel::Value(4)}}));
}

TEST_F(ConsoleTest, ABrokenLinkLeavesEverythingUnderWayUnknownAndNothingResumes) {
  ready("loco");
  loop.field.stuck = true;
  const auto id = simple("loco", "drive_to", {{"to", feel::Value(3)}});
  ASSERT_TRUE(id);
  run(100);
  console.link(false);
  guard.link_lost(edge);
  EXPECT_EQ(outcome(*id), "unknown");
  EXPECT_FALSE(console.desk().armed());
  console.link(true);
  const std::size_t before = recorded("command");
  run(20'000);
  EXPECT_FALSE(console.desk().armed());
  EXPECT_FALSE(guard.state().armed);
  EXPECT_EQ(recorded("command"), before);
}

TEST_F(ConsoleTest, TheRecordIsWrittenBeforeTheCommandLeaves) {
  ready("loco");
  const auto selection = console.select(wang, "loco", "drive_to", {{"to", feel::Value(3)}});
  ASSERT_TRUE(selection);
  loop.to_edge.clear();
  loop.audit_full = true;
  EXPECT_EQ(console.operate(wang, selection->id).error().code, base::ErrorCode::Unavailable);
  EXPECT_TRUE(loop.to_edge.empty()) << "audit disk full: no commands";
  EXPECT_TRUE(console.view().audit_failed);
  EXPECT_TRUE(alarm("audit"));
  EXPECT_FALSE(console.hold_device(wang, "loco")) << "not even a hold: the agent holds when the lease ends";
}

TEST_F(ConsoleTest, ABypassIsTwoPersonTimedAlarmedAndShown) {
  ready("tilt");
  loop.field.cells["倾翻台.罐车到位"].value = feel::Value(false);
  EXPECT_FALSE(console.select_bypass(wang, "track_clear", 5)) << "declared without bypass";
  EXPECT_FALSE(console.select_bypass(wang, "car_in_place", 31)) << "longer than declared";
  const auto selection = console.select_bypass(wang, "car_in_place", 1);
  ASSERT_TRUE(selection);
  EXPECT_FALSE(console.operate(wang, selection->id)) << "one person";
  ASSERT_TRUE(console.approve(li, selection->id, selection->read_back));
  const auto id = console.operate(wang, selection->id);
  ASSERT_TRUE(id);
  run(400);
  EXPECT_EQ(outcome(*id), "done");
  EXPECT_TRUE(alarm("bypass.car_in_place"));
  ASSERT_EQ(console.view().bypasses.size(), 1U);
  EXPECT_EQ(console.view().bypasses.front().people.size(), 2U);
  const auto tilted = tilt_to(45);
  ASSERT_TRUE(tilted);
  run(200);
  EXPECT_EQ(outcome(*tilted), "done");
  run(60'000);
  EXPECT_TRUE(console.view().bypasses.empty()) << "its time is over";
  EXPECT_FALSE(alarm("bypass.car_in_place"));
  const auto after = tilt_to(20);
  ASSERT_TRUE(after);
  run(200);
  EXPECT_EQ(outcome(*after), "refused interlock");
}

TEST_F(ConsoleTest, ABypassEndsWithControl) {
  ready("tilt");
  const auto selection = console.select_bypass(wang, "car_in_place", 30);
  ASSERT_TRUE(selection);
  ASSERT_TRUE(console.approve(li, selection->id, selection->read_back));
  ASSERT_TRUE(console.operate(wang, selection->id));
  run(100);
  ASSERT_EQ(guard.state().bypasses.size(), 1U);
  loop.link = false;
  run(1'200);
  EXPECT_TRUE(guard.state().bypasses.empty());
}

TEST_F(ConsoleTest, AReportWithAWrongSealIsNoNews) {
  ready("loco");
  loop.field.stuck = true;
  const auto id = simple("loco", "drive_to", {{"to", feel::Value(3)}});
  ASSERT_TRUE(id);
  run(100);
  Fields forged = to_fields(Report{*id, guard.state().boot, "loco", Outcome::Done, {}, {}, 1, 2, 0});
  seal(forged, bench_key(8));
  console.receive(forged);
  EXPECT_EQ(outcome(*id), "written");
}

TEST_F(ConsoleTest, DisarmBringsEverythingToItsSafeState) {
  ready("tilt");
  loop.field.stuck = true;
  ASSERT_TRUE(tilt_to(45));
  run(100);
  EXPECT_TRUE(loop.field.on("倾翻台.启动"));
  ASSERT_TRUE(console.disarm(li));
  run(300);
  EXPECT_FALSE(loop.field.on("倾翻台.启动"));
  EXPECT_FALSE(guard.state().armed);
}

RC_GTEST_PROP(MessageTest, EveryMessageComesBackEqualAndNothingElseParses, ()) {
  const auto text = rc::gen::arbitrary<std::string>();
  Command command;
  command.id = "i" + std::to_string(*rc::gen::inRange(0, 1000));
  command.verb = static_cast<Verb>(*rc::gen::inRange(0, 9));
  command.plant = *text;
  command.device = *text;
  command.action = *text;
  command.parameters = *rc::gen::container<std::vector<std::pair<std::string, std::string>>>(rc::gen::pair(text, text));
  command.operators = {{*text, *text, *text}};
  command.expected = *rc::gen::container<std::vector<std::pair<std::string, std::int64_t>>>(
      rc::gen::pair(text, rc::gen::arbitrary<std::int64_t>()));
  command.issued_ms = *rc::gen::arbitrary<std::int64_t>();
  command.epoch = *rc::gen::arbitrary<std::uint64_t>();
  Fields fields = to_fields(command);
  seal(fields, bench_key());
  RC_ASSERT(sealed_by(fields, bench_key()));
  const auto back = command_from(fields);
  RC_ASSERT(back.has_value());
  RC_ASSERT(canonical_bytes(to_fields(*back)) == canonical_bytes(fields));
  RC_ASSERT(!report_from(fields).has_value());
  RC_ASSERT(!edge_beat_from(fields).has_value());
  const std::size_t at = *rc::gen::inRange<std::size_t>(0, fields.size());
  fields.erase(fields.begin() + static_cast<std::ptrdiff_t>(at));
  RC_ASSERT(!sealed_by(fields, bench_key()));
}

}  // namespace
}  // namespace yuanqu::control
