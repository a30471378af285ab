#include "register/forgetting.hpp"

#include <boost/json.hpp>
#include <charconv>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "feel/expression.hpp"
#include "register/delivery_store.hpp"
#include "register/erased.hpp"

namespace yuanqu::register_ {

using base::Result;
using journal::Database;
namespace json = boost::json;

namespace {

constexpr const char* copy_table =
    "CREATE TABLE IF NOT EXISTS copy(name TEXT PRIMARY KEY, file TEXT NOT NULL, texts TEXT NOT NULL, literals TEXT NOT "
    "NULL, evidence TEXT NOT NULL) WITHOUT ROWID";

struct Declared {
  std::string table, file;
  std::vector<std::string> texts, literals;
  std::string evidence;
};

std::vector<std::string> names_of(std::string_view columns) {
  std::vector<std::string> names;
  while (!columns.empty()) {
    const std::size_t end = columns.find(',');
    std::string_view name = columns.substr(0, end);
    while (name.starts_with(' ')) name.remove_prefix(1);
    names.emplace_back(name);
    columns = end == std::string_view::npos ? std::string_view() : columns.substr(end + 1);
  }
  return names;
}

Result<std::vector<Declared>> declared(Database& database) {
  std::vector<Declared> all;
  if (auto made = database.execute(copy_table); !made) return tl::unexpected(made.error());
  auto rows = database.prepare(
      "SELECT name, file, texts, literals, evidence FROM copy WHERE name IN (SELECT name FROM sqlite_schema)");
  if (!rows) return tl::unexpected(rows.error());
  for (;;) {
    auto row = rows->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return all;
    all.push_back({std::string(rows->text(0)), std::string(rows->text(1)), names_of(rows->text(2)),
                   names_of(rows->text(3)), std::string(rows->text(4))});
  }
}

std::string listed(const auto& numbers) {
  std::string text;
  for (const auto number : numbers) text += (text.empty() ? "" : ",") + std::to_string(number);
  return text;
}

std::string quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char letter : text) quoted += letter == '\'' ? "''" : std::string(1, letter);
  return quoted + "'";
}

// Whether evidence names one of the emptied changes as the origin of a fact.
bool rests_on(std::string_view evidence, const std::set<Position>& changes) {
  constexpr std::string_view word = "\"change\":";
  for (std::size_t at = evidence.find(word); at != std::string_view::npos; at = evidence.find(word, at)) {
    at += word.size();
    Position change = 0;
    std::from_chars(evidence.data() + at, evidence.data() + evidence.size(), change);
    if (changes.contains(change)) return true;
  }
  return false;
}

// The contents of a column of evidence that rest on what was erased.
Result<std::vector<std::string>> resting(Database& database, const Declared& table, const Erased& erased) {
  std::vector<std::string> contents;
  if (table.evidence.empty()) return contents;
  const std::set<Position> changes = erased.changes();
  auto rows = database.prepare("SELECT DISTINCT " + table.evidence + " FROM " + table.table);
  if (!rows) return tl::unexpected(rows.error());
  for (;;) {
    auto row = rows->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return contents;
    if (rests_on(rows->text(0), changes)) contents.emplace_back(rows->text(0));
  }
}

// One statement for each text, over all columns.
Result<void> replace_texts(Database& database, const Declared& table, const std::string& where,
                           const std::vector<std::string>& texts) {
  if (table.texts.empty() || texts.empty()) return {};
  std::string set, any;
  for (const std::string& column : table.texts) {
    set += (set.empty() ? "" : ", ") + column + "=replace(" + column + ",?1,?2)";
    any += (any.empty() ? "" : " OR ") + ("instr(" + column + ",?1)>0");
  }
  auto update = database.prepare("UPDATE " + table.table + " SET " + set + " WHERE " + where + " AND (" + any + ")");
  if (!update) return tl::unexpected(update.error());
  for (const std::string& text : texts) {
    update->bind_all(text, erased_word);
    if (auto done = update->run(); !done) return done;
  }
  return {};
}

