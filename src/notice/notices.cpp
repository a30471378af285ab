#include "notice/notices.hpp"

#include <algorithm>
#include <charconv>

#include "register/forgetting.hpp"

namespace yuanqu::notice {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;
using journal::Database;
using journal::Statement;

constexpr std::string_view columns =
    "n.id, n.key, n.to_kind, n.to_id, n.to_post, n.type, n.title_zh, n.title_en, n.body_zh, n.body_en, n.href, "
    "n.paper, n.case_id, "
    "n.duty, n.file, n.day, n.at_ms";

std::string topic_of(const std::string& channel) { return "notice." + channel; }

Notice notice_of(const Statement& row) {
  Notice notice;
  notice.id = row.integer(0);
  Draft& draft = notice.content;
  draft.key = row.text(1);
  draft.recipient = {static_cast<To>(row.integer(2)), row.integer(3), std::string(row.text(4))};
  draft.type = row.text(5);
  draft.title = {std::string(row.text(6)), std::string(row.text(7))};
  draft.body = {std::string(row.text(8)), std::string(row.text(9))};
  draft.href = row.text(10);
  draft.paper = row.integer(11);
  draft.case_id = row.integer(12);
  draft.duty = row.integer(13);
  draft.file = row.integer(14);
  draft.day = base::Date::from_days(row.integer(15));
  notice.at_ms = row.integer(16);
  if (!row.is_null(17)) notice.read_at_ms = row.integer(17);
  return notice;
}

// The recipients a viewer stands for, as a condition on the index over recipients.
journal::Condition addressed_to(const register_::Viewer& viewer) {
  std::vector<journal::FileId> files(viewer.own_files().begin(), viewer.own_files().end());
  std::vector<std::string> posts;
  std::vector<journal::Condition> ways;
  for (const register_::Viewer::Held& held : viewer.held()) {
    if (held.within == 0) {
      posts.push_back(held.post->name);
      continue;
    }
    std::vector<journal::FileId> there = viewer.files_in(held.within);
    there.push_back(0);  // about no file in particular
    ways.push_back(journal::Condition()
                       .add("n.to_kind = 2 AND n.to_id = 0 AND n.to_post = ?", held.post->name)
                       .add_any("n.file", there));
  }
  ways.push_back(journal::Condition().add("n.to_kind = 3 AND n.to_id = ? AND n.to_post = ''", viewer.account()));
  if (!files.empty())
    ways.push_back(journal::Condition().add("n.to_kind = 1 AND n.to_post = ''").add_any("n.to_id", files));
  if (!posts.empty())
    ways.push_back(journal::Condition().add("n.to_kind = 2 AND n.to_id = 0").add_any("n.to_post", posts));
  journal::Condition where;
  where.add_either(ways);
  return where;
}

tl::unexpected<base::Error> no_such_notice() {
  return fail(ErrorCode::NotFound, "没有这条消息，或不是发给您的。",
              "There is no such message, or it is not addressed to you.");
}

}  // namespace

void Notices::add_channel(std::string name, Channel channel) {
  channels_.insert_or_assign(std::move(name), std::move(channel));
}

