#include <array>

#include "feel/builtins.hpp"
#include "feel/function.hpp"
#include "feel/node.hpp"

namespace yuanqu::feel {
namespace {

// A function definition with the variables it closed over (10.3.2.13.2).
class Closure final : public Function {
 public:
  Closure(std::shared_ptr<const FunctionCode> code, std::vector<Value> captured)
      : code_(std::move(code)), captured_(std::move(captured)) {
    for (const Value& value : captured_) depth_ = std::max(depth_, value.depth() + 1);
  }

  const std::vector<Member>& parameters() const override { return code_->parameters; }
  TypePointer result_type() const override { return code_->result; }
  std::uint32_t depth() const override { return depth_; }

  Value call(Evaluation& evaluation, std::span<const Value> arguments) const override {
    if (code_->external) {
      evaluation.suppress(Suppressed::Code::Unsupported, 0, "不支持外部 Java 或 PMML 函数；请用 FEEL 写出函数体。",
                          "External Java and PMML functions are not supported; write the function's body in FEEL.");
      return {};
    }
    Frame frame(evaluation, code_->frame_size);
    for (std::size_t i = 0; i < code_->parameters.size(); ++i) {
      const Member& parameter = code_->parameters[i];
      Value& slot = frame[static_cast<Slot>(i)];
      slot = parameter.type ? coerce(evaluation, arguments[i], parameter.type, parameter.name) : arguments[i];
      // An argument that does not conform makes the call null (10.3.2.13).
      if (slot.is_null() && !arguments[i].is_null()) return {};
    }
    std::size_t next = 0;
    for (const Capture& capture : code_->captures) {
      if (capture.self) {
        references.fetch_add(1, std::memory_order_relaxed);
        frame[capture.to] = Value::function(const_cast<Closure*>(this));
      } else {
        frame[capture.to] = captured_[next++];
      }
    }
    State state{evaluation, frame};
    Value scratch;
    const Value& result = code_->body->evaluate(state, scratch);
    if (&result == &scratch) return scratch;
    return result;
  }

 private:
  std::shared_ptr<const FunctionCode> code_;
  std::vector<Value> captured_;
  std::uint32_t depth_ = 1;
};

class FunctionNode final : public Node {
 public:
  FunctionNode(std::shared_ptr<const FunctionCode> code, std::uint32_t offset) : Node(offset), code_(std::move(code)) {}
  const Value& evaluate(State& state, Value& scratch) const override {
    std::vector<Value> captured;
    for (const Capture& capture : code_->captures) {
      if (!capture.self) captured.push_back(state.frame.read(state.evaluation, capture.from));
    }
    Value closure = Value::function(new Closure(code_, std::move(captured)));
    scratch = closure.depth() > Value::max_depth ? Value() : std::move(closure);
    return scratch;
  }

 private:
  std::shared_ptr<const FunctionCode> code_;
};

// Arguments as pointers: to variables and constants where possible, else to temporaries kept here.
template <std::size_t Few>
class Arguments {
 public:
  Arguments(State& state, const std::vector<NodePointer>& nodes) {
    std::size_t count = nodes.size();
    if (count > Few) {
      many_values_.resize(count);
      many_pointers_.resize(count);
    }
    Value* values = count > Few ? many_values_.data() : few_values_.data();
    pointers_ = count > Few ? many_pointers_.data() : few_pointers_.data();
    for (std::size_t i = 0; i < count; ++i) pointers_[i] = &nodes[i]->evaluate(state, values[i]);
    count_ = count;
  }
  std::span<const Value* const> span() const { return {pointers_, count_}; }

 private:
  std::array<Value, Few> few_values_;
  std::array<const Value*, Few> few_pointers_{};
  std::vector<Value> many_values_;
  std::vector<const Value*> many_pointers_;
  const Value** pointers_ = nullptr;
  std::size_t count_ = 0;
};

class BuiltinNode final : public Node {
 public:
  BuiltinNode(const Builtin& builtin, std::vector<NodePointer> arguments, std::vector<String> names,
              std::uint32_t offset)
      : Node(offset), builtin_(builtin), arguments_(std::move(arguments)), names_(std::move(names)) {}
  const Value& evaluate(State& state, Value& scratch) const override {
    Value result;
    {
      Arguments<4> arguments(state, arguments_);
      result = call_builtin(state.evaluation, builtin_, offset_, arguments.span(), names_);
    }
    scratch = std::move(result);
    return scratch;
  }

 private:
  const Builtin& builtin_;
  std::vector<NodePointer> arguments_;
  std::vector<String> names_;
};

class CallNode final : public Node {
 public:
  CallNode(NodePointer callee, const Builtin* otherwise, std::vector<NodePointer> arguments, std::vector<String> names,
           std::uint32_t offset)
      : Node(offset),
        callee_(std::move(callee)),
        otherwise_(otherwise),
        arguments_(std::move(arguments)),
        names_(std::move(names)) {}

  const Value& evaluate(State& state, Value& scratch) const override {
    Value own;
    Value callee = callee_->evaluate(state, own);
    // A variable that happens to be named like a built-in function does not take the function away.
    if (!callee.is(Kind::Function) && otherwise_ != nullptr) {
      Arguments<4> arguments(state, arguments_);
      scratch = call_builtin(state.evaluation, *otherwise_, offset_, arguments.span(), names_);
      return scratch;
    }
    std::vector<Value> values;
    values.reserve(arguments_.size());
    for (const NodePointer& argument : arguments_) {
      Value argument_own;
      values.push_back(argument->evaluate(state, argument_own));
    }
    scratch = call_function(state.evaluation, callee, values, names_);
    return scratch;
  }

 private:
  NodePointer callee_;
  const Builtin* otherwise_;
  std::vector<NodePointer> arguments_;
  std::vector<String> names_;
};

}  // namespace

NodePointer function_node(std::shared_ptr<const FunctionCode> code, std::uint32_t offset) {
  return std::make_unique<FunctionNode>(std::move(code), offset);
}
NodePointer call_node(NodePointer callee, const Builtin* otherwise, std::vector<NodePointer> arguments,
                      std::vector<String> names, std::uint32_t offset) {
  return std::make_unique<CallNode>(std::move(callee), otherwise, std::move(arguments), std::move(names), offset);
}
NodePointer builtin_node(const Builtin& builtin, std::vector<NodePointer> arguments, std::vector<String> names,
                         std::uint32_t offset) {
  return std::make_unique<BuiltinNode>(builtin, std::move(arguments), std::move(names), offset);
}

}  // namespace yuanqu::feel
