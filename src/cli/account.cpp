// `yuanqu account`: the people who sign in to a zone. Whoever may write the data folder is trusted to say who they are,
// so that a new zone gets its first administrator here; posts are given in the zone from then on. The zone must not be
// served meanwhile. A password comes from the terminal without being shown, or as a line of standard input.

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "cli/commands.hpp"
#include "cli/data_folder.hpp"
#include "register/accounts.hpp"

namespace yuanqu::cli {

using base::ErrorCode;
using base::Result;
using register_::Account;
using register_::Accounts;

namespace {

struct AccountArguments {
  std::string data, packs, name, shown_name;
  std::vector<std::string> posts;
};

std::string said(const char* zh, const char* en) { return speaks_chinese() ? zh : en; }

// One line, not shown while it is typed.
std::string hidden_line(const std::string& prompt) {
  const bool typed = ::isatty(STDIN_FILENO) != 0;
  termios before{};
  if (typed) {
    ::tcgetattr(STDIN_FILENO, &before);
    termios silent = before;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    std::cerr << prompt << std::flush;
  }
  std::string line;
  std::getline(std::cin, line);
  if (typed) {
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    std::cerr << '\n';
  }
  return line;
}

Result<std::string> new_password() {
  std::string password = hidden_line(said("密码（至少 8 个字符）：", "Password (8 characters or more): "));
  if (::isatty(STDIN_FILENO) != 0 && hidden_line(said("再输一次：", "Once more: ")) != password) {
    return base::fail(ErrorCode::Invalid, "两次输入的密码不同，请重来。", "The two passwords differ; begin again.",
                      {.field = "password"});
  }
  return password;
}

using Work = std::function<Result<void>(Accounts&)>;

int with_accounts(const AccountArguments& arguments, const Work& work) {
  auto folder = DataFolder::open(arguments.data, arguments.packs);
  if (!folder) return report(folder.error());
  const base::SystemClock clock;
  auto accounts = Accounts::open((*folder)->journal(), clock, (*folder)->permissions());
  if (!accounts) return report(accounts.error());
  if (auto done = work(**accounts); !done) return report(done.error());
  return 0;
}

Result<Account> known(Accounts& accounts, const std::string& name) {
  auto found = accounts.find(name);
  if (!found) return tl::unexpected(found.error());
  if (!*found) {
    return base::fail(ErrorCode::NotFound, "没有账号“" + name + "”。", "There is no account " + name + ".",
                      {.field = "name"});
  }
  return std::move(**found);
}

int add_one(const AccountArguments& arguments) {
  return with_accounts(arguments, [&](Accounts& accounts) -> Result<void> {
    Account account;
    account.name = arguments.name;
    account.shown_name = arguments.shown_name.empty() ? arguments.name : arguments.shown_name;
    account.posts = arguments.posts;
    auto password = new_password();
    if (!password) return tl::unexpected(password.error());
    // Without a password an account is entered by a tap, which only a demo allows.
    if (password->empty()) {
      return base::fail(ErrorCode::Invalid, "请给出密码。", "Give a password.", {.field = "password"});
    }
    auto made = accounts.create(account, *password);
    if (!made) return tl::unexpected(made.error());
    fmt::print("{}\n", said("账号已建立：", "account made: ") + made->name);
    return {};
  });
}

int change_password(const AccountArguments& arguments) {
  return with_accounts(arguments, [&](Accounts& accounts) -> Result<void> {
    auto account = known(accounts, arguments.name);
    if (!account) return tl::unexpected(account.error());
    auto password = new_password();
    if (!password) return tl::unexpected(password.error());
    return accounts.set_password(account->id, *password);
  });
}

int set_disabled(const AccountArguments& arguments, bool disabled) {
  return with_accounts(arguments, [&](Accounts& accounts) -> Result<void> {
    auto account = known(accounts, arguments.name);
    if (!account) return tl::unexpected(account.error());
    account->disabled = disabled;
    return accounts.update(*account);
  });
}

int list_all(const AccountArguments& arguments) {
  return with_accounts(arguments, [&](Accounts& accounts) -> Result<void> {
    auto all = accounts.list();
    if (!all) return tl::unexpected(all.error());
    for (const Account& account : *all) {
      fmt::print("{}\t{}\t{}{}\n", account.name, account.shown_name, fmt::join(account.posts, ","),
                 account.disabled ? said("\t已停用", "\tdisabled") : "");
    }
    return {};
  });
}

}  // namespace

void add_account(CLI::App& app, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("account", "The people who sign in to a zone that is not served just now");
  command->require_subcommand(1);
  const auto sub = [&](const char* name, const char* what, bool names_one, int (*run)(const AccountArguments&)) {
    auto arguments = std::make_shared<AccountArguments>();
    CLI::App* one = command->add_subcommand(name, what);
    if (names_one) one->add_option("name", arguments->name, "what is typed at sign-in")->required();
    one->add_option("--data", arguments->data, "data folder")->required();
    one->add_option("--packs", arguments->packs, "folder of the packs (default: beside the program)");
    one->callback([arguments, run, &chosen] { chosen = [arguments, run] { return run(*arguments); }; });
    return std::pair(one, arguments);
  };
  const auto [add, given] = sub("add", "Make an account; its password is asked for", true, add_one);
  add->add_option("--shown-name", given->shown_name, "what others see");
  add->add_option("--post", given->posts, "a post of the packs, like administrator; may be given again");
  sub("password", "Give an account another password", true, change_password);
  sub("disable", "Nobody signs in by it any more", true,
      [](const AccountArguments& it) { return set_disabled(it, true); });
  sub("enable", "It may sign in again", true, [](const AccountArguments& it) { return set_disabled(it, false); });
  sub("list", "Every account, its name and its posts", false, list_all);
}

}  // namespace yuanqu::cli
