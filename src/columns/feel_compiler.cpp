#include "columns/feel_compiler.hpp"

#include <algorithm>
#include <set>

#include "feel/expression.hpp"

namespace yuanqu::columns {

using feel::Kind;
using feel::Operation;
using feel::Syntax;
using feel::SyntaxForm;
using feel::Value;

namespace {

void names_in(const Syntax& syntax, std::set<std::string>& found) {
  if (syntax.form == SyntaxForm::Name) found.insert(syntax.text);
  // `a.b` may be the name of something imported.
  if (syntax.form == SyntaxForm::Path && syntax.parts[0]->form == SyntaxForm::Name)
    found.insert(syntax.parts[0]->text + "." + syntax.text);
  for (const auto& part : syntax.parts) names_in(*part, found);
}

bool binds_names(const Syntax& syntax) {
  switch (syntax.form) {
    case SyntaxForm::Filter:
    case SyntaxForm::For:
    case SyntaxForm::Some:
    case SyntaxForm::Every:
    case SyntaxForm::Context:
    case SyntaxForm::FunctionOf:
    case SyntaxForm::In: return true;
    default:
      return std::any_of(syntax.parts.begin(), syntax.parts.end(), [](const auto& part) { return binds_names(*part); });
  }
}
bool is_builtin(const std::string& name) {
  feel::Scope empty;
  const auto compiled = feel::compile(name, empty);
  return compiled && compiled->constant() != nullptr && compiled->constant()->is(Kind::Function);
}

}  // namespace

NotCompiled no_steps(const std::string& text) {
  return {"“" + text + "”没有向量算法，逐值计算。",
          "There are no vector steps for \"" + text + "\"; it is worked out value by value."};
}

Form form_of(const feel::TypePointer& type) {
  if (type == nullptr) return Form::Boxed;
  switch (type->form) {
    case feel::Type::Form::Boolean: return Form::Boolean;
    case feel::Type::Form::Number: return Form::Decimal;
    case feel::Type::Form::String: return Form::Text;
    case feel::Type::Form::Date: return Form::Date;
    case feel::Type::Form::YearsMonthsDuration: return Form::Months;
    case feel::Type::Form::DaysTimeDuration: return Form::Seconds;
    default: return Form::Boxed;
  }
}

PartPointer FeelCompiler::find(const Names* names, const std::string& name) {
  for (const Names* at = names; at != nullptr; at = at->outer) {
    if (!at->item) {
      if (at->name == name) return at->part;
      continue;
    }
    const PartPointer& item = at->part;
    if (item->form == Form::Context) {
      for (const auto& [key, member] : item->members) {
        if (key == name) return member;
      }
    } else if (item->form == Form::Row) {
      if (item->table->member(name) != nullptr &&
          (item->type == nullptr || item->type->form != feel::Type::Form::Context || item->type->members.empty() ||
           item->type->member(name) != nullptr)) {
        return member(item, name);
      }
    } else if (item->form == Form::Boxed && name != "?") {
      throw NotCompiled{"列表项的内容事先不知道。", "What the items of a list hold is not known."};
    }
    if (at->name == name) return at->part;  // "item"; a member of that name hides it
  }
  return nullptr;
}

PartPointer FeelCompiler::member(const PartPointer& base, const std::string& name) {
  switch (base->form) {
    case Form::Null: return builder_.null();
    case Form::Context: {
      for (const auto& [key, part] : base->members) {
        if (key == name) return part;
      }
      return builder_.null();
    }
    case Form::Row: {
      const bool declared = base->type == nullptr || base->type->form != feel::Type::Form::Context ||
                            base->type->members.empty() || base->type->member(name) != nullptr;
      if (!declared) return builder_.null();
      const PartPointer part = builder_.member(base, name);
      if (part == nullptr) throw NotCompiled{"“" + name + "”不在列中。", "Columns do not hold \"" + name + "\"."};
      return part;
    }
    case Form::List: {
      if (base->is_constant) throw no_steps("." + name);
      return builder_.map(base, builder_.spread(member(base->element, name), base->items));
    }
    case Form::Date:
      if (!base->is_constant && (name == "year" || name == "month" || name == "day" || name == "weekday"))
        return builder_.component(name.c_str(), base);
      [[fallthrough]];
    default: throw no_steps("." + name);
  }
}

PartPointer FeelCompiler::as_context(const PartPointer& row) {
  if (row->form == Form::List && !row->is_constant) return builder_.map(row, as_context(row->element));
  if (row->form != Form::Row) return row;
  if (row->type == nullptr || row->type->form != feel::Type::Form::Context || row->type->members.empty()) {
    throw NotCompiled{"整条记录作为一个值，且没有声明其内容。",
                      "A whole record as a value, with no declaration of its content."};
  }
  if (++depth_ > 12) throw NotCompiled{"记录嵌套过深。", "Records nest too deeply."};
  auto made = std::make_shared<Part>();
  made->form = Form::Context;
  made->domain = row->domain;
  if (row->reg != builder_.program().rows) made->presence = builder_.named(row->reg, row->domain)->reg;
  for (const feel::Member& declared : row->type->members) {
    const PartPointer part = builder_.member(row, declared.name);
    if (part == nullptr)
      throw NotCompiled{"“" + declared.name + "”不在列中。", "Columns do not hold \"" + declared.name + "\"."};
    made->members.emplace_back(declared.name, as_context(part));
  }
  --depth_;
  return made;
}

PartPointer FeelCompiler::compile(const Syntax& syntax, const Names* names) {
  if (++depth_ > 150) {
    --depth_;
    throw NotCompiled{"式子嵌套过深。", "The expression nests too deeply."};
  }
  const int depth = depth_;
  PartPointer made;
  try {
    made = native(syntax, names);
  } catch (const NotCompiled& why) {
    depth_ = depth;
    made = interpret(syntax, names, form_of(syntax.type), why);
  }
  depth_ = depth - 1;
  return made;
}

// The tree evaluated by the reference for each row, over the names it uses.
PartPointer FeelCompiler::interpret(const Syntax& syntax, const Names* names, Form form, const NotCompiled& why) {
  std::set<std::string> used;
  names_in(syntax, used);
  if (syntax.form == SyntaxForm::Tests) used.insert("?");
  auto scope = std::make_shared<feel::Scope>();
  std::vector<PartPointer> inputs;
  std::vector<feel::Slot> slots;
  for (const std::string& name : used) {
    PartPointer part = find(names, name);
    if (part == nullptr) {
      // A built-in function, or a name the tree binds itself; else nobody here knows what it means.
      if (name.find('.') == std::string::npos && !binds_names(syntax) && !is_builtin(name)) throw why;
      continue;
    }
    part = as_context(part);
    slots.push_back(scope->declare(name));
    inputs.push_back(std::move(part));
  }
  auto expression = feel::compile(syntax.clone(), *scope, feel::print(syntax));
  if (!expression) throw why;
  if (expression->uses_clock()) throw NotCompiled{"now()、today() 读的是时钟。", "now() and today() read the clock."};
  if (const Value* folded = expression->constant()) return builder_.constant(*folded);
  const std::size_t frame_size = scope->frame_size();
  // A form whose words cannot hold the value escapes the row; a type nobody declared is kept as it comes.
  return builder_.slow(std::move(inputs), form, 0,
                       [expression = *expression, slots, frame_size](Frame& frame, std::span<const Value> arguments) {
                         feel::Evaluation& evaluation = frame.evaluation();
                         feel::Frame variables(evaluation, frame_size);
                         for (std::size_t i = 0; i < slots.size(); ++i) variables[slots[i]] = arguments[i];
                         Value value = expression.evaluate(evaluation, variables);
                         return value;
                       },
                       {builder_.decision, feel::print(syntax), why.zh, why.en});
}

PartPointer FeelCompiler::branch(const PartPointer& condition, bool taken, const Syntax& syntax, const Names* names) {
  const PartPointer before = builder_.guard;
  const PartPointer held = builder_.is_yes(condition);
  const PartPointer here = taken ? held : builder_.negate(held);
  try {
    builder_.guard = before == nullptr ? here : builder_.both(before, here);
    PartPointer made = compile(syntax, names);
    builder_.guard = before;
    return made;
  } catch (const NotCompiled&) {
    builder_.guard = before;
    throw;
  }
}

PartPointer FeelCompiler::list_of(PartPointer part) {
  if (!part->is_constant || part->form != Form::List) return part;
  std::vector<PartPointer> items;
  for (const Value& item : part->constant.items()) items.push_back(builder_.constant(item));
  if (items.empty()) throw no_steps("[]");
  return builder_.pack(std::move(items));
}

PartPointer FeelCompiler::native(const Syntax& syntax, const Names* names) {
  const auto part = [&](std::size_t i) { return compile(*syntax.parts[i], names); };
  switch (syntax.form) {
    case SyntaxForm::Literal: return builder_.constant(syntax.value);
    case SyntaxForm::Name: {
      PartPointer found = find(names, syntax.text);
      if (found == nullptr) throw no_steps(syntax.text);
      return found;
    }
    case SyntaxForm::Path: {
      if (syntax.parts[0]->form == SyntaxForm::Name) {
        if (PartPointer whole = find(names, syntax.parts[0]->text + "." + syntax.text)) return whole;
      }
      return member(part(0), syntax.text);
    }
    case SyntaxForm::Filter: {
      const PartPointer list = list_of(part(0));
      if (list->form == Form::Null) return list;
      if (list->form != Form::List || list->is_constant) throw no_steps("[…]");
      return filter(
          list, [&](const Names* inner) { return compile(*syntax.parts[1], inner); }, names);
    }
    case SyntaxForm::Call: return call(syntax, names);
    case SyntaxForm::Negation: {
      const PartPointer value = part(0);
      if (value->is_constant || (value->form != Form::Number && value->form != Form::Months &&
                                 value->form != Form::Seconds && value->form != Form::Decimal))
        throw no_steps("-");
      if (value->form == Form::Months || value->form == Form::Seconds) builder_.note_use(value);
      return builder_.arithmetic(Operation::Multiply, value, builder_.constant(Value(-1)));
    }
    case SyntaxForm::Binary: {
      const PartPointer left = part(0);
      if (syntax.operation == Operation::And || syntax.operation == Operation::Or) {
        const bool conjunction = syntax.operation == Operation::And;
        if (left->form == Form::Boxed) throw no_steps("and, or");
        // The right side matters where the left one does not decide.
        const PartPointer open =
            left->form == Form::Boolean ? (conjunction ? left : builder_.negate(left)) : builder_.null();
        PartPointer right;
        const PartPointer before = builder_.guard;
        try {
          if (open->form == Form::Boolean && !open->is_constant) {
            const PartPointer here = builder_.negate(builder_.is_yes(builder_.negate(open)));
            builder_.guard = before == nullptr ? here : builder_.both(before, here);
          }
          right = part(1);
          builder_.guard = before;
        } catch (const NotCompiled&) {
          builder_.guard = before;
          throw;
        }
        if (right->form == Form::Boxed) throw no_steps("and, or");
        return conjunction ? builder_.both(left, right) : builder_.either(left, right);
      }
      const PartPointer right = part(1);
      if (left->is_constant && right->is_constant && left->form != Form::Null && right->form != Form::Null)
        throw no_steps(std::string(feel::symbol_of(syntax.operation)));
      switch (syntax.operation) {
        case Operation::Equal: return builder_.compare(Relation::Equal, left, right);
        case Operation::NotEqual: return builder_.compare(Relation::NotEqual, left, right);
        case Operation::Less: return builder_.compare(Relation::Less, left, right);
        case Operation::LessOrEqual: return builder_.compare(Relation::LessOrEqual, left, right);
        case Operation::Greater: return builder_.compare(Relation::Greater, left, right);
        case Operation::GreaterOrEqual: return builder_.compare(Relation::GreaterOrEqual, left, right);
        default: return builder_.arithmetic(syntax.operation, left, right);
      }
    }
    case SyntaxForm::Between: {
      const PartPointer value = part(0), low = part(1), high = part(2);
      if (value->is_constant) throw no_steps("between");
      return builder_.both(builder_.compare(Relation::GreaterOrEqual, value, low),
                           builder_.compare(Relation::LessOrEqual, value, high));
    }
    case SyntaxForm::In: {
      const PartPointer value = part(0);
      if (value->is_constant || !is_scalar(value->form)) throw no_steps("in");
      const Names inner{names, "?", value, false};
      PartPointer result = builder_.constant(Value(false));
      for (std::size_t i = 1; i < syntax.parts.size(); ++i)
        result = builder_.either(result, one_test(*syntax.parts[i], &inner, value));
      return result;
    }
    case SyntaxForm::If: {
      const PartPointer condition = part(0);
      if (condition->form == Form::Null) return part(2);
      if (condition->form != Form::Boolean) throw no_steps("if");
      if (condition->is_constant) return part(condition->constant.is_true() ? 1 : 2);
      const PartPointer yes_part = branch(condition, true, *syntax.parts[1], names),
                        no_part = branch(condition, false, *syntax.parts[2], names);
      return builder_.choose(condition, yes_part, no_part);
    }
    case SyntaxForm::For:
    case SyntaxForm::Some:
    case SyntaxForm::Every: return iteration(syntax, names);
    case SyntaxForm::List: {
      std::vector<PartPointer> items;
      bool constant = true;
      for (std::size_t i = 0; i < syntax.parts.size(); ++i) {
        items.push_back(part(i));
        constant = constant && items.back()->is_constant;
      }
      if (constant) {
        std::vector<Value> values;
        for (const auto& item : items) values.push_back(item->constant);
        return builder_.constant(Value::list(std::move(values)));
      }
      return builder_.pack(std::move(items));
    }
    case SyntaxForm::Context: {
      std::vector<std::unique_ptr<Names>> made_names;
      const Names* inner = names;
      auto made = std::make_shared<Part>();
      made->form = Form::Context;
      std::set<std::string> keys(syntax.names.begin(), syntax.names.end());
      if (keys.size() != syntax.names.size()) throw no_steps("{…}");
      for (std::size_t i = 0; i < syntax.parts.size(); ++i) {
        PartPointer value = compile(*syntax.parts[i], inner);
        if (!value->is_constant) made->domain = builder_.deeper(made->domain, value->domain);
        made->members.emplace_back(syntax.names[i], value);
        made_names.push_back(std::make_unique<Names>(Names{inner, syntax.names[i], value, false}));
        inner = made_names.back().get();
      }
      for (auto& [name, value] : made->members) value = builder_.spread(value, made->domain);
      return made;
    }
    default: throw no_steps(feel::print(syntax));
  }
}

PartPointer FeelCompiler::filter(const PartPointer& list,
                                 const std::function<PartPointer(const Names*)>& compile_condition,
                                 const Names* names) {
  const Names inner{names, "item", list->element, true};
  const PartPointer condition = compile_condition(&inner);
  if (condition->form == Form::Number) {
    // A position: it may not depend on the item.
    if (!condition->is_constant && condition->domain == list->items) throw no_steps("[…]");
    return builder_.pick(list, condition);
  }
  if (condition->form != Form::Boolean && condition->form != Form::Null) throw no_steps("[…]");
  return builder_.filter(list, condition);
}

PartPointer FeelCompiler::iteration(const Syntax& syntax, const Names* names) {
  if (syntax.names.size() != 1 || syntax.parts[0]->form == SyntaxForm::RangeOf) throw no_steps(feel::print(syntax));
  const PartPointer list = list_of(compile(*syntax.parts[0], names));
  if (list->form == Form::Null) return list;
  if (list->form != Form::List || list->is_constant) throw no_steps(feel::print(syntax));
  const Names inner{names, syntax.names[0], list->element, false};
  std::set<std::string> used;
  names_in(*syntax.parts[1], used);
  if (syntax.form == SyntaxForm::For && used.contains("partial")) throw no_steps("partial");
  const PartPointer body = builder_.spread(compile(*syntax.parts[1], &inner), list->items);
  const PartPointer mapped = builder_.map(list, body);
  if (syntax.form == SyntaxForm::For) return mapped;
  return builder_.fold(syntax.form == SyntaxForm::Every ? Builder::Fold::Every : Builder::Fold::Some, mapped);
}

}  // namespace yuanqu::columns
