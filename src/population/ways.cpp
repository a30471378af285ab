#include "population/ways.hpp"

#include <algorithm>
#include <tuple>

#include "feel/compare.hpp"
#include "feel/expression.hpp"

namespace yuanqu::population {

bool Way::nearer_than(const Way& other) const {
  return std::tuple(unmet, unknown, gap) < std::tuple(other.unmet, other.unknown, other.gap);
}

namespace {

const dmn::Decision* decision_named(const dmn::Model& model, std::string_view name) {
  const auto found = std::find_if(model.decisions.begin(), model.decisions.end(),
                                  [&](const dmn::Decision& one) { return feel::canonical_name(one.name) == name; });
  return found == model.decisions.end() ? nullptr : &*found;
}

// The expression that gives a decision's outcome: the entry of a context that is the result.
const dmn::Expression* outcome_expression(const dmn::Decision& decision, const std::string& result) {
  const dmn::Expression* expression = decision.expression.get();
  if (expression == nullptr) return nullptr;
  const auto* context = std::get_if<dmn::ContextExpression>(&expression->body);
  if (context == nullptr) return expression;
  for (const dmn::ContextEntry& entry : context->entries) {
    const bool wanted =
        entry.variable ? feel::canonical_name(entry.variable->name) == feel::canonical_name(result) : result.empty();
    if (wanted) return entry.value.get();
  }
  return expression;
}

// Constants only: an output that is computed is no way one can name beforehand.
feel::Value constant_output(const dmn::DecisionRule& rule) {
  if (rule.outputs.size() != 1 || rule.outputs[0] == nullptr) return {};
  const auto* literal = std::get_if<dmn::LiteralExpression>(&rule.outputs[0]->body);
  if (literal == nullptr) return {};
  auto value = feel::evaluate_text(literal->text);
  return value ? *value : feel::Value();
}

bool compares_order(const Condition& condition) {
  return condition.distance.has_value() ||
         (!condition.bound.empty() && (condition.bound[0] == '<' || condition.bound[0] == '>'));
}

}  // namespace

OutcomeTable OutcomeTable::of(const VersionProgram& program, const std::string& result) {
  OutcomeTable table;
  const dmn::ElementDescription& target = program.models->elements()[program.decision];
  const dmn::Model* model = nullptr;
  for (const auto& one : program.models->models()) {
    if (one->name_space == target.name_space) model = one.get();
  }
  if (model == nullptr) return table;
  table.model_ = model->name;
  std::string name = target.name, entry = result;
  for (int hops = 0; hops < 16; ++hops) {
    const dmn::Decision* decision = decision_named(*model, name);
    if (decision == nullptr) return table;
    table.decision_ = name;
    const dmn::Expression* expression = outcome_expression(*decision, entry);
    if (expression == nullptr) return table;
    if (const auto* literal = std::get_if<dmn::LiteralExpression>(&expression->body)) {
      const std::string next = feel::canonical_name(literal->text);
      if (decision_named(*model, next) != nullptr && next != name) {
        name = next;
        entry.clear();
        continue;
      }
      return table;
    }
    const auto* body = std::get_if<dmn::DecisionTable>(&expression->body);
    if (body == nullptr) return table;
    table.element_ = expression->id;
    for (std::size_t rule = 0; rule < body->rules.size(); ++rule) {
      table.rules_.push_back(
          {static_cast<std::uint32_t>(rule + 1), constant_output(body->rules[rule]),
           body->rules[rule].annotations.empty() ? std::string() : body->rules[rule].annotations.front()});
    }
    for (const dmn::InputClause& clause : body->inputs) {
      Input input;
      if (clause.expression != nullptr) {
        input.expression = clause.expression->id;
        if (const auto* text = std::get_if<dmn::LiteralExpression>(&clause.expression->body)) {
          for (const dmn::Decision& one : model->decisions) {
            if (text->text.find(one.name) != std::string::npos) input.named.push_back(feel::canonical_name(one.name));
          }
        }
      }
      table.inputs_.push_back(std::move(input));
    }
    return table;
  }
  return table;
}

std::string OutcomeTable::annotation(std::uint32_t rule) const {
  return rule >= 1 && rule <= rules_.size() ? rules_[rule - 1].annotation : std::string();
}

// The FEEL conditions behind a cell that looks at what they made; empty when the cell speaks for itself or says
// something else.
std::vector<std::size_t> OutcomeTable::standing_for(const std::vector<Condition>& conditions, std::size_t cell) const {
  const Condition& at = conditions[cell];
  if (at.distance || at.input == 0 || at.input > inputs_.size()) return {};
  const bool made = at.value.is(feel::Kind::Boolean) || at.value.is(feel::Kind::String) || at.value.is_null();
  if (!made) return {};
  const Input& input = inputs_[at.input - 1];
  const auto gather = [&](auto&& belongs) {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < conditions.size(); ++i) {
      if (conditions[i].rule == 0 && belongs(conditions[i])) found.push_back(i);
    }
    return found;
  };
  std::vector<std::size_t> behind =
      gather([&](const Condition& one) { return one.element == input.expression && compares_order(one); });
  if (behind.empty()) {
    behind = gather([&](const Condition& one) {
      return one.model == model_ &&
             std::find(input.named.begin(), input.named.end(), feel::canonical_name(one.decision)) != input.named.end();
    });
    if (std::none_of(behind.begin(), behind.end(), [&](std::size_t i) { return compares_order(conditions[i]); }))
      return {};
  }
  // They must say what the cell says, else the cell asks for something else (`"no"`).
  const auto any = [&](Verdict verdict) {
    return std::any_of(behind.begin(), behind.end(), [&](std::size_t i) { return conditions[i].verdict == verdict; });
  };
  const Verdict together = any(Verdict::Unmet)     ? Verdict::Unmet
                           : any(Verdict::Unknown) ? Verdict::Unknown
                                                   : Verdict::Met;
  const bool same = together == at.verdict || (together == Verdict::Unknown && at.verdict == Verdict::Unmet);
  return same ? behind : std::vector<std::size_t>{};
}

