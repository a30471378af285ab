#include "cli/decide_rows.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "dmn/json.hpp"
#include "dmn/typed_input.hpp"
#include "feel/scope.hpp"

namespace yuanqu::cli {

namespace {

using base::ErrorCode;
using feel::Value;

tl::unexpected<base::Error> cannot_open(const std::filesystem::path& file) {
  return base::fail(ErrorCode::NotFound, "输入文件 " + file.string() + " 打不开；请检查路径和权限。",
                    "The input file " + file.string() + " cannot be opened; check its path and permissions.",
                    {.file = file.string()});
}

// RFC 4180 with either line end; a byte order mark is skipped. Not the reader of `src/tabular`: that one passes over
// rows that are wholly empty and guesses separators, while here every row of the file has its row in the output, and a
// row of nulls is a question.
class CsvReader final : public RowReader {
 public:
  explicit CsvReader(const std::filesystem::path& file) : file_(file.string()), in_(file, std::ios::binary) {}

  bool is_open() const { return in_.is_open(); }

  base::Result<bool> read_header() {
    RawRow row;
    auto more = read_record(row);
    if (!more) return more;
    if (!*more)
      return base::fail(ErrorCode::Invalid, "输入文件是空的；第一行应是表头。",
                        "The input file is empty; its first line must be the header.", {.file = file_});
    header_ = std::move(row.cells);
    if (!header_.empty() && header_[0].starts_with("\xEF\xBB\xBF")) header_[0].erase(0, 3);
    return true;
  }

  base::Result<bool> next(RawRow& row) override {
    while (true) {
      auto more = read_record(row);
      if (!more || !*more) return more;
      if (row.cells.size() == 1 && row.cells[0].empty() && header_.size() > 1)
        continue;  // a line without a single comma
      return true;
    }
  }
  const std::vector<std::string>& header() const override { return header_; }

 private:
  base::Result<bool> read_record(RawRow& row) {
    row.cells.clear();
    if (!std::getline(in_, line_)) return false;
    row.number = ++number_;
    std::string cell;
    bool quoted = false;
    std::size_t at = 0;
    while (true) {
      if (at >= line_.size() || (at + 1 == line_.size() && line_[at] == '\r' && !quoted)) {
        if (!quoted) break;
        cell += '\n';
        if (!std::getline(in_, line_)) {
          return base::fail(ErrorCode::Invalid, "第 " + std::to_string(row.number) + " 行的引号没有收尾。",
                            "The quotation mark opened in row " + std::to_string(row.number) + " is never closed.",
                            {.file = file_, .row = row.number});
        }
        ++number_;
        at = 0;
        continue;
      }
      const char c = line_[at++];
      if (quoted) {
        if (c != '"')
          cell += c;
        else if (at < line_.size() && line_[at] == '"')
          cell += line_[at++];
        else
          quoted = false;
      } else if (c == '"' && cell.empty()) {
        quoted = true;
      } else if (c == ',') {
        row.cells.push_back(std::move(cell));
        cell.clear();
      } else {
        cell += c;
      }
    }
    row.cells.push_back(std::move(cell));
    return true;
  }

  std::string file_;
  std::ifstream in_;
  std::string line_;
  std::size_t number_ = 0;
  std::vector<std::string> header_;
};

class JsonLinesReader final : public RowReader {
 public:
  explicit JsonLinesReader(const std::filesystem::path& file) : in_(file, std::ios::binary) {}
  bool is_open() const { return in_.is_open(); }
  base::Result<bool> next(RawRow& row) override {
    while (std::getline(in_, row.text)) {
      row.number = ++number_;
      if (number_ == 1 && row.text.starts_with("\xEF\xBB\xBF")) row.text.erase(0, 3);
      if (row.text.find_first_not_of(" \t\r") != std::string::npos) return true;
    }
    return false;
  }
  const std::vector<std::string>& header() const override { return header_; }

 private:
  std::ifstream in_;
  std::size_t number_ = 0;
  std::vector<std::string> header_;
};

class JsonReader final : public RowReader {
 public:
  explicit JsonReader(Value value) : value_(std::move(value)) {}
  base::Result<bool> next(RawRow& row) override {
    const bool is_list = value_.is(feel::Kind::List);
    if (at_ >= (is_list ? value_.items().size() : 1)) return false;
    row.value = is_list ? value_.items()[at_] : value_;
    row.number = ++at_;
    return true;
  }
  const std::vector<std::string>& header() const override { return header_; }
  bool single() const override { return !value_.is(feel::Kind::List); }

