#pragma once
// Import: a table of a file into records of a kind. All-or-reported: every rejected row comes back with row, field,
// value and reason; accepted rows are stored in batches that are whole; a second run of the same file changes nothing.
//
// First propose(): sheets, headers, and which column is which field, for people to look at. Then run() with the mapping
// they accepted.

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "register/register.hpp"
#include "tabular/reader.hpp"

namespace yuanqu::register_ {

// What one column of the file means. A field of 0 leaves the column out.
struct ColumnMapping {
  std::size_t column = 0;  // counts from 1
  std::string header;      // as in the file, with "（万元）"
  FieldNumber field = 0;
  bool effective_from = false;  // the column holds the day the row's values took effect
  std::string unit;             // of the column, from the header or given
  bool unit_known = true;
  double confidence = 0;  // 1 by name or label, less by alias or likeness
};

struct MappingProblem {
  std::string code;  // "unknown_header", "duplicate_header", "unknown_unit", "required_field_missing", "key_missing"
  std::string zh;
  std::string en;
  std::size_t column = 0;
  bool stops = false;  // the import cannot run before it is solved
};

struct SheetProposal {
  std::string sheet;
  std::size_t header_row = 0;
  std::vector<std::string> headers;
  std::vector<ColumnMapping> mapping;
  std::vector<std::vector<std::string>> sample;  // first rows as text
  std::vector<MappingProblem> problems;
  std::vector<tabular::Oddity> oddities;
};

struct ImportProposal {
  std::vector<SheetProposal> sheets;
};

base::Result<ImportProposal> propose_import(const Catalogue& catalogue, const Kind& kind,
                                            const std::filesystem::path& file, const tabular::ReadOptions& options = {},
                                            std::size_t sample_rows = 5);

enum class MissingReference {
  Reject,
  Create
};  // Create: a record with only the key, of the same source ("not yet identified")

// One row when its fate is known, in the file's order.
struct ImportedRow {
  std::size_t number = 0;
  bool accepted = false;
  RecordId record = 0;  // 0 when refused
  FileId file = 0;
  const std::vector<tabular::Cell>& cells;
  const std::vector<FieldWrite>& values;
  const std::vector<struct RowError>& errors;
  const std::vector<Finding>& findings;
};

struct ImportOptions {
  const Kind* kind = nullptr;
  SourceNumber source = 0;
  std::size_t sheet = 0;
  std::vector<ColumnMapping> mapping;  // empty: as proposed
  std::optional<base::Date>
      effective_from;  // for rows without a column of their own; neither: refused, never silently today
  MissingReference missing_reference = MissingReference::Reject;
  std::string reason;             // "" → the file's name
  std::filesystem::path rejects;  // "" none; .csv or .xlsx or .jsonl: the rejected rows with a reason column
  tabular::ReadOptions read;
  std::size_t batch_rows = 2000;
  std::size_t errors_max = 100000;    // kept for the report; all rejects go into the file
  bool dry_run = false;               // checks everything, writes nothing
  std::vector<FieldWrite> constants;  // for rows that do not give these fields themselves (the year of a delivery)
  std::function<void(const ImportedRow&)> on_row;
};

struct RowError {
  std::size_t row = 0;  // of the file
  std::size_t column = 0;
  std::string header;
  FieldNumber field = 0;
  std::string value;
  std::string zh;
  std::string en;
};

struct ImportProgress {
  std::uint64_t rows_done = 0;
  double part = 0;  // 0 … 1
};

struct ImportReport {
  BatchId batch = 0;
  std::uint64_t rows = 0;
  std::uint64_t created = 0;  // records
  std::uint64_t changed = 0;  // rows that changed a record that was there
  std::uint64_t unchanged = 0;
  std::uint64_t rejected = 0;  // rows
  std::uint64_t findings = 0;
  std::vector<RowError> errors;
  std::vector<tabular::Oddity> oddities;
  Position position = 0;
  double seconds = 0;
};

// Runs in the calling thread and the journal's writer. `stop` ends it after the batch in hand (what is stored stays; a
// rerun goes on).
base::Result<ImportReport> run_import(Register& records, const Viewer& viewer, const std::filesystem::path& file,
                                      const ImportOptions& options,
                                      const std::function<void(const ImportProgress&)>& progress = {},
                                      const std::atomic<bool>* stop = nullptr);

}  // namespace yuanqu::register_
