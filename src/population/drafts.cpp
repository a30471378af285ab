#include "population/drafts.hpp"

namespace yuanqu::population {

using base::Result;

Result<void> Drafts::create_table(journal::Database& database) {
  return database.execute(
      "CREATE TABLE IF NOT EXISTS simulation_draft (id INTEGER PRIMARY KEY, decision TEXT NOT NULL, title TEXT NOT "
      "NULL,"
      " author INTEGER NOT NULL, created_ms INTEGER NOT NULL, day INTEGER NOT NULL, facts TEXT NOT NULL,"
      " change TEXT NOT NULL, result TEXT NOT NULL);"
      "CREATE INDEX IF NOT EXISTS simulation_draft_decision ON simulation_draft (decision, id);");
}

Result<std::int64_t> Drafts::put(const Draft& draft) {
  std::int64_t id = 0;
  auto committed = journal_.commit(
      [&](journal::Transaction& transaction) -> Result<void> {
        auto row = transaction.database().prepare(
            "INSERT INTO simulation_draft (decision, title, author, created_ms, day, facts, change, result) VALUES (?, "
            "?, ?, ?, ?, ?, ?, ?)");
        if (!row) return tl::unexpected(row.error());
        row->bind_all(draft.decision, draft.title, draft.author, draft.created_ms, draft.day.days(), draft.facts,
                      draft.change, draft.result);
        if (auto run = row->run(); !run) return run;
        auto last = transaction.database().integer("SELECT last_insert_rowid()");
        if (!last) return tl::unexpected(last.error());
        id = last->value_or(0);
        return {};
      },
      {});
  if (!committed) return tl::unexpected(committed.error());
  return id;
}

namespace {
Draft head_of(const journal::Statement& row) {
  return {.id = row.integer(0),
          .decision = std::string(row.text(1)),
          .title = std::string(row.text(2)),
          .author = row.integer(3),
          .created_ms = row.integer(4),
          .day = base::Date::from_days(row.integer(5)),
          .facts = std::string(row.text(6)),
          .change = {},
          .result = {}};
}
}  // namespace

Result<std::optional<Draft>> Drafts::find(std::int64_t id) const {
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto row = snapshot->database().prepare(
      "SELECT id, decision, title, author, created_ms, day, facts, change, result FROM simulation_draft WHERE id = ?");
  if (!row) return tl::unexpected(row.error());
  row->bind_all(id);
  auto found = row->step();
  if (!found) return tl::unexpected(found.error());
  if (!*found) return std::nullopt;
  Draft draft = head_of(*row);
  draft.change = row->text(7);
  draft.result = row->text(8);
  return draft;
}

Result<std::vector<Draft>> Drafts::list(const std::string& decision, std::size_t limit) const {
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto row = snapshot->database().prepare(
      "SELECT id, decision, title, author, created_ms, day, facts FROM simulation_draft WHERE ?1 = '' OR decision = ?1 "
      "ORDER BY id DESC LIMIT ?2");
  if (!row) return tl::unexpected(row.error());
  row->bind_all(decision, static_cast<std::int64_t>(limit));
  std::vector<Draft> drafts;
  while (true) {
    auto more = row->step();
    if (!more) return tl::unexpected(more.error());
    if (!*more) return drafts;
    drafts.push_back(head_of(*row));
  }
}

}  // namespace yuanqu::population
