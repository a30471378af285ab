#pragma once
// One row on its way from the file into the register. For this room's .cpp files.

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "register/import.hpp"
#include "register/register_state.hpp"
#include "tabular/reader.hpp"

namespace yuanqu::register_ {

struct ImportRow {
  std::size_t number = 0;
  std::vector<tabular::Cell> cells;  // kept for the file of rejects
  std::vector<FieldWrite> values;
  struct Reference {
    const Field* field = nullptr;
    std::vector<std::size_t> columns;  // indexes of cells, in the file's order
  };
  std::vector<Reference> references;
  base::Date effective_from;
  std::vector<RowError> errors;
  enum class Result { Open, Created, Changed, Unchanged, Rejected } result = Result::Open;
  std::vector<Finding> findings;
  RecordId record = 0;
  FileId file = 0;
};

// Reads cells into values; what needs the register (references, keys) is left open.
class RowReader {
 public:
  RowReader(const Kind& kind, std::vector<ColumnMapping> mapping, std::optional<base::Date> effective_from,
            bool system_1904);
  void read(tabular::Row&& from, ImportRow& row) const;
  // Faults that the register found are given the column they stand in and the text that stands there.
  void locate_faults(ImportRow& row) const;

 private:
  void fault(ImportRow& row, const ColumnMapping& column, const tabular::Cell& cell, const base::Error& error) const;
  const Kind& kind_;
  std::vector<ColumnMapping> mapping_;
  std::optional<base::Date> effective_from_;
  bool system_1904_;
};

// Writes rows, on the journal's writer thread. Remembers keys seen in this file and references found.
class RowWriter {
 public:
  RowWriter(Register& records, const Viewer& viewer, const ImportOptions& options, std::string reason)
      : records_(records), viewer_(viewer), options_(options), reason_(std::move(reason)) {}
  // Rows are refused one by one in row.errors; an error here is a failure of the store and refuses the batch.
  base::Result<void> write(journal::Transaction& transaction, ImportRow& row);
  void forget();  // what this batch taught, when it was rolled back

 private:
  base::Result<void> resolve_references(journal::Transaction& transaction, ImportRow& row);
  base::Result<std::optional<RecordId>> find_reference(journal::Transaction& transaction, ImportRow& row,
                                                       const Field& field, const std::string& text,
                                                       std::string& problem_zh, std::string& problem_en);
  base::Result<std::optional<RecordId>> create_reference(journal::Transaction& transaction, const Field& field,
                                                         const Kind& target, const std::string& text, base::Date day);
  base::Result<std::optional<RecordId>> find_record(journal::Transaction& transaction, ImportRow& row,
                                                    std::string& seen_as);

  Register& records_;
  const Viewer& viewer_;
  const ImportOptions& options_;
  std::string reason_;
  std::unordered_map<std::string, RecordId> references_;  // kind and text → record
  std::unordered_map<std::string, std::size_t> seen_;     // key and day → first row of the file
};

}  // namespace yuanqu::register_
