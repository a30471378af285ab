// Subscriptions, and the way of a notice outside: queued in the notice's transaction, claimed at its time, marked when
// the other side took it.
#include <algorithm>
#include <charconv>
#include <map>

#include "base/hash.hpp"
#include "base/secret.hpp"
#include "notice/notices.hpp"

namespace yuanqu::notice {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;
using journal::Database;

constexpr std::string_view subscription_columns =
    "id, account, to_kind, to_id, to_post, channel, address, secret, english, digest, quiet_from, quiet_to";

std::string outside_topic_of(const std::string& channel) { return "notice outside " + channel; }

std::int64_t number_of(std::string_view text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

bool is_mail_address(const std::string& text) {
  const std::size_t at = text.find('@');
  return at != std::string::npos && at > 0 && at + 1 < text.size() && text.find('@', at + 1) == std::string::npos &&
         text.find_first_of(" \t\r\n<>,;\"") == std::string::npos && text.size() <= 254;
}

bool is_telephone(const std::string& text) {
  return text.size() >= 5 && text.size() <= 20 && text.find_first_not_of("0123456789+-") == std::string::npos;
}

Result<void> check_address(const Subscription& wanted) {
  const auto refuse = [](std::string zh, std::string en) {
    return fail(ErrorCode::Invalid, std::move(zh), std::move(en), {.field = "address"});
  };
  if (wanted.channel == "email" && !is_mail_address(wanted.address))
    return refuse("邮箱地址不对。", "That is no mail address.");
  if (wanted.channel == "sms" && !is_telephone(wanted.address))
    return refuse("手机号码不对。", "That is no telephone number.");
  if (wanted.channel == "webhook" && !wanted.address.starts_with("https://"))
    return refuse("回调地址要以 https:// 开头。", "A webhook's address begins with https://.");
  const auto minute = [](const std::optional<int>& value) { return !value || (*value >= 0 && *value < 1440); };
  if (!minute(wanted.quiet_from) || !minute(wanted.quiet_to) ||
      wanted.quiet_from.has_value() != wanted.quiet_to.has_value()) {
    return fail(ErrorCode::Invalid, "免打扰时段要写明起止。", "Quiet hours have a begin and an end.",
                {.field = "quiet_from"});
  }
  return {};
}

}  // namespace

void Notices::add_carrier(std::string channel, Carrier carrier) {
  carriers_.insert_or_assign(std::move(channel), std::move(carrier));
}

std::vector<std::string> Notices::carriers() const {
  std::vector<std::string> names;
  for (const auto& [name, carrier] : carriers_) names.push_back(name);
  return names;
}

Result<std::vector<Subscription>> Notices::select_subscriptions(Database& database, const journal::Condition& where) {
  auto row = where.prepare(database, "SELECT " + std::string(subscription_columns) + " FROM notice_subscription",
                           "ORDER BY id");
  if (!row) return tl::unexpected(row.error());
  std::vector<Subscription> found;
  while (true) {
    auto more = row->step();
    if (!more) return tl::unexpected(more.error());
    if (!*more) return found;
    const auto minute = [&](int column) {
      return row->is_null(column) ? std::nullopt : std::optional(static_cast<int>(row->integer(column)));
    };
    found.push_back({row->integer(0), row->integer(1), static_cast<int>(row->integer(2)), row->integer(3),
                     std::string(row->text(4)), std::string(row->text(5)), std::string(row->text(6)),
                     std::string(row->text(7)), row->integer(8) != 0, row->integer(9) != 0, minute(10), minute(11)});
  }
}

Result<std::vector<Subscription>> Notices::subscriptions(const register_::Viewer& viewer) {
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  return select_subscriptions(snapshot->database(), journal::Condition().add("account = ?", viewer.account()));
}

Result<Subscription> Notices::subscribe(const register_::Viewer& viewer, Subscription wanted) {
  if (!carriers_.contains(wanted.channel)) {
    return fail(ErrorCode::Invalid, "本系统没有开通这个渠道。", "This channel is not set up here.",
                {.field = "channel"});
  }
  if (auto good = check_address(wanted); !good) return tl::unexpected(good.error());
  const bool own = wanted.to_kind == static_cast<int>(To::File)   ? viewer.owns(wanted.to_id)
                   : wanted.to_kind == static_cast<int>(To::Post) ? viewer.holds_post(wanted.to_post)
                                                                  : wanted.to_id == viewer.account();
  if (!own) {
    return fail(ErrorCode::Forbidden, "只能订阅发给自己企业、岗位或账号的消息。",
                "Only messages to an own enterprise, post or account can be subscribed.");
  }
  wanted.account = viewer.account();
  if (wanted.channel == "webhook" && wanted.secret.empty()) {
    wanted.secret = new_webhook_secret();
  }
  auto committed = journal_.commit(
      [&](journal::Transaction& transaction) -> Result<void> {
        wanted.id = transaction.new_id();
        auto row =
            transaction.database().prepare("INSERT INTO notice_subscription(" + std::string(subscription_columns) +
                                           ") VALUES(?,?,?,?,?,?,?,?,?,?,?,?)");
        if (!row) return tl::unexpected(row.error());
        const auto minute = [](const std::optional<int>& value) {
          return value ? std::optional<std::int64_t>(*value) : std::nullopt;
        };
        return row
            ->bind_all(wanted.id, wanted.account, wanted.to_kind, wanted.to_id, wanted.to_post, wanted.channel,
                       wanted.address, wanted.secret, wanted.english, wanted.digest, minute(wanted.quiet_from),
                       minute(wanted.quiet_to))
            .run();
      },
      {.actor = viewer.account()});
  if (!committed) return tl::unexpected(committed.error());
  return wanted;
}

Result<void> Notices::unsubscribe(const register_::Viewer& viewer, std::int64_t subscription) {
  auto committed = journal_.commit(
      [&](journal::Transaction& transaction) -> Result<void> {
        auto row = transaction.database().prepare("DELETE FROM notice_subscription WHERE id = ? AND account = ?");
        if (!row) return tl::unexpected(row.error());
        if (auto done = row->bind_all(subscription, viewer.account()).run(); !done) return done;
        if (transaction.database().changes() == 1) return {};
        return fail(ErrorCode::NotFound, "没有这项订阅。", "There is no such subscription.");
      },
      {.actor = viewer.account()});
  if (!committed) return tl::unexpected(committed.error());
  return {};
}

Result<void> Notices::queue_outside(journal::Transaction& transaction, std::int64_t notice,
                                    const Recipient& recipient) {
  auto wanted = select_subscriptions(transaction.database(), journal::Condition()
                                                                 .add("to_kind = ?", static_cast<int>(recipient.to))
                                                                 .add("to_id = ?", recipient.id)
                                                                 .add("to_post = ?", recipient.post));
  if (!wanted) return tl::unexpected(wanted.error());
  for (const Subscription& one : *wanted) {
    auto row = transaction.database().prepare(
        "INSERT INTO notice_delivery(notice, channel, state, attempts, at_ms, error) VALUES(?,?,?,0,?,'')");
    if (!row) return tl::unexpected(row.error());
    const std::string channel = one.channel + " " + std::to_string(one.id);
    auto kept = row->bind_all(notice, channel, held_ ? "held" : "waiting", transaction.recorded_at_ms()).run();
    if (!kept) return kept;
    if (held_) continue;
    const std::int64_t leaves = leaves_at_ms(one, transaction.recorded_at_ms());
    auto queued =
        transaction.enqueue(outside_topic_of(one.channel), std::to_string(notice) + " " + std::to_string(one.id),
                            digest_key(one, leaves), leaves);
    if (!queued) return queued;
  }
  return {};
}

Result<std::size_t> Notices::pump_carrier(const std::string& channel, const Carrier& carrier, std::int64_t now_ms,
                                          std::size_t limit) {
  auto claimed = journal_.claim(outside_topic_of(channel), limit);
  if (!claimed) return tl::unexpected(claimed.error());
  // What one digest gathers leaves as one message; everything else alone.
  std::map<std::string, std::vector<journal::OutboxMessage>> groups;
  for (journal::OutboxMessage& message : *claimed)
    groups[message.body.empty() ? message.key : message.body].push_back(std::move(message));
  std::size_t delivered = 0;
  for (const auto& [key, messages] : groups) {
    const std::string& first = messages.front().key;
    const std::int64_t subscriber = number_of(std::string_view(first).substr(first.find(' ') + 1));
    Outgoing outgoing{key, {}, false};
    std::replace(outgoing.id.begin(), outgoing.id.end(), ' ', '-');
    std::vector<Subscription> found;
    {
      auto snapshot = journal_.snapshot();
      if (!snapshot) return tl::unexpected(snapshot.error());
      auto selected = select_subscriptions(snapshot->database(), journal::Condition().add("id = ?", subscriber));
      if (!selected) return tl::unexpected(selected.error());
      found = std::move(*selected);
      for (const journal::OutboxMessage& message : messages) {
        auto notice = select(snapshot->database(), journal::Condition().add("n.id = ?", number_of(message.key)), 0, 1);
        if (!notice) return tl::unexpected(notice.error());
        if (notice->empty() || found.empty()) continue;
        const Draft& content = notice->front().content;
        outgoing.english = found.front().english;
        const auto words = [&](const Label& label) { return outgoing.english ? label.en : label.zh; };
        outgoing.items.push_back({words(content.title), words(content.body),
                                  content.href.empty() || address_.empty() ? "" : address_ + content.href});
      }
    }
    // Unsubscribed meanwhile: nothing leaves.
    const bool gone = found.empty() || outgoing.items.empty();
    const Result<void> sent =
        gone ? fail(ErrorCode::NotFound, "已取消订阅。", "Unsubscribed.") : carrier(found.front(), outgoing);
    for (const journal::OutboxMessage& message : messages) {
      const bool over = sent || gone || message.attempts >= attempts_max;
      auto kept = journal_.commit(
          [&](journal::Transaction& transaction) -> Result<void> {
            auto update = transaction.database().prepare(
                "UPDATE notice_delivery SET state = ?, attempts = ?, at_ms = ?, error = ? WHERE notice = ? AND channel "
                "= ?");
            if (!update) return tl::unexpected(update.error());
            return update
                ->bind_all(sent   ? "delivered"
                           : over ? "failed"
                                  : "waiting",
                           message.attempts, now_ms, sent ? std::string() : sent.error().en, number_of(message.key),
                           channel + " " + std::to_string(subscriber))
                .run();
          },
          journal::BatchInfo{});
      if (!kept) return tl::unexpected(kept.error());
      auto settled =
          over ? journal_.finish(message.id)
               : journal_.retry(message.id, sent.error().en, now_ms + (std::int64_t{60'000} << (message.attempts - 1)));
      if (!settled) return tl::unexpected(settled.error());
      if (sent) ++delivered;
    }
  }
  return delivered;
}

Result<std::string> Notices::open_feed(std::int64_t account) {
  const std::string secret = base::random_token(24);
  auto committed = journal_.commit(
      [&](journal::Transaction& transaction) -> Result<void> {
        auto row = transaction.database().prepare(
            "INSERT OR REPLACE INTO notice_feed(account, secret_hash, made_at_ms) VALUES(?,?,?)");
        if (!row) return tl::unexpected(row.error());
        return row->bind_all(account, base::to_hex(base::sha256(secret)), transaction.recorded_at_ms()).run();
      },
      {.actor = account});
  if (!committed) return tl::unexpected(committed.error());
  return secret;
}

Result<void> Notices::close_feed(std::int64_t account) {
  auto committed = journal_.commit(
      [&](journal::Transaction& transaction) -> Result<void> {
        auto row = transaction.database().prepare("DELETE FROM notice_feed WHERE account = ?");
        if (!row) return tl::unexpected(row.error());
        return row->bind_all(account).run();
      },
      {.actor = account});
  if (!committed) return tl::unexpected(committed.error());
  return {};
}

Result<std::optional<std::int64_t>> Notices::feed_of(std::string_view secret) {
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto row = snapshot->database().prepare("SELECT account FROM notice_feed WHERE secret_hash = ?");
  if (!row) return tl::unexpected(row.error());
  auto found = row->bind_all(base::to_hex(base::sha256(secret))).step();
  if (!found) return tl::unexpected(found.error());
  if (!*found) return std::optional<std::int64_t>();
  return std::optional(row->integer(0));
}

Result<std::vector<std::int64_t>> Notices::unread_duties(const std::vector<std::int64_t>& duties) {
  if (duties.empty()) return duties;
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  const journal::Condition where = journal::Condition().add("n.to_kind = 1").add_any("n.duty", duties);
  auto row = where.prepare(snapshot->database(), "SELECT DISTINCT n.duty FROM notice n",
                           "AND NOT EXISTS (SELECT 1 FROM notice_read r WHERE r.notice = n.id) ORDER BY n.duty");
  if (!row) return tl::unexpected(row.error());
  std::vector<std::int64_t> unread;
  while (true) {
    auto more = row->step();
    if (!more) return tl::unexpected(more.error());
    if (!*more) return unread;
    unread.push_back(row->integer(0));
  }
}

Result<std::optional<std::int64_t>> Notices::next_at_ms() {
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  return snapshot->database().integer(
      "SELECT min(available_at) FROM outbox WHERE topic LIKE 'notice outside %' AND done_at IS NULL");
}

}  // namespace yuanqu::notice
