#include "register/import.hpp"

#include <algorithm>
#include <chrono>
#include <deque>

#include "register/import_mapping.hpp"
#include "register/import_row.hpp"
#include "tabular/writer.hpp"

namespace yuanqu::register_ {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

// The rejected rows in the shape of the file, with why behind them. Created at the first reject.
class Rejects {
 public:
  Rejects(std::filesystem::path file, const std::vector<std::string>& header)
      : file_(std::move(file)), width_(header.size()) {
    for (const std::string& one : header)
      columns_.push_back({.header = one, .note = {}, .key = {}, .width = 16, .scale = -1, .choices = {}});
    columns_.push_back({.header = "原因",
                        .note = "为什么没有导入。改正后可以直接再导入这个文件，这一列不会导入。",
                        .key = {},
                        .width = 60,
                        .scale = -1,
                        .choices = {}});
    columns_.push_back({.header = "原行号", .note = {}, .key = {}, .width = 10, .scale = 0, .choices = {}});
  }

  Result<void> write(const ImportRow& row) {
    if (file_.empty()) return {};
    if (!writer_) {
      const std::string name = file_.filename().string();
      const auto format = name.ends_with(".xlsx")                    ? tabular::Format::Xlsx
                          : name.find(".jsonl") != std::string::npos ? tabular::Format::JsonLines
                                                                     : tabular::Format::Csv;
      tabular::WriteOptions options;
      options.gzip = name.ends_with(".gz");
      auto writer = tabular::create_writer(file_, format, columns_, options);
      if (!writer) return tl::unexpected(writer.error());
      writer_ = std::move(*writer);
    }
    std::vector<tabular::Cell> cells = row.cells;
    cells.resize(width_);
    std::string reasons;
    for (const RowError& error : row.errors) {
      reasons +=
          (reasons.empty() ? "" : "；") + (error.header.empty() ? std::string() : error.header + "：") + error.zh;
    }
    cells.push_back(tabular::text_cell(reasons));
    cells.push_back(tabular::text_cell(std::to_string(row.number)));
    return writer_->write(cells);
  }
  Result<void> finish() { return writer_ ? writer_->finish() : Result<void>{}; }

 private:
  std::filesystem::path file_;
  std::size_t width_;
  std::vector<tabular::Column> columns_;
  std::unique_ptr<tabular::Writer> writer_;
};

struct Batch {
  std::vector<ImportRow> rows;
  std::future<Result<journal::Committed>> committed;
  double part = 0;
};

class Importing {
 public:
  Importing(Register& records, const Viewer& viewer, const ImportOptions& options, std::string reason)
      : records_(records), viewer_(viewer), options_(options), writer_(records, viewer, options, std::move(reason)) {}

  Result<ImportReport> run(tabular::Table& table, const RowReader& reader,
                           const std::function<void(const ImportProgress&)>& progress, const std::atomic<bool>* stop) {
    const auto started = std::chrono::steady_clock::now();
    Rejects rejects(options_.rejects, table.header());
    report_.batch = records_.journal().new_id();
    // One batch is with the writer while the next is read and parsed.
    std::unique_ptr<Batch> waiting;
    bool more = true;
    Result<void> reading;
    while (more && !(stop != nullptr && stop->load())) {
      auto batch = std::make_unique<Batch>();
      batch->rows.reserve(options_.batch_rows);
      while (batch->rows.size() < options_.batch_rows) {
        tabular::Row row;
        auto next = table.next(row);
        if (!next) reading = tl::unexpected(next.error());
        more = next && *next;
        if (!more) break;
        ImportRow& taken = batch->rows.emplace_back();
        reader.read(std::move(row), taken);
        for (const FieldWrite& one : options_.constants) {
          const bool given = std::any_of(taken.values.begin(), taken.values.end(),
                                         [&](const FieldWrite& value) { return value.field == one.field; });
          if (!given) taken.values.push_back(one);
        }
      }
      batch->part = table.progress();
      if (!batch->rows.empty()) submit(*batch);
      if (waiting) {
        if (auto done = settle(*waiting, reader, rejects, progress); !done) {
          // What was sent after it is waited for, because it refers to rows that live here.
          if (batch->committed.valid()) (void)batch->committed.get();
          return tl::unexpected(done.error());
        }
      }
      waiting = batch->rows.empty() ? nullptr : std::move(batch);
    }
    if (waiting) {
      if (auto done = settle(*waiting, reader, rejects, progress); !done) return tl::unexpected(done.error());
    }
    if (auto finished = rejects.finish(); !finished) return tl::unexpected(finished.error());
    if (!reading) return tl::unexpected(broken_off(reading.error()));
    report_.oddities = table.oddities();
    report_.position = records_.journal().position();
    report_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    return std::move(report_);
  }

