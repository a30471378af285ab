#include "base/json_text.hpp"

namespace yuanqu::base {

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t plain = 0;  // where the text begins that needs no escape
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
    out.append(text.substr(plain, i - plain));
    plain = i + 1;
    switch (byte) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default: {
        constexpr char digits[] = "0123456789abcdef";
        out += "\\u00";
        out += digits[byte >> 4];
        out += digits[byte & 15];
      }
    }
  }
  out.append(text.substr(plain));
  out += '"';
}

}  // namespace yuanqu::base
