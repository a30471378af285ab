#include "register/export.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "register/record_store.hpp"
#include "register/register_state.hpp"
#include "register/text_value.hpp"

namespace yuanqu::register_ {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

std::vector<const Field*> exported_fields(const Viewer& viewer, const Kind& kind, const ExportOptions& options) {
  std::vector<const Field*> fields;
  const auto take = [&](const Field& field) {
    if (viewer.may_export(kind, field) != Reach::None) fields.push_back(&field);
  };
  if (options.fields.empty()) {
    for (const Field& field : kind.fields) take(field);
  }
  for (FieldNumber number : options.fields) {
    if (const Field* field = kind.field(number)) take(*field);
  }
  return fields;
}

tabular::Column column_of(const Field& field, bool chinese) {
  tabular::Column column;
  column.header = chinese ? field.labels.zh : field.labels.en;
  if (!field.unit.empty() && field.type == FieldType::Number)
    column.header += chinese ? "（" + field.unit + "）" : " (" + field.unit + ")";
  column.key = field.name;
  const Label& definition = field.definition;
  column.note = chinese ? definition.zh : definition.en;
  if (field.required) column.note += chinese ? "\n必填。" : "\nRequired.";
  if (!field.example.empty()) column.note += (chinese ? "\n例：" : "\nExample: ") + field.example;
  if (field.type == FieldType::Number) column.scale = field.scale;
  column.width = field.type == FieldType::String ? 24 : 14;
  for (const EnumerationValue& value : field.values) column.choices.push_back(value.labels.zh);
  if (field.type == FieldType::Boolean) column.choices = {"是", "否"};
  return column;
}

class Exporting {
 public:
  Exporting(Register& records, const Viewer& viewer, const Kind& kind, const ExportOptions& options,
            journal::Database& database, tabular::Writer& writer)
      : records_(records),
        viewer_(viewer),
        kind_(kind),
        options_(options),
        database_(database),
        writer_(writer),
        fields_(exported_fields(viewer, kind, options)) {
    all_own_ = std::all_of(fields_.begin(), fields_.end(),
                           [&](const Field* field) { return viewer.may_export(kind, *field) == Reach::Own; });
  }

  Result<void> write(const RecordState& state) {
    if (state.alias_of != 0 || state.kind != kind_.number || !viewer_.may_know(kind_, state.file)) return {};
    if (all_own_ && std::none_of(fields_.begin(), fields_.end(),
                                 [&](const Field* field) { return viewer_.may_export(kind_, *field, state.file); }))
      return {};
    if (!options_.closed_too && read_closed(state, options_.as_of.day).closed) return {};
    const auto first = state.first_day();
    if (!first || *first > options_.as_of.day) return {};
    std::vector<tabular::Cell> cells;
    cells.reserve(fields_.size());
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      const Field& field = *fields_[i];
      const Access access =
          viewer_.may_export(kind_, field, state.file) ? viewer_.access(kind_, field, state.file) : Access::None;
      const Value& value = read_plain(state, field, options_.as_of.day).value();
      if (access == Access::None) {
        cells.emplace_back();
      } else if (access == Access::Masked) {
        cells.push_back(cell_of_value(field, masked(value)));
      } else if (value.type() == ValueType::Reference) {
        auto text = reference_text(field, value.as_reference());
        if (!text) return tl::unexpected(text.error());
        cells.push_back(cell_of_value(field, value, *text));
      } else {
        cells.push_back(cell_of_value(field, value));
      }
    }
    ++rows_;
    if (!viewer_.is_system() && !viewer_.owns(state.file)) files_.insert(state.file);
    return writer_.write(cells);
  }
  std::uint64_t rows() const { return rows_; }
  // Before anything leaves: whose files it shows.
  Result<void> keep_looks() {
    std::vector<Look> looks;
    for (const FileId file : files_)
      looks.push_back({.account = viewer_.account(), .what = LookKind::Export, .file = file, .reason = kind_.name});
    return records_.looks().keep(std::move(looks));
  }

