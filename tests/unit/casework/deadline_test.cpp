// Deadlines against an oracle that counts day by day, and the cases of the law written out.
#include "casework/deadline.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace yuanqu::casework {
namespace {

base::Date day(const char* text) { return *base::Date::parse(text); }

base::Calendar year_2026() {
  std::vector<base::Calendar::Exception> days;
  for (int d = 15; d <= 23; ++d) days.push_back({*base::Date::parse("2026-02-" + std::to_string(d)), false});
  for (const char* d : {"2026-02-14", "2026-02-28"}) days.push_back({day(d), true});
  return *base::Calendar::make(day("2026-01-01"), day("2026-12-31"), days);
}

TEST(Deadline, TwentyWorkingDaysOverTheSpringFestival) {
  const Deadline read = read_deadline(year_2026(), day("2026-02-10"), 20, {}, day("2026-02-10"));
  EXPECT_EQ(read.due->to_string(), "2026-03-16");
  EXPECT_FALSE(read.provisional);
  EXPECT_EQ(read.used, 0);
  EXPECT_EQ(read.left, 20);
}

TEST(Deadline, MaterialThatIsOwedStandsOutside) {
  const auto calendar = year_2026();
  // Two days used, then eight working days wait for material, then three are left.
  const std::vector<Suspension> open = {{day("2026-03-04"), {}}};
  const Deadline waiting = read_deadline(calendar, day("2026-03-02"), 5, open, day("2026-03-16"));
  EXPECT_TRUE(waiting.suspended);
  EXPECT_EQ(waiting.used, 2);
  EXPECT_EQ(waiting.left, 3);
  EXPECT_FALSE(waiting.due);
  const std::vector<Suspension> lifted = {{day("2026-03-04"), day("2026-03-16")}};
  EXPECT_EQ(read_deadline(calendar, day("2026-03-02"), 5, lifted, day("2026-03-16")).due->to_string(), "2026-03-19");
}

TEST(Deadline, LateStaysLateWhenItIsSuspendedAfterwards) {
  const Deadline read =
      read_deadline(year_2026(), day("2026-03-02"), 2, {{day("2026-03-10"), day("2026-03-20")}}, day("2026-03-23"));
  EXPECT_EQ(read.due->to_string(), "2026-03-04");
  EXPECT_LT(read.left, 0);
}

TEST(Deadline, IntoAYearThatIsNotAnnouncedIsProvisional) {
  EXPECT_TRUE(read_deadline(year_2026(), day("2026-12-25"), 10, {}, day("2026-12-25")).provisional);
  EXPECT_FALSE(read_deadline(year_2026(), day("2026-12-01"), 10, {}, day("2026-12-01")).provisional);
}

TEST(Deadline, AgreesWithCountingDayByDay) {
  RC_ASSERT(rc::check("whatever is suspended when", [] {
    const auto calendar = year_2026();
    const base::Date start = base::Date::from_days(day("2026-01-05").days() + *rc::gen::inRange(0, 100));
    const auto budget = *rc::gen::inRange(1, 30);
    std::vector<Suspension> suspensions;
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
      const base::Date from = base::Date::from_days(start.days() + *rc::gen::inRange(-5, 60));
      std::optional<base::Date> to = base::Date::from_days(from.days() + *rc::gen::inRange(0, 30));
      if (*rc::gen::inRange(0, 6) == 0) to.reset();
      suspensions.push_back({from, to});
    }
    const base::Date today = base::Date::from_days(start.days() + *rc::gen::inRange(0, 120));
    const Deadline read = read_deadline(calendar, start, budget, suspensions, today);
    // Day by day: a working day counts unless a suspension noted before the budget was used up covers it.
    std::int64_t counted = 0, used = 0;
    std::optional<base::Date> due;
    for (std::int64_t n = start.days() + 1; n < start.days() + 500; ++n) {
      const base::Date at = base::Date::from_days(n);
      bool covered = false;
      for (const Suspension& one : suspensions) {
        const base::Date from = std::max(one.from, start);
        if (at > from && (!one.to || at <= *one.to) && !(due && from >= *due)) covered = true;
      }
      if (covered || !calendar.is_working_day(at)) continue;
      if (at <= today) ++used;
      if (++counted == budget && !due) due = at;
    }
    RC_ASSERT(read.used == used);
    RC_ASSERT(read.left == budget - used);
    if (due) {
      RC_ASSERT(read.due == due);
    } else {
      RC_ASSERT(read.suspended);
      RC_ASSERT(!read.due);
    }
  }));
}

}  // namespace
}  // namespace yuanqu::casework
