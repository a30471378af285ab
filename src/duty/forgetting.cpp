#include "duty/forgetting.hpp"

#include <boost/json.hpp>

#include <map>
#include <set>
#include <string>
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

// The texts that were taken out. Numbers and dates are left to the evidence: their figures say nothing alone and would be found in
// other figures.
std::vector<std::string> texts_of(const Redacted& one) {
  std::vector<std::string> texts;
  const auto remaining = entries_of(one.remaining);
  for (const auto& [field, bytes] : entries_of(one.values)) {
    if (remaining.contains(field)) continue;
    const auto value = register_::Value::from_bytes(bytes);
    if (value && value->type() == register_::ValueType::String) texts.push_back(value->to_text());
  }
  return texts;
}

// Whether any fact rested on such a change; it is emptied.
bool empty_facts(json::object& evidence, const std::set<std::int64_t>& changes) {
  json::value* facts = evidence.if_contains("facts");
  bool any = false;
  if (facts == nullptr || !facts->is_array()) return any;
  for (json::value& one : facts->get_array()) {
    json::object* fact = one.if_object();
    const json::value* change = fact == nullptr ? nullptr : fact->if_contains("change");
    if (change == nullptr || !change->is_int64() || !changes.contains(change->get_int64())) continue;
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

Result<void> forget(journal::Transaction& transaction, std::span<const Redacted> redacted) {
  if (redacted.empty()) return {};
  std::set<std::int64_t> changes, files;
  std::set<std::string> values;
  for (const Redacted& one : redacted) {
    changes.insert(one.sequence);
    files.insert(one.file);
    for (std::string& text : texts_of(one)) values.insert(std::move(text));
  }
  journal::Database& database = transaction.database();
  std::vector<Texts> duties, moves;
  {
    auto row = database.prepare(
        "SELECT id, file, evidence, title_zh, title_en, why_zh, why_en, outcome, shown, reason_zh, reason_en FROM duty");
    if (!row) return tl::unexpected(row.error());
    while (true) {
      auto more = row->step();
      if (!more) return tl::unexpected(more.error());
      if (!*more) break;
      boost::system::error_code problem;
      json::value evidence = json::parse(row->text(2), problem);
      const bool rests = !problem && evidence.is_object() && empty_facts(evidence.get_object(), changes);
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
      Texts texts{.duty = one.duty, .sequence = row->integer(0), .columns = {std::string(row->text(1)), std::string(row->text(2))}};
      bool touched = false;
      for (std::string& text : texts.columns) touched = take_out(text, values) || touched;
      if (touched) moves.push_back(std::move(texts));
    }
  }
  for (const Texts& one : duties) {
    if (auto done = rewrite(database,
                            "UPDATE duty SET evidence = ?, title_zh = ?, title_en = ?, why_zh = ?, why_en = ?, outcome = ?, shown = ?,"
                            " reason_zh = ?, reason_en = ? WHERE id = ?",
                            one);
        !done)
      return done;
  }
  for (const Texts& one : moves) {
    if (auto done = rewrite(database, "UPDATE duty_move SET reason_zh = ?, reason_en = ? WHERE duty = ? AND sequence = ?", one); !done)
      return done;
  }
  return {};
}

}  // namespace yuanqu::duty
