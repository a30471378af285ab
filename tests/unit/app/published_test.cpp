// What a zone does when content changes under running work: a go-live that lists before it sends, a calendar announced
// while cases run, a procedure that moves on.
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <set>

#include "open_zone.hpp"

namespace yuanqu::app {
namespace {

using register_::RecordId;
using register_::Value;
using test::day;
using test::need;
using test::OpenZone;
using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

class Published : public testing::Test, public OpenZone {
 protected:
  RecordId firm(int number) {
    return write("enterprise", 0,
                 {{"uscc", Value::string(test::credit_code(number))},
                  {"name", Value::string("示例" + std::to_string(number))},
                  {"status", Value::enumeration("operating")},
                  {"entity_type", Value::enumeration("limited_company")}},
                 "market_registration", "2020-01-01")
        .record;
  }
  RecordId licence(RecordId holder, const char* number, const char* valid_to) {
    const RecordId type = write_type();
    return write("licence", 0,
                 {{"enterprise", Value::reference(holder)},
                  {"number", Value::string(number)},
                  {"type", Value::reference(type)},
                  {"valid_to", Value::date(day(valid_to))},
                  {"status", Value::enumeration("valid")}},
                 "licensing_authority", "2022-01-01")
        .record;
  }
  RecordId write_type() {
    if (type_ == 0)
      type_ = write("licence_type", 0,
                    {{"code", Value::string("FOOD_BIZ")},
                     {"name", Value::string("食品经营许可证")},
                     {"power", Value::enumeration("own")},
                     {"validity_years", Value::number(5, 0)}},
                    "zone_office", "2022-01-01")
                  .record;
    return type_;
  }
  std::vector<duty::Duty> duties(std::vector<duty::State> states) {
    return need(zone->house().duties.list(register_::Viewer::system(), {.states = std::move(states), .limit = 500}),
                "duties")
        .duties;
  }
  std::int64_t told(register_::FileId file) {
    const register_::Viewer owner(77, "业主", {zone->permissions().post("owner")}, {file}, nullptr);
    return need(zone->house().notices.count(owner), "inbox").total;
  }
  RecordId type_ = 0;
};

TEST_F(Published, AGoLiveListsEverythingBeforeAnythingIsSent) {
  const RecordId one = firm(1), two = firm(2);
  licence(one, "JY1", "2026-05-20");  // in its window already
  licence(two, "JY2", "2026-12-20");  // not yet
  need(zone->settle(), "baseline");
  const auto planned = duties({duty::State::Planned});
  std::set<std::string> items;
  for (const duty::Duty& duty : planned) items.insert(duty.item->name);
  EXPECT_THAT(items, testing::UnorderedElementsAre("food_business_renewal", "rung_opened"));
  EXPECT_THAT(duties({duty::State::Due, duty::State::Taken, duty::State::Done}), testing::IsEmpty());
  EXPECT_EQ(told(one), 0);
  EXPECT_EQ(need(zone->house().casework.count(register_::Viewer::system(), casework::CaseQuery{}), "cases"), 0);
  // The list is the same for whoever asks, and says what would be sent and done.
  const std::string officer = account("officer", {"approver"});
  const auto list = get("/duties?state=planned", officer);
  EXPECT_THAT(list.text, HasSubstr("\"calls_for\":\"act\""));
  EXPECT_THAT(list.text, HasSubstr("\"calls_for\":\"notify\""));
  EXPECT_THAT(list.text, HasSubstr("JY1"));
  EXPECT_THAT(list.text, Not(HasSubstr("JY2")));
  // Nothing goes out while it waits, also when days pass.
  need(zone->advance_to(0, day("2026-03-04")), "days");
  EXPECT_EQ(told(one), 0);
  // Let go, each is sent and done once.
  const std::string counter = account("counter", {"counter"});
  for (const duty::Duty& duty : planned) {
    const register_::Viewer by =
        duty.item->role().empty()
            ? register_::Viewer(77, "业主", {zone->permissions().post("owner")}, {one}, nullptr)
            : register_::Viewer(78, "窗口", {zone->permissions().post("counter"), zone->permissions().post("approver")},
                                {}, nullptr);
    auto released = zone->house().duties.release(register_::Viewer::system(), duty.id);
    ASSERT_TRUE(released) << released.error().en;
    EXPECT_FALSE(zone->house().duties.release(by, duty.id)) << "released twice";
  }
  need(zone->settle(), "released");
  EXPECT_EQ(told(one), 1) << "the reminder; the case waits for the holder";
  EXPECT_EQ(need(zone->house().casework.count(register_::Viewer::system(), casework::CaseQuery{}), "cases"), 1);
  need(zone->advance_to(0, day("2026-03-10")), "days");
  EXPECT_EQ(told(one), 1);
}

}  // namespace
}  // namespace yuanqu::app
