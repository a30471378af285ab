#pragma once
// Streaming XML by expat, for the parts of an XLSX. Refuses every document type declaration: no entity is ever defined,
// let alone expanded or fetched. Names come without their prefix.

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace yuanqu::tabular {

// Attributes of an element: name without prefix → value, while the callback runs.
class XmlAttributes {
 public:
  explicit XmlAttributes(const char** pairs) : pairs_(pairs) {}
  std::string_view get(std::string_view name) const;  // "" when absent

 private:
  const char** pairs_;
};

class XmlHandler {
 public:
  virtual ~XmlHandler() = default;
  virtual void start(std::string_view name, const XmlAttributes& attributes) = 0;
  virtual void end(std::string_view name) = 0;
  virtual void text(std::string_view text) = 0;
};

class XmlParser {
 public:
  XmlParser(XmlHandler& handler, std::string shown);
  ~XmlParser();
  XmlParser(const XmlParser&) = delete;
  XmlParser& operator=(const XmlParser&) = delete;
  base::Result<void> feed(std::string_view bytes, bool last);
  void stop();  // from inside a callback: the rest of the document is of no interest
  bool stopped() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

base::Result<void> parse_xml(std::string_view document, XmlHandler& handler, const std::string& shown);

}  // namespace yuanqu::tabular
