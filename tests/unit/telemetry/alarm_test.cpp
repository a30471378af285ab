#include <gtest/gtest.h>

#include <charconv>
#include <fstream>
#include <sstream>

#include "points.hpp"
#include "telemetry/alarm_engine.hpp"
#include "telemetry/live.hpp"

namespace yuanqu::telemetry {
namespace {

using testing::Folder;
constexpr std::int64_t wall = 1'700'000'000'000;

PlantModel plant_with(const std::vector<std::pair<std::string, std::string>>& alarms) {
  std::string text =
      "plant: p\nlabels: {zh: 厂, en: Plant}\nareas:\n  - name: a\n    labels: {zh: 区, en: A}\n    equipment:\n      "
      "- name: e\n        labels: {zh: 台, en: E}\n        tags:\n";
  for (const char* tag : {"x", "y", "b"}) {
    text += "          - name: " + std::string(tag) + "\n            labels: {zh: 点, en: T}\n            type: " +
            (std::string(tag) == "b" ? "boolean" : "number") + "\n            alarms:\n";
    int count = 0;
    for (std::size_t i = 0; i < alarms.size(); ++i) {
      if (alarms[i].first != tag) continue;
      text += "              - {name: r" + std::to_string(i + 1) + ", " + alarms[i].second + "}\n";
      ++count;
    }
    if (count == 0) text.erase(text.rfind("            alarms:"));
  }
  auto plant = PlantModel::read(text, "p");
  if (!plant) {
    for (const auto& fault : plant.error()) ADD_FAILURE() << base::to_text(fault, false) << "\n" << text;
    return {};
  }
  return std::move(*plant);
}

// One scenario being played. After every step the journal, read again, must give the state that is shown.
class Play {
 public:
  explicit Play(const std::vector<std::pair<std::string, std::string>>& alarms) : plant_(plant_with(alarms)) {
    for (std::size_t i = 0; i < alarms.size(); ++i) {
      for (AlarmIndex k = 0; k < plant_.alarms().size(); ++k) {
        if (plant_.alarms()[k].name == "r" + std::to_string(i + 1)) order_.push_back(k);
      }
    }
    start({});
  }

  std::string step(std::int64_t ms, const std::string& what) {
    const Moment now{ms, wall + ms};
    std::istringstream in(what);
    std::string verb, first;
    in >> verb;
    base::Result<void> done;
    const auto alarm = [&] {
      std::size_t number = 0;
      in >> number;
      return order_.at(number - 1);
    };
    const auto rest = [&] {
      std::string text;
      std::getline(in >> std::ws, text);
      return text;
    };
    std::string who;
    if (verb == "tick")
      done = engine_->tick(now);
    else if (verb == "restart")
      start(now);
    else if (verb == "stale" || verb == "fresh") {
      in >> first;
      done = engine_->quality(plant_.find(first), Quality::good, verb == "stale", now);
    } else if (verb == "ack") {
      const AlarmIndex index = alarm();
      in >> who;
      done = engine_->acknowledge(index, who, "", now);
    } else if (verb == "reset") {
      const AlarmIndex index = alarm();
      in >> who;
      done = engine_->reset(index, who, now);
    } else if (verb == "shelve") {
      const AlarmIndex index = alarm();
      int minutes = 0;
      in >> minutes >> who;
      done = engine_->shelve(index, minutes, who, rest(), now);
    } else if (verb == "unshelve") {
      const AlarmIndex index = alarm();
      in >> who;
      done = engine_->unshelve(index, who, now);
    } else if (verb == "out") {
      const AlarmIndex index = alarm();
      in >> who;
      done = engine_->take_out_of_service(index, who, rest(), now);
    } else if (verb == "in") {
      const AlarmIndex index = alarm();
      in >> who;
      done = engine_->return_to_service(index, who, now);
    } else {
      std::string value, quality = "good";
      in >> value >> quality;
      const TagIndex tag = plant_.find(verb);
      const Point point{.tag = tag,
                        .source_time_ms = wall + ms,
                        .server_time_ms = wall + ms,
                        .value = *parse_value(value, plant_.tag(tag).type),
                        .quality = quality.empty() ? Quality::good : *quality_of(quality)};
      done = engine_->points(std::span(&point, 1), now);
    }
    std::string states = done ? "" : "refused";
    if (done) {
      for (AlarmIndex index : order_) {
        const AlarmView view = engine_->view(index);
        states += (states.empty() ? "" : ", ") + std::string(state_name(view.state)) + (view.first_up ? " first" : "");
      }
    }
    check_replay();
    check_deltas();
    return states;
  }

