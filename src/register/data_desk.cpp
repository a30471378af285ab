// The data desk of deliveries: rows that wait for a person, out as a workbook, back mended.

#include <fmt/format.h>

#include <algorithm>

#include "register/deliveries.hpp"
#include "register/delivery_store.hpp"
#include "register/record_store.hpp"
#include "tabular/reader.hpp"
#include "tabular/writer.hpp"

namespace yuanqu::register_ {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

constexpr std::string_view number_header = "质量台编号";
constexpr std::string_view reason_header = "原因";
constexpr std::string_view withheld = "***";

const Schedule* schedule_of(const std::vector<Schedule>& schedules, RecordId record) {
  const auto at =
      std::find_if(schedules.begin(), schedules.end(), [&](const Schedule& one) { return one.record == record; });
  return at == schedules.end() ? nullptr : &*at;
}

tl::unexpected<base::Error> no_such_delivery() {
  return fail(ErrorCode::NotFound, "没有这次到件。", "There is no such delivery.");
}

}  // namespace

Result<std::vector<DeskRow>> Deliveries::desk(RecordId schedule, RecordId delivery, std::size_t limit) {
  auto snapshot = records_.journal().snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto rows = load_desk(snapshot->database(), schedule, delivery, limit);
  if (!rows) return tl::unexpected(rows.error());
  const base::Date today = records_.today().value_or(base::Date{});
  std::vector<DeskRow> waiting;
  for (DeskRow& row : *rows) {
    if (row.record != 0) {
      auto state = load_state(snapshot->database(), row.record);
      if (!state) return tl::unexpected(state.error());
      const Kind* kind = *state ? records_.catalogue().kind((*state)->kind) : nullptr;
      if (kind == nullptr || findings_of(**state, *kind, records_.catalogue(), today).empty()) continue;
    }
    waiting.push_back(std::move(row));
  }
  return waiting;
}

std::vector<std::string> Deliveries::shown_cells(const Viewer& viewer, const DeskRow& row) const {
  std::vector<std::string> shown;
  const auto schedules = read_schedules(records_, records_.today().value_or(base::Date{}));
  const Schedule* schedule = schedules ? schedule_of(*schedules, row.schedule) : nullptr;
  const auto state = row.record == 0 ? base::Result<std::optional<RecordState>>{} : records_.state(row.record);
  for (std::size_t i = 0; i < row.headers.size(); ++i) {
    const Field* field = schedule == nullptr || row.fields[i] == 0 ? nullptr : schedule->kind->field(row.fields[i]);
    if (field == nullptr) {
      shown.emplace_back();
      continue;
    }
    // Whom an unmatched row is about nobody knows yet: then what the viewer may see of everybody counts.
    const bool full = state && *state ? viewer.access(*schedule->kind, *field, (*state)->file) == Access::Full
                                      : viewer.reach(*schedule->kind, *field) == Reach::All;
    shown.push_back(full ? row.cells[i] : row.cells[i].empty() ? std::string() : std::string(withheld));
  }
  return shown;
}

Result<void> Deliveries::write_workbook(const Viewer& viewer, RecordId delivery, const std::filesystem::path& file) {
  auto rows = desk(0, delivery, SIZE_MAX / 2);
  if (!rows) return tl::unexpected(rows.error());
  if (rows->empty()) return fail(ErrorCode::NotFound, "这次到件没有待处理的行。", "No row of this delivery waits.");
  auto schedules = read_schedules(records_, records_.today().value_or(base::Date{}));
  if (!schedules) return tl::unexpected(schedules.error());
  const Schedule* schedule = schedule_of(*schedules, rows->front().schedule);
  if (schedule == nullptr) return no_such_delivery();
  std::vector<tabular::Column> columns(2);
  columns[0] = {.header = std::string(number_header),
                .note = "认行用，请勿改动。",
                .key = {},
                .width = 20,
                .scale = -1,
                .choices = {}};
  columns[1] = {.header = std::string(reason_header),
                .note = "为什么没有写入或有何矛盾；改好后原样传回，这一列不读。",
                .key = {},
                .width = 60,
                .scale = -1,
                .choices = {}};
  std::vector<std::size_t> taken;
  for (std::size_t i = 0; i < rows->front().headers.size(); ++i) {
    const FieldNumber number = rows->front().fields[i];
    const Field* field = number == 0 ? nullptr : schedule->kind->field(number);
    if (field == nullptr || viewer.may_export(*schedule->kind, *field) != Reach::All) continue;
    taken.push_back(i);
    columns.push_back({.header = rows->front().headers[i],
                       .note = field->definition.zh,
                       .key = {},
                       .width = 18,
                       .scale = -1,
                       .choices = {}});
  }
  auto writer =
      tabular::create_writer(file, tabular::Format::Xlsx, columns, {.sheet = "待处理", .title = schedule->name});
  if (!writer) return tl::unexpected(writer.error());
  std::vector<Look> looks;
  for (const DeskRow& row : *rows) {
    const auto shown = shown_cells(viewer, row);
    std::vector<tabular::Cell> cells = {tabular::text_cell(std::to_string(row.id)), tabular::text_cell(row.zh)};
    for (const std::size_t i : taken) cells.push_back(tabular::text_cell(shown[i]));
    if (auto written = (*writer)->write(cells); !written) return written;
    if (row.record == 0) continue;
    if (auto state = records_.state(row.record); state && *state)
      looks.push_back({.account = viewer.account(),
                       .what = LookKind::Export,
                       .file = (*state)->file,
                       .record = row.record,
                       .reason = schedule->name});
  }
  if (auto kept = records_.looks().keep(std::move(looks)); !kept) return kept;
  return (*writer)->finish();
}

