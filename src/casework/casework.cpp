#include "casework/casework.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "casework/loops.hpp"
#include "casework/rows.hpp"

namespace yuanqu::casework {

using base::ErrorCode;
using base::fail;
using base::Result;
using journal::Database;
using journal::Transaction;

feel::Value Call::input(std::string_view name) const {
  if (!inputs.is(feel::Kind::Context)) return {};
  const feel::Value* found = inputs.context().find(name);
  return found == nullptr ? feel::Value() : *found;
}

Casework::Casework(journal::Journal& journal, register_::Register& records,
                   std::shared_ptr<const Procedures> procedures, Knowledge& knowledge, const base::Clock& clock)
    : journal_(journal), records_(records), procedures_(std::move(procedures)), knowledge_(knowledge), clock_(clock) {
  for (const auto& [id, procedure] : procedures_->all()) by_hash_.emplace(procedure->hash, procedure);
  const auto permissions = records_.permissions();
  if (permissions == nullptr) return;
  for (const register_::Post& post : permissions->posts()) {
    const bool sees_others =
        std::any_of(post.rules.begin(), post.rules.end(), [](const register_::PermissionRule& rule) {
          const bool internal = (rule.classes & (1u << static_cast<unsigned>(register_::FieldClass::Internal))) != 0;
          return !rule.own_only && !rule.by_consent && internal;
        });
    if (!sees_others) applicant_posts_.insert(post.name);
  }
}

bool Casework::is_staff(const register_::Viewer& viewer) const {
  if (viewer.is_system()) return true;
  const auto posts = viewer.posts();
  return std::any_of(posts.begin(), posts.end(),
                     [&](const register_::Post* post) { return !applicant_posts_.contains(post->name); });
}

bool Casework::acts(const register_::Viewer& viewer) const {
  if (viewer.is_system()) return true;
  for (const register_::Post* post : viewer.posts()) {
    for (const register_::PermissionRule& rule : post->rules) {
      if ((rule.may & static_cast<std::uint8_t>(register_::May::Write)) != 0) return true;
    }
  }
  return false;
}

Casework::~Casework() = default;

void Casework::add_service(std::string name, Service service) {
  services_.insert_or_assign(std::move(name), std::move(service));
}

void Casework::on_work(std::function<void()> wake) {
  std::lock_guard lock(wake_lock_);
  wake_ = std::move(wake);
}

std::vector<base::Error> Casework::missing_services() const {
  std::vector<base::Error> missing;
  for (const auto& [id, procedure] : procedures_->all()) {
    for (const bpmn::Node& node : procedure->process.nodes) {
      if (node.service.empty() || services_.contains(node.service)) continue;
      missing.push_back({ErrorCode::Unsupported,
                         "没有名为“" + node.service + "”的服务，请核对服务任务。",
                         "No service is called \"" + node.service + "\"; check the service task.",
                         {.file = procedure->place, .row = node.line, .rule = node.id}});
    }
  }
  return missing;
}

Result<void> Casework::create_tables(Database& database) {
  if (auto created = rows::create(database); !created) return created;
  for (const auto& [id, procedure] : procedures_->all()) {
    for (const bpmn::Node& node : procedure->process.nodes) {
      for (const std::string& name : node.completed_by_changes) {
        if (const register_::Kind* kind = records_.catalogue().kind(name)) awaited_kinds_.push_back(kind->number);
      }
    }
  }
  auto older = database.prepare("SELECT DISTINCT awaits_kind FROM casework_task WHERE state < 3 AND awaits_kind <> 0");
  if (!older) return tl::unexpected(older.error());
  while (true) {
    auto row = older->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) break;
    if (older->integer(0) != rows::awaits_several) {
      awaited_kinds_.push_back(static_cast<std::uint32_t>(older->integer(0)));
      continue;
    }
    for (const register_::Kind* kind : records_.catalogue().kinds()) awaited_kinds_.push_back(kind->number);
  }
  std::sort(awaited_kinds_.begin(), awaited_kinds_.end());
  awaited_kinds_.erase(std::unique(awaited_kinds_.begin(), awaited_kinds_.end()), awaited_kinds_.end());
  return {};
}

