// Kinds that change under a zone with a year of changes: renamed, converted, extended, given up, refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "register/verify.hpp"
#include "zone.hpp"

namespace yuanqu::register_ {
namespace {

using test::day;
using test::text;

constexpr int firms_count = 12;

class KindsChange : public ::testing::Test {
 protected:
  void SetUp() override {
    roots = zone.folder / "packs";
    std::filesystem::copy(test::source_folder() / "tests/cases/register/packs", roots,
                          std::filesystem::copy_options::recursive);
    // A year: each firm's scope and inspection change every month, with a correction of the month before in between.
    for (int i = 0; i < firms_count; ++i)
      firms.push_back(zone.put(zone.write("firm", {{"name", text("企业" + std::to_string(i))}}))->record);
    for (int month = 1; month <= 12; ++month) {
      std::vector<Write> writes;
      for (int i = 0; i < firms_count; ++i) {
        writes.push_back(zone.write("firm",
                                    {{"scope", text(std::to_string(i) + "/" + std::to_string(month))},
                                     {"inspected", Value::boolean((i + month) % 3 != 0)}},
                                    "register", first_of(month).c_str(), firms[static_cast<std::size_t>(i)]));
        if (month > 1 && i % 4 == 0) {
          writes.push_back(zone.write("firm", {{"inspected", Value::boolean(i % 8 == 0)}}, "register",
                                      first_of(month - 1).c_str(), firms[static_cast<std::size_t>(i)]));
        }
      }
      ASSERT_TRUE(zone.records->write(Viewer::system(), writes));
    }
  }
  static std::string first_of(int month) {
    return "2026-" + std::string(month < 10 ? "0" : "") + std::to_string(month) + "-01";
  }

