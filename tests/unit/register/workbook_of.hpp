#pragma once
// An XLSX container from a case's description: sheets with rows of cells, or its parts as they stand. Made with libzip
// alone, so that a reader is not tested with its own writer. tests/cases/tabular/README.md lists the keys.

#include <yaml-cpp/yaml.h>
#include <zip.h>

#include <cstring>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>

namespace yuanqu::register_::test {

inline std::string xml_text(const std::string& text) {
  std::string result;
  for (char c : text) {
    if (c == '&') {
      result += "&amp;";
    } else if (c == '<') {
      result += "&lt;";
    } else {
      result.push_back(c);
    }
  }
  return result;
}

// Style 1 is a date, style 2 a date with its time.
inline std::string cell_xml(const YAML::Node& cell, std::size_t row, std::size_t column) {
  const std::string at = "<c r=\"" + std::string(1, static_cast<char>('A' + column)) + std::to_string(row) + "\"";
  if (cell.IsNull()) return {};
  if (cell.IsScalar()) return at + " t=\"inlineStr\"><is><t>" + xml_text(cell.as<std::string>()) + "</t></is></c>";
  const auto value = [&](const char* key) { return "<v>" + xml_text(cell[key].as<std::string>()) + "</v></c>"; };
  if (cell["number"]) return at + ">" + value("number");
  if (cell["date"]) return at + " s=\"1\">" + value("date");
  if (cell["moment"]) return at + " s=\"2\">" + value("moment");
  if (cell["yes"]) return at + " t=\"b\">" + value("yes");
  if (cell["error"]) return at + " t=\"e\">" + value("error");
  if (cell["formula"]) {
    const std::string formula = "<f>" + xml_text(cell["formula"].as<std::string>()) + "</f>";
    return at + ">" + formula + (cell["result"] ? value("result") : "</c>");
  }
  throw std::runtime_error("a cell is a text, number, date, moment, yes, error or formula");
}

inline std::string sheet_xml(const YAML::Node& sheet) {
  std::string xml = "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>";
  std::size_t row = 0;
  for (const YAML::Node& cells : sheet["rows"]) {
    xml += "<row r=\"" + std::to_string(++row) + "\">";
    for (std::size_t i = 0; i < cells.size(); ++i) xml += cell_xml(cells[i], row, i);
    xml += "</row>";
  }
  xml += "</sheetData>";
  if (sheet["merged"]) {
    xml += "<mergeCells>";
    for (const YAML::Node& range : sheet["merged"]) xml += "<mergeCell ref=\"" + range.as<std::string>() + "\"/>";
    xml += "</mergeCells>";
  }
  if (sheet["blanks_behind"]) xml.append(sheet["blanks_behind"].as<std::size_t>(), ' ');
  return xml + "</worksheet>";
}

inline std::string zipped(const std::map<std::string, std::string>& parts) {
  zip_error_t problem;
  zip_error_init(&problem);
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &problem);
  zip_t* archive = zip_open_from_source(target, ZIP_CREATE, &problem);
  if (archive == nullptr) throw std::runtime_error("no archive");
  zip_source_keep(target);
  for (const auto& [name, content] : parts) {
    zip_source_t* source = zip_source_buffer(archive, content.data(), content.size(), 0);
    if (zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8) < 0) throw std::runtime_error("no part " + name);
  }
  if (zip_close(archive) != 0) throw std::runtime_error("the archive does not close");
  zip_stat_t stat;
  zip_source_stat(target, &stat);
  std::string bytes(stat.size, '\0');
  zip_source_open(target);
  zip_source_read(target, bytes.data(), bytes.size());
  zip_source_close(target);
  zip_source_free(target);
  zip_error_fini(&problem);
  return bytes;
}

// Makes the central directory say another unpacked size of every entry.
inline void claim_size(std::string& bytes, std::uint32_t size) {
  for (std::size_t at = 0; (at = bytes.find("PK\x01\x02", at)) != std::string::npos; at += 4)
    std::memcpy(bytes.data() + at + 24, &size, 4);
}

inline std::string workbook_of(const YAML::Node& book) {
  std::map<std::string, std::string> parts;
  std::string sheets, relations;
  std::size_t number = 0;
  for (const YAML::Node& sheet : book["sheets"]) {
    const std::string n = std::to_string(++number);
    const std::string hidden = sheet["hidden"] ? " state=\"hidden\"" : "";
    sheets += "<sheet name=\"" + sheet["name"].as<std::string>("Sheet" + n) + "\" sheetId=\"" + n + "\"" + hidden +
              " r:id=\"rId" + n + "\"/>";
    relations += "<Relationship Id=\"rId" + n + "\" Type=\"worksheet\" Target=\"worksheets/sheet" + n + ".xml\"/>";
    parts["xl/worksheets/sheet" + n + ".xml"] = sheet_xml(sheet);
  }
  const std::string system = book["date1904"] ? "<workbookPr date1904=\"1\"/>" : "";
  parts["xl/workbook.xml"] =
      "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" "
      "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">" +
      system + "<sheets>" + sheets + "</sheets></workbook>";
  parts["xl/_rels/workbook.xml.rels"] = "<Relationships>" + relations + "</Relationships>";
  parts["xl/styles.xml"] =
      "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"22\"/></cellXfs></styleSheet>";
  for (const auto& part : book["parts"]) parts[part.first.as<std::string>()] = part.second.as<std::string>();
  std::string bytes = zipped(parts);
  if (book["claims"]) claim_size(bytes, book["claims"].as<std::uint32_t>());
  return bytes;
}

}  // namespace yuanqu::register_::test
