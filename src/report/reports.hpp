#pragma once
// Reports: a zone's own workbooks (套表) filled from the records as of a day, checked, signed off by a second person,
// and frozen with a number and a hash.
//
// A template is a workbook whose named cells hold FEEL: `count(enterprises[status = "operating"])`. In scope are every
// kind under its plural (a list of records with the fields the texts name, references read through, `outcomes`), and
// `Day`. A list fills downward, a list of lists or contexts to the right as well. A name that begins with `check` holds
// a condition that must be true; one that is not stands in the way of signing. Who fills a report must be allowed to
// read everything its texts name: otherwise it is refused.
//
// States: filled (may be filled again), signed. A signed report is never changed: its bytes, hash, number, day and the
// journal position it was made at are kept. Maker and signer are never the same person. Tables: report_template,
// report. Safe from every thread.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/date.hpp"
#include "base/error.hpp"
#include "journal/journal.hpp"
#include "population/population.hpp"

namespace yuanqu::report {

struct Template {
  std::int64_t id = 0;
  std::string name;
  std::string hash;  // SHA-256 of the file
  std::int64_t author = 0;
  std::int64_t created_ms = 0;
  std::size_t figures = 0, checks = 0;
};

struct Finding {     // a cell that could not be filled, or a check that does not hold
  std::string cell;  // "Sheet1!B3 (name)"
  bool check = false;
  std::string zh, en;
};

struct Report {
  std::int64_t id = 0;
  std::int64_t of = 0;  // template
  std::string name;
  base::Date day;
  bool is_signed = false;
  std::string number;              // of a signed one: "BB-2026-0001"
  std::string hash;                // SHA-256 of the filled file
  journal::Position position = 0;  // what was recorded when it was filled
  std::int64_t maker = 0, signer = 0;
  std::int64_t made_ms = 0, signed_ms = 0;
  std::vector<Finding> findings;
};

class Reports {
 public:
  Reports(journal::Journal& journal, const population::Population& population)
      : journal_(journal), population_(population) {}
  base::Result<void> create_tables();

  // Invalid with the cell when a named cell's text is no FEEL, when there is none, or the file is no workbook.
  base::Result<Template> add_template(const std::string& name, std::string bytes, std::int64_t author,
                                      std::int64_t now_ms);
  base::Result<std::vector<Template>> templates() const;
  base::Result<std::string> template_file(std::int64_t id) const;

  base::Result<Report> fill(std::int64_t of, base::Date day, const register_::Viewer& viewer, std::int64_t now_ms);
  // Conflict for what is signed already, has findings, or would be signed by its maker.
  base::Result<Report> sign(std::int64_t id, const register_::Viewer& viewer, std::int64_t now_ms);
  base::Result<std::vector<Report>> list(std::size_t limit) const;  // newest first
  base::Result<Report> find(std::int64_t id) const;
  // Forbidden, with the field, when the viewer may not read everything the template's texts name.
  base::Result<void> may_read(std::int64_t of, const register_::Viewer& viewer) const;
  // The bytes as they were made; Internal when they no longer have their hash.
  base::Result<std::string> file(std::int64_t id) const;

 private:
  journal::Journal& journal_;
  const population::Population& population_;
};

}  // namespace yuanqu::report
