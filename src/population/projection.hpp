#pragma once
// Projection: how a record becomes the input data of a decision. Made once from the declared type of the input (its
// item definition) and the catalogue; building a value then reads exactly what the type names: plain fields, references
// read through, child lists, facts of one source, findings. What is read may be noted as evidence, and the first later
// day on which any of it could differ by itself (a later fact, freshness, closing) comes with the value.

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/date.hpp"
#include "base/error.hpp"
#include "feel/type.hpp"
#include "feel/value.hpp"
#include "population/fact_base.hpp"
#include "register/use.hpp"
#include "register/viewer.hpp"

namespace yuanqu::population {

struct FactUsed {
  RecordId record = 0;
  const Kind* kind = nullptr;
  const Field* field = nullptr;
  std::optional<register_::Fact> fact;  // nullopt: null for `reason`
  register_::NullReason reason = register_::NullReason::None;
  std::string path;          // "Enterprise.annual returns.revenue"
  journal::FileId file = 0;  // whose the record is: who may see the fact goes by this, not by the subject's file
};

struct Built {
  std::optional<base::Date> until;        // first later day on which what was read could differ
  std::vector<FactUsed>* used = nullptr;  // filled when given
  // Who the value is for: what this viewer may not read in full in that record's file is null in it. nullptr: the house
  // itself.
  const register_::Viewer* viewer = nullptr;
  void lower(std::optional<base::Date> day) {
    if (day && (!until || *day < *until)) until = day;
  }
};

// What a change touched of a record: the fields whose facts it put, replaced or took away.
struct Touched {
  bool whole = false;  // it is new, was closed, opened, merged or parted, or known from another day on: whoever reads
                       // anything of it
  std::vector<register_::FieldNumber> fields;  // ascending
  bool any(const Field& field) const { return whole || std::binary_search(fields.begin(), fields.end(), field.number); }
};
// `before` nullptr: it is new.
Touched touched_by(const FactBase& facts, const RecordState* before, const RecordState& after);

class Projection {
 public:
  // `type` nullptr or without members: every plain field, references with their plain fields, child lists with theirs.
  // A member that is neither a field, a child list nor one of `from`, `findings`, `id` is refused with what there is.
  // `use`: for what the facts are read; what its sources do not allow, or have not delivered yet, reads as null with
  // that reason.
  static base::Result<Projection> make(const Catalogue& catalogue, const Kind& kind, const feel::TypePointer& type,
                                       std::shared_ptr<const register_::Use> use = nullptr);
  // A field this projection names although no source of it allows the use: such a decision is refused before it runs.
  base::Result<void> check_use(const Catalogue& catalogue) const;

  feel::Value build(const FactBase& facts, const RecordState& state, base::Date day, Built& built) const;

  // Kinds this projection reads below the subject, each with the way back to it: used to find the subjects a change
  // concerns.
  std::vector<RecordId> subjects_of(const FactBase& facts, const RecordState& changed, const Touched& touched) const;
  bool reads(const Kind& kind) const;
  // Of the fields this projection reads: what a value made from it carries. References to a record count as their field
  // does.
  register_::FieldClass strictest_class() const;
  bool reads_personal_of_individuals() const;  // some field that is personal data in an individual's file
  std::vector<std::pair<const Kind*, const Field*>> fields() const;  // each once
  const Kind& kind() const { return *nodes_.front().kind; }

 private:
  struct Member {
    enum class What { Field, Reference, Children, From, Findings, Id, Title } what = What::Field;
    feel::String name;
    const Field* field = nullptr;  // Field, Reference, Title
    const Kind* child = nullptr;   // Children
    const Field* child_field = nullptr;
    std::size_t nested = 0;  // Reference, Children: node
    struct Source {
      feel::String name;
      register_::SourceNumber number = 0;
      std::vector<std::pair<feel::String, const Field*>> fields;
    };
    std::vector<Source> sources;  // From
  };
  struct Node {
    const Kind* kind = nullptr;
    std::size_t parent = 0;
    const Field* by = nullptr;  // the reference field between this node and its parent
    bool is_child = false;  // true: `by` is a field of this node naming the parent; false: of the parent naming this
    std::vector<Member> members;
    bool reads_any(const Touched& touched) const;
  };
  std::set<RecordId> above(const FactBase& facts, std::set<RecordId> level, std::size_t node) const;

  base::Result<std::size_t> add_node(const Catalogue& catalogue, const Kind& kind, const feel::TypePointer& type,
                                     Node node, int depth);
  base::Result<Member> member_of(const Catalogue& catalogue, const Kind& kind, const std::string& name,
                                 const feel::TypePointer& type, std::size_t self, int depth);
  feel::Value build_node(const FactBase& facts, const RecordState& state, base::Date day, Built& built,
                         std::size_t node, const std::string& path) const;
  feel::Value build_member(const FactBase& facts, const RecordState& state, base::Date day, Built& built,
                           const Node& node, const Member& member, const std::string& path) const;

  bool list_is_incomplete(const FactBase& facts, const RecordState& state, base::Date day, Built& built,
                          const Member& member, const std::vector<StatePointer>& children) const;

  std::shared_ptr<const register_::Use> use_;
  std::vector<Node> nodes_;
};

}  // namespace yuanqu::population
