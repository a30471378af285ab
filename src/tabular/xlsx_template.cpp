#include "tabular/xlsx_template.hpp"

#include <zip.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <memory>
#include <pugixml.hpp>
#include <sstream>

#include "base/date.hpp"
#include "tabular/reader.hpp"
#include "tabular/xlsx_parts.hpp"

namespace yuanqu::tabular {

using base::ErrorCode;
using base::Result;

namespace {

constexpr std::uint64_t bytes_max = 64u << 20;  // unpacked
constexpr std::int64_t template_entries_max = 2'000;
constexpr std::size_t sheet_rows_max = 1'048'576, columns_max = 16'384;

struct ZipClose {
  void operator()(::zip* handle) const { zip_discard(handle); }
};
using Zip = std::unique_ptr<::zip, ZipClose>;

tl::unexpected<base::Error> refuse(const std::string& shown) {
  return base::fail(ErrorCode::Invalid, "“" + shown + "”不是可用的 .xlsx 工作簿，请用表格软件另存为 .xlsx。",
                    "\"" + shown + "\" is no usable .xlsx workbook; save it as .xlsx in a spreadsheet program.",
                    {.file = shown});
}

Result<std::vector<std::pair<std::string, std::string>>> unpack(std::string_view bytes, const std::string& shown) {
  zip_error_t problem;
  zip_error_init(&problem);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &problem);
  Zip container(source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &problem));
  zip_error_fini(&problem);
  if (container == nullptr) {
    if (source != nullptr) zip_source_free(source);
    return refuse(shown);
  }
  std::vector<std::pair<std::string, std::string>> parts;
  std::uint64_t total = 0;
  const std::int64_t count = zip_get_num_entries(container.get(), 0);
  if (count < 0 || count > template_entries_max) return refuse(shown);
  for (std::int64_t i = 0; i < count; ++i) {
    zip_stat_t entry;
    if (zip_stat_index(container.get(), static_cast<zip_uint64_t>(i), 0, &entry) != 0) return refuse(shown);
    total += entry.size;
    if (total > bytes_max) {
      return base::fail(ErrorCode::LimitExceeded, "模板展开后超过 64 MB，请去掉大图片。",
                        "The template unpacks to more than 64 MB; take large pictures out.", {.file = shown});
    }
    std::string content(entry.size, '\0');
    zip_file_t* file = zip_fopen_index(container.get(), static_cast<zip_uint64_t>(i), 0);
    if (file == nullptr) return refuse(shown);
    const std::int64_t read = content.empty() ? 0 : zip_fread(file, content.data(), content.size());
    zip_fclose(file);
    if (read != static_cast<std::int64_t>(content.size())) return refuse(shown);
    parts.emplace_back(entry.name, std::move(content));
  }
  return parts;
}

bool load(pugi::xml_document& document, const std::string& text) {
  return text.find("<!DOCTYPE") == std::string::npos &&
         document.load_buffer(text.data(), text.size(), pugi::parse_full & ~pugi::parse_doctype);
}

