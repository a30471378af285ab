#include "simulator/line.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace yuanqu::simulator {
namespace {

LineSettings settings() {
  std::ifstream stream(YUANQU_SOURCE_DIR "/packs/steel/simulator/hot_metal.yaml");
  std::ostringstream text;
  text << stream.rdbuf();
  auto read = read_line_settings(text.str(), "hot_metal.yaml");
  EXPECT_TRUE(read) << (read ? "" : read.error().en);
  return read ? *read : LineSettings{};
}

// Advances until the condition holds, at most so many simulated seconds; the weights must balance all the way.
bool until(Line& line, double seconds, const std::function<bool()>& done) {
  for (double at = 0; at < seconds; at += 0.5) {
    if (done()) return true;
    line.advance(0.5, 0);
  }
  return done();
}

TEST(Line, CarSevenIsFilledMovedTiltedAndBroughtBack) {
  Line line(settings());
  const auto send = [&](const char* name, double value) { ASSERT_TRUE(line.command(name, value)) << name; };
  send("loco.1.wanted_car", 7);
  send("loco.1.coupler", 1);
  ASSERT_TRUE(until(line, 30, [&] { return line.read("loco.1.car") == 7; }));
  send("loco.1.target", 2);
  send("loco.1.run", 1);
  ASSERT_TRUE(until(line, 600, [&] { return line.read("loco.1.stop") == 2; }));
  EXPECT_EQ(line.read("furnace.1.car"), 7);
  send("furnace.1.taphole", 1);
  const double hearth = line.read("furnace.1.hearth_t");
  ASSERT_TRUE(until(line, 900, [&] { return line.read("car.7.full") == 1 && line.read("furnace.1.plugged") == 1; }));
  EXPECT_GE(line.read("car.7.net_t"), 239.5);
  EXPECT_LE(line.read("car.7.net_t"), line.settings().cars.capacity_t);
  EXPECT_EQ(line.read("furnace.1.spilled_t"), 0);
  EXPECT_NEAR(line.read("furnace.1.cast_t"), line.read("car.7.net_t"), 1e-6);
  EXPECT_LT(line.read("furnace.1.hearth_t"), hearth);
  EXPECT_GT(line.read("car.7.metal_c"), 1400);
  EXPECT_EQ(line.read("furnace.1.cast"), 1);
  send("loco.1.target", 5);
  ASSERT_TRUE(until(line, 600, [&] { return line.read("loco.1.stop") == 5; }));
  send("station.1.wanted_deg", 110);
  send("station.1.run", 1);
  ASSERT_TRUE(until(line, 900, [&] { return line.read("car.7.empty") == 1; }));
  EXPECT_GT(line.read("station.1.poured_t"), 239);
  // A tilted car does not move, whatever is asked.
  send("loco.1.target", 1);
  line.advance(20, 0);
  EXPECT_EQ(line.read("loco.1.stop"), 5);
  send("station.1.wanted_deg", 0);
  ASSERT_TRUE(until(line, 900, [&] { return line.read("loco.1.stop") == 1; }));
  EXPECT_EQ(line.read("car.7.upright"), 1);
  send("loco.1.coupler", 0);
  ASSERT_TRUE(until(line, 30, [&] { return line.read("car.7.locomotive") == 0; }));
  EXPECT_EQ(line.read("car.7.stop"), 1);
  EXPECT_EQ(line.read("car.7.locomotive"), 0);
}

TEST(Line, TheSameSeedGivesTheSamePlant) {
  Line one(settings()), two(settings());
  for (int i = 0; i < 50; ++i) {
    one.advance(2, i);
    two.advance(2, i);
  }
  for (std::size_t i = 0; i < one.count(); ++i) EXPECT_EQ(one.read(i), two.read(i)) << one.name(i);
}

TEST(Line, ProtectsItselfWhateverIsCommanded) {
  Line line(settings());
  ASSERT_TRUE(line.command("furnace.1.taphole", 1));
  line.advance(60, 0);
  EXPECT_EQ(line.read("furnace.1.plugged"), 1) << "no car stands there";
  EXPECT_EQ(line.read("furnace.1.refusal"), static_cast<int>(Refusal::NoCarHere));
  ASSERT_TRUE(line.command("loco.1.target", 42));
  EXPECT_EQ(line.read("loco.1.refusal"), static_cast<int>(Refusal::NoSuchStop));
  ASSERT_TRUE(line.command("station.1.wanted_deg", 300));
  EXPECT_EQ(line.read("station.1.refusal"), static_cast<int>(Refusal::OutOfRange));
  // Uncoupling on the way is refused, and the car stays coupled.
  ASSERT_TRUE(line.command("loco.1.coupler", 1));
  line.advance(10, 0);
  ASSERT_TRUE(line.command("loco.1.target", 3));
  ASSERT_TRUE(line.command("loco.1.run", 1));
  line.advance(20, 0);
  ASSERT_TRUE(line.command("loco.1.coupler", 0));
  EXPECT_EQ(line.read("loco.1.refusal"), static_cast<int>(Refusal::NotAtStop));
  EXPECT_EQ(line.read("loco.1.coupled"), 1);
}

TEST(Line, AnUnsetRunBrakesToAStand) {
  Line line(settings());
  ASSERT_TRUE(line.command("loco.1.target", 3));
  ASSERT_TRUE(line.command("loco.1.run", 1));
  line.advance(40, 0);
  ASSERT_GT(line.read("loco.1.speed_m_s"), 2);
  ASSERT_TRUE(line.command("loco.1.run", 0));
  line.advance(15, 0);
  EXPECT_EQ(line.read("loco.1.moving"), 0);
  const double x = line.read("loco.1.x_m");
  line.advance(30, 0);
  EXPECT_EQ(line.read("loco.1.x_m"), x);
}

TEST(Line, TwoLocomotivesNeverComeCloserThanTheirClearanceOnTheTrack) {
  Line line(settings());
  Random random(3);
  ASSERT_TRUE(line.command("loco.1.run", 1));
  ASSERT_TRUE(line.command("loco.2.run", 1));
  int arrivals = 0;
  for (int i = 0; i < 4000; ++i) {
    for (const char* device : {"loco.1", "loco.2"}) {
      if (line.read(std::string(device) + ".stop") == line.read(std::string(device) + ".target")) {
        ++arrivals;
        ASSERT_TRUE(line.command(std::string(device) + ".target", 1 + static_cast<double>(random.next() % 7)));
      }
    }
    line.advance(1, 0);
    if (line.read("loco.1.stop") == 0 && line.read("loco.2.stop") == 0) {
      ASSERT_GE(std::abs(line.read("loco.1.x_m") - line.read("loco.2.x_m")), line.settings().locomotives.clearance_m);
    }
  }
  EXPECT_GT(arrivals, 40) << "they block each other for ever";
}

TEST(Line, FaultsShowOnTheSensorAndEndWhenCleared) {
  Line line(settings());
  line.advance(1, 0);
  ASSERT_TRUE(line.fault("drift car.3.net_t 2"));
  ASSERT_TRUE(line.fault("stuck furnace.1.metal_c"));
  ASSERT_TRUE(line.fault("broken car.4.metal_c"));
  ASSERT_TRUE(line.fault("hot_spot car.7 3"));
  ASSERT_TRUE(line.fault("link_loss car.5"));
  const double held = line.read("furnace.1.metal_c");
  line.advance(300, 0);
  EXPECT_NEAR(line.read("car.3.net_t"), 10, 0.01);
  EXPECT_EQ(line.read("furnace.1.metal_c"), held);
  EXPECT_TRUE(std::isnan(line.read("car.4.metal_c")));
  EXPECT_GT(line.read("car.7.shell_3_c"), line.read("car.7.shell_2_c") + 150);
  EXPECT_TRUE(line.silent("car.5"));
  EXPECT_EQ(line.faults().size(), 5u);
  ASSERT_TRUE(line.fault("clear link_loss"));
  EXPECT_FALSE(line.silent("car.5"));
  ASSERT_TRUE(line.fault("clear"));
  EXPECT_TRUE(line.faults().empty());
  EXPECT_EQ(line.read("car.3.net_t"), 0);
  line.advance(1800, 0);
  EXPECT_LT(line.read("car.7.shell_3_c"), line.read("car.7.shell_2_c") + 30);
  for (const char* wrong : {"", "drift", "drift nothing 1", "drift car.3.net_t x", "hot_spot car.99 1",
                            "hot_spot car.1 99", "dance loco.1", "takeover car.1"})
    EXPECT_FALSE(line.fault(wrong)) << wrong;
}

TEST(Line, ATakenOverLocomotiveStopsAndTakesNoOrder) {
  Line line(settings());
  ASSERT_TRUE(line.command("loco.2.target", 3));
  ASSERT_TRUE(line.command("loco.2.run", 1));
  line.advance(20, 0);
  ASSERT_TRUE(line.fault("takeover loco.2"));
  line.advance(20, 0);
  EXPECT_EQ(line.read("loco.2.moving"), 0);
  ASSERT_TRUE(line.command("loco.2.run", 1));
  EXPECT_EQ(line.read("loco.2.refusal"), static_cast<int>(Refusal::NotRemote));
  line.advance(20, 0);
  EXPECT_EQ(line.read("loco.2.moving"), 0);
}

TEST(LineSettings, RefusesWhatDoesNotFit) {
  std::ifstream stream(YUANQU_SOURCE_DIR "/packs/steel/simulator/hot_metal.yaml");
  std::ostringstream whole;
  whole << stream.rdbuf();
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = whole.str();
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return read_line_settings(text.replace(at, from.size(), to), "x.yaml");
  };
  EXPECT_FALSE(with("simulated: true", "simulated: false"));
  EXPECT_FALSE(with("full_t: 240", "full_t: 900"));
  EXPECT_FALSE(with("home_stops: [1, 1]", "home_stops: [1, 66]"));
  EXPECT_FALSE(with("use: scale", "use: ballroom"));
  EXPECT_FALSE(with("tare_t: 195", "tare_t: heavy"));
  const auto extra = with("tare_t: 195", "tare_t: 195\n  colour: red");
  ASSERT_FALSE(extra);
  EXPECT_EQ(extra.error().place.field, "colour");
  EXPECT_FALSE(read_line_settings("[", "x.yaml"));
  EXPECT_FALSE(read_line_settings("", "x.yaml"));
}

}  // namespace
}  // namespace yuanqu::simulator
