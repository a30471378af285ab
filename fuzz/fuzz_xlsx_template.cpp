// Rooms: tabular
// Any bytes as a workbook with named cells: reading and filling may answer an error, nothing else; what was filled
// reads again with the same names in the same places.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "tabular/xlsx_template.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yuanqu::tabular;
  auto file = XlsxTemplate::read({reinterpret_cast<const char*>(data), size}, "fuzz.xlsx");
  if (!file) return 0;
  for (std::size_t i = 0; i < file->cells().size(); ++i) {
    file->set(i, {{{.kind = CellKind::Number, .text = "1.5"}, {.kind = CellKind::Text, .text = "<&>"}},
                  {{}, {.kind = CellKind::Date, .text = "2026-03-02"}}});
  }
  auto bytes = file->write();
  if (!bytes) return 0;
  auto again = XlsxTemplate::read(*bytes, "fuzz.xlsx");
  if (!again || again->cells().size() != file->cells().size()) std::abort();
  return 0;
}
