#include "centre/accounts.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <sstream>

#include "centre/body.hpp"

namespace yuanqu::centre {
namespace {

namespace json = boost::json;
constexpr std::size_t password_least = 10;

base::Error unreadable(const std::filesystem::path& file, const std::string& why) {
  return {base::ErrorCode::Invalid,
          "账户文件读不懂：" + why + "。请从备份恢复它；不要删除，否则账户会丢失。",
          "The accounts file cannot be read: " + why +
              ". Restore it from a backup; do not delete it, accounts would be lost.",
          {.file = file.string()}};
}

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= 40 && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_';
  });
}

}  // namespace

std::string_view name_of(Right right) { return right_names[static_cast<std::size_t>(right)]; }

std::optional<Right> right_of(std::string_view name) {
  for (std::size_t i = 0; i < right_names.size(); ++i) {
    if (right_names[i] == name) return static_cast<Right>(i);
  }
  return std::nullopt;
}

bool Account::may(Right right, std::string_view plant, std::string_view area) const {
  if (disabled) return false;
  return std::any_of(grants.begin(), grants.end(), [&](const Grant& grant) {
    return (grant.plant == "*" || grant.plant == plant) && (grant.area == "*" || area.empty() || grant.area == area) &&
           std::find(grant.rights.begin(), grant.rights.end(), right) != grant.rights.end();
  });
}

base::Result<void> replace_file(const std::filesystem::path& file, std::string_view content) {
  const std::string beside = file.string() + ".new";
  const auto fails = [&] {
    ::unlink(beside.c_str());
    return base::fail(base::ErrorCode::Unavailable, "写不进 " + file.string() + "，请检查磁盘空间与权限。",
                      file.string() + " cannot be written; check disk space and rights.");
  };
  const int out = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (out < 0) return fails();
  bool good = true;
  while (good && !content.empty()) {
    const ssize_t written = ::write(out, content.data(), content.size());
    good = written > 0;
    if (good) content.remove_prefix(static_cast<std::size_t>(written));
  }
  good = good && ::fsync(out) == 0;
  good = ::close(out) == 0 && good;
  if (!good || ::rename(beside.c_str(), file.c_str()) != 0) return fails();
  const int folder = ::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) {
    ::fsync(folder);
    ::close(folder);
  }
  return {};
}

base::Result<std::unique_ptr<Accounts>> Accounts::open(const std::filesystem::path& file) {
  auto accounts = std::make_unique<Accounts>();
  accounts->file_ = file;
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return accounts;
  std::ostringstream text;
  text << stream.rdbuf();
  boost::system::error_code ec;
  const json::value root = json::parse(text.str(), ec);
  if (ec || !root.is_object() || !root.as_object().contains("accounts") || !root.at("accounts").is_array())
    return tl::unexpected(unreadable(file, ec ? ec.message() : "accounts"));
  for (const json::value& entry : root.at("accounts").as_array()) {
    if (!entry.is_object()) return tl::unexpected(unreadable(file, "account"));
    const json::object& object = entry.as_object();
    Stored stored;
    stored.account.name = text_in(object, "name");
    stored.account.shown_zh = text_in(object, "zh");
    stored.account.shown_en = text_in(object, "en");
    stored.password = text_in(object, "password");
    const json::value* disabled = object.if_contains("disabled");
    stored.account.disabled = disabled != nullptr && disabled->is_bool() && disabled->get_bool();
    const json::value* version = object.if_contains("version");
    if (version != nullptr && version->is_int64())
      stored.account.version = static_cast<std::uint64_t>(version->get_int64());
    const json::value* grants = object.if_contains("grants");
    if (!is_name(stored.account.name) || grants == nullptr || !grants->is_array())
      return tl::unexpected(unreadable(file, stored.account.name));
    for (const json::value& given : grants->get_array()) {
      if (!given.is_object()) return tl::unexpected(unreadable(file, "grant"));
      Grant grant{text_in(given.get_object(), "plant"), text_in(given.get_object(), "area"), {}};
      const json::value* rights = given.get_object().if_contains("rights");
      if (rights == nullptr || !rights->is_array()) return tl::unexpected(unreadable(file, "rights"));
      for (const json::value& right : rights->get_array()) {
        const auto known = right.is_string() ? right_of(std::string(right.get_string())) : std::nullopt;
        if (!known) return tl::unexpected(unreadable(file, "rights"));
        grant.rights.push_back(*known);
      }
      stored.account.grants.push_back(std::move(grant));
    }
    accounts->accounts_[stored.account.name] = std::move(stored);
  }
  return accounts;
}

