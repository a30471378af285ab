#pragma once
// Decisions: which decisions of the packs' models are outcomes of which records (packs/*/decisions/*.yaml, described in
// packs/README.md), in which version for which business date, with the inputs that are the same for every record:
// Calendar and Parameters. Immutable after loading.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.hpp"
#include "base/error.hpp"
#include "feel/value.hpp"
#include "pack/pack.hpp"
#include "population/calendars.hpp"
#include "register/catalogue.hpp"

namespace yuanqu::population {

struct DecisionVersion {
  std::string model;     // "national/decisions/enterprise_size.dmn"
  std::string decision;  // name in the model
  base::Date valid_from;
  std::optional<base::Date> valid_to;  // included
  std::int64_t publication = 0;        // the PublishedRule whose models it is made of; 0: those of the packs
};

struct OutcomeLabel {
  std::string code;
  pack::Label labels;
};

enum class Confidence { High, Medium, Low };

struct Decision {
  std::uint32_t number = 0;
  std::string name;
  pack::Label labels;
  const register_::Kind* kind = nullptr;
  std::string applies;        // FEEL, empty: every record of the kind
  std::string business_date;  // FEEL, empty: Today
  std::string result;         // entry of the result, empty: the whole result
  std::vector<OutcomeLabel> values;
  std::string aim;  // code of the outcome firms wish for; empty: none is better than another
  std::string purpose;
  std::optional<register_::FieldClass>
      lowered_class;            // who may see its outcomes, when less strict than the fields it reads …
  std::string lowered_because;  // … and why that gives nothing away
  pack::Label basis;
  Confidence confidence = Confidence::High;
  std::vector<DecisionVersion> versions;  // ascending by valid_from, not overlapping
  std::string place;                      // "national/decisions/decisions.yaml:12"

  const DecisionVersion* version(base::Date business_date) const;
  // The first later day on which another version is in force; nullopt when this one stays.
  std::optional<base::Date> next_version(base::Date business_date) const;
  const OutcomeLabel* label(std::string_view code) const;
};

struct ParameterRow {
  std::string parameter;  // FEEL name
  feel::Value value;
  base::Date valid_from;
  std::optional<base::Date> valid_to;
  std::string basis;
};

// A rule of the zone's own on top of the packs (publications.hpp): from its day on the decision runs on these models
// and everybody on these parameter values.
struct PublishedRule {
  std::int64_t id = 0;
  std::string decision;
  base::Date valid_from;
  std::string basis;
  std::vector<std::pair<std::string, std::string>> models;      // place in the packs → the text instead
  std::vector<std::pair<std::string, std::string>> parameters;  // FEEL name → FEEL literal
};

class Decisions {
 public:
  static base::Result<std::shared_ptr<const Decisions>> load(const pack::PackSet& packs,
                                                             const register_::Catalogue& catalogue);

  const std::vector<Decision>& all() const { return decisions_; }  // by number
  const Decision* find(std::string_view name) const;
  const Decision* find(std::uint32_t number) const;
  const std::vector<ParameterRow>& parameters() const { return parameters_; }

  const feel::Value& calendar() const { return calendar_->value; }  // what models read as Calendar
  const std::shared_ptr<const PublishedCalendar>& published() const { return calendar_; }  // never null
  // Rows in force on that day as a context; `until` receives the first later day on which it differs.
  feel::Value parameters_on(base::Date day, std::optional<base::Date>& until) const;
  // The same with other values in the rows in force on `day`; NotFound when a name has no row then.
  base::Result<std::shared_ptr<const Decisions>> with_parameters(
      const std::vector<std::pair<std::string, feel::Value>>& values, base::Date day) const;
  // The same with other working days.
  std::shared_ptr<const Decisions> with_calendar(std::shared_ptr<const PublishedCalendar> calendar) const;
  // The same with the zone's own rules, in the order they were published: each takes over on its day from the version
  // or row then in force, up to where that one ends. Invalid, with its number, when nothing was in force.
  base::Result<std::shared_ptr<const Decisions>> with_published(const std::vector<PublishedRule>& rules) const;

 private:
  friend struct DecisionsReader;
  std::vector<Decision> decisions_;
  std::vector<ParameterRow> parameters_;
  std::shared_ptr<const PublishedCalendar> calendar_ = std::make_shared<PublishedCalendar>();
};

}  // namespace yuanqu::population
