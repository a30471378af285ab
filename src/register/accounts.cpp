#include "register/accounts.hpp"

#include <algorithm>
#include <map>
#include <mutex>

#include "base/hash.hpp"
#include "base/secret.hpp"
#include "base/text.hpp"

namespace yuanqu::register_ {

using base::ErrorCode;
using base::fail;
using base::Result;
using journal::Database;
using journal::Statement;

namespace {

constexpr std::size_t password_characters_min = 8;
constexpr int failures_before_delay = 5;
constexpr std::int64_t delay_ms_max = 15 * 60'000;

// Compared against when the name is unknown, so that the answer takes as long.
const std::string& decoy_hash() {
  static const std::string hash = base::hash_password("a password nobody has").value_or(std::string());
  return hash;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}
std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (end > at) words.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}
std::string joined(const std::vector<FileId>& files) {
  std::string text;
  for (const FileId file : files) text += (text.empty() ? "" : " ") + std::to_string(file);
  return text;
}

constexpr const char* account_columns = "id, name, shown_name, posts, files, disabled, password";

Account account_of(const Statement& row) {
  Account account;
  account.id = row.integer(0);
  account.name = std::string(row.text(1));
  account.shown_name = std::string(row.text(2));
  account.posts = split(row.text(3));
  for (const std::string& file : split(row.text(4))) account.files.push_back(std::stoll(file));
  account.disabled = row.integer(5) != 0;
  return account;
}

}  // namespace

struct Accounts::State {
  journal::Journal& journal;
  const base::Clock& clock;
  std::shared_ptr<const Permissions> permissions;
  std::shared_ptr<RelationBook> relations;
  std::mutex mutex;
  struct Failures {
    int count = 0;
    std::int64_t until_ms = 0;
  };
  std::map<std::string, Failures> failures;  // by name; forgotten at a success

  Result<void> check(const Account& account) const {
    if (base::trimmed(account.name).empty()) {
      return fail(ErrorCode::Invalid, "请填写账号名。", "Give the account a name.", {.field = "name"});
    }
    for (const std::string& post : account.posts) {
      if (permissions->post(post) == nullptr) {
        return fail(ErrorCode::Invalid, "没有岗位“" + post + "”。", "There is no post " + post + ".",
                    {.field = "posts"});
      }
    }
    return {};
  }

  template <class Bind>
  Result<std::optional<std::pair<Account, std::string>>> one(const std::string& where, const Bind& bind) {
    auto snapshot = journal.snapshot();
    if (!snapshot) return tl::unexpected(snapshot.error());
    auto row = snapshot->database().prepare("SELECT " + std::string(account_columns) + " FROM account WHERE " + where);
    if (!row) return tl::unexpected(row.error());
    bind(*row);
    auto found = row->step();
    if (!found) return tl::unexpected(found.error());
    if (!*found) return std::nullopt;
    return std::pair(account_of(*row), std::string(row->text(6)));
  }

  Result<void> run(const std::function<Result<void>(Database&)>& work, std::int64_t actor = 0) {
    auto committed = journal.commit([&](journal::Transaction& transaction) { return work(transaction.database()); },
                                    {.actor = actor});
    if (!committed) return tl::unexpected(committed.error());
    return {};
  }

  Result<Session> begin(const Account& account, std::int64_t lifetime_ms) {
    Session session{.token = base::random_token(), .account = account, .expires_at_ms = clock.now_ms() + lifetime_ms};
    const std::string hash = base::to_hex(base::sha256(session.token));
    auto stored = run([&](Database& database) -> Result<void> {
      auto row = database.prepare("INSERT INTO session (token_hash, account, expires_at_ms) VALUES (?, ?, ?)");
      if (!row) return tl::unexpected(row.error());
      row->bind_all(hash, account.id, session.expires_at_ms);
      if (auto ran = row->run(); !ran) return ran;
      auto old = database.prepare("DELETE FROM session WHERE expires_at_ms < ?");
      if (!old) return tl::unexpected(old.error());
      old->bind_all(clock.now_ms());
      return old->run();
    });
    if (!stored) return tl::unexpected(stored.error());
    return session;
  }
};

