#include "register/conversion.hpp"

#include <algorithm>

#include "register/feel_value.hpp"

namespace yuanqu::register_ {

base::Result<std::shared_ptr<const Conversion>> Conversion::compile(FieldNumber from, const std::string& by) {
  auto made = std::make_shared<Conversion>();
  made->from_ = from;
  made->old_ = made->scope_.declare("old");
  auto expression = feel::compile(by, made->scope_);
  if (!expression) return tl::unexpected(expression.error());
  made->expression_ = std::move(*expression);
  if (!made->expression_.names_used().contains("old")) {
    return base::fail(base::ErrorCode::Invalid, "换算式应由旧值 old 得出新值。",
                      "A conversion makes the new value of old, the old value.");
  }
  return std::shared_ptr<const Conversion>(std::move(made));
}

Value Conversion::convert(const Field& to, const Value& old) const {
  if (old.is_null() || old.type() == ValueType::Unreadable) return old;
  feel::Evaluation evaluation;
  feel::Frame frame(evaluation, scope_.frame_size());
  frame[old_] = to_feel(old);
  auto value = from_feel(to, expression_.evaluate(evaluation, frame));
  if (!value || value->is_null()) return Value::unreadable(old.to_text());
  return std::move(*value);
}

void convert_facts(RecordState& state, const Kind& kind) {
  if (kind.successors.empty()) return;
  bool changed = false;
  for (Fact& fact : state.facts) {
    const Field* to = kind.successor(fact.field);
    if (to == nullptr) continue;
    fact.value = to->conversion->convert(*to, fact.value);
    fact.field = to->number;
    changed = true;
  }
  if (!changed) return;
  std::stable_sort(state.facts.begin(), state.facts.end(), [](const Fact& a, const Fact& b) {
    return std::tuple(a.field, a.source, a.effective_from, a.sequence) <
           std::tuple(b.field, b.source, b.effective_from, b.sequence);
  });
  // Of facts of one field, source and day the last recorded is left.
  auto kept = state.facts.begin();
  for (auto next = state.facts.begin(); next != state.facts.end(); ++next) {
    const bool same = next != state.facts.begin() && kept->field == next->field && kept->source == next->source &&
                      kept->effective_from == next->effective_from;
    if (next == state.facts.begin()) continue;
    if (!same) ++kept;
    if (kept != next) *kept = std::move(*next);
  }
  if (!state.facts.empty()) state.facts.erase(kept + 1, state.facts.end());
}

}  // namespace yuanqu::register_
