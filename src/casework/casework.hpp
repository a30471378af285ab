#pragma once
// Casework: running procedures. A case is opened inside the caller's transaction (a duty, a request); from then on
// every step is one transaction of its own that holds the step's effects, the token's move and the next jobs together.
// Nothing of a case lives only in memory: kill the process between any two commits and run_jobs() goes on where the
// last commit ended, each step's effects once.
//
//   open ──► job "start" ──► plan ──► job at a service or rule task ──► … ──► task before a person / timer / change
//   awaited ──► … ──► end
//
// Facts for a step are read before its transaction; the transaction checks that the case has not moved since (version)
// and that the job is still as it was, otherwise the step is worked out again. A service that changes facts is followed
// by a fresh reading before anything over the subject is evaluated. A step that fails is tried again later when the
// reason may pass (Unavailable, Conflict), else the case stops with the reason in its timeline until resume().
//
// Tables: casework_case, casework_task, casework_timer, casework_wait, casework_job, casework_event, casework_number,
// casework_procedure, casework_ledger, casework_rung, casework_material. Safe from every thread; jobs are run by one
// thread at a time.

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "bpmn/migration.hpp"
#include "casework/case.hpp"
#include "casework/knowledge.hpp"
#include "casework/procedures.hpp"
#include "casework/service.hpp"
#include "journal/journal.hpp"
#include "notice/notices.hpp"
#include "register/accounts.hpp"
#include "register/register.hpp"

namespace yuanqu::casework {

struct Situation;
struct Plan;

struct OpenRequest {
  std::string procedure;  // id
  std::string origin;     // unique: "duty 17"; the same origin answers the first case
  journal::RecordId subject = 0;
  std::string service;  // service item; may be empty
  std::int64_t duty = 0;
  int budget_working_days = 0;  // 0: no deadline
  feel::Value variables;        // context; set from the start
  std::int64_t actor = 0;       // account; 0: the house
  std::string actor_name;
  std::string reason_zh;  // why it is opened, for the timeline
  std::string reason_en;
  std::string evidence;  // JSON; may be empty
  std::string title{};   // of a case that is about no record
  std::int64_t parent = 0;
  std::uint64_t parent_token = 0;
};

struct CaseQuery {
  journal::FileId file = 0;  // 0, empty: any
  journal::RecordId subject = 0;
  std::string procedure;
  std::string service;
  std::int64_t duty = 0;
  std::string category;
  // Open cases in which a task is the applicant's, or the clock stands still for what they owe; nothing: any.
  std::optional<bool> waits_for_applicant;
  std::optional<base::Date> due_before;  // open cases due before this day
  std::int64_t parent = 0;
  std::vector<CaseState> states;  // empty: any
  std::int64_t before = 0;        // id: page on; newest first
  std::size_t limit = 50;
};

struct TaskQuery {
  bool mine = false;  // claimed by the viewer
  bool free = false;  // nobody has it
  bool open_only = true;
  std::int64_t case_id = 0;
  journal::FileId file = 0;
  std::optional<base::Date> due_until;
  std::optional<base::Date> due_from;
  std::string category;    // of the case
  std::int64_t after = 0;  // id of the last task of the page before; order is by due day, then age
  std::size_t limit = 50;
};

struct TaskItem {
  Task task;
  Case of;
};

// A step a task may go back to.
struct EarlierStep {
  std::uint64_t token = 0;  // names it in send_back
  std::string element;
  std::uint32_t index = 0;  // one of several times; 0: the step, or the whole of it
  Label labels;
  std::string done_by;
};

// What is asked of others before a task goes on.
struct Question {
  Purpose purpose = Purpose::Countersign;  // Correction: of the one the case is about
  std::string role;                        // countersign: a post …
  std::int64_t account = 0;                // … or somebody by name
  std::string account_name;
  std::string text;
  int working_days = 0;  // 0: no deadline
};

// Moving an open case to the installed version of its procedure: what would be, were it moved now.
struct Migration {
  std::string from_version, to_version;
  std::string from_hash, to_hash;
  struct Element {
    std::string id;
    Label labels;
    std::string_view kind;  // bpmn::name_of, or "sequence_flow"
    std::string role;       // user task: whose it is, as written in the model
  };
  struct Place {
    Element before;
    std::optional<Element> after;      // nothing: the new version has no counterpart
    std::vector<std::string> choices;  // ids among `steps` that fit
  };
  std::vector<Place> places;   // where the case stands: what waits, and what else needs or was given another name
  std::vector<Element> steps;  // of the new version: what any place may become
  std::optional<base::Error> obstacle;
};

class Casework final : public journal::Participant {
 public:
  Casework(journal::Journal& journal, register_::Register& records, std::shared_ptr<const Procedures> procedures,
           Knowledge& knowledge, const base::Clock& clock);
  ~Casework() override;

