#pragma once
// QueryColumns: a query over the zone's columns, a thousand rows at a time: the filter, and groups with their sums. The
// same answers as record by record (query.cpp), which speaks for rows columns are not sure of.

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "columns/runner.hpp"
#include "population/tally.hpp"

namespace yuanqu::population {

class ReadableTexts;

class QueryColumns {
 public:
  // nullopt: some text names what columns do not hold.
  static std::optional<QueryColumns> compile(const Population& population, const Query& query,
                                             const ReadableTexts& texts);

  enum class Done : std::uint8_t { Whole, NotHere, TooManyGroups };
  // Adds everybody who passes to the groups. NotHere: the image is of another day than the query.
  Done group(const Population::Image& image, const register_::Viewer& viewer, const Query& query, ReadableTexts& texts,
             const std::function<bool(FileId)>& may_leave, const std::vector<std::size_t>& keys,
             const std::vector<std::optional<std::size_t>>& measures, std::size_t groups_max,
             std::vector<QueryGroup>& groups, std::size_t& records) const;
  // The records that pass the filter, ascending; nullopt as above, or when there is no filter.
  std::optional<std::vector<RecordId>> passing(const Population::Image& image, const Query& query, ReadableTexts& texts,
                                               std::optional<std::size_t> filter) const;

 private:
  using ProgramPointer = std::shared_ptr<const columns::Program>;
  ProgramPointer filter_;
  std::vector<ProgramPointer> keys_, measures_;  // a measure that only counts: nullptr
};

}  // namespace yuanqu::population