// A change of an awaited kind in a file where a task waits for it asks for a look, in the change's own transaction.
Result<void> Casework::apply(Transaction& transaction, std::span<const journal::StoredChange> changes) {
  bool asked = false;
  for (const journal::StoredChange& change : changes) {
    if (!std::binary_search(awaited_kinds_.begin(), awaited_kinds_.end(), change.kind)) continue;
    auto waiting = transaction.database().prepare(
        "SELECT case_id, token FROM casework_task WHERE file = ? AND awaits_kind IN (?, ?) AND awaits_kind <> 0 AND "
        "state < 3");
    if (!waiting) return tl::unexpected(waiting.error());
    waiting->bind_all(change.file, change.kind, rows::awaits_several);
    std::vector<rows::StoredJob> jobs;
    while (true) {
      auto row = waiting->step();
      if (!row) return tl::unexpected(row.error());
      if (!*row) break;
      jobs.push_back({.case_id = waiting->integer(0),
                      .token = static_cast<std::uint64_t>(waiting->integer(1)),
                      .kind = rows::JobKind::Change});
    }
    for (const rows::StoredJob& job : jobs) {
      if (auto added = rows::add_job(transaction, job); !added) return added;
      asked = true;
    }
  }
  if (asked) wake_after(transaction);
  return {};
}

void Casework::wake_after(Transaction& transaction) {
  transaction.on_commit([this] {
    std::lock_guard lock(wake_lock_);
    if (wake_) wake_();
  });
}

void Casework::tell_after(Transaction& transaction, std::int64_t case_id) {
  if (on_change_) transaction.on_commit([this, case_id] { on_change_(case_id); });
}

Result<void> Casework::write_step(Transaction& transaction, const Situation& situation, const Plan& plan) {
  const Case& current = situation.current;
  if (auto written =
          rows::write_plan(transaction, current, plan, situation.day, {records_.catalogue(), applicant_posts_});
      !written)
    return written;
  if (auto called = write_calls(transaction, situation, plan); !called) return called;
  for (const PlannedEvent& event : plan.told) {
    const bool message = event.kind == bpmn::EventKind::Message;
    auto told = tell(transaction, event.kind, event.name, message ? current.file : 0, 0, event.content);
    if (!told) return tl::unexpected(told.error());
    Event line = make_event(situation, "told", "", (message ? "发出消息：" : "发出信号：") + event.name,
                            (message ? "Message sent: " : "Signal sent: ") + event.name);
    line.reason = *told == 0 ? "没有办件在等 / no case waits for it" : "";
    if (auto added = rows::add_event(transaction, current.id, line); !added) return added;
  }
  wake_after(transaction);
  tell_after(transaction, current.id);
  if (plan.finished || plan.state.phase == bpmn::Phase::Cancelled) return close(transaction, situation, plan);
  const bool counts =
      !current.pause.empty() || std::any_of(plan.tasks.begin(), plan.tasks.end(), [](const PlannedTask& planned) {
        return planned.task.budget_working_days > 0 || !planned.pauses.empty();
      });
  return counts ? recount_one(transaction, current.id) : Result<void>{};
}

Result<void> Casework::write_calls(Transaction& transaction, const Situation& situation, const Plan& plan) {
  for (const PlannedCall& call : plan.calls) {
    OpenRequest request;
    request.procedure = call.procedure;
    request.origin = "case " + std::to_string(situation.current.id) + " token " + std::to_string(call.token);
    request.subject = call.subject;
    request.service = situation.current.service;
    request.variables = call.variables;
    request.title = situation.current.title;
    request.parent = situation.current.id;
    request.parent_token = call.token;
    request.reason_zh = situation.current.number;
    auto opened = open(transaction, request);
    if (!opened) return tl::unexpected(opened.error());
    auto child = rows::find_case(transaction.database(), *opened);
    if (!child) return tl::unexpected(child.error());
    Event event = make_event(situation, "called", call.element, "转入办件 " + (*child)->number,
                             "Goes on in case " + (*child)->number);
    event.evidence = "{\"case\":\"" + std::to_string(*opened) + "\"}";
    if (auto added = rows::add_event(transaction, situation.current.id, event); !added) return added;
  }
  return {};
}

