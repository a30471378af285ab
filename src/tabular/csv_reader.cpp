#include <algorithm>
#include <array>

#include "tabular/row_source.hpp"
#include "tabular/text_source.hpp"

namespace yuanqu::tabular {

using base::ErrorCode;

void Oddities::note(std::string_view code, std::string zh, std::string en, base::Place place) {
  for (Oddity& known : list_) {
    if (known.code == code) {
      ++known.count;
      return;
    }
  }
  list_.push_back({std::string(code), std::move(zh), std::move(en), std::move(place)});
}

namespace {

// What a spreadsheet program writes for a formula that failed.
bool is_error_value(std::string_view text) {
  constexpr std::array<std::string_view, 8> values = {"#N/A",   "#REF!",  "#VALUE!", "#DIV/0!",
                                                      "#NAME?", "#NULL!", "#NUM!",   "#SPILL!"};
  return text.starts_with('#') && std::find(values.begin(), values.end(), text) != values.end();
}

// A record longer than this is no row of a table; it bounds how far a row is looked for from its beginning.
constexpr std::size_t record_bytes_max = std::size_t{16} << 20;

// Counts of a delimiter outside quotes on each of the first lines; the most regular one wins.
char detect_delimiter(std::string_view text) {
  constexpr std::array<char, 4> candidates = {',', '\t', ';', '|'};
  constexpr std::size_t lines_max = 10;
  std::array<std::vector<std::size_t>, candidates.size()> counts;
  std::array<std::size_t, candidates.size()> here{};
  bool quoted = false;
  std::size_t lines = 0;
  const auto end_line = [&] {
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      counts[i].push_back(here[i]);
      here[i] = 0;
    }
    ++lines;
  };
  bool anything = false;
  for (std::size_t at = 0; at < text.size() && lines < lines_max; ++at) {
    const char c = text[at];
    if (c == '"') quoted = !quoted;
    if (c == '\n' && !quoted) {
      if (anything) end_line();
      anything = false;
      continue;
    }
    if (c != '\r') anything = true;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      if (c == candidates[i] && !quoted) ++here[i];
    }
  }
  if (anything && lines < lines_max) end_line();
  char best = ',';
  std::size_t best_score = 0;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (counts[i].empty()) continue;
    const std::size_t most = *std::max_element(counts[i].begin(), counts[i].end());
    if (most == 0) continue;
    const auto same = static_cast<std::size_t>(std::count(counts[i].begin(), counts[i].end(), most));
    const std::size_t score = same * 1000 + std::min<std::size_t>(most, 999);
    if (score > best_score) {
      best_score = score;
      best = candidates[i];
    }
  }
  return best;
}

class CsvRows final : public RowSource {
 public:
  CsvRows(TextSource text, const ReadOptions& options, std::string shown)
      : source_(std::move(text)), limits_(options.limits), delimiter_(options.delimiter), shown_(std::move(shown)) {}

  base::Result<bool> next(Row& row) override {
    if (delimiter_ == 0) {
      while (buffer_.size() < (std::size_t{64} << 10)) {
        auto more = source_.read(buffer_);
        if (!more) return tl::unexpected(more.error());
        if (!*more) break;
      }
      // Excel's own way to name the delimiter.
      if (buffer_.starts_with("sep=") && buffer_.size() > 5 && (buffer_[5] == '\r' || buffer_[5] == '\n')) {
        delimiter_ = buffer_[4];
        at_ = std::min(buffer_.find('\n'), buffer_.size() - 1) + 1;
      } else {
        delimiter_ = detect_delimiter(buffer_);
      }
    }
    for (;;) {
      const Outcome outcome = parse(row);
      if (outcome == Outcome::Row) {
        row.number = ++number_;
        if (row.cells.size() > limits_.columns_max) {
          return base::fail(ErrorCode::LimitExceeded,
                            "一行超过 " + std::to_string(limits_.columns_max) + " 列。请检查分隔符。",
                            "A row has over " + std::to_string(limits_.columns_max) + " columns. Check the delimiter.",
                            {.file = shown_, .row = number_});
        }
        return true;
      }
      if (outcome == Outcome::TooLong || buffer_.size() - at_ > record_bytes_max) {
        return base::fail(ErrorCode::LimitExceeded, "有一格或一行过长，可能是引号没有配对。请检查这一行。",
                          "A cell or row is too long, perhaps a quote that never closes. Check this row.",
                          {.file = shown_, .row = number_ + 1});
      }
      if (ended_) {
        if (outcome == Outcome::OpenQuote) {
          return base::fail(ErrorCode::Invalid, "从这一行起有引号没有配对。请补上引号。",
                            "A quote that opens in this row never closes. Close it.",
                            {.file = shown_, .row = number_ + 1});
        }
        return false;
      }
      if (at_ > (std::size_t{1} << 20) || at_ == buffer_.size()) {
        buffer_.erase(0, at_);
        at_ = 0;
      }
      auto more = source_.read(buffer_);
      if (!more) return tl::unexpected(more.error());
      ended_ = !*more;
      if (source_.guessed() && source_.encoding() == base::Encoding::Gb18030) {
        oddities_.note("encoding_guessed", "文件不是 UTF-8，按 GB18030（GBK）读取。",
                       "The file is not UTF-8; it was read as GB18030 (GBK).", {.file = shown_});
      }
    }
  }

  double progress() const override { return source_.progress(); }
  Oddities& oddities() override { return oddities_; }
  bool short_rows_are_odd() const override { return true; }

