#pragma once
// Programs: every decision of the packs compiled, with the projections of its inputs. Immutable, shared by threads. A
// model that cannot be read, a decision that is not in it, or an input nobody can fill is refused with the file's
// place.

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "dmn/evaluator.hpp"
#include "feel/expression.hpp"
#include "population/decisions.hpp"
#include "population/projection.hpp"

namespace yuanqu::population {

// A FEEL text over the subject (under the FEEL name of its kind) and Today, with a projection of just what it reads.
struct SubjectText {
  std::shared_ptr<feel::Scope> scope;
  feel::Expression expression;
  feel::Slot subject = 0, today = 0;
  std::shared_ptr<const Projection> projection;
};
base::Result<SubjectText> compile_subject_text(const register_::Catalogue& catalogue, const register_::Kind& kind,
                                               const std::string& text, const std::string& place,
                                               std::shared_ptr<const register_::Use> use = nullptr);

enum class InputRole { Subject, Calendar, Parameters, Day };

struct ProgramInput {
  dmn::ElementIndex element = 0;
  InputRole role = InputRole::Subject;
  std::shared_ptr<const Projection> projection;  // Subject
};

struct VersionProgram {
  const DecisionVersion* version = nullptr;
  std::shared_ptr<const dmn::ModelSet> models;
  dmn::ElementIndex decision = 0;
  std::vector<ProgramInput> inputs;
};

struct DecisionProgram {
  const Decision* decision = nullptr;
  std::optional<SubjectText> applies, business_date;
  std::vector<VersionProgram> versions;  // as decision->versions

  // Records whose outcome a change of this record may touch, when these fields of it were touched.
  std::set<RecordId> subjects_of(const FactBase& facts, const RecordState& changed, const Touched& touched) const;
  bool reads(const Kind& kind) const;
  bool reads_calendar() const;  // in any version
  bool takes_parameters() const;
  std::vector<std::pair<const Kind*, const Field*>> fields() const;  // everything it reads, in every version; each once
  // Who may see its outcomes: the strictest class of the fields it reads, unless the pack lowers it with a reason.
  register_::FieldClass field_class() const;
  // In an individual's file its outcomes are personal data, unless the pack lowers their class.
  bool personal_of_individuals() const;
  // Whether this viewer may see its outcome of a subject in that file.
  bool visible_to(const register_::Viewer& viewer, journal::FileId file) const;
};

class ModelLibrary;
base::Result<VersionProgram> compile_version(const ModelLibrary& library, const register_::Catalogue& catalogue,
                                             const Decision& decision, const DecisionVersion& version,
                                             const std::shared_ptr<const register_::Use>& use);

class Programs {
 public:
  static base::Result<std::shared_ptr<const Programs>> compile(const pack::PackSet& packs,
                                                               const register_::Catalogue& catalogue,
                                                               std::shared_ptr<const Decisions> decisions,
                                                               std::vector<PublishedRule> published = {});
  // The zone's own rules these programs were made with (their decisions are Decisions::with_published).
  const std::vector<PublishedRule>& published() const { return published_; }
  const PublishedRule* published(std::int64_t id) const;                 // nullptr: there is none
  const std::vector<DecisionProgram>& all() const { return programs_; }  // as Decisions::all()
  const DecisionProgram* find(std::string_view name) const;
  const Decisions& decisions() const { return *decisions_; }
  const std::shared_ptr<const Decisions>& shared_decisions() const { return decisions_; }
  // The same programs with other parameters or calendar: what a proposal is evaluated with.
  std::shared_ptr<const Programs> with_decisions(std::shared_ptr<const Decisions> decisions) const;
  // Of everything an outcome depends on besides facts and the day: what the packs say, then the working days.
  std::string hash() const { return rules_ + "/" + decisions_->published()->version; }
  // Whether a hash() of earlier differs from ours in the working days at most.
  bool same_rules(std::string_view hash) const { return hash.substr(0, hash.rfind('/')) == rules_; }

 private:
  std::shared_ptr<const Decisions> decisions_, origin_;  // programs point into origin_ when it is another
  std::vector<DecisionProgram> programs_;
  std::vector<PublishedRule> published_;
  std::string rules_;  // hash of the packs' files without their calendars, and of what the zone published on top
};

}  // namespace yuanqu::population
