#include "population/simulate.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "feel/compare.hpp"
#include "feel/expression.hpp"
#include "population/model_library.hpp"

namespace yuanqu::population {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

// The text of a model as the zone uses it: its own, published one, or that of the packs.
Result<std::string> model_text(const pack::PackSet& packs, const PublishedRule* own, const std::string& place) {
  if (own != nullptr) {
    for (const auto& [model, text] : own->models) {
      if (model == place) return text;
    }
  }
  for (const pack::Pack& pack : packs.packs()) {
    if (place.rfind(pack.name() + "/", 0) == 0) return pack.read(place.substr(pack.name().size() + 1));
  }
  return fail(ErrorCode::NotFound, "找不到模型 " + place + "。", "There is no model " + place + ".", {.file = place});
}

Movement movement_of(const Moved& moved, const feel::Value& aim) {
  const auto reached = [&](bool applies, const feel::Value& value) {
    return applies && !aim.is_null() && feel::same(value, aim);
  };
  const bool before = reached(moved.before_applies, moved.before), after = reached(moved.after_applies, moved.after);
  if (before != after) return after ? Movement::Gained : Movement::Lost;
  const bool same =
      moved.before_applies == moved.after_applies && (!moved.before_applies || feel::same(moved.before, moved.after));
  return same ? Movement::Unchanged : Movement::Changed;
}

}  // namespace

std::string_view name_of(Movement movement) {
  static constexpr std::array<std::string_view, 4> names{"gained", "lost", "changed", "unchanged"};
  return names[static_cast<std::size_t>(movement)];
}

Result<ProposedProgram> propose(const pack::PackSet& packs, const Population& population, const Proposal& proposal) {
  const Programs& now = population.programs();
  const DecisionProgram* program = now.find(proposal.decision->name);
  if (program == nullptr)
    return fail(ErrorCode::NotFound, "没有这个判定。", "There is no such decision.",
                {.field = proposal.decision->name});
  ProposedProgram proposed;
  std::shared_ptr<const Decisions> decisions = now.shared_decisions();
  if (!proposal.parameters.empty()) {
    std::vector<std::pair<std::string, feel::Value>> values;
    for (const ParameterChange& change : proposal.parameters) {
      auto value = feel::evaluate_text(change.value);
      if (!value || value->is_null()) {
        return fail(ErrorCode::Invalid, "参数“" + change.parameter + "”的值应是 FEEL 字面值，如 2000 或 \"a\"。",
                    "The value of the parameter " + change.parameter + " must be a FEEL literal like 2000 or \"a\".",
                    {.field = change.parameter});
      }
      values.emplace_back(change.parameter, *value);
    }
    auto changed = decisions->with_parameters(values, population.today());
    if (!changed) return tl::unexpected(changed.error());
    decisions = *changed;
  }
  proposed.programs = now.with_decisions(decisions);
  proposed.program = std::make_unique<DecisionProgram>(*program);
  const Decision& decision = *program->decision;
  proposed.base = decision.version(population.today());
  if (proposed.base == nullptr && !decision.versions.empty()) proposed.base = &decision.versions.back();
  if (proposal.models.empty()) return proposed;
  auto library = ModelLibrary::read(packs);
  if (!library) return tl::unexpected(library.error());
  const std::int64_t publication = proposed.base == nullptr ? 0 : proposed.base->publication;
  const PublishedRule* own = now.published(publication);
  if (own != nullptr) {
    for (const auto& [place, text] : own->models) {
      if (auto replaced = library->replace(place, text); !replaced) return tl::unexpected(replaced.error());
    }
  }
  for (const ModelChange& change : proposal.models) {
    std::string text = change.xml;
    if (text.empty()) {
      auto read = model_text(packs, own, change.model);
      if (!read) return tl::unexpected(read.error());
      auto edited = dmn::with_texts(*read, change.model, change.texts);
      if (!edited) return tl::unexpected(edited.error());
      text = std::move(*edited);
    }
    if (auto replaced = library->replace(change.model, text); !replaced) return tl::unexpected(replaced.error());
    proposed.models.emplace_back(change.model, std::move(text));
  }
  const auto use = std::make_shared<const register_::Use>(population.catalogue(), decision.purpose);
  for (VersionProgram& known : proposed.program->versions) {
    const DecisionVersion& version = *known.version;
    if (version.publication != publication) continue;
    auto compiled = compile_version(*library, population.catalogue(), decision, version, use);
    if (!compiled) return tl::unexpected(compiled.error());
    // A cell that is no FEEL makes its decision null when it runs; who proposes it should hear of it now.
    for (const dmn::Problem& problem : compiled->models->problems()) {
      const bool changed = std::any_of(proposal.models.begin(), proposal.models.end(), [&](const ModelChange& one) {
        return std::any_of(one.texts.begin(), one.texts.end(),
                           [&](const dmn::TextChange& text) { return text.element == problem.element; });
      });
      if (changed || !problem.zh.empty()) {
        return fail(ErrorCode::Invalid, problem.zh, problem.en,
                    {.file = version.model, .field = problem.element, .rule = problem.decision});
      }
    }
    known = std::move(*compiled);
  }
  return proposed;
}

