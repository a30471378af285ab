#include "centre/application.hpp"

#include <boost/json.hpp>

#include "centre/live_page.hpp"
#include "centre/plant_json.hpp"

namespace yuanqu::centre {
namespace {

constexpr std::string_view below = "/api/v1/centre";

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    if (path.front() == '/') path.remove_prefix(1);
    const auto end = std::min(path.find('/'), path.size());
    if (end > 0) parts.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return parts;
}

// The request's segments behind /api/v1/centre against a pattern.
bool matches(std::string_view pattern, const std::vector<std::string>& segments,
             std::map<std::string, std::string, std::less<>>& path) {
  const auto parts = split(pattern);
  if (parts.size() + 3 != segments.size()) return false;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string& segment = segments[i + 3];
    if (parts[i].front() == '{')
      path[std::string(parts[i].substr(1, parts[i].size() - 2))] = segment;
    else if (parts[i] != segment)
      return false;
  }
  return true;
}

http::Response refusal(base::ErrorCode code, const char* zh, const char* en) {
  return http::problem({code, zh, en, {}});
}
http::Response not_found() { return refusal(base::ErrorCode::NotFound, "没有这个地址。", "There is no such address."); }

}  // namespace

bool Application::Call::sees(const std::string& area) const {
  return account && plant != nullptr && account->may(Right::View, plant->name(), area);
}

bool Application::Call::everywhere(Right right) const {
  return account && plant != nullptr && plant->in_every_operated_area([&](const std::string& area) {
    return account->may(right, plant->name(), area);
  });
}

Application::Application(ApplicationSetup setup) : setup_(std::move(setup)), clock_(*setup_.clock) {
  pages_ = http::StaticFiles::load(setup_.web);
  spread_rights();
}
Application::~Application() = default;

Plant* Application::find_plant(std::string_view name) const {
  for (const auto& plant : setup_.plants) {
    if (plant->name() == name) return plant.get();
  }
  return nullptr;
}

void Application::spread_rights() {
  for (const auto& plant : setup_.plants) plant->set_rights(setup_.accounts->all());
}

// The refusal, if there is one.
std::optional<http::Response> Application::admit(Call& call, const Route& route) {
  if (route.method != "GET" && call.request.header("x-yuanqu").empty())
    return refusal(base::ErrorCode::Forbidden, "这个请求不是从本站页面发出的。",
                   "This request did not come from this site's pages.");
  call.token = std::string(call.request.cookie("yuanqu_centre"));
  if (!call.token.empty()) call.session = sessions_.find(call.token, clock_.now_ms());
  if (call.session) {
    call.account = setup_.accounts->find(call.session->user);
    // A changed account signs in again: rights taken away are gone at once.
    if (!call.account || call.account->disabled || call.account->version != call.session->account_version) {
      sessions_.close(call.token);
      call.session.reset();
      call.account.reset();
    }
  }
  if (route.access == Access::Everybody) return std::nullopt;
  if (!call.session) return refusal(base::ErrorCode::Unauthenticated, "请先登录。", "Sign in first.");
  if (route.access == Access::Session) {
    if (route.right == Right::View) return std::nullopt;
    for (const auto& plant : setup_.plants) {
      if (call.account->may(route.right, plant->name(), "*")) return std::nullopt;
    }
    return refusal(base::ErrorCode::Forbidden, "没有这项权限，请找管理员。",
                   "This right was not granted; ask the administrator.");
  }
  call.plant = find_plant(call.path["plant"]);
  // Who may see nothing of a plant does not learn that it is there.
  if (call.plant == nullptr || !call.account->may(Right::View, call.plant->name(), "")) {
    call.plant = nullptr;
    return refusal(base::ErrorCode::NotFound, "没有这个工厂，或没有查看它的权限。",
                   "There is no such plant, or it may not be seen.");
  }
  if (!call.account->may(route.right, call.plant->name(), ""))
    return refusal(base::ErrorCode::Forbidden, "没有这项权限，请找管理员。",
                   "This right was not granted; ask the administrator.");
  if (route.right == Right::Audit && !call.everywhere(Right::Audit))
    return refusal(base::ErrorCode::Forbidden, "审计涉及各区的设备，须在每个区都有审计权限。",
                   "The audit tells of devices of every area; the right to it is needed in each.");
  return std::nullopt;
}

http::Response Application::answer(http::Request& request) {
  if (!request.path.starts_with(below)) return page(request);
  Call call{request, {}, {}, {}, {}, nullptr};
  bool known_path = false;
  const std::string_view method = request.method == http::Method::Head ? "GET" : http::name_of(request.method);
  for (const Route& route : routes()) {
    call.path.clear();
    if (!matches(route.pattern, request.segments, call.path)) continue;
    known_path = true;
    if (route.method != method) continue;
    if (auto refused = admit(call, route)) return std::move(*refused);
    return run(call, route);
  }
  if (known_path)
    return http::problem(
        405,
        {base::ErrorCode::Unsupported, "这个地址不支持这种请求。", "This address does not take such a request.", {}});
  return not_found();
}