 private:
  void start(Moment now) {
    engine_.reset();
    journal_.reset();
    auto journal = AlarmJournal::open(folder_.path() / "alarms.sqlite", plant_);
    ASSERT_TRUE(journal.has_value());
    journal_ = std::move(*journal);
    auto engine = AlarmEngine::start(plant_, *journal_, now, ++epoch_);
    ASSERT_TRUE(engine.has_value());
    engine_ = std::move(*engine);
  }
  void check_replay() {
    std::vector<AlarmState> states(plant_.alarms().size());
    ASSERT_TRUE(journal_
                    ->replay([&](const JournalLine& line) {
                      if (line.event.alarm < states.size())
                        fold(states[line.event.alarm], line.event, plant_.alarms()[line.event.alarm].latched);
                    })
                    .has_value());
    EXPECT_EQ(states, *journal_->states());
    for (AlarmIndex i = 0; i < states.size(); ++i) EXPECT_EQ(states[i], engine_->view(i).state);
  }
  // A client that follows by deltas sees what one sees that asks for everything.
  void check_deltas() {
    const AlarmPicture change = engine_->changes_since(seen_epoch_, seen_version_);
    if (change.whole) seen_.clear();
    for (const AlarmView& view : change.alarms) {
      if (view.state.normal())
        seen_.erase(view.alarm);
      else
        seen_[view.alarm] = view.state;
    }
    seen_epoch_ = change.epoch;
    seen_version_ = change.version;
    std::map<AlarmIndex, AlarmState> whole;
    for (const AlarmView& view : engine_->picture().alarms) whole[view.alarm] = view.state;
    EXPECT_EQ(seen_, whole);
  }