 private:
  // What an import would find the record by: the first of its single-field keys that has a value the viewer may read.
  Result<std::string> reference_text(const Field& field, RecordId record) {
    if (const auto known = references_.find(record); known != references_.end()) return known->second;
    std::string text;
    const Kind* target = records_.catalogue().kind(field.to_kind);
    auto state = records_.state(database_, records_.resolve(record));
    if (!state) return tl::unexpected(state.error());
    if (*state && target != nullptr) {
      for (const auto& key : target->keys) {
        const Field* key_field = key.size() == 1 ? target->field(key.front()) : nullptr;
        if (key_field == nullptr || !text.empty() ||
            viewer_.access(*target, *key_field, (*state)->file) != Access::Full)
          continue;
        text = read_plain(**state, *key_field, options_.as_of.day).value().to_text();
      }
    }
    if (references_.size() > 500'000) references_.clear();
    return references_[record] = text;
  }

  Register& records_;
  const Viewer& viewer_;
  const Kind& kind_;
  const ExportOptions& options_;
  journal::Database& database_;
  tabular::Writer& writer_;
  std::vector<const Field*> fields_;
  bool all_own_ = false;
  std::unordered_map<RecordId, std::string> references_;
  std::set<FileId> files_;
  std::uint64_t rows_ = 0;
};

Result<ExportReport> write_all(Register& records, const Viewer& viewer, const Kind& kind, const ExportOptions& options,
                               tabular::Writer& writer) {
  auto snapshot = records.journal().snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  journal::Database& database = snapshot->database();
  Exporting exporting(records, viewer, kind, options, database, writer);
  Result<void> problem;
  const auto take = [&](RecordState&& state) {
    if (options.as_of.known_at && state.version > *options.as_of.known_at) {
      auto earlier = records.state(database, state.id, options.as_of.known_at);
      if (!earlier) {
        problem = tl::unexpected(earlier.error());
        return false;
      }
      if (!*earlier) return true;
      state = std::move(**earlier);
    } else {
      convert_facts(state, kind);
    }
    problem = exporting.write(state);
    return problem.has_value();
  };
  if (options.records) {
    for (RecordId record : *options.records) {
      auto state = load_state(database, record);
      if (!state) return tl::unexpected(state.error());
      if (*state && !take(std::move(**state))) break;
    }
  } else if (auto walked = states_of_kind(database, kind.number, take); !walked) {
    return tl::unexpected(walked.error());
  }
  if (!problem) return tl::unexpected(problem.error());
  if (auto kept = exporting.keep_looks(); !kept) return tl::unexpected(kept.error());
  if (auto finished = writer.finish(); !finished) return tl::unexpected(finished.error());
  return ExportReport{exporting.rows()};
}

tabular::WriteOptions write_options(const Kind& kind, const ExportOptions& options) {
  tabular::WriteOptions write;
  write.sheet = options.chinese ? kind.labels.zh : kind.labels.en;
  write.title = write.sheet;
  write.gzip = options.gzip;
  return write;
}

}  // namespace

Result<std::vector<tabular::Column>> export_columns(const Catalogue&, const Viewer& viewer, const Kind& kind,
                                                    const ExportOptions& options) {
  std::vector<tabular::Column> columns;
  for (const Field* field : exported_fields(viewer, kind, options))
    columns.push_back(column_of(*field, options.chinese));
  if (columns.empty()) {
    return fail(ErrorCode::Forbidden, "您的岗位不能导出" + kind.labels.zh + "。",
                "Your post may not export " + kind.labels.en + ".");
  }
  return columns;
}

Result<ExportReport> export_records(Register& records, const Viewer& viewer, const Kind& kind, tabular::Format format,
                                    const std::filesystem::path& file, const ExportOptions& options) {
  auto columns = export_columns(records.catalogue(), viewer, kind, options);
  if (!columns) return tl::unexpected(columns.error());
  auto writer = tabular::create_writer(file, format, *columns, write_options(kind, options));
  if (!writer) return tl::unexpected(writer.error());
  return write_all(records, viewer, kind, options, **writer);
}

Result<ExportReport> export_records(Register& records, const Viewer& viewer, const Kind& kind, tabular::Format format,
                                    tabular::Sink sink, const ExportOptions& options) {
  auto columns = export_columns(records.catalogue(), viewer, kind, options);
  if (!columns) return tl::unexpected(columns.error());
  auto writer = tabular::create_writer(std::move(sink), format, *columns, write_options(kind, options));
  if (!writer) return tl::unexpected(writer.error());
  return write_all(records, viewer, kind, options, **writer);
}

}  // namespace yuanqu::register_
