#include "dmn/json.hpp"

#include <cstdint>

#include "base/json_text.hpp"

namespace yuanqu::dmn {

namespace {

using base::ErrorCode;
using feel::Value;

class Reader {
 public:
  Reader(std::string_view text, const JsonLimits& limits) : text_(text), limits_(limits) {}

  base::Result<Value> read(std::size_t* end) {
    skip_blanks();
    Value value;
    if (!read_value(value, 0)) return tl::unexpected(error_);
    skip_blanks();
    if (end != nullptr)
      *end = at_;
    else if (at_ < text_.size()) {
      refuse("JSON 之后还有多余的内容。", "There is more text after the JSON value.");
      return tl::unexpected(error_);
    }
    return value;
  }

 private:
  bool refuse(std::string zh, std::string en, ErrorCode code = ErrorCode::Invalid) {
    error_ = {code, std::move(zh), std::move(en), {.offset = at_}};
    return false;
  }
  bool malformed() { return refuse("不是格式正确的 JSON。", "Not well-formed JSON."); }

  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
      ++at_;
  }
  bool word(std::string_view expected) {
    if (text_.substr(at_, expected.size()) != expected) return malformed();
    at_ += expected.size();
    return true;
  }

  bool read_value(Value& value, std::size_t depth) {
    if (depth > limits_.depth)
      return refuse("JSON 嵌套过深。", "The JSON is nested too deeply.", ErrorCode::LimitExceeded);
    if (at_ >= text_.size()) return malformed();
    switch (text_[at_]) {
      case '{': return read_object(value, depth);
      case '[': return read_array(value, depth);
      case '"': {
        std::string text;
        if (!read_text(text)) return false;
        value = Value(text);
        return true;
      }
      case 't': value = Value(true); return word("true");
      case 'f': value = Value(false); return word("false");
      case 'n': value = Value(); return word("null");
      default: return read_number(value);
    }
  }

  bool digits() {
    const std::size_t before = at_;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
    return at_ > before;
  }

  bool read_number(Value& value) {
    const std::size_t begin = at_;
    if (text_[at_] == '-') ++at_;
    const std::size_t first = at_;
    if (!digits()) return malformed();
    if (text_[first] == '0' && at_ > first + 1) return malformed();
    if (at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      if (!digits()) return malformed();
    }
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
      ++at_;
      if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
      if (!digits()) return malformed();
    }
    const auto number = base::Decimal::parse(text_.substr(begin, at_ - begin));
    if (!number) return refuse("数超出了可表示的范围。", "The number is out of range.");
    value = Value(*number);
    return true;
  }

