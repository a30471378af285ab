#include "population/programs.hpp"

#include <algorithm>
#include <map>

#include "base/hash.hpp"
#include "population/kind_type.hpp"
#include "population/model_library.hpp"

namespace yuanqu::population {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

// Working days are told apart from the rest: they are published while a zone serves (Programs::hash).
std::string rules_hash(const pack::PackSet& packs) {
  base::Sha256 digest;
  for (const pack::Pack& pack : packs.packs()) {
    for (const pack::File& file : pack.files()) {
      if (!file.path.starts_with("calendars/")) digest.update(pack.place_of(file) + " " + file.hash + "\n");
    }
  }
  return base::to_hex(digest.finish());
}

}  // namespace

Result<SubjectText> compile_subject_text(const register_::Catalogue& catalogue, const register_::Kind& kind,
                                         const std::string& text, const std::string& place,
                                         std::shared_ptr<const register_::Use> use) {
  SubjectText compiled;
  compiled.scope = std::make_shared<feel::Scope>();
  const feel::TypePointer type = type_of_kind(catalogue, kind);
  compiled.subject = compiled.scope->declare(kind.feel_name, type);
  compiled.today = compiled.scope->declare("Today", feel::Type::simple(feel::Type::Form::Date));
  auto expression = feel::compile(text, *compiled.scope);
  if (!expression) {
    base::Error error = expression.error();
    error.place.file = place;
    error.place.field = text;
    return tl::unexpected(std::move(error));
  }
  compiled.expression = std::move(*expression);
  // Only the members that are named are read; a bare use of the subject reads everything.
  std::vector<feel::Member> members;
  bool everything = false;
  const std::string prefix = feel::canonical_name(kind.feel_name) + ".";
  for (const std::string& path : compiled.expression.paths_used()) {
    if (path == feel::canonical_name(kind.feel_name)) everything = true;
    if (path.rfind(prefix, 0) != 0) continue;
    // The longest member name that starts the rest of the path: names may hold dots of their own.
    const std::string rest = path.substr(prefix.size());
    const feel::Member* best = nullptr;
    for (const feel::Member& member : type->members) {
      const std::string name = feel::canonical_name(member.name);
      if ((rest == name || rest.rfind(name + ".", 0) == 0) && (best == nullptr || name.size() > best->name.size()))
        best = &member;
    }
    if (best != nullptr &&
        std::none_of(members.begin(), members.end(), [&](const feel::Member& m) { return m.name == best->name; })) {
      members.push_back(*best);
    }
  }
  auto projection =
      Projection::make(catalogue, kind, everything ? type : feel::Type::context_of(std::move(members)), use);
  if (!projection) return tl::unexpected(projection.error());
  compiled.projection = std::make_shared<const Projection>(std::move(*projection));
  return compiled;
}

std::set<RecordId> DecisionProgram::subjects_of(const FactBase& facts, const RecordState& changed,
                                                const Touched& touched) const {
  std::set<RecordId> subjects;
  // A source that became late or came, or a consent, changes what can be read of other records.
  if (const auto delivered = facts.sources().delivers(changed.id); delivered != 0) {
    const Kind* kind = facts.catalogue().kind(delivered);
    if (kind != nullptr && reads(*kind)) {
      const auto all = facts.of_kind(*decision->kind);
      subjects.insert(all.begin(), all.end());
    }
  } else if (facts.sources().keeps(changed.kind)) {
    for (const RecordId id : facts.of_kind(*decision->kind)) {
      if (const auto subject = facts.find(id); subject != nullptr && subject->file == changed.file) subjects.insert(id);
    }
  }
  const auto add = [&](const Projection& projection) {
    for (const RecordId id : projection.subjects_of(facts, changed, touched)) subjects.insert(id);
  };
  if (touched.whole && changed.kind == decision->kind->number) subjects.insert(changed.id);
  if (applies) add(*applies->projection);
  if (business_date) add(*business_date->projection);
  for (const VersionProgram& version : versions) {
    for (const ProgramInput& input : version.inputs) {
      if (input.projection) add(*input.projection);
    }
  }
  return subjects;
}

