#include "base/id.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <thread>
#include <vector>

namespace yuanqu::base {
namespace {

constexpr std::int64_t demo_day_ms = 1'772'380'800'000;  // 2026-03-01T16:00:00Z, midnight in Beijing

TEST(Id, AscendsWhateverTheClockDoes) {
  ManualClock clock(demo_day_ms);
  IdSource source(clock);
  Id last = 0;
  for (int i = 0; i < 1000; ++i) {
    if (i == 300) clock.advance_ms(-3'600'000);
    if (i == 600) clock.advance_ms(7'200'000);
    const Id id = source.next();
    ASSERT_GT(id, last);
    last = id;
  }
  EXPECT_EQ(milliseconds_of(last), clock.now_ms());
}

TEST(Id, GoesOnAfterARestartWithAnEarlierClock) {
  ManualClock clock(demo_day_ms);
  const Id before = IdSource(clock).next();
  clock.advance_ms(-86'400'000);
  EXPECT_EQ(IdSource(clock, before).next(), before + 1);
}

TEST(Id, IsDistinctAcrossThreads) {
  ManualClock clock(demo_day_ms);
  IdSource source(clock);
  std::vector<std::vector<Id>> found(4);
  std::vector<std::thread> threads;
  for (auto& ids : found) {
    threads.emplace_back([&] {
      for (int i = 0; i < 5'000; ++i) ids.push_back(source.next());
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<Id> all;
  for (const auto& ids : found) {
    EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
    all.insert(all.end(), ids.begin(), ids.end());
  }
  std::sort(all.begin(), all.end());
  EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
}

TEST(Id, TextIsStrict) {
  EXPECT_EQ(to_text(0), "0000000000000");
  EXPECT_EQ(to_text(INT64_MAX), "7zzzzzzzzzzzz");
  EXPECT_EQ(id_from_text("7ZZZZZZZZZZZZ"), INT64_MAX);
  for (const char* bad :
       {"", "0", "8000000000000", "000000000000u", "000000000000i", "00000000000000", "00000000 0000"}) {
    EXPECT_FALSE(id_from_text(bad)) << bad;
  }
}

RC_GTEST_PROP(IdProperty, TextReadsBackAndSortsAlike, ()) {
  const auto positive = rc::gen::map(rc::gen::arbitrary<std::int64_t>(), [](std::int64_t n) { return n & INT64_MAX; });
  const Id a = *positive;
  const Id b = *positive;
  RC_ASSERT(id_from_text(to_text(a)) == a);
  RC_ASSERT((to_text(a) < to_text(b)) == (a < b));
}

}  // namespace
}  // namespace yuanqu::base
