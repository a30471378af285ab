#include "feel/builtins.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace yuanqu::feel {
namespace {

constexpr std::size_t parameters_max = 6;

TypePointer type_for(Accepts accepts) {
  switch (accepts) {
    case Accepts::Boolean: return Type::simple(Type::Form::Boolean);
    case Accepts::Number: return Type::simple(Type::Form::Number);
    case Accepts::String: return Type::simple(Type::Form::String);
    case Accepts::Date:
    case Accepts::DateOrDateTime: return Type::simple(Type::Form::Date);
    case Accepts::TimeOrDateTime: return Type::simple(Type::Form::Time);
    case Accepts::List: return Type::list_of(nullptr);
    case Accepts::Context: return Type::builtin("context");
    case Accepts::Function: return Type::builtin("function");
    case Accepts::DaysTimeDuration: return Type::simple(Type::Form::DaysTimeDuration);
    default: return nullptr;
  }
}

// A built-in function passed around as a value.
class BuiltinFunction final : public Function {
 public:
  explicit BuiltinFunction(const Builtin& builtin) : builtin_(builtin) {
    for (const BuiltinParameter& parameter : builtin.signatures.front().parameters) {
      parameters_.push_back({std::string(parameter.name), type_for(parameter.accepts)});
    }
  }
  std::string_view name() const override { return builtin_.name; }
  const std::vector<Member>& parameters() const override { return parameters_; }
  Value call(Evaluation& evaluation, std::span<const Value> arguments) const override {
    return invoke(evaluation, arguments, {});
  }
  Value invoke(Evaluation& evaluation, std::span<const Value> arguments, std::span<const String> names) const override {
    std::vector<const Value*> pointers;
    pointers.reserve(arguments.size());
    for (const Value& argument : arguments) pointers.push_back(&argument);
    return call_builtin(evaluation, builtin_, 0, pointers, names);
  }

 private:
  const Builtin& builtin_;
  std::vector<Member> parameters_;
};

struct BuiltinTable {
  std::vector<Builtin> builtins;
  std::unordered_map<std::string_view, const Builtin*> by_name;
  std::unordered_map<std::string_view, std::vector<std::string_view>> by_first_word;

  BuiltinTable() {
    add_conversion_functions(builtins);
    add_string_functions(builtins);
    add_list_functions(builtins);
    add_statistics_functions(builtins);
    add_number_functions(builtins);
    add_context_functions(builtins);
    add_range_functions(builtins);
    add_temporal_functions(builtins);
    for (Builtin& builtin : builtins) {
      by_name[builtin.name] = &builtin;
      by_first_word[builtin.name.substr(0, builtin.name.find(' '))].push_back(builtin.name);
    }
    for (Builtin& builtin : builtins) builtin.as_value = Value::function(new BuiltinFunction(builtin));
  }
};

const BuiltinTable& builtin_table() {
  static const BuiltinTable all;
  return all;
}

bool accepts_kind(Accepts accepts, Kind kind) {
  switch (accepts) {
    case Accepts::Any: return true;
    case Accepts::NotNull: return kind != Kind::Null;
    case Accepts::Boolean: return kind == Kind::Boolean;
    case Accepts::Number: return kind == Kind::Number;
    case Accepts::String: return kind == Kind::String;
    case Accepts::Date: return kind == Kind::Date;
    case Accepts::DateOrDateTime: return kind == Kind::Date || kind == Kind::DateTime;
    case Accepts::TimeOrDateTime: return kind == Kind::Time || kind == Kind::DateTime;
    case Accepts::List: return kind == Kind::List;
    case Accepts::Context: return kind == Kind::Context;
    case Accepts::Function: return kind == Kind::Function;
    case Accepts::DaysTimeDuration: return kind == Kind::DaysTimeDuration;
  }
  return false;
}

// The argument as the parameter takes it; nullptr if it does not.
const Value* converted(const BuiltinParameter& parameter, const Value& argument, Value& storage) {
  if (accepts_kind(parameter.accepts, argument.kind())) return &argument;
  if (argument.is_null()) return parameter.nullable ? &argument : nullptr;
  if (parameter.accepts == Accepts::List) {
    storage = Value::list({argument});
    return &storage;
  }
  if (argument.is(Kind::List) && argument.items().size() == 1 &&
      accepts_kind(parameter.accepts, argument.items()[0].kind())) {
    return &argument.items()[0];
  }
  return nullptr;
}

// One attempt to bind the arguments to a signature.
struct Binding {
  std::array<const Value*, parameters_max> bound{};
  std::array<Value, parameters_max> storage;
  std::size_t count = 0;
  std::string_view misfit;  // the parameter whose argument has the wrong type