 private:
  // A file that cannot be read to its end: what came before stays, and the sentence says so.
  base::Error broken_off(base::Error error) const {
    const std::uint64_t kept = report_.created + report_.changed;
    if (kept == 0 || options_.dry_run) return error;
    const std::string rows = std::to_string(report_.rows);
    error.zh += "此前的 " + rows + " 行已处理，其中 " + std::to_string(kept) +
                " 行已存入；改正后再导入整个文件即可，不会重复。";
    error.en += " The " + rows + " rows before it were handled and " + std::to_string(kept) +
                " of them stored; mend the file and import it whole again, nothing is stored twice.";
    return error;
  }

  void tell(const ImportRow& row) const {
    if (!options_.on_row) return;
    const bool accepted = row.result != ImportRow::Result::Rejected;
    options_.on_row({row.number, accepted, row.record, row.file, row.cells, row.values, row.errors, row.findings});
  }

  void submit(Batch& batch) {
    batch.committed = records_.journal().submit(
        [this, &batch](journal::Transaction& transaction) -> Result<void> {
          transaction.on_rollback([this] { writer_.forget(); });
          for (ImportRow& row : batch.rows) {
            if (!row.errors.empty()) {
              row.result = ImportRow::Result::Rejected;
              continue;
            }
            if (auto done = writer_.write(transaction, row); !done) return done;
          }
          if (options_.dry_run) return fail(ErrorCode::Conflict, "试导入，不保存。", "A trial; nothing is kept.");
          return {};
        },
        {.actor = viewer_.account(),
         .batch = report_.batch,
         .pack_versions = {},
         .idempotency_key = {},
         .request_digest = {}});
  }

  Result<void> settle(Batch& batch, const RowReader& reader, Rejects& rejects,
                      const std::function<void(const ImportProgress&)>& progress) {
    auto committed = batch.committed.get();
    if (!committed && !options_.dry_run) return tl::unexpected(committed.error());
    for (ImportRow& row : batch.rows) {
      ++report_.rows;
      report_.findings += row.findings.size();
      if (row.result != ImportRow::Result::Rejected) tell(row);
      switch (row.result) {
        case ImportRow::Result::Created: ++report_.created; break;
        case ImportRow::Result::Changed: ++report_.changed; break;
        case ImportRow::Result::Unchanged: ++report_.unchanged; break;
        case ImportRow::Result::Open:
          if (!committed) return tl::unexpected(committed.error());
          break;
        case ImportRow::Result::Rejected:
          ++report_.rejected;
          reader.locate_faults(row);
          if (auto written = rejects.write(row); !written) return written;
          tell(row);
          for (RowError& error : row.errors) {
            if (report_.errors.size() < options_.errors_max) report_.errors.push_back(std::move(error));
          }
          break;
      }
    }
    if (progress) progress({report_.rows, batch.part});
    return {};
  }

  Register& records_;
  const Viewer& viewer_;
  const ImportOptions& options_;
  RowWriter writer_;
  ImportReport report_;
};

}  // namespace

