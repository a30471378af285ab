#include "duty/rows.hpp"

#include <boost/json.hpp>

#include "register/forgetting.hpp"

namespace yuanqu::duty {

using base::Result;
namespace json = boost::json;

namespace {
std::optional<std::int64_t> days(std::optional<base::Date> day) {
  return day ? std::optional(day->days()) : std::nullopt;
}
std::optional<base::Date> day_of(const journal::Statement& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(base::Date::from_days(row.integer(column)));
}
std::string text_of(const journal::Statement& row, int column) { return std::string(row.text(column)); }
}  // namespace

Result<void> create_duty_tables(journal::Database& database) {
  auto made = database.execute(
      "CREATE TABLE IF NOT EXISTS duty (id INTEGER PRIMARY KEY, item INTEGER NOT NULL, subject INTEGER NOT NULL, file "
      "INTEGER NOT NULL,"
      " occurrence TEXT NOT NULL, state INTEGER NOT NULL, created_on INTEGER NOT NULL, due_on INTEGER, expires_on "
      "INTEGER,"
      " title_zh TEXT NOT NULL, title_en TEXT NOT NULL, why_zh TEXT NOT NULL, why_en TEXT NOT NULL, outcome TEXT NOT "
      "NULL,"
      " rules TEXT NOT NULL, model TEXT NOT NULL, evidence TEXT NOT NULL, shown TEXT NOT NULL, taken_by INTEGER NOT "
      "NULL DEFAULT 0,"
      " case_id INTEGER NOT NULL DEFAULT 0, reason_zh TEXT NOT NULL DEFAULT '', reason_en TEXT NOT NULL DEFAULT '',"
      " moved_at_ms INTEGER NOT NULL, UNIQUE (item, subject, occurrence));"
      "CREATE INDEX IF NOT EXISTS duty_by_due ON duty (state, due_on);"
      "CREATE INDEX IF NOT EXISTS duty_by_file ON duty (file);"
      "CREATE TABLE IF NOT EXISTS duty_move (duty INTEGER NOT NULL, sequence INTEGER NOT NULL, state INTEGER NOT NULL, "
      "day INTEGER NOT NULL,"
      " at_ms INTEGER NOT NULL, actor INTEGER NOT NULL, reason_zh TEXT NOT NULL, reason_en TEXT NOT NULL,"
      " PRIMARY KEY (duty, sequence)) WITHOUT ROWID;"
      // By which calendar open duties were counted last.
      "CREATE TABLE IF NOT EXISTS duty_counted (calendar TEXT PRIMARY KEY);");
  if (!made) return made;
  auto declared =
      register_::declare_copies(database, {.table = "duty",
                                           .file = "file",
                                           .texts = "title_zh, title_en, why_zh, why_en, shown, reason_zh, reason_en",
                                           .literals = "outcome",
                                           .evidence = "evidence"});
  if (!declared) return declared;
  return register_::declare_copies(database, {.table = "duty_move",
                                              .file = "SELECT d.file FROM duty d WHERE d.id = duty_move.duty",
                                              .texts = "reason_zh, reason_en"});
}

Duty duty_of_row(const journal::Statement& row, const Services& services) {
  Duty duty;
  duty.id = row.integer(0);
  duty.item = services.find(static_cast<std::uint32_t>(row.integer(1)));
  duty.subject = row.integer(2);
  duty.file = row.integer(3);
  duty.occurrence = text_of(row, 4);
  duty.state = static_cast<State>(row.integer(5));
  duty.created_on = base::Date::from_days(row.integer(6));
  duty.due_on = day_of(row, 7);
  duty.expires_on = day_of(row, 8);
  duty.title = {text_of(row, 9), text_of(row, 10)};
  duty.why = {text_of(row, 11), text_of(row, 12)};
  duty.outcome = text_of(row, 13);
  duty.rules = text_of(row, 14);
  duty.model = text_of(row, 15);
  duty.evidence = text_of(row, 16);
  boost::system::error_code problem;
  if (const json::value shown = json::parse(row.text(17), problem); !problem && shown.is_array()) {
    for (const json::value& entry : shown.get_array()) {
      duty.shown.push_back(
          {json::value_to<std::string>(entry.at("label")), json::value_to<std::string>(entry.at("value"))});
    }
  }
  duty.taken_by = row.integer(18);
  duty.case_id = row.integer(19);
  duty.reason = {text_of(row, 20), text_of(row, 21)};
  duty.moved_at_ms = row.integer(22);
  return duty;
}

Result<void> insert_duty(journal::Database& database, const Duty& duty) {
  auto row = database.prepare("INSERT INTO duty (" + std::string(duty_columns) +
                              ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
  if (!row) return tl::unexpected(row.error());
  json::array shown;
  for (const Shown& entry : duty.shown) shown.push_back(json::object{{"label", entry.label}, {"value", entry.value}});
  const std::string shown_text = json::serialize(shown);
  row->bind_all(duty.id, static_cast<std::int64_t>(duty.item->number), duty.subject, duty.file, duty.occurrence,
                static_cast<std::int64_t>(duty.state), duty.created_on.days(), days(duty.due_on), days(duty.expires_on),
                duty.title.zh, duty.title.en, duty.why.zh, duty.why.en, duty.outcome, duty.rules, duty.model,
                duty.evidence, shown_text, duty.taken_by, duty.case_id, duty.reason.zh, duty.reason.en,
                duty.moved_at_ms);
  return row->run();
}

Result<void> insert_move(journal::Database& database, std::int64_t duty, const Move& move) {
  auto row = database.prepare(
      "INSERT INTO duty_move (duty, sequence, state, day, at_ms, actor, reason_zh, reason_en)"
      " VALUES (?1, (SELECT coalesce(max(sequence), 0) + 1 FROM duty_move WHERE duty = ?1), ?2, ?3, ?4, ?5, ?6, ?7)");
  if (!row) return tl::unexpected(row.error());
  row->bind_all(duty, static_cast<std::int64_t>(move.state), move.day.days(), move.at_ms, move.actor, move.reason.zh,
                move.reason.en);
  return row->run();
}

}  // namespace yuanqu::duty
