#include "duty/evidence.hpp"

#include <boost/json.hpp>

namespace yuanqu::duty {

namespace json = boost::json;

std::string evidence_of(const population::Explanation& explanation, const register_::Catalogue& catalogue,
                        const EvidenceMoment& moment) {
  json::object evidence;
  evidence["decision"] = explanation.decision->name;
  evidence["subject"] = std::to_string(explanation.outcome.subject);
  evidence["day"] = moment.day.to_string();
  evidence["known_at"] = moment.known_at;
  evidence["rules_hash"] = moment.rules;
  if (explanation.version != nullptr) {
    evidence["model"] = explanation.version->model;
    evidence["name"] = explanation.version->decision;
  }
  evidence["value"] = feel::to_literal(explanation.outcome.value);
  evidence["details"] = feel::to_literal(explanation.details);
  evidence["rules"] = explanation.outcome.rules;
  json::array facts;
  for (const population::FactUsed& used : explanation.detail.facts) {
    json::object fact;
    fact["path"] = used.path;
    fact["record"] = std::to_string(used.record);
    fact["kind"] = used.kind->name;
    fact["field"] = used.field->name;
    if (!used.fact) {
      fact["value"] = nullptr;
      fact["null_reason"] = register_::name_of(used.reason);
    } else {
      fact["value"] = used.fact->value.to_text();
      if (const register_::Source* source = catalogue.source(used.fact->source); source != nullptr)
        fact["source"] = source->name;
      fact["effective_from"] = used.fact->effective_from.to_string();
      fact["change"] = used.fact->sequence;
    }
    facts.push_back(std::move(fact));
  }
  evidence["facts"] = std::move(facts);
  return json::serialize(evidence);
}

}  // namespace yuanqu::duty
