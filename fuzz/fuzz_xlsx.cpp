// Rooms: tabular base
// XLSX two ways: bytes that begin like a container are opened as one; anything else is taken as the XML of its parts
// (sheet, shared strings, styles, workbook, parted by a line "%%") and put into a container, so that what is tried
// reaches the XML and not only the checksums.

#include <zip.h>

#include <array>
#include <string_view>

#include "tables.hpp"

namespace {

using yuanqu::fuzz::must;

constexpr std::array<const char*, 4> names = {"xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml",
                                              "xl/workbook.xml"};
constexpr std::array<std::string_view, 4> otherwise = {
    "<worksheet/>", "<sst/>", "<styleSheet/>",
    R"(<workbook xmlns:r="r"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>)"};
constexpr std::string_view relations =
    R"(<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>)";

std::string container_of(std::string_view text) {
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, nullptr);
  zip_t* archive = zip_open_from_source(target, ZIP_CREATE, nullptr);
  must(archive != nullptr);
  zip_source_keep(target);
  const auto add = [&](const char* name, std::string_view part) {
    const auto index = zip_file_add(archive, name, zip_source_buffer(archive, part.data(), part.size(), 0), 0);
    must(index >= 0);
    zip_set_file_compression(archive, static_cast<zip_uint64_t>(index), ZIP_CM_STORE, 0);
  };
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::size_t end = text.find("\n%%\n");
    const std::string_view part = text.substr(0, end);
    add(names[i], part.empty() ? otherwise[i] : part);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 4);
  }
  add("xl/_rels/workbook.xml.rels", relations);
  must(zip_close(archive) == 0);
  zip_stat_t stat;
  must(zip_source_stat(target, &stat) == 0 && zip_source_open(target) == 0);
  std::string bytes(stat.size, '\0');
  zip_source_read(target, bytes.data(), bytes.size());
  zip_source_close(target);
  zip_source_free(target);
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  yuanqu::fuzz::read_bytes(text.starts_with("PK") ? std::string(text) : container_of(text),
                           yuanqu::tabular::Format::Xlsx);
  return 0;
}
