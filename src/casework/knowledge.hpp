#pragma once
// Knowledge: what casework asks about records and rules, and does not know itself. app answers it with the population.
// Both questions are asked outside transactions and must answer with everything that was durable when they were asked.

#include <memory>
#include <string>
#include <vector>

#include "base/date.hpp"
#include "base/error.hpp"
#include "base/working_days.hpp"
#include "bpmn/model.hpp"
#include "feel/context_scope.hpp"
#include "journal/journal.hpp"
#include "register/viewer.hpp"

namespace yuanqu::casework {

// The record a case is about, as FEEL sees it on a day: its fields, references read through, child lists.
struct Subject {
  journal::RecordId record = 0;
  journal::FileId file = 0;
  std::uint32_t kind = 0;
  std::string title;
  feel::NamedValue value;  // named as the kind is in FEEL
};

struct Ruling {
  feel::Value value;
  std::string
      evidence;  // JSON: model, matched rules, facts used, conditions (schema Explanation of the HTTP interface)
};

// What days are counted by at one moment.
struct WorkingDays {
  std::shared_ptr<const base::Calendar> calendar;  // never null
  std::string version;                             // another text whenever a day means something else
};

class Knowledge {
 public:
  virtual ~Knowledge() = default;
  virtual base::Result<Subject> subject(journal::RecordId record, base::Date day) = 0;
  // `names` are the variables of the case; inputs of the decision beyond the subject are taken from them by name.
  virtual base::Result<Ruling> decide(const bpmn::Decision& decision, journal::RecordId subject, base::Date day,
                                      const feel::ContextScope& names) = 0;
  virtual WorkingDays working_days() = 0;
  // Whether somebody may read what that decision says of records of a file; of one nobody knows any more: no.
  virtual bool may_read_outcome(const register_::Viewer& viewer, const bpmn::Decision& decision,
                                journal::FileId file) = 0;
};

}  // namespace yuanqu::casework
