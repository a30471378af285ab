#include "telemetry/history.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "points.hpp"
#include "telemetry/chunk.hpp"

namespace yuanqu::telemetry {
namespace {

using testing::brute_raw;
using testing::difference;
using testing::Folder;

TEST(Chunk, GivesEveryPointBackToTheBit) {
  for (std::uint64_t seed = 0; seed < 120; ++seed) {
    std::mt19937_64 random(seed);
    std::vector<Point> points(seed < 3 ? seed : random() % 1'200);
    std::int64_t clock = 1'700'000'000'000;
    for (std::size_t i = 0; i < points.size(); ++i) {
      points[i] = {.tag = 7,
                   .source_time_ms = seed % 4 == 0 ? clock += 1'000 : testing::next_time(random, clock),
                   .server_time_ms = clock + static_cast<std::int64_t>(random() % 50),
                   .value = seed % 3 == 0 ? testing::hostile_value(random)
                                          : testing::series_value(random, static_cast<unsigned>(seed), i),
                   .quality = testing::some_quality(random),
                   .sequence = i * 53 + random() % 3};
    }
    const std::string bytes = encode_chunk(points);
    const auto back = decode_chunk(bytes, 7);
    ASSERT_TRUE(back.has_value()) << seed;
    ASSERT_EQ(difference(*back, points), "") << seed;
    // Any flipped bit is found.
    for (int tries = 0; tries < 20; ++tries) {
      std::string broken = bytes;
      broken[random() % broken.size()] ^= static_cast<char>(1U << (random() % 8));
      ASSERT_FALSE(decode_chunk(broken, 7).has_value());
    }
    for (int tries = 0; tries < 5; ++tries)
      ASSERT_FALSE(decode_chunk(bytes.substr(0, random() % bytes.size()), 7).has_value());
  }
}

TEST(Chunk, RegularNumbersOfTwoDecimalsAreSmall) {
  std::mt19937_64 random(1);
  std::vector<Point> points;
  for (std::size_t i = 0; i < chunk_points_max; ++i) {
    points.push_back({.tag = 0,
                      .source_time_ms = 1'700'000'000'000 + static_cast<std::int64_t>(i) * 1'000,
                      .server_time_ms = 1'700'000'000'020 + static_cast<std::int64_t>(i) * 1'000,
                      .value = std::round(1500 * 100 + static_cast<double>(random() % 200)) / 100,
                      .sequence = i * 53});
  }
  EXPECT_LT(encode_chunk(points).size(), chunk_points_max * 2);
}

// Any mix of appends, flushes, merges and restarts answers as a list that is searched from end to end.
TEST(History, AnswersAsABruteForceStore) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    Folder folder;
    const std::vector<std::string> names = {"1#高炉", "b", "c"};
    auto history = History::open(folder.path() / "h.sqlite", names);
    ASSERT_TRUE(history.has_value());
    std::vector<Point> all;
    std::int64_t clock = 1'700'000'000'000;
    for (int step = 0; step < 60; ++step) {
      std::vector<Point> batch;
      for (std::size_t i = random() % 300; i > 0; --i) {
        const auto tag = static_cast<TagIndex>(random() % 3);
        const std::int64_t time = testing::next_time(random, clock);
        batch.push_back({.tag = tag,
                         .source_time_ms = time,
                         .server_time_ms = clock,
                         .value = testing::series_value(random, static_cast<unsigned>(seed + tag), all.size()),
                         .quality = testing::some_quality(random),
                         .sequence = all.size() + 1});
        all.push_back(batch.back());
      }
      ASSERT_TRUE((*history)->absorb(batch).has_value());
      if (random() % 8 == 0) {
        ASSERT_TRUE((*history)->flush().has_value());
      }
      if (random() % 10 == 0) {
        ASSERT_TRUE((*history)->merge_late().has_value());
      }
      if (random() % 12 == 0) {  // a crash: what was in memory comes again from the log, from any earlier place
        const std::uint64_t safe = (*history)->safe_sequence();
        history = History::open(folder.path() / "h.sqlite", names);
        ASSERT_TRUE(history.has_value());
        const std::size_t from =
            static_cast<std::size_t>(safe) - std::min<std::size_t>(static_cast<std::size_t>(safe), random() % 200);
        ASSERT_TRUE((*history)->absorb(std::span(all).subspan(from)).has_value());
      }
    }
    for (TagIndex tag = 0; tag < 3; ++tag) {
      const auto everything = (*history)->raw(tag, time_ms_min, time_ms_max);
      ASSERT_TRUE(everything.has_value());
      ASSERT_EQ(difference(everything->points, brute_raw(all, tag, time_ms_min, time_ms_max)), "");
      for (int query = 0; query < 40; ++query) {
        const std::int64_t from = clock - static_cast<std::int64_t>(random() % 6'000'000),
                           to = from + static_cast<std::int64_t>(random() % 2'000'000);
        const auto found = (*history)->raw(tag, from, to);
        const auto expected = brute_raw(all, tag, from, to);
        ASSERT_EQ(difference(found->points, expected), "");
        const auto as_of = (*history)->as_of(tag, to);
        const auto before = brute_raw(all, tag, time_ms_min, to);
        ASSERT_EQ(as_of->has_value(), !before.empty());
        if (!before.empty()) {
          ASSERT_TRUE(same_bits(**as_of, before.back()));
        }

        // The figures of intervals, the slow way.
        const std::int64_t step = 1 + static_cast<std::int64_t>(random() % 500'000);
        if (from == to || query % 5 != 0) continue;
        const auto intervals = (*history)->by_interval(tag, from, to, step);
        ASSERT_TRUE(intervals.has_value());
        for (const Interval& interval : intervals->intervals) {
          const std::int64_t end = std::min(interval.start_ms + step, to);
          const auto inside = brute_raw(all, tag, interval.start_ms, end - 1);
          ASSERT_EQ(interval.points, inside.size());
          double sum = 0, area = 0;
          std::uint64_t counted = 0;
          std::optional<double> low, high;
          const auto usable = [](const Point& p) { return p.quality.is_bad() ? std::nullopt : as_number(p.value); };
          const auto earlier_points = brute_raw(all, tag, time_ms_min, interval.start_ms - 1);
          std::optional<double> standing = earlier_points.empty() ? std::nullopt : usable(earlier_points.back());
          std::int64_t since = interval.start_ms, held = 0;
          for (std::size_t i = 0; i <= inside.size(); ++i) {
            const std::int64_t until = i < inside.size() ? inside[i].source_time_ms : end;
            if (standing) {
              area += *standing * static_cast<double>(until - since);
              held += until - since;
            }
            since = until;
            if (i == inside.size()) break;
            standing = usable(inside[i]);
            if (!standing) continue;
            ++counted;
            sum += *standing;
            low = std::min(low.value_or(*standing), *standing);
            high = std::max(high.value_or(*standing), *standing);
          }
          ASSERT_EQ(interval.counted, counted);
          ASSERT_EQ(interval.minimum, low);
          ASSERT_EQ(interval.maximum, high);
          ASSERT_EQ(interval.held_ms, held);
          if (counted > 0 && std::isfinite(sum)) {
            ASSERT_NEAR(*interval.mean, sum / static_cast<double>(counted), std::fabs(sum) * 1e-9 + 1e-9);
          }
          if (held > 0 && std::isfinite(area)) {
            ASSERT_NEAR(*interval.time_weighted, area / static_cast<double>(held),
                        std::fabs(area / static_cast<double>(held)) * 1e-6 + 1e-6);
          }
          ASSERT_EQ(interval.last.has_value(), !inside.empty());
          if (!inside.empty()) {
            ASSERT_TRUE(same_bits(*interval.last, inside.back()));
          }
        }
      }
    }
    ASSERT_TRUE((*history)->flush().has_value());
    while (*(*history)->merge_late() > 0) {
    }
    EXPECT_EQ((*history)->size()->side_chunks, 0U);
    EXPECT_EQ((*history)->size()->points, all.size());
    EXPECT_EQ((*history)->safe_sequence(), all.size());
    for (TagIndex tag = 0; tag < 3; ++tag)
      ASSERT_EQ(difference((*history)->raw(tag, time_ms_min, time_ms_max)->points,
                           brute_raw(all, tag, time_ms_min, time_ms_max)),
                "");
  }
}

std::vector<Point> regular(TagIndex tag, std::size_t count, std::int64_t start) {
  std::vector<Point> points;
  for (std::size_t i = 0; i < count; ++i)
    points.push_back({.tag = tag,
                      .source_time_ms = start + static_cast<std::int64_t>(i) * 1'000,
                      .server_time_ms = start,
                      .value = static_cast<double>(i),
                      .sequence = i + 1});
  return points;
}

TEST(History, NamesADamagedChunkAndGivesTheRest) {
  Folder folder;
  auto history = History::open(folder.path() / "h.sqlite", {"铁水温度"});
  const auto points = regular(0, 2'000, 0);
  ASSERT_TRUE((*history)->absorb(points).has_value());
  ASSERT_TRUE((*history)->flush().has_value());
  {
    auto database = journal::Database::open(folder.path() / "h.sqlite", journal::OpenMode::ReadWrite);
    ASSERT_TRUE((*database)
                    ->execute("UPDATE chunks SET data = cast(substr(data, 1, 40) || x'00' || substr(data, 42) AS BLOB) "
                              "WHERE t0 = 500000")
                    .has_value());
  }
  const auto found = (*history)->raw(0, 0, 10'000'000);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->points.size(), 1'500U);
  ASSERT_EQ(found->damaged.size(), 1U);
  EXPECT_EQ(found->damaged[0].place.field, "铁水温度");
  EXPECT_NE(found->damaged[0].en.find("from 500000 ms"), std::string::npos);
}

TEST(History, ForgetsByTagAndLimitsAnswers) {
  Folder folder;
  auto history = History::open(folder.path() / "h.sqlite", {"a", "b"});
  auto points = regular(0, 1'500, 0);
  ASSERT_TRUE((*history)->absorb(points).has_value());
  EXPECT_EQ(*(*history)->forget(0, 600'000), 1U) << "only what lies wholly before";
  EXPECT_EQ((*history)->raw(0, 0, 10'000'000)->points.size(), 1'000U);
  const auto some = (*history)->raw(0, 0, 10'000'000, 10);
  EXPECT_EQ(some->points.size(), 10U);
  EXPECT_TRUE(some->more);
  EXPECT_FALSE((*history)->raw(0, 0, 10'000'000, 1'000)->more);
  EXPECT_FALSE((*history)->by_interval(0, 0, 10'000'000, 10).has_value()) << "too many";
  EXPECT_FALSE((*history)->by_interval(0, 5, 5, 10).has_value());
  EXPECT_TRUE(*(*history)->holds(points[700]));
  points[700].value = 0.5;
  EXPECT_FALSE(*(*history)->holds(points[700]));
}

}  // namespace
}  // namespace yuanqu::telemetry
