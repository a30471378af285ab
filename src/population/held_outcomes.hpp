#pragma once
// HeldOutcomes: the outcomes of one decision, 12 bytes for each row of its kind: which value, since, until. Equal
// values (with whether the decision applies and the rules that matched) are kept once. Owned by Population, which
// guards it; the rows are the RowIndex's.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "population/outcome.hpp"
#include "population/row_index.hpp"

namespace yuanqu::population {

class HeldOutcomes {
 public:
  HeldOutcomes(RowIndex& rows, const register_::Kind& kind) : rows_(rows), kind_(kind) {}

  std::optional<Outcome> find(RecordId subject) const;  // nullopt: it never concerned the record
  std::optional<Outcome> at(std::int32_t row) const;
  // Which value the row has, for reading many: 0 none; else value() tells it. Numbers are given again when nobody has
  // the value any more.
  std::uint32_t number_at(std::int32_t row) const {
    return static_cast<std::size_t>(row) < held_.size() ? held_[static_cast<std::size_t>(row)].value : 0;
  }
  struct Kept {
    bool applies = false;
    feel::Value value;
    std::string rules;
    std::size_t used = 0;
  };
  const Kept& value(std::uint32_t number) const { return values_[number]; }
  std::size_t values() const { return values_.size(); }
  std::optional<base::Date> until_at(std::int32_t row) const;

  void put(const Outcome& outcome);
  void erase(RecordId subject);
  void for_each(const std::function<void(const Outcome&)>& callback) const;  // in order of rows
  std::size_t size() const { return size_; }
  std::size_t bytes() const;

  void save(std::string& out) const;
  bool load(std::string_view& in);

 private:
  struct Held {
    std::uint32_t value = 0;
    std::int32_t since = no_day, until = no_day;
  };
  static constexpr std::int32_t no_day = INT32_MIN;
  std::uint32_t number_of(const Outcome& outcome);
  void release(std::uint32_t number);

  RowIndex& rows_;
  const register_::Kind& kind_;
  std::vector<Held> held_;  // by row
  std::vector<Kept> values_ = std::vector<Kept>(1);
  std::vector<std::uint32_t> free_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::unordered_map<std::int32_t, base::Date>
      look_again_;  // of rows that are looked at on a day without having an until
  std::size_t size_ = 0;
};

}  // namespace yuanqu::population
