#pragma once
// Export: records of a kind as CSV, XLSX or JSON Lines, in the shape the import reads. Headers are labels with the
// unit, definitions are notes on them. Columns the viewer may not export are left out; masked ones are written masked.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "register/register.hpp"
#include "tabular/writer.hpp"

namespace yuanqu::register_ {

struct ExportOptions {
  std::vector<FieldNumber> fields;  // empty: all readable ones
  AsOf as_of;
  bool chinese = true;  // headers and enumeration labels
  bool closed_too = false;
  std::optional<std::vector<RecordId>> records;  // in this order; empty optional: every record of the kind
  bool gzip = false;
};

struct ExportReport {
  std::uint64_t rows = 0;
};

base::Result<ExportReport> export_records(Register& records, const Viewer& viewer, const Kind& kind,
                                          tabular::Format format, const std::filesystem::path& file,
                                          const ExportOptions& options);
base::Result<ExportReport> export_records(Register& records, const Viewer& viewer, const Kind& kind,
                                          tabular::Format format, tabular::Sink sink, const ExportOptions& options);
// The columns alone: an empty form to fill in.
base::Result<std::vector<tabular::Column>> export_columns(const Catalogue& catalogue, const Viewer& viewer,
                                                          const Kind& kind, const ExportOptions& options);

}  // namespace yuanqu::register_