 private:
  enum class Outcome { Row, NeedMore, OpenQuote, TooLong };

  void add_cell(Row& row, std::string text, bool quoted) {
    Cell cell;
    cell.column = row.cells.size() + 1;
    if (!quoted) {
      const std::string_view trimmed = base::trimmed(text);
      if (trimmed.size() != text.size()) text = std::string(trimmed);
    }
    // ="00123" keeps leading zeros in spreadsheet programs; '=1+1 is how our own files keep a text from being run.
    if (text.size() > 3 && text.starts_with("=\"") && text.ends_with('"')) text = text.substr(2, text.size() - 3);
    if (text.size() > 1 && text[0] == '\'' && std::string_view("=+-@\t").find(text[1]) != std::string_view::npos)
      text.erase(0, 1);
    cell.kind = text.empty() ? CellKind::Empty : is_error_value(text) ? CellKind::Error : CellKind::Text;
    cell.text = std::move(text);
    row.cells.push_back(std::move(cell));
  }

  // Parses one record from at_; leaves at_ alone unless a whole record was there.
  Outcome parse(Row& row) {
    row.cells.clear();
    std::size_t at = at_;
    if (at >= buffer_.size()) return Outcome::NeedMore;
    for (;;) {
      std::string text;
      bool quoted = false;
      while (at < buffer_.size() && buffer_[at] == ' ' && delimiter_ != ' ') ++at;
      if (at < buffer_.size() && buffer_[at] == '"') {
        quoted = true;
        ++at;
        for (;;) {
          const std::size_t quote = buffer_.find('"', at);
          if (quote == std::string::npos)
            return buffer_.size() - at > limits_.cell_bytes_max ? Outcome::TooLong : Outcome::OpenQuote;
          text.append(buffer_, at, quote - at);
          at = quote + 1;
          if (at < buffer_.size() && buffer_[at] == '"') {
            text.push_back('"');
            ++at;
            continue;
          }
          if (at >= buffer_.size() && !ended_) return Outcome::NeedMore;
          break;
        }
        // What follows a closing quote up to the delimiter belongs to nobody; it is kept and told.
        const std::size_t end = end_of_cell(at);
        const std::string_view stray = base::trimmed(std::string_view(buffer_).substr(at, end - at));
        if (!stray.empty()) {
          text += stray;
          oddities_.note("stray_quote", "引号后面还有文字，已合并。",
                         "Text stands behind a closing quote; it was kept.", {.file = shown_, .row = number_ + 1});
        }
        at = end;
      } else {
        const std::size_t end = end_of_cell(at);
        text.assign(buffer_, at, end - at);
        at = end;
      }
      if (text.size() > limits_.cell_bytes_max) return Outcome::TooLong;
      if (at >= buffer_.size()) {
        if (!ended_) return Outcome::NeedMore;
        add_cell(row, std::move(text), quoted);
        at_ = at;
        return Outcome::Row;
      }
      add_cell(row, std::move(text), quoted);
      if (buffer_[at] == delimiter_) {
        ++at;
        if (row.cells.size() > limits_.columns_max) {
          at_ = at;
          return Outcome::Row;
        }
        continue;
      }
      if (buffer_[at] == '\r') ++at;
      if (at < buffer_.size() && buffer_[at] == '\n') ++at;
      at_ = at;
      return Outcome::Row;
    }
  }

  // Where the next delimiter or line end stands; the buffer's end when there is none.
  std::size_t end_of_cell(std::size_t at) const {
    const char* const begin = buffer_.data();
    const char* const end = begin + buffer_.size();
    const char* here = begin + at;
    while (here != end && *here != delimiter_ && *here != '\n' && *here != '\r') ++here;
    return static_cast<std::size_t>(here - begin);
  }

  TextSource source_;
  Limits limits_;
  char delimiter_;
  std::string shown_;
  std::string buffer_;
  std::size_t at_ = 0;
  std::size_t number_ = 0;
  bool ended_ = false;
  Oddities oddities_;
};

std::optional<base::Encoding> encoding_named(std::string_view name) {
  const std::string small = base::lower_case(name);
  if (small == "utf-8" || small == "utf8") return base::Encoding::Utf8;
  if (small == "gbk" || small == "gb2312" || small == "gb18030") return base::Encoding::Gb18030;
  if (small == "utf-16le") return base::Encoding::Utf16LittleEndian;
  if (small == "utf-16be") return base::Encoding::Utf16BigEndian;
  return std::nullopt;
}

}  // namespace

base::Result<std::unique_ptr<RowSource>> csv_rows(ByteSourceMaker maker, const ReadOptions& options,
                                                  std::string shown) {
  auto bytes = maker();
  if (!bytes) return tl::unexpected(bytes.error());
  std::optional<base::Encoding> encoding;
  if (!options.encoding.empty()) {
    encoding = encoding_named(options.encoding);
    if (!encoding) {
      return base::fail(
          ErrorCode::Unsupported, "不支持编码 " + options.encoding + "。可用：UTF-8、GB18030、UTF-16LE、UTF-16BE。",
          "The encoding " + options.encoding + " is not offered. Known: UTF-8, GB18030, UTF-16LE, UTF-16BE.");
    }
  }
  return std::make_unique<CsvRows>(TextSource(std::move(*bytes), encoding, shown), options, shown);
}

}  // namespace yuanqu::tabular