std::vector<Way> OutcomeTable::ways(const std::vector<Condition>& conditions, const feel::Value& value) const {
  std::vector<Way> ways;
  const auto finish = [&](Way way) {
    for (const std::size_t i : way.conditions) {
      const Condition& condition = conditions[i];
      if (condition.verdict == Verdict::Unknown) ++way.unknown;
      if (condition.verdict != Verdict::Unmet) continue;
      ++way.unmet;
      way.gap += condition.distance ? condition.distance->gap : 1;
    }
    if (!way.conditions.empty()) ways.push_back(std::move(way));
  };
  if (element_.empty()) {  // no table: the conjuncts of the decision itself, when it answers true or a named value
    Way way{.element = {}};
    for (std::size_t i = 0; i < conditions.size(); ++i) {
      if (conditions[i].rule == 0 && conditions[i].model == model_ &&
          feel::canonical_name(conditions[i].decision) == decision_) {
        if (way.element.empty()) way.element = conditions[i].element;
        if (conditions[i].element == way.element) way.conditions.push_back(i);
      }
    }
    if (value.is_true()) finish(std::move(way));
    return ways;
  }
  for (const Rule& rule : rules_) {
    if (rule.output.is_null() || !feel::same(rule.output, value)) continue;
    Way way{.element = element_, .rule = rule.number};
    for (std::size_t i = 0; i < conditions.size(); ++i) {
      if (conditions[i].element != element_ || conditions[i].rule != rule.number) continue;
      const std::vector<std::size_t> behind = standing_for(conditions, i);
      if (behind.empty()) {
        way.conditions.push_back(i);
      } else {
        for (const std::size_t one : behind) {
          if (std::find(way.conditions.begin(), way.conditions.end(), one) == way.conditions.end())
            way.conditions.push_back(one);
        }
      }
    }
    finish(std::move(way));
  }
  std::stable_sort(ways.begin(), ways.end(), [](const Way& a, const Way& b) { return a.nearer_than(b); });
  return ways;
}

}  // namespace yuanqu::population
