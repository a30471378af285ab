#include "population/runs.hpp"

#include <algorithm>
#include <set>

#include "base/hash.hpp"

namespace yuanqu::population {

using base::Result;
using journal::Database;

namespace {

constexpr std::string_view columns =
    "SELECT number, hash, since, recorded_at, day, pack_versions, models, parameters, calendars FROM run ";

std::string hash_below(const pack::PackSet& packs, std::string_view folder) {
  base::Sha256 digest;
  for (const pack::Pack& pack : packs.packs()) {
    for (const pack::File& file : pack.files(folder)) digest.update(pack.place_of(file) + " " + file.hash + "\n");
  }
  return base::to_hex(digest.finish());
}

// "place hash\n" for each model.
std::string text_of(const std::map<std::string, std::string>& models) {
  std::string text;
  for (const auto& [place, hash] : models) text += place + "\t" + hash + "\n";
  return text;
}

std::map<std::string, std::string> models_of(std::string_view text) {
  std::map<std::string, std::string> models;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const std::size_t tab = line.find('\t');
    if (tab != std::string_view::npos) models[std::string(line.substr(0, tab))] = line.substr(tab + 1);
  }
  return models;
}

Run run_of_row(const journal::Statement& row) {
  Run run{.number = row.integer(0),
          .hash = std::string(row.text(1)),
          .since = row.integer(2),
          .recorded_at_ms = row.integer(3),
          .day = row.is_null(4) ? std::nullopt : std::optional(base::Date::from_days(row.integer(4))),
          .pack_versions = std::string(row.text(5)),
          .models = models_of(row.text(6)),
          .parameters = std::string(row.text(7)),
          .calendars = std::string(row.text(8))};
  return run;
}

Result<bool> there(Database& database) {
  auto table = database.integer("SELECT count(*) FROM sqlite_schema WHERE type='table' AND name='run'");
  if (!table) return tl::unexpected(table.error());
  return table->value_or(0) != 0;
}

Result<std::optional<Run>> first_of(Result<journal::Statement> statement) {
  if (!statement) return tl::unexpected(statement.error());
  auto row = statement->step();
  if (!row) return tl::unexpected(row.error());
  return *row ? std::optional(run_of_row(*statement)) : std::nullopt;
}

}  // namespace

Run run_of(const pack::PackSet& packs, const Programs& programs) {
  Run run{.hash = programs.hash(), .pack_versions = packs.versions()};
  for (const pack::Pack& pack : packs.packs()) {
    for (const pack::File& file : pack.files("decisions", ".dmn")) run.models[pack.place_of(file)] = file.hash;
  }
  for (const PublishedRule& rule : programs.published()) {
    const std::string mark = "publication " + std::to_string(rule.id) + "/";
    for (const auto& [place, text] : rule.models) run.models[mark + place] = base::to_hex(base::sha256(text));
    for (const auto& [name, value] : rule.parameters)
      run.models[mark + "parameters/" + name] = base::to_hex(base::sha256(value));
  }
  run.parameters = hash_below(packs, "parameters");
  run.calendars = programs.decisions().published()->version;
  return run;
}

Result<void> note_run(journal::Journal& journal, Run run, std::optional<base::Date> day, std::int64_t account) {
  auto noted = journal.commit(
      [&](journal::Transaction& transaction) -> Result<void> {
        Database& database = transaction.database();
        auto made = database.execute(
            "CREATE TABLE IF NOT EXISTS run(number INTEGER PRIMARY KEY, hash TEXT NOT NULL, since INTEGER NOT NULL, "
            "recorded_at "
            "INTEGER NOT NULL, day INTEGER, pack_versions TEXT NOT NULL, models TEXT NOT NULL, parameters TEXT NOT "
            "NULL, "
            "calendars TEXT NOT NULL)");
        if (!made) return made;
        auto last = first_of(database.prepare(std::string(columns) + "ORDER BY number DESC LIMIT 1"));
        if (!last) return tl::unexpected(last.error());
        if (*last && (*last)->hash == run.hash) return {};
        auto insert = database.prepare(
            "INSERT INTO run(hash, since, recorded_at, day, pack_versions, models, parameters, calendars) "
            "VALUES(?,?,?,?,?,?,?,?)");
        if (!insert) return tl::unexpected(insert.error());
        const std::string models = text_of(run.models);
        insert->bind_all(run.hash, transaction.position(), transaction.recorded_at_ms(),
                         day ? std::optional<std::int64_t>(day->days()) : std::nullopt, run.pack_versions, models,
                         run.parameters, run.calendars);
        return insert->run();
      },
      {.actor = account});
  if (!noted) return tl::unexpected(noted.error());
  return {};
}

Result<std::vector<Run>> runs(Database& database) {
  std::vector<Run> found;
  auto any = there(database);
  if (!any) return tl::unexpected(any.error());
  if (!*any) return found;
  auto rows = database.prepare(std::string(columns) + "ORDER BY number");
  if (!rows) return tl::unexpected(rows.error());
  for (;;) {
    auto row = rows->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return found;
    found.push_back(run_of_row(*rows));
  }
}

Result<std::optional<Run>> run_by_hash(Database& database, const std::string& hash) {
  auto all = runs(database);
  if (!all) return tl::unexpected(all.error());
  for (auto it = all->rbegin(); it != all->rend(); ++it) {
    if (it->hash == hash) return std::optional(*it);
  }
  return std::optional<Run>{};
}

Result<std::optional<Run>> run_at(Database& database, journal::Position position) {
  auto all = runs(database);
  if (!all) return tl::unexpected(all.error());
  std::optional<Run> found;
  for (Run& run : *all) {
    if (run.since <= position || !found) found = std::move(run);
  }
  return found;
}

std::vector<std::string> differences(const Run& a, const Run& b) {
  std::set<std::string> places;
  for (const auto& [place, hash] : a.models) {
    const auto other = b.models.find(place);
    if (other == b.models.end() || other->second != hash) places.insert(place);
  }
  for (const auto& [place, hash] : b.models) {
    if (!a.models.contains(place)) places.insert(place);
  }
  std::vector<std::string> found(places.begin(), places.end());
  if (a.parameters != b.parameters) found.emplace_back("parameters");
  if (a.calendars != b.calendars) found.emplace_back("calendars");
  return found;
}

}  // namespace yuanqu::population
