#include "feel/node.hpp"

namespace yuanqu::feel {
namespace {

class ConstantNode final : public Node {
 public:
  ConstantNode(Value value, std::uint32_t offset) : Node(offset), value_(std::move(value)) {}
  const Value& evaluate(State&, Value&) const override { return value_; }
  Truth test(State&) const override { return truth_of(value_); }
  const Value* constant() const override { return &value_; }

 private:
  Value value_;
};

class SlotNode final : public Node {
 public:
  SlotNode(Slot slot, std::uint32_t offset) : Node(offset), slot_(slot) {}
  const Value& evaluate(State& state, Value&) const override { return state.frame.read(state.evaluation, slot_); }
  Truth test(State& state) const override { return truth_of(state.frame.read(state.evaluation, slot_)); }
  bool is_slot(Slot* slot) const override {
    *slot = slot_;
    return true;
  }

 private:
  Slot slot_;
};

// Inside a filter an entry of the item hides a variable of the same name (10.3.2.5).
class ItemNameNode final : public Node {
 public:
  ItemNameNode(std::string_view name, std::vector<Slot> items, NodePointer otherwise, std::uint32_t offset)
      : Node(offset), name_(name), items_(std::move(items)), otherwise_(std::move(otherwise)) {}
  const Value& evaluate(State& state, Value& scratch) const override {
    for (Slot slot : items_) {
      const Value& item = state.frame[slot];
      if (!item.is(Kind::Context)) continue;
      if (const Value* entry = item.context().find(name_, hint_)) return *entry;
    }
    return otherwise_->evaluate(state, scratch);
  }

 private:
  String name_;
  std::vector<Slot> items_;
  NodePointer otherwise_;
  mutable std::atomic<std::uint32_t> hint_{0};
};

class UnknownNameNode final : public Node {
 public:
  UnknownNameNode(std::string name, std::vector<std::string> available, std::uint32_t offset)
      : Node(offset), name_(std::move(name)), available_(std::move(available)) {}
  const Value& evaluate(State& state, Value& scratch) const override {
    state.evaluation.suppress(Suppressed::Code::UnknownName, offset_, [&] {
      std::string list;
      for (std::size_t i = 0; i < available_.size() && i < 20; ++i) list += (i == 0 ? "" : ", ") + available_[i];
      return std::pair("没有名为“" + name_ + "”的变量；可用的有：" + list + "。",
                       "There is no variable \"" + name_ + "\"; there are: " + list + ".");
    });
    scratch = Value();
    return scratch;
  }

 private:
  std::string name_;
  std::vector<std::string> available_;
};

class FailureNode final : public Node {
 public:
  FailureNode(Suppressed::Code code, std::string zh, std::string en, std::uint32_t offset)
      : Node(offset), code_(code), zh_(std::move(zh)), en_(std::move(en)) {}
  const Value& evaluate(State& state, Value& scratch) const override {
    state.evaluation.suppress(code_, offset_, zh_, en_);
    scratch = Value();
    return scratch;
  }

 private:
  Suppressed::Code code_;
  std::string zh_, en_;
};

class PathNode final : public Node {
 public:
  PathNode(NodePointer base, std::string_view member, std::uint32_t offset)
      : Node(offset), base_(std::move(base)), member_(member) {}

  const Value& evaluate(State& state, Value& scratch) const override {
    Value own;
    const Value& base = base_->evaluate(state, own);
    if (base.is(Kind::Context)) {
      const Value* entry = base.context().find(member_, hint_);
      if (entry == nullptr) {
        no_member(state, base);
        scratch = Value();
        return scratch;
      }
      if (&base != &own) return *entry;
      Value kept(*entry);
      scratch = std::move(kept);
      return scratch;
    }
    scratch = access(state, base);
    return scratch;
  }

 private:
  Value access(State& state, const Value& base) const {
    switch (base.kind()) {
      case Kind::Context: {
        const Value* entry = base.context().find(member_, hint_);
        if (entry != nullptr) return *entry;
        no_member(state, base);
        return {};
      }
      case Kind::List: {
        std::vector<Value> values;
        values.reserve(base.items().size());
        for (const Value& item : base.items()) values.push_back(access(state, item));
        return Value::list(std::move(values));
      }
      default: {
        Value result;
        if (!property_of(state.evaluation, base, member_.view(), result)) no_member(state, base);
        return result;
      }
    }
  }

