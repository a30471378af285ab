#pragma once
// Notices: what the zone tells somebody, kept in the inbox of a file (its owner's people), a post or an account. A
// notice is stored in the transaction of what it is about, once per key: the same key again answers the first notice's
// id and stores nothing. So a message is neither sent without its cause nor twice, whatever dies in between.
//
// The inbox is the first channel and is delivered by being stored. Channels beyond it take a notice from the journal's
// outbox: each gets its own message, whose key (channel, notice) is unique and is given to the channel, which can make
// it once for the receiver. Subscriptions say who wants what by e-mail, SMS or webhook; carriers take it there at its
// time. In a zone that may send nothing outside (a demo, a rehearsal, a copy) such deliveries are kept as "held" and
// never leave. Tables: notice, notice_read, notice_delivery, notice_subscription, notice_feed. Safe from every thread.

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
#include "notice/carrier.hpp"
#include "notice/subscription.hpp"
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
  std::string state;    // "waiting", "delivered", "failed", "held"
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

// Takes one message to the address of a subscription. An error is tried again later.
using Carrier = std::function<base::Result<void>(const Subscription& subscription, const Outgoing& message)>;

// Carries one notice outside. `key` is the id that makes it once for the receiver. An error is tried again later.
using Channel = std::function<base::Result<void>(const Notice& notice, const std::string& key)>;

class Notices final : public journal::Participant {
 public:
  explicit Notices(journal::Journal& journal) : journal_(journal) {}

  // Before anything is sent. The inbox needs none.
  void add_channel(std::string name, Channel channel);

  // Before anything is sent. `address` of the system stands before the links of what goes outside.
  void add_carrier(std::string channel, Carrier carrier);
  void set_outside(std::string address, bool held) {
    address_ = std::move(address);
    held_ = held;
  }
  // The channels a subscription may name here.
  std::vector<std::string> carriers() const;

  // The viewer's own subscriptions: for an own file, a held post, or the account itself.
  base::Result<std::vector<Subscription>> subscriptions(const register_::Viewer& viewer);
  base::Result<Subscription> subscribe(const register_::Viewer& viewer, Subscription subscription);
  base::Result<void> unsubscribe(const register_::Viewer& viewer, std::int64_t subscription);

  // A calendar feed's secret, once told and then kept as a hash; a new one revokes the earlier.
  base::Result<std::string> open_feed(std::int64_t account);
  base::Result<void> close_feed(std::int64_t account);
  base::Result<std::optional<std::int64_t>> feed_of(std::string_view secret);  // the account

  // Of these duties, those whose notice to a file nobody has read.
  base::Result<std::vector<std::int64_t>> unread_duties(const std::vector<std::int64_t>& duties);

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

  // When the next message outside becomes due; nullopt when none waits.
  base::Result<std::optional<std::int64_t>> next_at_ms();

 private:
  base::Result<void> queue_outside(journal::Transaction& transaction, std::int64_t notice, const Recipient& recipient);
  base::Result<std::size_t> pump_carrier(const std::string& channel, const Carrier& carrier, std::int64_t now_ms,
                                         std::size_t limit);
  base::Result<std::vector<Subscription>> select_subscriptions(journal::Database& database,
                                                               const journal::Condition& where);
  base::Result<std::vector<Notice>> select(journal::Database& database, const journal::Condition& where,
                                           std::int64_t account,
                                           std::size_t limit);  // newest first

  journal::Journal& journal_;
  std::map<std::string, Channel> channels_;
  std::map<std::string, Carrier> carriers_;
  std::string address_;
  bool held_ = true;
  std::function<void(const Notice&)> on_sent_;
};

}  // namespace yuanqu::notice