Result<ImportProposal> propose_import(const Catalogue&, const Kind& kind, const std::filesystem::path& file,
                                      const tabular::ReadOptions& options, std::size_t sample_rows) {
  auto workbook = tabular::open_workbook(file, options);
  if (!workbook) return tl::unexpected(workbook.error());
  ImportProposal proposal;
  base::Result<void> first_problem;
  for (std::size_t sheet = 0; sheet < (*workbook)->sheets().size(); ++sheet) {
    SheetProposal one;
    one.sheet = (*workbook)->sheets()[sheet];
    auto table = (*workbook)->open_sheet(sheet);
    if (!table) {  // an empty sheet beside full ones is common
      if (first_problem) first_problem = tl::unexpected(table.error());
      one.problems.push_back({"unreadable_sheet", table.error().zh, table.error().en, 0, true});
      proposal.sheets.push_back(std::move(one));
      continue;
    }
    one.header_row = (*table)->header_row();
    one.headers = (*table)->header();
    MappedHeaders mapped = map_headers(kind, one.headers);
    one.mapping = std::move(mapped.mapping);
    one.problems = std::move(mapped.problems);
    tabular::Row row;
    while (one.sample.size() < sample_rows) {
      auto more = (*table)->next(row);
      if (!more) return tl::unexpected(more.error());
      if (!*more) break;
      auto& texts = one.sample.emplace_back();
      for (const tabular::Cell& cell : row.cells) texts.push_back(cell.text);
    }
    one.oddities = (*table)->oddities();
    proposal.sheets.push_back(std::move(one));
  }
  const bool any = std::any_of(proposal.sheets.begin(), proposal.sheets.end(),
                               [](const SheetProposal& sheet) { return !sheet.headers.empty(); });
  if (!any && !first_problem) return tl::unexpected(first_problem.error());
  return proposal;
}

Result<ImportReport> run_import(Register& records, const Viewer& viewer, const std::filesystem::path& file,
                                const ImportOptions& options,
                                const std::function<void(const ImportProgress&)>& progress,
                                const std::atomic<bool>* stop) {
  if (options.kind == nullptr)
    return fail(ErrorCode::Invalid, "没有写明导入哪一类记录。", "The kind to import is missing.");
  if (records.catalogue().source(options.source) == nullptr)
    return fail(ErrorCode::Invalid, "没有写明数据来源。", "The source of the data is missing.", {.field = "source"});
  auto workbook = tabular::open_workbook(file, options.read);
  if (!workbook) return tl::unexpected(workbook.error());
  auto table = (*workbook)->open_sheet(options.sheet);
  if (!table) return tl::unexpected(table.error());
  std::vector<ColumnMapping> mapping = options.mapping;
  if (mapping.empty()) mapping = map_headers(*options.kind, (*table)->header()).mapping;
  for (const FieldWrite& one : options.constants) {  // no column, but known of every row
    const bool mapped = std::any_of(mapping.begin(), mapping.end(),
                                    [&](const ColumnMapping& column) { return column.field == one.field; });
    if (!mapped) mapping.push_back({.column = 0, .header = {}, .field = one.field});
  }
  for (const MappingProblem& problem : check_mapping(*options.kind, mapping)) {
    if (problem.stops)
      return fail(ErrorCode::Invalid, problem.zh, problem.en,
                  {.file = file.filename().string(), .column = problem.column});
    for (ColumnMapping& column : mapping) {
      if (problem.code == "unknown_unit" && column.column == problem.column) column.unit_known = false;
    }
  }
  const bool dated =
      std::any_of(mapping.begin(), mapping.end(), [](const ColumnMapping& column) { return column.effective_from; });
  if (!dated && !options.effective_from) {
    return fail(ErrorCode::Invalid, "请写明这些数据从哪一天起有效：指定一列，或给出一个日期。",
                "Say from which day the data hold: name a column, or give a day.", {.field = "effective_from"});
  }
  const std::string shown = options.read.name_shown.empty() ? file.filename().string() : options.read.name_shown;
  const RowReader reader(*options.kind, std::move(mapping), options.effective_from, (*workbook)->system_1904());
  Importing importing(records, viewer, options, options.reason.empty() ? shown : options.reason);
  return importing.run(**table, reader, progress, stop);
}

}  // namespace yuanqu::register_
