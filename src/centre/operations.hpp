#pragma once
// Operations: the console of one plant as the centre's resources use it: who may what from the centre's own accounts,
// acts by name with JSON bodies, and one JSON picture of devices, batches and selections for the screens.
//
// Not thread-safe: the plant calls it under its own lock. Everything that must hold (rights, two persons, selection,
// audit before act, monitor-only) is enforced in control::Console below, not here.

#include <boost/json/object.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "centre/accounts.hpp"
#include "control/console.hpp"
#include "control/view.hpp"
#include "telemetry/live.hpp"

namespace yuanqu::centre {

class Operations {
 public:
  struct Setup {
    control::Site site;
    std::vector<std::pair<std::string, std::string>> recipes;  // place, text
    control::Key key;                                          // shared with the agent
    std::filesystem::path folder;
    const telemetry::LivePicture* live = nullptr;
    const base::Clock* clock = nullptr;
    std::function<std::int64_t()> steady_ms;
    std::function<void(const control::Fields&)> send;
  };
  static base::Result<std::unique_ptr<Operations>> open(Setup setup);
  ~Operations();

  void tick();
  void receive(const control::Fields& fields);
  void link(bool up);
  void set_rights(const std::vector<Account>& accounts);

  void unlock(const control::Actor& actor);
  void forget(const std::string& session);
  bool locked(const control::Actor& actor) const;

  // "arm", "take" {device}, "select" {device, action, parameters}, "select_recipe" {recipe, parameters}, "approve"
  // {selection, read_back}, "operate" {selection} …: the answer says the id of what came to be, where there is one.
  base::Result<boost::json::object> act(const control::Actor& actor, std::string_view verb,
                                        const boost::json::object& body);

  boost::json::object picture() const;  // for screens; nothing in it is a permission
  boost::json::object site_json() const;
  // Ids of the declared alarms (control/alarms.hpp) that stand now.
  std::set<std::string, std::less<>> standing() const;
  const std::filesystem::path& audit_file() const { return audit_file_; }
  const control::Site& site() const { return site_; }

 private:
  class Ports;
  explicit Operations(control::Site site);
  control::Site site_;
  control::Rights rights_;
  std::filesystem::path audit_file_;
  std::unique_ptr<control::Audit> audit_;
  std::unique_ptr<Ports> ports_;
  std::unique_ptr<control::Recipes> recipes_;
  std::unique_ptr<control::Console> console_;
  std::int64_t opened_ms_ = 0;  // steady
};

}  // namespace yuanqu::centre
