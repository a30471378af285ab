#include "register/erased.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <map>

#include "base/text.hpp"
#include "feel/compare.hpp"
#include "register/feel_value.hpp"
#include "register/viewer.hpp"

namespace yuanqu::register_ {

using base::Result;

const std::string_view erased_word = "已删除";

namespace {

constexpr std::size_t any_characters = 2, telling_characters = 6, telling_digits = 4;

std::string escaped(std::string_view text) {
  const std::string quoted = boost::json::serialize(boost::json::string(text));
  return quoted.substr(1, quoted.size() - 2);
}

}  // namespace

void Erased::gather(const Value& value) {
  switch (value.type()) {
    case ValueType::String:
    case ValueType::Unreadable: found_.insert(value.text()); break;
    case ValueType::Attachment: found_.insert(std::string(value.attachment_name())); break;
    case ValueType::List:
      for (const Value& item : value.items()) gather(item);
      break;
    case ValueType::Number:
    case ValueType::Money:
      if (Value::number(value.coefficient(), 0).to_text().size() >= telling_digits)
        scalars_.emplace_back(value.as_decimal());
      break;
    case ValueType::Date:
    case ValueType::DateTime: scalars_.push_back(to_feel(value)); break;
    default: break;  // codes, yes and no, references tell of nobody by themselves
  }
}

// Where the records lie now, where they were made, and the files that are merged with either.
Result<void> Erased::gather_files(journal::Database& database) {
  std::set<RecordId> records;
  for (const auto& [record, field] : fields_) records.insert(record);
  const auto ask = [&](std::string_view sql, std::int64_t about) -> Result<void> {
    auto rows = database.prepare(sql);
    if (!rows) return tl::unexpected(rows.error());
    rows->bind(1, about);
    for (;;) {
      auto row = rows->step();
      if (!row) return tl::unexpected(row.error());
      if (!*row) return {};
      if (rows->integer(0) != 0) files_.insert(rows->integer(0));
    }
  };
  for (const RecordId record : records) {
    if (auto done = ask("SELECT file FROM record WHERE id=?", record); !done) return done;
  }
  for (const FileId file : std::set<FileId>(files_)) {
    if (auto done = ask("SELECT alias_of FROM record WHERE id=?", file); !done) return done;
  }
  for (const FileId file : std::set<FileId>(files_)) {
    if (auto done = ask("SELECT id FROM record WHERE alias_of<>0 AND alias_of=?", file); !done) return done;
  }
  return {};
}

Result<Erased> Erased::of(journal::Transaction& transaction) {
  Erased erased;
  for (const journal::Redacted& one : transaction.redacted()) {
    std::map<FieldNumber, std::string> remaining;
    journal::ValueReader kept(one.remaining);
    journal::ValueEntry entry;
    while (kept.next(entry)) remaining.emplace(entry.field, entry.bytes);
    journal::ValueReader reader(one.values);
    while (reader.next(entry)) {
      if (remaining.contains(entry.field)) continue;
      erased.origins_.emplace(one.sequence, entry.field);
      erased.fields_.emplace(one.record, entry.field);
      if (const auto value = Value::from_bytes(entry.bytes)) erased.gather(*value);
    }
    erased.files_.insert(one.file);
  }
  if (erased.empty()) return erased;
  if (auto done = erased.gather_files(transaction.database()); !done) return tl::unexpected(done.error());
  std::set<std::string> texts, telling;
  for (const std::string& text : erased.found_) {
    const std::size_t characters = base::count_code_points(text);
    if (characters < any_characters) continue;
    std::set<std::string> spellings = {text, escaped(text), escaped(escaped(text))};
    if (characters >= telling_characters) spellings.insert(masked(std::string_view(text)));
    texts.insert(spellings.begin(), spellings.end());
    if (characters >= telling_characters) telling.insert(spellings.begin(), spellings.end());
  }
  const auto longest_first = [](const std::set<std::string>& from) {
    std::vector<std::string> sorted(from.begin(), from.end());
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
    return sorted;
  };
  erased.texts_ = longest_first(texts);
  erased.telling_ = longest_first(telling);
  return erased;
}

std::set<Position> Erased::changes() const {
  std::set<Position> changes;
  for (const auto& [change, field] : origins_) changes.insert(change);
  return changes;
}

bool Erased::take_out(std::string& text, Length length) const {
  bool touched = false;
  for (const std::string& one : texts(length)) {
    for (std::size_t at = text.find(one); at != std::string::npos; at = text.find(one, at + erased_word.size())) {
      text.replace(at, one.size(), erased_word);
      touched = true;
    }
  }
  return touched;
}

bool Erased::take_out(feel::Value& value, Length length) const {
  bool touched = false;
  if (value.is(feel::Kind::String)) {
    std::string text(value.string().view());
    if (touched = take_out(text, length); touched) value = feel::Value(text);
  } else if (value.is(feel::Kind::List)) {
    std::vector<feel::Value> items = value.items();
    for (feel::Value& item : items) touched = take_out(item, length) || touched;
    if (touched) value = feel::Value::list(std::move(items));
  } else if (value.is(feel::Kind::Context)) {
    std::vector<feel::Entry> entries = value.context().entries;
    for (feel::Entry& entry : entries) touched = take_out(entry.value, length) || touched;
    if (touched) value = feel::Value::context(std::move(entries));
  } else if (length == Length::Any && std::any_of(scalars_.begin(), scalars_.end(), [&](const feel::Value& one) {
               return feel::equal(one, value) == feel::Truth::True;
             })) {
    value = feel::Value();
    touched = true;
  }
  return touched;
}

}  // namespace yuanqu::register_
