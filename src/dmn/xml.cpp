#include "dmn/xml.hpp"

namespace yuanqu::dmn::xml {

namespace {

using base::ErrorCode;

// One pass over the markup before pugixml sees it: its parser is not recursive, but ours over the tree is. Understands
// comments, CDATA, processing instructions and quoted attribute values, nothing else. UTF-16 and UTF-32 documents skip
// it and are bounded after parsing.
base::Result<> scan(std::string_view text, std::string_view source, std::size_t depth_max) {
  std::size_t depth = 0;
  std::size_t at = 0;
  const auto skip_past = [&](std::string_view end) {
    const auto found = text.find(end, at);
    at = found == std::string_view::npos ? text.size() : found + end.size();
  };
  while ((at = text.find('<', at)) != std::string_view::npos) {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("<!--")) {
      at += 4;
      skip_past("-->");
    } else if (rest.starts_with("<![CDATA[")) {
      skip_past("]]>");
    } else if (rest.starts_with("<?")) {
      skip_past("?>");
    } else if (rest.starts_with("<!")) {
      return base::fail(ErrorCode::Invalid, "文件含有文档类型声明（DOCTYPE），出于安全不予读取；请删去该声明后重试。",
                        "The document has a document type declaration (DOCTYPE), which is refused for safety; remove "
                        "it and try again.",
                        {.file = std::string(source), .offset = at});
    } else if (rest.starts_with("</")) {
      if (depth > 0) --depth;
      skip_past(">");
    } else {
      ++at;
      char quote = 0;
      while (at < text.size() && (quote != 0 || text[at] != '>')) {
        if (quote == 0 && (text[at] == '"' || text[at] == '\''))
          quote = text[at];
        else if (text[at] == quote)
          quote = 0;
        ++at;
      }
      const bool empty_element = at > 0 && at < text.size() && text[at - 1] == '/';
      if (!empty_element && ++depth > depth_max && depth_max != 0) {
        return base::fail(ErrorCode::LimitExceeded,
                          "文件的元素嵌套过深，已超过限制 " + std::to_string(depth_max) + " 层。",
                          "The document nests elements deeper than the limit of " + std::to_string(depth_max) + ".",
                          {.file = std::string(source), .offset = at});
      }
    }
  }
  return {};
}

std::size_t depth_of(pugi::xml_node node) {
  std::size_t deepest = 0, depth = 0;
  pugi::xml_node at = node;
  while (at) {
    if (auto child = at.first_child()) {
      at = child;
      deepest = std::max(deepest, ++depth);
      continue;
    }
    while (at && at != node && !at.next_sibling()) {
      at = at.parent();
      --depth;
    }
    if (!at || at == node) break;
    at = at.next_sibling();
  }
  return deepest;
}

}  // namespace

base::Result<> parse(pugi::xml_document& document, std::string_view text, std::string_view source,
                     std::size_t bytes_max, std::size_t depth_max) {
  if (bytes_max != 0 && text.size() > bytes_max) {
    return base::fail(
        ErrorCode::LimitExceeded,
        "文件大小 " + std::to_string(text.size()) + " 字节，超过限制 " + std::to_string(bytes_max) + " 字节。",
        "The document has " + std::to_string(text.size()) + " bytes, more than the limit of " +
            std::to_string(bytes_max) + ".",
        {.file = std::string(source)});
  }
  const bool wide = text.substr(0, 4).find('\0') != std::string_view::npos || text.starts_with("\xFF\xFE") ||
                    text.starts_with("\xFE\xFF");
  if (!wide) {
    if (auto scanned = scan(text, source, depth_max); !scanned) return scanned;
  }
  constexpr unsigned flags = pugi::parse_default | pugi::parse_ws_pcdata_single | pugi::parse_doctype;
  const auto result = document.load_buffer(text.data(), text.size(), flags);
  if (!result) {
    return base::fail(
        ErrorCode::Invalid,
        "不是格式良好的 XML 文件（第 " + std::to_string(result.offset) + " 字节：" + result.description() + "）。",
        "Not well-formed XML (" + std::string(result.description()) + " at byte " + std::to_string(result.offset) +
            ").",
        {.file = std::string(source), .offset = static_cast<std::size_t>(result.offset)});
  }
  for (auto node : document) {
    if (node.type() == pugi::node_doctype) {
      return base::fail(ErrorCode::Invalid, "文件含有文档类型声明（DOCTYPE），出于安全不予读取；请删去该声明后重试。",
                        "The document has a document type declaration (DOCTYPE), which is refused for safety; remove "
                        "it and try again.",
                        {.file = std::string(source)});
    }
  }
  if (!document.document_element()) {
    return base::fail(ErrorCode::Invalid, "文件中没有任何元素。", "The document has no element.",
                      {.file = std::string(source)});
  }
  if (depth_max != 0 && depth_of(document) > depth_max + 1) {
    return base::fail(ErrorCode::LimitExceeded, "文件的元素嵌套过深，已超过限制 " + std::to_string(depth_max) + " 层。",
                      "The document nests elements deeper than the limit of " + std::to_string(depth_max) + ".",
                      {.file = std::string(source)});
  }
  return {};
}

std::string_view local_name(pugi::xml_node node) {
  const std::string_view name = node.name();
  const auto colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

std::string_view namespace_of_prefix(pugi::xml_node node, std::string_view prefix) {
  for (; node; node = node.parent()) {
    for (auto each : node.attributes()) {
      std::string_view name = each.name();
      if (!name.starts_with("xmlns")) continue;
      name.remove_prefix(5);
      if (prefix.empty() ? name.empty() : (name.starts_with(':') && name.substr(1) == prefix)) return each.value();
    }
  }
  return {};
}

std::string_view namespace_of(pugi::xml_node node) {
  const std::string_view name = node.name();
  const auto colon = name.find(':');
  return namespace_of_prefix(node, colon == std::string_view::npos ? std::string_view{} : name.substr(0, colon));
}

std::string_view attribute(pugi::xml_node node, const char* name) { return node.attribute(name).value(); }

std::string text_of(pugi::xml_node node) {
  std::string text;
  for (auto child : node) {
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) text += child.value();
  }
  return text;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

}  // namespace yuanqu::dmn::xml
