#include "casework/population_knowledge.hpp"

#include "duty/evidence.hpp"

namespace yuanqu::casework {

using base::ErrorCode;
using base::fail;
using base::Result;

Result<Subject> PopulationKnowledge::subject(journal::RecordId record, base::Date day) {
  if (auto caught_up = population_.catch_up(); !caught_up) return tl::unexpected(caught_up.error());
  auto state = population_.state(record);
  auto value = population_.subject_value(record, day);
  if (!state || !value) {
    return fail(ErrorCode::NotFound, "办件的对象不存在，请核对。", "The record the case is about does not exist; check it.");
  }
  Subject subject;
  subject.record = state->id;
  subject.file = state->file;
  subject.kind = state->kind;
  subject.value = std::move(*value);
  const register_::Kind* kind = population_.catalogue().kind(state->kind);
  const register_::Field* title = kind == nullptr ? nullptr : kind->field(kind->title);
  if (title != nullptr) subject.title = register_::read_plain(*state, *title, day).value().to_text();
  return subject;
}

Result<Ruling> PopulationKnowledge::decide(const bpmn::Decision& decision, journal::RecordId subject, base::Date day,
                                           const feel::ContextScope&) {
  if (auto caught_up = population_.catch_up(); !caught_up) return tl::unexpected(caught_up.error());
  const population::Decision* known = population_.programs().decisions().find(decision.name);
  if (known == nullptr) {
    return fail(ErrorCode::NotFound, "没有判定“" + decision.name + "”，请核对 decisions.yaml。",
                "There is no decision \"" + decision.name + "\"; check decisions.yaml.", {.rule = decision.name});
  }
  auto explanation = population_.explain(*known, subject, day);
  if (!explanation) return tl::unexpected(explanation.error());
  return Ruling{explanation->outcome.value, duty::evidence_of(*explanation, population_.catalogue())};
}

}  // namespace yuanqu::casework