// Rewrites each different content of a column that `change` changes.
template <class Change>
Result<void> rewrite(Database& database, const Declared& table, const std::string& column, const std::string& where,
                     const Change& change) {
  std::map<std::string, std::string> rewritten;
  {
    auto rows = database.prepare("SELECT DISTINCT " + column + " FROM " + table.table + " WHERE " + column +
                                 "<>'' AND " + where);
    if (!rows) return tl::unexpected(rows.error());
    for (;;) {
      auto row = rows->step();
      if (!row) return tl::unexpected(row.error());
      if (!*row) break;
      std::string text(rows->text(0));
      if (auto other = change(text)) rewritten.emplace(std::move(text), std::move(*other));
    }
  }
  auto update =
      database.prepare("UPDATE " + table.table + " SET " + column + "=?2 WHERE " + column + "=?1 AND " + where);
  if (!update) return tl::unexpected(update.error());
  for (const auto& [before, after] : rewritten) {
    update->bind_all(before, after);
    if (auto done = update->run(); !done) return done;
  }
  return {};
}

// Facts that came from an emptied change keep their record, field, source and change, and lose their value.
std::optional<std::string> without_facts(const std::string& text, const Erased& erased, const Catalogue& catalogue) {
  boost::system::error_code problem;
  json::value evidence = json::parse(text, problem);
  json::value* facts = problem || !evidence.is_object() ? nullptr : evidence.get_object().if_contains("facts");
  if (facts == nullptr || !facts->is_array()) return std::nullopt;
  bool touched = false;
  for (json::value& one : facts->get_array()) {
    json::object* fact = one.if_object();
    if (fact == nullptr) continue;
    const json::value *change = fact->if_contains("change"), *kind_name = fact->if_contains("kind"),
                      *field_name = fact->if_contains("field");
    if (change == nullptr || !change->is_int64() || kind_name == nullptr || field_name == nullptr) continue;
    const Kind* kind = catalogue.kind(std::string_view(kind_name->as_string()));
    const Field* field = kind == nullptr ? nullptr : kind->field(std::string_view(field_name->as_string()));
    if (field == nullptr || !erased.from(change->get_int64(), field->number)) continue;
    (*fact)["value"] = nullptr;
    (*fact)["null_reason"] = "erased";
    touched = true;
  }
  return touched ? std::optional(json::serialize(evidence)) : std::nullopt;
}

Result<void> forget_in(Database& database, const Declared& table, const Erased& erased, const Catalogue& catalogue) {
  auto contents = resting(database, table, erased);
  if (!contents) return tl::unexpected(contents.error());
  const std::string file = table.file.empty() ? "NULL" : "(" + table.file + ")";
  std::string others = file + " IS NULL";
  for (const std::string& content : *contents) others += " OR " + table.evidence + "=" + quoted(content);
  for (const auto& [length, where] : {std::pair(Length::Any, file + " IN (" + listed(erased.files()) + ")"),
                                      std::pair(Length::Telling, "(" + others + ")")}) {
    if (auto done = replace_texts(database, table, where, erased.texts(length)); !done) return done;
    for (const std::string& column : table.literals) {
      auto done = rewrite(database, table, column, where,
                          [&, &length = length](const std::string& text) -> std::optional<std::string> {
                            auto value = feel::evaluate_text(text);
                            if (!value || !erased.take_out(*value, length)) return std::nullopt;
                            return value->is_null() ? std::string() : feel::to_literal(*value);
                          });
      if (!done) return done;
    }
    if (table.evidence.empty()) continue;
    auto done = rewrite(database, table, table.evidence, where,
                        [&, &length = length](const std::string& text) -> std::optional<std::string> {
                          auto emptied = without_facts(text, erased, catalogue);
                          std::string rest = emptied ? *emptied : text;
                          return erased.take_out(rest, length) || emptied ? std::optional(rest) : std::nullopt;
                        });
    if (!done) return done;
  }
  return {};
}

}  // namespace

Result<void> declare_copies(Database& database, const Copies& copies) {
  if (auto made = database.execute(copy_table); !made) return made;
  auto insert =
      database.prepare("INSERT OR REPLACE INTO copy(name, file, texts, literals, evidence) VALUES(?,?,?,?,?)");
  if (!insert) return tl::unexpected(insert.error());
  insert->bind_all(copies.table, copies.file, copies.texts, copies.literals, copies.evidence);
  return insert->run();
}

Result<void> forget(journal::Transaction& transaction, const Catalogue& catalogue) {
  auto erased = Erased::of(transaction);
  if (!erased) return tl::unexpected(erased.error());
  if (erased->empty()) return {};
  auto tables = declared(transaction.database());
  if (!tables) return tl::unexpected(tables.error());
  for (const Declared& table : *tables) {
    if (auto done = forget_in(transaction.database(), table, *erased, catalogue); !done) return done;
  }
  return forget_delivered(transaction.database(), *erased);
}

}  // namespace yuanqu::register_