  void no_member(State& state, const Value& base) const {
    state.evaluation.suppress(Suppressed::Code::NoSuchMember, offset_, [&] {
      std::string member(member_.view());
      if (base.is(Kind::Context)) {
        std::string list;
        for (const Entry& entry : base.context().entries)
          list += (list.empty() ? "" : ", ") + std::string(entry.key.view());
        return std::pair("没有名为“" + member + "”的项；有：" + list + "。",
                         "There is no entry \"" + member + "\"; there are: " + list + ".");
      }
      std::string kind(name_of(base.kind()));
      return std::pair(kind + " 没有属性“" + member + "”。",
                       "A value of type " + kind + " has no member \"" + member + "\".");
    });
  }

  NodePointer base_;
  String member_;
  mutable std::atomic<std::uint32_t> hint_{0};
};

class ConditionalNode final : public Node {
 public:
  ConditionalNode(NodePointer condition, NodePointer yes, NodePointer no, std::uint32_t offset)
      : Node(offset), condition_(std::move(condition)), yes_(std::move(yes)), no_(std::move(no)) {}
  const Value& evaluate(State& state, Value& scratch) const override {
    if (const Node* way = chosen(state)) return way->evaluate(state, scratch);
    scratch = Value();
    return scratch;
  }
  Truth test(State& state) const override {
    const Node* way = chosen(state);
    return way == nullptr ? Truth::Unknown : way->test(state);
  }

 private:
  // Unknown goes the way of false; what is no condition at all has no way (table 51).
  const Node* chosen(State& state) const {
    Value own;
    const Value& condition = condition_->evaluate(state, own);
    if (condition.is_true()) return yes_.get();
    if (condition.is_false() || condition.is_null()) return no_.get();
    not_a_condition(state.evaluation, condition, offset_);
    return nullptr;
  }

  NodePointer condition_, yes_, no_;
};

class InstanceNode final : public Node {
 public:
  InstanceNode(NodePointer value, TypePointer type, std::uint32_t offset)
      : Node(offset), value_(std::move(value)), type_(std::move(type)) {}
  const Value& evaluate(State& state, Value& scratch) const override {
    if (type_ && type_->form == Type::Form::Unknown) {
      state.evaluation.suppress(Suppressed::Code::UnknownType, offset_, [&] {
        return std::pair("没有名为“" + type_->name + "”的类型。", "There is no type \"" + type_->name + "\".");
      });
      scratch = Value();
      return scratch;
    }
    Value own;
    scratch = Value(instance_of(value_->evaluate(state, own), type_));
    return scratch;
  }

 private:
  NodePointer value_;
  TypePointer type_;
};

}  // namespace

void not_a_condition(Evaluation& evaluation, const Value& value, std::uint32_t offset) {
  evaluation.suppress(Suppressed::Code::WrongType, offset, [&] {
    std::string kind(name_of(value.kind()));
    return std::pair("条件须为真或假，得到的是 " + kind + "。",
                     "A condition must be true or false, not of type " + kind + ".");
  });
}

NodePointer constant_node(Value value, std::uint32_t offset) {
  return std::make_unique<ConstantNode>(std::move(value), offset);
}
NodePointer slot_node(Slot slot, std::uint32_t offset) { return std::make_unique<SlotNode>(slot, offset); }
NodePointer item_name_node(std::string_view name, std::vector<Slot> items, NodePointer otherwise,
                           std::uint32_t offset) {
  return std::make_unique<ItemNameNode>(name, std::move(items), std::move(otherwise), offset);
}
NodePointer unknown_name_node(std::string name, std::vector<std::string> available, std::uint32_t offset) {
  return std::make_unique<UnknownNameNode>(std::move(name), std::move(available), offset);
}
NodePointer failure_node(Suppressed::Code code, std::string zh, std::string en, std::uint32_t offset) {
  return std::make_unique<FailureNode>(code, std::move(zh), std::move(en), offset);
}
NodePointer path_node(NodePointer base, std::string_view member, std::uint32_t offset) {
  return std::make_unique<PathNode>(std::move(base), member, offset);
}
NodePointer conditional_node(NodePointer condition, NodePointer yes, NodePointer no, std::uint32_t offset) {
  return std::make_unique<ConditionalNode>(std::move(condition), std::move(yes), std::move(no), offset);
}
NodePointer instance_node(NodePointer value, TypePointer type, std::uint32_t offset) {
  return std::make_unique<InstanceNode>(std::move(value), std::move(type), offset);
}

}  // namespace yuanqu::feel