  // Before jobs are run. Names are those of `urn:yuanqu:service:NAME`.
  void add_service(std::string name, Service service);
  // Service tasks of the installed procedures nobody offers.
  std::vector<base::Error> missing_services() const;
  const Procedures& procedures() const { return *procedures_; }

  // ---- opening and the day
  base::Result<std::int64_t> open(journal::Transaction& transaction, const OpenRequest& request);  // the case's id
  base::Result<std::int64_t> open(const OpenRequest& request);
  // By a person: the procedure must be open to one of the viewer's posts (openedBy); `values` answers the form of its
  // start event. `subject` 0: about no record; `about` is then its title. All faults come back.
  base::Result<std::int64_t> open_by_hand(const register_::Viewer& viewer, const OpenRequest& request,
                                          std::string_view values, std::vector<base::Error>* faults = nullptr);
  // Procedures the viewer may open by hand for a record of this kind (nullptr: about no record).
  std::vector<std::shared_ptr<const Procedure>> openable(const register_::Viewer& viewer,
                                                         const register_::Kind* kind) const;
  // The form of a procedure's start event; empty when it has none.
  base::Result<std::string> start_form(const Procedure& procedure) const;
  // Timers due on or before this day become jobs, in the order of their days, and escalations due are sent, each once,
  // however long nobody looked. Answers how many.
  base::Result<std::size_t> advance(journal::Transaction& transaction, base::Date day);
  base::Result<std::size_t> advance(base::Date day);

  // ---- running
  // Works off up to `limit` jobs that are due, of different cases, committing them together. Answers how many were due.
  base::Result<std::size_t> run_jobs(std::size_t limit = 128);
  // Until no job is due; at most `rounds_max` rounds.
  base::Result<void> settle(std::size_t rounds_max = 10000);
  // When the next job that waits becomes due; nullopt when none waits.
  base::Result<std::optional<std::int64_t>> next_job_at_ms();
  // Called after every commit that left a job, on the writer thread: wakes whoever runs jobs.
  void on_work(std::function<void()> wake);
  // Escalations and moved deadlines are told here. Before jobs are run.
  void tell_with(notice::Notices& notices) { notices_ = &notices; }
  // The name an account is shown by: steps in the name of somebody who is away are their deputy's. Before jobs are run.
  void know_people(std::function<std::string(std::int64_t account)> name_of) { name_of_account_ = std::move(name_of); }
  // Called in the transaction that closes a case (completed or cancelled); an error refuses the step. Before jobs are
  // run.
  void on_closed(std::function<base::Result<void>(journal::Transaction&, const Case&)> handler) {
    on_closed_ = std::move(handler);
  }
  // Called after a commit that changed a case, on the writer thread; must be short. Before jobs are run.
  void on_change(std::function<void(std::int64_t case_id)> listener) { on_change_ = std::move(listener); }

  // ---- reading
  base::Result<std::vector<Case>> list(const register_::Viewer& viewer, const CaseQuery& query);
  base::Result<std::int64_t> count(const register_::Viewer& viewer,
                                   const CaseQuery& query);  // ignoring before and limit
  base::Result<Case> find(const register_::Viewer& viewer, std::int64_t case_id);
  base::Result<Case> find_by_number(const register_::Viewer& viewer, std::string_view number);
  base::Result<CaseDetail> detail(const register_::Viewer& viewer, std::int64_t case_id);
  base::Result<std::vector<TaskItem>> worklist(const register_::Viewer& viewer, const TaskQuery& query);
  base::Result<std::int64_t> count(const register_::Viewer& viewer, const TaskQuery& query);
  base::Result<TaskItem> task(const register_::Viewer& viewer, std::int64_t task_id);
  // Whether the viewer may read what the case found, as far as `detail` tells it: who works on such cases, whose file
  // it is, or who may read every outcome the case rests on.
  bool knows_findings(const register_::Viewer& viewer, const CaseDetail& detail, const bpmn::Process& process);
  // The form's JSON Schema; empty when the task has none.
  base::Result<std::string> form(const TaskItem& item);
  // How people read the names of what the task is given; the names of the model where it gives no labels.
  base::Result<std::vector<std::pair<std::string, Label>>> given_labels(const TaskItem& item);
  // Whether the viewer may work on the task (its post, person and file); says nothing about its state.
  bool may_work(const register_::Viewer& viewer, const TaskItem& item) const;
  // That the viewer did not do the step which, by the model's notBy, must be another person's: who proposes does not
  // confirm.
  base::Result<void> check_another(const register_::Viewer& viewer, const TaskItem& item);

