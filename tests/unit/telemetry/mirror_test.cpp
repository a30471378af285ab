// The mirror, against the real VictoriaMetrics: killed, emptied, refilled, and read as a dashboard reads it.

#include "telemetry/mirror.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cmath>

#include "points.hpp"
#include "processes.hpp"
#include "telemetry/http_call.hpp"

namespace yuanqu::telemetry {
namespace {

using testing::eventually;
using testing::Folder;

constexpr std::int64_t start_ms = 1'700'000'000'000;

PlantModel plant() {
  return std::move(*PlantModel::read(
      "plant: p\nlabels: {zh: 厂, en: Plant}\nareas: [{name: a, labels: {zh: 区, en: A}, equipment: [{name: e, labels: "
      "{zh: 台, en: E}, tags: [{name: 1#高炉.温度, labels: {zh: 温, en: "
      "T}, type: number, unit: ℃}, {name: 计数, labels: {zh: 计, en: C}, type: unsigned}, {name: 状态, labels: {zh: "
      "状, en: S}, type: text}]}]}]\n",
      "p"));
}

TEST(Mirror, LeavesOutWhatItCannotHold) {
  const PlantModel model = plant();
  const std::vector<Point> points = {
      {.tag = 0, .source_time_ms = 1'700'000'000'001, .value = 0.1},
      {.tag = 0, .source_time_ms = 1'700'000'000'002, .value = -0.0},
      {.tag = 0, .source_time_ms = 1'700'000'000'003, .value = INFINITY},
      {.tag = 0, .source_time_ms = 1'700'000'000'004, .value = 5e-324},
      {.tag = 0, .source_time_ms = 1'700'000'000'005, .value = 1e300},
      {.tag = 0, .source_time_ms = 1'700'000'000'006, .value = 7.0, .quality = Quality::sensor_failure},
      {.tag = 1, .source_time_ms = -1, .value = std::uint64_t{5}},
      {.tag = 1, .source_time_ms = 1, .value = UINT64_MAX},
      {.tag = 1, .source_time_ms = 1, .value = std::uint64_t{7}},
      {.tag = 2, .source_time_ms = 1, .value = std::string("text")}};
  const std::string line = mirror_line(model, 0, std::span(points).first(6));
  EXPECT_EQ(line,
            "{\"metric\":{\"__name__\":\"yuanqu_tag\",\"plant\":\"p\",\"area\":\"a\",\"equipment\":\"e\",\"tag\":\"1#"
            "高炉.温度\",\"unit\":\"℃\"},\"values\":[0.1,-0,5e-324,1e+300],"
            "\"timestamps\":[1700000000001,1700000000002,1700000000004,1700000000005]}\n");
  EXPECT_EQ(mirror_line(model, 1, std::span(points).subspan(6, 2)), "") << "before 1970, beyond 2^53";
  EXPECT_NE(mirror_line(model, 1, std::span(points).subspan(8, 1)).find("\"values\":[7]"), std::string::npos);
  EXPECT_EQ(mirror_line(model, 2, std::span(points).subspan(9, 1)), "");
}

class RealMirror : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists("/usr/bin/victoria-metrics")) GTEST_SKIP() << "victoria-metrics is not installed";
    history_ = std::move(*History::open(folder_.path() / "h.sqlite", model_.tag_names()));
    mirror_ = std::make_unique<Mirror>(model_, *history_, address_);
  }
  void start(const char* data) {
    process_.start({"victoria-metrics", "-storageDataPath=" + (folder_.path() / data).string(),
                    "-httpListenAddr=" + address_, "-retentionPeriod=100y"});
    ASSERT_TRUE(eventually([&] { return testing::listens(port_); }));
  }
  void record(std::int64_t from_s, std::int64_t count) {
    std::vector<Point> points;
    for (std::int64_t i = 0; i < count; ++i)
      points.push_back({.tag = 0,
                        .source_time_ms = start_ms + (from_s + i) * 1'000,
                        .server_time_ms = 1,
                        .value = static_cast<double>(from_s + i) / 4,
                        .sequence = ++sequence_});
    ASSERT_TRUE(history_->absorb(points).has_value());
    mirror_->recorded(points);
  }
  // The values the mirror holds, by time.
  std::map<std::int64_t, double> held() const {
    std::map<std::int64_t, double> points;
    const auto answer = http_call("http://" + address_ + "/api/v1/export?match[]=" + url_text("yuanqu_tag"));
    if (!answer || answer->body.empty()) return points;
    std::size_t at = 0;
    while (at < answer->body.size()) {
      const std::size_t end = answer->body.find('\n', at);
      const auto line = boost::json::parse(answer->body.substr(at, end - at)).as_object();
      at = end == std::string::npos ? end : end + 1;
      for (std::size_t i = 0; i < line.at("values").as_array().size(); ++i)
        points[line.at("timestamps").as_array()[i].to_number<std::int64_t>()] =
            line.at("values").as_array()[i].to_number<double>();
      if (at == std::string::npos) break;
    }
    return points;
  }
  bool holds_all(std::int64_t from_s, std::int64_t count) const {
    const auto points = held();
    for (std::int64_t i = from_s; i < from_s + count; ++i) {
      const auto found = points.find(start_ms + i * 1'000);
      if (found == points.end() || found->second != static_cast<double>(i) / 4) return false;
    }
    return true;
  }

  Folder folder_;
  PlantModel model_ = plant();
  std::unique_ptr<History> history_;
  const int port_ = testing::free_port();
  const std::string address_ = "127.0.0.1:" + std::to_string(port_);
  std::unique_ptr<Mirror> mirror_;
  testing::Process process_;
  std::uint64_t sequence_ = 0;
};

