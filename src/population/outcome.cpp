#include "population/outcome.hpp"

#include "feel/expression.hpp"
#include "register/forgetting.hpp"

namespace yuanqu::population {

using base::Result;

namespace {
std::optional<std::int64_t> days(std::optional<base::Date> day) {
  return day ? std::optional(day->days()) : std::nullopt;
}
std::optional<base::Date> day_at(const journal::Statement& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(base::Date::from_days(row.integer(column)));
}

}  // namespace

std::string OutcomeStore::text_of(const feel::Value& value) {
  return value.is(feel::Kind::String) ? "'" + std::string(value.text()) : feel::to_literal(value);
}
feel::Value OutcomeStore::value_of(std::string_view text) {
  if (text.empty() || text == "null") return {};
  if (text.front() == '\'') return feel::Value(text.substr(1));
  if (text == "true") return feel::Value(true);
  if (text == "false") return feel::Value(false);
  auto value = feel::evaluate_text(text);
  return value ? *value : feel::Value();
}

namespace {
Outcome read_row(const journal::Statement& row) {
  Outcome outcome;
  outcome.subject = row.integer(1);
  outcome.applies = row.integer(2) != 0;
  outcome.value = OutcomeStore::value_of(row.text(3));
  outcome.rules = std::string(row.text(4));
  outcome.since = day_at(row, 5);
  outcome.until = day_at(row, 6);
  outcome.look_again = day_at(row, 7);
  return outcome;
}
}  // namespace

std::string code_of(bool applies, const feel::Value& value) {
  if (!applies) return "none";
  if (value.is_null()) return "unknown";
  return value.is(feel::Kind::String) ? std::string(value.text()) : feel::to_literal(value);
}

Result<void> OutcomeStore::create_tables(journal::Database& database) {
  auto made = database.execute(
      "CREATE TABLE IF NOT EXISTS outcome (decision INTEGER NOT NULL, record INTEGER NOT NULL, applies INTEGER NOT "
      "NULL,"
      " value TEXT NOT NULL, rules TEXT NOT NULL, since INTEGER, until INTEGER, look_again INTEGER,"
      " PRIMARY KEY (decision, record)) WITHOUT ROWID;"
      "CREATE TABLE IF NOT EXISTS outcome_state (id INTEGER PRIMARY KEY CHECK (id = 1), position INTEGER NOT NULL,"
      " day INTEGER NOT NULL, hash TEXT NOT NULL);");
  if (!made) return made;
  return register_::declare_copies(
      database,
      {.table = "outcome", .file = "SELECT r.file FROM record r WHERE r.id = outcome.record", .texts = "value"});
}

Result<std::optional<OutcomeStore::State>> OutcomeStore::state(journal::Database& database) {
  auto row = database.prepare("SELECT position, day, hash FROM outcome_state WHERE id = 1");
  if (!row) return tl::unexpected(row.error());
  auto found = row->step();
  if (!found) return tl::unexpected(found.error());
  if (!*found) return std::nullopt;
  return State{row->integer(0), base::Date::from_days(row->integer(1)), std::string(row->text(2))};
}

Result<void> OutcomeStore::set_state(journal::Database& database, const State& state) {
  auto row = database.prepare("INSERT OR REPLACE INTO outcome_state (id, position, day, hash) VALUES (1, ?, ?, ?)");
  if (!row) return tl::unexpected(row.error());
  row->bind_all(state.position, state.day.days(), state.hash);
  return row->run();
}

Result<void> OutcomeStore::clear(journal::Database& database) {
  return database.execute("DELETE FROM outcome; DELETE FROM outcome_state;");
}

Result<void> OutcomeStore::put(journal::Database& database, const Decision& decision, const Outcome& outcome) {
  auto row = database.prepare(
      "INSERT OR REPLACE INTO outcome (decision, record, applies, value, rules, since, until, look_again) VALUES (?, "
      "?, ?, ?, ?, ?, ?, ?)");
  if (!row) return tl::unexpected(row.error());
  const std::string value = text_of(outcome.value);
  row->bind_all(static_cast<std::int64_t>(decision.number), outcome.subject, outcome.applies, std::string_view(value),
                std::string_view(outcome.rules), days(outcome.since), days(outcome.until), days(outcome.look_again));
  return row->run();
}

Result<void> OutcomeStore::for_each(journal::Database& database, const Callback& callback) {
  auto row = database.prepare("SELECT decision, record, applies, value, rules, since, until, look_again FROM outcome");
  if (!row) return tl::unexpected(row.error());
  while (true) {
    auto more = row->step();
    if (!more) return tl::unexpected(more.error());
    if (!*more) return {};
    callback(static_cast<std::uint32_t>(row->integer(0)), read_row(*row));
  }
}

Result<std::optional<Outcome>> OutcomeStore::find(journal::Database& database, const Decision& decision,
                                                  RecordId subject) {
  auto row = database.prepare(
      "SELECT decision, record, applies, value, rules, since, until, look_again FROM outcome WHERE decision = ? AND "
      "record = ?");
  if (!row) return tl::unexpected(row.error());
  row->bind_all(static_cast<std::int64_t>(decision.number), subject);
  auto found = row->step();
  if (!found) return tl::unexpected(found.error());
  if (!*found) return std::optional<Outcome>{};
  return std::optional(read_row(*row));
}

}  // namespace yuanqu::population
