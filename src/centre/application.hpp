#pragma once
// Application: the centre's HTTP resources under /api/v1/centre and its pages. Every request goes through the table of
// routes (routes.hpp): method and path, then the session, then the right, then the resource. Writes need the header
// X-Yuanqu, which no foreign page can send; a socket must come from this host's own pages.

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "centre/accounts.hpp"
#include "centre/plant.hpp"
#include "centre/routes.hpp"
#include "centre/sessions.hpp"
#include "http/problem.hpp"
#include "http/server.hpp"
#include "http/static_files.hpp"

namespace yuanqu::centre {

struct ApplicationSetup {
  std::vector<std::unique_ptr<Plant>> plants;
  std::unique_ptr<Accounts> accounts;
  std::filesystem::path folder;  // for layouts
  std::filesystem::path web;     // the built pages; may be absent
  bool demo = false;             // accounts without a password are entered by a tap
  std::string zone_address;      // of the zone server, shown as a way back; may be empty
  const base::Clock* clock = nullptr;
};

class Application final : public http::RequestHandler {
 public:
  explicit Application(ApplicationSetup setup);
  ~Application() override;

  http::Response answer(http::Request& request) override;
  tl::expected<std::unique_ptr<http::LiveStream>, http::Response> open_stream(const http::Request& request) override;

 private:
  struct Call {
    const http::Request& request;
    std::map<std::string, std::string, std::less<>> path;
    std::optional<Session> session;
    std::optional<Account> account;
    std::string token;
    Plant* plant = nullptr;
    bool sees(const std::string& area) const;
    bool everywhere(Right right) const;  // in each area that a device of the plant stands in
    control::Actor actor() const { return {session->user, session->id, session->station}; }
  };

  std::optional<http::Response> admit(Call& call, const Route& route);
  http::Response run(Call& call, const Route& route);
  Plant* find_plant(std::string_view name) const;
  void spread_rights();

  // resources_session.cpp
  http::Response front() const;
  http::Response sign_in(Call& call);
  http::Response sign_out(Call& call);
  http::Response who(Call& call);
  http::Response unlock(Call& call);
  http::Response accounts(Call& call);
  http::Response put_account(Call& call);
  http::Response layout(Call& call, bool write);
  // resources_plant.cpp
  http::Response model(Call& call);
  http::Response values(Call& call);
  http::Response alarm_act(Call& call);
  http::Response journal(Call& call);
  http::Response journal_file(Call& call, bool workbook);
  http::Response performance(Call& call);
  http::Response act(Call& call);
  static bool may_read(const Call& call, const Handover& one);
  http::Response handovers(Call& call);
  http::Response write_handover(Call& call);
  http::Response sign_handover(Call& call);
  http::Response print_handover(Call& call);
  http::Response simulate(Call& call);
  // resources_history.cpp
  http::Response history(Call& call);
  http::Response history_file(Call& call, bool workbook);
  http::Response audit(Call& call);
  http::Response audit_file(Call& call, bool csv);
  // resources_months.cpp
  static Months* months_of(const Call& call);
  http::Response months(Call& call) const;
  http::Response month_file(Call& call) const;
  http::Response deliver_month(Call& call);
  // pages.cpp
  http::Response page(const http::Request& request) const;

  ApplicationSetup setup_;
  const base::Clock& clock_;
  Sessions sessions_;
  http::StaticFiles pages_;
};

}  // namespace yuanqu::centre
