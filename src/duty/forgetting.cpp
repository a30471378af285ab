#include "duty/forgetting.hpp"

#include <boost/json.hpp>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "register/value.hpp"

namespace yuanqu::duty {

using base::Result;
using journal::Redacted;
namespace json = boost::json;

namespace {

constexpr std::string_view gone = "已删除";

std::map<std::uint64_t, std::string> entries_of(std::string_view values) {
  std::map<std::uint64_t, std::string> entries;
  journal::ValueReader reader(values);
  journal::ValueEntry entry;
  while (reader.next(entry)) entries.emplace(entry.field, entry.bytes);
  return entries;
}

// A field of a change.
using Origin = std::pair<std::int64_t, std::uint64_t>;

// What was taken out, and the texts of it. Numbers and dates are left to the evidence: their figures say nothing alone
// and would be found in other figures.
void gather(const Redacted& one, std::set<Origin>& origins, std::set<std::string>& texts) {
  const auto remaining = entries_of(one.remaining);
  for (const auto& [field, bytes] : entries_of(one.values)) {
    if (remaining.contains(field)) continue;
    origins.emplace(one.sequence, field);
    const auto value = register_::Value::from_bytes(bytes);
    if (value && value->type() == register_::ValueType::String) texts.insert(value->to_text());
  }
}

// Whether any fact came from there; it is emptied.
bool empty_facts(json::object& evidence, const std::set<Origin>& origins, const register_::Catalogue& catalogue) {
  json::value* facts = evidence.if_contains("facts");
  bool any = false;
  if (facts == nullptr || !facts->is_array()) return any;
  for (json::value& one : facts->get_array()) {
    json::object* fact = one.if_object();
    if (fact == nullptr) continue;
    const json::value *change = fact->if_contains("change"), *kind_name = fact->if_contains("kind"),
                      *field_name = fact->if_contains("field");
    if (change == nullptr || !change->is_int64() || kind_name == nullptr || field_name == nullptr) continue;
    const register_::Kind* kind = catalogue.kind(std::string_view(kind_name->as_string()));
    const register_::Field* field = kind == nullptr ? nullptr : kind->field(std::string_view(field_name->as_string()));
    if (field == nullptr || !origins.contains({change->get_int64(), field->number})) continue;
    (*fact)["value"] = nullptr;
    (*fact)["null_reason"] = "erased";
    any = true;
  }
  return any;
}

bool take_out(std::string& text, const std::set<std::string>& values) {
  bool touched = false;
  for (const std::string& value : values) {
    if (base::count_code_points(value) < 2) continue;
    for (std::size_t at = text.find(value); at != std::string::npos; at = text.find(value, at + gone.size())) {
      text.replace(at, value.size(), gone);
      touched = true;
    }
  }
  return touched;
}

// The text columns of one row, in the order they are written back. `sequence` is 0 for a duty itself.
struct Texts {
  std::int64_t duty = 0, sequence = 0;
  std::vector<std::string> columns;
};

Result<void> rewrite(journal::Database& database, const std::string& sql, const Texts& row) {
  auto update = database.prepare(sql);
  if (!update) return tl::unexpected(update.error());
  int at = 0;
  for (const std::string& text : row.columns) update->bind(++at, text);
  update->bind(++at, row.duty);
  if (row.sequence != 0) update->bind(++at, row.sequence);
  return update->run();
}

}  // namespace

Result<void> forget(journal::Transaction& transaction, const register_::Catalogue& catalogue) {
  if (transaction.redacted().empty()) return {};
  std::set<Origin> origins;
  std::set<std::int64_t> files;
  std::set<std::string> values;
  for (const Redacted& one : transaction.redacted()) {
    files.insert(one.file);
    gather(one, origins, values);
  }
  journal::Database& database = transaction.database();
  std::vector<Texts> duties, moves;
  {
    auto row = database.prepare(
        "SELECT id, file, evidence, title_zh, title_en, why_zh, why_en, outcome, shown, reason_zh, reason_en FROM "
        "duty");
    if (!row) return tl::unexpected(row.error());
    while (true) {
      auto more = row->step();
      if (!more) return tl::unexpected(more.error());
      if (!*more) break;
      boost::system::error_code problem;
      json::value evidence = json::parse(row->text(2), problem);
      const bool rests = !problem && evidence.is_object() && empty_facts(evidence.get_object(), origins, catalogue);
      if (!rests && !files.contains(row->integer(1))) continue;
      Texts texts{.duty = row->integer(0)};
      texts.columns.push_back(rests ? json::serialize(evidence) : std::string(row->text(2)));
      for (int column = 3; column <= 10; ++column) texts.columns.emplace_back(row->text(column));
      bool touched = rests;
      for (std::string& text : texts.columns) touched = take_out(text, values) || touched;
      if (touched) duties.push_back(std::move(texts));
    }
  }
  for (const Texts& one : duties) {
    auto row = database.prepare("SELECT sequence, reason_zh, reason_en FROM duty_move WHERE duty = ?1");
    if (!row) return tl::unexpected(row.error());
    row->bind(1, one.duty);
    while (true) {
      auto more = row->step();
      if (!more) return tl::unexpected(more.error());
      if (!*more) break;
      Texts texts{.duty = one.duty,
                  .sequence = row->integer(0),
                  .columns = {std::string(row->text(1)), std::string(row->text(2))}};
      bool touched = false;
      for (std::string& text : texts.columns) touched = take_out(text, values) || touched;
      if (touched) moves.push_back(std::move(texts));
    }
  }
  for (const Texts& one : duties) {
    if (auto done = rewrite(
            database,
            "UPDATE duty SET evidence = ?, title_zh = ?, title_en = ?, why_zh = ?, why_en = ?, outcome = ?, shown = ?,"
            " reason_zh = ?, reason_en = ? WHERE id = ?",
            one);
        !done)
      return done;
  }
  for (const Texts& one : moves) {
    if (auto done =
            rewrite(database, "UPDATE duty_move SET reason_zh = ?, reason_en = ? WHERE duty = ? AND sequence = ?", one);
        !done)
      return done;
  }
  return {};
}

}  // namespace yuanqu::duty
