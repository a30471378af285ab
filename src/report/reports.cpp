#include "report/reports.hpp"

#include <algorithm>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "report/figures.hpp"
#include "tabular/xlsx_template.hpp"

namespace yuanqu::report {

using base::ErrorCode;
using base::fail;
using base::Result;
using tabular::Cell;
using tabular::CellKind;

namespace {

constexpr std::size_t name_length_max = 200;
constexpr std::size_t findings_kept = 200;
constexpr char between = '\x1f', after = '\x1e';  // of the findings' stored text

bool is_check(const std::string& name) { return base::lower_case(name).rfind("check", 0) == 0; }
std::string shown(const tabular::NamedCell& cell) {
  return cell.sheet + "!" + tabular::cell_name(cell.row, cell.column) + " (" + cell.name + ")";
}

Cell cell_of(const feel::Value& value) {
  switch (value.kind()) {
    case feel::Kind::Null: return {};
    case feel::Kind::Number: return {.kind = CellKind::Number, .text = value.number().to_string()};
    case feel::Kind::Boolean: return {.kind = CellKind::Boolean, .text = value.boolean() ? "true" : "false"};
    case feel::Kind::Date: return {.kind = CellKind::Date, .text = value.date().to_string()};
    default: return {.kind = CellKind::Text, .text = feel::to_text(value).value_or("")};
  }
}

std::vector<std::vector<Cell>> rows_of(const feel::Value& value) {
  const auto row = [](const feel::Value& item) {
    std::vector<Cell> cells;
    if (item.is(feel::Kind::List)) {
      for (const feel::Value& one : item.items()) cells.push_back(cell_of(one));
    } else if (item.is(feel::Kind::Context)) {
      for (const feel::Entry& entry : item.context().entries) cells.push_back(cell_of(entry.value));
    } else {
      cells.push_back(cell_of(item));
    }
    return cells;
  };
  if (!value.is(feel::Kind::List)) return {row(value)};
  std::vector<std::vector<Cell>> rows;
  for (const feel::Value& item : value.items()) rows.push_back(row(item));
  if (rows.empty()) rows.push_back({Cell{}});  // an empty list clears the text that asked for it
  return rows;
}

std::string stored(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& one : findings)
    text += one.cell + between + (one.check ? "1" : "0") + between + one.zh + between + one.en + after;
  return text;
}

std::vector<Finding> findings_of(std::string_view text) {
  std::vector<Finding> findings;
  while (!text.empty()) {
    const std::size_t end = text.find(after);
    std::string_view one = text.substr(0, end);
    std::string parts[4];
    for (std::string& part : parts) {
      const std::size_t at = one.find(between);
      part = std::string(one.substr(0, at));
      one = at == std::string_view::npos ? std::string_view{} : one.substr(at + 1);
    }
    findings.push_back({parts[0], parts[1] == "1", parts[2], parts[3]});
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  return findings;
}

constexpr const char* report_columns =
    "r.id, r.template, t.name, r.day, r.number, r.hash, r.position, r.maker, r.signer, r.made_ms, r.signed_ms, "
    "r.findings";
constexpr const char* report_tables = " FROM report r JOIN report_template t ON t.id = r.template ";

Report report_of(const journal::Statement& row) {
  Report report{.id = row.integer(0),
                .of = row.integer(1),
                .name = std::string(row.text(2)),
                .day = base::Date::from_days(row.integer(3))};
  report.number = row.text(4);
  report.is_signed = !report.number.empty();
  report.hash = row.text(5);
  report.position = row.integer(6);
  report.maker = row.integer(7);
  report.signer = row.integer(8);
  report.made_ms = row.integer(9);
  report.signed_ms = row.integer(10);
  report.findings = findings_of(row.text(11));
  return report;
}

tl::unexpected<base::Error> none() {
  return fail(ErrorCode::NotFound, "没有这份报表。", "There is no such report.", {.field = "id"});
}

Result<std::string> blob(journal::Journal& journal, const char* sql, std::int64_t id, bool verify) {
  auto snapshot = journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto row = snapshot->database().prepare(sql);
  if (!row) return tl::unexpected(row.error());
  row->bind_all(id);
  auto found = row->step();
  if (!found) return tl::unexpected(found.error());
  if (!*found) return none();
  std::string bytes(row->blob(0));
  if (verify && base::to_hex(base::sha256(bytes)) != row->text(1)) {
    return fail(ErrorCode::Internal, "报表文件与登记的摘要不符，请从备份恢复。",
                "The report's file no longer has its hash; restore it from a backup.");
  }
  return bytes;
}

}  // namespace

Result<void> Reports::create_tables() {
  auto committed = journal_.commit(
      [](journal::Transaction& transaction) {
        return transaction.database().execute(
            "CREATE TABLE IF NOT EXISTS report_template (id INTEGER PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT "
            "NULL, file BLOB NOT NULL,"
            " author INTEGER NOT NULL, created_ms INTEGER NOT NULL, figures INTEGER NOT NULL, checks INTEGER NOT NULL);"
            "CREATE TABLE IF NOT EXISTS report (id INTEGER PRIMARY KEY, template INTEGER NOT NULL REFERENCES "
            "report_template (id), day INTEGER NOT NULL,"
            " number TEXT NOT NULL DEFAULT '', hash TEXT NOT NULL, file BLOB NOT NULL, position INTEGER NOT NULL, "
            "maker INTEGER NOT NULL,"
            " signer INTEGER NOT NULL DEFAULT 0, made_ms INTEGER NOT NULL, signed_ms INTEGER NOT NULL DEFAULT 0, "
            "findings TEXT NOT NULL);"
            "CREATE UNIQUE INDEX IF NOT EXISTS report_number ON report (number) WHERE number <> '';");
      },
      {});
  if (!committed) return tl::unexpected(committed.error());
  return {};
}

Result<Template> Reports::add_template(const std::string& name, std::string bytes, std::int64_t author,
                                       std::int64_t now_ms) {
  if (name.empty() || name.size() > name_length_max)
    return fail(ErrorCode::Invalid, "请给套表起一个不超过 200 字节的名称。",
                "Give the template a name of at most 200 bytes.", {.field = "name"});
  auto file = tabular::XlsxTemplate::read(bytes, name);
  if (!file) return tl::unexpected(file.error());
  Template made{.name = name, .hash = base::to_hex(base::sha256(bytes)), .author = author, .created_ms = now_ms};
  for (const tabular::NamedCell& cell : file->cells()) {
    if (cell.text.empty()) continue;
    if (auto good = check_text(population_, cell.text); !good) {
      base::Error error = good.error();
      error.place.file = name;
      error.place.field = shown(cell);
      error.zh = shown(cell) + "：" + error.zh;
      error.en = shown(cell) + ": " + error.en;
      return tl::unexpected(std::move(error));
    }
    ++(is_check(cell.name) ? made.checks : made.figures);
  }
  if (made.figures == 0) {
    return fail(ErrorCode::Invalid, "这个工作簿没有一个命名单元格写着 FEEL，没有可填的数。",
                "No named cell of the workbook holds FEEL; there is nothing to fill in.", {.file = name});
  }
  auto committed = journal_.commit(
      [&](journal::Transaction& transaction) -> Result<void> {
        auto row = transaction.database().prepare(
            "INSERT INTO report_template (name, hash, file, author, created_ms, figures, checks) VALUES (?, ?, ?, ?, "
            "?, ?, ?)");
        if (!row) return tl::unexpected(row.error());
        row->bind_all(made.name, made.hash, journal::Blob{bytes}, made.author, made.created_ms,
                      static_cast<std::int64_t>(made.figures), static_cast<std::int64_t>(made.checks));
        if (auto run = row->run(); !run) return run;
        auto id = transaction.database().integer("SELECT last_insert_rowid()");
        if (!id) return tl::unexpected(id.error());
        made.id = id->value_or(0);
        return {};
      },
      {});
  if (!committed) return tl::unexpected(committed.error());
  return made;
}

Result<std::vector<Template>> Reports::templates() const {
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto row = snapshot->database().prepare(
      "SELECT id, name, hash, author, created_ms, figures, checks FROM report_template ORDER BY id DESC");
  if (!row) return tl::unexpected(row.error());
  std::vector<Template> all;
  while (true) {
    auto more = row->step();
    if (!more) return tl::unexpected(more.error());
    if (!*more) return all;
    all.push_back({row->integer(0), std::string(row->text(1)), std::string(row->text(2)), row->integer(3),
                   row->integer(4), static_cast<std::size_t>(row->integer(5)),
                   static_cast<std::size_t>(row->integer(6))});
  }
}

Result<std::string> Reports::template_file(std::int64_t id) const {
  return blob(journal_, "SELECT file, hash FROM report_template WHERE id = ?", id, true);
}

Result<Report> Reports::fill(std::int64_t of, base::Date day, const register_::Viewer& viewer, std::int64_t now_ms) {
  auto bytes = template_file(of);
  if (!bytes) return tl::unexpected(bytes.error());
  auto file = tabular::XlsxTemplate::read(*bytes, std::to_string(of));
  if (!file) return tl::unexpected(file.error());
  const journal::Position position = population_.position();
  std::vector<std::string> texts;
  std::vector<std::size_t> cells;
  for (std::size_t i = 0; i < file->cells().size(); ++i) {
    if (file->cells()[i].text.empty()) continue;
    texts.push_back(file->cells()[i].text);
    cells.push_back(i);
  }
  auto figures = work_out(population_, viewer, texts, day);
  if (!figures) return tl::unexpected(figures.error());
  Report report{.of = of, .day = day, .position = position, .maker = viewer.account(), .made_ms = now_ms};
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const tabular::NamedCell& cell = file->cells()[cells[i]];
    const Figure& figure = (*figures)[i];
    file->set(cells[i], rows_of(figure.value));
    const bool check = is_check(cell.name);
    if (report.findings.size() >= findings_kept || (check ? figure.value.is_true() : !figure.value.is_null())) continue;
    Finding finding{.cell = shown(cell), .check = check};
    if (check && !figure.value.is_null()) {
      finding.zh = "校验不成立：" + cell.text;
      finding.en = "The check does not hold: " + cell.text;
    } else {
      finding.zh =
          "算不出来" + (figure.failures.empty() ? std::string("：缺少数据。") : "：" + figure.failures.front().zh);
      finding.en = "It cannot be worked out" +
                   (figure.failures.empty() ? std::string(": data are missing.") : ": " + figure.failures.front().en);
    }
    report.findings.push_back(std::move(finding));
  }
  auto filled = file->write();
  if (!filled) return tl::unexpected(filled.error());
  report.hash = base::to_hex(base::sha256(*filled));
  const std::string findings = stored(report.findings);
  auto committed = journal_.commit(
      [&](journal::Transaction& transaction) -> Result<void> {
        auto row = transaction.database().prepare(
            "INSERT INTO report (template, day, hash, file, position, maker, made_ms, findings) VALUES (?, ?, ?, ?, ?, "
            "?, ?, ?)");
        if (!row) return tl::unexpected(row.error());
        row->bind_all(report.of, report.day.days(), report.hash, journal::Blob{*filled}, report.position, report.maker,
                      report.made_ms, findings);
        if (auto run = row->run(); !run) return run;
        auto id = transaction.database().integer("SELECT last_insert_rowid()");
        if (!id) return tl::unexpected(id.error());
        report.id = id->value_or(0);
        return {};
      },
      {});
  if (!committed) return tl::unexpected(committed.error());
  return find(report.id);
}