Result<void> Notices::create_tables(Database& database) {
  auto made = database.execute(R"(
    CREATE TABLE IF NOT EXISTS notice(
      id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, to_kind INTEGER NOT NULL, to_id INTEGER NOT NULL, to_post TEXT NOT NULL,
      type TEXT NOT NULL, title_zh TEXT NOT NULL, title_en TEXT NOT NULL, body_zh TEXT NOT NULL, body_en TEXT NOT NULL,
      href TEXT NOT NULL, paper INTEGER NOT NULL, case_id INTEGER NOT NULL, duty INTEGER NOT NULL, file INTEGER NOT NULL,
      day INTEGER NOT NULL, at_ms INTEGER NOT NULL);
    CREATE INDEX IF NOT EXISTS notice_by_recipient ON notice(to_kind, to_id, to_post, id);
    CREATE INDEX IF NOT EXISTS notice_by_case ON notice(case_id) WHERE case_id <> 0;
    CREATE TABLE IF NOT EXISTS notice_read(notice INTEGER NOT NULL, account INTEGER NOT NULL, at_ms INTEGER NOT NULL,
      PRIMARY KEY(notice, account)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS notice_delivery(notice INTEGER NOT NULL, channel TEXT NOT NULL, state TEXT NOT NULL,
      attempts INTEGER NOT NULL, at_ms INTEGER NOT NULL, error TEXT NOT NULL, PRIMARY KEY(notice, channel)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS notice_subscription(id INTEGER PRIMARY KEY, account INTEGER NOT NULL, to_kind INTEGER NOT NULL,
      to_id INTEGER NOT NULL, to_post TEXT NOT NULL, channel TEXT NOT NULL, address TEXT NOT NULL, secret TEXT NOT NULL,
      english INTEGER NOT NULL, digest INTEGER NOT NULL, quiet_from INTEGER, quiet_to INTEGER);
    CREATE INDEX IF NOT EXISTS notice_subscription_by_recipient ON notice_subscription(to_kind, to_id, to_post);
    CREATE INDEX IF NOT EXISTS notice_by_duty ON notice(duty) WHERE duty <> 0;
    CREATE TABLE IF NOT EXISTS notice_feed(account INTEGER PRIMARY KEY, secret_hash TEXT NOT NULL UNIQUE, made_at_ms INTEGER NOT NULL);
  )");
  if (!made) return made;
  return register_::declare_copies(
      database, {.table = "notice", .file = "nullif(file, 0)", .texts = "title_zh, title_en, body_zh, body_en, href"});
}

Result<void> Notices::apply(journal::Transaction&, std::span<const journal::StoredChange>) { return {}; }

Result<std::int64_t> Notices::send(journal::Transaction& transaction, const Draft& draft) {
  Database& database = transaction.database();
  if (draft.key.empty()) return fail(ErrorCode::Internal, "消息没有唯一标识。", "The message has no key.");
  auto known = database.prepare("SELECT id FROM notice WHERE key = ?");
  if (!known) return tl::unexpected(known.error());
  auto row = known->bind_all(draft.key).step();
  if (!row) return tl::unexpected(row.error());
  if (*row) return known->integer(0);

  const std::int64_t id = transaction.new_id();
  auto insert = database.prepare(
      "INSERT INTO notice(id, key, to_kind, to_id, to_post, type, title_zh, title_en, body_zh, body_en, href, paper, "
      "case_id, duty, "
      "file, day, at_ms) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
  if (!insert) return tl::unexpected(insert.error());
  auto stored =
      insert
          ->bind_all(id, draft.key, static_cast<int>(draft.recipient.to), draft.recipient.id, draft.recipient.post,
                     draft.type, draft.title.zh, draft.title.en, draft.body.zh, draft.body.en, draft.href, draft.paper,
                     draft.case_id, draft.duty, draft.file, draft.day.days(), transaction.recorded_at_ms())
          .run();
  if (!stored) return tl::unexpected(stored.error());

  auto delivery = database.prepare(
      "INSERT INTO notice_delivery(notice, channel, state, attempts, at_ms, error) VALUES(?,?,?,?,?,'')");
  if (!delivery) return tl::unexpected(delivery.error());
  auto inbox = delivery->bind_all(id, "inbox", "delivered", 1, transaction.recorded_at_ms()).run();
  if (!inbox) return tl::unexpected(inbox.error());
  for (const auto& [name, channel] : channels_) {
    auto waiting = delivery->bind_all(id, name, "waiting", 0, transaction.recorded_at_ms()).run();
    if (!waiting) return tl::unexpected(waiting.error());
    auto queued = transaction.enqueue(topic_of(name), std::to_string(id), "");
    if (!queued) return tl::unexpected(queued.error());
  }
  if (auto queued = queue_outside(transaction, id, draft.recipient); !queued) return tl::unexpected(queued.error());
  if (on_sent_) {
    transaction.on_commit(
        [this, notice = Notice{id, draft, transaction.recorded_at_ms(), std::nullopt}] { on_sent_(notice); });
  }
  return id;
}

Result<std::vector<Notice>> Notices::select(Database& database, const journal::Condition& where, std::int64_t account,
                                            std::size_t limit) {
  auto query =
      database.prepare("SELECT " + std::string(columns) +
                       ", r.at_ms FROM notice n LEFT JOIN notice_read r ON r.notice = n.id AND r.account = ?1 WHERE " +
                       where.text() + " ORDER BY n.id DESC LIMIT " + std::to_string(limit));
  if (!query) return tl::unexpected(query.error());
  query->bind(1, account);
  where.bind(*query, 2);
  std::vector<Notice> notices;
  while (true) {
    auto row = query->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return notices;
    notices.push_back(notice_of(*query));
  }
}

Result<std::vector<Notice>> Notices::inbox(const register_::Viewer& viewer, const InboxQuery& query) {
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  journal::Condition where = addressed_to(viewer);
  if (query.unread_only) where.add("r.at_ms IS NULL");
  if (query.before != 0) where.add("n.id < ?", query.before);
  return select(snapshot->database(), where, viewer.account(), query.limit);
}

Result<InboxCount> Notices::count(const register_::Viewer& viewer) {
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  const journal::Condition where = addressed_to(viewer);
  auto query = snapshot->database().prepare(
      "SELECT count(*), count(*) - count(r.at_ms) FROM notice n LEFT JOIN notice_read r ON r.notice = n.id AND "
      "r.account = ?1 WHERE " +
      where.text());
  if (!query) return tl::unexpected(query.error());
  query->bind(1, viewer.account());
  where.bind(*query, 2);
  auto row = query->step();
  if (!row) return tl::unexpected(row.error());
  return InboxCount{query->integer(0), query->integer(1)};
}

Result<Notice> Notices::read(const register_::Viewer& viewer, std::int64_t notice) {
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto found = select(snapshot->database(), addressed_to(viewer).add("n.id = ?", notice), viewer.account(), 1);
  if (!found) return tl::unexpected(found.error());
  if (found->empty()) return no_such_notice();
  return std::move(found->front());
}

Result<Notice> Notices::mark_read(const register_::Viewer& viewer, std::int64_t notice) {
  auto found = read(viewer, notice);
  if (!found || found->read_at_ms) return found;
  journal::BatchInfo info;
  info.actor = viewer.account();
  auto committed = journal_.commit(
      [&](journal::Transaction& transaction) -> Result<void> {
        auto insert =
            transaction.database().prepare("INSERT OR IGNORE INTO notice_read(notice, account, at_ms) VALUES(?,?,?)");
        if (!insert) return tl::unexpected(insert.error());
        return insert->bind_all(notice, viewer.account(), transaction.recorded_at_ms()).run();
      },
      info);
  if (!committed) return tl::unexpected(committed.error());
  return read(viewer, notice);
}

Result<std::vector<Delivery>> Notices::deliveries(std::int64_t notice) {
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto query = snapshot->database().prepare(
      "SELECT channel, state, attempts, at_ms, error FROM notice_delivery WHERE notice = ? ORDER BY channel");
  if (!query) return tl::unexpected(query.error());
  query->bind_all(notice);
  std::vector<Delivery> deliveries;
  while (true) {
    auto row = query->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return deliveries;
    deliveries.push_back({std::string(query->text(0)), std::string(query->text(1)), static_cast<int>(query->integer(2)),
                          query->integer(3), std::string(query->text(4))});
  }
}

Result<std::vector<Notice>> Notices::of_case(std::int64_t case_id) {
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto found =
      select(snapshot->database(), journal::Condition().add("n.case_id = ?", case_id).add("n.case_id <> 0"), 0, 1000);
  if (found) std::reverse(found->begin(), found->end());
  return found;
}

Result<std::size_t> Notices::pump(std::int64_t now_ms, std::size_t limit) {
  std::size_t delivered = 0;
  for (const auto& [name, carrier] : carriers_) {
    auto carried = pump_carrier(name, carrier, now_ms, limit);
    if (!carried) return carried;
    delivered += *carried;
  }
  for (const auto& [name, channel] : channels_) {
    auto messages = journal_.claim(topic_of(name), limit);
    if (!messages) return tl::unexpected(messages.error());
    for (const journal::OutboxMessage& message : *messages) {
      std::int64_t id = 0;
      std::from_chars(message.key.data(), message.key.data() + message.key.size(), id);
      std::vector<Notice> found;
      {
        auto snapshot = journal_.snapshot();
        if (!snapshot) return tl::unexpected(snapshot.error());
        auto selected = select(snapshot->database(), journal::Condition().add("n.id = ?", id), 0, 1);
        if (!selected) return tl::unexpected(selected.error());
        found = std::move(*selected);
      }
      Result<void> sent =
          found.empty() ? Result<void>(no_such_notice()) : channel(found.front(), name + " " + message.key);
      const int attempts = message.attempts;  // this one included
      const bool over = sent.has_value() || found.empty() || attempts >= attempts_max;
      const char* state = sent ? "delivered" : over ? "failed" : "waiting";
      auto kept = journal_.commit(
          [&, &name = name, &id = id](journal::Transaction& transaction) -> Result<void> {
            auto update = transaction.database().prepare(
                "UPDATE notice_delivery SET state = ?, attempts = ?, at_ms = ?, error = ? WHERE notice = ? AND channel "
                "= ?");
            if (!update) return tl::unexpected(update.error());
            return update->bind_all(state, attempts, now_ms, sent ? std::string() : sent.error().en, id, name).run();
          },
          journal::BatchInfo{});
      if (!kept) return tl::unexpected(kept.error());
      auto settled =
          over ? journal_.finish(message.id)
               : journal_.retry(message.id, sent.error().en, now_ms + (std::int64_t{60'000} << (attempts - 1)));
      if (!settled) return tl::unexpected(settled.error());
      if (sent) ++delivered;
    }
  }
  return delivered;
}

}  // namespace yuanqu::notice
