#include "api/call.hpp"

#include <algorithm>
#include <charconv>

#include "api/json_writer.hpp"
#include "base/hash.hpp"
#include "population/population_as_of.hpp"
#include "population/publications.hpp"

namespace yuanqu::api {

std::string_view Call::parameter(std::string_view name) const {
  for (const auto& [key, value] : path) {
    if (key == name) return value;
  }
  return {};
}

std::string_view Call::query(std::string_view name) const {
  return request.parameter(name).value_or(std::string_view{});
}

bool Call::asks(std::string_view name) const {
  const std::string_view value = query(name);
  return value == "true" || value == "1";
}

std::string_view form_value(const Request& request, std::string_view name) {
  for (const auto& [key, value] : request.form) {
    if (key == name) return value;
  }
  return {};
}

std::string account_name(Call& call, std::int64_t account) {
  if (account == 0) return {};
  const auto found = call.house.accounts.find(account);
  return found && *found ? (*found)->shown_name : std::string{};
}

bool is_read_only(const register_::Viewer& viewer) {
  if (viewer.is_system()) return false;
  if (viewer.away()) return true;  // a deputy acts in their place
  // Drafting and publishing rules writes no record.
  if (viewer.may_act(register_::Act::DraftRules) || viewer.may_act(register_::Act::PublishRules)) return false;
  for (const register_::Post* held : viewer.posts()) {
    for (const register_::PermissionRule& rule : held->rules) {
      if ((rule.may & static_cast<std::uint8_t>(register_::May::Write)) != 0) return false;
    }
  }
  return true;
}

base::Result<std::int64_t> parse_id(std::string_view text, std::string_view field) {
  std::int64_t id = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, id);
  if (text.empty() || read.ec != std::errc{} || read.ptr != end || id <= 0) {
    return base::fail(base::ErrorCode::NotFound, "没有编号为“" + std::string(text) + "”的内容，请核对网址。",
                      "There is nothing numbered \"" + std::string(text) + "\"; check the address.",
                      {.field = std::string(field)});
  }
  return id;
}

base::Result<std::int64_t> Call::id(std::string_view name) const { return parse_id(parameter(name), name); }

base::Result<const register_::Kind*> Call::kind() const {
  const std::string_view name = parameter("kind");
  const register_::Kind* kind = house.records.catalogue().kind(name);
  if (kind == nullptr || kind->system || viewer.reach(*kind) == register_::Reach::None) {
    return base::fail(base::ErrorCode::NotFound, "没有“" + std::string(name) + "”这种记录，或您的岗位不能查看。",
                      "There is no kind of record \"" + std::string(name) + "\", or your post may not see it.",
                      {.field = "kind"});
  }
  return kind;
}

base::Result<Json> Call::body() const {
  if (request.body.empty()) return Json::parse("{}");
  auto json = Json::parse(request.body);
  if (json && !json->is(Json::Type::Object)) {
    return base::fail(base::ErrorCode::Invalid, "请求内容应为一个 JSON 对象。",
                      "The request body must be one JSON object.");
  }
  return json;
}

base::Date Call::today() const { return house.records.today().value_or(base::Date{}); }

base::Result<std::optional<base::Date>> parse_day(std::string_view text, std::string_view field) {
  if (text.empty()) return std::optional<base::Date>{};
  const auto day = base::Date::parse(text);
  if (!day) {
    return base::fail(base::ErrorCode::Invalid, "“" + std::string(text) + "”不是日期，请写成 2026-03-02。",
                      "\"" + std::string(text) + "\" is no date; write it like 2026-03-02.",
                      {.field = std::string(field)});
  }
  return std::optional(*day);
}

base::Result<register_::AsOf> Call::as_of() const {
  register_::AsOf as_of{today(), std::nullopt};
  auto day = parse_day(query("as_of"), "as_of");
  if (!day) return tl::unexpected(day.error());
  if (*day) as_of.day = **day;
  if (const std::string_view known = query("known_at"); !known.empty()) {
    const auto moment = parse_instant(known);
    if (!moment) {
      return base::fail(base::ErrorCode::Invalid, "known_at 应为 2026-03-02T08:30:00Z 这样的时刻。",
                        "known_at must be a moment like 2026-03-02T08:30:00Z.", {.field = "known_at"});
    }
    auto snapshot = house.journal.snapshot();
    if (!snapshot) return tl::unexpected(snapshot.error());
    auto position = journal::position_at(snapshot->database(), *moment);
    if (!position) return tl::unexpected(position.error());
    as_of.known_at = *position;
  }
  return as_of;
}

