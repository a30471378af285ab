#include "paper/papers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "journal/condition.hpp"
#include "paper/docx.hpp"
#include "paper/paper_json.hpp"
#include "paper/pdf_file.hpp"
#include "paper/render.hpp"

namespace yuanqu::paper {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;
using journal::Database;
using journal::Statement;

constexpr std::string_view paper_columns =
    "id, number, template, label_zh, label_en, statement_zh, statement_en, file, subject, case_id, status, sample, "
    "issued_on, "
    "valid_from, valid_to, holder, issuer, hash, bytes, replaced_by, issued_at_ms";

std::optional<base::Date> day_at(const Statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return base::Date::from_days(row.integer(column));
}

std::optional<std::int64_t> days_of(const std::optional<base::Date>& day) {
  if (!day) return std::nullopt;
  return day->days();
}

Paper paper_of(const Statement& row) {
  Paper paper;
  paper.id = row.integer(0);
  paper.number = row.text(1);
  paper.template_id = row.text(2);
  paper.labels = {std::string(row.text(3)), std::string(row.text(4))};
  paper.statement = {std::string(row.text(5)), std::string(row.text(6))};
  paper.file = row.integer(7);
  paper.subject = row.integer(8);
  paper.case_id = row.integer(9);
  paper.status = static_cast<Status>(row.integer(10));
  paper.sample = row.integer(11) != 0;
  paper.issued_on = base::Date::from_days(row.integer(12));
  paper.valid_from = day_at(row, 13);
  paper.valid_to = day_at(row, 14);
  paper.holder = row.text(15);
  paper.issuer = row.text(16);
  paper.hash = row.text(17);
  paper.bytes = row.integer(18);
  paper.replaced_by = row.integer(19);
  paper.issued_at_ms = row.integer(20);
  return paper;
}

tl::unexpected<base::Error> no_such_paper() {
  return fail(ErrorCode::NotFound, "没有这份文书，请核对编号。", "There is no such paper; check the number.");
}

Result<Paper> one(Statement& statement) {
  auto row = statement.step();
  if (!row) return tl::unexpected(row.error());
  if (!*row) return no_such_paper();
  return paper_of(statement);
}

std::string percent_encoded(std::string_view text) {
  std::string encoded;
  for (char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    const bool plain =
        (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') || byte == '-';
    encoded += plain ? std::string(1, letter) : fmt::format("%{:02X}", byte);
  }
  return encoded;
}

feel::Value paper_context(const std::string& number, base::Date day, const std::string& verify_at) {
  return feel::Value::context({{feel::String("number"), feel::Value(number)},
                               {feel::String("issued on"), feel::Value(day)},
                               {feel::String("verify at"), feel::Value(verify_at)}});
}

std::optional<base::Date> date_of(const feel::Value& value) {
  if (!value.is(feel::Kind::Date)) return std::nullopt;
  return value.date();
}

}  // namespace

std::string_view name_of(Status status) {
  switch (status) {
    case Status::Valid: return "valid";
    case Status::Replaced: return "replaced";
    case Status::Suspended: return "suspended";
    case Status::Revoked: return "revoked";
    case Status::Expired: return "expired";
  }
  return "revoked";
}

Label labels_of(Status status) {
  switch (status) {
    case Status::Valid: return {"有效", "Valid"};
    case Status::Replaced: return {"已被新证替换", "Replaced"};
    case Status::Suspended: return {"暂扣", "Suspended"};
    case Status::Revoked: return {"已撤销", "Revoked"};
    case Status::Expired: return {"已过期", "Expired"};
  }
  return {"已撤销", "Revoked"};
}

Status Paper::status_on(base::Date day) const {
  if (status == Status::Valid && valid_to && *valid_to < day) return Status::Expired;
  return status;
}

Papers::Papers(journal::Journal& journal, std::shared_ptr<const Templates> templates, Options options)
    : journal_(journal), templates_(std::move(templates)), options_(std::move(options)) {}

Result<void> Papers::create_tables(Database& database) {
  return database.execute(R"(
    CREATE TABLE IF NOT EXISTS paper(
      id INTEGER PRIMARY KEY, number TEXT NOT NULL UNIQUE, template TEXT NOT NULL, label_zh TEXT NOT NULL, label_en TEXT NOT NULL,
      statement_zh TEXT NOT NULL, statement_en TEXT NOT NULL, file INTEGER NOT NULL, subject INTEGER NOT NULL, case_id INTEGER NOT NULL,
      status INTEGER NOT NULL, sample INTEGER NOT NULL, issued_on INTEGER NOT NULL, valid_from INTEGER, valid_to INTEGER,
      holder TEXT NOT NULL, issuer TEXT NOT NULL, hash TEXT NOT NULL, bytes INTEGER NOT NULL, replaced_by INTEGER NOT NULL DEFAULT 0,
      issued_at_ms INTEGER NOT NULL, origin TEXT NOT NULL UNIQUE);
    CREATE INDEX IF NOT EXISTS paper_by_file ON paper(file, id);
    CREATE INDEX IF NOT EXISTS paper_by_subject ON paper(subject, template, status);
    CREATE INDEX IF NOT EXISTS paper_by_case ON paper(case_id) WHERE case_id <> 0;
    CREATE TABLE IF NOT EXISTS paper_file(paper INTEGER NOT NULL, type TEXT NOT NULL, hash TEXT NOT NULL,
      PRIMARY KEY(paper, type)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS paper_number(series TEXT NOT NULL, year INTEGER NOT NULL, last INTEGER NOT NULL,
      PRIMARY KEY(series, year)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS paper_reservation(origin TEXT PRIMARY KEY, number TEXT NOT NULL UNIQUE) WITHOUT ROWID;
    INSERT OR IGNORE INTO attachment(hash, size, format) SELECT hash, bytes, 'pdf' FROM paper;
    INSERT OR IGNORE INTO attachment_name(hash, owner, id) SELECT hash, 'paper', id FROM paper;
  )");
}

Result<void> Papers::apply(journal::Transaction&, std::span<const journal::StoredChange>) { return {}; }

std::string Papers::verify_address(std::string_view number) const {
  return options_.verify_address + percent_encoded(number);
}

Issuing Papers::issuing() const { return options_.issuers != nullptr ? options_.issuers->issuing() : Issuing{}; }

Result<std::string> Papers::reserve_number(const Template& paper, const feel::ContextScope& names, base::Date day,
                                           const std::string& origin, bool sample) {
  const std::int64_t year = day.civil().year;
  std::string series = paper.series;
  if (!paper.word.empty()) {
    auto department = names.evaluate(paper.department);
    if (!department) return tl::unexpected(department.error());
    series = print(*department, Language::Chinese) + paper.word;
  }
  // Samples are counted apart: the first real paper is number one.
  const std::string counted_as = (sample ? "" : "real ") + series;
  std::string number;
  auto committed = journal_.commit(
      [&](journal::Transaction& transaction) -> Result<void> {
        Database& database = transaction.database();
        auto known = database.prepare("SELECT number FROM paper_reservation WHERE origin = ?");
        if (!known) return tl::unexpected(known.error());
        auto row = known->bind_all(origin).step();
        if (!row) return tl::unexpected(row.error());
        if (*row) {
          number = known->text(0);
          return {};
        }
        auto next = database.prepare(
            "INSERT INTO paper_number(series, year, last) VALUES(?, ?, 1) ON CONFLICT(series, year) DO UPDATE SET last "
            "= last + 1 "
            "RETURNING last");
        if (!next) return tl::unexpected(next.error());
        auto counted = next->bind_all(counted_as, year).step();
        if (!counted) return tl::unexpected(counted.error());
        number = paper.word.empty() ? fmt::format("{}-{}-{:06}", series, year, next->integer(0))
                                    : fmt::format("{}〔{}〕{}号", series, year, next->integer(0));
        if (sample) number = "样本-" + number;
        next->reset();
        auto keep = database.prepare("INSERT INTO paper_reservation(origin, number) VALUES(?, ?)");
        if (!keep) return tl::unexpected(keep.error());
        return keep->bind_all(origin, number).run();
      },
      journal::BatchInfo{});
  if (!committed) return tl::unexpected(committed.error());
  return number;
}

Result<Prepared> Papers::prepare(Request request) {
  const Template* paper = templates_->paper(request.template_id);
  if (paper == nullptr) {
    return fail(ErrorCode::NotFound, "没有文书模板“" + request.template_id + "”，请在业务包的 papers 里补上。",
                "There is no paper template \"" + request.template_id + "\"; add it to the pack's papers.",
                {.rule = request.template_id});
  }
  const Issuing issuing = this->issuing();
  auto number = reserve_number(*paper, request.names, request.day, request.origin, issuing.sample);
  if (!number) return tl::unexpected(number.error());

  Prepared prepared{std::move(request), {}, {}};
  Paper& made = prepared.paper;
  const Request& asked = prepared.request;
  prepared.request.names.set({"Paper", paper_context(*number, asked.day, verify_address(*number)), nullptr});
  auto document = compose(*paper, asked.names,
                          DocumentOptions{.number = *number,
                                          .issued_on = asked.day,
                                          .verify_at = verify_address(*number),
                                          .sample = issuing.sample,
                                          .language = Language::Chinese});
  if (!document) return tl::unexpected(document.error());
  for (const PublicField& field : paper->public_fields) {
    auto value = asked.names.evaluate(field.value);
    if (!value) return tl::unexpected(value.error());
    if (field.name == "holder") made.holder = print(*value, Language::Chinese);
    if (field.name == "issuer") made.issuer = print(*value, Language::Chinese);
    if (field.name == "valid from") made.valid_from = date_of(*value);
    if (field.name == "valid to") made.valid_to = date_of(*value);
  }
  made.number = *number;
  made.template_id = paper->id;
  made.labels = paper->labels;
  made.sample = issuing.sample;
  if (made.sample) made.statement = paper->statement;
  made.file = asked.file;
  made.subject = asked.subject;
  made.case_id = asked.case_id;
  made.issued_on = asked.day;
  auto pdf = render(*document);
  if (pdf && issuing.signer) {
    pdf = signed_pdf(*pdf, {made.number + ".json", "application/json", json_of(made, *document)}, *issuing.signer,
                     {made.sample ? issuing.signer->subject() : issuing.name,
                      made.sample ? made.statement.zh : made.labels.zh, asked.day});
  }
  if (!pdf) return tl::unexpected(pdf.error());
  auto words = paper::docx(*document);
  if (!words) return tl::unexpected(words.error());
  auto kept_words = journal_.attachments().store(*words);
  if (!kept_words) return tl::unexpected(kept_words.error());
  prepared.docx = {kept_words->hash, kept_words->size};
  auto stored = journal_.attachments().store(*pdf);
  if (!stored) return tl::unexpected(stored.error());
  made.hash = stored->hash;
  made.bytes = static_cast<std::int64_t>(stored->size);
  return prepared;
}

Result<Paper> Papers::issue(journal::Transaction& transaction, const Prepared& prepared) {
  Database& database = transaction.database();
  auto known = database.prepare("SELECT " + std::string(paper_columns) + " FROM paper WHERE origin = ?");
  if (!known) return tl::unexpected(known.error());
  auto row = known->bind_all(prepared.request.origin).step();
  if (!row) return tl::unexpected(row.error());
  if (*row) return paper_of(*known);

  Paper paper = prepared.paper;
  paper.id = transaction.new_id();
  paper.issued_at_ms = transaction.recorded_at_ms();
  if (prepared.request.replaces) {
    auto replace = database.prepare(
        "UPDATE paper SET status = ?, replaced_by = ? WHERE subject = ? AND template = ? AND status IN (?, ?)");
    if (!replace) return tl::unexpected(replace.error());
    auto done = replace
                    ->bind_all(static_cast<int>(Status::Replaced), paper.id, paper.subject, paper.template_id,
                               static_cast<int>(Status::Valid), static_cast<int>(Status::Suspended))
                    .run();
    if (!done) return tl::unexpected(done.error());
  }
  auto insert = database.prepare("INSERT INTO paper(" + std::string(paper_columns) +
                                 ", origin) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
  if (!insert) return tl::unexpected(insert.error());
  auto stored = insert
                    ->bind_all(paper.id, paper.number, paper.template_id, paper.labels.zh, paper.labels.en,
                               paper.statement.zh, paper.statement.en, paper.file, paper.subject, paper.case_id,
                               static_cast<int>(paper.status), paper.sample, paper.issued_on.days(),
                               days_of(paper.valid_from), days_of(paper.valid_to), paper.holder, paper.issuer,
                               paper.hash, paper.bytes, paper.replaced_by, paper.issued_at_ms, prepared.request.origin)
                    .run();
  if (!stored) return tl::unexpected(stored.error());
  auto file = database.prepare("INSERT INTO paper_file(paper, type, hash) VALUES(?, 'docx', ?)");
  if (!file) return tl::unexpected(file.error());
  if (auto kept = file->bind_all(paper.id, prepared.docx.hash).run(); !kept) return tl::unexpected(kept.error());
  for (const auto& [hash, size, format] : {std::tuple(paper.hash, static_cast<std::uint64_t>(paper.bytes), "pdf"),
                                           std::tuple(prepared.docx.hash, prepared.docx.size, "docx")}) {
    if (auto noted = journal_.attachments().note(transaction, {hash, size, format}); !noted)
      return tl::unexpected(noted.error());
    if (auto named = journal::Attachments::name(transaction, hash, name(), paper.id); !named)
      return tl::unexpected(named.error());
  }
  return paper;
}

Result<void> Papers::set_status(journal::Transaction& transaction, std::int64_t paper, Status status) {
  auto update = transaction.database().prepare("UPDATE paper SET status = ? WHERE id = ?");
  if (!update) return tl::unexpected(update.error());
  auto done = update->bind_all(static_cast<int>(status), paper).run();
  if (!done) return done;
  if (transaction.database().changes() == 0) return no_such_paper();
  return {};
}

Result<std::int64_t> Papers::set_status_of(journal::Transaction& transaction, journal::RecordId subject,
                                           Status status) {
  auto update = transaction.database().prepare(
      "UPDATE paper SET status = ?2 WHERE subject = ?1 AND status IN (1, 3) AND status <> ?2 AND "
      "(valid_from IS NOT NULL OR valid_to IS NOT NULL)");
  if (!update) return tl::unexpected(update.error());
  if (auto done = update->bind_all(subject, static_cast<int>(status)).run(); !done) return tl::unexpected(done.error());
  return transaction.database().changes();
}

Result<Paper> Papers::find(std::int64_t id) {
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto query = snapshot->database().prepare("SELECT " + std::string(paper_columns) + " FROM paper WHERE id = ?");
  if (!query) return tl::unexpected(query.error());
  query->bind_all(id);
  return one(*query);
}

Result<Paper> Papers::find_by_number(std::string_view number) {
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto query = snapshot->database().prepare("SELECT " + std::string(paper_columns) + " FROM paper WHERE number = ?");
  if (!query) return tl::unexpected(query.error());
  query->bind_all(number);
  return one(*query);
}

namespace {

// Only the conditions that are asked, so that SQLite can use the index of each.
journal::Condition chosen(const Query& query) {
  journal::Condition where;
  if (query.file != 0) where.add("file = ?", query.file);
  if (query.subject != 0) where.add("subject = ?", query.subject);
  if (query.case_id != 0) where.add("case_id = ?", query.case_id).add("case_id <> 0");
  return where;
}

}  // namespace

Result<std::vector<Paper>> Papers::list(const Query& query) {
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  const journal::Condition where = query.before == 0 ? chosen(query) : chosen(query).add("id < ?", query.before);
  auto select = where.prepare(snapshot->database(), "SELECT " + std::string(paper_columns) + " FROM paper",
                              "ORDER BY id DESC LIMIT " + std::to_string(query.limit));
  if (!select) return tl::unexpected(select.error());
  std::vector<Paper> papers;
  while (true) {
    auto row = select->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return papers;
    papers.push_back(paper_of(*select));
  }
}

Result<std::int64_t> Papers::count(const Query& query) {
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  const journal::Condition where = chosen(query);
  auto select = where.prepare(snapshot->database(), "SELECT count(*) FROM paper");
  if (!select) return tl::unexpected(select.error());
  auto row = select->step();
  if (!row) return tl::unexpected(row.error());
  return select->integer(0);
}

Result<std::string> Papers::pdf(const Paper& paper) { return journal_.attachments().read(paper.hash); }

Result<std::string> Papers::docx(const Paper& paper) {
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto row = snapshot->database().prepare("SELECT hash FROM paper_file WHERE paper = ? AND type = 'docx'");
  if (!row) return tl::unexpected(row.error());
  auto found = row->bind_all(paper.id).step();
  if (!found) return tl::unexpected(found.error());
  if (!*found) {
    return fail(ErrorCode::NotFound, "这份文书没有 DOCX，请用 PDF。", "There is no DOCX of this paper; use the PDF.");
  }
  return journal_.attachments().read(row->text(0));
}

Result<std::vector<Paper>> Papers::versions(const Paper& paper) {
  auto all = list({.subject = paper.subject, .limit = 500});
  if (!all) return all;
  std::erase_if(*all, [&](const Paper& other) { return other.template_id != paper.template_id; });
  return all;
}

Result<Document> Papers::unissued(std::string_view template_id, feel::ContextScope names, base::Date day,
                                  const std::string& number, bool sample) const {
  const Template* paper = templates_->paper(template_id);
  if (paper == nullptr) return no_such_paper();
  names.set({"Paper", paper_context(number, day, verify_address(number)), nullptr});
  return compose(*paper, names,
                 DocumentOptions{.number = number,
                                 .issued_on = day,
                                 .verify_at = verify_address(number),
                                 .sample = sample,
                                 .language = Language::Chinese});
}

Result<std::string> Papers::preview(std::string_view template_id, feel::ContextScope names, base::Date day) {
  auto document = unissued(template_id, std::move(names), day, "样本-预览", true);
  if (!document) return tl::unexpected(document.error());
  return render(*document);
}

Result<std::string> Papers::case_file(std::int64_t case_id, std::string_view cover_template, feel::ContextScope names,
                                      base::Date day) {
  auto papers = list({.case_id = case_id, .limit = 500});
  if (!papers) return tl::unexpected(papers.error());
  std::reverse(papers->begin(), papers->end());  // in the order they were issued
  std::vector<std::string> files;
  std::vector<feel::Value> index;
  std::size_t page = 0;
  for (const Paper& paper : *papers) {
    auto bytes = pdf(paper);
    if (!bytes) return bytes;
    auto pages = pages_of(*bytes);
    if (!pages) return tl::unexpected(pages.error());
    index.push_back(feel::Value::context({{feel::String("title"), feel::Value(paper.labels.zh)},
                                          {feel::String("number"), feel::Value(paper.number)},
                                          {feel::String("day"), feel::Value(paper.issued_on)},
                                          {feel::String("page"), feel::Value(static_cast<std::int64_t>(page + 1))},
                                          {feel::String("pages"), feel::Value(static_cast<std::int64_t>(*pages))}}));
    page += *pages;
    files.push_back(std::move(*bytes));
  }
  names.set({"Papers", feel::Value::list(std::move(index)), nullptr});
  const bool sample = issuing().sample;
  auto document = unissued(cover_template, std::move(names), day, sample ? "样本-卷宗" : "卷宗", sample);
  if (!document) return tl::unexpected(document.error());
  auto cover = render(*document);
  if (!cover) return cover;
  files.insert(files.begin(), std::move(*cover));
  return merged_pdf(files, document->label());
}

}  // namespace yuanqu::paper
