#pragma once
// Rows of input for `yuanqu decide`: CSV (a header cell is an input's name or a path into it), JSON (an object, or an
// array of them) and JSON Lines. Streaming for CSV and JSON Lines: one raw row at a time; turning it into values is a
// separate step, so that several threads can do it.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "dmn/evaluator.hpp"

namespace yuanqu::cli {

enum class RowFormat { Csv, Json, JsonLines };
base::Result<RowFormat> row_format_of(const std::filesystem::path& file);

struct RawRow {
  std::size_t number = 0;          // line of a CSV or JSON Lines file, position in a JSON array; from 1
  std::vector<std::string> cells;  // CSV
  std::string text;                // JSON Lines
  feel::Value value;               // JSON
};

class RowReader {
 public:
  virtual ~RowReader() = default;
  // false at the end.
  virtual base::Result<bool> next(RawRow& row) = 0;
  virtual const std::vector<std::string>& header() const = 0;  // CSV; else empty
  virtual bool single() const { return false; }                // a JSON file with one object
};
base::Result<std::unique_ptr<RowReader>> open_rows(const std::filesystem::path& file, RowFormat format);

// How the columns or members of a row become the inputs of a decision.
class RowPlan {
 public:
  // `inputs`: name and type of each input the decision takes.
  struct Input {
    std::string name;
    feel::TypePointer type;
  };
  RowPlan(std::vector<Input> inputs, const std::vector<std::string>& header);

  // Header cells that name no input.
  const std::vector<std::string>& unknown() const { return unknown_; }
  // Inputs that no column gives (CSV only).
  const std::vector<std::string>& missing() const { return missing_; }
  std::size_t size() const { return inputs_.size(); }

  // One value for each input, in their order; nullopt: the row does not give it. Errors carry the row and the field.
  base::Result<std::vector<std::optional<feel::Value>>> values(const RawRow& row) const;

 private:
  struct Branch {
    std::string member;
    feel::TypePointer type;
    std::optional<std::size_t> column;
    std::vector<Branch> branches;
  };
  void place(Branch& branch, std::vector<std::string_view> path, std::size_t column);
  base::Result<feel::Value> build(const Branch& branch, const RawRow& row) const;
  base::Result<std::vector<std::optional<feel::Value>>> from_object(const RawRow& row, const feel::Value& object) const;

  std::vector<Input> inputs_;
  std::vector<std::string> header_;
  std::vector<std::optional<Branch>> branches_;  // one for each input
  std::vector<std::string> unknown_, missing_;
};

}  // namespace yuanqu::cli