TEST_F(RealMirror, MayBeKilledAndEmptiedAndIsFilledAgain) {
  record(0, 3'000);
  record(200'000, 1'000);  // two days later
  const std::int64_t now = start_ms + 300'000'000;
  EXPECT_FALSE(mirror_->follow(now).has_value()) << "nobody there";
  start("one");
  auto sent = mirror_->follow(now);
  ASSERT_TRUE(sent.has_value()) << sent.error().en;
  EXPECT_EQ(*sent, 4'000U);
  EXPECT_EQ(*mirror_->follow(now + 1), 0U) << "nothing new";
  EXPECT_FALSE(mirror_->filled_until()->has_value()) << "it vouches only for what had time to reach its disk";
  ASSERT_TRUE(mirror_->follow(now + Mirror::settling_ms + 1).has_value());
  ASSERT_TRUE(eventually([&] { return mirror_->filled_until()->has_value(); }));

  // What comes late is sent, and what is new.
  record(5'000, 10);
  record(300'000, 10);
  sent = mirror_->follow(now + 60'000);
  ASSERT_TRUE(sent.has_value());
  EXPECT_GE(*sent, 20U);
  ASSERT_TRUE(eventually([&] { return holds_all(0, 3'000) && holds_all(5'000, 10) && holds_all(300'000, 10); }));

  // Killed: it comes back with what it has, and gets what it lost.
  process_.end(SIGKILL);
  EXPECT_FALSE(mirror_->follow(now + 61'000).has_value());
  start("one");
  ASSERT_TRUE(eventually([&] { return mirror_->follow(now + 62'000).has_value(); }));
  ASSERT_TRUE(eventually([&] { return holds_all(0, 3'000) && holds_all(5'000, 10) && holds_all(300'000, 10); }));

  // Emptied: another disk, or the disk lost.
  process_.end(SIGKILL);
  start("two");
  ASSERT_TRUE(held().empty());
  ASSERT_TRUE(eventually([&] { return mirror_->follow(now + 63'000).has_value(); }));
  // As the centre does it: again and again.
  std::int64_t later = now + 64'000;
  ASSERT_TRUE(eventually([&] {
    (void)mirror_->follow(later += 1'000);
    return holds_all(0, 3'000) && holds_all(5'000, 10) && holds_all(200'000, 1'000) && holds_all(300'000, 10);
  }));
  // And a centre that starts anew beside a filled mirror sends only what that lacks.
  ASSERT_TRUE(mirror_->follow(later += 30'000).has_value());
  ASSERT_TRUE(eventually([&] { return mirror_->filled_until()->has_value(); }));
  Mirror again(model_, *history_, address_);
  sent = again.follow(later + 1'000);
  ASSERT_TRUE(sent.has_value());
  EXPECT_LT(*sent, 100U);
}

// The request that a dashboard (Grafana's Prometheus source) makes, and the answer against our own history.
TEST_F(RealMirror, IsReadAsADashboardReadsIt) {
  record(0, 600);
  start("one");
  ASSERT_TRUE(mirror_->follow(start_ms + 3'600'000).has_value());
  ASSERT_TRUE(eventually([&] { return holds_all(0, 600); }));
  const std::string query = "max_over_time(yuanqu_tag{plant=\"p\",tag=\"1#高炉.温度\"}[60s])";
  const std::int64_t from_s = start_ms / 1'000 + 59;
  const std::string body = "query=" + url_text(query) + "&start=" + std::to_string(from_s) +
                           "&end=" + std::to_string(from_s + 480) + "&step=60&nocache=1";
  const auto answer = http_call("http://" + address_ + "/api/v1/query_range", &body,
                                {"Content-Type: application/x-www-form-urlencoded"});
  ASSERT_TRUE(answer.has_value());
  ASSERT_EQ(answer->status, 200) << answer->body;
  const auto data = boost::json::parse(answer->body).at("data");
  ASSERT_EQ(data.at("resultType").as_string(), "matrix");
  ASSERT_EQ(data.at("result").as_array().size(), 1U) << answer->body;
  const auto& series = data.at("result").as_array()[0];
  EXPECT_EQ(series.at("metric").at("unit").as_string(), "℃");
  const auto ours = history_->by_interval(0, start_ms, start_ms + 540'000, 60'000);
  ASSERT_TRUE(ours.has_value());
  const auto& values = series.at("values").as_array();
  ASSERT_EQ(values.size(), 9U) << answer->body;
  for (std::size_t i = 0; i < values.size(); ++i)
    EXPECT_EQ(std::stod(std::string(values[i].as_array()[1].as_string())), *ours->intervals[i].maximum) << i;
  // And the names its query editor offers.
  const auto names = http_call("http://" + address_ + "/api/v1/label/tag/values");
  ASSERT_TRUE(names.has_value());
  EXPECT_NE(names->body.find("1#高炉.温度"), std::string::npos) << names->body;
}

}  // namespace
}  // namespace yuanqu::telemetry