  bool arity(const BuiltinSignature& signature, std::span<const Value* const> arguments,
             std::span<const String> names) {
    const auto& parameters = signature.parameters;
    if (!names.empty()) {
      for (std::size_t i = 0; i < names.size(); ++i) {
        auto place = std::find_if(parameters.begin(), parameters.end(),
                                  [&](const BuiltinParameter& p) { return p.name == names[i].view(); });
        if (place == parameters.end()) return false;
        bound[static_cast<std::size_t>(place - parameters.begin())] = arguments[i];
      }
      count = parameters.size();
      if (signature.variadic && (signature.gathers || parameters.size() > 1) && bound[count - 1] != nullptr) {
        storage[count - 1] = Value::list({*bound[count - 1]});
        bound[count - 1] = &storage[count - 1];
      }
      return true;
    }
    std::size_t required = 0;
    while (required < parameters.size() && !parameters[required].optional) ++required;
    if (arguments.size() < required) return false;
    if (!signature.variadic && arguments.size() > parameters.size()) return false;
    std::size_t fixed = signature.variadic ? parameters.size() - 1 : arguments.size();
    for (std::size_t i = 0; i < fixed; ++i) bound[i] = arguments[i];
    count = std::max(fixed, parameters.size());
    if (signature.variadic) {
      bool direct = parameters.size() == 1 && arguments.size() == 1 && !signature.gathers;
      if (direct) {
        bound[0] = arguments[0];
      } else {
        std::vector<Value> rest;
        for (std::size_t i = fixed; i < arguments.size(); ++i) rest.push_back(*arguments[i]);
        storage[fixed] = Value::list(std::move(rest));
        bound[fixed] = &storage[fixed];
      }
    }
    return true;
  }

  bool types(const BuiltinSignature& signature, bool named) {
    static const Value null;
    for (std::size_t i = 0; i < signature.parameters.size(); ++i) {
      const BuiltinParameter& parameter = signature.parameters[i];
      if (signature.variadic && i + 1 == signature.parameters.size() && bound[i] == &storage[i]) continue;
      if (bound[i] == nullptr) {
        if (parameter.optional) continue;
        // A named call may leave a parameter out; it is null.
        if (!named || converted(parameter, null, storage[i]) == nullptr) {
          misfit = parameter.name;
          return false;
        }
        continue;
      }
      bound[i] = converted(parameter, *bound[i], storage[i]);
      if (bound[i] == nullptr) {
        misfit = parameter.name;
        return false;
      }
    }
    return true;
  }
};

bool taken_as_they_are(const BuiltinSignature& signature, std::span<const Value* const> arguments) {
  const std::vector<BuiltinParameter>& parameters = signature.parameters;
  if (arguments.size() > parameters.size()) return false;
  if (signature.variadic && (signature.gathers || parameters.size() > 1)) return false;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (i < arguments.size() ? !accepts_kind(parameters[i].accepts, arguments[i]->kind()) : !parameters[i].optional)
      return false;
  }
  return true;
}

std::string signatures_text(const Builtin& builtin) {
  std::string text;
  for (const BuiltinSignature& signature : builtin.signatures) {
    text += (text.empty() ? "" : " / ") + std::string(builtin.name) + "(";
    for (std::size_t i = 0; i < signature.parameters.size(); ++i) {
      text += (i == 0 ? "" : ", ") + std::string(signature.parameters[i].name);
    }
    text += signature.variadic ? ", …)" : ")";
  }
  return text;
}

}  // namespace

