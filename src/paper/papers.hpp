#pragma once
// The register of issued papers: number, kind, subject, status, hash of the PDF. A paper is issued in three steps, so
// that drawing never holds up the journal's writer and a crash between any two leaves one paper, not two:
//   1. prepare() takes a number in a transaction of its own; the same origin always gets the same number,
//   2. prepare() draws the PDF and stores it by content hash, synced,
//   3. issue() records the paper in the caller's transaction, with whatever else happens there; the same origin is
//   recorded once.
// Every PDF carries its data as JSON and a PAdES signature: of the installed issuer, else of the data folder's sample
// key (issuers.hpp). The same words are kept as DOCX beside it. Tables: paper, paper_file, paper_number,
// paper_reservation. Safe from every thread.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.hpp"
#include "base/error.hpp"
#include "feel/context_scope.hpp"
#include "journal/journal.hpp"
#include "paper/document.hpp"
#include "paper/issuers.hpp"
#include "paper/template.hpp"

namespace yuanqu::paper {

enum class Status : std::uint8_t { Valid = 1, Replaced = 2, Suspended = 3, Revoked = 4, Expired = 5 };
std::string_view name_of(Status status);  // "valid", …
Label labels_of(Status status);

struct Paper {
  std::int64_t id = 0;
  std::string number;  // "样本-SPJY-2026-000001"
  std::string template_id;
  Label labels;
  Label statement;  // empty unless a sample
  journal::FileId file = 0;
  journal::RecordId subject = 0;
  std::int64_t case_id = 0;
  Status status = Status::Valid;  // as recorded; status_on() adds expiry
  bool sample = true;
  base::Date issued_on;
  std::optional<base::Date> valid_from;
  std::optional<base::Date> valid_to;  // the last day
  std::string holder;
  std::string issuer;
  std::string hash;  // SHA-256 of the PDF
  std::int64_t bytes = 0;
  std::int64_t replaced_by = 0;
  std::int64_t issued_at_ms = 0;

  Status status_on(base::Date day) const;  // Expired after valid_to, unless replaced, suspended or revoked
  std::string file_name() const { return number + ".pdf"; }
};

struct Request {
  std::string template_id;
  std::string origin;  // what this paper comes from, unique for ever: "case 12 token 3"
  journal::FileId file = 0;
  journal::RecordId subject = 0;
  std::int64_t case_id = 0;
  base::Date day;            // of issue, the zone's day
  bool replaces = true;      // valid papers of the same template and subject become replaced
  feel::ContextScope names;  // what the template may use; `Paper` is added
};

struct Prepared {
  Request request;
  Paper paper;  // id 0
  struct {
    std::string hash;
    std::uint64_t size = 0;
  } docx;
};

struct Query {
  journal::FileId file = 0;  // 0: any
  journal::RecordId subject = 0;
  std::int64_t case_id = 0;
  std::int64_t before = 0;  // id: page on, newest first; 0: from the newest
  std::size_t limit = 50;
};

struct Options {
  std::string verify_address = "http://localhost:8080/verify/";  // the number is appended, percent-encoded
  Issuers* issuers = nullptr;                                    // with what a paper is issued; none: unsigned samples
};

class Papers final : public journal::Participant {
 public:
  Papers(journal::Journal& journal, std::shared_ptr<const Templates> templates, Options options = {});

  base::Result<Prepared> prepare(Request request);  // not on the writer thread
  base::Result<Paper> issue(journal::Transaction& transaction, const Prepared& prepared);
  base::Result<void> set_status(journal::Transaction& transaction, std::int64_t paper, Status status);
  // The licences of a subject (papers with a term) that are valid or suspended; letters and receipts stay as they are.
  // Answers how many changed.
  base::Result<std::int64_t> set_status_of(journal::Transaction& transaction, journal::RecordId subject, Status status);

  base::Result<Paper> find(std::int64_t id);
  base::Result<Paper> find_by_number(std::string_view number);
  base::Result<std::vector<Paper>> list(const Query& query);  // newest first
  base::Result<std::int64_t> count(const Query& query);       // ignoring before and limit
  base::Result<std::string> pdf(const Paper& paper);
  base::Result<std::string> docx(const Paper& paper);
  // All versions of the paper for its subject, newest first: what replaced what.
  base::Result<std::vector<Paper>> versions(const Paper& paper);
  // Papers of a case as one print: a cover with the index, then every paper. `cover` is put into scope beside `Papers`.
  base::Result<std::string> case_file(std::int64_t case_id, std::string_view cover_template, feel::ContextScope names,
                                      base::Date day);
  // The PDF of a template drawn over given names, as a preview: numbered 样本-预览 and recorded nowhere.
  base::Result<std::string> preview(std::string_view template_id, feel::ContextScope names, base::Date day);

  std::string verify_address(std::string_view number) const;
  const Templates& templates() const { return *templates_; }
  Issuers* issuers() const { return options_.issuers; }

  // journal::Participant
  std::string_view name() const override { return "paper"; }
  base::Result<void> create_tables(journal::Database& database) override;
  base::Result<void> apply(journal::Transaction& transaction, std::span<const journal::StoredChange> changes) override;

 private:
  Issuing issuing() const;
  base::Result<std::string> reserve_number(const Template& paper, const feel::ContextScope& names, base::Date day,
                                           const std::string& origin, bool sample);
  base::Result<Document> unissued(std::string_view template_id, feel::ContextScope names, base::Date day,
                                  const std::string& number, bool sample) const;

  journal::Journal& journal_;
  std::shared_ptr<const Templates> templates_;
  Options options_;
};

}  // namespace yuanqu::paper
