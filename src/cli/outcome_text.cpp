#include "cli/outcome_text.hpp"

#include <algorithm>

#include "dmn/json.hpp"

namespace yuanqu::cli {

using columns::Form;
using columns::null32;
using columns::null64;
using columns::Part;

namespace {

bool is_word(const Part& part) {
  return part.form == Form::Null || (columns::is_scalar(part.form) && part.form != Form::Boxed);
}

void append_number(std::string& out, std::int64_t word, int scale) {
  char digits[40];
  char* at = digits + sizeof digits;
  std::uint64_t left = word < 0 ? 0 - static_cast<std::uint64_t>(word) : static_cast<std::uint64_t>(word);
  int behind = scale;
  while (behind > 0 && left % 10 == 0) {  // no trailing zeros
    left /= 10;
    --behind;
  }
  for (int i = 0; i < behind; ++i, left /= 10) *--at = static_cast<char>('0' + left % 10);
  if (behind > 0) *--at = '.';
  do {
    *--at = static_cast<char>('0' + left % 10);
    left /= 10;
  } while (left != 0);
  if (word < 0) *--at = '-';
  out.append(at, static_cast<std::size_t>(digits + sizeof digits - at));
}

}  // namespace

OutcomeText::OutcomeText(const ResultWriter& writer, RowFormat format, columns::Runner& runner)
    : writer_(writer), format_(format), runner_(runner) {
  const Part& result = *runner.program().result;
  const bool csv = format == RowFormat::Csv;
  if (result.form == Form::Context && !result.is_constant && result.presence == columns::none) {
    context_ = true;
    if (csv && writer.members().empty()) return;
    if (csv) {
      for (const std::string& name : writer.members()) {
        const auto found = std::find_if(result.members.begin(), result.members.end(),
                                        [&](const auto& member) { return member.first == name; });
        cells_.push_back({found == result.members.end() ? nullptr : found->second.get(), {}});
      }
    } else {
      for (const auto& [name, member] : result.members) {
        std::string key;
        dmn::append_json(key, feel::Value(name));
        cells_.push_back({member.get(), key + ":"});
      }
    }
  } else {
    if (csv && !writer.members().empty()) return;
    cells_.push_back({&result, {}});
  }
  plain_ = std::all_of(cells_.begin(), cells_.end(), [](const Cell& cell) {
    return cell.part == nullptr || (is_word(*cell.part) && !cell.part->is_constant);
  });
}

void OutcomeText::begin() {
  const std::size_t size = runner_.frame().texts.size();
  if (known_.size() < size) {
    known_.resize(size, 0);
    texts_.resize(size);
  }
}

const std::string& OutcomeText::text_of(std::int32_t code) {
  const auto at = static_cast<std::size_t>(code);
  if (known_[at] == 0) {
    known_[at] = 1;
    const std::string_view text = runner_.frame().texts.text(code);
    if (format_ != RowFormat::Csv) {
      dmn::append_json(texts_[at], feel::Value(text));
    } else if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
      texts_[at] = text;
    } else {
      texts_[at] = "\"";
      for (const char c : text) {
        if (c == '"') texts_[at] += '"';
        texts_[at] += c;
      }
      texts_[at] += '"';
    }
  }
  return texts_[at];
}

void OutcomeText::append_word(std::string& out, const Cell& cell, std::size_t row) {
  const bool csv = format_ == RowFormat::Csv;
  const Part& part = *cell.part;
  columns::Frame& frame = runner_.frame();
  const auto nothing = [&] {
    if (!csv) out += "null";
  };
  switch (part.form) {
    case Form::Null: return nothing();
    case Form::Boolean: {
      const std::uint8_t truth = frame.in<std::uint8_t>(part.reg)[row];
      if (truth == columns::unknown) return nothing();
      out += truth == columns::yes ? "true" : "false";
      return;
    }
    case Form::Number: {
      const std::int64_t word = frame.in<std::int64_t>(part.reg)[row];
      if (word == null64) return nothing();
      append_number(out, word, part.scale);
      return;
    }
    case Form::Text: {
      const std::int32_t code = frame.in<std::int32_t>(part.reg)[row];
      if (code == null32) return nothing();
      out += text_of(code);
      return;
    }
    default: {
      const feel::Value value = frame.value(part, row);
      if (value.is_null()) return nothing();
      if (!csv) return dmn::append_json(out, value);
      out += feel::to_text(value).value_or("");  // decimals, dates and durations need no quotes
    }
  }
}

void OutcomeText::append(std::string& out, std::size_t row) {
  if (!plain_) return writer_.append(out, runner_.value(row));
  const bool csv = format_ == RowFormat::Csv;
  const std::size_t before = out.size();
  if (!csv && context_) out += '{';
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    if (i != 0) out += ',';
    out += cells_[i].key;
    if (cells_[i].part != nullptr) append_word(out, cells_[i], row);
  }
  if (!csv && context_) out += '}';
  if (csv && out.size() == before) out += "\"\"";
  out += writer_.is_array() ? ",\n" : "\n";
}

}  // namespace yuanqu::cli
