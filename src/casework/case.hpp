#pragma once
// A case, its tasks and its timeline, as stored and as read.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/date.hpp"
#include "bpmn/engine.hpp"
#include "feel/value.hpp"
#include "journal/journal.hpp"
#include "pack/pack.hpp"

namespace yuanqu::casework {

using pack::Label;

// Running: the house is about to do the next step. Waiting: for a person, a day or a change. Stopped: a step failed and
// somebody must look (the timeline says why). Completed and cancelled are final.
enum class CaseState : std::uint8_t { Running = 1, Waiting = 2, Stopped = 3, Completed = 4, Cancelled = 5 };
std::string_view name_of(CaseState state);

struct Case {
  std::int64_t id = 0;
  std::string number;             // "BJ-2026-000001"
  std::string procedure;          // id
  std::string procedure_version;  // as written in the file
  std::string procedure_hash;     // of the file: the version this case keeps
  Label labels;                   // of the procedure
  std::string service;            // service item; may be empty
  std::int64_t duty = 0;          // that opened it; 0: none
  std::string origin;             // unique: the same origin never opens a second case
  std::uint32_t kind = 0;         // of the subject
  journal::RecordId subject = 0;
  journal::FileId file = 0;
  std::string title;      // of the subject
  std::string summary{};  // what the procedure says in one line, in lists for those who handle cases; not stored
  CaseState state = CaseState::Running;
  base::Date opened_on;
  std::int64_t opened_at_ms = 0;
  int budget_working_days = 0;    // with its extensions; 0: no deadline counted in working days
  int extended_working_days = 0;  // of these, by extension
  std::optional<base::Date>
      due_on;                    // derived from the budget, the ledger and the calendar, or fixed; none while suspended
  bool due_provisional = false;  // counted past the published calendar
  bool due_fixed = false;        // a day somebody set
  std::string pause;             // why the clock stands still ("material"); empty: it runs
  std::string category;          // of the procedure
  std::int64_t parent = 0;       // case that called this one
  std::uint64_t parent_token = 0;
  bool applicant = false;  // somebody outside the zone's staff has a task
  std::optional<base::Date> closed_on;
  Label outcome;             // empty until closed: the name of the end event
  std::int64_t version = 0;  // raised by every step
};

enum class TaskState : std::uint8_t { Open = 1, Claimed = 2, Done = 3, Withdrawn = 4 };
std::string_view name_of(TaskState state);

// What a task asks for. Side tasks hang on a main one, which cannot be completed while they are open.
enum class Purpose : std::uint8_t { Step = 0, Countersign = 1, Correction = 2 };
std::string_view name_of(Purpose purpose);

struct Task {
  std::int64_t id = 0;
  std::int64_t case_id = 0;
  std::uint64_t token = 0;
  std::string element;
  Label labels;
  std::string role;
  std::string department;
  std::string person;
  std::string form;  // path in the pack
  TaskState state = TaskState::Open;
  std::int64_t assignee = 0;  // account; 0: nobody
  std::string assignee_name;
  base::Date opened_on;
  std::int64_t opened_at_ms = 0;
  int budget_working_days = 0;  // 0: no deadline
  std::optional<base::Date> due_on;
  bool due_provisional = false;
  Purpose purpose = Purpose::Step;
  std::int64_t parent = 0;        // side task: of which task
  std::string asked;              // side task: what is asked
  std::string asked_by;           // … and by whom; of a delegated task: who handed it over
  bool applicant = false;         // for somebody outside the zone's staff
  std::int64_t closed_at_ms = 0;  // done or withdrawn
  std::int64_t closed_by = 0;
  feel::Value given;   // context of the inputs: what the person is shown
  feel::Value values;  // what the person answered; null until done
  std::string comment;
};

// One line of a case's story. `evidence` is JSON or empty.
struct Event {
  std::int64_t sequence = 0;  // within the case, from 1
  std::int64_t at_ms = 0;
  base::Date day;
  std::string type;  // "opened", "decided", "performed", "task_offered", "task_claimed", "task_released", "task_done",
                     // "commented", "timer_set", "timer_fired", "change_seen", "withdrawn", "stopped", "resumed",
                     // "completed", "cancelled", "returned", "taken_back", "asked", "answered", "assigned",
                     // "clock_paused", "clock_resumed", "extended", "escalated", "due_changed", "told", "called",
                     // "attached", "migrated"
  std::string element;
  std::int64_t actor = 0;  // account; 0: the house
  std::string actor_name;
  std::string zh;
  std::string en;
  std::string reason;
  std::string evidence;
  std::int64_t paper = 0;
};

struct TokenView {
  std::string element;
  std::uint64_t number = 0;
  std::optional<base::Date> due;  // of a timer
};

// A line of the ledger of a case's clock.
struct LedgerLine {
  std::int64_t number = 0;
  std::string reason;  // "material", "hearing", "review" …; of an extension the reason given
  base::Date from;
  std::optional<base::Date> to;  // suspension: nullopt while open
  int days = 0;                  // extension: by how many working days; 0: a suspension
  std::string actor_name;
  std::string note;
};

// A file somebody attached to a case.
struct Material {
  std::int64_t number = 0;  // within the case, from 1
  std::int64_t task = 0;    // 0: to the case as a whole
  std::string hash;         // SHA-256
  std::uint64_t size = 0;
  std::string format;  // told by its bytes: "pdf" …
  std::string name;    // as the sender calls it
  std::string actor_name;
  base::Date day;
};

struct CaseClock {
  std::int64_t used = 0;  // working days
  std::int64_t left = 0;
  bool suspended = false;
  std::vector<LedgerLine> ledger;
  std::string calendar;  // version the due day was counted with
};

struct CaseDetail {
  Case summary;
  std::vector<TokenView> tokens;
  std::vector<Task> tasks;           // in the order they were offered
  std::vector<Material> materials;   // in the order they came
  std::vector<Event> timeline;       // oldest first
  std::vector<std::string> visited;  // element ids in the order they were passed
  std::string bpmn_xml;              // of the version the case keeps
  feel::Value variables;             // context
  CaseClock clock;
  // What the case found rests on data this viewer may not read: only how it went is told. Without variables, what
  // people were shown and answered, evidence, and what was said in words.
  bool withheld = false;
};

}  // namespace yuanqu::casework
