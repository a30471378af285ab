#pragma once
// A QR code (ISO/IEC 18004, level M) as modules, and as a PNG for documents that take pictures.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace yuanqu::paper {

struct CodeModules {
  int side = 0;
  std::vector<bool> dark;  // row by row
};

std::optional<CodeModules> code_modules(std::string_view content);  // nullopt when it is too long
// With four modules of quiet zone; `scale` pixels a module. Empty when it cannot be made.
std::string code_png(std::string_view content, int scale);

}  // namespace yuanqu::paper
