#pragma once
// ReadableTexts: FEEL texts over the records of one kind, for one viewer: what filters, groupings, sums and columns are
// written in. In scope: the kind's fields by FEEL name, references read through, child lists by their plural,
// `outcomes` (a context by decision id, as codes), `Today`. Only what the texts name is read, so nothing else can be
// asked for behind a function.
//
// A name the viewer may read nowhere is an error (Forbidden, with the field), never an empty answer: filtering by it
// would tell it. What the viewer may read in some files (the own, those shared, not an individual's) is null in the
// others; own_only() says that some name is read in own files only.
//
//   ReadableTexts texts(catalogue, programs, viewer, kind);
//   auto filter = texts.add("annual returns[year = 2025].revenue > 2000");     // all of them first
//   if (auto ready = texts.compile(); !ready) …
//   texts.read(image, record, day);  texts.value(*filter) …
//
// Not thread-safe.

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "population/population.hpp"

namespace yuanqu::population {

// Every name and member a text mentions anywhere, canonical.
void gather_names(const feel::Syntax& syntax, std::set<std::string>& names);

class ReadableTexts {
 public:
  // What a text over a list of such records may name: the kind's fields and `outcomes`.
  static feel::TypePointer scope_type(const Catalogue& catalogue, const Programs& programs, const Kind& kind);

  ReadableTexts(const Catalogue& catalogue, const Programs& programs, const register_::Viewer& viewer,
                const Kind& kind);

  base::Result<std::size_t> add(const std::string& text, const std::string& place = {});
  // Instead of texts of its own: names that texts over lists of these records mention; record() then gives each with
  // just those.
  void mention(const std::set<std::string>& names) { mentioned_.insert(names.begin(), names.end()); }
  base::Result<void> compile();
  // The fields the texts name, after compile().
  const std::vector<std::pair<const Kind*, const Field*>>& fields() const { return fields_; }
  bool own_only() const { return own_only_; }
  // After compile(): what the texts name the viewer may read of everybody, and columns hold it (no outcomes, no titles
  // behind references), so programs over the zone's columns answer the same.
  bool by_columns() const { return by_columns_; }
  // What of a record the texts may see, after compile(): nothing else may be in reach of a program either.
  const feel::TypePointer& type() const { return type_; }
  const std::string& text(std::size_t index) const { return expressions_[index].text(); }

  // Reads one record; values are those of the record read last.
  void read(const Population::Image& image, const RecordState& record, base::Date day);
  feel::Value value(std::size_t index);
  feel::Value record() const;  // the record read last as a context

 private:
  base::Result<feel::TypePointer> readable_type(const Kind& kind, int levels);
  base::Result<void> demand(const Kind& kind, const Field& field);
  base::Result<void> demand_outcomes();

  const Catalogue& catalogue_;
  const Programs& programs_;
  const register_::Viewer& viewer_;
  const Kind& kind_;
  feel::Scope scope_;
  std::vector<feel::Expression> expressions_;
  std::set<std::string> mentioned_;
  std::vector<std::pair<std::string, feel::Slot>> members_;
  feel::Slot today_ = 0, outcomes_ = 0;
  std::vector<const DecisionProgram*> decisions_;
  std::vector<std::pair<const Kind*, const Field*>> fields_;
  std::optional<Projection> projection_;
  std::vector<feel::Slot> slots_;  // by entry of the projection
  std::unique_ptr<feel::Evaluation> evaluation_;
  std::unique_ptr<feel::Frame> frame_;
  feel::Value read_, read_outcomes_;
  bool own_only_ = false, by_columns_ = true;
  feel::TypePointer type_;
};

}  // namespace yuanqu::population
