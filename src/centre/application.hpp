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
#include "centre/server.hpp"
#include "centre/sessions.hpp"

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

class Application final : public RequestHandler {
 public:
  explicit Application(ApplicationSetup setup);
  ~Application() override;

  Response answer(const Request& request) override;
  tl::expected<std::unique_ptr<Stream>, Response> open_stream(const Request& request) override;

 private:
  struct Call {
    const Request& request;
    std::map<std::string, std::string, std::less<>> path;
    std::optional<Session> session;
    std::optional<Account> account;
    std::string token;
    Plant* plant = nullptr;
    bool sees(const std::string& area) const;
    bool everywhere(Right right) const;  // in each area that a device of the plant stands in
    control::Actor actor() const { return {session->user, session->id, session->station}; }
  };

  std::optional<Response> admit(Call& call, const Route& route);
  Response run(Call& call, const Route& route);
  Plant* find_plant(std::string_view name) const;
  void spread_rights();

  // resources_session.cpp
  Response front() const;
  Response sign_in(Call& call);
  Response sign_out(Call& call);
  Response who(Call& call);
  Response unlock(Call& call);
  Response accounts(Call& call);
  Response put_account(Call& call);
  Response layout(Call& call, bool write);
  // resources_plant.cpp
  Response model(Call& call);
  Response values(Call& call);
  Response alarm_act(Call& call);
  Response journal(Call& call);
  Response journal_file(Call& call, bool workbook);
  Response performance(Call& call);
  Response act(Call& call);
  Response handovers(Call& call);
  Response write_handover(Call& call);
  Response sign_handover(Call& call);
  Response print_handover(Call& call);
  Response simulate(Call& call);
  // resources_history.cpp
  Response history(Call& call);
  Response history_file(Call& call, bool workbook);
  Response audit(Call& call);
  Response audit_file(Call& call, bool csv);
  // pages.cpp
  void load_pages();
  Response page(const Request& request) const;

  ApplicationSetup setup_;
  const base::Clock& clock_;
  Sessions sessions_;
  struct Page {
    std::string type, body, tag;
    bool immutable = false;
  };
  std::map<std::string, Page, std::less<>> pages_;
};

}  // namespace yuanqu::centre