  // ---- messages and signals
  // A message goes to the longest waiting case of the file (or to the one case), a signal to all that wait for it.
  // Answers how many received it.
  base::Result<std::int64_t> tell(journal::Transaction& transaction, bpmn::EventKind kind, const std::string& name,
                                  journal::FileId file, std::int64_t case_id, const feel::Value& content);
  base::Result<std::int64_t> send_message(const register_::Viewer& viewer, std::int64_t case_id,
                                          const std::string& name, std::string_view content);

  // ---- people
  base::Result<TaskItem> claim(const register_::Viewer& viewer, std::int64_t task_id);
  base::Result<TaskItem> release(const register_::Viewer& viewer, std::int64_t task_id);
  // `values` is a JSON object, checked against the task's form; all faults come back. Claims the task if nobody has.
  base::Result<TaskItem> complete(const register_::Viewer& viewer, std::int64_t task_id, std::string_view values,
                                  const std::string& comment, std::vector<base::Error>* faults = nullptr);
  base::Result<void> comment(const register_::Viewer& viewer, std::int64_t case_id, const std::string& text);
  // A file uploaded by the viewer (its hash and name), for a step or (task 0) for the case: by whoever handles cases or
  // whom the case is about, while it is open.
  base::Result<void> attach(const register_::Viewer& viewer, std::int64_t case_id, std::int64_t task_id,
                            const Material& file);
  base::Result<Material> material(const register_::Viewer& viewer, std::int64_t case_id, std::int64_t number);
  base::Result<Case> cancel(const register_::Viewer& viewer, std::int64_t case_id, const std::string& reason);
  base::Result<Case> resume(const register_::Viewer& viewer, std::int64_t case_id);  // tries stopped steps again

  // Going back (docs/procedures.md): the task and what rests on the earlier step is withdrawn, the step is put again
  // before whoever did it, with what was answered then.
  base::Result<std::vector<EarlierStep>> earlier_steps(const register_::Viewer& viewer, std::int64_t task_id);
  base::Result<Case> send_back(const register_::Viewer& viewer, std::int64_t task_id, std::uint64_t past_token,
                               const std::string& reason);
  // The viewer takes back what they did last, while nobody has worked on what followed.
  base::Result<Case> take_back(const register_::Viewer& viewer, std::int64_t task_id, const std::string& reason);
  bool may_take_back(const register_::Viewer& viewer, const TaskItem& item);
  // The one the case is about withdraws it, where the procedure allows.
  base::Result<Case> withdraw(const register_::Viewer& viewer, std::int64_t case_id, const std::string& reason);
  // A side task; the main one waits for its answer. A correction makes the clock stand still ("material").
  base::Result<TaskItem> ask(const register_::Viewer& viewer, std::int64_t task_id, const Question& question);
  // Hands a task to somebody who may see the case; who handed it over is kept.
  base::Result<TaskItem> assign(const register_::Viewer& viewer, std::int64_t task_id, const register_::Viewer& to,
                                const std::string& reason);
  // Everything `from` has in hand, and every open step named to that person, to `to`, inside a larger hand-over; who
  // handed it over is kept. Answers how many tasks moved. Who may do so is asked by the caller.
  base::Result<std::int64_t> hand_over(journal::Transaction& transaction, const register_::Viewer& viewer,
                                       const register_::Account& from, const register_::Account& to,
                                       const std::string& reason);

  // ---- clocks
  base::Result<Case> pause_clock(const register_::Viewer& viewer, std::int64_t case_id, const std::string& reason,
                                 const std::string& note);
  base::Result<Case> resume_clock(const register_::Viewer& viewer, std::int64_t case_id, const std::string& reason);
  // Within what the procedure allows in all.
  base::Result<Case> extend(const register_::Viewer& viewer, std::int64_t case_id, int working_days,
                            const std::string& reason);
  // Works out anew every due day that was counted with another calendar version; who is concerned is told of each that
  // moved. Answers how many moved.
  base::Result<std::size_t> recount();

