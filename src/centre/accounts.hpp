#pragma once
// Who may do what in the centre: accounts of its own, with rights by plant and area. Deny by default: what no grant
// gives is refused. Kept in one file (accounts.json) of the centre's data folder, replaced as a whole and synced before
// a change is acknowledged. Safe from every thread.
//
// The words are those of control (control/rights.hpp) and one more:
//
//   view            see values, history, alarms, operations     run_recipes      start, resume and stop batches
//   operate         take devices, select, operate, hold         edit_recipes     write a version of a recipe
//   approve         be the second person of a hazardous act     release_recipes  release another's version
//   arm             arm and disarm                              acknowledge      alarms; sign a hand-over
//   bypass          ask for a bypass, restore                   audit            read and export the audit
//   administer      accounts and rights of the plant

#include <array>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/secret.hpp"

namespace yuanqu::centre {

enum class Right {
  View,
  Operate,
  Approve,
  Arm,
  Bypass,
  RunRecipes,
  EditRecipes,
  ReleaseRecipes,
  Acknowledge,
  Audit,
  Administer
};
inline constexpr std::array<std::string_view, 11> right_names{
    "view",         "operate",         "approve",     "arm",   "bypass",    "run_recipes",
    "edit_recipes", "release_recipes", "acknowledge", "audit", "administer"};
std::string_view name_of(Right right);
std::optional<Right> right_of(std::string_view name);

struct Grant {
  std::string plant;  // a plant's name; "*" every plant
  std::string area;   // an area's name; "*" every area
  std::vector<Right> rights;
};

struct Account {
  std::string name;  // signs in with it; letters, digits, '.', '-', '_', at most 40
  std::string shown_zh, shown_en;
  std::vector<Grant> grants;
  bool disabled = false;
  std::uint64_t version = 1;  // raised with every change; sessions of an older one are over

  // In this area; area "" asks for any area of the plant.
  bool may(Right right, std::string_view plant, std::string_view area) const;
};

class Accounts {
 public:
  static base::Result<std::unique_ptr<Accounts>> open(const std::filesystem::path& file);

  std::vector<Account> all() const;
  std::optional<Account> find(std::string_view name) const;
  // Unauthenticated with one sentence for whatever is wrong; takes as long for an unknown name as for a known one.
  base::Result<Account> sign_in(std::string_view name, std::string_view password) const;
  // Adds or replaces by name. An empty password keeps the one there is; a new account needs one of at least 10
  // characters (demo accounts have none and are entered by tap). Conflict when `expected_version` is not the stored one
  // (0: a new account).
  base::Result<Account> put(Account account, std::string_view password, std::uint64_t expected_version,
                            base::PasswordCost cost = base::PasswordCost::Interactive);
  // Entered without a password by a tap: only of a demo's data folder.
  base::Result<void> put_demo(Account account);

 private:
  struct Stored {
    Account account;
    std::string password;  // hash; empty: cannot sign in by password
  };
  base::Result<void> write(const std::map<std::string, Stored, std::less<>>& accounts) const;
  mutable std::mutex mutex_;
  std::filesystem::path file_;
  std::map<std::string, Stored, std::less<>> accounts_;
};

// Writes a file beside `file`, syncs it and the folder, and puts it in the other's place.
base::Result<void> replace_file(const std::filesystem::path& file, std::string_view content);

}  // namespace yuanqu::centre