register_::FieldClass DecisionProgram::field_class() const {
  if (decision->lowered_class) return *decision->lowered_class;
  register_::FieldClass strictest = register_::FieldClass::Public;
  const auto add = [&](const std::shared_ptr<const Projection>& projection) {
    if (projection != nullptr) strictest = std::max(strictest, projection->strictest_class());
  };
  if (applies) add(applies->projection);
  if (business_date) add(business_date->projection);
  for (const VersionProgram& version : versions) {
    for (const ProgramInput& input : version.inputs) add(input.projection);
  }
  return strictest;
}

bool DecisionProgram::personal_of_individuals() const {
  if (decision->lowered_class) return false;
  return std::any_of(versions.begin(), versions.end(), [](const VersionProgram& version) {
    return std::any_of(version.inputs.begin(), version.inputs.end(), [](const ProgramInput& input) {
      return input.projection != nullptr && input.projection->reads_personal_of_individuals();
    });
  });
}

bool DecisionProgram::visible_to(const register_::Viewer& viewer, journal::FileId file) const {
  if (viewer.is_system()) return true;
  if (personal_of_individuals() && viewer.individual(file) && !viewer.owns(file) &&
      !viewer.may_read(*decision->kind, register_::FieldClass::Personal, file))
    return false;
  return viewer.may_read(*decision->kind, field_class(), file);
}

bool DecisionProgram::reads(const Kind& kind) const {
  if (decision->kind == &kind || (applies && applies->projection->reads(kind)) ||
      (business_date && business_date->projection->reads(kind))) {
    return true;
  }
  for (const VersionProgram& version : versions) {
    for (const ProgramInput& input : version.inputs) {
      if (input.projection && input.projection->reads(kind)) return true;
    }
  }
  return false;
}

bool DecisionProgram::reads_calendar() const {
  return std::any_of(versions.begin(), versions.end(), [](const VersionProgram& version) {
    return std::any_of(version.inputs.begin(), version.inputs.end(),
                       [](const ProgramInput& input) { return input.role == InputRole::Calendar; });
  });
}

bool DecisionProgram::takes_parameters() const {
  return std::any_of(versions.begin(), versions.end(), [](const VersionProgram& version) {
    return std::any_of(version.inputs.begin(), version.inputs.end(),
                       [](const ProgramInput& input) { return input.role == InputRole::Parameters; });
  });
}

std::vector<std::pair<const Kind*, const Field*>> DecisionProgram::fields() const {
  std::vector<std::pair<const Kind*, const Field*>> all;
  const auto add = [&](const std::shared_ptr<const Projection>& projection) {
    if (projection == nullptr) return;
    for (const auto& one : projection->fields()) {
      if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(one);
    }
  };
  if (applies) add(applies->projection);
  if (business_date) add(business_date->projection);
  for (const VersionProgram& version : versions) {
    for (const ProgramInput& input : version.inputs) add(input.projection);
  }
  return all;
}

const DecisionProgram* Programs::find(std::string_view name) const {
  const auto found = std::find_if(programs_.begin(), programs_.end(),
                                  [&](const DecisionProgram& p) { return p.decision->name == name; });
  return found == programs_.end() ? nullptr : &*found;
}

std::shared_ptr<const Programs> Programs::with_decisions(std::shared_ptr<const Decisions> decisions) const {
  auto changed = std::make_shared<Programs>(*this);
  changed->origin_ = origin_ != nullptr ? origin_ : decisions_;
  changed->decisions_ = std::move(decisions);
  return changed;
}

