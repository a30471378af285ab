// Item definitions to FEEL types.
#include <set>

#include "dmn/linked_models.hpp"
#include "dmn/tests_constraint.hpp"
#include "feel/evaluation.hpp"
#include "feel/expression.hpp"
#include "feel/scope.hpp"

namespace yuanqu::dmn {

namespace {

using feel::Type;
using feel::TypePointer;

}  // namespace

struct Types::Builder {
  const LinkedModels& linked;
  std::vector<Problem>& problems;
  std::vector<std::map<std::string, TypePointer, std::less<>>>& own;
  std::vector<std::map<std::string, const ItemDefinition*, std::less<>>> definitions;
  std::set<const ItemDefinition*> in_progress;

  Builder(const LinkedModels& models, std::vector<Problem>& found,
          std::vector<std::map<std::string, TypePointer, std::less<>>>& types)
      : linked(models), problems(found), own(types), definitions(models.models().size()) {
    for (std::size_t m = 0; m < definitions.size(); ++m) {
      for (const auto& definition : models.models()[m]->item_definitions) {
        if (!definitions[m].emplace(feel::canonical_name(definition.name), &definition).second) {
          problems.push_back({models.models()[m]->name,
                              {},
                              definition.id,
                              0,
                              "类型 " + definition.name + " 定义了两次，使用第一次的定义。",
                              "The type " + definition.name + " is defined twice; the first definition is used."});
        }
      }
    }
  }

  void run() {
    for (std::uint32_t m = 0; m < definitions.size(); ++m) {
      for (const auto& [name, definition] : definitions[m]) declared(m, name);
    }
  }

  // A recursive definition is Any where it meets itself: structural types are finite.
  TypePointer declared(std::uint32_t model, const std::string& name) {
    if (auto found = own[model].find(name); found != own[model].end()) return found->second;
    const ItemDefinition* definition = definitions[model].at(name);
    constexpr std::size_t aliases_max = 200;  // of each other: longer chains are no model but an attack on the stack
    if (in_progress.size() >= aliases_max || !in_progress.insert(definition).second) return nullptr;
    TypePointer type = build(model, *definition);
    in_progress.erase(definition);
    own[model][name] = type;
    return type;
  }

  // The definition `name` means through imports: "import.type", or what an import without a name takes over, in turn.
  std::optional<std::pair<std::uint32_t, std::string>> imported(std::uint32_t model, const std::string& name,
                                                                int depth) const {
    if (depth > 20) return std::nullopt;
    for (const auto& import : linked.models()[model]->imports) {
      const auto other = linked.model_of_namespace(import.name_space);
      if (!other || *other == model) continue;
      std::string inner = name;
      if (!import.name.empty()) {
        const std::string prefix = feel::canonical_name(import.name) + ".";
        if (!inner.starts_with(prefix)) continue;
        inner.erase(0, prefix.size());
      }
      if (definitions[*other].contains(inner)) return std::pair(*other, inner);
      for (const auto& next : linked.models()[*other]->imports) {
        if (!next.name.empty()) continue;
        if (auto found = imported(*other, inner, depth + 1)) return found;
        break;
      }
    }
    return std::nullopt;
  }

  TypePointer named(std::uint32_t model, const TypeName& name, const std::string& element) {
    if (name.empty()) return nullptr;
    const std::string canonical = feel::canonical_name(name.name);
    if (name.name_space.empty()) {
      if (definitions[model].contains(canonical)) return declared(model, canonical);
    } else if (auto other = linked.model_of_namespace(name.name_space);
               other && definitions[*other].contains(canonical)) {
      return declared(*other, canonical);
    }
    if (canonical == "Any") return nullptr;
    if (auto builtin = Type::builtin(canonical)) return builtin;
    if (const auto found = imported(model, canonical, 0)) return declared(found->first, found->second);
    if (definitions[model].contains(canonical)) return declared(model, canonical);
    problems.push_back({linked.models()[model]->name,
                        {},
                        element,
                        0,
                        "没有名为 " + name.name + " 的类型；请定义它或改正 typeRef。",
                        "There is no type named " + name.name + "; define it or correct the typeRef."});
    return nullptr;
  }

  std::shared_ptr<const feel::Constraint> constraint(std::uint32_t model, const UnaryTests& tests, bool of_items,
                                                     std::shared_ptr<const feel::Constraint> also) {
    feel::Scope scope;
    const auto input = scope.declare("?");
    auto compiled = feel::compile(tests.text, scope, feel::Dialect::UnaryTests);
    if (!compiled) {
      problems.push_back(
          {linked.models()[model]->name,
           {},
           tests.id,
           compiled.error().place.offset,
           "约束“" + tests.text + "”无法理解，不予检查：" + compiled.error().zh,
           "The constraint \"" + tests.text + "\" cannot be read and is not checked: " + compiled.error().en});
      return also;
    }
    return std::make_shared<TestsConstraint>(*compiled, input, scope.frame_size(), of_items, std::move(also));
  }

