#pragma once
// Query: filter, sort, group, count, sum and top-N over the records of a kind, written in FEEL (readable_texts.hpp).
// There is no second query language: lists, searches and figures all come from here. One pass over the records; a group
// keeps the ids behind its figures.

#include <string>
#include <vector>

#include "population/readable_texts.hpp"

namespace yuanqu::population {

struct Measure {
  enum class What : std::uint8_t { Count, Sum, Minimum, Maximum, Mean } what = What::Count;
  std::string text;  // FEEL that gives a number; Count: empty
};
std::optional<Measure::What> measure_named(std::string_view name);  // "count", "sum", "min", "max", "mean"
std::string_view name_of(Measure::What what);

struct Query {
  const Kind* kind = nullptr;
  std::string filter;                 // empty: all
  std::vector<std::string> group_by;  // empty and no measures: the records themselves
  std::vector<Measure> measures;      // empty with groups: count
  std::vector<std::string> columns;   // of the records themselves
  std::string sort;  // FEEL over a record; over groups "1", "2" … names a measure, empty: by the groups' values
  bool descending = false;
  bool to_export = false;  // the answer leaves as a file: only what the viewer may export
  bool closed = false;
  std::size_t offset = 0;
  std::size_t limit = 100;
  std::optional<base::Date> day;  // facts valid on that day as known now; outcomes are those of the zone's day
};

struct QueryRow {
  RecordId record = 0;                // of a row that is a record
  std::vector<feel::Value> keys;      // of a group; the columns of a record
  std::vector<feel::Value> measures;  // null when no record of the group had a number
  std::vector<std::size_t> lacking;   // for each measure: records without a number
  std::vector<RecordId> records;      // of a group
};

struct QueryAnswer {
  std::vector<QueryRow> rows;
  std::size_t total = 0;    // rows before offset and limit
  std::size_t records = 0;  // records that passed the filter
};

base::Result<QueryAnswer> run_query(const Population& population, const register_::Viewer& viewer, const Query& query);

// Order of two values of any kinds, nulls last: what sorting uses.
bool sorts_before(const feel::Value& a, const feel::Value& b, bool descending);

}  // namespace yuanqu::population
