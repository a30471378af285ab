#include "feel/context_scope.hpp"

#include "feel/expression.hpp"
#include "feel/scope.hpp"

namespace yuanqu::feel {

ContextScope::ContextScope(std::vector<NamedValue> names) {
  for (NamedValue& named : names) set(std::move(named));
}

void ContextScope::set(NamedValue named) {
  if (named.type == nullptr) named.type = type_of(named.value);  // once: it walks the whole value
  for (NamedValue& known : names_) {
    if (known.name == named.name) {
      known = std::move(named);
      return;
    }
  }
  names_.push_back(std::move(named));
}

void ContextScope::set_all(const Value& context) {
  if (!context.is(Kind::Context)) return;
  for (const Entry& entry : context.context().entries) set({std::string(entry.key.view()), entry.value, nullptr});
}

const Value* ContextScope::find(std::string_view name) const {
  for (const NamedValue& known : names_) {
    if (known.name == name) return &known.value;
  }
  return nullptr;
}

base::Result<Value> ContextScope::evaluate(std::string_view text, std::vector<Suppressed>* suppressed) const {
  Scope scope;
  std::vector<Slot> slots;
  slots.reserve(names_.size());
  for (const NamedValue& named : names_) {
    slots.push_back(scope.declare(named.name, named.type));
  }
  auto expression = compile(text, scope);
  if (!expression) return tl::unexpected(expression.error());
  Evaluation evaluation;
  evaluation.collect(suppressed);
  Frame frame(evaluation, scope.frame_size());
  for (std::size_t index = 0; index < names_.size(); ++index) frame[slots[index]] = names_[index].value;
  return expression->evaluate(evaluation, frame);
}

}  // namespace yuanqu::feel
