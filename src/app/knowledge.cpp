#include "app/knowledge.hpp"

#include <set>

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

Result<casework::Ruling> PopulationKnowledge::decide(const bpmn::Decision& decision, journal::RecordId subject,
                                                     base::Date day, const feel::ContextScope&) {
  if (auto caught = population_.catch_up(); !caught) return tl::unexpected(caught.error());
  const population::Decision* found = population_.programs().decisions().find(decision.name);
  for (const population::Decision& candidate : population_.programs().decisions().all()) {
    if (found != nullptr) break;
    for (const population::DecisionVersion& version : candidate.versions) {
      const std::string file = version.model.substr(version.model.rfind('/') + 1);
      if (version.decision == decision.name && (decision.model.empty() || file == decision.model)) found = &candidate;
    }
  }
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

Result<base::Calendar> calendar_of(const population::Decisions& decisions) {
  const feel::Value& published = decisions.calendar();
  if (!published.is(feel::Kind::Context)) return base::Calendar();
  const feel::Context& context = published.context();
  std::vector<base::Calendar::Exception> exceptions;
  const auto add = [&](const char* list, bool working) {
    for (const feel::Value& day : context.find(list)->items()) exceptions.push_back({day.date(), working});
  };
  add("off days", false);
  add("make up days", true);
  // Days beyond the published range belong to a year whose notice is not out yet.
  const base::Date from = context.find("from")->date(), to = context.find("to")->date();
  std::erase_if(exceptions, [&](const base::Calendar::Exception& exception) {
    return exception.date < from || exception.date > to;
  });
  return base::Calendar::make(from, to, std::move(exceptions));
}

}  // namespace yuanqu::app
