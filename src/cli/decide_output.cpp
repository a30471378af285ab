#include "cli/decide_output.hpp"

#include <algorithm>
#include <utility>

#include "dmn/json.hpp"

namespace yuanqu::cli {

namespace {

using feel::Value;

void append_cell(std::string& out, std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

void append_cell(std::string& out, const Value& value) {
  if (value.is_null()) return;
  if (value.is(feel::Kind::List) || value.is(feel::Kind::Context))
    append_cell(out, std::string_view(dmn::to_json(value)));
  else
    append_cell(out, std::string_view(feel::to_text(value).value_or("")));
}

}  // namespace

ResultWriter::ResultWriter(RowFormat format, bool single, std::string decision, const feel::TypePointer& type)
    : format_(format), single_(single), decision_(std::move(decision)) {
  if (type == nullptr || type->form != feel::Type::Form::Context) return;
  for (const auto& member : type->members) members_.push_back(member.name);
}

std::string ResultWriter::begin() const {
  if (format_ == RowFormat::Json) return single_ ? "" : "[\n";
  if (format_ == RowFormat::JsonLines) return "";
  std::string header;
  if (members_.empty()) append_cell(header, std::string_view(decision_));
  bool first = true;
  for (const auto& member : members_) {
    if (!std::exchange(first, false)) header += ',';
    append_cell(header, std::string_view(decision_ + "." + member));
  }
  return header + "\n";
}

void ResultWriter::append(std::string& out, const Value& value) const {
  if (format_ == RowFormat::Csv) {
    const std::size_t before = out.size();
    if (members_.empty()) append_cell(out, value);
    bool first = true;
    for (const auto& member : members_) {
      if (!std::exchange(first, false)) out += ',';
      const Value* found = value.is(feel::Kind::Context) ? value.context().find(member) : nullptr;
      if (found != nullptr) append_cell(out, *found);
    }
    if (out.size() == before) out += "\"\"";  // a line without a character would be no row to many readers
    out += '\n';
    return;
  }
  dmn::append_json(out, value);
  out += is_array() ? ",\n" : "\n";
}

std::string ResultWriter::end() const { return is_array() ? "]\n" : ""; }

bool has_null(const Value& value) {
  if (value.is_null()) return true;
  if (!value.is(feel::Kind::Context)) return false;
  const auto& entries = value.context().entries;
  return std::any_of(entries.begin(), entries.end(), [](const feel::Entry& entry) { return entry.value.is_null(); });
}

std::string null_reasons(std::size_t row, const std::string& decision, const dmn::Outcome& outcome, bool chinese) {
  std::string out;
  const auto line = [&](const std::string& of, const std::string& element, std::string_view code,
                        const std::string& reason) {
    out += std::to_string(row) + ",";
    for (const std::string_view cell : {std::string_view(of), std::string_view(element), code}) {
      append_cell(out, cell);
      out += ',';
    }
    append_cell(out, std::string_view(reason));
    out += '\n';
  };
  for (const feel::Suppressed& failure : outcome.failures)
    line(failure.decision, failure.element, feel::name_of(failure.code), chinese ? failure.zh : failure.en);
  if (outcome.failures.empty())
    line(decision, {}, "null-input",
         chinese ? "没有出错：所依据的输入为空。" : "Nothing failed: what it rests on is null.");
  return out;
}

std::string explanation_of(std::size_t row, const std::string& decision, const dmn::Outcome& outcome,
                           const dmn::Trace& trace, bool chinese) {
  std::string out = chinese ? "第 " + std::to_string(row) + " 行：" : "row " + std::to_string(row) + ": ";
  out += decision + " = " + feel::to_literal(outcome.value) + "\n";
  for (const auto& value : trace.values) {
    if (value.name == decision) continue;
    out += "  " + value.name + " = " + feel::to_literal(value.value) + "\n";
  }
  for (const auto& table : trace.tables) {
    out += chinese ? "  判定表 " : "  table ";
    out += table.decision;
    if (table.matched.empty()) {
      out += chinese ? "：没有符合的行\n" : ": no rule matched\n";
    } else {
      out += chinese ? "：符合第 " : table.matched.size() == 1 ? ": rule " : ": rules ";
      for (std::size_t i = 0; i < table.matched.size(); ++i)
        out += (i == 0 ? "" : ", ") + std::to_string(table.matched[i]);
      out += chinese ? " 行\n" : "\n";
    }
    for (const auto rule : table.matched) {
      for (const auto& cell : table.cells) {
        if (cell.rule != rule) continue;
        const auto& input = table.inputs[cell.input - 1];
        out += "    " + input.label + " = " + feel::to_literal(input.value) + "   " + cell.text + "   " +
               feel::to_literal(cell.result) + "\n";
      }
    }
  }
  for (const auto& failure : outcome.failures) {
    out += "  ! " + failure.decision + " (" + failure.element + "): " + (chinese ? failure.zh : failure.en) + "\n";
  }
  return out;
}

}  // namespace yuanqu::cli
