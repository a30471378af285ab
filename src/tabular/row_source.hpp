#pragma once
// What CSV, XLSX and JSON Lines have in common: rows as they stand in the file, before anybody has looked for a header.
// make_table() turns one into a Table: finds the header, drops empty rows, squares ragged ones, tells oddities.

#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "tabular/byte_source.hpp"
#include "tabular/reader.hpp"

namespace yuanqu::tabular {

// Notes each kind of oddity once, with its first place and how often it came.
class Oddities {
 public:
  void note(std::string_view code, std::string zh, std::string en, base::Place place);
  const std::vector<Oddity>& list() const { return list_; }

 private:
  std::vector<Oddity> list_;
};

class RowSource {
 public:
  virtual ~RowSource() = default;
  // Cells in any number, each with its column; empty cells may be left out at the end. false at the end.
  virtual base::Result<bool> next(Row& row) = 0;
  virtual double progress() const = 0;
  virtual Oddities& oddities() = 0;
  virtual bool short_rows_are_odd() const { return false; }  // in CSV; a spreadsheet simply leaves empty cells out
  virtual const std::vector<std::string>* fixed_header() const { return nullptr; }  // JSON Lines knows its own
};

base::Result<std::unique_ptr<Table>> make_table(std::unique_ptr<RowSource> rows, const ReadOptions& options,
                                                std::string shown);

base::Result<std::unique_ptr<RowSource>> csv_rows(ByteSourceMaker maker, const ReadOptions& options, std::string shown);
base::Result<std::unique_ptr<RowSource>> json_rows(ByteSourceMaker maker, const ReadOptions& options,
                                                   std::string shown);

}  // namespace yuanqu::tabular
