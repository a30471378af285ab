#include <algorithm>
#include <boost/json.hpp>

#include "tabular/row_source.hpp"
#include "tabular/text_source.hpp"

namespace yuanqu::tabular {

using base::ErrorCode;
namespace json = boost::json;

namespace {

// Members of JSON objects as cells. A list becomes its items joined by "；", an object inside stays JSON text.
std::string scalar_text(const json::value& value) {
  switch (value.kind()) {
    case json::kind::string: return std::string(value.get_string());
    case json::kind::bool_: return value.get_bool() ? "true" : "false";
    case json::kind::null: return {};
    default: return json::serialize(value);
  }
}

Cell cell_of(const json::value& value, std::size_t column) {
  Cell cell;
  cell.column = column;
  switch (value.kind()) {
    case json::kind::null: return cell;
    case json::kind::bool_:
      cell.kind = CellKind::Boolean;
      cell.text = value.get_bool() ? "true" : "false";
      return cell;
    case json::kind::int64:
    case json::kind::uint64:
    case json::kind::double_:
      // A double is written with the fewest digits that give it back, so 0.1 stays 0.1.
      cell.kind = CellKind::Number;
      cell.text = json::serialize(value);
      return cell;
    case json::kind::string: cell.text = std::string(value.get_string()); break;
    case json::kind::array:
      for (const json::value& item : value.get_array())
        cell.text += (cell.text.empty() ? "" : "；") + scalar_text(item);
      break;
    case json::kind::object: cell.text = json::serialize(value); break;
  }
  cell.kind = cell.text.empty() ? CellKind::Empty : CellKind::Text;
  return cell;
}

class Lines {
 public:
  Lines(TextSource source, const Limits& limits, std::string shown)
      : source_(std::move(source)), limits_(limits), shown_(std::move(shown)) {}

  // The next object; nullopt at the end.
  base::Result<std::optional<json::object>> next() {
    for (;;) {
      const std::size_t end = buffer_.find('\n', at_);
      if (end == std::string::npos && !ended_) {
        buffer_.erase(0, at_);
        at_ = 0;
        auto more = source_.read(buffer_);
        if (!more) return tl::unexpected(more.error());
        ended_ = !*more;
        continue;
      }
      if (at_ >= buffer_.size()) return std::optional<json::object>{};
      const std::size_t stop = std::min(end, buffer_.size());
      const std::string_view line = base::trimmed(std::string_view(buffer_).substr(at_, stop - at_));
      at_ = std::min(stop + 1, buffer_.size());
      ++number_;
      if (line.empty()) continue;
      boost::system::error_code problem;
      json::parse_options options;
      options.max_depth = 8;
      json::value value = json::parse(line, problem, {}, options);
      if (problem || !value.is_object()) {
        return base::fail(ErrorCode::Invalid, "这一行不是一个 JSON 对象。每行应是 {\"名\": 值, …}。",
                          "This line is no JSON object. Each line must be {\"name\": value, …}.",
                          {.file = shown_, .row = number_});
      }
      return std::optional<json::object>(std::move(value.get_object()));
    }
  }
  std::size_t number() const { return number_; }
  double progress() const { return source_.progress(); }

 private:
  TextSource source_;
  Limits limits_;
  std::string shown_;
  std::string buffer_;
  std::size_t at_ = 0;
  std::size_t number_ = 0;
  bool ended_ = false;
};

class JsonRows final : public RowSource {
 public:
  JsonRows(Lines lines, std::vector<std::string> header) : lines_(std::move(lines)), header_(std::move(header)) {
    for (std::size_t i = 0; i < header_.size(); ++i) columns_.emplace(header_[i], i + 1);
  }

  base::Result<bool> next(Row& row) override {
    auto object = lines_.next();
    if (!object) return tl::unexpected(object.error());
    if (!*object) return false;
    row.number = lines_.number();
    row.cells.assign(header_.size(), Cell{});
    for (std::size_t i = 0; i < row.cells.size(); ++i) row.cells[i].column = i + 1;
    for (const auto& member : **object) {
      const auto at = columns_.find(std::string(member.key()));
      if (at != columns_.end()) row.cells[at->second - 1] = cell_of(member.value(), at->second);
    }
    return true;
  }
  double progress() const override { return lines_.progress(); }
  Oddities& oddities() override { return oddities_; }
  const std::vector<std::string>* fixed_header() const override { return &header_; }

 private:
  Lines lines_;
  std::vector<std::string> header_;
  std::unordered_map<std::string, std::size_t> columns_;
  Oddities oddities_;
};

}  // namespace

base::Result<std::unique_ptr<RowSource>> json_rows(ByteSourceMaker maker, const ReadOptions& options,
                                                   std::string shown) {
  // Objects need not have the same members, so the header is the union over the whole file, in the order of first
  // sight.
  std::vector<std::string> header;
  auto first = maker();
  if (!first) return tl::unexpected(first.error());
  Lines scan(TextSource(std::move(*first), std::nullopt, shown), options.limits, shown);
  std::unordered_map<std::string, bool> seen;
  for (;;) {
    auto object = scan.next();
    if (!object) return tl::unexpected(object.error());
    if (!*object) break;
    for (const auto& member : **object) {
      if (seen.emplace(std::string(member.key()), true).second) header.emplace_back(member.key());
    }
    if (header.size() > options.limits.columns_max) {
      return base::fail(ErrorCode::LimitExceeded,
                        "不同的成员名超过 " + std::to_string(options.limits.columns_max) + " 个。",
                        "There are over " + std::to_string(options.limits.columns_max) + " different member names.",
                        {.file = shown, .row = scan.number()});
    }
  }
  if (header.empty()) return base::fail(ErrorCode::Invalid, "文件里没有内容。", "The file is empty.", {.file = shown});
  auto second = maker();
  if (!second) return tl::unexpected(second.error());
  return std::make_unique<JsonRows>(Lines(TextSource(std::move(*second), std::nullopt, shown), options.limits, shown),
                                    std::move(header));
}

}  // namespace yuanqu::tabular
