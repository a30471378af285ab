#pragma once
// The boxed expressions of clause 10.2.2 (DMN 1.5) as nodes; decision tables are in table_node.hpp. Internal to the
// room.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dmn/node.hpp"
#include "feel/expression.hpp"

namespace yuanqu::dmn {

class ConstantNode final : public Node {
 public:
  explicit ConstantNode(feel::Value value) : value_(std::move(value)) {}
  const feel::Value& evaluate(Run&, feel::Frame&, feel::Value&) const override { return value_; }
  const feel::Value* constant() const override { return &value_; }

 private:
  feel::Value value_;
};

// What could not be compiled: null, with the reason each time it is evaluated.
class BrokenNode final : public Node {
 public:
  BrokenNode(feel::Suppressed::Code code, std::uint32_t offset, std::string_view element, std::string zh,
             std::string en)
      : code_(code), offset_(offset), element_(element), zh_(std::move(zh)), en_(std::move(en)) {}
  const feel::Value& evaluate(Run& run, feel::Frame& frame, feel::Value& scratch) const override;

 private:
  feel::Suppressed::Code code_;
  std::uint32_t offset_;
  std::string_view element_;
  std::string zh_, en_;
};

// The conjuncts of an expression, compiled beside it for the trace.
struct LiteralCondition {
  feel::Expression whole, left, right;  // left and right only of a comparison
  std::string text, left_text, right_text;
  std::string operation;
};

class LiteralNode final : public Node {
 public:
  // `base_offset` is added to the offsets of failures: where the text was wrapped, it takes the wrapping away again.
  LiteralNode(feel::Expression expression, std::string_view element, std::uint32_t base_offset = 0)
      : expression_(std::move(expression)), element_(element), base_offset_(base_offset) {
    type = expression_.type();
  }
  const feel::Value& evaluate(Run& run, feel::Frame& frame, feel::Value& scratch) const override;
  const feel::Value* constant() const override { return expression_.constant(); }
  const feel::Expression& expression() const { return expression_; }
  void set_conditions(std::vector<LiteralCondition> conditions) { conditions_ = std::move(conditions); }

 private:
  void explain(Run& run, feel::Frame& frame) const;
  feel::Expression expression_;
  std::string_view element_;
  std::uint32_t base_offset_;
  std::vector<LiteralCondition> conditions_;
};

// Any expression with a typeRef of its own.
class TypedNode final : public Node {
 public:
  TypedNode(NodePointer inner, feel::TypePointer declared, std::string what, std::string_view element)
      : inner_(std::move(inner)), what_(std::move(what)), element_(element) {
    type = std::move(declared);
  }
  const feel::Value& evaluate(Run& run, feel::Frame& frame, feel::Value& scratch) const override;
  const Node& inner() const { return *inner_; }
  const std::string& what() const { return what_; }

 private:
  NodePointer inner_;
  std::string what_;
  std::string_view element_;
};

class ContextNode final : public Node {
 public:
  struct Entry {
    feel::String key;
    feel::Slot slot;
    NodePointer value;
    std::string_view element;
  };
  ContextNode(std::vector<Entry> entries, NodePointer result, bool duplicate, std::string_view element)
      : entries_(std::move(entries)), result_(std::move(result)), duplicate_(duplicate), element_(element) {}
  const feel::Value& evaluate(Run& run, feel::Frame& frame, feel::Value& scratch) const override;
  const std::vector<Entry>& entries() const { return entries_; }
  const Node* result() const { return result_.get(); }
  bool duplicate() const { return duplicate_; }

 private:
  std::vector<Entry> entries_;
  NodePointer result_;
  bool duplicate_;
  std::string_view element_;
};

class ListNode final : public Node {
 public:
  explicit ListNode(std::vector<NodePointer> items) : items_(std::move(items)) {}
  const feel::Value& evaluate(Run& run, feel::Frame& frame, feel::Value& scratch) const override;
  const std::vector<NodePointer>& items() const { return items_; }

 private:
  std::vector<NodePointer> items_;
};

class RelationNode final : public Node {
 public:
  RelationNode(std::vector<feel::String> columns, std::vector<std::vector<NodePointer>> rows)
      : columns_(std::move(columns)), rows_(std::move(rows)) {}
  const feel::Value& evaluate(Run& run, feel::Frame& frame, feel::Value& scratch) const override;
  const std::vector<feel::String>& columns() const { return columns_; }
  const std::vector<std::vector<NodePointer>>& rows() const { return rows_; }  // a row may be short: null

 private:
  std::vector<feel::String> columns_;
  std::vector<std::vector<NodePointer>> rows_;
};

class ConditionalNode final : public Node {
 public:
  ConditionalNode(NodePointer condition, NodePointer when_true, NodePointer when_false, std::string_view element)
      : condition_(std::move(condition)),
        when_true_(std::move(when_true)),
        when_false_(std::move(when_false)),
        element_(element) {}
  const feel::Value& evaluate(Run& run, feel::Frame& frame, feel::Value& scratch) const override;
  const Node& condition() const { return *condition_; }
  const Node& when(bool truth) const { return truth ? *when_true_ : *when_false_; }

