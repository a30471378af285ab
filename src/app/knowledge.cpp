#include "app/knowledge.hpp"

#include "duty/evidence.hpp"

namespace yuanqu::app {

using base::ErrorCode;
using base::fail;
using base::Result;

Result<casework::Subject> PopulationKnowledge::subject(journal::RecordId record, base::Date day) {
  if (auto caught = population_.catch_up(); !caught) return tl::unexpected(caught.error());
  auto value = population_.subject_value(record, day);
  const auto state = population_.state(record);
  if (!value || !state)
    return fail(ErrorCode::NotFound, "办件所涉的记录不存在。", "The record this case is about does not exist.");
  auto title = records_.title_of(register_::Viewer::system(), record, day);
  return casework::Subject{state->id, state->file, state->kind, title.value_or(std::string()), std::move(*value)};
}

const population::Decision* PopulationKnowledge::named(const bpmn::Decision& decision) const {
  const population::Decision* found = population_.programs().decisions().find(decision.name);
  for (const population::Decision& candidate : population_.programs().decisions().all()) {
    if (found != nullptr) break;
    for (const population::DecisionVersion& version : candidate.versions) {
      const std::string file = version.model.substr(version.model.rfind('/') + 1);
      if (version.decision == decision.name && (decision.model.empty() || file == decision.model)) found = &candidate;
    }
  }
  return found;
}

bool PopulationKnowledge::may_read_outcome(const register_::Viewer& viewer, const bpmn::Decision& decision,
                                           journal::FileId file) {
  const population::Decision* found = named(decision);
  const population::DecisionProgram* program = found == nullptr ? nullptr : population_.programs().find(found->name);
  return program != nullptr && program->visible_to(viewer, file);
}

Result<casework::Ruling> PopulationKnowledge::decide(const bpmn::Decision& decision, journal::RecordId subject,
                                                     base::Date day, const feel::ContextScope&) {
  if (auto caught = population_.catch_up(); !caught) return tl::unexpected(caught.error());
  const population::Decision* found = named(decision);
  if (found == nullptr) {
    return fail(
        ErrorCode::NotFound, "流程引用的判定“" + decision.name + "”不在 decisions.yaml 中，请在那里登记。",
        "The procedure names the decision " + decision.name + ", which decisions.yaml does not list; add it there.",
        {.file = decision.model, .rule = decision.name});
  }
  auto explanation = population_.explain(*found, subject, day);
  if (!explanation) return tl::unexpected(explanation.error());
  return casework::Ruling{explanation->details,
                          duty::evidence_of(*explanation, population_.catalogue(),
                                            {day, population_.position(), population_.programs().hash()})};
}

casework::WorkingDays PopulationKnowledge::working_days() {
  const std::shared_ptr<const population::PublishedCalendar> published = population_.calendar();
  return {std::shared_ptr<const base::Calendar>(published, &published->days), published->version};
}

}  // namespace yuanqu::app