Result<void> Casework::close(Transaction& transaction, const Situation& situation, const Plan& plan) {
  auto closed = rows::find_case(transaction.database(), situation.current.id);
  if (!closed) return tl::unexpected(closed.error());
  if (!*closed) return {};
  if ((*closed)->parent != 0) {
    rows::StoredJob job{.case_id = (*closed)->parent, .token = (*closed)->parent_token, .kind = rows::JobKind::Called};
    job.payload = rows::literal(without_loops(plan.variables));
    const bool cancelled = (*closed)->state == CaseState::Cancelled;
    if (cancelled || !plan.error.empty()) {
      job.kind = rows::JobKind::Failed;
      job.payload = cancelled ? "cancelled" : plan.error;
    }
    auto parent = rows::find_case(transaction.database(), job.case_id);
    if (!parent) return tl::unexpected(parent.error());
    if (*parent && !(*parent)->closed_on) {
      if (auto added = rows::add_job(transaction, job); !added) return added;
      if (auto settled = rows::settle_state(transaction.database(), job.case_id); !settled) return settled;
    }
  }
  return on_closed_ ? on_closed_(transaction, **closed) : Result<void>{};
}

Result<std::int64_t> Casework::tell(Transaction& transaction, bpmn::EventKind kind, const std::string& name,
                                    journal::FileId file, std::int64_t case_id, const feel::Value& content) {
  journal::Condition where;
  where.add("kind = ?", static_cast<int>(kind)).add("name = ?", name);
  if (file != 0) where.add("file = ?", file);
  if (case_id != 0) where.add("case_id = ?", case_id);
  std::vector<rows::StoredJob> jobs;
  {
    auto waiting = where.prepare(transaction.database(), "SELECT case_id, token FROM casework_wait",
                                 kind == bpmn::EventKind::Message ? "ORDER BY case_id, token LIMIT 1" : "");
    if (!waiting) return tl::unexpected(waiting.error());
    while (true) {
      auto row = waiting->step();
      if (!row) return tl::unexpected(row.error());
      if (!*row) break;
      jobs.push_back({.case_id = waiting->integer(0),
                      .token = static_cast<std::uint64_t>(waiting->integer(1)),
                      .kind = rows::JobKind::Told,
                      .payload = rows::literal(content)});
    }
  }
  for (const rows::StoredJob& job : jobs) {
    // What has come is not waited for any more: a second message is another one.
    auto gone = transaction.database().prepare("DELETE FROM casework_wait WHERE case_id = ? AND token = ?");
    if (!gone) return tl::unexpected(gone.error());
    if (auto done = gone->bind_all(job.case_id, static_cast<std::int64_t>(job.token)).run(); !done)
      return tl::unexpected(done.error());
    if (auto added = rows::add_job(transaction, job); !added) return tl::unexpected(added.error());
    if (auto settled = rows::settle_state(transaction.database(), job.case_id); !settled)
      return tl::unexpected(settled.error());
  }
  if (!jobs.empty()) wake_after(transaction);
  return static_cast<std::int64_t>(jobs.size());
}

Result<base::Date> Casework::today() const {
  if (auto day = records_.today()) return *day;
  return fail(ErrorCode::Conflict, "还没有设定日期，请先设定本区日期。", "The zone's day is not set; set it first.");
}

