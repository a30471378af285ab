#pragma once
// Erasing personal data (docs/records.md, section 5) reaches what rooms copied from the changes it empties: titles of
// duties, messages, variables of cases, rows of the data desk. A room says once, when its tables are made, which
// columns hold copies; that lies in the database (table `copy`), so every process that erases reaches every room's
// tables, also one that opened none of them (restore).

#include <string_view>

#include "base/error.hpp"
#include "journal/journal.hpp"
#include "register/catalogue.hpp"

namespace yuanqu::register_ {

// Columns of one table, by comma. A column stands in one list.
struct Copies {
  std::string_view table;
  std::string_view file;      // SQL for the file a row belongs to; "" when rows do not tell
  std::string_view texts;     // text, also JSON: 已删除 stands for each erased text in it
  std::string_view literals;  // FEEL literals: the same, and null for each erased number, date and moment
  std::string_view evidence;  // one column, evidence of decisions (JSON): facts from there lose their value, by change
};

base::Result<void> declare_copies(journal::Database& database, const Copies& copies);

// In the erase's own transaction, after the changes were emptied. Which rows: those of the erased files for texts of
// two characters or more; rows that tell no file, and rows whose evidence rests on an emptied change, whatever their
// file, for texts of six or more (a shorter one may be somebody else's). Numbers and dates in running text are left:
// alone they say nothing and would be found in other figures. An erase is rare; it reads the declared tables.
base::Result<void> forget(journal::Transaction& transaction, const Catalogue& catalogue);

}  // namespace yuanqu::register_