const Value& Call::operator[](std::size_t index) const {
  static const Value null;
  return has(index) ? *arguments_[index] : null;
}

Value Call::fail(Suppressed::Code code, std::string_view zh, std::string_view en) const {
  evaluation_.suppress(code, offset_, [&] {
    return std::pair(std::string(function_) + "()：" + std::string(zh),
                     std::string(function_) + "(): " + std::string(en));
  });
  return {};
}

const Builtin* find_builtin(std::string_view name) {
  auto found = builtin_table().by_name.find(name);
  return found == builtin_table().by_name.end() ? nullptr : found->second;
}

std::vector<std::string_view> builtin_names_starting_with(std::string_view word) {
  auto found = builtin_table().by_first_word.find(word);
  return found == builtin_table().by_first_word.end() ? std::vector<std::string_view>{} : found->second;
}

TypePointer builtin_result_type(std::string_view name, const TypePointer& first) {
  static constexpr std::array<std::string_view, 13> keeps = {
      "append",  "concatenate", "insert before", "remove", "reverse",      "union",      "distinct values",
      "flatten", "sublist",     "sort",          "mode",   "list replace", "context put"};
  if (std::find(keeps.begin(), keeps.end(), name) != keeps.end()) return first;
  if (name == "min" || name == "max") return first && first->form == Type::Form::List ? first->element : first;
  if (name == "get entries") {
    static const TypePointer entries =
        Type::list_of(Type::context_of({{"key", Type::simple(Type::Form::String)}, {"value", nullptr}}));
    return entries;
  }
  return nullptr;
}

Value call_builtin(Evaluation& evaluation, const Builtin& builtin, std::uint32_t offset,
                   std::span<const Value* const> arguments, std::span<const String> names) {
  if (!evaluation.step()) return {};
  if (names.empty()) {
    // The usual call: every argument already is what the parameter takes.
    for (std::size_t index = 0; index < builtin.signatures.size(); ++index) {
      if (!taken_as_they_are(builtin.signatures[index], arguments)) continue;
      if (Horizon* horizon = evaluation.horizon(); horizon != nullptr && !builtin.sees_motion) {
        for (const Value* argument : arguments) note_use(*horizon, *argument);
      }
      return builtin.body(Call(evaluation, offset, builtin.name, static_cast<int>(index), arguments));
    }
  }
  std::string_view misfit;
  for (std::size_t index = 0; index < builtin.signatures.size(); ++index) {
    const BuiltinSignature& signature = builtin.signatures[index];
    Binding binding;
    if (!binding.arity(signature, arguments, names)) continue;
    if (!binding.types(signature, !names.empty())) {
      if (misfit.empty()) misfit = binding.misfit;
      continue;
    }
    if (Horizon* horizon = evaluation.horizon(); horizon != nullptr && !builtin.sees_motion) {
      for (const Value* argument : arguments) note_use(*horizon, *argument);
    }
    return builtin.body(
        Call(evaluation, offset, builtin.name, static_cast<int>(index), {binding.bound.data(), binding.count}));
  }
  if (misfit.empty()) {
    evaluation.suppress(Suppressed::Code::WrongArguments, offset, [&] {
      std::string text = signatures_text(builtin);
      return std::pair("参数个数或名称不对；写法：" + text + "。",
                       "Wrong number or names of arguments; write " + text + ".");
    });
  } else {
    evaluation.suppress(Suppressed::Code::WrongType, offset, [&] {
      std::string text = signatures_text(builtin);
      return std::pair("参数“" + std::string(misfit) + "”为空或类型不对；写法：" + text + "。",
                       "The argument \"" + std::string(misfit) + "\" is null or of a wrong type; write " + text + ".");
    });
  }
  return {};
}

}  // namespace yuanqu::feel