Result<MendReport> Deliveries::mend(const Viewer& viewer, RecordId delivery, const std::filesystem::path& file) {
  auto rows = desk(0, delivery, SIZE_MAX / 2);
  if (!rows) return tl::unexpected(rows.error());
  const base::Date today = records_.today().value_or(base::Date{});
  auto schedules = read_schedules(records_, today);
  auto deliveries = read_deliveries(records_, today);
  if (!schedules) return tl::unexpected(schedules.error());
  if (!deliveries) return tl::unexpected(deliveries.error());
  const auto of = std::find_if(deliveries->begin(), deliveries->end(),
                               [&](const DeliveryRecord& one) { return one.record == delivery; });
  const Schedule* schedule = of == deliveries->end() ? nullptr : schedule_of(*schedules, of->schedule);
  if (schedule == nullptr) return no_such_delivery();
  if (!may_deliver(viewer, *schedule)) {
    return fail(ErrorCode::Forbidden, "您的岗位不能处理“" + schedule->name + "”的数据。",
                "Your post may not mend the data of " + schedule->name + ".");
  }
  if (rows->empty()) return MendReport{};
  std::map<std::string, DeskRow*> by_number;
  for (DeskRow& row : *rows) by_number[std::to_string(row.id)] = &row;

  // What came back is laid over what lies here, by desk number and header.
  auto workbook = tabular::open_workbook(file);
  if (!workbook) return tl::unexpected(workbook.error());
  auto table = (*workbook)->open_sheet(0);
  if (!table) return tl::unexpected(table.error());
  const std::vector<std::string> header = (*table)->header();
  const auto number_at = std::find(header.begin(), header.end(), number_header) - header.begin();
  if (number_at == static_cast<std::ptrdiff_t>(header.size())) {
    return fail(ErrorCode::Invalid, "文件里没有“质量台编号”列。请用从质量台下载的表格修改后传回。",
                "The file has no column 质量台编号. Send back the workbook that the data desk gave.",
                {.field = "file"});
  }
  MendReport report;
  std::vector<DeskRow*> mended;
  tabular::Row row;
  while (true) {
    auto more = (*table)->next(row);
    if (!more) return tl::unexpected(more.error());
    if (!*more) break;
    const std::string number = static_cast<std::size_t>(number_at) < row.cells.size()
                                   ? row.cells[static_cast<std::size_t>(number_at)].text
                                   : std::string();
    const auto found = by_number.find(number);
    if (found == by_number.end()) {
      report.errors.push_back({row.number, static_cast<std::size_t>(number_at) + 1, std::string(number_header), 0,
                               number, "没有这个编号的待处理行，可能已经处理。",
                               "No row of this number waits; it may be settled."});
      continue;
    }
    DeskRow& waiting = *found->second;
    for (std::size_t i = 0; i < header.size() && i < row.cells.size(); ++i) {
      const auto at = std::find(waiting.headers.begin(), waiting.headers.end(), header[i]);
      if (at == waiting.headers.end() || row.cells[i].text == withheld) continue;
      waiting.cells[static_cast<std::size_t>(at - waiting.headers.begin())] = row.cells[i].text;
    }
    mended.push_back(&waiting);
  }
  report.rows = mended.size();
  if (mended.empty()) return report;

  const std::filesystem::path laid = folder_ / (std::to_string(records_.journal().new_id()) + ".csv");
  std::vector<tabular::Column> columns;
  for (const std::string& one : rows->front().headers) columns.emplace_back().header = one;
  {
    auto writer = tabular::create_writer(laid, tabular::Format::Csv, columns);
    if (!writer) return tl::unexpected(writer.error());
    for (const DeskRow* one : mended) {
      std::vector<tabular::Cell> cells;
      for (const std::string& text : one->cells) cells.push_back(tabular::text_cell(text));
      if (auto written = (*writer)->write(cells); !written) return tl::unexpected(written.error());
    }
    if (auto finished = (*writer)->finish(); !finished) return tl::unexpected(finished.error());
  }
  ImportOptions options = import_options(*schedule, of->period, today, rows->front());
  options.reason = of->number + " 质量台";
  options.read.header_row = 1;
  struct Fate {
    bool settled = false;
    std::string zh, en;
  };
  std::vector<Fate> fates(mended.size());
  std::vector<DeliveredRow> delivered;
  options.on_row = [&](const ImportedRow& imported) {
    std::string zh, en;
    for (const RowError& error : imported.errors) {
      zh += (zh.empty() ? "" : "；") + (error.header.empty() ? "" : error.header + "：") + error.zh;
      en += (en.empty() ? "" : "; ") + (error.header.empty() ? "" : error.header + ": ") + error.en;
    }
    for (const Finding& finding : imported.findings) {
      zh += (zh.empty() ? "" : "；") + finding.zh;
      en += (en.empty() ? "" : "; ") + finding.en;
    }
    // A row that came late still belongs to its delivery: the next one is compared with it.
    if (imported.accepted && imported.record != 0) {
      DeliveredRow& one = delivered.emplace_back();
      one.subject = schedule->content == Content::Period ? imported.file : imported.record;
      one.file = imported.file;
      one.record = imported.record;
      for (const FieldWrite& write : imported.values) {
        if (write.value.type() == ValueType::Number || write.value.type() == ValueType::Money)
          one.figures[write.field] = write.value;
      }
    }
    // Row 1 is the header of what was laid out above.
    if (imported.number >= 2 && imported.number - 2 < fates.size())
      fates[imported.number - 2] = {imported.accepted && imported.findings.empty(), zh, en};
  };
  auto imported = run_import(records_, viewer, laid, options);
  std::error_code ignored;
  std::filesystem::remove(laid, ignored);
  if (!imported) return tl::unexpected(imported.error());
  report.errors.insert(report.errors.end(), imported->errors.begin(), imported->errors.end());
  auto settled = records_.journal().commit(
      [&](journal::Transaction& transaction) -> Result<void> {
        if (auto done = store_rows(transaction.database(), delivery, delivered); !done) return done;
        for (std::size_t i = 0; i < mended.size(); ++i) {
          if (fates[i].settled) {
            if (auto done = settle_desk_row(transaction.database(), mended[i]->id, "mended", {}, viewer.account());
                !done)
              return done;
            continue;
          }
          if (!fates[i].zh.empty()) {
            mended[i]->zh = fates[i].zh;
            mended[i]->en = fates[i].en;
          }
          if (auto done = update_desk_row(transaction.database(), *mended[i]); !done) return done;
        }
        return {};
      },
      {.actor = viewer.account()});
  if (!settled) return tl::unexpected(settled.error());
  for (const Fate& fate : fates) ++(fate.settled ? report.mended : report.left);
  return report;
}

