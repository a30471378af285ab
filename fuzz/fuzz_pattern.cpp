// Rooms: feel base
// Patterns: the first line is flags, the second the pattern, the third a replacement, the rest the text.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.hpp"
#include "feel/pattern.hpp"

namespace {

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  return line;
}

void must(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const std::string_view flags = take_line(rest);
  const std::string_view pattern = take_line(rest);
  const std::string_view replacement = take_line(rest);
  const auto compiled = yuanqu::feel::Pattern::compile(pattern, flags);
  if (!compiled) {
    must(!compiled.error().zh.empty() && !compiled.error().en.empty());
    must(compiled.error().place.offset <= pattern.size());
    return 0;
  }
  const auto found = compiled->matches(rest);
  (void)compiled->replace(rest, replacement);
  const auto same = compiled->replace(rest, "$0");
  if (same && flags.find('q') == std::string_view::npos) must(*same == rest);
  const auto parts = compiled->split(rest);
  if (found && parts && !*found) must(parts->size() == 1 && parts->front() == rest);
  return 0;
}
