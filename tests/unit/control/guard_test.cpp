// The rules the agent enforces by itself, each with a command that breaks exactly it.

#include "control/view.hpp"
#include "world.hpp"

namespace yuanqu::control {
namespace {

class GuardTest : public Bench {
 protected:
  // A command as the centre would have made it; the test spoils it, then seals and sends it.
  Command drive(int place = 3) {
    const DeviceBeat* loco = console.desk().device("loco");
    Command command;
    command.id = "own-" + std::to_string(++made_);
    command.plant = site.plant;
    command.site = site.hash;
    command.boot = guard.state().boot;
    command.device = "loco";
    command.action = "drive_to";
    command.parameters = {{"to", std::to_string(place)}};
    command.operators = {wang};
    command.expected = {{"机车.位置", 1500}};
    command.expected_hash = *state_hash(*site.device("loco")->action("drive_to"), edge);
    command.issued_ms = centre.now_ms();
    command.expires_ms = command.issued_ms + 2'000;
    command.epoch = loco->epoch;
    command.sequence = guard.state().devices.at("loco").next_sequence;
    return command;
  }
  // What the agent answers: "written", "refused expired" …; "nothing" when it does not answer.
  std::string send(const Command& command, unsigned char key = 7) {
    Fields fields = to_fields(command);
    seal(fields, bench_key(key));
    return send(fields);
  }
  std::string send(const Fields& fields) {
    loop.to_centre.clear();
    const bool link = std::exchange(loop.link, true);  // the answer is heard even where the test broke the link
    guard.receive(fields, edge);
    loop.link = link;
    std::string answer = "nothing";
    for (const Fields& one : loop.to_centre) {
      const auto report = report_from(one);
      if (report)
        answer = std::string(name_of(report->outcome)) + (report->refusal.empty() ? "" : " " + report->refusal);
    }
    loop.to_centre.clear();
    return answer;
  }
  std::size_t driven() const { return writes_of("机车.行驶", "true"); }
  int made_ = 0;
};

TEST_F(GuardTest, ARightCommandIsWrittenOnceAndReportedDone) {
  ready("loco");
  const auto id = simple("loco", "drive_to", {{"to", feel::Value(3)}});
  ASSERT_TRUE(id) << id.error().en;
  run(200);
  EXPECT_EQ(outcome(*id), "done");
  EXPECT_EQ(driven(), 1U);
  EXPECT_EQ(plain_text(loop.field.cells["机车.位置"].value), "3");
}

TEST_F(GuardTest, SealOfAnotherKeyIsNotEvenAnswered) {
  ready("loco");
  EXPECT_EQ(send(drive(), 8), "nothing");
  Fields fields = to_fields(drive());
  EXPECT_EQ(send(fields), "nothing");
  seal(fields, bench_key());
  for (auto& [name, text] : fields) {
    if (name == "device") text = "tilt";
  }
  EXPECT_EQ(send(fields), "nothing");
  EXPECT_EQ(driven(), 0U);
}

TEST_F(GuardTest, EveryFieldIsUnderTheSeal) {
  ready("loco");
  const Fields good = [&] {
    Fields fields = to_fields(drive());
    seal(fields, bench_key());
    return fields;
  }();
  for (std::size_t i = 0; i < good.size(); ++i) {
    Fields spoiled = good;
    spoiled[i].second += "1";
    EXPECT_EQ(send(spoiled), "nothing") << good[i].first;
    Fields without = good;
    without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_EQ(send(without), "nothing") << good[i].first;
  }
  EXPECT_EQ(driven(), 0U);
  EXPECT_EQ(send(good), "written");
}

TEST_F(GuardTest, AnotherPlantOrAnEarlierStartIsRefused) {
  ready("loco");
  Command command = drive();
  command.plant = "elsewhere";
  EXPECT_EQ(send(command), "refused addressed");
  command = drive();
  command.boot = "boot-0";
  EXPECT_EQ(send(command), "refused addressed");
}

TEST_F(GuardTest, OtherDeclarationsAreRefused) {
  ready("loco");
  Command command = drive();
  command.site = std::string(64, '0');
  EXPECT_EQ(send(command), "refused content");
}

TEST_F(GuardTest, WhatIsNotDeclaredIsRefused) {
  ready("loco");
  Command command = drive();
  command.action = "fly";
  EXPECT_EQ(send(command), "refused known");
  command = drive();
  command.parameters = {{"to", "10"}};
  EXPECT_EQ(send(command), "refused known");
  command = drive();
  command.parameters = {{"to", "1.5"}};
  EXPECT_EQ(send(command), "refused known");
  command = drive();
  command.parameters = {};
  EXPECT_EQ(send(command), "refused known");
  command = drive();
  command.device = "crane";
  EXPECT_EQ(send(command), "refused known");
}

TEST_F(GuardTest, AnIdSeenNeverRunsAgainAlsoAfterARestart) {
  ready("loco");
  const Command command = drive();
  EXPECT_EQ(send(command), "written");
  EXPECT_EQ(send(command), "written");  // the answer again, not the deed
  run(200);
  EXPECT_EQ(send(command), "done");
  EXPECT_EQ(driven(), 1U);
  restart_edge();
  run(1'000);
  Command again = command;
  again.boot = guard.state().boot;
  again.issued_ms = centre.now_ms();
  again.expires_ms = again.issued_ms + 2'000;
  EXPECT_EQ(send(again), "done");
  EXPECT_EQ(driven(), 1U);
}

TEST_F(GuardTest, ExpiredByTheAgentsOwnClock) {
  ready("loco");
  Command command = drive();
  loop.mono += 500;
  loop.field.pass(loop.mono);
  EXPECT_EQ(send(command), "written");
  run(2'000);
  command = drive(4);
  command.issued_ms -= 2'001;
  command.expires_ms -= 2'001;
  EXPECT_EQ(send(command), "refused expired");
  command = drive(4);
  command.issued_ms += 5'000;
  command.expires_ms += 5'000;
  EXPECT_EQ(send(command), "refused expired");
}

TEST_F(GuardTest, ValidForLongerThanItMayIsRefused) {
  ready("loco");
  Command command = drive();
  command.expires_ms += 1;
  EXPECT_EQ(send(command), "refused lifetime");
}

TEST_F(GuardTest, AHazardousCommandLivesOneSecondAtMost) {
  EXPECT_EQ(site.device("tilt")->action("tilt_to")->expires_ms, 1'000);
  EXPECT_EQ(site.device("loco")->action("drive_to")->expires_ms, 2'000);
}

TEST_F(GuardTest, ClocksApartOrUnknownRefuse) {
  ready("loco");
  loop.edge_offset = 99;
  EXPECT_EQ(send(drive()), "written");
  run(500);
  loop.edge_offset = 101;
  EXPECT_EQ(send(drive(4)), "refused clock_apart");
  loop.edge_offset = -150;
  EXPECT_EQ(send(drive(4)), "refused clock_apart");
  loop.edge_offset = 3'600'000;
  EXPECT_EQ(send(drive(4)), "refused clock_apart");
  loop.edge_offset = 0;
  // Before any beat of the centre the difference is unknown, and a person cannot even arm.
  restart_edge();
  Command command = drive(4);
  command.verb = Verb::Arm;
  command.device = command.action = {};
  EXPECT_EQ(send(command), "refused clock_unknown");
}

TEST_F(GuardTest, MonitorOnlyUntilAPersonArms) {
  EXPECT_EQ(send(drive()), "refused monitor_only");
  ready("loco");
  EXPECT_EQ(send(drive()), "written");
}

TEST_F(GuardTest, WithoutTheLeaseNothingIsTaken) {
  ready("loco");
  loop.link = false;
  loop.mono += 1'001;
  loop.field.pass(loop.mono);
  EXPECT_EQ(send(drive()), "refused lease");
}

TEST_F(GuardTest, ABeatThatWasDelayedBuysNoLease) {
  ready("loco");
  console.tick();
  loop.mono += 250;
  loop.field.pass(loop.mono);
  console.tick();
  ASSERT_FALSE(loop.to_edge.empty());
  const std::deque<Fields> held = loop.to_edge;  // underway for two seconds
  loop.to_edge.clear();
  loop.mono += 2'000;
  loop.field.pass(loop.mono);
  for (const Fields& beat : held) guard.receive(beat, edge);
  EXPECT_LT(guard.state().lease_until_mono, loop.mono);
  guard.tick(edge);
  EXPECT_FALSE(guard.state().armed);
}

TEST_F(GuardTest, ALineThatCarriesOneWayLosesTheLease) {
  ready("loco");
  for (int i = 0; i < 30; ++i) {  // the centre is heard, but does not hear
    loop.mono += 50;
    loop.field.pass(loop.mono);
    guard.tick(edge);
    loop.to_centre.clear();
    console.tick();
    while (!loop.to_edge.empty()) {
      guard.receive(loop.to_edge.front(), edge);
      loop.to_edge.pop_front();
    }
  }
  EXPECT_FALSE(guard.state().armed);
  EXPECT_TRUE(guard.state().devices.at("loco").holder.empty());
}

TEST_F(GuardTest, TheSwitchAtThePlantBlocks) {
  ready("loco");
  loop.field.cells["机车.远程"].value = feel::Value(false);
  EXPECT_EQ(send(drive()), "refused not_remote");
  loop.field.cells["机车.远程"].value = feel::Value(true);
  loop.field.cells["机车.远程"].quality = Quality::Bad;
  EXPECT_EQ(send(drive()), "refused not_remote");
}

TEST_F(GuardTest, LocalTakeOverWinsAtOnceWithoutANetwork) {
  ready("loco");
  loop.field.stuck = true;
  const Command before = drive();
  EXPECT_EQ(send(before), "written");
  loop.link = false;
  const std::uint64_t epoch = guard.state().devices.at("loco").epoch;
  loop.field.cells["机车.远程"].value = feel::Value(false);
  const std::size_t written = loop.written.size();
  guard.tick(edge);
  const auto& device = guard.state().devices.at("loco");
  EXPECT_TRUE(device.holder.empty());
  EXPECT_FALSE(device.running);
  EXPECT_EQ(device.epoch, epoch + 1);
  EXPECT_EQ(guard.state().seen.at(before.id).outcome, Outcome::Cancelled);
  EXPECT_EQ(loop.written.size(), written) << "nothing is written to a device that local has";
  // Back to remote does not give it back.
  loop.field.cells["机车.远程"].value = feel::Value(true);
  EXPECT_EQ(send(drive()), "refused not_the_commander");
}

TEST_F(GuardTest, OneCommanderPerDevice) {
  ready("loco");
  Command theirs = drive();
  theirs.operators = {li};
  EXPECT_EQ(send(theirs), "refused not_the_commander");
  const auto taken = console.take(li, "loco");
  ASSERT_TRUE(taken);
  run(100);
  EXPECT_EQ(outcome(*taken), "refused held_by_another");
  EXPECT_EQ(console.desk().device("loco")->holder, wang);
  ASSERT_TRUE(console.release(wang, "loco"));
  run(1'500);
  take("loco", li);
  // What wang had under way before is void.
  Command old = drive();
  old.operators = {wang};
  EXPECT_EQ(send(old), "refused not_the_commander");
  old.operators = {li};
  old.id = "own-old";
  --old.epoch;
  EXPECT_EQ(send(old), "refused epoch");
}

TEST_F(GuardTest, OutOfSequenceIsRefused) {
  ready("loco");
  Command command = drive();
  command.sequence += 1;
  EXPECT_EQ(send(command), "refused sequence");
  command = drive();
  command.sequence = 0;
  EXPECT_EQ(send(command), "refused sequence");
  EXPECT_EQ(driven(), 0U);
}

TEST_F(GuardTest, ARefusedCommandUsesItsPlaceInTheSequence) {
  ready("loco");
  Command command = drive();
  command.expected_hash = std::string(64, '0');
  EXPECT_EQ(send(command), "refused state");
  Command late = drive();
  late.sequence = command.sequence;
  EXPECT_EQ(send(late), "refused sequence");
}

TEST_F(GuardTest, AHazardousCommandNeedsTwoPersons) {
  ready("tilt");
  Command command = drive();
  command.device = "tilt";
  command.action = "tilt_to";
  command.parameters = {{"target", "45"}};
  command.expected = {{"倾翻台.角度", 1500}, {"倾翻台.罐车到位", 1500}};
  command.expected_hash = *state_hash(*site.device("tilt")->action("tilt_to"), edge);
  command.expires_ms = command.issued_ms + 1'000;
  command.epoch = guard.state().devices.at("tilt").epoch;
  const auto with = [&](std::vector<Operator> people) {
    Command one = command;
    one.id = "own-" + std::to_string(++made_);
    one.sequence = guard.state().devices.at("tilt").next_sequence;
    one.operators = std::move(people);
    return send(one);
  };
  EXPECT_EQ(with({wang}), "refused two_persons");
  EXPECT_EQ(with({wang, wang}), "refused two_persons");
  EXPECT_EQ(with({wang, {"wang", "session-2", "station-2"}}), "refused two_persons");
  EXPECT_EQ(with({wang, {"li", "session-1", "station-2"}}), "refused two_persons");
  EXPECT_EQ(with({wang, {"li", "session-2", "station-1"}}), "refused two_persons");
  EXPECT_EQ(with({wang, li, li}), "refused two_persons");
  EXPECT_EQ(writes_of("倾翻台.启动", "true"), 0U);
  EXPECT_EQ(with({wang, li}), "written");
}

TEST_F(GuardTest, TheStateSeenMustBeTheStateThatIs) {
  ready("loco");
  Command command = drive();
  loop.field.cells["机车.位置"].value = feel::Value(5);
  EXPECT_EQ(send(command), "refused state");
  command = drive();
  command.expected.clear();
  EXPECT_EQ(send(command), "refused state");
}

TEST_F(GuardTest, StaleOrBadBlocks) {
  ready("loco");
  Command command = drive();
  loop.field.cells["机车.位置"].quality = Quality::Uncertain;
  EXPECT_EQ(send(command), "refused state");
  loop.field.cells["机车.位置"].quality = Quality::Good;
  command = drive();
  loop.field.cells["机车.位置"].read_mono -= 1'501;
  EXPECT_EQ(send(command), "refused state");
  loop.field.pass(loop.mono);
  loop.field.cells["机车.线路空闲"].quality = Quality::Bad;
  EXPECT_EQ(send(drive()), "refused interlock");
}

TEST_F(GuardTest, InterlocksBlockWithTheReason) {
  ready("loco");
  loop.field.cells["机车.线路空闲"].value = feel::Value(false);
  const auto id = simple("loco", "drive_to", {{"to", feel::Value(3)}});
  ASSERT_TRUE(id);
  run(100);
  EXPECT_EQ(outcome(*id), "refused interlock");
  EXPECT_EQ(console.command(*id)->reason.en, "Track clear: There is something on the track.");
  EXPECT_EQ(driven(), 0U);
}

TEST_F(GuardTest, ALostInterlockTripsWhatRuns) {
  ready("tilt");
  loop.field.stuck = true;
  const auto id = tilt_to(45);
  ASSERT_TRUE(id) << id.error().en;
  run(200);
  EXPECT_EQ(outcome(*id), "written");
  loop.field.cells["倾翻台.罐车到位"].value = feel::Value(false);
  run(200);
  EXPECT_EQ(outcome(*id), "tripped");
  EXPECT_FALSE(loop.field.on("倾翻台.启动"));
}

TEST_F(GuardTest, BusyUntilTheSafeStateIsReached) {
  ready("loco");
  loop.field.stuck = true;
  EXPECT_EQ(send(drive()), "written");
  EXPECT_EQ(send(drive(4)), "refused busy");
}

TEST_F(GuardTest, AFullDiskMeansNoCommands) {
  ready("loco");
  loop.edge_disk_full = true;
  EXPECT_EQ(send(drive()), "refused disk");
  EXPECT_EQ(driven(), 0U);
  loop.edge_disk_full = false;
  EXPECT_EQ(send(drive()), "refused disk") << "until it is started again";
}

TEST_F(GuardTest, KeptBeforeItIsWritten) {
  ready("loco");
  const Command command = drive();
  send(command);
  const auto kept =
      std::find_if(loop.disk.begin(), loop.disk.end(), [&](const Kept& one) { return one.command == command.id; });
  ASSERT_NE(kept, loop.disk.end());
  EXPECT_EQ(kept->outcome, Outcome::Accepted);
}

TEST_F(GuardTest, SuccessIsWhatTheFieldReportsNotTheAcknowledgement) {
  ready("loco");
  loop.field.stuck = true;
  const auto id = simple("loco", "drive_to", {{"to", feel::Value(3)}});
  ASSERT_TRUE(id);
  run(29'000);
  EXPECT_EQ(outcome(*id), "written");
  run(2'000);
  EXPECT_EQ(outcome(*id), "timed_out");
  EXPECT_FALSE(loop.field.on("机车.行驶")) << "time-out holds the device";
  const View view = console.view();
  EXPECT_TRUE(std::any_of(view.alarms.begin(), view.alarms.end(),
                          [](const ControlAlarm& one) { return one.id == "failed.loco"; }));
}

TEST_F(GuardTest, AReadingFromBeforeTheWritingIsNoFeedback) {
  ready("loco");
  loop.field.unread = true;  // the place already is 0, as read before
  EXPECT_EQ(send(drive(0)), "written");
  guard.tick(edge);
  EXPECT_EQ(guard.state().devices.at("loco").running.has_value(), true);
  loop.field.unread = false;
  run(100);
  EXPECT_FALSE(guard.state().devices.at("loco").running.has_value());
}

TEST_F(GuardTest, AWritingThatIsNotAcknowledgedIsSaidSo) {
  ready("loco");
  loop.field.deaf = true;
  EXPECT_EQ(send(drive()), "write_failed");
}

TEST_F(GuardTest, LostLeaseBringsDevicesToTheirDeclaredSafeState) {
  ready("tilt");
  take("loco", wang);
  loop.field.stuck = true;
  ASSERT_TRUE(tilt_to(45));
  run(100);
  EXPECT_TRUE(loop.field.on("倾翻台.启动"));
  loop.link = false;
  const std::int64_t lost = loop.mono;
  while (loop.field.on("倾翻台.启动") && loop.mono < lost + 5'000) run(50);
  EXPECT_LE(loop.mono - lost, 1'050) << "hold: within the lease";
  EXPECT_FALSE(guard.state().armed);
  EXPECT_TRUE(guard.state().devices.at("tilt").holder.empty());
  run(100);
  EXPECT_EQ(guard.state().devices.at("tilt").safe, SafeProgress::Confirmed);
}

TEST_F(GuardTest, FinishMayFinishButNotForEver) {
  ready("loco");
  loop.field.stuck = true;
  EXPECT_EQ(send(drive()), "written");
  loop.link = false;
  run(1'100);
  EXPECT_TRUE(loop.field.on("机车.行驶")) << "the step may be finished";
  EXPECT_EQ(guard.state().devices.at("loco").safe, SafeProgress::Finishing);
  run(5'100);
  EXPECT_FALSE(loop.field.on("机车.行驶")) << "but only within the time declared";
}

TEST_F(GuardTest, FinishEndsInTheSafeStateWhenTheFieldConfirms) {
  ready("loco");
  loop.field.stuck = true;
  EXPECT_EQ(send(drive()), "written");
  loop.link = false;
  run(1'100);
  loop.field.stuck = false;
  run(300);
  EXPECT_EQ(guard.state().devices.at("loco").safe, SafeProgress::Confirmed);
  EXPECT_EQ(plain_text(loop.field.cells["机车.位置"].value), "3");
}

TEST_F(GuardTest, ASafeStateTheFieldDoesNotConfirmIsTold) {
  ready("valve");
  ASSERT_TRUE(simple("valve", "open"));
  run(200);
  loop.field.stuck = true;
  ASSERT_TRUE(console.hold_device(wang, "valve"));
  run(1'500);
  EXPECT_EQ(guard.state().devices.at("valve").safe, SafeProgress::NotConfirmed);
  const View view = console.view();
  EXPECT_TRUE(std::any_of(view.alarms.begin(), view.alarms.end(),
                          [](const ControlAlarm& one) { return one.id == "unsafe.valve"; }));
  loop.field.stuck = false;
  run(800);
  EXPECT_EQ(guard.state().devices.at("valve").safe, SafeProgress::Confirmed);
}

TEST_F(GuardTest, AfterARestartOfTheAgentNothingGoesOnByItself) {
  ready("tilt");
  loop.field.stuck = true;
  const auto id = tilt_to(45);
  ASSERT_TRUE(id);
  run(100);
  restart_edge();
  EXPECT_TRUE(loop.field.on("倾翻台.启动"));
  run(500);
  EXPECT_FALSE(loop.field.on("倾翻台.启动")) << "what was under way is brought to its safe state";
  EXPECT_EQ(guard.state().devices.at("tilt").safe, SafeProgress::Confirmed);
  EXPECT_FALSE(guard.state().armed);
  EXPECT_FALSE(console.desk().armed());
  EXPECT_EQ(outcome(*id), "unknown");
  ASSERT_TRUE(console.ask(wang, *id));
  run(100);
  EXPECT_EQ(outcome(*id), "interrupted");
}

TEST_F(GuardTest, ARestartOfTheCentreEndsControl) {
  ready("tilt");
  ASSERT_TRUE(guard.state().armed);
  Console second(site, recipes, rights, bench_key(), centre);
  second.link(true);
  for (int i = 0; i < 12; ++i) {
    loop.mono += 50;
    loop.field.pass(loop.mono);
    guard.tick(edge);
    second.tick();
    while (!loop.to_edge.empty() || !loop.to_centre.empty()) {
      if (!loop.to_edge.empty()) guard.receive(loop.to_edge.front(), edge), loop.to_edge.pop_front();
      if (!loop.to_centre.empty()) second.receive(loop.to_centre.front()), loop.to_centre.pop_front();
    }
  }
  EXPECT_FALSE(guard.state().armed);
  EXPECT_FALSE(second.desk().armed());
  EXPECT_TRUE(guard.state().devices.at("tilt").holder.empty());
  EXPECT_FALSE(second.take(wang, "tilt"));
}

TEST_F(GuardTest, AskingForWhatNeverCameForbidsIt) {
  ready("loco");
  const Command lost = drive();
  Command ask = drive();
  ask.id = "ask-1";
  ask.verb = Verb::Ask;
  ask.subject = lost.id;
  EXPECT_EQ(send(ask), "never_seen");
  EXPECT_EQ(send(lost), "never_seen") << "it comes late, and does not run";
  EXPECT_EQ(driven(), 0U);
  EXPECT_EQ(send(drive(4)), "written") << "the sequence goes on";
}

}  // namespace
}  // namespace yuanqu::control
