#include "feel/compiler.hpp"

#include <algorithm>
#include <functional>

#include "feel/builtins.hpp"
#include "feel/parser.hpp"

namespace yuanqu::feel {

Compiler::Compiler(Scope& scope) : scope_(scope) { layouts_.emplace_back(); }

Slot Compiler::new_slot() { return layouts_.back().function ? layouts_.back().next++ : scope_.reserve(); }

std::size_t Compiler::declare(std::string name, Slot slot) {
  layouts_.back().locals.push_back({std::move(name), slot, false, nullptr, false, false});
  return layouts_.back().locals.size() - 1;
}

NodePointer Compiler::compile(const Syntax& syntax) { return node(syntax); }

Slot Compiler::capture(std::size_t layout, Slot from, bool self) {
  Layout& inner = layouts_[layout];
  for (const Capture& known : inner.captures) {
    if (known.from == from && known.self == self) return known.to;
  }
  inner.captures.push_back({from, inner.next++, self});
  return inner.captures.back().to;
}

Compiler::Place Compiler::find(std::string_view name, bool in_items) {
  return find_in(layouts_.size() - 1, name, in_items);
}

Compiler::Place Compiler::find_in(std::size_t index, std::string_view name, bool in_items) {
  Place place;
  Layout& layout = layouts_[index];
  for (std::size_t i = layout.locals.size(); i > 0; --i) {
    Local& local = layout.locals[i - 1];
    if (local.filter && in_items) {
      // What is known not to be a context has no entries.
      bool may_have = !local.type || local.type->form == Type::Form::Any || local.type->form == Type::Form::Context ||
                      local.type->form == Type::Form::List;
      if (may_have && name != "?") {
        place.items.push_back(local.slot);
        local.read = true;
      }
    }
    if (local.name == name) {
      local.read = true;
      place.slot = local.slot;
      if (local.self) place.slot = UINT32_MAX;
      return place;
    }
  }
  if (index == 0) {
    if (const Scope::Variable* variable = scope_.find(name)) {
      place.slot = variable->slot;
      place.root = true;
    }
    return place;
  }
  Place outer = find_in(index - 1, name, in_items);
  for (Slot item : outer.items) place.items.push_back(capture(index, item, false));
  if (outer.slot) {
    bool self = *outer.slot == UINT32_MAX;
    place.slot = capture(index, *outer.slot, self);
  }
  place.root = outer.root;
  return place;
}

std::vector<std::string> Compiler::visible_names() const {
  std::vector<std::string> names;
  for (std::size_t i = layouts_.size(); i > 0; --i) {
    const std::vector<Local>& locals = layouts_[i - 1].locals;
    for (std::size_t j = locals.size(); j > 0; --j) names.push_back(locals[j - 1].name);
  }
  for (std::string& name : scope_.names()) names.push_back(std::move(name));
  return names;
}

NodePointer Compiler::node(const Syntax& syntax) { return folded(syntax, node_of_form(syntax)); }

// Evaluates once what consists of constants and is sure to have no other effect than its value.
NodePointer Compiler::folded(const Syntax& syntax, NodePointer made) {
  switch (syntax.form) {
    case SyntaxForm::Negation:
    case SyntaxForm::Binary:
    case SyntaxForm::List:
    case SyntaxForm::Interval:
    case SyntaxForm::Test: break;
    case SyntaxForm::Call: {
      if (syntax.parts[0]->form != SyntaxForm::Name) return made;
      const Builtin* builtin = find_builtin(syntax.parts[0]->text);
      if (builtin == nullptr || !builtin->pure || find(syntax.parts[0]->text, false).slot) return made;
      break;
    }
    default: return made;
  }
  if (made->constant() != nullptr) return made;
  std::function<bool(const Syntax&)> constant = [&](const Syntax& part) {
    switch (part.form) {
      case SyntaxForm::Literal: return true;
      case SyntaxForm::Negation:
      case SyntaxForm::Binary:
      case SyntaxForm::List:
      case SyntaxForm::Interval:
      case SyntaxForm::Test: break;
      case SyntaxForm::Call:
        if (const Builtin* builtin =
                part.parts[0]->form == SyntaxForm::Name ? find_builtin(part.parts[0]->text) : nullptr;
            builtin == nullptr || !builtin->pure || find(part.parts[0]->text, false).slot) {
          return false;
        }
        return std::all_of(part.parts.begin() + 1, part.parts.end(), [&](const auto& p) { return constant(*p); });
      default: return false;
    }
    return std::all_of(part.parts.begin(), part.parts.end(), [&](const auto& p) { return constant(*p); });
  };
  if (!constant(syntax)) return made;
  Evaluation evaluation(Limits{.steps = 10'000, .list_items = 10'000, .string_bytes = 100'000});
  std::vector<Suppressed> failures;
  evaluation.collect(&failures);
  Frame frame(evaluation, 0);
  State state{evaluation, frame};
  Value scratch;
  Value value = made->evaluate(state, scratch);
  // What fails is left to fail again when it is evaluated, so that its reason is told.
  if (!failures.empty()) return made;
  return constant_node(std::move(value), syntax.offset);
}

NodePointer Compiler::node_of_form(const Syntax& syntax) {
  auto part = [&](std::size_t i) { return node(*syntax.parts[i]); };
  switch (syntax.form) {
    case SyntaxForm::Literal:
      if (syntax.value.is_null() && !syntax.text.empty()) {
        return failure_node(Suppressed::Code::InvalidText, "“" + syntax.text + "”不是有效的值，请检查格式。",
                            "\"" + syntax.text + "\" is no valid value; check its form.", syntax.offset);
      }
      return constant_node(syntax.value, syntax.offset);
    case SyntaxForm::Name: return name(syntax);
    case SyntaxForm::Path: return path(syntax);
    case SyntaxForm::Filter: return filter(syntax);
    case SyntaxForm::Call: return call(syntax);
    case SyntaxForm::Negation: return negation_node(part(0), syntax.offset);
    case SyntaxForm::Binary: {
      NodePointer left = part(0);
      NodePointer right = part(1);
      if (syntax.operation == Operation::And || syntax.operation == Operation::Or) {
        return logic_node(syntax.operation, std::move(left), std::move(right), syntax.offset);
      }
      if (syntax.operation < Operation::Add) {
        return comparison_node(syntax.operation, std::move(left), std::move(right), syntax.offset);
      }
      return arithmetic_node(syntax.operation, std::move(left), std::move(right), syntax.offset);
    }
    case SyntaxForm::Between: {
      NodePointer value = part(0);
      NodePointer low = part(1);
      return between_node(std::move(value), std::move(low), part(2), syntax.offset);
    }
    case SyntaxForm::In: return in(syntax);
    case SyntaxForm::InstanceOf: return instance_node(part(0), syntax.type, syntax.offset);
    case SyntaxForm::If: {
      NodePointer condition = part(0);
      NodePointer yes = part(1);
      return conditional_node(std::move(condition), std::move(yes), part(2), syntax.offset);
    }
    case SyntaxForm::For:
    case SyntaxForm::Some:
    case SyntaxForm::Every: return iteration(syntax);
    case SyntaxForm::List:
    case SyntaxForm::Expressions: {
      std::vector<NodePointer> items;
      for (const SyntaxPointer& item : syntax.parts) items.push_back(node(*item));
      return list_node(std::move(items), syntax.offset);
    }
    case SyntaxForm::Context: return context(syntax);
    case SyntaxForm::Interval: {
      NodePointer low = part(0);
      return interval_node(std::move(low), syntax.low_included, part(1), syntax.high_included, syntax.offset);
    }
    case SyntaxForm::RangeOf: {
      NodePointer low = part(0);
      return interval_node(std::move(low), true, part(1), true, syntax.offset);
    }
    case SyntaxForm::FunctionOf: return function(syntax);
    case SyntaxForm::Test: return operator_range_node(syntax.operation, part(0), syntax.offset);
    case SyntaxForm::Tests: return tests(syntax);
  }
  return constant_node(Value(), syntax.offset);
}

NodePointer Compiler::name(const Syntax& syntax) {
  Place place = find(syntax.text);
  if (place.root) {
    names_used_.insert(syntax.text);
    paths_used_.insert(syntax.text);
  }
  NodePointer found;
  if (place.slot) {
    found = slot_node(*place.slot, syntax.offset);
  } else if (const Builtin* builtin = find_builtin(syntax.text); builtin != nullptr && place.items.empty()) {
    found = constant_node(builtin->as_value, syntax.offset);
  } else {
    found = unknown_name_node(syntax.text, visible_names(), syntax.offset);
  }
  if (place.items.empty()) return found;
  return item_name_node(syntax.text, std::move(place.items), std::move(found), syntax.offset);
}

void Compiler::note_path(const Syntax& syntax) {
  std::vector<std::string_view> members;
  const Syntax* at = &syntax;
  while (at->form == SyntaxForm::Path) {
    members.push_back(at->text);
    at = at->parts[0].get();
  }
  if (at->form != SyntaxForm::Name || !find(at->text).root) return;
  std::string path = at->text;
  for (auto member = members.rbegin(); member != members.rend(); ++member) path += "." + std::string(*member);
  paths_used_.insert(path);
}

NodePointer Compiler::path(const Syntax& syntax) {
  // The bare variable below is not used as a whole, so its own mention must not stay.
  const Syntax* base = &syntax;
  while (base->form == SyntaxForm::Path) base = base->parts[0].get();
  bool plain = base->form == SyntaxForm::Name && paths_used_.count(base->text) == 0;
  note_path(syntax);
  std::set<std::string> before = paths_used_;
  NodePointer below = node(*syntax.parts[0]);
  if (base->form == SyntaxForm::Name) {
    paths_used_ = std::move(before);
    if (plain) paths_used_.erase(base->text);
  }
  return path_node(std::move(below), syntax.text, syntax.offset);
}

NodePointer Compiler::filter(const Syntax& syntax) {
  NodePointer list = node(*syntax.parts[0]);
  Slot slot = new_slot();
  std::size_t mark = layouts_.back().locals.size();
  layouts_.back().locals.push_back({"item", slot, true, element_of(syntax.parts[0]->type), false, false});
  NodePointer condition = node(*syntax.parts[1]);
  bool read = layouts_.back().locals[mark].read;
  layouts_.back().locals.resize(mark);
  return filter_node(std::move(list), std::move(condition), slot, read, syntax.offset);
}

namespace {

NodePointer unknown_function(const std::string& name, std::uint32_t offset) {
  return failure_node(Suppressed::Code::UnknownFunction, "没有名为“" + name + "”的函数，请检查写法。",
                      "There is no function \"" + name + "\"; check the spelling.", offset);
}

}  // namespace

NodePointer Compiler::call(const Syntax& syntax) {
  const Syntax& callee = *syntax.parts[0];
  auto arguments = [&] {
    std::vector<NodePointer> nodes;
    for (std::size_t i = 1; i < syntax.parts.size(); ++i) nodes.push_back(node(*syntax.parts[i]));
    return nodes;
  };
  std::vector<String> names;
  for (const std::string& argument : syntax.names) names.emplace_back(argument);
  if (callee.form != SyntaxForm::Name) {
    NodePointer target = node(callee);
    return call_node(std::move(target), nullptr, arguments(), std::move(names), syntax.offset);
  }
  const Builtin* builtin = find_builtin(callee.text);
  Place place = find(callee.text, builtin == nullptr);
  if (!place.slot && place.items.empty()) {
    if (builtin == nullptr) return unknown_function(callee.text, syntax.offset);
    if (callee.text == "now" || callee.text == "today") uses_clock_ = true;
    if (callee.text == "not" && names.empty() && syntax.parts.size() == 2)
      return not_node(node(*syntax.parts[1]), syntax.offset);
    return builtin_node(*builtin, arguments(), std::move(names), syntax.offset);
  }
  if (!place.slot) {
    NodePointer target =
        item_name_node(callee.text, place.items, unknown_function(callee.text, callee.offset), callee.offset);
    return call_node(std::move(target), nullptr, arguments(), std::move(names), syntax.offset);
  }
  NodePointer target = name(callee);
  return call_node(std::move(target), builtin, arguments(), std::move(names), syntax.offset);
}

NodePointer Compiler::iteration(const Syntax& syntax) {
  std::size_t mark = layouts_.back().locals.size();
  std::vector<Iterator> iterators;
  for (std::size_t i = 0; i < syntax.names.size(); ++i) {
    const Syntax& domain = *syntax.parts[i];
    Iterator iterator;
    if (domain.form == SyntaxForm::RangeOf) {
      iterator.domain = node(*domain.parts[0]);
      iterator.high = node(*domain.parts[1]);
    } else {
      iterator.domain = node(domain);
    }
    iterator.slot = new_slot();
    declare(syntax.names[i], iterator.slot);
    iterators.push_back(std::move(iterator));
  }
  const Syntax& body = *syntax.parts.back();
  NodePointer result;
  if (syntax.form == SyntaxForm::For) {
    Slot partial = new_slot();
    std::size_t place = declare("partial", partial);
    NodePointer value = node(body);
    bool read = layouts_.back().locals[place].read;
    result = for_node(std::move(iterators), std::move(value), partial, read, syntax.offset);
  } else {
    result = quantified_node(syntax.form == SyntaxForm::Every, std::move(iterators), node(body), syntax.offset);
  }
  layouts_.back().locals.resize(mark);
  return result;
}

NodePointer Compiler::context(const Syntax& syntax) {
  std::size_t mark = layouts_.back().locals.size();
  std::vector<ContextPart> parts;
  std::set<std::string_view> keys;
  for (std::size_t i = 0; i < syntax.parts.size(); ++i) {
    bool defines_function = syntax.parts[i]->form == SyntaxForm::FunctionOf;
    Slot slot = new_slot();
    if (defines_function) {
      std::size_t self = declare(syntax.names[i], slot);
      layouts_.back().locals[self].self = true;
      NodePointer value = node(*syntax.parts[i]);
      layouts_.back().locals[self].self = false;
      layouts_.back().locals[self].read = false;
      parts.push_back({String(syntax.names[i]), std::move(value), slot, false});
    } else {
      NodePointer value = node(*syntax.parts[i]);
      declare(syntax.names[i], slot);
      parts.push_back({String(syntax.names[i]), std::move(value), slot, false});
    }
  }
  // Each entry declared one local, in order.
  for (std::size_t i = 0; i < parts.size(); ++i) parts[i].read = layouts_.back().locals[mark + i].read;
  layouts_.back().locals.resize(mark);
  for (const std::string& key : syntax.names) {
    if (keys.insert(key).second) continue;
    return failure_node(Suppressed::Code::WrongArguments, "上下文中“" + key + "”出现两次，请保留一个。",
                        "The context has \"" + key + "\" twice; keep one of them.", syntax.offset);
  }
  return context_node(std::move(parts), syntax.offset);
}

NodePointer Compiler::function(const Syntax& syntax) {
  auto code = std::make_shared<FunctionCode>();
  code->external = syntax.external;
  code->result = syntax.external ? nullptr : syntax.parts[0]->type;
  layouts_.emplace_back();
  layouts_.back().function = true;
  for (std::size_t i = 0; i < syntax.names.size(); ++i) {
    code->parameters.push_back({syntax.names[i], syntax.types[i]});
    declare(syntax.names[i], layouts_.back().next++);
  }
  code->body = syntax.external ? constant_node(Value(), syntax.offset) : node(*syntax.parts[0]);
  code->captures = std::move(layouts_.back().captures);
  code->frame_size = layouts_.back().next;
  layouts_.pop_back();
  return function_node(std::move(code), syntax.offset);
}

TestPointer Compiler::test(const Syntax& syntax) {
  if (syntax.form == SyntaxForm::Test) return operator_test(syntax.operation, node(*syntax.parts[0]), syntax.offset);
  if (syntax.form == SyntaxForm::Interval) {
    NodePointer range = node(syntax);
    // A constant interval has been checked; a null one stays a value that nothing is in.
    if (range->constant() == nullptr || range->constant()->is(Kind::Range)) {
      NodePointer low = node(*syntax.parts[0]);
      return interval_test(std::move(low), syntax.low_included, node(*syntax.parts[1]), syntax.high_included,
                           syntax.offset);
    }
    return value_test(std::move(range), false);
  }
  std::function<bool(const Syntax&)> uses_input = [&](const Syntax& part) {
    if (part.form == SyntaxForm::Name && part.text == "?") return true;
    return std::any_of(part.parts.begin(), part.parts.end(), [&](const auto& p) { return uses_input(*p); });
  };
  NodePointer value = node(syntax);
  return uses_input(syntax) ? condition_test(std::move(value))
                            : value_test(std::move(value), syntax.form == SyntaxForm::Literal);
}

NodePointer Compiler::in(const Syntax& syntax) {
  NodePointer value = node(*syntax.parts[0]);
  std::size_t mark = layouts_.back().locals.size();
  Slot slot = new_slot();
  declare("?", slot);
  std::vector<TestPointer> made;
  for (std::size_t i = 1; i < syntax.parts.size(); ++i) made.push_back(test(*syntax.parts[i]));
  bool read = layouts_.back().locals[mark].read;
  layouts_.back().locals.resize(mark);
  return in_node(std::move(value), std::move(made), slot, read, syntax.offset);
}

NodePointer Compiler::tests(const Syntax& syntax) {
  Place input = find("?");
  std::vector<TestPointer> made;
  for (const SyntaxPointer& part : syntax.parts) made.push_back(test(*part));
  if (!input.slot) return unknown_name_node("?", visible_names(), syntax.offset);
  names_used_.insert("?");
  return tests_node(*input.slot, std::move(made), syntax.negated, syntax.offset);
}

}  // namespace yuanqu::feel