Result<Report> Reports::find(std::int64_t id) const {
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto row = snapshot->database().prepare(std::string("SELECT ") + report_columns + report_tables + "WHERE r.id = ?");
  if (!row) return tl::unexpected(row.error());
  row->bind_all(id);
  auto found = row->step();
  if (!found) return tl::unexpected(found.error());
  if (!*found) return none();
  return report_of(*row);
}

Result<std::vector<Report>> Reports::list(std::size_t limit) const {
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto row = snapshot->database().prepare(std::string("SELECT ") + report_columns + report_tables +
                                          "ORDER BY r.id DESC LIMIT ?");
  if (!row) return tl::unexpected(row.error());
  row->bind_all(static_cast<std::int64_t>(limit));
  std::vector<Report> all;
  while (true) {
    auto more = row->step();
    if (!more) return tl::unexpected(more.error());
    if (!*more) return all;
    all.push_back(report_of(*row));
  }
}

Result<std::string> Reports::file(std::int64_t id) const {
  return blob(journal_, "SELECT file, hash FROM report WHERE id = ?", id, true);
}

Result<void> Reports::may_read(std::int64_t of, const register_::Viewer& viewer) const {
  auto bytes = template_file(of);
  if (!bytes) return tl::unexpected(bytes.error());
  auto file = tabular::XlsxTemplate::read(*bytes, std::to_string(of));
  if (!file) return tl::unexpected(file.error());
  std::vector<std::string> texts;
  for (const tabular::NamedCell& cell : file->cells()) {
    if (!cell.text.empty()) texts.push_back(cell.text);
  }
  return demand_readable(population_, viewer, texts);
}