  Folder folder_;
  PlantModel plant_;
  std::vector<AlarmIndex> order_;
  std::unique_ptr<AlarmJournal> journal_;
  std::unique_ptr<AlarmEngine> engine_;
  std::uint64_t epoch_ = 0, seen_epoch_ = 0, seen_version_ = 0;
  std::map<AlarmIndex, AlarmState> seen_;
};

TEST(Alarms, ScenariosOfTheStateMachine) {
  std::ifstream in(std::string(YUANQU_SOURCE_DIR) + "/tests/cases/telemetry/alarms.txt");
  ASSERT_TRUE(in.good());
  std::string line, name;
  std::vector<std::pair<std::string, std::string>> alarms;
  std::unique_ptr<Play> play;
  int scenarios = 0, number = 0;
  while (std::getline(in, line)) {
    ++number;
    if (line.empty() || line[0] == '#') continue;
    if (line.starts_with("scenario ")) {
      name = line.substr(9);
      alarms.clear();
      play.reset();
      ++scenarios;
    } else if (line.starts_with("alarm ")) {
      alarms.emplace_back(line.substr(6, 1), line.substr(8));
    } else {
      if (!play) play = std::make_unique<Play>(alarms);
      const auto blank = line.find(' '), equals = line.rfind(" = ");
      ASSERT_NE(equals, std::string::npos) << number;
      const std::int64_t ms = std::stoll(line.substr(0, blank));
      EXPECT_EQ(play->step(ms, line.substr(blank + 1, equals - blank - 1)), line.substr(equals + 3))
          << "line " << number << " of " << name << ": " << line;
    }
  }
  EXPECT_GE(scenarios, 25);
}

struct Running {
  PlantModel plant;
  std::unique_ptr<AlarmJournal> journal;
  std::unique_ptr<AlarmEngine> engine;
};
std::unique_ptr<Running> run(const std::filesystem::path& file, int tags) {
  std::string text =
      "plant: p\nlabels: {zh: 厂, en: Plant}\nareas:\n  - name: a\n    labels: {zh: 区, en: A}\n    equipment:\n      "
      "- name: e\n        labels: {zh: 台, en: E}\n        tags:\n";
  for (int i = 0; i < tags; ++i)
    text += "          - {name: t" + std::to_string(i) +
            ", labels: {zh: 点, en: T}, type: number, alarms: [{kind: high, limit: 10, priority: " +
            (i % 4 == 0 ? "critical" : "low") + "}]}\n";
  auto running = std::make_unique<Running>();
  running->plant = std::move(*PlantModel::read(text, "p"));
  running->journal = std::move(*AlarmJournal::open(file, running->plant));
  running->engine = std::move(*AlarmEngine::start(running->plant, *running->journal, {0, wall}, 1));
  return running;
}

std::vector<Point> everywhere(int tags, double value, std::int64_t ms) {
  std::vector<Point> points;
  for (int i = 0; i < tags; ++i)
    points.push_back(
        {.tag = static_cast<TagIndex>(i), .source_time_ms = wall + ms, .server_time_ms = wall + ms, .value = value});
  return points;
}

TEST(Alarms, AFloodOfTenThousandIsOneCommitAndIsKnownAsAFlood) {
  Folder folder;
  const auto running = run(folder.path() / "a.sqlite", 10'000);
  ASSERT_TRUE(running->engine->points(everywhere(10'000, 11, 100), {100, wall + 100}).has_value());
  AlarmPicture picture = running->engine->picture();
  EXPECT_EQ(picture.alarms.size(), 10'000U);
  EXPECT_TRUE(picture.flood);
  ASSERT_TRUE(running->engine->points(everywhere(10'000, 9, 200), {200, wall + 200}).has_value());
  std::vector<AlarmIndex> all;
  for (const AlarmView& view : running->engine->picture().alarms) all.push_back(view.alarm);
  ASSERT_TRUE(running->engine->acknowledge(all, "anna", {300, wall + 300}).has_value());
  EXPECT_TRUE(running->engine->picture().alarms.empty());
  ASSERT_TRUE(running->engine->tick({600'099, wall + 600'099}).has_value());
  EXPECT_TRUE(running->engine->picture().flood);
  ASSERT_TRUE(running->engine->tick({600'101, wall + 600'101}).has_value());
  EXPECT_FALSE(running->engine->picture().flood);
  const auto figures = running->journal->performance(wall, wall + 86'400'000);
  ASSERT_TRUE(figures.has_value());
  EXPECT_EQ(figures->raised, 10'000U);
  EXPECT_EQ(figures->peak_ten_minutes, 10'000U);
  EXPECT_EQ(figures->by_priority, (std::vector<std::uint64_t>{2'500, 0, 0, 7'500}));
  EXPECT_NEAR(figures->mean_seconds_to_acknowledge, 0.2, 1e-9);
  EXPECT_NEAR(figures->flood_share, 1.0 / 144, 1e-9);
}

TEST(Alarms, FiguresNameWhatChattersAndWhatStands) {
  Folder folder;
  const auto running = run(folder.path() / "a.sqlite", 3);
  std::int64_t ms = 0;
  const auto send = [&](TagIndex tag, double value) {
    const Point point{.tag = tag, .source_time_ms = wall + ms, .server_time_ms = wall + ms, .value = value};
    ASSERT_TRUE(running->engine->points(std::span(&point, 1), {ms, wall + ms}).has_value());
  };
  for (int i = 0; i < 4; ++i, ms += 20'000) {  // four times within a minute and a bit
    send(0, 20);
    send(0, 5);
  }
  send(1, 20);
  ms += 3'700'000;
  send(2, 20);
  const std::int64_t end = wall + 80'000 + 25 * 3'600'000;
  const auto figures = running->journal->performance(wall, end);
  ASSERT_EQ(figures->chattering.size(), 1U);
  EXPECT_EQ(figures->chattering[0].tag, "t0");
  ASSERT_EQ(figures->top.size(), 3U);
  EXPECT_EQ(figures->top[0].tag, "t0");
  EXPECT_EQ(figures->top[0].count, 4U);
  EXPECT_NEAR(figures->top_share, 1, 1e-12);
  ASSERT_EQ(figures->standing.size(), 1U);
  EXPECT_EQ(figures->standing[0].tag, "t1");
  EXPECT_EQ(figures->standing[0].count, 25U);
  const auto lines = running->journal->lines({.tag = "t1"});
  ASSERT_EQ(lines->size(), 1U);
  EXPECT_EQ(lines->front().event.value, "20");
  ASSERT_TRUE(running->journal->forget(end).has_value());
  EXPECT_EQ(running->journal->lines({})->size(), 1U) << "ids go on from the newest";
  EXPECT_EQ(running->engine->picture().alarms.size(), 3U);
}

TEST(Alarms, WithoutTheJournalNothingIsShownAndLaterEverythingIs) {
  Folder folder;
  const auto running = run(folder.path() / "a.sqlite", 2);
  {
    // Somebody else holds the file for writing beyond patience: as a full or read-only disk, an append fails.
    auto breaker = journal::Database::open(folder.path() / "a.sqlite", journal::OpenMode::ReadWrite);
    ASSERT_TRUE((*breaker)
                    ->execute("CREATE TRIGGER full BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'disk full'); END")
                    .has_value());
    EXPECT_FALSE(running->engine->points(everywhere(2, 11, 100), {100, wall + 100}).has_value());
    EXPECT_TRUE(running->engine->failure().has_value());
    EXPECT_TRUE(running->engine->picture().alarms.empty()) << "what is not in the journal is not shown";
    EXPECT_TRUE(running->journal->lines({})->empty());
    ASSERT_TRUE((*breaker)->execute("DROP TRIGGER full").has_value());
  }
  ASSERT_TRUE(running->engine->tick({1'100, wall + 1'100}).has_value());
  EXPECT_EQ(running->engine->picture().alarms.size(), 2U);
  EXPECT_FALSE(running->engine->failure().has_value());
}

// The wall clock is set back an hour, forward two, and back again (a step, or a careless daylight-saving change):
// delays and the end of shelving are measured by a clock that does not step; only the journal says what the wall said.
TEST(Alarms, AStepOfTheClockNeitherHurriesNorHoldsThem) {
  constexpr std::int64_t hour = 3'600'000, minute = 60'000;
  for (const std::int64_t step : {-hour, hour, 24 * hour, -24 * hour}) {
    const PlantModel plant = plant_with({{"x",
                                          "kind: high, limit: 10, priority: high, on_delay_ms: 5000, "
                                          "shelve_max_minutes: 30, labels: {zh: 高, en: High}"}});
    Folder folder;
    const auto journal = std::move(*AlarmJournal::open(folder.path() / "a.sqlite", plant));
    const auto engine = std::move(*AlarmEngine::start(plant, *journal, {0, wall}, 7));
    const auto state = [&] { return std::string(state_name(engine->view(0).state)); };
    const Point hot[] = {{.tag = 0, .source_time_ms = wall, .server_time_ms = wall, .value = 11.0}};
    ASSERT_TRUE(engine->points(hot, {1000, wall + 1000}).has_value());
    ASSERT_TRUE(engine->tick({5'999, wall + step + 5'999}).has_value());
    EXPECT_EQ(state(), "normal") << "not before its delay, whatever the wall says " << step;
    ASSERT_TRUE(engine->tick({6'000, wall + step + 6'000}).has_value());
    EXPECT_EQ(state(), "active_unacknowledged");
    ASSERT_TRUE(engine->shelve(0, 30, "wang", "being mended", {7'000, wall + step + 7'000}).has_value());
    ASSERT_TRUE(engine->tick({7'000 + 30 * minute - 1, wall + 7'000 + 30 * minute - 1}).has_value());
    EXPECT_EQ(state(), "shelved");
    ASSERT_TRUE(engine->tick({7'000 + 30 * minute, wall + 2 * step}).has_value());
    EXPECT_EQ(state(), "active_unacknowledged") << "half an hour is half an hour, whatever the wall says " << step;
    // After a restart only the wall is left to go by: shelved no longer than the rule allows, however far back it
    // stands.
    ASSERT_TRUE(engine->shelve(0, 30, "wang", "again", {8'000 + 30 * minute, wall + 24 * hour}).has_value());
    const auto again = std::move(*AlarmEngine::start(plant, *journal, {0, wall - 24 * hour}, 8));
    ASSERT_TRUE(again->tick({30 * minute, wall}).has_value());
    EXPECT_NE(std::string(state_name(again->view(0).state)), "shelved");
  }
}

TEST(Alarms, FollowTheLivePicture) {
  std::ifstream in(std::string(YUANQU_SOURCE_DIR) + "/tests/cases/telemetry/plant.yaml");
  std::stringstream text;
  text << in.rdbuf();
  const PlantModel plant = std::move(*PlantModel::read(text.str(), "plant.yaml"));
  Folder folder;
  const auto journal = std::move(*AlarmJournal::open(folder.path() / "a.sqlite", plant));
  const auto engine = std::move(*AlarmEngine::start(plant, *journal, {0, wall}, 7));
  LivePicture live(plant);
  const TagIndex car = plant.find("1#鱼雷罐车.铁水温度");
  const Point hot[] = {{.tag = car, .source_time_ms = wall, .server_time_ms = wall, .value = 1600.0}};
  ASSERT_TRUE(engine->points(live.apply(hot, 0), {0, wall}).has_value());
  ASSERT_TRUE(engine->observe(live, {1'999, wall + 1'999}).has_value());
  const AlarmIndex high = engine->find("1#鱼雷罐车.铁水温度", "high");
  EXPECT_EQ(state_name(engine->view(high).state), "normal");
  ASSERT_TRUE(engine->observe(live, {2'000, wall + 2'000}).has_value());
  EXPECT_EQ(state_name(engine->view(high).state), "active_unacknowledged");
  EXPECT_EQ(engine->view(high).state.value, "1600");
  ASSERT_TRUE(engine->observe(live, {2'001, wall + 2'001}).has_value());  // silent for more than twice the heartbeat
  EXPECT_EQ(state_name(engine->view(high).state), "quality_lost");
  ASSERT_TRUE(engine->observe(live, {4'001, wall + 4'001}).has_value());
  EXPECT_EQ(state_name(engine->view(engine->find("1#鱼雷罐车.铁水温度", "bad_quality")).state),
            "active_unacknowledged");
  EXPECT_EQ(engine->find("1#鱼雷罐车.铁水温度", "none"), AlarmEngine::no_alarm);
}

}  // namespace
}  // namespace yuanqu::telemetry