Result<std::int64_t> Casework::open(Transaction& transaction, const OpenRequest& request) {
  Database& database = transaction.database();
  auto known = database.prepare("SELECT id FROM casework_case WHERE origin = ?");
  if (!known) return tl::unexpected(known.error());
  auto row = known->bind_all(request.origin).step();
  if (!row) return tl::unexpected(row.error());
  if (*row) return known->integer(0);

  auto procedure = procedures_->find(request.procedure);
  if (procedure == nullptr) {
    return fail(ErrorCode::NotFound, "没有流程“" + request.procedure + "”，请在业务包的 procedures 里补上。",
                "There is no procedure \"" + request.procedure + "\"; add it to the pack's procedures.");
  }
  Result<std::optional<register_::RecordState>> subject = std::optional<register_::RecordState>{};
  if (request.subject != 0) subject = records_.state(database, request.subject);
  if (!subject) return tl::unexpected(subject.error());
  if (!*subject && (request.subject != 0 || procedure->process.subject_kind != "*")) {
    return fail(ErrorCode::NotFound, "办件的对象不存在，请核对。",
                "The record the case is about does not exist; check it.");
  }
  auto day = today();
  if (!day) return tl::unexpected(day.error());

  rows::StoredCase stored;
  Case& made = stored.summary;
  made.id = transaction.new_id();
  auto next = database.prepare(
      "INSERT INTO casework_number(year, last) VALUES(?, 1) ON CONFLICT(year) DO UPDATE SET last = last + 1 RETURNING "
      "last");
  if (!next) return tl::unexpected(next.error());
  auto counted = next->bind_all(day->civil().year).step();
  if (!counted) return tl::unexpected(counted.error());
  made.number = fmt::format("BJ-{}-{:06}", day->civil().year, next->integer(0));
  next->reset();
  made.procedure = procedure->process.id;
  made.procedure_version = procedure->process.version;
  made.procedure_hash = procedure->hash;
  made.labels = {procedure->process.labels.zh, procedure->process.labels.en};
  made.service = request.service;
  made.duty = request.duty;
  made.origin = request.origin;
  if (*subject) {
    made.kind = (*subject)->kind;
    made.file = (*subject)->file;
  }
  made.subject = request.subject;
  made.title = request.title;
  made.category = procedure->process.category;
  made.parent = request.parent;
  made.parent_token = request.parent_token;
  made.opened_on = *day;
  made.opened_at_ms = transaction.recorded_at_ms();
  made.budget_working_days =
      request.budget_working_days > 0 ? request.budget_working_days : procedure->process.deadline.working_days;
  if (!procedure->process.due.empty() && request.variables.is(feel::Kind::Context)) {
    feel::ContextScope names;
    names.set({"Today", feel::Value(*day), nullptr});
    names.set_all(request.variables);
    auto due = names.evaluate(procedure->process.due);
    if (due && due->is(feel::Kind::Date)) {
      made.due_on = due->date();
      made.due_fixed = true;
    }
  }
  stored.tokens = bpmn::write(bpmn::State{});
  stored.variables =
      rows::literal(request.variables.is(feel::Kind::Context) ? request.variables : feel::Value::context({}));
  if (auto inserted = rows::insert_case(database, stored); !inserted) return tl::unexpected(inserted.error());

  auto keep = database.prepare("INSERT OR IGNORE INTO casework_procedure(hash, place, pack, xml) VALUES(?,?,?,?)");
  if (!keep) return tl::unexpected(keep.error());
  auto kept = keep->bind_all(procedure->hash, procedure->place, procedure->pack, procedure->xml).run();
  if (!kept) return tl::unexpected(kept.error());

  Event opened;
  opened.day = *day;
  opened.type = "opened";
  opened.actor = request.actor;
  opened.actor_name = request.actor_name;
  opened.zh = "开办：" + made.labels.zh;
  opened.en = "Opened: " + made.labels.en;
  opened.reason = request.reason_zh.empty() ? request.reason_en : request.reason_zh;
  opened.evidence = request.evidence;
  if (auto added = rows::add_event(transaction, made.id, opened); !added) return tl::unexpected(added.error());
  if (auto added = rows::add_job(transaction, {.case_id = made.id, .token = 0, .kind = rows::JobKind::Start}); !added) {
    return tl::unexpected(added.error());
  }
  if (made.budget_working_days > 0 || made.due_fixed) {
    if (auto rungs = rows::add_rungs(transaction, made.id, 0, procedure->process.deadline.escalations); !rungs)
      return tl::unexpected(rungs.error());
    if (auto due = recount_one(transaction, made.id); !due) return tl::unexpected(due.error());
  }
  wake_after(transaction);
  tell_after(transaction, made.id);
  return made.id;
}

