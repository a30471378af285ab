// docs/licences.md tells an officer how a licence type is added without a compiler. Its files are taken from the page
// as they stand, put into a copy of the packs, and a licence of the new type comes due: what the page says is what
// works.
#include <gmock/gmock.h>

#include <set>

#include "open_zone.hpp"
#include "population/worked_cases.hpp"

namespace yuanqu::app {
namespace {

using register_::RecordId;
using register_::Value;
using test::day;
using test::need;
using test::OpenZone;
using testing::Contains;
using testing::HasSubstr;
namespace fs = std::filesystem;

// `path`: and the fenced text under it, in order.
std::vector<std::pair<std::string, std::string>> files_of(const std::string& page) {
  std::vector<std::pair<std::string, std::string>> files;
  std::istringstream lines(page);
  std::string line, path;
  bool inside = false;
  while (std::getline(lines, line)) {
    const std::size_t begins = std::min(line.find_first_not_of(' '), line.size());
    const std::string text = line.substr(begins);
    if (inside) {
      if (text.starts_with("```")) {
        inside = false;
        path.clear();
      } else {
        files.back().second += line.substr(std::min<std::size_t>(3, begins)) + "\n";
      }
    } else if (text.starts_with('`') && text.ends_with("`:") && text.find('/') != std::string::npos) {
      path = text.substr(1, text.size() - 3);
    } else if (text.starts_with("```") && !path.empty()) {
      inside = true;
      files.emplace_back(path, "");
    }
  }
  return files;
}

void replace_in(const fs::path& file, const std::string& what, const std::string& by) {
  std::string text = OpenZone::file_text(file);
  const std::size_t at = text.find(what);
  ASSERT_NE(at, std::string::npos) << file << " no longer holds " << what;
  std::ofstream(file) << text.replace(at, what.size(), by);
}

TEST(LicencesGuide, ATypeAddedByThePageAloneComesDue) {
  const fs::path folder = fs::temp_directory_path() / ("yuanqu-guide-" + std::to_string(::getpid()));
  fs::remove_all(folder);
  fs::create_directories(folder);
  fs::copy(fs::path(YUANQU_SOURCE_DIR) / "packs", folder / "packs", fs::copy_options::recursive);
  std::set<std::string> named;
  for (const auto& [path, text] : files_of(OpenZone::file_text(fs::path(YUANQU_SOURCE_DIR) / "docs/licences.md"))) {
    named.insert(path);
    const fs::path file = folder / "packs" / path;
    if (fs::exists(file)) {  // a row for a table that is there
      const std::string before = OpenZone::file_text(file);
      const std::size_t table = before.find("id=\"decision_window_rule_table\"");
      ASSERT_NE(table, std::string::npos) << path;
      std::string after = before;
      after.insert(before.find("</decisionTable>", table), text);
      std::ofstream(file) << after;
      continue;
    }
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  EXPECT_THAT(named, testing::IsSupersetOf({"gasville/pack.yaml", "gasville/records/licence_types.csv",
                                            "gasville/records/licence_types.yaml", "gasville/services/licences.yaml",
                                            "gasville/cases/licences.yaml", "national/decisions/licence_renewal.dmn"}));
  replace_in(folder / "packs/national/services/licences.yaml", "\"HNTE\"], Licence.type.code))",
             "\"HNTE\", \"GAS_BIZ\"], Licence.type.code))");

  {
    const auto packs = need(pack::PackSet::load({folder / "packs"}, {"gasville"}), "packs");
    const auto catalogue = need(register_::Catalogue::load(packs), "kinds");
    const auto programs = need(
        population::Programs::compile(packs, *catalogue, need(population::Decisions::load(packs, *catalogue), "list")),
        "decisions");
    std::size_t passed = 0;
    need(population::run_worked_cases(packs, *packs.find("gasville"), *programs,
                                      [&](const population::WorkedCase& worked) {
                                        EXPECT_TRUE(worked.passed) << worked.name << ": " << worked.found;
                                        ++passed;
                                      }),
         "worked cases");
    EXPECT_EQ(passed, 1U);
  }

  ZoneOptions options;
  options.data = folder / "data";
  options.packs = folder / "packs";
  std::string log;
  options.log = [&](const std::string& line) { log += line; };
  auto zone = need(Zone::open(std::move(options)), "open");
  need(zone->set_today(day("2026-03-02"), 0), "today");
  need(zone->begin(), "begin");
  const register_::Catalogue& catalogue = zone->records().catalogue();
  const auto put = [&](const char* kind, std::vector<std::pair<const char*, Value>> values, const char* source) {
    register_::Write write;
    write.kind = catalogue.kind(std::string_view(kind));
    write.source = catalogue.source(source)->number;
    write.effective_from = day("2026-01-01");
    write.reason = "test";
    for (auto& [name, value] : values)
      write.values.push_back({write.kind->field(std::string_view(name))->number, std::move(value)});
    return need(zone->records().write(register_::Viewer::system(), {std::move(write)}), kind).written.front().record;
  };
  RecordId type = 0;
  const register_::Kind& types = *catalogue.kind("licence_type");
  need(zone->records().for_each(types,
                                [&](register_::RecordState&& state) {
                                  const auto& code =
                                      register_::read_plain(state, *types.field("code"), day("2026-03-02")).value();
                                  if (code.text() == "GAS_BIZ") type = state.id;
                                  return true;
                                }),
       "types");
  ASSERT_NE(type, 0) << "the type came with the pack";
  const RecordId firm = put("enterprise",
                            {{"uscc", Value::string(test::credit_code(3))},
                             {"name", Value::string("示例燃气")},
                             {"status", Value::enumeration("operating")},
                             {"entity_type", Value::enumeration("limited_company")}},
                            "market_registration");
  const RecordId licence = put("licence",
                               {{"enterprise", Value::reference(firm)},
                                {"number", Value::string("RQ-1")},
                                {"type", Value::reference(type)},
                                {"valid_to", Value::date(day("2026-06-30"))},
                                {"status", Value::enumeration("valid")}},
                               "licensing_authority");
  need(zone->settle(), "settle");
  const auto items = [&] {
    std::set<std::string> found;
    const auto page =
        need(zone->house().duties.list(
                 register_::Viewer::system(),
                 {.states = {duty::State::Due, duty::State::Taken, duty::State::Done}, .subject = licence}),
             "duties");
    for (const duty::Duty& duty : page.duties) found.insert(duty.item->name);
    return found;
  };
  EXPECT_TRUE(items().empty()) << "the window has not begun";
  // Thirty days before the end is 31 May; the zone begins sixty days before that.
  need(zone->advance_to(0, day("2026-03-31")), "days");
  EXPECT_THAT(items(), testing::IsEmpty());
  need(zone->advance_to(0, day("2026-04-01")), "the day");
  EXPECT_THAT(items(), testing::UnorderedElementsAre("gas_business_renewal", "rung_opened"));
  const auto cases = need(zone->house().casework.list(register_::Viewer::system(), {.procedure = "renewal"}), "cases");
  EXPECT_EQ(cases.size(), 1U) << "one item called for it, not two";
  EXPECT_EQ(log, "");
  zone.reset();
  fs::remove_all(folder);
}

}  // namespace
}  // namespace yuanqu::app