std::vector<Account> Accounts::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<Account> list;
  for (const auto& entry : accounts_) list.push_back(entry.second.account);
  return list;
}

std::optional<Account> Accounts::find(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const auto found = accounts_.find(name);
  return found == accounts_.end() ? std::nullopt : std::optional(found->second.account);
}

base::Result<Account> Accounts::sign_in(std::string_view name, std::string_view password) const {
  // Checked against this when there is no such account, so that time tells nothing.
  static const std::string nobody = base::hash_password("nobody has this password").value_or(std::string());
  std::string hash;
  std::optional<Account> account;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = accounts_.find(name); found != accounts_.end()) {
      account = found->second.account;
      hash = found->second.password;
    }
  }
  const bool right = base::verify_password(password, hash.empty() ? nobody : hash);
  if (!right || hash.empty() || !account || account->disabled)
    return base::fail(base::ErrorCode::Unauthenticated, "用户名或密码不对。", "The name or the password is wrong.");
  return *account;
}

base::Result<Account> Accounts::put(Account account, std::string_view password, std::uint64_t expected_version,
                                    base::PasswordCost cost) {
  if (!is_name(account.name))
    return base::fail(base::ErrorCode::Invalid, "用户名只能用字母、数字和 . - _，不超过 40 个。",
                      "A user name is letters, digits and . - _, at most 40.", {.field = "name"});
  std::string hash;
  if (!password.empty()) {
    if (password.size() < password_least)
      return base::fail(base::ErrorCode::Invalid, "密码至少 10 个字符。", "A password has at least 10 characters.",
                        {.field = "password"});
    auto hashed = base::hash_password(password, cost);
    if (!hashed) return tl::unexpected(hashed.error());
    hash = std::move(*hashed);
  }
  const std::lock_guard lock(mutex_);
  const auto found = accounts_.find(account.name);
  const std::uint64_t stored_version = found == accounts_.end() ? 0 : found->second.account.version;
  if (stored_version != expected_version)
    return base::fail(base::ErrorCode::Conflict, "这个账户刚被别人改过，请刷新后再改。",
                      "Somebody changed this account meanwhile; reload and change it again.", {.field = "version"});
  if (hash.empty() && stored_version == 0)
    return base::fail(base::ErrorCode::Invalid, "新账户要有密码。", "A new account needs a password.",
                      {.field = "password"});
  auto next = accounts_;
  account.version = stored_version + 1;
  Stored& stored = next[account.name];
  if (!hash.empty()) stored.password = std::move(hash);
  stored.account = account;
  if (auto written = write(next); !written) return tl::unexpected(written.error());
  accounts_ = std::move(next);
  return account;
}

base::Result<void> Accounts::put_demo(Account account) {
  const std::lock_guard lock(mutex_);
  if (accounts_.count(account.name) != 0) return {};
  auto next = accounts_;
  const std::string name = account.name;
  next[name].account = std::move(account);
  if (auto written = write(next); !written) return written;
  accounts_ = std::move(next);
  return {};
}

base::Result<void> Accounts::write(const std::map<std::string, Stored, std::less<>>& accounts) const {
  json::array list;
  for (const auto& [name, stored] : accounts) {
    json::array grants;
    for (const Grant& grant : stored.account.grants) {
      json::array rights;
      for (const Right right : grant.rights) rights.emplace_back(std::string(name_of(right)));
      grants.push_back(json::object{{"plant", grant.plant}, {"area", grant.area}, {"rights", std::move(rights)}});
    }
    list.push_back(json::object{{"name", name},
                                {"zh", stored.account.shown_zh},
                                {"en", stored.account.shown_en},
                                {"password", stored.password},
                                {"disabled", stored.account.disabled},
                                {"version", static_cast<std::int64_t>(stored.account.version)},
                                {"grants", std::move(grants)}});
  }
  return replace_file(file_, json::serialize(json::object{{"accounts", std::move(list)}}) + "\n");
}

}  // namespace yuanqu::centre