Accounts::Accounts() = default;
Accounts::~Accounts() = default;

Result<std::unique_ptr<Accounts>> Accounts::open(journal::Journal& journal, const base::Clock& clock,
                                                 std::shared_ptr<const Permissions> permissions,
                                                 std::shared_ptr<RelationBook> relations) {
  std::unique_ptr<Accounts> accounts(new Accounts());
  accounts->state_.reset(new State{journal, clock, std::move(permissions), std::move(relations), {}, {}});
  auto made = accounts->state_->run([](Database& database) {
    return database.execute(
        "CREATE TABLE IF NOT EXISTS account (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, shown_name TEXT NOT "
        "NULL,"
        " posts TEXT NOT NULL, files TEXT NOT NULL, disabled INTEGER NOT NULL, password TEXT NOT NULL);"
        "CREATE TABLE IF NOT EXISTS session (token_hash TEXT PRIMARY KEY, account INTEGER NOT NULL, expires_at_ms "
        "INTEGER NOT NULL)"
        " WITHOUT ROWID;");
  });
  if (!made) return tl::unexpected(made.error());
  return accounts;
}

Result<Account> Accounts::create(const Account& wanted, std::string_view password) {
  if (auto checked = state_->check(wanted); !checked) return tl::unexpected(checked.error());
  std::string hash;
  if (!password.empty()) {
    if (base::count_code_points(password) < password_characters_min) {
      return fail(ErrorCode::Invalid, "密码至少 8 个字符。", "A password has at least 8 characters.",
                  {.field = "password"});
    }
    auto hashed = base::hash_password(password);
    if (!hashed) return tl::unexpected(hashed.error());
    hash = std::move(*hashed);
  }
  Account account = wanted;
  if (account.id == 0) account.id = state_->journal.new_id();
  const std::string posts = joined(account.posts), files = joined(account.files);
  auto stored = state_->run([&](Database& database) -> Result<void> {
    auto known = database.prepare("SELECT 1 FROM account WHERE name = ?");
    if (!known) return tl::unexpected(known.error());
    known->bind_all(account.name);
    auto taken = known->step();
    if (!taken) return tl::unexpected(taken.error());
    if (*taken) {
      return fail(ErrorCode::Conflict, "账号名“" + account.name + "”已有人用，请换一个。",
                  "The name " + account.name + " is taken; choose another.", {.field = "name"});
    }
    auto row = database.prepare(
        "INSERT INTO account (id, name, shown_name, posts, files, disabled, password) VALUES (?, ?, ?, ?, ?, ?, ?)");
    if (!row) return tl::unexpected(row.error());
    row->bind_all(account.id, account.name, account.shown_name, posts, files, account.disabled, hash);
    return row->run();
  });
  if (!stored) return tl::unexpected(stored.error());
  return account;
}

Result<void> Accounts::update(const Account& account) {
  if (auto checked = state_->check(account); !checked) return checked;
  const std::string posts = joined(account.posts), files = joined(account.files);
  return state_->run([&](Database& database) -> Result<void> {
    auto row = database.prepare(
        "UPDATE account SET name = ?2, shown_name = ?3, posts = ?4, files = ?5, disabled = ?6 WHERE id = ?1");
    if (!row) return tl::unexpected(row.error());
    row->bind_all(account.id, account.name, account.shown_name, posts, files, account.disabled);
    if (auto ran = row->run(); !ran) return ran;
    if (!account.disabled) return {};
    auto over = database.prepare("DELETE FROM session WHERE account = ?");
    if (!over) return tl::unexpected(over.error());
    over->bind_all(account.id);
    return over->run();
  });
}