  std::string kind_file() const {
    std::ifstream stream(roots / "small/kinds/firm.yaml");
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  void set_kind_file(const std::string& content) const { std::ofstream(roots / "small/kinds/firm.yaml") << content; }
  static std::string without_line(std::string content, const std::string& part, const std::string& instead = {}) {
    const std::size_t at = content.rfind('\n', content.find(part)) + 1;
    content.replace(at, content.find('\n', at) - at, instead);
    return content;
  }
  // Opens the zone again with the packs as they lie there now.
  base::Result<void> reopen(std::vector<std::string> names = {"small"}) {
    auto loaded = pack::PackSet::load({roots}, names);
    if (!loaded) return tl::unexpected(loaded.error());
    auto read = Catalogue::load(*loaded);
    if (!read) return tl::unexpected(read.error());
    auto posts = Permissions::load(*loaded, **read);
    if (!posts) return tl::unexpected(posts.error());
    zone.records.reset();
    auto made = Register::open(*zone.journal, *read, *posts);
    if (!made) return tl::unexpected(made.error());
    zone.packs = std::move(*loaded);
    zone.catalogue = *read;
    zone.permissions = *posts;
    zone.records = std::move(*made);
    return {};
  }

  test::Zone zone;
  std::filesystem::path roots;
  std::vector<RecordId> firms;
};

TEST_F(KindsChange, RenamedConvertedExtendedAndGivenUpReadAYear) {
  std::map<std::pair<RecordId, int>, std::pair<Value, Value>> before;  // scope, inspected on the 15th
  const auto read_all = [&](const char* scope, const char* inspected, auto&& tell) {
    for (RecordId id : firms) {
      for (int month = 1; month <= 12; ++month) {
        const std::string on = first_of(month).substr(0, 8) + "15";
        tell(id, month, zone.plain(id, scope, on.c_str()), zone.plain(id, inspected, on.c_str()));
      }
    }
  };
  read_all("scope", "inspected", [&](RecordId id, int month, Value scope, Value inspected) {
    before[{id, month}] = {std::move(scope), std::move(inspected)};
  });
  std::string content = kind_file();
  content = without_line(content, "name: scope",
                         "  - {number: 12, name: business_scope, feel: business scope, labels: {zh: 业务范围, en: "
                         "Business scope}, type: string, sources: [register], class: public}");
  content = without_line(content, "name: inspected",
                         "  - {number: 23, name: inspection, feel: inspection, labels: {zh: 检查结论, en: Inspection}, "
                         "type: enumeration, values: [{code: passed, labels: {zh: 合格, en: Passed}}, {code: failed, "
                         "labels: {zh: 不合格, en: Failed}}], sources: [register, self_report], class: internal, "
                         "fresh_for: P6M, was: {number: 11, by: 'if old then \"passed\" else \"failed\"'}}");
  content = without_line(content, "name: former_names");
  content = without_line(content, "title: name", "title: name\nretired: [3]");
  content.replace(content.find("search: [name, former_names, uscc]"), 34, "search: [name, uscc]");
  set_kind_file(content);
  std::filesystem::create_directories(roots / "extra/kinds");
  std::ofstream(roots / "extra/pack.yaml")
      << "pack: extra\nversion: 1.0.0\nlabels: {zh: 扩展, en: Extra}\nlanguages: [zh, en]\nneeds: [small]\n";
  std::ofstream(roots / "extra/kinds/firm.yaml")
      << "extends: firm\nfields:\n  - {number: 40, name: mentor, feel: mentor, labels: {zh: 服务专员, en: Mentor}, "
         "type: string, class: internal}\n";
  auto opened = reopen({"small", "extra"});
  ASSERT_TRUE(opened) << base::to_text(opened.error(), false);
  read_all("business_scope", "inspection", [&](RecordId id, int month, const Value& scope, const Value& inspection) {
    const auto& [old_scope, old_inspected] = before.at({id, month});
    EXPECT_EQ(scope, old_scope);
    EXPECT_EQ(inspection, Value::enumeration(old_inspected.as_boolean() ? "passed" : "failed"));
  });
  // The old fact and the new one stand in one line: what is written now is a step in it.
  Write write = zone.write("firm", {{"inspection", Value::enumeration("failed")}, {"mentor", text("专员")}}, "register",
                           "2026-12-20", firms[1]);
  ASSERT_TRUE(zone.put(write));
  EXPECT_EQ(zone.plain(firms[1], "inspection", "2026-12-21"), Value::enumeration("failed"));
  EXPECT_EQ(zone.plain(firms[1], "mentor", "2026-12-21"), text("专员"));
  EXPECT_FALSE(zone.put(write)->changed);
  auto history = zone.records->history(Viewer::system(), zone.kind("firm"), firms[1]);
  ASSERT_TRUE(history);
  std::size_t converted = 0;
  for (const ChangeView& change : *history) {
    for (const FieldWrite& one : change.values)
      converted += one.field == 23 && one.value.type() == ValueType::Enumeration ? 1 : 0;
  }
  EXPECT_EQ(converted, 13U);
  // Erasing or folding anew goes by the journal: verify finds every record to be the fold.
  auto report = verify(*zone.journal, {.catalogue = zone.catalogue.get()});
  ASSERT_TRUE(report);
  for (const VerifyProblem& problem : report->problems) ADD_FAILURE() << problem.en;
  ASSERT_TRUE(
      zone.journal->commit([](journal::Transaction& t) { return t.database().execute("DELETE FROM record"); }, {}));
  ASSERT_TRUE(reopen({"small", "extra"}));
  EXPECT_EQ(zone.plain(firms[1], "inspection", "2026-12-21"), Value::enumeration("failed"));
}

TEST_F(KindsChange, AValueThatDoesNotFitIsUnreadableAndAFinding) {
  set_kind_file(without_line(kind_file(), "name: scope",
                             "  - {number: 24, name: scope_size, feel: scope size, labels: {zh: 范围数, en: Scope "
                             "size}, type: number, scale: 0, sources: [register], class: public, when_unreadable: "
                             "note, was: {number: 12, by: 'if starts with(old, \"1/\") then 1 else old'}}"));
  auto opened = reopen();
  ASSERT_TRUE(opened) << base::to_text(opened.error(), false);
  EXPECT_EQ(zone.plain(firms[1], "scope_size", "2026-06-15"), Value::number(1, 0));
  EXPECT_TRUE(zone.plain(firms[2], "scope_size", "2026-06-15").is_null());
  auto view = zone.records->read(Viewer::system(), zone.kind("firm"), firms[2], {day("2026-06-15"), {}});
  ASSERT_TRUE(view);
  ASSERT_EQ(view->findings.size(), 1U);
  EXPECT_EQ(view->findings[0].code, "unreadable");
}

TEST_F(KindsChange, AFieldLeftOutIsRefusedWithTheRecordsConcerned) {
  set_kind_file(without_line(kind_file(), "name: scope"));
  auto refused = reopen();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::Unsupported);
  EXPECT_NE(refused.error().en.find(std::to_string(firms_count) + " records: " + std::to_string(firms[0]) + ", " +
                                    std::to_string(firms[1])),
            std::string::npos)
      << refused.error().en;
}

TEST_F(KindsChange, ARetiredNumberIsNeverGivenAgain) {
  std::string content = without_line(kind_file(), "title: name", "title: name\nretired: [12]");
  set_kind_file(content);
  EXPECT_NE(base::to_text(reopen().error(), false).find("retired"), std::string::npos);
  set_kind_file(without_line(kind_file(), "name: inspected",
                             "  - {number: 23, name: inspection, feel: inspection, labels: {zh: 检查, en: Inspection}, "
                             "type: string, sources: [register], class: internal, was: {number: 3, by: 'new'}}"));
  EXPECT_NE(base::to_text(reopen().error(), false).find("makes the new value of old"), std::string::npos);
}

}  // namespace
}  // namespace yuanqu::register_
