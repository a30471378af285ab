#pragma once
// ColumnImage: every record as rows of columns (src/columns), plain fields as they read on one day, references as rows,
// child lists as the projection of the reference evaluator reads them. Kept up by changes; moving the day reads again
// only the rows something changes on. What columns do not hold (sources of a field, findings, the title of a reference)
// a decision that needs it reads row by row. Guarded by its owner: one writer or many readers.

#include <functional>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "columns/compile.hpp"
#include "columns/runner.hpp"
#include "columns/store.hpp"
#include "population/fact_base.hpp"
#include "population/row_index.hpp"

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
  RowIndex& rows() { return rows_; }
  const RowIndex& rows() const { return rows_; }
  std::optional<std::int32_t> row_of(RecordId record) const { return rows_.row_of(record); }
  std::optional<std::int32_t> row_of(const Kind& kind, RecordId record) const { return rows_.row_of(kind, record); }
  RecordId record_of(const Kind& kind, std::int32_t row) const { return rows_.record_of(kind, row); }
  // The file the record belongs to: permission goes by it.
  journal::FileId file_of(const Kind& kind, std::int32_t row) const {
    return kinds_.at(kind.number).files[static_cast<std::size_t>(row)];
  }
  // The record is known on the day, neither closed nor merged into another.
  bool is_open(const Kind& kind, std::int32_t row) const;
  bool is_closed(const Kind& kind, std::int32_t row) const;  // or merged
  // The column of a field held as one; nullptr: it is not.
  const columns::Column* column(const Kind& kind, const Field& field) const;
  const columns::Dictionary& texts() const { return store_.dictionary; }
  bool is_merged(const Kind& kind, std::int32_t row) const {
    return kinds_.at(kind.number).merged[static_cast<std::size_t>(row)];
  }
  std::size_t bytes() const;

  // Everything as one file with a mark of the caller's; load() fills an image that was not built and answers the mark.
  base::Result<void> save(const std::filesystem::path& file, std::string_view mark) const;
  base::Result<std::string> load(const std::filesystem::path& file);

  // A FEEL text over what `type` names of a kind (and Today) as a program; kept for the next time. The text's own
  // error, or Unsupported with the reason. Writes the store's texts: nobody may read the image meanwhile.
  base::Result<std::shared_ptr<const columns::Program>> compile(const Kind& kind, const feel::TypePointer& type,
                                                                const std::string& text);
  // Rows for which such a program is true, in order. Rows columns cannot answer for are put to `by_itself`.
  std::vector<std::int32_t> rows_where(const Kind& kind, const std::shared_ptr<const columns::Program>& program,
                                       const std::function<bool(RecordId)>& by_itself) const;

 private:
  struct KindTable {
    const Kind* kind = nullptr;
    columns::Table* table = nullptr;
    std::vector<journal::FileId> files;        // by row
    std::vector<bool> merged;                  // by row
    std::vector<std::size_t> column_of_field;  // by index of the field; npos: not held
    std::vector<columns::Table*> items_of_field;
    std::size_t open = 0, changes = 0;  // columns
    struct Children {
      const Kind* kind;
      const Field* by;
      std::size_t list;
    };
    std::vector<Children> children;
  };
  std::int32_t add_row(KindTable& kind, RecordId record);
  // Days on which a child may come or go, by the parent it may concern.
  using LinkDays = std::unordered_map<RecordId, base::Date>;
  void note_link_days(const FactBase& facts, const RecordState& child, LinkDays& days) const;
  void build_children(const FactBase& facts, const LinkDays& days);
  void fill(const FactBase& facts, const RecordState& record);
  void fill_children(const FactBase& facts, const RecordState& record);
  void fill_field(KindTable& kind, std::size_t index, std::size_t row, const register_::Value& value,
                  const FactBase& facts);

  const Catalogue& catalogue_;
  base::Date day_;
  columns::Store store_;
  std::unordered_map<std::uint32_t, KindTable> kinds_;
  RowIndex rows_;
  std::map<std::string, std::shared_ptr<const columns::Program>> texts_compiled_;
};

}  // namespace yuanqu::population
