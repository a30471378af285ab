#include <algorithm>
#include <deque>

#include "base/text.hpp"
#include "tabular/row_source.hpp"

namespace yuanqu::tabular {

using base::ErrorCode;

namespace {

constexpr std::size_t look_ahead = 20;  // rows among which a header is looked for

bool is_empty(const Row& row) {
  return std::all_of(row.cells.begin(), row.cells.end(), [](const Cell& cell) {
    return cell.empty() || (cell.kind == CellKind::Text && base::trimmed(cell.text).empty());
  });
}

std::size_t filled(const Row& row) {
  return static_cast<std::size_t>(
      std::count_if(row.cells.begin(), row.cells.end(), [](const Cell& cell) { return !cell.empty(); }));
}

bool is_number_like(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789.,-+ ") == std::string_view::npos;
}

bool mostly_words(const Row& row) {
  const auto words = static_cast<std::size_t>(std::count_if(row.cells.begin(), row.cells.end(), [](const Cell& cell) {
    return cell.kind == CellKind::Text && !is_number_like(cell.text);
  }));
  return words * 5 >= filled(row) * 4;
}

std::string header_text(const Cell& cell) {
  // Line breaks and doubled blanks in headers come from narrow columns.
  std::string text;
  bool blank = false;
  std::size_t offset = 0;
  const std::string_view trimmed = base::trimmed(cell.text);
  while (offset < trimmed.size()) {
    const std::size_t from = offset;
    if (base::is_blank(base::next_code_point(trimmed, offset))) {
      blank = true;
      continue;
    }
    if (blank && static_cast<unsigned char>(trimmed[from]) < 0x80 && !text.empty() &&
        static_cast<unsigned char>(text.back()) < 0x80)
      text.push_back(' ');
    blank = false;
    text.append(trimmed.substr(from, offset - from));
  }
  return text;
}

class HeadedTable final : public Table {
 public:
  HeadedTable(std::unique_ptr<RowSource> rows, const ReadOptions& options, std::string shown)
      : rows_(std::move(rows)),
        limits_(options.limits),
        shown_(std::move(shown)),
        short_rows_are_odd_(rows_->short_rows_are_odd()) {}

  base::Result<void> find_header(std::size_t wanted) {
    if (const auto* fixed = rows_->fixed_header()) {
      header_ = *fixed;
      return {};
    }
    for (Row row; ahead_.size() < look_ahead;) {
      auto more = rows_->next(row);
      if (!more) return tl::unexpected(more.error());
      if (!*more) break;
      if (wanted != 0 && row.number < wanted) continue;
      if (is_empty(row)) continue;
      ahead_.push_back(std::move(row));
      row = {};
      if (wanted != 0) break;
    }
    if (ahead_.empty()) {
      return base::fail(ErrorCode::Invalid, "表里没有内容。请检查是否选对了文件和工作表。",
                        "The table is empty. Check the file and the sheet.", {.file = shown_});
    }
    std::size_t chosen = 0;
    if (wanted == 0) {
      std::size_t most = 0;
      for (const Row& row : ahead_) most = std::max(most, filled(row));
      const std::size_t enough = most <= 1 ? 1 : std::max<std::size_t>(2, (most * 3 + 4) / 5);
      const auto at = std::find_if(ahead_.begin(), ahead_.end(),
                                   [&](const Row& row) { return filled(row) >= enough && mostly_words(row); });
      chosen = at == ahead_.end() ? 0 : static_cast<std::size_t>(at - ahead_.begin());
    }
    if (chosen > 0) {
      rows_->oddities().note("title_rows_skipped",
                             "表头在第 " + std::to_string(ahead_[chosen].number) + " 行，前面的标题行没有当作数据。",
                             "The header is row " + std::to_string(ahead_[chosen].number) +
                                 "; the title rows above it were not taken as data.",
                             {.file = shown_, .row = ahead_.front().number});
    }
    take_header(ahead_[chosen]);
    header_row_ = ahead_[chosen].number;
    ahead_.erase(ahead_.begin(), ahead_.begin() + static_cast<std::ptrdiff_t>(chosen) + 1);
    if (wanted == 0 && !ahead_.empty()) take_second_header_row(ahead_.front());
    while (!header_.empty() && header_.back().empty()) header_.pop_back();
    for (std::size_t i = 0; i < header_.size(); ++i) {
      if (header_[i].empty()) {
        rows_->oddities().note("blank_header", "有的列没有列名，不会导入。",
                               "Some columns have no header; they are not imported.",
                               {.file = shown_, .row = header_row_, .column = i + 1});
      }
    }
    return {};
  }