http::Response Application::run(Call& call, const Route& route) {
  switch (route.resource) {
    case Resource::Front: return front();
    case Resource::Health: return http::Response::json("{\"ok\":true}");
    case Resource::SignIn: return sign_in(call);
    case Resource::SignOut: return sign_out(call);
    case Resource::Who: return who(call);
    case Resource::Unlock: return unlock(call);
    case Resource::Model: return model(call);
    case Resource::Site:
      if (!call.plant->controlled() || !call.everywhere(Right::View))
        return http::Response::json("{\"available\":false,\"devices\":[],\"interlocks\":[],\"recipes\":[]}");
      return http::Response::json(
          boost::json::serialize(call.plant->with_operations([](Operations& it) { return it.site_json(); })));
    case Resource::Values: return values(call);
    case Resource::History: return history(call);
    case Resource::HistoryCsv: return history_file(call, false);
    case Resource::HistoryXlsx: return history_file(call, true);
    case Resource::Alarms: {
      const AlarmChanges all =
          call.plant->screen_alarms().since(0, [&](const std::string& area) { return call.sees(area); });
      std::string text = "{\"version\":" + std::to_string(all.version) + ",\"alarms\":[";
      for (std::size_t i = 0; i < all.changed.size(); ++i) text += (i > 0 ? "," : "") + all.changed[i];
      return http::Response::json(text + "]}");
    }
    case Resource::AlarmAct: return alarm_act(call);
    case Resource::Journal: return journal(call);
    case Resource::JournalCsv: return journal_file(call, false);
    case Resource::JournalXlsx: return journal_file(call, true);
    case Resource::Performance: return performance(call);
    case Resource::Operations:
      return http::Response::json(call.everywhere(Right::View) ? *call.plant->operations_json().text
                                                               : std::string(no_operations));
    case Resource::Act: return act(call);
    case Resource::Audit: return audit(call);
    case Resource::AuditCsv: return audit_file(call, true);
    case Resource::AuditLines: return audit_file(call, false);
    case Resource::Handovers: return handovers(call);
    case Resource::WriteHandover: return write_handover(call);
    case Resource::SignHandover: return sign_handover(call);
    case Resource::PrintHandover: return print_handover(call);
    case Resource::Months: return months(call);
    case Resource::MonthFile: return month_file(call);
    case Resource::DeliverMonth: return deliver_month(call);
    case Resource::Accounts: return accounts(call);
    case Resource::PutAccount: return put_account(call);
    case Resource::Layout: return layout(call, false);
    case Resource::PutLayout: return layout(call, true);
    case Resource::Simulate: return simulate(call);
    case Resource::Live:
      return http::problem(
          426, {base::ErrorCode::Unsupported, "这里只接受 WebSocket。", "Only a WebSocket is taken here.", {}});
  }
  return not_found();
}

tl::expected<std::unique_ptr<http::LiveStream>, http::Response> Application::open_stream(const http::Request& request) {
  // A page of another site may open a socket with this site's cookie; browsers say where it came from.
  const std::string_view origin = request.header("origin");
  const auto host = origin.find("://");
  if (!origin.empty() && (host == std::string_view::npos || origin.substr(host + 3) != request.header("host")))
    return tl::unexpected(refusal(base::ErrorCode::Forbidden, "这个连接不是从本站页面发出的。",
                                  "This socket did not come from this site's pages."));
  const Route* route = nullptr;
  Call call{request, {}, {}, {}, {}, nullptr};
  for (const Route& one : routes()) {
    if (one.resource == Resource::Live && matches(one.pattern, request.segments, call.path)) route = &one;
  }
  if (route == nullptr) return tl::unexpected(not_found());
  if (auto refused = admit(call, *route)) return tl::unexpected(std::move(*refused));
  const std::string user = call.session->user, token = call.token;
  const std::uint64_t version = call.account->version;
  auto seat = [this, user](const std::string& name) {
    LivePage::Seat given;
    const auto account = setup_.accounts->find(user);
    Plant* plant = find_plant(name);
    if (!account || plant == nullptr || !account->may(Right::View, name, "")) return given;
    given.plant = plant;
    given.sees = [account, name](const std::string& area) { return account->may(Right::View, name, area); };
    given.tags = seen_tags(plant->model(), given.sees);
    return given;
  };
  auto ended = [this, user, token, version] {
    const auto account = setup_.accounts->find(user);
    return !account || account->disabled || account->version != version || !sessions_.find(token, clock_.now_ms());
  };
  return std::make_unique<LivePage>(std::move(seat), std::move(ended));
}

}  // namespace yuanqu::centre