 private:
  NodePointer condition_, when_true_, when_false_;
  std::string_view element_;
};

class InvocationNode final : public Node {
 public:
  struct Argument {
    feel::String name;
    NodePointer value;
    feel::TypePointer type;
  };
  InvocationNode(NodePointer called, std::vector<Argument> arguments, std::string_view element);
  const feel::Value& evaluate(Run& run, feel::Frame& frame, feel::Value& scratch) const override;
  const Node& called() const { return *called_; }
  const std::vector<Argument>& arguments() const { return arguments_; }

 private:
  NodePointer called_;
  std::vector<Argument> arguments_;
  std::vector<feel::String> names_;
  std::string_view element_;
};

// Gives a slot its value, then answers the body.
class LetNode final : public Node {
 public:
  LetNode(std::string_view name, feel::Slot slot, NodePointer value, NodePointer body)
      : name_(name), slot_(slot), value_(std::move(value)), body_(std::move(body)) {}
  const feel::Value& evaluate(Run& run, feel::Frame& frame, feel::Value& scratch) const override;
  const std::string& name() const { return name_; }
  const Node& given() const { return *value_; }
  const Node& body() const { return *body_; }

 private:
  std::string name_;
  feel::Slot slot_;
  NodePointer value_, body_;
};

// A filter compiled as FEEL whose condition may answer something that is no condition: then a boxed filter is null,
// where FEEL would only leave the item out. The condition is wrapped in a call of the function this node puts into
// `check`.
class ConditionCheckNode final : public Node {
 public:
  // `plain` is the filter with its condition as it was written.
  ConditionCheckNode(feel::Slot check, NodePointer filter, NodePointer plain, std::string_view element);
  const feel::Value& evaluate(Run& run, feel::Frame& frame, feel::Value& scratch) const override;
  const Node& plain() const { return *plain_; }

 private:
  feel::Slot check_;
  NodePointer filter_, plain_;
  std::string_view element_;
  feel::Value function_;
};

// A filter whose match is not a FEEL text (those are compiled as FEEL filters). Members of items that are known when
// compiling have slots of their own beside `item`.
class FilterNode final : public Node {
 public:
  FilterNode(NodePointer in, NodePointer match, feel::Slot item,
             std::vector<std::pair<std::string, feel::Slot>> members, std::string_view element)
      : in_(std::move(in)), match_(std::move(match)), item_(item), members_(std::move(members)), element_(element) {}
  const feel::Value& evaluate(Run& run, feel::Frame& frame, feel::Value& scratch) const override;
  const Node& in() const { return *in_; }
  const Node& match() const { return *match_; }

 private:
  NodePointer in_, match_;
  feel::Slot item_;
  std::vector<std::pair<std::string, feel::Slot>> members_;
  std::string_view element_;
};

// The variable of an iteration: its items one after the other, converted to its declared type.
struct Iterator {
  std::string name;
  feel::Slot slot = 0;
  feel::TypePointer type;  // nullptr: as they are
};

class ForNode final : public Node {
 public:
  ForNode(NodePointer in, NodePointer body, Iterator iterator, feel::Slot partial)
      : in_(std::move(in)), body_(std::move(body)), iterator_(std::move(iterator)), partial_(partial) {}
  const feel::Value& evaluate(Run& run, feel::Frame& frame, feel::Value& scratch) const override;
  const Node& in() const { return *in_; }
  const Node& body() const { return *body_; }
  const Iterator& iterator() const { return iterator_; }
  bool reads_partial() const { return partial_ != UINT32_MAX; }

 private:
  NodePointer in_, body_;
  Iterator iterator_;
  feel::Slot partial_;
};

class QuantifiedNode final : public Node {
 public:
  QuantifiedNode(bool every, NodePointer in, NodePointer body, Iterator iterator, std::string_view element)
      : every_(every), in_(std::move(in)), body_(std::move(body)), iterator_(std::move(iterator)), element_(element) {}
  const feel::Value& evaluate(Run& run, feel::Frame& frame, feel::Value& scratch) const override;
  bool every() const { return every_; }
  const Node& in() const { return *in_; }
  const Node& body() const { return *body_; }
  const Iterator& iterator() const { return iterator_; }

 private:
  bool every_;
  NodePointer in_, body_;
  Iterator iterator_;
  std::string_view element_;
};

// A boxed function definition: captures what its body uses of the surrounding frame.
class FunctionNode final : public Node {
 public:
  struct Body {
    NodePointer node;
    std::vector<feel::Member> parameters;
    std::vector<feel::Slot> parameter_slots;
    feel::TypePointer result;
    std::size_t frame_size = 0;
    std::vector<std::pair<feel::Slot, feel::Slot>> captures;  // outer slot, slot of the function's frame
    feel::Slot self = UINT32_MAX;                             // the function itself, for recursion through its own name
  };
  explicit FunctionNode(std::shared_ptr<const Body> body) : body_(std::move(body)) {}
  const feel::Value& evaluate(Run& run, feel::Frame& frame, feel::Value& scratch) const override;

 private:
  std::shared_ptr<const Body> body_;
};

}  // namespace yuanqu::dmn