Result<std::int64_t> Accounts::hand_over(journal::Transaction& transaction, const Account& from, const Account& to) {
  std::vector<std::string> posts = to.posts;
  std::int64_t moved = 0;
  for (const std::string& post : from.posts) {
    if (std::find(posts.begin(), posts.end(), post) != posts.end()) continue;
    posts.push_back(post);
    ++moved;
  }
  auto row = transaction.database().prepare("UPDATE account SET posts = ?2 WHERE id = ?1");
  if (!row) return tl::unexpected(row.error());
  const std::string all = joined(posts);
  row->bind_all(to.id, all);
  if (auto done = row->run(); !done) return tl::unexpected(done.error());
  row->bind_all(from.id, std::string_view());
  if (auto done = row->run(); !done) return tl::unexpected(done.error());
  return moved;
}

Result<void> Accounts::set_password(std::int64_t account, std::string_view password) {
  if (base::count_code_points(password) < password_characters_min) {
    return fail(ErrorCode::Invalid, "密码至少 8 个字符。", "A password has at least 8 characters.",
                {.field = "password"});
  }
  auto hash = base::hash_password(password);
  if (!hash) return tl::unexpected(hash.error());
  return state_->run([&](Database& database) -> Result<void> {
    auto row = database.prepare("UPDATE account SET password = ?2 WHERE id = ?1");
    if (!row) return tl::unexpected(row.error());
    row->bind_all(account, *hash);
    return row->run();
  });
}

Result<std::optional<Account>> Accounts::find(std::string_view name) {
  auto found = state_->one("name = ?", [&](Statement& row) { row.bind(1, name); });
  if (!found) return tl::unexpected(found.error());
  if (!*found) return std::nullopt;
  return std::optional((*found)->first);
}

Result<std::optional<Account>> Accounts::find(std::int64_t id) {
  auto found = state_->one("id = ?", [&](Statement& row) { row.bind(1, id); });
  if (!found) return tl::unexpected(found.error());
  if (!*found) return std::nullopt;
  return std::optional((*found)->first);
}

Result<std::vector<Account>> Accounts::list() {
  auto snapshot = state_->journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto row = snapshot->database().prepare("SELECT " + std::string(account_columns) + " FROM account ORDER BY id");
  if (!row) return tl::unexpected(row.error());
  std::vector<Account> accounts;
  while (true) {
    auto more = row->step();
    if (!more) return tl::unexpected(more.error());
    if (!*more) return accounts;
    accounts.push_back(account_of(*row));
  }
}