Result<void> Deliveries::dismiss(const Viewer& viewer, std::int64_t row, const std::string& reason) {
  if (reason.empty())
    return fail(ErrorCode::Invalid, "请写明为什么不再处理。", "Say why it need not be settled.", {.field = "reason"});
  auto rows = desk(0, 0, SIZE_MAX / 2);
  if (!rows) return tl::unexpected(rows.error());
  const auto at = std::find_if(rows->begin(), rows->end(), [&](const DeskRow& one) { return one.id == row; });
  if (at == rows->end())
    return fail(ErrorCode::NotFound, "没有这一行，或已经处理。", "There is no such row, or it is settled.");
  auto schedules = read_schedules(records_, records_.today().value_or(base::Date{}));
  if (!schedules) return tl::unexpected(schedules.error());
  const Schedule* schedule = schedule_of(*schedules, at->schedule);
  if (schedule == nullptr || !may_deliver(viewer, *schedule))
    return fail(ErrorCode::Forbidden, "您的岗位不能处理这一行。", "Your post may not settle this row.");
  auto settled = records_.journal().commit(
      [&](journal::Transaction& transaction) {
        return settle_desk_row(transaction.database(), row, "dismissed", reason, viewer.account());
      },
      {.actor = viewer.account()});
  if (!settled) return tl::unexpected(settled.error());
  return {};
}

}  // namespace yuanqu::register_