  static void append_code_point(std::string& out, std::uint32_t code) {
    if (code < 0x80) {
      out += static_cast<char>(code);
    } else if (code < 0x800) {
      out += static_cast<char>(0xC0 | (code >> 6));
      out += static_cast<char>(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
      out += static_cast<char>(0xE0 | (code >> 12));
      out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
      out += static_cast<char>(0x80 | (code & 0x3F));
    } else {
      out += static_cast<char>(0xF0 | (code >> 18));
      out += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
      out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
      out += static_cast<char>(0x80 | (code & 0x3F));
    }
  }

  bool read_hex(std::uint32_t& code) {
    if (at_ + 4 > text_.size()) return malformed();
    code = 0;
    for (int i = 0; i < 4; ++i) {
      const char c = text_[at_++];
      code *= 16;
      if (c >= '0' && c <= '9')
        code += static_cast<std::uint32_t>(c - '0');
      else if (c >= 'a' && c <= 'f')
        code += static_cast<std::uint32_t>(c - 'a' + 10);
      else if (c >= 'A' && c <= 'F')
        code += static_cast<std::uint32_t>(c - 'A' + 10);
      else
        return malformed();
    }
    return true;
  }

  bool read_escape(std::string& out) {
    if (at_ >= text_.size()) return malformed();
    const char c = text_[at_++];
    switch (c) {
      case '"':
      case '\\':
      case '/': out += c; return true;
      case 'b': out += '\b'; return true;
      case 'f': out += '\f'; return true;
      case 'n': out += '\n'; return true;
      case 'r': out += '\r'; return true;
      case 't': out += '\t'; return true;
      case 'u': break;
      default: return malformed();
    }
    std::uint32_t code = 0;
    if (!read_hex(code)) return false;
    if (code >= 0xD800 && code < 0xDC00 && text_.substr(at_, 2) == "\\u") {
      const std::size_t before = at_;
      at_ += 2;
      std::uint32_t low = 0;
      if (!read_hex(low)) return false;
      if (low >= 0xDC00 && low < 0xE000)
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
      else
        at_ = before;
    }
    append_code_point(out, code >= 0xD800 && code < 0xE000 ? 0xFFFD : code);
    return true;
  }

  bool read_text(std::string& out) {
    ++at_;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        ++at_;
        return true;
      }
      if (static_cast<unsigned char>(c) < 0x20) return malformed();
      ++at_;
      if (c != '\\')
        out += c;
      else if (!read_escape(out))
        return false;
    }
    return malformed();
  }

  bool read_array(Value& value, std::size_t depth) {
    ++at_;
    std::vector<Value> items;
    skip_blanks();
    if (at_ < text_.size() && text_[at_] == ']') {
      ++at_;
      value = Value::list({});
      return true;
    }
    while (true) {
      skip_blanks();
      Value item;
      if (!read_value(item, depth + 1)) return false;
      items.push_back(std::move(item));
      skip_blanks();
      if (at_ >= text_.size()) return malformed();
      const char c = text_[at_++];
      if (c == ']') break;
      if (c != ',') return malformed();
    }
    value = Value::list(std::move(items));
    return true;
  }

  bool read_object(Value& value, std::size_t depth) {
    ++at_;
    std::vector<feel::Entry> entries;
    skip_blanks();
    if (at_ < text_.size() && text_[at_] == '}') {
      ++at_;
      value = Value::context({});
      return true;
    }
    while (true) {
      skip_blanks();
      if (at_ >= text_.size() || text_[at_] != '"') return malformed();
      std::string key;
      if (!read_text(key)) return false;
      skip_blanks();
      if (at_ >= text_.size() || text_[at_] != ':') return malformed();
      ++at_;
      skip_blanks();
      Value item;
      if (!read_value(item, depth + 1)) return false;
      entries.push_back({feel::String(key), std::move(item)});
      skip_blanks();
      if (at_ >= text_.size()) return malformed();
      const char c = text_[at_++];
      if (c == '}') break;
      if (c != ',') return malformed();
    }
    value = Value::context(std::move(entries));
    return true;
  }

  std::string_view text_;
  const JsonLimits& limits_;
  std::size_t at_ = 0;
  base::Error error_;
};

}  // namespace

base::Result<Value> from_json(std::string_view text, const JsonLimits& limits) {
  return Reader(text, limits).read(nullptr);
}

base::Result<Value> from_json_prefix(std::string_view text, std::size_t& end, const JsonLimits& limits) {
  return Reader(text, limits).read(&end);
}

void append_json(std::string& out, const Value& value) {
  switch (value.kind()) {
    case feel::Kind::Null:
    case feel::Kind::Unset: out += "null"; return;
    case feel::Kind::Boolean: out += value.boolean() ? "true" : "false"; return;
    case feel::Kind::Number: out += value.number().to_string(); return;
    case feel::Kind::String: base::append_json_string(out, value.text()); return;
    case feel::Kind::List: {
      out += '[';
      bool first = true;
      for (const auto& item : value.items()) {
        if (!std::exchange(first, false)) out += ',';
        append_json(out, item);
      }
      out += ']';
      return;
    }
    case feel::Kind::Context: {
      out += '{';
      bool first = true;
      for (const auto& entry : value.context().entries) {
        if (!std::exchange(first, false)) out += ',';
        base::append_json_string(out, entry.key.view());
        out += ':';
        append_json(out, entry.value);
      }
      out += '}';
      return;
    }
    default: base::append_json_string(out, feel::to_text(value).value_or("")); return;
  }
}

std::string to_json(const Value& value) {
  std::string out;
  append_json(out, value);
  return out;
}

}  // namespace yuanqu::dmn
