// What a zone does when content changes under running work: a go-live that lists before it sends, a calendar announced while
// cases run, a procedure that moves on.
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
    return write("enterprise", 0, {{"uscc", Value::string(test::credit_code(number))}, {"name", Value::string("示例" + std::to_string(number))},
                                   {"status", Value::enumeration("operating")}, {"entity_type", Value::enumeration("limited_company")}},
                 "market_registration", "2020-01-01").record;
  }
  RecordId licence(RecordId holder, const char* number, const char* valid_to) {
    const RecordId type = write_type();
    return write("licence", 0, {{"enterprise", Value::reference(holder)}, {"number", Value::string(number)}, {"type", Value::reference(type)},
                                {"valid_to", Value::date(day(valid_to))}, {"status", Value::enumeration("valid")}}, "licensing_authority", "2022-01-01").record;
  }
  RecordId write_type() {
    if (type_ == 0)
      type_ = write("licence_type", 0, {{"code", Value::string("FOOD_BIZ")}, {"name", Value::string("食品经营许可证")}, {"power", Value::enumeration("own")},
                                        {"validity_years", Value::number(5, 0)}}, "zone_office", "2022-01-01").record;
    return type_;
  }
  std::vector<duty::Duty> duties(std::vector<duty::State> states) {
    return need(zone->house().duties.list(register_::Viewer::system(), {.states = std::move(states), .limit = 500}), "duties").duties;
  }
  std::int64_t told(register_::FileId file) {
    const register_::Viewer owner(77, "业主", {zone->permissions().post("owner")}, {file}, nullptr);
    return need(zone->house().notices.count(owner), "inbox").total;
  }
  RecordId type_ = 0;
};

TEST_F(Published, AGoLiveListsEverythingBeforeAnythingIsSent) {
  const RecordId one = firm(1), two = firm(2);
  licence(one, "JY1", "2026-05-20");   // in its window already
  licence(two, "JY2", "2026-12-20");   // not yet
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
    const register_::Viewer by = duty.item->role().empty() ? register_::Viewer(77, "业主", {zone->permissions().post("owner")}, {one}, nullptr)
                                                           : register_::Viewer(78, "窗口", {zone->permissions().post("counter"), zone->permissions().post("approver")}, {}, nullptr);
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

// A calendar announced between two starts of the server: deadlines that were provisional are counted again, and who is concerned is told.
TEST(Calendar, AnnouncedWhileCasesRunMovesDeadlinesAndTells) {
  const fs::path folder = fs::temp_directory_path() / ("yuanqu-calendar-" + std::to_string(::getpid()));
  fs::remove_all(folder);
  fs::create_directories(folder);
  fs::copy(fs::path(YUANQU_SOURCE_DIR) / "packs", folder / "packs", fs::copy_options::recursive);
  const auto open = [&] {
    ZoneOptions options;
    options.data = folder / "data";
    options.packs = folder / "packs";
    options.log = [](const std::string&) {};
    return need(Zone::open(std::move(options)), "open");
  };
  std::int64_t id = 0;
  std::optional<base::Date> before;
  RecordId firm = 0;
  {
    auto zone = open();
    need(zone->set_today(day("2026-12-21"), 0), "today");
    const auto put = [&](const char* kind_name, std::vector<std::pair<const char*, Value>> values, const char* source) {
      register_::Write write;
      write.kind = zone->records().catalogue().kind(std::string_view(kind_name));
      write.source = zone->records().catalogue().source(source)->number;
      write.effective_from = day("2026-01-01");
      write.reason = "test";
      for (auto& [name, value] : values) write.values.push_back({write.kind->field(std::string_view(name))->number, std::move(value)});
      return need(zone->records().write(register_::Viewer::system(), {std::move(write)}), kind_name).written.front().record;
    };
    firm = put("enterprise", {{"uscc", Value::string(test::credit_code(5))}, {"name", Value::string("示例五")}, {"status", Value::enumeration("operating")},
                              {"entity_type", Value::enumeration("limited_company")}}, "market_registration");
    const RecordId type = put("licence_type", {{"code", Value::string("FOOD_BIZ")}, {"name", Value::string("食品经营许可证")}, {"power", Value::enumeration("own")},
                                               {"validity_years", Value::number(5, 0)}}, "zone_office");
    put("authorisation", {{"enterprise", Value::reference(firm)}, {"number", Value::string("SQ-1")}, {"licence_types", Value::list({Value::string("FOOD_BIZ")})},
                          {"valid_from", Value::date(day("2026-01-01"))}}, "self_report");
    need(zone->settle(), "baseline");
    put("licence", {{"enterprise", Value::reference(firm)}, {"number", Value::string("JY9")}, {"type", Value::reference(type)}, {"valid_to", Value::date(day("2027-03-20"))},
                    {"status", Value::enumeration("valid")}}, "licensing_authority");
    need(zone->settle(), "case");
    auto cases = need(zone->house().casework.list(register_::Viewer::system(), {.procedure = "renewal"}), "cases");
    ASSERT_EQ(cases.size(), 1U);
    id = cases.front().id;
    before = cases.front().due_on;
    ASSERT_TRUE(before);
    EXPECT_TRUE(cases.front().due_provisional) << "2027 is not announced";
  }
  // An arrangement for the test alone: the first four days of January 2027 are off.
  {
    std::ofstream rows(folder / "packs/core/calendars/working_days.csv", std::ios::app);
    for (const char* off : {"2027-01-01", "2027-01-04", "2027-01-05", "2027-01-06"}) rows << off << ",试验,1,2027\n";
    std::string text = OpenZone::file_text(folder / "packs/core/calendars/working_days.yaml");
    text.replace(text.find("to: '2026-12-31'"), 16, "to: '2027-12-31'");
    std::ofstream(folder / "packs/core/calendars/working_days.yaml") << text;
  }
  auto zone = open();
  need(zone->begin(), "begin");
  const auto moved = need(zone->house().casework.find(register_::Viewer::system(), id), "case");
  ASSERT_TRUE(moved.due_on);
  EXPECT_FALSE(moved.due_provisional);
  EXPECT_EQ(moved.due_on->days() - before->days(), 4) << "four days more that are off: " << before->to_string() << " → " << moved.due_on->to_string();
  const register_::Viewer owner(77, "业主", {zone->permissions().post("owner")}, {firm}, nullptr);
  int said = 0;
  for (const notice::Notice& notice : need(zone->house().notices.inbox(owner), "inbox")) said += notice.content.type == "due_moved" ? 1 : 0;
  EXPECT_EQ(said, 1);
  zone.reset();
  zone = open();
  need(zone->begin(), "again");
  said = 0;
  for (const notice::Notice& notice : need(zone->house().notices.inbox(owner), "inbox")) said += notice.content.type == "due_moved" ? 1 : 0;
  EXPECT_EQ(said, 1) << "told once";
  zone.reset();
  fs::remove_all(folder);
}

}  // namespace
}  // namespace yuanqu::app