Result<Report> Reports::sign(std::int64_t id, const register_::Viewer& viewer, std::int64_t now_ms) {
  auto committed = journal_.commit(
      [&](journal::Transaction& transaction) -> Result<void> {
        journal::Database& database = transaction.database();
        auto row = database.prepare("SELECT number, maker, findings, day FROM report WHERE id = ?");
        if (!row) return tl::unexpected(row.error());
        row->bind_all(id);
        auto found = row->step();
        if (!found) return tl::unexpected(found.error());
        if (!*found) return none();
        if (!row->text(0).empty())
          return fail(ErrorCode::Conflict, "这份报表已经签发，不能再改。",
                      "The report is signed and cannot change any more.");
        if (row->integer(1) == viewer.account())
          return fail(ErrorCode::Conflict, "制表人不能签发自己填的报表，请由另一人签发。",
                      "Whoever made a report cannot sign it; have another person sign it.");
        if (!row->text(2).empty())
          return fail(
              ErrorCode::Conflict, "还有校验不成立或算不出来的数，处理后重新填报再签发。",
              "Some checks do not hold or figures cannot be worked out; settle them and fill the report again.");
        const std::string year = base::Date::from_days(row->integer(3)).to_string().substr(0, 4);
        row->reset();
        auto last = database.integer(
            "SELECT max(CAST(substr(number, 9) AS INTEGER)) FROM report WHERE number LIKE 'BB-" + year + "-%'");
        if (!last) return tl::unexpected(last.error());
        std::string digits = std::to_string(last->value_or(0) + 1);
        if (digits.size() < 4) digits.insert(0, 4 - digits.size(), '0');
        const std::string number = "BB-" + year + "-" + digits;
        auto change = database.prepare("UPDATE report SET number = ?, signer = ?, signed_ms = ? WHERE id = ?");
        if (!change) return tl::unexpected(change.error());
        change->bind_all(number, viewer.account(), now_ms, id);
        return change->run();
      },
      {});
  if (!committed) return tl::unexpected(committed.error());
  return find(id);
}

}  // namespace yuanqu::report
