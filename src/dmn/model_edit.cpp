#include "dmn/model_edit.hpp"

#include <sstream>

#include "dmn/limits.hpp"
#include "dmn/xml.hpp"

namespace yuanqu::dmn {

namespace {

struct FindById : pugi::xml_tree_walker {
  std::string_view id;
  pugi::xml_node found;
  bool for_each(pugi::xml_node& node) override {
    if (node.type() != pugi::node_element || xml::attribute(node, "id") != id) return true;
    found = node;
    return false;
  }
};

}  // namespace

base::Result<std::string> with_texts(std::string_view xml_text, std::string_view source,
                                     const std::vector<TextChange>& changes) {
  const LoadLimits limits;
  // The same scan every model passes, then once more with nothing thrown away.
  pugi::xml_document checked;
  if (auto parsed = xml::parse(checked, xml_text, source, limits.xml_bytes, limits.xml_depth); !parsed)
    return tl::unexpected(parsed.error());
  pugi::xml_document document;
  if (!document.load_buffer(xml_text.data(), xml_text.size(), pugi::parse_full & ~pugi::parse_doctype)) {
    return base::fail(base::ErrorCode::Invalid, "这不是格式良好的 XML。", "This is not well-formed XML.",
                      {.file = std::string(source)});
  }
  for (const TextChange& change : changes) {
    FindById walker;
    walker.id = change.element;
    document.traverse(walker);
    pugi::xml_node text;
    for (pugi::xml_node child = walker.found.first_child(); child; child = child.next_sibling()) {
      if (child.type() == pugi::node_element && xml::local_name(child) == "text") text = child;
    }
    if (!text) {
      return base::fail(base::ErrorCode::NotFound, "模型里没有可改的单元格“" + change.element + "”。",
                        "The model has no cell \"" + change.element + "\" that could be changed.",
                        {.file = std::string(source), .field = change.element});
    }
    while (text.first_child()) text.remove_child(text.first_child());
    text.append_child(pugi::node_pcdata).set_value(change.text.c_str());
  }
  std::ostringstream out;
  const bool declared = document.first_child().type() == pugi::node_declaration;
  document.save(out, "", declared ? pugi::format_raw : pugi::format_raw | pugi::format_no_declaration);
  return out.str();
}

}  // namespace yuanqu::dmn