Result<VersionProgram> compile_version(const ModelLibrary& library, const register_::Catalogue& catalogue,
                                       const Decision& decision, const DecisionVersion& version,
                                       const std::shared_ptr<const register_::Use>& use) {
  VersionProgram program;
  program.version = &version;
  auto compiled = library.compile(version.model);
  if (!compiled) return tl::unexpected(compiled.error());
  const std::shared_ptr<const dmn::ModelSet>& set = *compiled;
  program.models = set;
  const auto element = set->find(dmn::ElementKind::Decision, version.decision);
  if (!element) {
    return fail(ErrorCode::NotFound, "模型 " + version.model + " 中没有判定“" + version.decision + "”。",
                "The model " + version.model + " has no decision " + version.decision + ".", {.file = decision.place});
  }
  program.decision = *element;
  for (const dmn::ElementIndex index : set->inputs_of(*element)) {
    const dmn::ElementDescription& input = set->elements()[index];
    ProgramInput entry{.element = index};
    if (input.name == feel::canonical_name(decision.kind->feel_name)) {
      auto projection = Projection::make(catalogue, *decision.kind, input.type, use);
      const auto usable = projection ? projection->check_use(catalogue) : base::Result<void>();
      if (!projection || !usable) {
        base::Error error = projection ? usable.error() : projection.error();
        error.place.file = version.model;
        error.place.rule = input.name;
        return tl::unexpected(std::move(error));
      }
      entry.projection = std::make_shared<const Projection>(std::move(*projection));
    } else if (input.name == "Calendar") {
      entry.role = InputRole::Calendar;
    } else if (input.name == "Parameters") {
      entry.role = InputRole::Parameters;
    } else if (input.name == "Today") {
      entry.role = InputRole::Day;
    } else {
      return fail(ErrorCode::Invalid,
                  "模型 " + version.model + " 的输入“" + input.name + "”无人提供：可用 " + decision.kind->feel_name +
                      "、Today、Calendar、Parameters。",
                  "Nobody can fill the input " + input.name + " of " + version.model + ": use " +
                      decision.kind->feel_name + ", Today, Calendar or Parameters.",
                  {.file = decision.place});
    }
    program.inputs.push_back(std::move(entry));
  }
  return program;
}

const PublishedRule* Programs::published(std::int64_t id) const {
  const auto found =
      std::find_if(published_.begin(), published_.end(), [&](const PublishedRule& rule) { return rule.id == id; });
  return found == published_.end() ? nullptr : &*found;
}

Result<std::shared_ptr<const Programs>> Programs::compile(const pack::PackSet& packs,
                                                          const register_::Catalogue& catalogue,
                                                          std::shared_ptr<const Decisions> decisions,
                                                          std::vector<PublishedRule> published) {
  auto programs = std::make_shared<Programs>();
  programs->decisions_ = decisions;
  programs->published_ = std::move(published);
  auto library = ModelLibrary::read(packs);
  if (!library) return tl::unexpected(library.error());
  std::map<std::int64_t, ModelLibrary> libraries{{0, *library}};
  programs->rules_ = rules_hash(packs) + "/outcomes-3";
  for (const PublishedRule& rule : programs->published_) {
    ModelLibrary& own = libraries.emplace(rule.id, *library).first->second;
    base::Sha256 digest;
    for (const auto& [place, text] : rule.models) {
      if (auto replaced = own.replace(place, text); !replaced) return tl::unexpected(replaced.error());
      digest.update(place + "\n" + text + "\n");
    }
    for (const auto& [name, value] : rule.parameters) digest.update(name + " = " + value + "\n");
    programs->rules_ += "/" + std::to_string(rule.id) + "@" + rule.valid_from.to_string() + ":" +
                        base::to_hex(digest.finish()).substr(0, 16);
  }
  for (const Decision& decision : decisions->all()) {
    DecisionProgram program{.decision = &decision};
    const auto use = std::make_shared<const register_::Use>(catalogue, decision.purpose);
    if (!decision.applies.empty()) {
      auto text = compile_subject_text(catalogue, *decision.kind, decision.applies, decision.place, use);
      if (!text) return tl::unexpected(text.error());
      program.applies = std::move(*text);
    }
    if (!decision.business_date.empty()) {
      auto text = compile_subject_text(catalogue, *decision.kind, decision.business_date, decision.place, use);
      if (!text) return tl::unexpected(text.error());
      program.business_date = std::move(*text);
    }
    for (const DecisionVersion& version : decision.versions) {
      auto made = compile_version(libraries.at(version.publication), catalogue, decision, version, use);
      if (!made) return tl::unexpected(made.error());
      program.versions.push_back(std::move(*made));
    }
    programs->programs_.push_back(std::move(program));
  }
  return programs;
}

}  // namespace yuanqu::population
