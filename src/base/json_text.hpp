#pragma once
// A text as a JSON string: the one place that escapes.

#include <string>
#include <string_view>

namespace yuanqu::base {

// Appends `text` in quotes, with what RFC 8259 wants escaped: quote, backslash and the characters below U+0020. The
// bytes of UTF-8 go through as they are. O(n).
void append_json_string(std::string& out, std::string_view text);

}  // namespace yuanqu::base