Result<Simulation> simulate(const Population& population, const register_::Viewer& viewer, const Proposal& proposal,
                            const ProposedProgram& proposed, const SimulationQuery& query) {
  const Decision& decision = *proposal.decision;
  const Kind& kind = *decision.kind;
  if (viewer.reach(kind, proposed.program->field_class()) != register_::Reach::All) {
    return fail(ErrorCode::Forbidden, "“" + decision.labels.zh + "”依据的数据不向您的岗位开放，不能试算。",
                "\"" + decision.labels.en + "\" rests on data your post may not read; it cannot be simulated.",
                {.field = decision.name});
  }
  ReadableTexts texts(population.catalogue(), population.programs(), viewer, kind);
  std::vector<std::size_t> keys, sums;
  for (const std::string& text : query.group_by) {
    auto added = texts.add(text, "group_by");
    if (!added) return tl::unexpected(added.error());
    keys.push_back(*added);
  }
  for (const std::string& text : query.sums) {
    auto added = texts.add(text, "sums");
    if (!added) return tl::unexpected(added.error());
    sums.push_back(*added);
  }
  if (auto ready = texts.compile(); !ready) return tl::unexpected(ready.error());
  if (texts.own_only())
    return fail(ErrorCode::Forbidden, "试算针对全区，您只能查看自己的企业。",
                "A simulation is about the whole zone; you may see your own firms only.");

  const std::string code = query.aim.empty() ? decision.aim : query.aim;
  const feel::Value aim = code.empty() ? feel::Value() : feel::Value(code);
  Simulation simulation;
  std::vector<RecordId> ids;
  population.read([&](const Population::Image& image) {
    const auto all = image.facts.of_kind(kind);
    ids.assign(all.begin(), all.end());
    simulation.day = image.day;
  });
  Assessor assessor(proposed.programs);
  std::unordered_map<std::string, std::size_t> places;
  bool stopped = false;
  for (std::size_t begin = 0; begin < ids.size() && !stopped; begin += records_at_a_time) {
    population.read([&](const Population::Image& image) {
      for (std::size_t i = begin; i < std::min(ids.size(), begin + records_at_a_time); ++i) {
        const auto state = image.facts.find(ids[i]);
        if (state == nullptr || state->alias_of != 0 || !proposed.program->visible_to(viewer, state->file)) continue;
        const auto before = image.outcome(decision, state->id);
        const Assessment after = assessor.assess(*proposed.program, image.facts, *state, image.day);
        Moved moved{.subject = state->id};
        moved.before_applies = before && before->applies;
        moved.after_applies = after.applies;
        if (!moved.before_applies && !moved.after_applies) continue;
        if (moved.before_applies) moved.before = before->value;
        if (moved.after_applies) moved.after = after.value;
        moved.movement = movement_of(moved, aim);
        ++simulation.all;
        const auto total = [&](const feel::Value& value, base::Decimal& into) {
          if (!value.is(feel::Kind::Number)) return;
          simulation.numeric = true;
          if (const auto more = add(into, value.number())) into = *more;
        };
        total(moved.before, simulation.before_total);
        total(moved.after, simulation.after_total);
        std::vector<feel::Value> values;
        std::string key;
        texts.read(image, *state, image.day);
        for (const std::size_t index : keys) {
          values.push_back(texts.value(index));
          key += feel::to_literal(values.back()) + '\x1f';
        }
        const auto [place, added] = places.try_emplace(key, simulation.groups.size());
        if (added) {
          SimulationGroup group{.keys = std::move(values)};
          for (SimulationCell& cell : group.cells) {
            cell.sums.resize(sums.size());
            cell.lacking.resize(sums.size());
          }
          simulation.groups.push_back(std::move(group));
        }
        moved.group = place->second;
        SimulationCell& cell = simulation.groups[moved.group].cells[static_cast<std::size_t>(moved.movement)];
        ++cell.records;
        for (std::size_t s = 0; s < sums.size(); ++s) {
          const feel::Value number = texts.value(sums[s]);
          if (!number.is(feel::Kind::Number)) {
            ++cell.lacking[s];
          } else if (const auto more = base::add(cell.sums[s], number.number())) {
            cell.sums[s] = *more;
          }
        }
        if (moved.movement != Movement::Unchanged) simulation.moved.push_back(std::move(moved));
      }
    });
    if (query.progress && !query.progress(std::min(ids.size(), begin + records_at_a_time), ids.size())) stopped = true;
  }
  if (stopped) return fail(ErrorCode::Unavailable, "试算已停止。", "The simulation was stopped.");
  // Groups in the order of their values; what moved follows them.
  std::vector<std::size_t> order(simulation.groups.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    for (std::size_t k = 0; k < keys.size(); ++k) {
      const feel::Value &one = simulation.groups[a].keys[k], &other = simulation.groups[b].keys[k];
      if (sorts_before(one, other, false)) return true;
      if (sorts_before(other, one, false)) return false;
    }
    return false;
  });
  std::vector<std::size_t> position(order.size());
  std::vector<SimulationGroup> sorted;
  for (std::size_t i = 0; i < order.size(); ++i) {
    position[order[i]] = i;
    sorted.push_back(std::move(simulation.groups[order[i]]));
  }
  simulation.groups = std::move(sorted);
  for (Moved& moved : simulation.moved) moved.group = position[moved.group];
  return simulation;
}

}  // namespace yuanqu::population
