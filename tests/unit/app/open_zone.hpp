#pragma once
// A zone over the shipped packs in a folder that goes with the test, with the application that answers for it: requests
// go the whole way (route, sign-in, ability, register, writer), only the socket is left out.

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <sstream>
#include <string>
#include <vector>

#include "api/application.hpp"
#include "api/json_reader.hpp"
#include "app/zone.hpp"
#include "base/identifiers.hpp"
#include "tabular/reader.hpp"

namespace yuanqu::app::test {

namespace fs = std::filesystem;

inline base::Date day(const char* text) { return *base::Date::parse(text); }

// What a test works with; a fault of the set-up ends the test program with its sentence.
template <class T>
T need(base::Result<T> result, const char* what) {
  if (!result) {
    ADD_FAILURE() << what << ": " << base::to_text(result.error(), false);
    std::abort();
  }
  return std::move(*result);
}
inline void need(const base::Result<void>& result, const char* what) {
  if (result) return;
  ADD_FAILURE() << what << ": " << base::to_text(result.error(), false);
  std::abort();
}

struct Answer {
  int status = 0;
  std::string type;
  std::string text;  // headers and body; the cells of a workbook
  std::shared_ptr<http::EventSource> events;
};

// A credit code that passes both checks, made of a number.
inline std::string credit_code(int number) {
  std::string organisation = std::to_string(10000000 + number);
  organisation += base::organisation_check_character(organisation);
  std::string code = "91980171" + organisation;
  return code + base::uscc_check_character(code);
}

class OpenZone {
 public:
  explicit OpenZone(const char* today = "2026-03-02", const fs::path& packs = fs::path(YUANQU_SOURCE_DIR) / "packs") {
    static std::atomic<int> count{0};
    folder = fs::temp_directory_path() / ("yuanqu-app-" + std::to_string(::getpid()) + "-" + std::to_string(++count));
    fs::remove_all(folder);
    ZoneOptions options;
    options.data = folder / "data";
    options.packs = packs;
    options.log = [this](const std::string& line) {
      const std::lock_guard lock(mutex);
      log += line + "\n";
    };
    zone = need(Zone::open(std::move(options)), "open");
    need(zone->set_today(day(today), 0), "today");
    application = std::make_unique<api::Application>(zone->house(), folder / "no pages");
  }
  ~OpenZone() {
    application.reset();
    zone.reset();
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }

  register_::Register& records() { return zone->records(); }
  const register_::Catalogue& catalogue() { return zone->records().catalogue(); }
  const register_::Kind& kind(std::string_view name) { return *catalogue().kind(name); }

  register_::Written write(std::string_view kind_name, register_::RecordId record,
                           std::vector<std::pair<std::string, register_::Value>> values, std::string_view source,
                           const char* from = "2025-06-01",
                           const register_::Viewer& viewer = register_::Viewer::system()) {
    register_::Write one;
    one.kind = &kind(kind_name);
    one.record = record;
    one.source = catalogue().source(source)->number;
    one.effective_from = day(from);
    one.reason = "test";
    for (auto& [name, value] : values) {
      const register_::Field* field = one.kind->field(std::string_view(name));
      if (field == nullptr) {
        ADD_FAILURE() << kind_name << " has no field " << name;
        std::abort();
      }
      one.values.push_back({field->number, std::move(value)});
    }
    auto reply = need(records().write(viewer, {std::move(one)}), std::string(kind_name).c_str());
    return std::move(reply.written.front());
  }

  register_::RecordId firm(int number, const std::string& name) {
    using register_::Value;
    return write("enterprise", 0,
                 {{"uscc", Value::string(credit_code(number))},
                  {"name", Value::string(name)},
                  {"industry", Value::string("3110")},
                  {"independent", Value::boolean(true)},
                  {"status", Value::enumeration("operating")},
                  {"entity_type", Value::enumeration("limited_company")}},
                 "market_registration", "2020-01-01")
        .record;
  }

  // Signs in an account made for the test; answers the cookie.
  std::string account(const std::string& name, std::vector<std::string> posts,
                      std::vector<register_::FileId> files = {}) {
    register_::Account wanted;
    wanted.name = wanted.shown_name = name;
    wanted.posts = std::move(posts);
    wanted.files = std::move(files);
    auto made = need(zone->accounts().create(wanted, {}), "account");
    accounts[name] = made.id;
    return need(zone->accounts().sign_in_as(made.id, 3'600'000), "sign in").token;
  }

  Answer ask(api::Method method, const std::string& target, const std::string& token, const std::string& body = {},
             std::vector<std::pair<std::string, std::string>> headers = {}, std::vector<api::Upload> uploads = {},
             std::vector<std::pair<std::string, std::string>> form = {}) {
    api::Request request;
    request.method = method;
    request.target = target;
    need(http::read_target(target, request), target.c_str());
    request.headers = std::move(headers);
    if (!token.empty()) request.headers.emplace_back("cookie", "yq_session=" + token);
    request.headers.emplace_back("x-yuanqu", "1");
    request.body = body;
    request.uploads = std::move(uploads);
    request.form = std::move(form);
    request.trace_id = "trace" + std::to_string(++trace);
    // A served zone follows its journal on a thread of its own; here reads see what was written before.
    if (method == api::Method::Get) need(zone->settle(), "settle");
    api::Response response = application->answer(request);
    Answer answer{response.status, response.content_type, {}, response.events};
    for (const auto& [name, value] : response.headers) answer.text += name + ": " + value + "\n";
    answer.text += response.shared_body ? *response.shared_body : response.body;
    if (!response.file.empty()) {
      answer.text += response.file.extension() == ".xlsx" ? cells_of(response.file) : file_text(response.file);
      std::error_code ignored;
      if (response.delete_file) fs::remove(response.file, ignored);
    }
    return answer;
  }
  Answer get(const std::string& path, const std::string& token) {
    return ask(api::Method::Get, "/api/v1" + path, token);
  }
  Answer post(const std::string& path, const std::string& token, const std::string& body = "{}") {
    return ask(api::Method::Post, "/api/v1" + path, token, body);
  }
  Answer upload(const std::string& path, const std::string& token, const std::string& name, const std::string& content,
                std::vector<std::pair<std::string, std::string>> form = {}) {
    const fs::path file = folder / ("upload-" + std::to_string(++trace));
    std::ofstream(file) << content;
    std::vector<api::Upload> uploads(1);
    uploads[0].field = "file";
    uploads[0].file_name = name;
    uploads[0].path = file;
    uploads[0].size = content.size();
    return ask(api::Method::Post, "/api/v1" + path, token, {}, {}, std::move(uploads), std::move(form));
  }

  static std::string file_text(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
  }
  static std::string cells_of(const fs::path& file) {
    std::string text;
    auto workbook = need(tabular::open_workbook(file), "workbook");
    for (std::size_t sheet = 0; sheet < workbook->sheets().size(); ++sheet) {
      auto table = workbook->open_sheet(sheet);
      if (!table) continue;  // a sheet without rows
      for (const std::string& header : (*table)->header()) text += header + "\t";
      text += "\n";
      tabular::Row row;
      while (need((*table)->next(row), "row")) {
        for (const tabular::Cell& cell : row.cells) text += cell.text + "\t";
        text += "\n";
      }
    }
    return text;
  }

  fs::path folder;
  std::unique_ptr<Zone> zone;
  std::unique_ptr<api::Application> application;
  std::map<std::string, std::int64_t> accounts;
  std::mutex mutex;
  std::string log;
  int trace = 0;
};

}  // namespace yuanqu::app::test
