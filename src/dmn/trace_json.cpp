#include "dmn/trace_json.hpp"

#include <utility>

#include "base/json_text.hpp"
#include "dmn/json.hpp"

namespace yuanqu::dmn {

namespace {

// Writes {"key": text, …} in order.
class Object {
 public:
  explicit Object(std::string& out) : out_(out) { out_ += '{'; }
  ~Object() { out_ += '}'; }
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  void key(std::string_view name) {
    if (!std::exchange(first_, false)) out_ += ',';
    base::append_json_string(out_, name);
    out_ += ':';
  }
  void text(std::string_view name, std::string_view value) {
    key(name);
    base::append_json_string(out_, value);
  }
  void value(std::string_view name, const feel::Value& value) {
    key(name);
    append_json(out_, value);
  }
  void number(std::string_view name, std::uint32_t value) {
    key(name);
    out_ += std::to_string(value);
  }
  template <class Items, class Write>
  void list(std::string_view name, const Items& items, Write&& write) {
    key(name);
    out_ += '[';
    bool first = true;
    for (const auto& item : items) {
      if (!std::exchange(first, false)) out_ += ',';
      write(item);
    }
    out_ += ']';
  }

 private:
  std::string& out_;
  bool first_ = true;
};

}  // namespace

std::string to_json(const Trace& trace) {
  std::string out;
  {
    Object all(out);
    all.list("values", trace.values, [&](const TracedValue& each) {
      Object object(out);
      object.text("model", each.model);
      object.text("decision", each.decision);
      object.text("element", each.element);
      object.text("name", each.name);
      object.value("value", each.value);
    });
    all.list("tables", trace.tables, [&](const TracedTable& table) {
      Object object(out);
      object.text("model", table.model);
      object.text("decision", table.decision);
      object.text("table", table.table);
      object.list("inputs", table.inputs, [&](const TracedInput& input) {
        Object inner(out);
        inner.text("label", input.label);
        inner.text("expression", input.expression);
        inner.value("value", input.value);
      });
      object.list("cells", table.cells, [&](const TracedCell& cell) {
        Object inner(out);
        inner.number("rule", cell.rule);
        inner.number("input", cell.input);
        inner.text("text", cell.text);
        inner.value("result", cell.result);
      });
      object.list("matched", table.matched, [&](std::uint32_t rule) { out += std::to_string(rule); });
      object.value("result", table.result);
    });
  }
  return out;
}

}  // namespace yuanqu::dmn
