#include "register/deliveries.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.hpp"
#include "register/delivery_store.hpp"
#include "register/import_mapping.hpp"
#include "tabular/reader.hpp"

namespace yuanqu::register_ {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

constexpr std::array<std::string_view, 3> change_names = {"new", "gone", "changed"};
constexpr std::size_t desk_rows_max =
    20'000;  // of one delivery; a file of another kind altogether need not fill the desk

// One entry of a saved mapping: "header = field [unit]".
struct MappingEntry {
  std::string header, field, unit;
};

std::optional<MappingEntry> entry_of(const std::string& text) {
  const std::size_t at = text.rfind('=');
  if (at == std::string::npos) return std::nullopt;
  MappingEntry entry;
  entry.header = std::string(base::trimmed(std::string_view(text).substr(0, at)));
  std::string rest(base::trimmed(std::string_view(text).substr(at + 1)));
  if (const std::size_t open = rest.find('['); open != std::string::npos && rest.back() == ']') {
    entry.unit = rest.substr(open + 1, rest.size() - open - 2);
    rest = std::string(base::trimmed(std::string_view(rest).substr(0, open)));
  }
  entry.field = std::move(rest);
  return entry;
}

void apply_saved(const Schedule& schedule, std::vector<ColumnMapping>& mapping) {
  for (const std::string& text : schedule.mapping) {
    const auto entry = entry_of(text);
    if (!entry || entry->header.starts_with('@')) continue;
    const Field* field = schedule.kind->field(std::string_view(entry->field));
    const bool there = std::any_of(mapping.begin(), mapping.end(),
                                   [&](const ColumnMapping& column) { return column.header == entry->header; });
    if (!there) continue;
    for (ColumnMapping& column : mapping) {
      if (column.header != entry->header) {
        // What the zone decided for a header wins over a guess for another.
        const bool several = field != nullptr && field->type == FieldType::Reference;
        if (field != nullptr && column.field == field->number && !several && column.confidence < 1) column.field = 0;
        continue;
      }
      column.field = field == nullptr ? 0 : field->number;
      column.confidence = 1;
      if (!entry->unit.empty()) column.unit = entry->unit, column.unit_known = true;
    }
  }
}

// What is so of every row: whom it is about where the source has a respondent, and what the period says ("@year =
// year").
std::vector<FieldWrite> constants_of(const Schedule& schedule, const ReportingPeriod& period) {
  std::vector<FieldWrite> constants;
  const base::Civil at = period.begin.civil();
  if (schedule.respondent != 0 && schedule.kind->belongs_to != 0)
    constants.push_back({schedule.kind->belongs_to, Value::reference(schedule.respondent)});
  for (const std::string& text : schedule.mapping) {
    const auto entry = entry_of(text);
    if (!entry || !entry->header.starts_with('@')) continue;
    const Field* field = schedule.kind->field(std::string_view(entry->field));
    if (field == nullptr) continue;
    if (entry->header == "@year") constants.push_back({field->number, Value::number(at.year, 0)});
    if (entry->header == "@quarter") constants.push_back({field->number, Value::number((at.month - 1) / 3 + 1, 0)});
    if (entry->header == "@month") constants.push_back({field->number, Value::number(at.month, 0)});
    if (entry->header == "@begin") constants.push_back({field->number, Value::date(period.begin)});
    if (entry->header == "@end") constants.push_back({field->number, Value::date(period.end)});
  }
  return constants;
}

std::vector<std::string> saved_form(const Schedule& schedule, const std::vector<ColumnMapping>& mapping) {
  std::vector<std::string> texts;
  for (const std::string& text : schedule.mapping) {
    if (text.starts_with('@')) texts.push_back(text);
  }
  for (const ColumnMapping& column : mapping) {
    const Field* field = column.field == 0 ? nullptr : schedule.kind->field(column.field);
    if (field == nullptr || column.column == 0) continue;
    texts.push_back(column.header + " = " + field->name + (column.unit.empty() ? "" : " [" + column.unit + "]"));
  }
  return texts;
}

bool beyond(const Value& before, const Value& after, const base::Decimal& bound) {
  const auto gap = base::subtract(after.as_decimal(), before.as_decimal());
  const auto most = base::multiply(before.as_decimal().absolute(), bound);
  return gap && most && gap->absolute() > *most;
}

std::vector<Difference> compare(const std::vector<DeliveredRow>& last, const std::vector<DeliveredRow>& now,
                                const std::optional<base::Decimal>& bound) {
  std::vector<Difference> all;
  std::map<std::int64_t, const DeliveredRow*> before;
  for (const DeliveredRow& row : last) before[row.subject] = &row;
  std::set<std::int64_t> there;
  for (const DeliveredRow& row : now) {
    there.insert(row.subject);
    const auto known = before.find(row.subject);
    if (known == before.end()) {
      if (!last.empty()) all.push_back({Change::New, row.file, row.record, 0, {}, {}});
      continue;
    }
    if (!bound) continue;
    for (const auto& [field, value] : row.figures) {
      const auto was = known->second->figures.find(field);
      if (was == known->second->figures.end() || !beyond(was->second, value, *bound)) continue;
      all.push_back({Change::Changed, row.file, row.record, field, was->second.to_text(), value.to_text()});
    }
  }
  for (const DeliveredRow& row : last) {
    if (!there.contains(row.subject)) all.push_back({Change::Gone, row.file, row.record, 0, {}, {}});
  }
  return all;
}

std::int64_t count(const std::vector<Difference>& all, Change what) {
  std::set<FileId> files;
  for (const Difference& one : all) {
    if (one.what == what) files.insert(one.file);
  }
  return static_cast<std::int64_t>(files.size());
}

}  // namespace