std::string_view local(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

pugi::xml_node child(const pugi::xml_node& parent, std::string_view name) {
  for (pugi::xml_node node = parent.first_child(); node; node = node.next_sibling()) {
    if (local(node) == name) return node;
  }
  return {};
}

// Runs of a rich text are two levels deep; what nests further is nobody's text.
std::string text_below(const pugi::xml_node& node, int levels = 8) {
  std::string text;
  for (pugi::xml_node one = node.first_child(); one; one = one.next_sibling()) {
    if (one.type() == pugi::node_pcdata || one.type() == pugi::node_cdata) text += one.value();
    if (levels > 0 && one.type() == pugi::node_element && local(one) != "rPh") text += text_below(one, levels - 1);
  }
  return text;
}

// The name a prefix gives new elements of the sheet.
std::string qualified(const pugi::xml_node& like, const char* name) {
  const std::string_view whole = like.name();
  const std::size_t colon = whole.find(':');
  return colon == std::string_view::npos ? name : std::string(whole.substr(0, colon + 1)) + name;
}

// 'My sheet'!$B$3
bool single_cell(const std::string& reference, std::string& sheet, std::size_t& row, std::size_t& column) {
  const std::size_t bang = reference.rfind('!');
  if (bang == std::string::npos) return false;
  sheet = reference.substr(0, bang);
  if (sheet.size() >= 2 && sheet.front() == '\'' && sheet.back() == '\'') {
    sheet = sheet.substr(1, sheet.size() - 2);
    for (std::size_t at = sheet.find("''"); at != std::string::npos; at = sheet.find("''", at + 1)) sheet.erase(at, 1);
  }
  std::string cell = reference.substr(bang + 1);
  std::erase(cell, '$');
  if (cell.find(':') != std::string::npos) return false;
  std::tie(row, column) = cell_reference(cell);
  return row != 0 && column != 0;
}

pugi::xml_node row_node(pugi::xml_node data, std::size_t number) {
  pugi::xml_node after;
  for (pugi::xml_node row = data.first_child(); row; row = row.next_sibling()) {
    if (local(row) != "row") continue;
    const std::size_t at = row.attribute("r").as_ullong();
    if (at == number) return row;
    if (at > number) {
      after = row;
      break;
    }
  }
  const std::string name = qualified(data, "row");
  pugi::xml_node made = after ? data.insert_child_before(name.c_str(), after) : data.append_child(name.c_str());
  made.append_attribute("r").set_value(static_cast<unsigned long long>(number));
  return made;
}

pugi::xml_node cell_node(pugi::xml_node row, std::size_t number, std::size_t column) {
  pugi::xml_node after;
  for (pugi::xml_node cell = row.first_child(); cell; cell = cell.next_sibling()) {
    if (local(cell) != "c") continue;
    const std::size_t at = cell_reference(cell.attribute("r").value()).second;
    if (at == column) return cell;
    if (at > column) {
      after = cell;
      break;
    }
  }
  const std::string name = qualified(row, "c");
  pugi::xml_node made = after ? row.insert_child_before(name.c_str(), after) : row.append_child(name.c_str());
  made.append_attribute("r").set_value(cell_name(number, column).c_str());
  return made;
}

void put(pugi::xml_node cell, const Cell& value) {
  while (cell.first_child()) cell.remove_child(cell.first_child());
  cell.remove_attribute("t");
  const auto with = [&](const char* type, const char* element) {
    if (type != nullptr) cell.append_attribute("t").set_value(type);
    return cell.append_child(qualified(cell, element).c_str());
  };
  switch (value.kind) {
    case CellKind::Empty: return;
    case CellKind::Number: with(nullptr, "v").text().set(value.text.c_str()); return;
    case CellKind::Boolean: with("b", "v").text().set(value.text == "true" ? "1" : "0"); return;
    case CellKind::Date: {  // the serial number spreadsheets count days by; the cell's style says how it looks
      const auto day = base::Date::parse(value.text);
      with(nullptr, "v").text().set(day ? static_cast<long long>(day->days() + 25569) : 0LL);
      return;
    }
    default: {
      pugi::xml_node text = with("inlineStr", "is").append_child(qualified(cell, "t").c_str());
      text.append_attribute("xml:space").set_value("preserve");
      text.text().set(value.text.c_str());
    }
  }
}

std::string saved(const pugi::xml_document& document) {
  std::ostringstream out;
  const bool declared = document.first_child().type() == pugi::node_declaration;
  document.save(out, "", declared ? pugi::format_raw : pugi::format_raw | pugi::format_no_declaration);
  return out.str();
}

}  // namespace

std::string cell_name(std::size_t row, std::size_t column) {
  std::string letters;
  for (std::size_t rest = column; rest > 0; rest = (rest - 1) / 26)
    letters.insert(letters.begin(), static_cast<char>('A' + (rest - 1) % 26));
  return letters + std::to_string(row);
}

Result<XlsxTemplate> XlsxTemplate::read(std::string_view bytes, const std::string& shown) {
  XlsxTemplate file;
  file.shown_ = shown;
  auto parts = unpack(bytes, shown);
  if (!parts) return tl::unexpected(parts.error());
  file.parts_ = std::move(*parts);
  const auto part = [&](const std::string& name) -> const std::string* {
    for (const auto& [one, content] : file.parts_) {
      if (one == name) return &content;
    }
    return nullptr;
  };
  const std::string* workbook = part("xl/workbook.xml");
  const std::string* relations = part("xl/_rels/workbook.xml.rels");
  pugi::xml_document book, links;
  if (workbook == nullptr || relations == nullptr || !load(book, *workbook) || !load(links, *relations))
    return refuse(shown);
  std::map<std::string, std::string> targets, sheets;
  for (const pugi::xml_node& link : links.document_element().children()) {
    std::string target = link.attribute("Target").value();
    targets[link.attribute("Id").value()] = target.rfind('/', 0) == 0 ? target.substr(1) : "xl/" + target;
  }
  const pugi::xml_node root = book.document_element();
  for (const pugi::xml_node& sheet : child(root, "sheets").children()) {
    for (const pugi::xml_attribute& attribute : sheet.attributes()) {
      const std::string_view name = attribute.name();
      if (name.size() >= 3 && name.substr(name.size() - 3) == ":id")
        sheets[sheet.attribute("name").value()] = targets[attribute.value()];
    }
  }
  std::vector<std::string> shared;
  if (const std::string* strings = part("xl/sharedStrings.xml")) {
    pugi::xml_document document;
    if (!load(document, *strings)) return refuse(shown);
    for (const pugi::xml_node& item : document.document_element().children()) {
      if (local(item) == "si") shared.push_back(text_below(item));
    }
  }
  std::map<std::string, pugi::xml_document> read;
  for (const pugi::xml_node& name : child(root, "definedNames").children()) {
    NamedCell cell{.name = name.attribute("name").value()};
    if (!single_cell(name.text().get(), cell.sheet, cell.row, cell.column) || cell.name.rfind("_xlnm", 0) == 0)
      continue;
    const auto where = sheets.find(cell.sheet);
    if (where == sheets.end()) continue;
    cell.part = where->second;
    const std::string* content = part(cell.part);
    if (content == nullptr) return refuse(shown);
    if (read.count(cell.part) == 0 && !load(read[cell.part], *content)) return refuse(shown);
    for (const pugi::xml_node& row : child(read[cell.part].document_element(), "sheetData").children()) {
      if (row.attribute("r").as_ullong() != cell.row) continue;
      for (const pugi::xml_node& one : row.children()) {
        if (cell_reference(one.attribute("r").value()).second != cell.column) continue;
        const std::string_view type = one.attribute("t").value();
        if (type == "s") {
          const std::size_t index = child(one, "v").text().as_ullong();
          if (index < shared.size()) cell.text = shared[index];
        } else if (type == "inlineStr") {
          cell.text = text_below(child(one, "is"));
        } else if (type == "str") {
          cell.text = child(one, "v").text().get();
        }
      }
    }
    file.cells_.push_back(std::move(cell));
  }
  return file;
}

