#pragma once
// ColumnImage: every record as rows of columns (src/columns), plain fields as they read on one day, references as rows, child lists as
// the projection of the reference evaluator reads them. Kept up by changes; moving the day reads again only the rows something changes
// on. What columns do not hold (sources of a field, findings, the title of a reference) a decision that needs it reads row by row.
// Guarded by its owner: one writer or many readers.

#include <optional>
#include <unordered_map>
#include <vector>

#include "columns/compile.hpp"
#include "columns/runner.hpp"
#include "columns/store.hpp"
#include "population/fact_base.hpp"

namespace yuanqu::population {

class ColumnImage {
 public:
  explicit ColumnImage(const Catalogue& catalogue);

  // All records as of that day.
  void build(const FactBase& facts, base::Date day);
  // A record that changed, after the fact base took it; also what refers to it and whose child it is or was.
  void put(const FactBase& facts, const RecordState& record);
  // Reads again what differs on a later day.
  void move_to(const FactBase& facts, base::Date day);

  base::Date day() const { return day_; }
  const Catalogue& catalogue() const { return catalogue_; }
  columns::Store& store() { return store_; }
  const columns::Table& table(const Kind& kind) const { return *kinds_.at(kind.number).table; }
  std::optional<std::int32_t> row_of(RecordId record) const;
  RecordId record_of(const Kind& kind, std::int32_t row) const { return kinds_.at(kind.number).records[static_cast<std::size_t>(row)]; }
  // The record is known on the day, neither closed nor merged into another.
  bool is_open(const Kind& kind, std::int32_t row) const;
  std::size_t bytes() const;

  // Rows of a kind for which a FEEL text over its fields (and Today) is true, in order. Rows columns cannot answer for are put to
  // `by_itself`. The text's own error, or Unsupported with the reason.
  base::Result<std::vector<std::int32_t>> rows_where(const Kind& kind, const std::string& text, const std::function<bool(RecordId)>& by_itself);

 private:
  struct KindTable {
    const Kind* kind = nullptr;
    columns::Table* table = nullptr;
    std::vector<RecordId> records;             // by row
    std::vector<std::size_t> column_of_field;  // by index of the field; npos: not held
    std::vector<columns::Table*> items_of_field;
    std::size_t open = 0, changes = 0;         // columns
    struct Children {
      const Kind* kind;
      const Field* by;
      std::size_t list;
    };
    std::vector<Children> children;
  };
  std::int32_t add_row(KindTable& kind, RecordId record);
  void fill(const FactBase& facts, const RecordState& record);
  void fill_children(const FactBase& facts, const RecordState& record);
  void fill_field(KindTable& kind, std::size_t index, std::size_t row, const register_::Value& value, const FactBase& facts);

  const Catalogue& catalogue_;
  base::Date day_;
  columns::Store store_;
  std::unordered_map<std::uint32_t, KindTable> kinds_;
  std::unordered_map<RecordId, std::int32_t> rows_;
  std::unordered_map<std::string, std::shared_ptr<const columns::Program>> filters_;
};

}  // namespace yuanqu::population
