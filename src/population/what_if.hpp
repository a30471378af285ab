#pragma once
// WhatIf: the facts one decision reads of one record, copied, so that it can be asked "and if this were different?"
// without touching the zone's facts. What is changed counts as told by the most trusted source on the day asked. Not
// thread-safe; keeps no reference to the fact base it was made from.

#include <memory>
#include <string>
#include <vector>

#include "population/assessor.hpp"

namespace yuanqu::population {

// One field of one record the decision read.
struct Leaf {
  RecordId record = 0;
  const Kind* kind = nullptr;
  const Field* field = nullptr;
  std::string path;                     // "Enterprise.annual returns.revenue"
  std::optional<register_::Fact> fact;  // nullopt: null for `reason`
  register_::NullReason reason = register_::NullReason::None;
  bool key = false;          // part of the key that identifies the record: what it is about, not what it says
  journal::FileId file = 0;  // whose the record is: who may see it goes by this
  const register_::Value& value() const;
};

struct LeafChange {
  std::size_t leaf = 0;
  register_::Value value;
};

class WhatIf {
 public:
  WhatIf(Assessor& assessor, const DecisionProgram& program, const FactBase& facts, const RecordState& subject,
         base::Date day);

  const std::vector<Leaf>& leaves() const { return leaves_; }
  // Kinds whose lists read as null because a source is late with them.
  const std::vector<const Kind*>& late() const { return late_; }
  const Assessment& now() const { return now_; }
  const Detail& detail() const { return detail_; }  // its facts are the leaves; the list of facts is empty
  const DecisionProgram& program() const { return program_; }
  base::Date day() const { return day_; }
  const RecordState& subject() const { return *facts_.find(subject_); }
  const FactBase& facts() const { return facts_; }

  Assessment with(const std::vector<LeafChange>& changes, Detail* detail = nullptr);
  // As if these records existed as well (ids of their own, negative).
  Assessment with_records(const std::vector<RecordState>& added, Detail* detail = nullptr);
  // As if no source were late; consents stay as they are.
  Assessment as_if_delivered(Detail* detail = nullptr);
  std::size_t evaluations() const { return evaluations_; }

 private:
  void copy(const FactBase& from, const RecordState& subject, const Detail& detail);
  void copy_sources(const FactBase& from);
  void put_all(FactBase& into, bool schedules) const;

  Assessor& assessor_;
  const DecisionProgram& program_;
  base::Date day_;
  RecordId subject_;
  FactBase facts_;
  Assessment now_;
  Detail detail_;
  std::vector<Leaf> leaves_;
  std::vector<const Kind*> late_;
  std::size_t evaluations_ = 0;
};

// The state with one field as told, on that day, by the source the field trusts most.
RecordState with_value(RecordState state, const Field& field, register_::Value value, base::Date day);

}  // namespace yuanqu::population
