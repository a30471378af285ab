#include "app/demo.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "api/json_reader.hpp"
#include "api/json_writer.hpp"
#include "app/demo_zone.hpp"

namespace yuanqu::app {
namespace {

constexpr std::string_view account_prefix = "demo.";
constexpr int days_live = 28;
constexpr double making_part = 0.5;  // of the progress told, the rest is what follows from the records

// Written last: a folder without it was left half-made.
std::filesystem::path story_file(const Zone& zone) { return zone.data() / "demo.json"; }

std::optional<api::Json> read_stories(const Zone& zone) {
  std::ifstream stream(story_file(zone));
  if (!stream) return std::nullopt;
  std::ostringstream text;
  text << stream.rdbuf();
  auto json = api::Json::parse(text.str());
  if (!json || json->find("stories") == nullptr) return std::nullopt;
  return std::move(*json);
}

base::Result<void> write_stories(const Zone& zone, const DemoZoneReport& report) {
  api::JsonWriter json;
  json.object().key("stories").array();
  for (const DemoStory& story : report.stories) {
    json.object().member("number", story.number).labels("title", story.title_zh, story.title_en);
    json.member("file", api::Id{story.file}).member("record", api::Id{story.record}).end_object();
  }
  json.end_array().end_object();
  std::ofstream stream(story_file(zone));
  stream << json.text() << '\n';
  stream.flush();
  if (!stream)
    return base::fail(base::ErrorCode::Unavailable, "演示目录写不进去，请检查空间与权限。",
                      "The demo's folder cannot be written; check space and rights.");
  return {};
}

void show_progress(double part) {
  static int shown = -1;
  const int percent = static_cast<int>(part * 100);
  if (percent == shown || (::isatty(2) == 0 && percent % 25 != 0)) return;
  shown = percent;
  std::cerr << '\r' << (cli::speaks_chinese() ? "正在生成演示园区（只做一次）" : "Making the demo zone (once)") << ' '
            << percent << "% " << std::flush;
  if (percent >= 100) std::cerr << '\n';
}

}  // namespace

base::Result<bool> fill_demo(std::unique_ptr<Zone>& zone, const DemoArguments& arguments, base::Date day,
                             const std::function<base::Result<std::unique_ptr<Zone>>()>& reopen,
                             const std::function<void(double part)>& progress) {
  if (read_stories(*zone)) return false;
  if (!zone->is_new()) {
    // Its making was interrupted. The lock of the folder is ours, and zone.json says it is a demo: begin again from
    // nothing.
    const std::filesystem::path data = zone->data();
    zone.reset();
    std::error_code problem;
    std::filesystem::remove_all(data, problem);
    auto again = reopen();
    if (!again) return tl::unexpected(again.error());
    zone = std::move(*again);
  }
  DemoZoneOptions options;
  options.enterprises = arguments.enterprises;
  options.day = day;
  options.set_now = [&zone](std::int64_t now_ms) { zone->clock().stand_at(now_ms); };
  options.progress = [&progress](double part) {
    show_progress(part);
    if (progress) progress(part * making_part);
  };
  auto report = write_demo_zone(zone->records(), zone->packs(), options);
  if (!report) return tl::unexpected(report.error());
  if (auto loaded = zone->load_pack_records(); !loaded) return tl::unexpected(loaded.error());
  // The zone went live some weeks before the day it is shown on: what was so then is the baseline and calls for
  // nothing; what came since did so on its own day.
  const base::Date live = base::Date::from_days(day.days() - days_live);
  if (auto set = zone->set_today(live, 0); !set) return tl::unexpected(set.error());
  if (auto settled = zone->settle(); !settled) return tl::unexpected(settled.error());
  if (auto advanced = zone->advance_to(0, day); !advanced) return tl::unexpected(advanced.error());
  if (auto written = write_stories(*zone, *report); !written) return tl::unexpected(written.error());
  return true;
}

base::Result<void> open_demo_roles(Zone& zone) {
  const auto stories = read_stories(zone);
  std::map<std::int64_t, std::int64_t> file_of_story;
  if (stories) {
    const api::Json& list = *stories->find("stories");
    zone.house().demo_stories = list.to_text();
    for (const api::Json& story : list.items()) {
      auto number = story.integer_at("number");
      auto file = story.integer_at("file");
      if (number && *number && file && *file) file_of_story[**number] = **file;
    }
  }
  for (const api::DemoRoleSettings& settings : zone.house().pages.demo_roles) {
    const register_::Post* post = zone.permissions().post(settings.post);
    if (post == nullptr) continue;
    register_::Account wanted;
    wanted.name = std::string(account_prefix) + post->name;
    wanted.shown_name = settings.name.zh;
    wanted.posts = {post->name};
    for (const std::int64_t story : settings.stories) {
      if (const auto file = file_of_story.find(story); file != file_of_story.end())
        wanted.files.push_back(file->second);
    }
    auto account = zone.accounts().find(wanted.name);
    if (!account) return tl::unexpected(account.error());
    if (!*account) {
      auto made = zone.accounts().create(wanted, {});
      if (!made) return tl::unexpected(made.error());
      *account = *made;
    } else if ((*account)->files != wanted.files) {  // a demo made by an earlier program
      (*account)->files = wanted.files;
      if (auto updated = zone.accounts().update(**account); !updated) return updated;
    }
    zone.house().demo_roles.push_back({post->name, (*account)->id, post->labels, settings.description});
  }
  return {};
}

}  // namespace yuanqu::app
