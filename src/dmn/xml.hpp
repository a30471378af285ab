#pragma once
// Reading XML without surprises: documents are parsed by pugixml after a scan that refuses document type declarations
// (so no entity but the five of XML exists) and bounds bytes and nesting. Names are compared by namespace and local
// name. Include only from .cpp files: pugixml stays out of the room's headers.

#include <pugixml.hpp>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace yuanqu::dmn::xml {

// Parses `text` into `document`. `source` names the document in errors.
base::Result<> parse(pugi::xml_document& document, std::string_view text, std::string_view source,
                     std::size_t bytes_max, std::size_t depth_max);

std::string_view local_name(pugi::xml_node node);
// The namespace that `prefix` is bound to at `node`; empty when it is not bound.
std::string_view namespace_of_prefix(pugi::xml_node node, std::string_view prefix);
std::string_view namespace_of(pugi::xml_node node);
// The attribute with this local name and no prefix; empty when absent.
std::string_view attribute(pugi::xml_node node, const char* name);
// All character data of the element, CDATA included, comments skipped, blanks kept.
std::string text_of(pugi::xml_node node);
// Without leading and trailing blanks (space, tab, line ends).
std::string_view trimmed(std::string_view text);

}  // namespace yuanqu::dmn::xml