Result<std::int64_t> Casework::open(const OpenRequest& request) {
  std::int64_t id = 0;
  journal::BatchInfo info;
  info.actor = request.actor;
  auto committed = journal_.commit(
      [&](Transaction& transaction) -> Result<void> {
        auto opened = open(transaction, request);
        if (!opened) return tl::unexpected(opened.error());
        id = *opened;
        return {};
      },
      info);
  if (!committed) return tl::unexpected(committed.error());
  return id;
}

Result<std::size_t> Casework::advance(Transaction& transaction, base::Date day) {
  auto due = transaction.database().prepare(
      "SELECT case_id, token FROM casework_timer WHERE state = 1 AND due_on <= ? ORDER BY due_on, case_id, token");
  if (!due) return tl::unexpected(due.error());
  due->bind_all(day.days());
  std::vector<rows::StoredJob> jobs;
  while (true) {
    auto row = due->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) break;
    jobs.push_back({.case_id = due->integer(0),
                    .token = static_cast<std::uint64_t>(due->integer(1)),
                    .kind = rows::JobKind::Timer});
  }
  for (const rows::StoredJob& job : jobs) {
    auto fired = transaction.database().prepare("UPDATE casework_timer SET state = 2 WHERE case_id = ? AND token = ?");
    if (!fired) return tl::unexpected(fired.error());
    auto done = fired->bind_all(job.case_id, static_cast<std::int64_t>(job.token)).run();
    if (!done) return tl::unexpected(done.error());
    if (auto added = rows::add_job(transaction, job); !added) return tl::unexpected(added.error());
    if (auto settled = rows::settle_state(transaction.database(), job.case_id); !settled)
      return tl::unexpected(settled.error());
  }
  if (!jobs.empty()) wake_after(transaction);
  auto told = escalate(transaction, day);
  if (!told) return told;
  return jobs.size() + *told;
}

Result<std::size_t> Casework::advance(base::Date day) {
  std::size_t fired = 0;
  auto committed = journal_.commit(
      [&](Transaction& transaction) -> Result<void> {
        auto advanced = advance(transaction, day);
        if (!advanced) return tl::unexpected(advanced.error());
        fired = *advanced;
        return {};
      },
      journal::BatchInfo{});
  if (!committed) return tl::unexpected(committed.error());
  return fired;
}

Result<std::shared_ptr<const Procedure>> Casework::procedure_of(const Case& current) {
  {
    std::lock_guard lock(cache_lock_);
    if (auto known = by_hash_.find(current.procedure_hash); known != by_hash_.end()) return known->second;
  }
  std::string xml;
  std::string place;
  std::string pack;
  {
    auto snapshot = journal_.snapshot();
    if (!snapshot) return tl::unexpected(snapshot.error());
    auto query = snapshot->database().prepare("SELECT xml, place, pack FROM casework_procedure WHERE hash = ?");
    if (!query) return tl::unexpected(query.error());
    auto row = query->bind_all(current.procedure_hash).step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) {
      return fail(ErrorCode::Internal, "办件“" + current.number + "”起始时的流程版本找不到，请从备份恢复。",
                  "The procedure version case " + current.number + " began with is missing; restore it from a backup.");
    }
    xml = query->text(0);
    place = query->text(1);
    pack = query->text(2);
  }
  auto procedure = read_procedure(std::move(xml), place, pack);
  if (!procedure) return procedure;
  std::lock_guard lock(cache_lock_);
  return by_hash_.emplace(current.procedure_hash, *procedure).first->second;
}

}  // namespace yuanqu::casework
