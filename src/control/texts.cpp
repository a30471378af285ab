#include "control/texts.hpp"

#include <charconv>

namespace yuanqu::control {

std::string join_texts(const std::vector<std::string>& texts) {
  std::string bytes;
  for (const std::string& text : texts) {
    bytes += std::to_string(text.size());
    bytes += ':';
    bytes += text;
  }
  return bytes;
}

std::optional<std::vector<std::string>> split_texts(std::string_view bytes) {
  std::vector<std::string> texts;
  while (!bytes.empty()) {
    std::size_t size = 0;
    const auto [end, problem] = std::from_chars(bytes.data(), bytes.data() + bytes.size(), size);
    if (problem != std::errc{} || end == bytes.data() + bytes.size() || *end != ':') return std::nullopt;
    const std::string_view digits = bytes.substr(0, static_cast<std::size_t>(end - bytes.data()));
    if (digits.size() > 1 && digits.front() == '0') return std::nullopt;
    bytes.remove_prefix(digits.size() + 1);
    if (size > bytes.size()) return std::nullopt;
    texts.emplace_back(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  return texts;
}

}  // namespace yuanqu::control
