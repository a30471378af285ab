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

// A zone over a copy of the shipped packs, in which an announcement for the test alone can be written: four days of
// January 2027 are off. A case and a duty are under way whose days reach into that year.
class Announced : public testing::Test {
 protected:
  Announced() {
    static int count = 0;
    folder_ = fs::temp_directory_path() / ("yuanqu-calendar-" + std::to_string(::getpid()) + std::to_string(++count));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    fs::copy(fs::path(YUANQU_SOURCE_DIR) / "packs", folder_ / "packs", fs::copy_options::recursive);
    open();
    need(zone_->set_today(day("2026-12-21"), 0), "today");
    firm_ = put("enterprise",
                {{"uscc", Value::string(test::credit_code(5))},
                 {"name", Value::string("示例五")},
                 {"status", Value::enumeration("operating")},
                 {"entity_type", Value::enumeration("limited_company")}},
                "market_registration");
    type_ = put("licence_type",
                {{"code", Value::string("FOOD_BIZ")},
                 {"name", Value::string("食品经营许可证")},
                 {"power", Value::enumeration("own")},
                 {"validity_years", Value::number(5, 0)}},
                "zone_office");
    put("authorisation",
        {{"enterprise", Value::reference(firm_)},
         {"number", Value::string("SQ-1")},
         {"licence_types", Value::list({Value::string("FOOD_BIZ")})},
         {"valid_from", Value::date(day("2026-01-01"))}},
        "self_report");
    need(zone_->settle(), "baseline");
    licence_ = put("licence",
                   {{"enterprise", Value::reference(firm_)},
                    {"number", Value::string("JY9")},
                    {"type", Value::reference(type_)},
                    {"valid_to", Value::date(day("2027-03-20"))},
                    {"status", Value::enumeration("valid")}},
                   "licensing_authority");
    // The same without an authorisation: nobody files by himself, so the reminder stays open.
    other_ = put("enterprise",
                 {{"uscc", Value::string(test::credit_code(6))},
                  {"name", Value::string("示例六")},
                  {"status", Value::enumeration("operating")},
                  {"entity_type", Value::enumeration("limited_company")}},
                 "market_registration");
    unfiled_ = put("licence",
                   {{"enterprise", Value::reference(other_)},
                    {"number", Value::string("JY90")},
                    {"type", Value::reference(type_)},
                    {"valid_to", Value::date(day("2027-03-20"))},
                    {"status", Value::enumeration("valid")}},
                   "licensing_authority");
    need(zone_->settle(), "case");
  }
  ~Announced() override {
    zone_.reset();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  void open() {
    zone_.reset();
    ZoneOptions options;
    options.data = folder_ / "data";
    options.packs = folder_ / "packs";
    options.log = [](const std::string&) {};
    zone_ = need(Zone::open(std::move(options)), "open");
  }
  RecordId put(const char* kind_name, std::vector<std::pair<const char*, Value>> values, const char* source) {
    register_::Write write;
    write.kind = zone_->records().catalogue().kind(std::string_view(kind_name));
    write.source = zone_->records().catalogue().source(source)->number;
    write.effective_from = day("2026-01-01");
    write.reason = "test";
    for (auto& [name, value] : values)
      write.values.push_back({write.kind->field(std::string_view(name))->number, std::move(value)});
    return need(zone_->records().write(register_::Viewer::system(), {std::move(write)}), kind_name)
        .written.front()
        .record;
  }
  // Rows are added to the pack's table; `to` moves with them or does not.
  void announce(std::vector<const char*> off_days, bool whole_year) {
    {
      std::ofstream rows(folder_ / "packs/core/calendars/working_days.csv", std::ios::app);
      for (const char* off : off_days) rows << off << ",试验,1,2027\n";
    }
    const fs::path yaml = folder_ / "packs/core/calendars/working_days.yaml";
    std::string text = OpenZone::file_text(yaml);
    if (!whole_year) return;
    text.replace(text.find("to: '2026-12-31'"), 16, "to: '2027-12-31'");
    std::ofstream(yaml) << text;
  }
  casework::Case one_case() {
    auto cases = need(zone_->house().casework.list(register_::Viewer::system(), {.procedure = "renewal"}), "cases");
    std::erase_if(cases, [&](const casework::Case& one) { return one.subject != licence_; });
    EXPECT_EQ(cases.size(), 1U);
    return cases.front();
  }
  // The reminder that the window is open: due on the last lawful day of the licence.
  duty::Duty reminder() {
    for (duty::Duty& duty :
         need(zone_->house().duties.list(register_::Viewer::system(), {.subject = unfiled_}), "duties").duties) {
      if (duty.item->name == "rung_opened") return std::move(duty);
    }
    ADD_FAILURE() << "no reminder";
    return {};
  }
  std::multiset<std::string> told_of_moves() {
    const register_::Viewer owner(77, "业主", {zone_->permissions().post("owner")}, {firm_, other_}, nullptr);
    std::multiset<std::string> titles;
    for (const notice::Notice& notice : need(zone_->house().notices.inbox(owner), "inbox")) {
      if (notice.content.type == "due_moved") titles.insert(notice.content.title.zh);
    }
    return titles;
  }

  fs::path folder_;
  std::unique_ptr<Zone> zone_;
  RecordId firm_ = 0, other_ = 0, type_ = 0, licence_ = 0, unfiled_ = 0;
};

TEST_F(Announced, BetweenTwoStartsDeadlinesMoveAndWhoIsConcernedIsToldOnce) {
  const casework::Case before = one_case();
  const duty::Duty reminded = reminder();
  ASSERT_TRUE(before.due_on);
  EXPECT_TRUE(before.due_provisional) << "2027 is not announced";
  announce({"2027-01-01", "2027-01-04", "2027-01-05", "2027-01-06"}, true);
  open();
  need(zone_->begin(), "begin");
  const casework::Case after = one_case();
  ASSERT_TRUE(after.due_on);
  EXPECT_FALSE(after.due_provisional);
  // Twenty working days from 21 December end on 18 January of the plain week; four of them are off now.
  EXPECT_EQ(before.due_on->to_string(), "2027-01-18");
  EXPECT_EQ(after.due_on->to_string(), "2027-01-22");
  EXPECT_EQ(reminder().due_on, reminded.due_on) << "counted back from March, January is not reached";
  EXPECT_THAT(told_of_moves(), testing::SizeIs(1));
  open();
  need(zone_->begin(), "again");
  EXPECT_THAT(told_of_moves(), testing::SizeIs(1)) << "told once";
}

TEST_F(Announced, WhileServingTheDaysOfCasesAndDutiesMoveWithoutARestart) {
  need(zone_->begin(), "begin");
  const casework::Case before = one_case();
  const duty::Duty reminded = reminder();
  ASSERT_TRUE(reminded.due_on);
  const auto version = zone_->population().calendar()->version;
  EXPECT_EQ(need(zone_->offered_calendar(), "offer")->version, version) << "nothing new yet";

  // Rows alone do not announce a year.
  announce({"2027-01-01", "2027-01-04", "2027-01-05", "2027-01-06", "2027-03-01"}, false);
  const auto half = need(zone_->offered_calendar(), "offer");
  EXPECT_EQ(half->version, version);
  EXPECT_EQ(half->beyond, 5U);

  announce({}, true);
  const auto offered = need(zone_->offered_calendar(), "offer");
  EXPECT_NE(offered->version, version);
  EXPECT_EQ(zone_->publish_calendar(0, version).error().code, base::ErrorCode::Conflict);
  const auto moved = need(zone_->publish_calendar(0, offered->version), "publish");
  EXPECT_EQ(moved.cases, 1U);
  EXPECT_GE(moved.duties, 1U);
  EXPECT_EQ(one_case().due_on->to_string(), "2027-01-22");
  EXPECT_FALSE(one_case().due_provisional);
  ASSERT_TRUE(reminder().due_on);
  EXPECT_EQ(reminded.due_on->to_string(), "2027-03-01");
  EXPECT_EQ(reminder().due_on->to_string(), "2027-02-26") << "fifteen working days back, one of them off";
  EXPECT_THAT(told_of_moves(), testing::SizeIs(2));  // of the case and of the licence's last day
  // Once more, and after a restart, nothing moves and nobody is told.
  EXPECT_EQ(need(zone_->publish_calendar(0, offered->version), "again").cases, 0U);
  open();
  need(zone_->begin(), "restart");
  EXPECT_EQ(zone_->population().calendar()->version, offered->version);
  EXPECT_THAT(told_of_moves(), testing::SizeIs(2));
  EXPECT_EQ(one_case().due_on->to_string(), "2027-01-22");

  // Amended: one of the days is worked after all.
  const fs::path csv = folder_ / "packs/core/calendars/working_days.csv";
  std::string text = OpenZone::file_text(csv);
  const std::string row = "2027-01-06,试验,1,2027\n";
  text.erase(text.find(row), row.size());
  std::ofstream(csv) << text;
  EXPECT_EQ(need(zone_->publish_calendar(0, need(zone_->offered_calendar(), "offer")->version), "amend").cases, 1U);
  EXPECT_EQ(one_case().due_on->to_string(), "2027-01-21");
  EXPECT_THAT(told_of_moves(), testing::SizeIs(3));
  EXPECT_EQ(before.number, one_case().number);
}

// What a decision answers moves with the days as well, and what it calls for is done: the window of a licence opens
// earlier when more days before its end are off.
TEST_F(Announced, AnOutcomeThatReadsWorkingDaysIsDecidedAnewAndIsNoBaseline) {
  need(zone_->begin(), "begin");
  const RecordId later = put("licence",
                             {{"enterprise", Value::reference(firm_)},
                              {"number", Value::string("JY10")},
                              {"type", Value::reference(type_)},
                              {"valid_to", Value::date(day("2027-05-06"))},
                              {"status", Value::enumeration("valid")}},
                             "licensing_authority");
  need(zone_->settle(), "written");
  const auto opens = [&] {
    std::size_t found = 0;
    for (const duty::Duty& duty :
         need(zone_->house().duties.list(register_::Viewer::system(), {.subject = later}), "duties").duties)
      found += duty.state == duty::State::Planned ? 0 : 1;
    return found;
  };
  EXPECT_EQ(opens(), 0U) << "ninety working days before 6 May have not begun";
  announce({"2027-01-01", "2027-02-08", "2027-02-09", "2027-02-10", "2027-02-11", "2027-02-12", "2027-05-03",
            "2027-05-04", "2027-05-05"},
           true);
  need(zone_->publish_calendar(0, need(zone_->offered_calendar(), "offer")->version), "publish");
  EXPECT_GE(opens(), 1U);
}

}  // namespace
}  // namespace yuanqu::app
