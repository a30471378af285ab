#include "report/figures.hpp"

#include <map>

#include "feel/expression.hpp"
#include "population/kind_type.hpp"
#include "population/readable_texts.hpp"

namespace yuanqu::report {

using base::Result;

namespace {

constexpr std::size_t records_at_a_time = 1024;

struct Scope {
  explicit Scope(const population::Population& population) {
    for (const register_::Kind* kind : population.catalogue().kinds()) {
      if (kind->system || kind->feel_plural.empty()) continue;
      feel::TypePointer type =
          population::ReadableTexts::scope_type(population.catalogue(), population.programs(), *kind);
      kinds.emplace_back(kind, names.declare(kind->feel_plural, feel::Type::list_of(std::move(type))));
    }
    day = names.declare("Day", feel::Type::simple(feel::Type::Form::Date));
  }
  feel::Scope names;
  std::vector<std::pair<const register_::Kind*, feel::Slot>> kinds;
  feel::Slot day = 0;
};

Result<feel::Expression> compiled(Scope& scope, const std::string& text) {
  auto expression = feel::compile(text, scope.names);
  if (expression) return expression;
  base::Error error = expression.error();
  error.place.field = text;
  return tl::unexpected(std::move(error));
}

// Ready to read records of the kind for the viewer, or why not.
Result<void> make_ready(population::ReadableTexts& texts, const register_::Kind& kind,
                        const std::set<std::string>& mentioned) {
  texts.mention(mentioned);
  if (auto ready = texts.compile(); !ready) return ready;
  if (!texts.own_only()) return {};
  return base::fail(base::ErrorCode::Forbidden, "报表针对全区，“" + kind.labels.zh + "”您只能查看自己的。",
                    "A report is about the whole zone; you may see your own " + kind.labels.en + " only.");
}

Result<feel::Value> records_of(const population::Population& population, const register_::Viewer& viewer,
                               const register_::Kind& kind, const std::set<std::string>& mentioned, base::Date day) {
  population::ReadableTexts texts(population.catalogue(), population.programs(), viewer, kind);
  if (auto ready = make_ready(texts, kind, mentioned); !ready) return tl::unexpected(ready.error());
  std::vector<register_::RecordId> ids;
  population.read([&](const population::Population::Image& image) {
    const auto all = image.facts.of_kind(kind);
    ids.assign(all.begin(), all.end());
  });
  std::vector<feel::Value> records;
  records.reserve(ids.size());
  for (std::size_t begin = 0; begin < ids.size(); begin += records_at_a_time) {
    population.read([&](const population::Population::Image& image) {
      for (std::size_t i = begin; i < std::min(ids.size(), begin + records_at_a_time); ++i) {
        const auto state = image.facts.find(ids[i]);
        if (state == nullptr || state->alias_of != 0) continue;
        const auto first = state->first_day();
        if (!first || *first > day || register_::read_closed(*state, day).closed) continue;
        texts.read(image, *state, day);
        records.push_back(texts.record());
      }
    });
  }
  return feel::Value::list(std::move(records));
}

}  // namespace

Result<void> check_text(const population::Population& population, const std::string& text) {
  Scope scope(population);
  auto expression = compiled(scope, text);
  if (!expression) return tl::unexpected(expression.error());
  return {};
}

Result<std::vector<Figure>> work_out(const population::Population& population, const register_::Viewer& viewer,
                                     const std::vector<std::string>& texts, base::Date day) {
  Scope scope(population);
  std::vector<feel::Expression> expressions;
  std::set<std::string> used, mentioned;
  for (const std::string& text : texts) {
    auto expression = compiled(scope, text);
    if (!expression) return tl::unexpected(expression.error());
    used.insert(expression->names_used().begin(), expression->names_used().end());
    population::gather_names(expression->syntax(), mentioned);
    expressions.push_back(std::move(*expression));
  }
  std::map<feel::Slot, feel::Value> lists;
  for (const auto& [kind, slot] : scope.kinds) {
    if (used.count(feel::canonical_name(kind->feel_plural)) == 0) continue;
    auto records = records_of(population, viewer, *kind, mentioned, day);
    if (!records) return tl::unexpected(records.error());
    lists.emplace(slot, std::move(*records));
  }
  feel::Evaluation evaluation(feel::Limits{.steps = 500'000'000});
  std::vector<Figure> figures;
  for (const feel::Expression& expression : expressions) {
    Figure figure;
    evaluation.reset();
    evaluation.collect(&figure.failures);
    feel::Frame frame(evaluation, scope.names.frame_size());
    for (const auto& [slot, list] : lists) frame[slot] = list;
    frame[scope.day] = feel::Value(day);
    figure.value = expression.evaluate(evaluation, frame);
    evaluation.collect(nullptr);
    figures.push_back(std::move(figure));
  }
  return figures;
}

Result<void> demand_readable(const population::Population& population, const register_::Viewer& viewer,
                             const std::vector<std::string>& texts) {
  Scope scope(population);
  std::set<std::string> used, mentioned;
  for (const std::string& text : texts) {
    auto expression = compiled(scope, text);
    if (!expression) return tl::unexpected(expression.error());
    used.insert(expression->names_used().begin(), expression->names_used().end());
    population::gather_names(expression->syntax(), mentioned);
  }
  for (const auto& [kind, slot] : scope.kinds) {
    if (used.count(feel::canonical_name(kind->feel_plural)) == 0) continue;
    population::ReadableTexts readable(population.catalogue(), population.programs(), viewer, *kind);
    if (auto ready = make_ready(readable, *kind, mentioned); !ready) return ready;
  }
  return {};
}

}  // namespace yuanqu::report