 private:
  Value value_;
  std::size_t at_ = 0;
  std::vector<std::string> header_;
};

}  // namespace

base::Result<RowFormat> row_format_of(const std::filesystem::path& file) {
  std::string extension = file.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (extension == ".csv") return RowFormat::Csv;
  if (extension == ".json") return RowFormat::Json;
  if (extension == ".jsonl" || extension == ".ndjson") return RowFormat::JsonLines;
  return base::fail(ErrorCode::Unsupported, "文件 " + file.string() + " 的扩展名应为 .csv、.json 或 .jsonl。",
                    "The file " + file.string() + " should end in .csv, .json or .jsonl.", {.file = file.string()});
}

base::Result<std::unique_ptr<RowReader>> open_rows(const std::filesystem::path& file, RowFormat format) {
  if (format == RowFormat::Csv) {
    auto reader = std::make_unique<CsvReader>(file);
    if (!reader->is_open()) return cannot_open(file);
    if (auto header = reader->read_header(); !header) return tl::unexpected(header.error());
    return reader;
  }
  if (format == RowFormat::JsonLines) {
    auto reader = std::make_unique<JsonLinesReader>(file);
    if (!reader->is_open()) return cannot_open(file);
    return reader;
  }
  std::ifstream in(file, std::ios::binary);
  if (!in) return cannot_open(file);
  std::ostringstream text;
  text << in.rdbuf();
  std::string bytes = text.str();
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.erase(0, 3);
  auto value = dmn::from_json(bytes);
  if (!value) {
    value.error().place.file = file.string();
    return tl::unexpected(value.error());
  }
  return std::make_unique<JsonReader>(std::move(*value));
}

RowPlan::RowPlan(std::vector<Input> inputs, const std::vector<std::string>& header)
    : inputs_(std::move(inputs)), header_(header), branches_(inputs_.size()) {
  for (std::size_t column = 0; column < header.size(); ++column) {
    const std::string name = feel::canonical_name(header[column]);
    // The longest input name that the cell is or begins with: names may hold points themselves.
    std::size_t best = inputs_.size();
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      const std::string& input = inputs_[i].name;
      const bool fits =
          name == input || (name.starts_with(input) && name.size() > input.size() && name[input.size()] == '.');
      if (fits && (best == inputs_.size() || input.size() > inputs_[best].name.size())) best = i;
    }
    if (best == inputs_.size()) {
      unknown_.push_back(header[column]);
      continue;
    }
    if (!branches_[best]) branches_[best] = Branch{inputs_[best].name, inputs_[best].type, std::nullopt, {}};
    std::vector<std::string_view> path;
    std::string_view rest = std::string_view(name).substr(inputs_[best].name.size());
    while (!rest.empty()) {
      rest.remove_prefix(1);
      const auto end = rest.find('.');
      path.push_back(rest.substr(0, end));
      rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end);
    }
    place(*branches_[best], path, column);
  }
  if (header.empty()) return;
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    if (!branches_[i]) missing_.push_back(inputs_[i].name);
  }
}

void RowPlan::place(Branch& branch, std::vector<std::string_view> path, std::size_t column) {
  if (path.empty()) {
    branch.column = column;
    return;
  }
  const std::string member(path.front());
  path.erase(path.begin());
  for (auto& child : branch.branches) {
    if (child.member == member) return place(child, std::move(path), column);
  }
  const auto* declared = branch.type == nullptr ? nullptr : branch.type->member(member);
  branch.branches.push_back({member, declared == nullptr ? nullptr : declared->type, std::nullopt, {}});
  place(branch.branches.back(), std::move(path), column);
}

base::Result<Value> RowPlan::build(const Branch& branch, const RawRow& row) const {
  if (branch.column) {
    if (*branch.column >= row.cells.size()) return Value();
    auto value = dmn::value_from_text(row.cells[*branch.column], branch.type);
    if (!value) {
      value.error().place.row = row.number;
      value.error().place.field = header_[*branch.column];
    }
    return value;
  }
  std::vector<feel::Entry> entries;
  for (const auto& child : branch.branches) {
    auto value = build(child, row);
    if (!value) return value;
    entries.push_back({feel::String(child.member), std::move(*value)});
  }
  if (branch.type != nullptr) {
    for (const auto& member : branch.type->members) {
      const bool given = std::any_of(branch.branches.begin(), branch.branches.end(),
                                     [&](const Branch& child) { return child.member == member.name; });
      if (!given) entries.push_back({feel::String(member.name), Value()});
    }
  }
  return Value::context(std::move(entries));
}

base::Result<std::vector<std::optional<Value>>> RowPlan::from_object(const RawRow& row, const Value& object) const {
  if (!object.is(feel::Kind::Context)) {
    return base::fail(ErrorCode::Invalid, "每一条输入应是一个 JSON 对象，键为输入的名称。",
                      "Each input must be a JSON object whose keys are the names of inputs.", {.row = row.number});
  }
  std::vector<std::optional<Value>> values(inputs_.size());
  for (const auto& entry : object.context().entries) {
    const std::string name = feel::canonical_name(entry.key.view());
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      if (inputs_[i].name != name) continue;
      auto value = dmn::value_from_json(entry.value, inputs_[i].type);
      if (!value) {
        value.error().place.row = row.number;
        value.error().place.field = inputs_[i].name + value.error().place.field;
        return tl::unexpected(value.error());
      }
      values[i] = std::move(*value);
    }
  }
  return values;
}

base::Result<std::vector<std::optional<Value>>> RowPlan::values(const RawRow& row) const {
  if (!row.text.empty()) {
    auto object = dmn::from_json(row.text);
    if (!object) {
      object.error().place.row = row.number;
      return tl::unexpected(object.error());
    }
    return from_object(row, *object);
  }
  if (header_.empty()) return from_object(row, row.value);
  for (std::size_t extra = header_.size(); extra < row.cells.size(); ++extra) {
    if (row.cells[extra].empty()) continue;
    return base::fail(ErrorCode::Invalid, "这一行的单元格比表头多。", "The row has more cells than the header.",
                      {.row = row.number, .column = extra + 1});
  }
  std::vector<std::optional<Value>> values(inputs_.size());
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    if (!branches_[i]) continue;
    auto value = build(*branches_[i], row);
    if (!value) return tl::unexpected(value.error());
    values[i] = std::move(*value);
  }
  return values;
}

}  // namespace yuanqu::cli