  TypePointer constrained(std::uint32_t model, TypePointer base, const std::optional<UnaryTests>& tests,
                          bool of_items) {
    if (!tests || tests->text.find_first_not_of(" \t\r\n") == std::string::npos) return base;
    auto type = base == nullptr ? std::make_shared<Type>() : std::make_shared<Type>(*base);
    type->constraint = constraint(model, *tests, of_items, base == nullptr ? nullptr : base->constraint);
    return type;
  }

  TypePointer build(std::uint32_t model, const ItemDefinition& definition) {
    TypePointer base;
    if (!definition.components.empty()) {
      std::vector<feel::Member> members;
      for (const auto& component : definition.components) {
        members.push_back({feel::canonical_name(component.name), build(model, component)});
      }
      base = Type::context_of(std::move(members));
    } else if (definition.function) {
      std::vector<feel::Member> parameters;
      for (const auto& parameter : definition.function->parameters) {
        parameters.push_back({feel::canonical_name(parameter.name), named(model, parameter.type, parameter.id)});
      }
      base = Type::function_of(std::move(parameters), named(model, definition.function->output, definition.id));
    } else {
      base = named(model, definition.type, definition.id);
    }
    base = constrained(model, std::move(base), definition.allowed_values, true);
    if (definition.is_collection) base = Type::list_of(std::move(base));
    base = constrained(model, std::move(base), definition.type_constraint, false);
    if (base != nullptr && base->name.empty() && base->form >= Type::Form::List) {
      auto with_name = std::make_shared<Type>(*base);
      with_name->name = definition.name;
      base = std::move(with_name);
    }
    return base;
  }
};

Types::Types(const LinkedModels& linked, std::vector<Problem>& problems)
    : linked_(linked), problems_(problems), own_(linked.models().size()), visible_(linked.models().size()) {
  Builder(linked, problems, own_).run();
  // What an import without a name takes over belongs to the importing model, also for those that import it in turn.
  std::vector<std::map<std::string, TypePointer, std::less<>>> offered = own_;
  for (bool grew = true; grew;) {
    grew = false;
    for (std::uint32_t m = 0; m < own_.size(); ++m) {
      for (const auto& import : linked.models()[m]->imports) {
        const auto other = linked.model_of_namespace(import.name_space);
        if (!import.name.empty() || !other || *other == m) continue;
        for (const auto& [name, type] : offered[*other]) grew = offered[m].emplace(name, type).second || grew;
      }
    }
  }
  visible_ = offered;
  for (std::uint32_t m = 0; m < own_.size(); ++m) {
    for (const auto& import : linked.models()[m]->imports) {
      const auto other = linked.model_of_namespace(import.name_space);
      if (import.name.empty() || !other || *other == m) continue;
      const std::string prefix = feel::canonical_name(import.name) + ".";
      for (const auto& [name, type] : offered[*other]) visible_[m].emplace(prefix + name, type);
    }
  }
}

Types::~Types() = default;

TypePointer Types::resolve(std::uint32_t model, const TypeName& name, const Problem& place) const {
  if (name.empty()) return nullptr;
  const std::string canonical = feel::canonical_name(name.name);
  if (!name.name_space.empty()) {
    if (auto other = linked_.model_of_namespace(name.name_space)) {
      if (auto found = own_[*other].find(canonical); found != own_[*other].end()) return found->second;
    }
  }
  if (auto found = visible_[model].find(canonical); found != visible_[model].end()) return found->second;
  if (canonical == "Any") return nullptr;
  if (auto builtin = Type::builtin(canonical)) return builtin;
  // A structural type written in FEEL, such as list<number>.
  if (canonical.find('<') != std::string::npos) {
    feel::Scope scope;
    for (const auto& [each, type] : visible_[model]) scope.declare_type(each, type);
    if (auto parsed = feel::compile("null instance of " + name.name, scope);
        parsed && parsed->syntax().type != nullptr) {
      return parsed->syntax().type;
    }
  }
  Problem problem = place;
  problem.zh = "没有名为 " + name.name + " 的类型；请定义它或改正 typeRef。";
  problem.en = "There is no type named " + name.name + "; define it or correct the typeRef.";
  problems_.push_back(std::move(problem));
  return nullptr;
}

}  // namespace yuanqu::dmn