  // ---- versions
  base::Result<Migration> migration_of(const register_::Viewer& viewer, std::int64_t case_id,
                                       const bpmn::Renamed& renamed = {});
  base::Result<Case> migrate(const register_::Viewer& viewer, std::int64_t case_id, const std::string& to_hash,
                             const bpmn::Renamed& renamed = {});

  std::string_view name() const override { return "casework"; }
  base::Result<void> create_tables(journal::Database& database) override;
  base::Result<void> apply(journal::Transaction& transaction, std::span<const journal::StoredChange> changes) override;

 private:
  struct Job;
  struct Ready;
  friend class Steps;

  base::Result<std::shared_ptr<const Procedure>> procedure_of(const Case& current);
  base::Result<base::Date> today() const;
  base::Result<Situation> situation_of(std::int64_t case_id);
  base::Result<journal::Work> prepare_job(const Job& job);
  base::Result<void> record_failure(const Job& job, const base::Error& error);
  void wake_after(journal::Transaction& transaction);
  void tell_after(journal::Transaction& transaction, std::int64_t case_id);
  base::Result<void> write_step(journal::Transaction& transaction, const Situation& situation, const Plan& plan);
  base::Result<Case> visible(const register_::Viewer& viewer, std::int64_t case_id);
  base::Result<void> summarise(const register_::Viewer& viewer, Case& one);
  base::Result<std::vector<TaskItem>> worklist_rows(const register_::Viewer& viewer, const TaskQuery& query);
  base::Result<void> answer_side(const register_::Viewer& viewer, const TaskItem& item, const feel::Value& answers,
                                 const std::string& comment);
  base::Result<TaskItem> change_assignee(const register_::Viewer& viewer, std::int64_t task_id, bool claim);
  // Plans outside, writes inside a transaction, again when the case moved meanwhile.
  base::Result<void> move(
      const register_::Viewer& viewer, std::int64_t case_id,
      const std::function<base::Result<Plan>(const Situation&)>& make,
      const std::function<base::Result<void>(journal::Transaction&, const Situation&, Plan&)>& before = {},
      const std::function<base::Result<void>(journal::Transaction&)>& after = {});
  // Ends an open case without its procedure; what it was to do is not done.
  base::Result<Case> end(const register_::Viewer& viewer, std::int64_t case_id, const Label& outcome, const Label& line,
                         const std::string& reason);
  base::Result<void> write_calls(journal::Transaction& transaction, const Situation& situation, const Plan& plan);
  base::Result<void> close(journal::Transaction& transaction, const Situation& situation, const Plan& plan);
  base::Result<std::size_t> escalate(journal::Transaction& transaction, base::Date day);
  base::Result<void> tell_moved(journal::Transaction& transaction, const Case& before);
  base::Result<void> note(journal::Transaction& transaction, std::int64_t case_id, Event event,
                          const register_::Viewer& viewer);
  base::Result<void> recount_one(journal::Transaction& transaction, std::int64_t case_id);
  std::vector<std::string> names_for(const register_::Viewer& viewer) const;
  bool is_staff(const register_::Viewer& viewer) const;
  bool acts(const register_::Viewer& viewer) const;

  journal::Journal& journal_;
  register_::Register& records_;
  std::shared_ptr<const Procedures> procedures_;
  Knowledge& knowledge_;
  const base::Clock& clock_;
  std::map<std::string, Service, std::less<>> services_;
  std::mutex wake_lock_;  // held while waking, so that whoever takes its ear away is not woken after that
  std::function<void()> wake_;
  std::function<base::Result<void>(journal::Transaction&, const Case&)> on_closed_;
  std::function<void(std::int64_t)> on_change_;
  std::function<std::string(std::int64_t)> name_of_account_;
  notice::Notices* notices_ = nullptr;
  std::set<std::string, std::less<>> applicant_posts_;  // of people who see their own files only
  std::mutex cache_lock_;
  std::map<std::string, std::shared_ptr<const Procedure>, std::less<>> by_hash_;
  std::vector<std::uint32_t> awaited_kinds_;  // of the installed procedures and of the cases that run an older version
};

}  // namespace yuanqu::casework