  const std::vector<std::string>& header() const override { return header_; }
  std::size_t header_row() const override { return header_row_; }
  const std::vector<Oddity>& oddities() const override { return rows_->oddities().list(); }
  double progress() const override { return rows_->progress(); }

  base::Result<bool> next(Row& row) override {
    for (;;) {
      if (!ahead_.empty()) {
        row = std::move(ahead_.front());
        ahead_.pop_front();
      } else {
        auto more = rows_->next(row);
        if (!more || !*more) return more;
      }
      if (is_empty(row)) continue;
      if (++count_ > limits_.rows_max) {
        return base::fail(ErrorCode::LimitExceeded, "超过 " + std::to_string(limits_.rows_max) + " 行。请拆成几份。",
                          "There are over " + std::to_string(limits_.rows_max) + " rows. Split the file.",
                          {.file = shown_, .row = row.number});
      }
      square(row);
      return true;
    }
  }

 private:
  void take_header(const Row& row) {
    for (const Cell& cell : row.cells) {
      if (cell.column > header_.size()) header_.resize(cell.column);
      header_[cell.column - 1] = header_text(cell);
    }
  }

  // A header of two rows: groups above, names below. Recognised when the second row fills exactly the gaps of the first
  // (and the group cells that span them) with words, and leaves the rest empty.
  void take_second_header_row(const Row& below) {
    const std::size_t width = std::max(header_.size(), below.cells.empty() ? 0 : below.cells.back().column);
    std::vector<std::string> lower(width);
    for (const Cell& cell : below.cells) {
      if (!cell.empty()) lower[cell.column - 1] = header_text(cell);
    }
    header_.resize(width);
    const std::size_t gaps = static_cast<std::size_t>(std::count(header_.begin(), header_.end(), ""));
    if (gaps == 0 || !mostly_words(below)) {
      while (!header_.empty() && header_.back().empty()) header_.pop_back();
      return;
    }
    bool kept_above = false;
    for (std::size_t i = 0; i < width; ++i) {
      if (header_[i].empty() && lower[i].empty()) return;
      const bool spans = i + 1 < width && header_[i + 1].empty();
      if (!header_[i].empty() && !lower[i].empty() && !spans) return;
      kept_above = kept_above || (!header_[i].empty() && lower[i].empty());
    }
    if (!kept_above) return;
    for (std::size_t i = 0; i < width; ++i) {
      if (!lower[i].empty()) header_[i] = lower[i];
    }
    header_row_ = below.number;
    ahead_.pop_front();
    rows_->oddities().note("two_header_rows", "表头有两行，以下面一行为列名。",
                           "The header has two rows; the lower one names the columns.",
                           {.file = shown_, .row = header_row_});
  }

  void square(Row& row) {
    const std::size_t width = header_.size();
    bool dense = row.cells.size() == width;
    for (std::size_t i = 0; dense && i < width; ++i) dense = row.cells[i].column == i + 1;
    if (dense) return;
    std::vector<Cell> cells(width);
    bool excess = false;
    std::size_t last = 0;
    for (Cell& cell : row.cells) {
      last = std::max(last, cell.column);
      if (cell.column == 0 || cell.column > width) {
        excess = excess || !cell.empty();
        continue;
      }
      cells[cell.column - 1] = std::move(cell);
    }
    for (std::size_t i = 0; i < width; ++i) cells[i].column = i + 1;
    row.cells = std::move(cells);
    row.excess = excess;
    if (excess) {
      rows_->oddities().note("excess_cells", "有的行比表头多出内容。", "Some rows have cells beyond the header.",
                             {.file = shown_, .row = row.number});
    } else if (last < width && short_rows_are_odd_) {
      rows_->oddities().note("ragged_row", "有的行比表头短，缺的格按空处理。",
                             "Some rows are shorter than the header; what is missing counts as empty.",
                             {.file = shown_, .row = row.number});
    }
  }

  std::unique_ptr<RowSource> rows_;
  Limits limits_;
  std::string shown_;
  std::vector<std::string> header_;
  std::size_t header_row_ = 0;
  std::deque<Row> ahead_;
  std::size_t count_ = 0;
  bool short_rows_are_odd_;
};

}  // namespace

base::Result<std::unique_ptr<Table>> make_table(std::unique_ptr<RowSource> rows, const ReadOptions& options,
                                                std::string shown) {
  auto table = std::make_unique<HeadedTable>(std::move(rows), options, std::move(shown));
  if (auto found = table->find_header(options.header_row); !found) return tl::unexpected(found.error());
  return table;
}

}  // namespace yuanqu::tabular
