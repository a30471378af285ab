#pragma once
// Erased: what the erases of one transaction took out of the journal, in the forms in which rooms may have copied it.
// For forgetting (forgetting.hpp).

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "feel/value.hpp"
#include "journal/journal.hpp"
#include "register/catalogue.hpp"
#include "register/record.hpp"

namespace yuanqu::register_ {

// Texts this short may be somebody else's as well: they are taken out only where the row is known to be the file's.
enum class Length : std::uint8_t { Any, Telling };  // two characters or more; six or more

class Erased {
 public:
  static base::Result<Erased> of(journal::Transaction& transaction);

  bool empty() const { return origins_.empty(); }
  const std::set<FileId>& files() const { return files_; }  // chains, present files, and what is merged with them
  std::set<Position> changes() const;
  bool from(Position change, FieldNumber field) const { return origins_.contains({change, field}); }
  bool has(RecordId record, FieldNumber field) const { return fields_.contains({record, field}); }
  const std::set<std::pair<RecordId, FieldNumber>>& fields() const { return fields_; }

  // Spellings to look for, longest first: as they are, as JSON writes them, and masked.
  const std::vector<std::string>& texts(Length length) const { return length == Length::Any ? texts_ : telling_; }
  // 已删除 instead of each of them; whether anything was found.
  bool take_out(std::string& text, Length length) const;
  // The same in every part of a value; erased numbers of four digits or more, dates and moments become null.
  bool take_out(feel::Value& value, Length length) const;

 private:
  void gather(const Value& value);
  base::Result<void> gather_files(journal::Database& database);

  std::set<std::pair<Position, FieldNumber>> origins_;
  std::set<std::pair<RecordId, FieldNumber>> fields_;
  std::set<FileId> files_;
  std::set<std::string> found_;
  std::vector<std::string> texts_, telling_;
  std::vector<feel::Value> scalars_;
};

extern const std::string_view erased_word;

}  // namespace yuanqu::register_
