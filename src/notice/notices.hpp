#pragma once
// Notices: what the zone tells somebody, kept in the inbox of a file (its owner's people), a post or an account. A
// notice is stored in the transaction of what it is about, once per key: the same key again answers the first notice's
// id and stores nothing. So a message is neither sent without its cause nor twice, whatever dies in between.
//
// The inbox is the first channel and is delivered by being stored. Channels beyond it take a notice from the journal's
// outbox: each gets its own message, whose key (channel, notice) is unique and is given to the channel, which can make
// it once for the receiver. Tables: notice, notice_read, notice_delivery. Safe from every thread.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.hpp"
#include "base/error.hpp"
#include "journal/condition.hpp"
#include "journal/journal.hpp"
#include "pack/pack.hpp"
#include "register/viewer.hpp"

namespace yuanqu::notice {

using pack::Label;

enum class To : std::uint8_t { File = 1, Post = 2, Account = 3 };

struct Recipient {
  To to = To::File;
  std::int64_t id = 0;  // file or account
  std::string post;     // name of a post

  static Recipient file(journal::FileId file) { return {To::File, file, {}}; }
  static Recipient of_post(std::string name) { return {To::Post, 0, std::move(name)}; }
  static Recipient account(std::int64_t account) { return {To::Account, account, {}}; }
};

struct Draft {
  std::string key;  // unique for ever: "case 12 token 5"
  Recipient recipient;
  std::string type;  // free code for icons and filters: "paper_issued", "task"
  Label title;
  Label body;
  std::string href;  // in the web application; may be empty
  std::int64_t paper = 0;
  std::int64_t case_id = 0;
  std::int64_t duty = 0;
  journal::FileId file = 0;  // what it is about
  base::Date day;            // the zone's day
};

struct Notice {
  std::int64_t id = 0;
  Draft content;
  std::int64_t at_ms = 0;
  std::optional<std::int64_t> read_at_ms;  // by the viewer who asks
};

struct Delivery {
  std::string channel;  // "inbox", …
  std::string state;    // "waiting", "delivered", "failed"
  int attempts = 0;
  std::int64_t at_ms = 0;
  std::string error;
};

struct InboxQuery {
  bool unread_only = false;
  std::int64_t before = 0;  // id: page on, newest first
  std::size_t limit = 50;
};

struct InboxCount {
  std::int64_t total = 0;
  std::int64_t unread = 0;
};

// Carries one notice outside. `key` is the id that makes it once for the receiver. An error is tried again later.
using Channel = std::function<base::Result<void>(const Notice& notice, const std::string& key)>;

class Notices final : public journal::Participant {
 public:
  explicit Notices(journal::Journal& journal) : journal_(journal) {}

  // Before anything is sent. The inbox needs none.
  void add_channel(std::string name, Channel channel);

  // Called after a commit that stored a new notice, on the writer thread; must be short. Before anything is sent.
  void on_sent(std::function<void(const Notice&)> listener) { on_sent_ = std::move(listener); }

  base::Result<std::int64_t> send(journal::Transaction& transaction, const Draft& draft);  // the id

  // What the viewer may see: notices to the viewer's own files, posts and account. Never those of others, also not for
  // the system.
  base::Result<std::vector<Notice>> inbox(const register_::Viewer& viewer, const InboxQuery& query = {});
  base::Result<InboxCount> count(const register_::Viewer& viewer);
  base::Result<Notice> read(const register_::Viewer& viewer,
                            std::int64_t notice);  // one, unchanged; NotFound for others'
  base::Result<Notice> mark_read(const register_::Viewer& viewer, std::int64_t notice);
  base::Result<std::vector<Delivery>> deliveries(std::int64_t notice);
  base::Result<std::vector<Notice>> of_case(std::int64_t case_id);  // oldest first

  // Takes up to `limit` waiting messages of every channel and tries them; answers how many were delivered. now_ms is
  // the journal's clock; a failure waits 1, 2, 4 … minutes and is given up after `attempts_max`, visible as failed.
  base::Result<std::size_t> pump(std::int64_t now_ms, std::size_t limit = 50);
  static constexpr int attempts_max = 8;

  std::string_view name() const override { return "notice"; }
  base::Result<void> create_tables(journal::Database& database) override;
  base::Result<void> apply(journal::Transaction& transaction, std::span<const journal::StoredChange> changes) override;

 private:
  base::Result<std::vector<Notice>> select(journal::Database& database, const journal::Condition& where,
                                           std::int64_t account,
                                           std::size_t limit);  // newest first

  journal::Journal& journal_;
  std::map<std::string, Channel> channels_;
  std::function<void(const Notice&)> on_sent_;
};

}  // namespace yuanqu::notice