base::Result<std::shared_ptr<population::Population>> Call::population_at(const register_::AsOf& as_of) {
  // Prefer: wait=30 (RFC 7240) has the caller wait longer than a page would.
  constexpr int patient_s_max = 60;
  int wait_ms = 2500;
  if (const std::string_view prefer = request.header("prefer"); prefer.starts_with("wait=")) {
    int seconds = 0;
    const std::string_view number = prefer.substr(5);
    if (std::from_chars(number.data(), number.data() + number.size(), seconds).ec == std::errc{})
      wait_ms = std::clamp(seconds, 0, patient_s_max) * 1000;
  }
  const auto not_owned = [](population::Population*) {};
  if (is_now(as_of) || house.past == nullptr)
    return std::shared_ptr<population::Population>(&house.population, not_owned);
  auto answer = house.past->get(as_of, wait_ms);
  if (!answer) return tl::unexpected(answer.error());
  if (answer->population != nullptr) return answer->population;
  problem_extra = "\"building\": " + std::to_string(answer->part);
  const std::string percent = std::to_string(static_cast<int>(answer->part * 100)) + "%";
  return base::fail(
      base::ErrorCode::Unavailable,
      "正在按 " + as_of.day.to_string() + " 重建全区的判定（" + percent + "），请稍候再取。",
      "The zone as of " + as_of.day.to_string() + " is being built (" + percent + "); ask again in a moment.",
      {.field = "as_of"});
}

base::Result<std::size_t> Call::limit(std::size_t fallback, std::size_t most) const {
  const std::string_view text = query("limit");
  if (text.empty()) return fallback;
  std::size_t limit = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || limit == 0 || limit > most) {
    return base::fail(base::ErrorCode::Invalid, "limit 应为 1 到 " + std::to_string(most) + " 的整数。",
                      "limit must be a whole number from 1 to " + std::to_string(most) + ".", {.field = "limit"});
  }
  return limit;
}

bool Call::chinese() const {
  if (const std::string_view asked = query("language"); !asked.empty()) return asked != "en";
  return !request.header("accept-language").starts_with("en");
}

journal::RequestKey Call::request_key() const {
  const std::string_view key = request.header("idempotency-key");
  if (key.empty()) return {};
  base::Sha256 asked;
  for (const std::string_view part : {name_of(request.method), std::string_view(request.target),
                                      request.header("if-match"), std::string_view(request.body)}) {
    asked.update(part);
    asked.update(std::string_view("\0", 1));
  }
  const base::Sha256Digest digest = asked.finish();
  return {std::to_string(account ? account->id : 0) + "/" + std::string(key.substr(0, 128)),
          std::string(reinterpret_cast<const char*>(digest.data()), digest.size())};
}

std::string cursor_of(std::uint64_t place) { return "p" + std::to_string(place); }

base::Result<std::uint64_t> place_of_cursor(std::string_view cursor) {
  std::uint64_t place = 0;
  if (cursor.empty()) return place;
  const auto read = std::from_chars(cursor.data() + 1, cursor.data() + cursor.size(), place);
  if (cursor.front() != 'p' || read.ec != std::errc{} || read.ptr != cursor.data() + cursor.size()) {
    return base::fail(base::ErrorCode::Invalid, "cursor 不是上一页给出的值，请从第一页重新开始。",
                      "The cursor is not one that a page gave; begin at the first page again.", {.field = "cursor"});
  }
  return place;
}

const std::string& Titles::of(std::int64_t record) {
  const auto found = known_.find(record);
  if (found != known_.end()) return found->second;
  auto title = call_.house.records.title_of(call_.viewer, record, as_of_);
  return known_.emplace(record, title ? std::move(*title) : std::string{}).first->second;
}

}  // namespace yuanqu::api