// How rows of a schedule are imported; the columns as a desk row remembers them.
ImportOptions import_options(const Schedule& schedule, const ReportingPeriod& period, base::Date today,
                             const DeskRow& like) {
  ImportOptions options;
  options.kind = schedule.kind;
  options.source = schedule.source->number;
  options.effective_from = std::min(period.end, today);
  options.constants = constants_of(schedule, period);
  for (std::size_t i = 0; i < like.fields.size(); ++i) {
    ColumnMapping column;
    column.column = i + 1;
    column.header = like.headers[i];
    column.field = like.fields[i];
    column.confidence = 1;
    for (const std::string& text : schedule.mapping) {
      const auto entry = entry_of(text);
      if (entry && entry->header == column.header) column.unit = entry->unit;
    }
    options.mapping.push_back(std::move(column));
  }
  return options;
}

std::string_view name_of(Change change) { return change_names[static_cast<std::size_t>(change)]; }

bool may_deliver(const Viewer& viewer, const Schedule& schedule) {
  const auto& fields = schedule.kind->fields;
  return std::any_of(fields.begin(), fields.end(), [&](const Field& field) {
    return field.trust_of(schedule.source->number) >= 0 &&
           viewer.may_write(*schedule.kind, field, schedule.respondent, schedule.source->number);
  });
}

Result<std::unique_ptr<Deliveries>> Deliveries::open(Register& records, std::filesystem::path folder) {
  std::error_code ignored;
  std::filesystem::create_directories(folder, ignored);
  auto made = records.journal().commit(
      [](journal::Transaction& transaction) { return create_delivery_tables(transaction.database()); }, {});
  if (!made) return tl::unexpected(made.error());
  return std::unique_ptr<Deliveries>(new Deliveries(records, std::move(folder)));
}