void XlsxTemplate::set(std::size_t cell, const std::vector<std::vector<Cell>>& rows) {
  const NamedCell& at = cells_[cell];
  auto& values = values_[at.part];
  for (std::size_t r = 0; r < rows.size() && at.row + r <= sheet_rows_max; ++r) {
    for (std::size_t c = 0; c < rows[r].size() && at.column + c <= columns_max; ++c)
      values[{at.row + r, at.column + c}] = rows[r][c];
  }
}

Result<std::string> XlsxTemplate::write() const {
  std::vector<std::pair<std::string, std::string>> parts = parts_;
  for (auto& [name, content] : parts) {
    pugi::xml_document document;
    if (const auto values = values_.find(name); values != values_.end()) {
      if (!load(document, content)) return refuse(shown_);
      pugi::xml_node data = child(document.document_element(), "sheetData");
      for (const auto& [place, value] : values->second)
        put(cell_node(row_node(data, place.first), place.first, place.second), value);
      content = saved(document);
    } else if (name == "xl/workbook.xml") {
      if (!load(document, content)) return refuse(shown_);
      pugi::xml_node root = document.document_element();
      pugi::xml_node settings = child(root, "calcPr");
      if (!settings) {
        const pugi::xml_node names = child(root, "definedNames");
        settings = names ? root.insert_child_after(qualified(root, "calcPr").c_str(), names)
                         : root.append_child(qualified(root, "calcPr").c_str());
      }
      settings.remove_attribute("fullCalcOnLoad");
      settings.append_attribute("fullCalcOnLoad").set_value("1");
      content = saved(document);
    }
  }
  zip_error_t problem;
  zip_error_init(&problem);
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &problem);
  zip_t* container = target == nullptr ? nullptr : zip_open_from_source(target, ZIP_CREATE | ZIP_TRUNCATE, &problem);
  zip_error_fini(&problem);
  const auto failed = [] {
    return base::fail(ErrorCode::Unavailable, "写不出工作簿。", "The workbook could not be written.");
  };
  if (container == nullptr) {
    if (target != nullptr) zip_source_free(target);
    return failed();
  }
  zip_source_keep(target);
  for (const auto& [name, content] : parts) {
    zip_source_t* piece = zip_source_buffer(container, content.data(), content.size(), 0);
    const zip_int64_t index = piece == nullptr ? -1 : zip_file_add(container, name.c_str(), piece, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
      if (piece != nullptr) zip_source_free(piece);
      zip_discard(container);
      zip_source_free(target);
      return failed();
    }
    // One fixed time, so that the same figures give the same bytes and the same hash.
    zip_file_set_mtime(container, static_cast<zip_uint64_t>(index), 315'532'800, 0);
  }
  if (zip_close(container) != 0) {
    zip_discard(container);
    zip_source_free(target);
    return failed();
  }
  std::string bytes;
  zip_stat_t stat;
  if (zip_source_open(target) != 0 || zip_source_stat(target, &stat) != 0) {
    zip_source_free(target);
    return failed();
  }
  bytes.resize(stat.size);
  const bool whole = zip_source_read(target, bytes.data(), bytes.size()) == static_cast<zip_int64_t>(bytes.size());
  zip_source_close(target);
  zip_source_free(target);
  if (!whole) return failed();
  return bytes;
}

}  // namespace yuanqu::tabular
