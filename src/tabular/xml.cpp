#include "tabular/xml.hpp"

#include <expat.h>

#include <algorithm>

namespace yuanqu::tabular {

namespace {

constexpr int depth_max = 64;

std::string_view local_name(const char* name) {
  const std::string_view whole(name);
  const std::size_t colon = whole.rfind(':');
  return colon == std::string_view::npos ? whole : whole.substr(colon + 1);
}

}  // namespace

std::string_view XmlAttributes::get(std::string_view name) const {
  for (const char** pair = pairs_; *pair != nullptr; pair += 2) {
    if (local_name(pair[0]) == name) return pair[1];
  }
  return {};
}

struct XmlParser::State {
  XmlHandler& handler;
  std::string shown;
  XML_Parser parser = nullptr;
  int depth = 0;
  bool refused = false;
  bool stopped = false;

  static void XMLCALL start(void* self, const XML_Char* name, const XML_Char** attributes) {
    auto* state = static_cast<State*>(self);
    if (state->stopped) return;
    if (++state->depth > depth_max) return refuse(self);
    state->handler.start(local_name(name), XmlAttributes(attributes));
  }
  static void XMLCALL end(void* self, const XML_Char* name) {
    auto* state = static_cast<State*>(self);
    if (state->stopped) return;
    --state->depth;
    state->handler.end(local_name(name));
  }
  static void XMLCALL text(void* self, const XML_Char* text, int length) {
    auto* state = static_cast<State*>(self);
    if (!state->stopped) state->handler.text({text, static_cast<std::size_t>(length)});
  }
  static void XMLCALL doctype(void* self, const XML_Char*, const XML_Char*, const XML_Char*, int) { refuse(self); }
  static void refuse(void* self) {
    auto* state = static_cast<State*>(self);
    state->refused = true;
    XML_StopParser(state->parser, XML_FALSE);
  }
};

XmlParser::XmlParser(XmlHandler& handler, std::string shown)
    : state_(new State{.handler = handler, .shown = std::move(shown)}) {
  state_->parser = XML_ParserCreate(nullptr);
  XML_SetUserData(state_->parser, state_.get());
  XML_SetElementHandler(state_->parser, State::start, State::end);
  XML_SetCharacterDataHandler(state_->parser, State::text);
  XML_SetStartDoctypeDeclHandler(state_->parser, State::doctype);
}

XmlParser::~XmlParser() { XML_ParserFree(state_->parser); }

void XmlParser::stop() {
  state_->stopped = true;
  XML_StopParser(state_->parser, XML_FALSE);
}

bool XmlParser::stopped() const { return state_->stopped; }

base::Result<void> XmlParser::feed(std::string_view bytes, bool last) {
  while (!state_->stopped) {
    // expat counts in int
    const std::size_t count = std::min<std::size_t>(bytes.size(), std::size_t{1} << 26);
    const bool final_piece = last && count == bytes.size();
    const XML_Status status = XML_Parse(state_->parser, bytes.data(), static_cast<int>(count), final_piece ? 1 : 0);
    if (state_->stopped) break;
    if (status != XML_STATUS_OK) {
      if (state_->refused) {
        return base::fail(base::ErrorCode::Invalid, "文件里有不允许的 XML 声明，已拒绝。请用表格软件另存后再试。",
                          "The file holds an XML declaration that is not allowed; it was refused. Save it anew from a "
                          "spreadsheet program.",
                          {.file = state_->shown});
      }
      return base::fail(base::ErrorCode::Invalid, "文件已损坏，不是完整的 XLSX。请用表格软件打开后另存。",
                        "The file is damaged; it is no whole XLSX. Open it in a spreadsheet program and save it anew.",
                        {.file = state_->shown, .rule = XML_ErrorString(XML_GetErrorCode(state_->parser))});
    }
    bytes.remove_prefix(count);
    if (bytes.empty()) break;
  }
  return {};
}

base::Result<void> parse_xml(std::string_view document, XmlHandler& handler, const std::string& shown) {
  XmlParser parser(handler, shown);
  return parser.feed(document, true);
}

}  // namespace yuanqu::tabular