Result<DeliveryReport> Deliveries::receive(const Viewer& viewer, const DeliveryRequest& request,
                                           const std::function<void(const ImportProgress&)>& progress,
                                           const std::atomic<bool>* stop) {
  const base::Date today = records_.today().value_or(base::Date{});
  auto schedules = read_schedules(records_, today);
  if (!schedules) return tl::unexpected(schedules.error());
  const auto at = std::find_if(schedules->begin(), schedules->end(),
                               [&](const Schedule& one) { return one.record == request.schedule; });
  if (at == schedules->end())
    return fail(ErrorCode::NotFound, "没有这个数据来源。", "There is no such data source.", {.field = "source"});
  const Schedule& schedule = *at;
  if (!may_deliver(viewer, schedule)) {
    return fail(ErrorCode::Forbidden, "您的岗位不能收“" + schedule.name + "”的数据。",
                "Your post may not take in the data of " + schedule.name + ".");
  }
  const Kind* kind = records_.catalogue().playing("delivery");
  if (kind == nullptr)
    return fail(ErrorCode::Unsupported, "业务包没有到件记录。", "No pack has records of deliveries.");
  const ReportingPeriod period = period_of(schedule.cycle, request.period);
  if (period.begin > today) {
    return fail(ErrorCode::Invalid, "所属期 " + name_of(schedule.cycle, period) + " 还没有开始，请核对。",
                "The period " + name_of(schedule.cycle, period) + " has not begun; check it.", {.field = "period"});
  }
  tabular::ReadOptions read;
  read.name_shown = request.file_name;
  auto proposal = propose_import(records_.catalogue(), *schedule.kind, request.file, read, 0);
  if (!proposal) return tl::unexpected(proposal.error());
  if (request.sheet >= proposal->sheets.size())
    return fail(ErrorCode::NotFound, "文件里没有这张工作表。", "The file has no such sheet.", {.field = "sheet"});
  const SheetProposal& sheet = proposal->sheets[request.sheet];

  DeskRow like;
  like.schedule = schedule.record;
  like.headers = sheet.headers;
  std::vector<ColumnMapping> mapping = request.mapping.empty() ? sheet.mapping : request.mapping;
  if (request.mapping.empty()) apply_saved(schedule, mapping);
  ImportOptions options = import_options(schedule, period, today, like);
  options.mapping = std::move(mapping);
  options.sheet = request.sheet;
  options.reason = schedule.name + " " + name_of(schedule.cycle, period);
  options.read = read;
  like.fields.resize(like.headers.size());
  for (const ColumnMapping& column : options.mapping) {
    if (column.column != 0 && column.column <= like.fields.size()) like.fields[column.column - 1] = column.field;
  }
  std::map<std::int64_t, DeliveredRow> delivered;
  std::vector<DeskRow> desk;
  std::int64_t refused = 0;
  options.on_row = [&](const ImportedRow& row) {
    if (row.accepted && row.record != 0) {
      const std::int64_t subject = schedule.content == Content::Period ? row.file : row.record;
      DeliveredRow& one = delivered[subject];
      one.subject = subject;
      one.file = row.file;
      one.record = row.record;
      for (const FieldWrite& write : row.values) {
        if (write.value.type() == ValueType::Number || write.value.type() == ValueType::Money)
          one.figures[write.field] = write.value;
      }
    }
    if (row.accepted && row.findings.empty()) return;
    ++refused;
    if (desk.size() >= desk_rows_max) return;
    DeskRow waiting = like;
    waiting.row = row.number;
    waiting.record = row.accepted ? row.record : 0;
    waiting.cells.resize(like.headers.size());
    for (std::size_t i = 0; i < row.cells.size() && i < waiting.cells.size(); ++i) waiting.cells[i] = row.cells[i].text;
    for (const RowError& error : row.errors) {
      const std::string header = error.header.empty() ? std::string() : error.header + "：";
      waiting.zh += (waiting.zh.empty() ? "" : "；") + header + error.zh;
      waiting.en +=
          (waiting.en.empty() ? "" : "; ") + (error.header.empty() ? std::string() : error.header + ": ") + error.en;
    }
    for (const Finding& finding : row.findings) {
      const Field* field = schedule.kind->field(finding.field);
      waiting.zh += (waiting.zh.empty() ? "" : "；") + (field == nullptr ? "" : field->labels.zh + "：") + finding.zh;
      waiting.en += (waiting.en.empty() ? "" : "; ") + (field == nullptr ? "" : field->labels.en + ": ") + finding.en;
    }
    desk.push_back(std::move(waiting));
  };
  auto imported = run_import(records_, viewer, request.file, options, progress, stop);
  if (!imported) return tl::unexpected(imported.error());
  if (stop != nullptr && stop->load()) {  // what was stored stays; the same file again goes on from there
    return fail(ErrorCode::Unavailable, "服务正在停止，这个文件没有读完。请稍后重新上传。",
                "The server is stopping and the file was not read to its end. Upload it again later.");
  }
  if (imported->rows == 0)
    return fail(ErrorCode::Invalid, "文件里没有数据行。", "The file has no rows of data.", {.field = "file"});

  auto deliveries = read_deliveries(records_, today, schedule.record);
  if (!deliveries) return tl::unexpected(deliveries.error());
  std::vector<DeliveredRow> now;
  for (auto& [subject, row] : delivered) now.push_back(std::move(row));
  std::vector<DeliveredRow> last;
  std::size_t order = 1;
  {
    auto snapshot = records_.journal().snapshot();
    if (!snapshot) return tl::unexpected(snapshot.error());
    const DeliveryRecord* before = nullptr;
    for (const DeliveryRecord& one : *deliveries) {
      if (one.period == period) ++order;
      if (before == nullptr && one.period.begin <= period.begin) before = &one;
    }
    if (before != nullptr) {
      auto loaded = load_rows(snapshot->database(), before->record);
      if (!loaded) return tl::unexpected(loaded.error());
      last = std::move(*loaded);
    }
  }
  const std::vector<Difference> differences = compare(last, now, schedule.bound);

  DeliveryReport report;
  report.import = std::move(*imported);
  DeliveryRecord& delivery = report.delivery;
  delivery.schedule = schedule.record;
  delivery.number = schedule.code + " " + name_of(schedule.cycle, period) + " " + std::to_string(order);
  delivery.period = period;
  delivery.arrived = today;
  delivery.file_name = request.file_name;
  delivery.rows = static_cast<std::int64_t>(report.import.rows);
  delivery.fresh = count(differences, Change::New);
  delivery.gone = count(differences, Change::Gone);
  delivery.changed = count(differences, Change::Changed);
  delivery.refused = refused;
  delivery.issued_ms = request.issued_ms;
  delivery.signature = request.signature;
  const auto record_it = [&](journal::Transaction& transaction) -> Result<void> {
    Write write;
    write.kind = kind;
    write.source = kind->member("schedule")->sources.front();
    write.effective_from = today;
    write.reason = delivery.number;
    const auto say = [&](std::string_view member, Value value) {
      if (const Field* field = kind->member(member)) write.values.push_back({field->number, std::move(value)});
    };
    say("schedule", Value::reference(schedule.record));
    say("number", Value::string(delivery.number));
    say("begin", Value::date(period.begin));
    say("end", Value::date(period.end));
    say("arrived", Value::date(today));
    say("file", Value::string(delivery.file_name));
    say("rows", Value::number(delivery.rows, 0));
    say("fresh", Value::number(delivery.fresh, 0));
    say("gone", Value::number(delivery.gone, 0));
    say("changed", Value::number(delivery.changed, 0));
    say("refused", Value::number(delivery.refused, 0));
    say("batch", Value::string(std::to_string(report.import.batch)));
    if (!request.signature.empty()) {
      say("issued", Value::number(request.issued_ms, 0));
      say("signature", Value::string(request.signature));
    }
    auto written = records_.write(transaction, Viewer::system(viewer.account()), write);
    if (!written) return tl::unexpected(written.error());
    delivery.record = written->record;
    like.delivery = written->record;
    journal::Database& database = transaction.database();
    if (auto done = store_columns(database, like); !done) return done;
    if (auto done = store_rows(database, delivery.record, now); !done) return done;
    if (auto done = store_differences(database, delivery.record, differences); !done) return done;
    for (DeskRow& row : desk) {
      row.delivery = delivery.record;
      if (auto done = store_desk_row(transaction, row); !done) return done;
    }
    // The mapping that worked is the one next time begins with.
    const Kind* source_kind = records_.catalogue().playing("schedule");
    const Field* saved = source_kind->member("mapping");
    const auto texts = saved_form(schedule, options.mapping);
    if (saved == nullptr || texts == schedule.mapping || report.import.rejected == report.import.rows) return {};
    std::vector<Value> items;
    for (const std::string& text : texts) items.push_back(Value::string(text));
    Write remember;
    remember.kind = source_kind;
    remember.record = schedule.record;
    remember.source = saved->sources.front();
    remember.effective_from = today;
    remember.reason = delivery.number;
    remember.values = {{saved->number, Value::list(std::move(items))}};
    auto remembered = records_.write(transaction, Viewer::system(viewer.account()), remember);
    if (!remembered) return tl::unexpected(remembered.error());
    return {};
  };
  auto stored = records_.journal().commit(record_it, {.actor = viewer.account()});
  if (!stored) return tl::unexpected(stored.error());
  if (auto passed = pass_day(records_, today); !passed) return tl::unexpected(passed.error());
  return report;
}

Result<std::vector<Difference>> Deliveries::differences(RecordId delivery) {
  auto snapshot = records_.journal().snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  return load_differences(snapshot->database(), delivery);
}

}  // namespace yuanqu::register_
