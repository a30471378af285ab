// Signing in, accounts, layouts.
#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "centre/application.hpp"
#include "centre/body.hpp"
#include "centre/plant_json.hpp"

namespace yuanqu::centre {
namespace {

namespace json = boost::json;

json::object shown_json(const Account& account) { return {{"zh", account.shown_zh}, {"en", account.shown_en}}; }

json::array grants_json(const Account& account) {
  json::array out;
  for (const Grant& grant : account.grants) {
    json::array rights;
    for (const Right right : grant.rights) rights.emplace_back(std::string(name_of(right)));
    out.push_back(json::object{{"plant", grant.plant}, {"area", grant.area}, {"rights", std::move(rights)}});
  }
  return out;
}

constexpr std::size_t station_max = 40;
constexpr std::size_t layout_bytes_max = 64 * 1024;

}  // namespace

http::Response Application::front() const {
  json::array accounts, plants;
  if (setup_.demo) {
    for (const Account& account : setup_.accounts->all()) {
      if (!account.disabled && account.name.starts_with("demo."))
        accounts.push_back(json::object{{"name", account.name}, {"shown", shown_json(account)}});
    }
  }
  for (const auto& plant : setup_.plants) plants.push_back(json_of(plant->model().labels()));
  return answer_json(
      json::object{{"demo", setup_.demo},
                   {"accounts", std::move(accounts)},
                   {"plants", std::move(plants)},
                   {"zone", setup_.zone_address.empty() ? json::value(nullptr) : json::value(setup_.zone_address)}});
}

http::Response Application::sign_in(Call& call) {
  const auto body = read_body(call.request.body);
  if (!body) return http::problem(body.error());
  const std::string station(base::trimmed(text_in(*body, "station")));
  if (station.empty() || base::count_code_points(station) > station_max)
    return http::problem({base::ErrorCode::Invalid,
                          "请写明操作台名称（不超过 40 个字）。",
                          "Name the station (at most 40 characters).",
                          {.field = "station"}});
  const std::int64_t now = clock_.now_ms();
  std::optional<Account> account;
  if (const std::string demo = text_in(*body, "demo"); setup_.demo && demo.starts_with("demo.")) {
    account = setup_.accounts->find(demo);
    if (!account || account->disabled)
      return http::problem(
          {base::ErrorCode::Unauthenticated, "没有这个演示账户。", "There is no such demo account.", {}});
  } else {
    const std::string name = text_in(*body, "name");
    if (auto may = sessions_.may_try(name, now); !may) return http::problem(429, may.error());
    auto signed_in = setup_.accounts->sign_in(name, text_in(*body, "password"));
    if (!signed_in) {
      sessions_.failed(name, now);
      return http::problem(signed_in.error());
    }
    sessions_.succeeded(name);
    account = *signed_in;
  }
  const std::string token = sessions_.open(account->name, station, account->version, now);
  const auto session = sessions_.find(token, now);
  for (const auto& plant : setup_.plants) {
    if (plant->controlled())
      plant->with_operations([&](Operations& it) { it.unlock({account->name, session->id, station}); });
  }
  return http::Response::json("{}").with("Set-Cookie",
                                         "yuanqu_centre=" + token + "; Path=/api/v1/centre; HttpOnly; SameSite=Strict");
}

http::Response Application::sign_out(Call& call) {
  if (call.session) {
    for (const auto& plant : setup_.plants) {
      if (plant->controlled()) plant->with_operations([&](Operations& it) { it.forget(call.session->id); });
    }
    sessions_.close(call.token);
  }
  return http::Response::json("{}").with("Set-Cookie",
                                         "yuanqu_centre=; Path=/api/v1/centre; HttpOnly; SameSite=Strict; Max-Age=0");
}

http::Response Application::who(Call& call) {
  json::array plants;
  bool locked = false;
  for (const auto& plant : setup_.plants) {
    if (!call.account->may(Right::View, plant->name(), "")) continue;
    json::array areas;
    for (const telemetry::Area& area : plant->model().areas()) {
      json::array rights;
      for (std::size_t i = 0; i < right_names.size(); ++i) {
        if (call.account->may(static_cast<Right>(i), plant->name(), area.name))
          rights.emplace_back(std::string(right_names[i]));
      }
      if (!rights.empty())
        areas.push_back(
            json::object{{"area", area.name}, {"labels", json_of(area.labels)}, {"rights", std::move(rights)}});
    }
    plants.push_back(json::object{{"plant", plant->name()},
                                  {"labels", json_of(plant->model().labels())},
                                  {"simulated", plant->model().simulated()},
                                  {"areas", std::move(areas)}});
    if (plant->controlled())
      locked = locked || plant->with_operations([&](Operations& it) { return it.locked(call.actor()); });
  }
  return answer_json(
      json::object{{"user", call.account->name},
                   {"shown", shown_json(*call.account)},
                   {"zone", setup_.zone_address.empty() ? json::value(nullptr) : json::value(setup_.zone_address)},
                   {"session", call.session->id},
                   {"station", call.session->station},
                   {"control_locked", locked},
                   {"plants", std::move(plants)}});
}

http::Response Application::unlock(Call& call) {
  const auto body = read_body(call.request.body);
  if (!body) return http::problem(body.error());
  const std::int64_t now = clock_.now_ms();
  const bool tapped = setup_.demo && call.account->name.starts_with("demo.");
  if (!tapped) {
    if (auto may = sessions_.may_try(call.account->name, now); !may) return http::problem(429, may.error());
    if (auto proven = setup_.accounts->sign_in(call.account->name, text_in(*body, "password")); !proven) {
      sessions_.failed(call.account->name, now);
      return http::problem(
          403,
          {base::ErrorCode::Forbidden, "密码不对，遥控仍然锁定。", "The password is wrong; control stays locked.", {}});
    }
    sessions_.succeeded(call.account->name);
  }
  for (const auto& plant : setup_.plants) {
    if (plant->controlled()) plant->with_operations([&](Operations& it) { it.unlock(call.actor()); });
  }
  return http::Response::json("{}");
}

http::Response Application::accounts(Call&) {
  json::array list, rights;
  for (const Account& account : setup_.accounts->all())
    list.push_back(json::object{{"name", account.name},
                                {"shown", shown_json(account)},
                                {"disabled", account.disabled},
                                {"version", account.version},
                                {"grants", grants_json(account)}});
  for (const std::string_view name : right_names) rights.emplace_back(std::string(name));
  return answer_json(json::object{{"accounts", std::move(list)}, {"rights", std::move(rights)}});
}

http::Response Application::put_account(Call& call) {
  const auto body = read_body(call.request.body);
  if (!body) return http::problem(body.error());
  Account account;
  account.name = call.path["name"];
  account.disabled = truth_in(*body, "disabled");
  if (const json::value* shown = body->if_contains("shown"); shown != nullptr && shown->is_object()) {
    account.shown_zh = text_in(shown->get_object(), "zh");
    account.shown_en = text_in(shown->get_object(), "en");
  }
  const json::value* grants = body->if_contains("grants");
  if (grants == nullptr || !grants->is_array())
    return http::problem({base::ErrorCode::Invalid, "缺少权限列表。", "The grants are missing.", {.field = "grants"}});
  for (const json::value& item : grants->get_array()) {
    if (!item.is_object())
      return http::problem({base::ErrorCode::Invalid, "权限写得不对。", "A grant is malformed.", {.field = "grants"}});
    Grant grant{text_in(item.get_object(), "plant"), text_in(item.get_object(), "area"), {}};
    for (const std::string& name : texts_in(item.get_object(), "rights")) {
      const auto right = right_of(name);
      if (!right)
        return http::problem({base::ErrorCode::Invalid,
                              "没有权限 " + name + "。",
                              "There is no right " + name + ".",
                              {.field = "grants"}});
      grant.rights.push_back(*right);
    }
    // Nobody gives what they could not give: only plants they administer.
    if (!call.account->may(Right::Administer, grant.plant, "*"))
      return http::problem({base::ErrorCode::Forbidden,
                            "只能授予自己管理的工厂的权限。",
                            "Rights can be given only in plants one administers.",
                            {.field = "grants"}});
    account.grants.push_back(std::move(grant));
  }
  if (account.name == call.account->name &&
      !account.may(Right::Administer, account.grants.empty() ? "" : account.grants[0].plant, "*"))
    return http::problem({base::ErrorCode::Conflict,
                          "不能取消自己的管理权限，请由另一位管理员来改。",
                          "One cannot take away one's own administration; another administrator does.",
                          {}});
  auto put = setup_.accounts->put(std::move(account), text_in(*body, "password"),
                                  static_cast<std::uint64_t>(std::max<std::int64_t>(0, whole_in(*body, "version"))));
  if (!put) return http::problem(put.error());
  spread_rights();
  return answer_json(json::object{{"name", put->name}, {"version", put->version}});
}

// A station's layout: an object of the page's own, kept by the station's name.
http::Response Application::layout(Call& call, bool write) {
  const std::string& station = call.path["station"];
  const std::filesystem::path file =
      setup_.folder / "layouts" / (base::to_hex(base::sha256(station)).substr(0, 32) + ".json");
  if (!write) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) return http::Response::json("{}");
    std::ostringstream text;
    text << stream.rdbuf();
    return http::Response::json(std::move(text).str());
  }
  if (station != call.session->station)
    return http::problem({base::ErrorCode::Forbidden,
                          "只能保存自己操作台的布局。",
                          "Only the layout of one's own station can be kept.",
                          {}});
  const auto body = read_body(call.request.body);
  if (!body) return http::problem(body.error());
  if (call.request.body.size() > layout_bytes_max)
    return http::problem({base::ErrorCode::LimitExceeded, "布局太大。", "The layout is too large.", {}});
  std::error_code ignored;
  std::filesystem::create_directories(file.parent_path(), ignored);
  if (auto kept = replace_file(file, json::serialize(*body)); !kept) return http::problem(kept.error());
  return http::Response::json("{}");
}

}  // namespace yuanqu::centre
