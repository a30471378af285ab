#pragma once
// Accounts: people who sign in. Names, password hashes (argon2id), posts and the files they belong to, and their
// sessions. Kept in tables of the same database, outside the journal: a secret must be removable. Session tokens are
// stored as hashes only.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "journal/journal.hpp"
#include "register/viewer.hpp"

namespace yuanqu::register_ {

struct Account {
  std::int64_t id = 0;
  std::string name;                // what is typed at sign-in
  std::string shown_name;          // what others see
  std::vector<std::string> posts;  // names of pack posts
  std::vector<FileId> files;       // that this person belongs to
  bool disabled = false;
};

struct Session {
  std::string token;  // goes into the cookie, never into a log
  Account account;
  std::int64_t expires_at_ms = 0;
};

class Accounts {
 public:
  static base::Result<std::unique_ptr<Accounts>> open(journal::Journal& journal, const base::Clock& clock,
                                                      std::shared_ptr<const Permissions> permissions,
                                                      std::shared_ptr<RelationBook> relations = nullptr);
  ~Accounts();

  // Refuses a taken name, an unknown post, a password of fewer than 8 characters. `password` empty: sign-in by token
  // only (demo roles).
  base::Result<Account> create(const Account& account, std::string_view password);
  base::Result<void> update(const Account& account);
  // The posts of one account go to the other, inside a transaction of the caller's; answers how many were new to it.
  base::Result<std::int64_t> hand_over(journal::Transaction& transaction, const Account& from, const Account& to);
  base::Result<void> set_password(std::int64_t account, std::string_view password);
  base::Result<std::optional<Account>> find(std::string_view name);
  base::Result<std::optional<Account>> find(std::int64_t id);
  base::Result<std::vector<Account>> list();

  // Equal time and equal answer for an unknown name and a wrong password; slows down after failures in a row.
  base::Result<Session> sign_in(std::string_view name, std::string_view password, std::int64_t lifetime_ms);
  base::Result<Session> sign_in_as(std::int64_t account,
                                   std::int64_t lifetime_ms);            // demo roles; the caller has decided
  base::Result<std::optional<Session>> session(std::string_view token);  // nullopt: unknown or over
  base::Result<void> sign_out(std::string_view token);

  // With what the records say on that day: posts held, posts of those who are away, files shared by consent.
  Viewer viewer(const Account& account, base::Date day);

  struct State;  // implementation

 private:
  Accounts();
  std::unique_ptr<State> state_;
};

}  // namespace yuanqu::register_
