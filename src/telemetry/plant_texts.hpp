#pragma once
// Placeholders in the texts of an equipment class: `<name>` becomes the entry of that name; one that has no entry
// stays.

#include <map>
#include <string>
#include <string_view>

namespace yuanqu::telemetry {

inline std::string replaced(std::string_view text, const std::map<std::string, std::string>& entries) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '<') {
      const auto end = text.find('>', at);
      const auto found =
          end == std::string_view::npos ? entries.end() : entries.find(std::string(text.substr(at + 1, end - at - 1)));
      if (found != entries.end()) {
        result += found->second;
        at = end + 1;
        continue;
      }
    }
    result += text[at++];
  }
  return result;
}

}  // namespace yuanqu::telemetry
