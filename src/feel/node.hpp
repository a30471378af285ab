#pragma once
// The evaluable tree. Internal to the room.
//
// evaluate() answers a reference: to a constant, to a slot of the frame, to a part of either, or to `scratch`, which
// the node may use as it likes. The reference stays good until the caller's frame or scratch goes away; each variable
// has a slot of its own, so evaluating a sibling cannot overwrite it. A node that looks into a temporary of its own
// copies what it returns into `scratch`.

#include <cstdint>
#include <memory>
#include <vector>

#include "feel/compare.hpp"
#include "feel/evaluation.hpp"
#include "feel/scope.hpp"
#include "feel/syntax.hpp"
#include "feel/value.hpp"

namespace yuanqu::feel {

struct State {
  Evaluation& evaluation;
  Frame& frame;
};

class Node {
 public:
  explicit Node(std::uint32_t offset) : offset_(offset) {}
  virtual ~Node() = default;
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  virtual const Value& evaluate(State& state, Value& scratch) const = 0;
  // The value as a condition: anything but true and false is unknown.
  virtual Truth test(State& state) const {
    Value scratch;
    return truth_of(evaluate(state, scratch));
  }
  virtual const Value* constant() const { return nullptr; }
  virtual bool is_slot(Slot*) const { return false; }
  std::uint32_t offset() const { return offset_; }

 protected:
  std::uint32_t offset_;
};
using NodePointer = std::unique_ptr<const Node>;

// A unary test: applied to an input instead of evaluated.
class TestNode {
 public:
  virtual ~TestNode() = default;
  virtual Truth check(State& state, const Value& input) const = 0;
};
using TestPointer = std::unique_ptr<const TestNode>;

// Where a captured variable comes from and goes to. `self` is the function being called.
struct Capture {
  Slot from = 0;
  Slot to = 0;
  bool self = false;
};

// What a function definition compiles to; shared by all closures of it.
struct FunctionCode {
  std::vector<Member> parameters;  // in slots 0 …
  TypePointer result;
  std::vector<Capture> captures;
  NodePointer body;
  std::size_t frame_size = 0;
  bool external = false;
};

// A place a name may be found at when it is read: an entry of the item that a filter looks at.
struct ItemPlace {
  Slot slot = 0;
};

// One iterator of for, some, every. `high` is given for a..b.
struct Iterator {
  Slot slot = 0;
  NodePointer domain;
  NodePointer high;
};

struct ContextPart {
  String key;
  NodePointer value;
  Slot slot = 0;
  bool read = false;  // a later entry uses it
};

// nodes_basic.cpp
void not_a_condition(Evaluation& evaluation, const Value& value, std::uint32_t offset);
NodePointer constant_node(Value value, std::uint32_t offset);
NodePointer slot_node(Slot slot, std::uint32_t offset);
NodePointer item_name_node(std::string_view name, std::vector<Slot> items, NodePointer otherwise, std::uint32_t offset);
NodePointer unknown_name_node(std::string name, std::vector<std::string> available, std::uint32_t offset);
// Null, for the reason given, whenever it is evaluated.
NodePointer failure_node(Suppressed::Code code, std::string zh, std::string en, std::uint32_t offset);
NodePointer path_node(NodePointer base, std::string_view member, std::uint32_t offset);
NodePointer conditional_node(NodePointer condition, NodePointer yes, NodePointer no, std::uint32_t offset);
NodePointer instance_node(NodePointer value, TypePointer type, std::uint32_t offset);
// properties.cpp: members of dates, times, durations and ranges. False when the value has no such member.
bool property_of(Evaluation& evaluation, const Value& value, std::string_view name, Value& result);

// nodes_operator.cpp
NodePointer arithmetic_node(Operation operation, NodePointer left, NodePointer right, std::uint32_t offset);
NodePointer negation_node(NodePointer value, std::uint32_t offset);
NodePointer logic_node(Operation operation, NodePointer left, NodePointer right, std::uint32_t offset);
NodePointer not_node(NodePointer value, std::uint32_t offset);
NodePointer comparison_node(Operation operation, NodePointer left, NodePointer right, std::uint32_t offset);
NodePointer between_node(NodePointer value, NodePointer low, NodePointer high, std::uint32_t offset);
// arithmetic.cpp: table 55 to 57. Null with a suppressed failure for operands that do not fit.
Value arithmetic(Evaluation& evaluation, Operation operation, const Value& left, const Value& right,
                 std::uint32_t offset);
// Comparisons that keep the horizon and say why they are unknown.
Truth compare_values(Evaluation& evaluation, Operation operation, const Value& left, const Value& right,
                     std::uint32_t offset);
Truth contains_value(Evaluation& evaluation, const Value& range, const Value& value);
Truth matches_value(Evaluation& evaluation, const Value& input, const Value& test);

// nodes_collection.cpp
NodePointer list_node(std::vector<NodePointer> items, std::uint32_t offset);
NodePointer context_node(std::vector<ContextPart> parts, std::uint32_t offset);
NodePointer interval_node(NodePointer low, bool low_included, NodePointer high, bool high_included,
                          std::uint32_t offset);
NodePointer operator_range_node(Operation operation, NodePointer bound, std::uint32_t offset);
NodePointer filter_node(NodePointer list, NodePointer condition, Slot item, bool condition_reads_item,
                        std::uint32_t offset);
// The range, or null with a suppressed failure when the ends do not go together.
Value make_interval(Evaluation& evaluation, Value low, bool low_included, Value high, bool high_included,
                    std::uint32_t offset);
Value make_operator_range(Operation operation, const Value& bound);

// nodes_iteration.cpp
NodePointer for_node(std::vector<Iterator> iterators, NodePointer body, Slot partial, bool partial_read,
                     std::uint32_t offset);
NodePointer quantified_node(bool every, std::vector<Iterator> iterators, NodePointer body, std::uint32_t offset);

// nodes_call.cpp
struct Builtin;
NodePointer function_node(std::shared_ptr<const FunctionCode> code, std::uint32_t offset);
NodePointer call_node(NodePointer callee, const Builtin* otherwise, std::vector<NodePointer> arguments,
                      std::vector<String> names, std::uint32_t offset);
NodePointer builtin_node(const Builtin& builtin, std::vector<NodePointer> arguments, std::vector<String> names,
                         std::uint32_t offset);

// nodes_test.cpp
TestPointer operator_test(Operation operation, NodePointer bound, std::uint32_t offset);
// Equality or membership. A boolean that is not written as such decides by itself when the input is none.
TestPointer value_test(NodePointer value, bool literal);
TestPointer interval_test(NodePointer low, bool low_included, NodePointer high, bool high_included,
                          std::uint32_t offset);
TestPointer condition_test(NodePointer condition);  // uses `?`
NodePointer in_node(NodePointer value, std::vector<TestPointer> tests, Slot input, bool input_read,
                    std::uint32_t offset);
NodePointer tests_node(Slot input, std::vector<TestPointer> tests, bool negated, std::uint32_t offset);

}  // namespace yuanqu::feel
