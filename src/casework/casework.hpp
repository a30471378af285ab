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
// Tables: casework_case, casework_task, casework_timer, casework_job, casework_event, casework_number,
// casework_procedure. Safe from every thread; jobs are run by one thread at a time.

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "casework/case.hpp"
#include "casework/knowledge.hpp"
#include "casework/procedures.hpp"
#include "casework/service.hpp"
#include "journal/journal.hpp"
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
};

struct CaseQuery {
  journal::FileId file = 0;  // 0, empty: any
  journal::RecordId subject = 0;
  std::string procedure;
  std::string service;
  std::int64_t duty = 0;
  std::vector<CaseState> states;  // empty: any
  std::int64_t before = 0;        // id: page on; newest first
  std::size_t limit = 50;
};

struct TaskQuery {
  bool mine = false;  // claimed by the viewer
  bool open_only = true;
  std::int64_t case_id = 0;
  journal::FileId file = 0;
  std::optional<base::Date> due_until;
  std::int64_t after = 0;  // id of the last task of the page before; order is by due day, then age
  std::size_t limit = 50;
};

struct TaskItem {
  Task task;
  Case of;
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
  // Timers due on or before this day become jobs, in the order of their days, each once, however long nobody looked.
  // Answers how many.
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
  // The form's JSON Schema; empty when the task has none.
  base::Result<std::string> form(const TaskItem& item);
  // Whether the viewer may work on the task (its post, person and file); says nothing about its state.
  bool may_work(const register_::Viewer& viewer, const TaskItem& item) const;

  // ---- people
  base::Result<TaskItem> claim(const register_::Viewer& viewer, std::int64_t task_id);
  base::Result<TaskItem> release(const register_::Viewer& viewer, std::int64_t task_id);
  // Every task somebody works on goes to the successor; answers how many.
  base::Result<std::int64_t> hand_over(journal::Transaction& transaction, std::int64_t from, std::int64_t to,
                                       const std::string& to_name);
  // `values` is a JSON object, checked against the task's form; all faults come back. Claims the task if nobody has.
  base::Result<TaskItem> complete(const register_::Viewer& viewer, std::int64_t task_id, std::string_view values,
                                  const std::string& comment, std::vector<base::Error>* faults = nullptr);
  base::Result<void> comment(const register_::Viewer& viewer, std::int64_t case_id, const std::string& text);
  base::Result<Case> cancel(const register_::Viewer& viewer, std::int64_t case_id, const std::string& reason);
  base::Result<Case> resume(const register_::Viewer& viewer, std::int64_t case_id);  // tries stopped steps again

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
  base::Result<TaskItem> change_assignee(const register_::Viewer& viewer, std::int64_t task_id, bool claim);

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
  std::mutex cache_lock_;
  std::map<std::string, std::shared_ptr<const Procedure>, std::less<>> by_hash_;
  std::vector<std::uint32_t> awaited_kinds_;  // of the installed procedures and of the cases that run an older version
};

}  // namespace yuanqu::casework