Result<Session> Accounts::sign_in(std::string_view name, std::string_view password, std::int64_t lifetime_ms) {
  const std::string key(name.substr(0, 200));
  const std::int64_t now = state_->clock.now_ms();
  {
    const std::lock_guard lock(state_->mutex);
    const auto known = state_->failures.find(key);
    if (known != state_->failures.end() && known->second.until_ms > now) {
      const std::int64_t seconds = (known->second.until_ms - now + 999) / 1000;
      return fail(ErrorCode::LimitExceeded, "密码连续输错，请 " + std::to_string(seconds) + " 秒后再试。",
                  "Too many wrong passwords in a row; try again in " + std::to_string(seconds) + " seconds.");
    }
  }
  auto found = state_->one("name = ?", [&](Statement& row) { row.bind(1, name); });
  if (!found) return tl::unexpected(found.error());
  const bool usable = *found && !(*found)->first.disabled && !(*found)->second.empty();
  const bool right = base::verify_password(password, usable ? (*found)->second : decoy_hash()) && usable;
  if (!right) {
    const std::lock_guard lock(state_->mutex);
    State::Failures& failures = state_->failures[key];
    if (++failures.count >= failures_before_delay) {
      failures.until_ms =
          now + std::min(delay_ms_max, std::int64_t{1000} << std::min(failures.count - failures_before_delay, 20));
    }
    if (state_->failures.size() > 100'000) state_->failures.erase(state_->failures.begin());
    return fail(ErrorCode::Unauthenticated, "账号或密码不对，请重新输入。",
                "The name or the password is wrong; enter them again.");
  }
  {
    const std::lock_guard lock(state_->mutex);
    state_->failures.erase(key);
  }
  return state_->begin((*found)->first, lifetime_ms);
}

Result<Session> Accounts::sign_in_as(std::int64_t account, std::int64_t lifetime_ms) {
  auto found = find(account);
  if (!found) return tl::unexpected(found.error());
  if (!*found || (*found)->disabled) return fail(ErrorCode::NotFound, "没有这个账号。", "There is no such account.");
  return state_->begin(**found, lifetime_ms);
}

Result<std::optional<Session>> Accounts::session(std::string_view token) {
  const std::string hash = base::to_hex(base::sha256(token));
  auto snapshot = state_->journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto row = snapshot->database().prepare(
      "SELECT account.id, name, shown_name, posts, files, disabled, password, expires_at_ms FROM session JOIN account "
      "ON account.id = session.account"
      " WHERE token_hash = ? AND expires_at_ms > ? AND disabled = 0");
  if (!row) return tl::unexpected(row.error());
  row->bind_all(hash, state_->clock.now_ms());
  auto found = row->step();
  if (!found) return tl::unexpected(found.error());
  if (!*found) return std::nullopt;
  return std::optional(Session{std::string(token), account_of(*row), row->integer(7)});
}

Result<void> Accounts::sign_out(std::string_view token) {
  const std::string hash = base::to_hex(base::sha256(token));
  return state_->run([&](Database& database) -> Result<void> {
    auto row = database.prepare("DELETE FROM session WHERE token_hash = ?");
    if (!row) return tl::unexpected(row.error());
    row->bind_all(hash);
    return row->run();
  });
}

Viewer Accounts::viewer(const Account& account, base::Date day) {
  RelationBook* relations = state_->relations.get();
  // What cannot be read gives no right: the viewer is then only what the account itself says.
  if (relations != nullptr && !relations->catch_up()) relations = nullptr;
  std::vector<HeldPost> held;
  for (const std::string& name : account.posts) held.push_back({name, 0});
  const auto take = [&](std::vector<HeldPost> more) { held.insert(held.end(), more.begin(), more.end()); };
  std::vector<std::int64_t> absent;
  std::vector<FileId> own = account.files;
  std::vector<Agency> agencies;
  if (relations != nullptr) {
    take(relations->posts_of(account.name, day));
    for (const std::string& name : relations->stands_in_for(account.name, day)) {
      auto other = find(std::string_view(name));
      if (!other || !*other || (*other)->disabled) continue;
      absent.push_back((*other)->id);
      for (const std::string& post : (*other)->posts) held.push_back({post, 0});
      take(relations->posts_of(name, day));
    }
    for (Agency& agency : relations->agencies_of(account.name, day)) {
      if (agency.kinds.empty()) {
        if (std::find(own.begin(), own.end(), agency.file) == own.end()) own.push_back(agency.file);
      } else {
        agencies.push_back(std::move(agency));
      }
    }
  }
  std::vector<const Post*> everywhere;
  for (const HeldPost& one : held) {
    const Post* post = one.within != 0 ? nullptr : state_->permissions->post(one.name);
    if (post != nullptr && std::find(everywhere.begin(), everywhere.end(), post) == everywhere.end())
      everywhere.push_back(post);
  }
  Viewer viewer(account.id, account.shown_name.empty() ? account.name : account.shown_name, everywhere, std::move(own),
                state_->permissions, state_->relations);
  for (const HeldPost& one : held) {
    const Post* post = one.within == 0 ? nullptr : state_->permissions->post(one.name);
    if (post != nullptr && std::find(everywhere.begin(), everywhere.end(), post) == everywhere.end())
      viewer.hold_within(post, one.within);
  }
  if (relations != nullptr) {
    viewer.act_for(std::move(agencies));
    viewer.set_away(relations->away(account.name, day));
    viewer.stand_in_for(std::move(absent));
    std::vector<SharedFile> shared;
    for (const FileId file : account.files) {
      for (SharedFile& one : relations->shared_with(file, day)) shared.push_back(std::move(one));
    }
    viewer.share(std::move(shared));
  }
  return viewer;
}

}  // namespace yuanqu::register_
