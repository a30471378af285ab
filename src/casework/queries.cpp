// Reading cases and worklists, as a viewer may. See casework.hpp.
#include <algorithm>
#include <boost/json.hpp>
#include <map>

#include "casework/casework.hpp"
#include "casework/deadline.hpp"
#include "casework/loops.hpp"
#include "casework/rows.hpp"

namespace yuanqu::casework {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

// Cases of the files a viewer may know of, kind by kind.
journal::Condition may_see(const register_::Viewer& viewer, const register_::Catalogue& catalogue,
                           const std::string& prefix, bool staff) {
  journal::Condition where;
  if (viewer.is_system()) return where;
  std::vector<std::uint32_t> all;
  std::map<std::vector<journal::FileId>, std::vector<std::uint32_t>> some;  // kinds by the files they are known in
  if (staff) all.push_back(0);                                              // cases about no record are the staff's
  for (const register_::Kind* kind : catalogue.kinds()) {
    const register_::Reach reach = viewer.reach(*kind);
    if (reach == register_::Reach::All) all.push_back(kind->number);
    if (reach == register_::Reach::Own) some[viewer.known_files(*kind)].push_back(kind->number);
  }
  std::vector<journal::Condition> ways = {journal::Condition().add_any(prefix + "kind", all)};
  for (const auto& [files, kinds] : some)
    ways.push_back(journal::Condition().add_any(prefix + "kind", kinds).add_any(prefix + "file", files));
  where.add_either(ways);
  return where;
}

journal::Condition where_of(const register_::Viewer& viewer, const register_::Catalogue& catalogue,
                            const CaseQuery& query, bool staff) {
  journal::Condition where = may_see(viewer, catalogue, "", staff);
  if (query.file != 0) where.add("file = ?", query.file);
  if (query.subject != 0) where.add("subject = ?", query.subject);
  if (!query.procedure.empty()) where.add("procedure = ?", query.procedure);
  if (!query.service.empty()) where.add("service = ?", query.service);
  if (query.duty != 0) where.add("duty = ?", query.duty).add("duty <> 0");
  if (query.parent != 0) where.add("parent = ?", query.parent).add("parent <> 0");
  if (!query.category.empty()) where.add("category = ?", query.category).add("category <> ''");
  if (query.waits_for_applicant)
    where.add("(applicant = 1 OR pause = 'material') = ?", *query.waits_for_applicant ? 1 : 0).add("state < 4");
  if (query.due_before) where.add("due_on < ?", query.due_before->days()).add("state < 4");
  if (!query.states.empty()) {
    std::vector<int> states;
    for (CaseState state : query.states) states.push_back(static_cast<int>(state));
    where.add_any("state", states);
  }
  return where;
}

// Tasks the viewer's posts may work on. A worklist is what one can do, so the system has none.
journal::Condition where_of(const register_::Viewer& viewer, const register_::Catalogue& catalogue,
                            const TaskQuery& query, bool staff, bool acts, std::vector<std::string> persons) {
  std::vector<std::string> roles;
  if (acts) roles.emplace_back("");
  journal::Condition here;  // posts limited to a place, in its files
  std::vector<journal::Condition> limited;
  for (const register_::Viewer::Held& held : viewer.held()) {
    if (held.within == 0) {
      roles.push_back(held.post->name);
    } else {
      limited.push_back(journal::Condition()
                            .add("role = ?", held.post->name)
                            .add_any("casework_task.file", viewer.files_in(held.within)));
    }
  }
  here.add_either(limited);
  std::vector<journal::FileId> files(viewer.own_files().begin(), viewer.own_files().end());
  for (const register_::Agency& agency : viewer.agencies()) files.push_back(agency.file);
  // In hand: one's own, and what those who are away have in theirs.
  std::vector<std::int64_t> hands = {viewer.account()};
  hands.insert(hands.end(), viewer.stands_in_for().begin(), viewer.stands_in_for().end());
  journal::Condition where;
  where.add_either({journal::Condition().add_any("assignee", hands).add("casework_task.state = 2"),
                    journal::Condition().add_any("role", roles).add_any("person", persons).add("purpose = 0"),
                    journal::Condition().add_any("role", roles).add("role <> ''").add("purpose = 1"),
                    journal::Condition(here).add_any("person", persons).add("purpose = 0"),
                    journal::Condition(here).add("purpose = 1"),
                    journal::Condition().add_any("casework_task.file", files).add("purpose = 2")});
  if (query.open_only) where.add("casework_task.state < 3");
  if (query.mine) where.add_any("assignee", hands).add("casework_task.state = 2");
  if (query.case_id != 0) where.add("case_id = ?", query.case_id);
  if (query.file != 0) where.add("casework_task.file = ?", query.file);
  if (query.free) where.add("casework_task.state = 1");
  if (query.due_until) where.add("due_on <= ?", query.due_until->days());
  if (query.due_from) where.add("due_on >= ?", query.due_from->days());
  journal::Condition seen = may_see(viewer, catalogue, "c.", staff);
  if (!query.category.empty()) seen.add("c.category = ?", query.category);
  where.add_exists("SELECT 1 FROM casework_case c WHERE c.id = casework_task.case_id", seen);
  return where;
}

Result<std::int64_t> count_rows(journal::Database& database, std::string_view head, const journal::Condition& where) {
  auto query = where.prepare(database, head);
  if (!query) return tl::unexpected(query.error());
  auto row = query->step();
  if (!row) return tl::unexpected(row.error());
  return query->integer(0);
}

tl::unexpected<base::Error> no_such_case() {
  return fail(ErrorCode::NotFound, "没有这件办件。", "There is no such case.");
}

// The case when the viewer may know of it.
Result<Case> case_for(const register_::Viewer& viewer, const register_::Catalogue& catalogue,
                      journal::Database& database, std::int64_t case_id, bool staff) {
  auto found = rows::find_case(database, case_id);
  if (!found) return tl::unexpected(found.error());
  if (!*found) return no_such_case();
  const register_::Kind* kind = catalogue.kind((*found)->kind);
  const bool sees = kind != nullptr ? viewer.may_know(*kind, (*found)->file) : (*found)->kind == 0 && staff;
  if (!viewer.is_system() && !sees) return no_such_case();
  return std::move(**found);
}

// "" when it rests on none, or is no JSON of ours.
std::string decision_of_evidence(const std::string& evidence) {
  boost::system::error_code problem;
  const boost::json::value json = boost::json::parse(evidence.empty() ? "null" : evidence, problem);
  const boost::json::value* named = !problem && json.is_object() ? json.get_object().if_contains("decision") : nullptr;
  return named != nullptr && named->is_string() ? std::string(named->get_string()) : std::string();
}

void withhold_findings(CaseDetail& detail, const bpmn::Process& process) {
  detail.withheld = true;
  detail.variables = feel::Value::context({});
  for (Task& task : detail.tasks) {
    task.given = task.values = feel::Value();
    task.comment.clear();
    task.asked.clear();
  }
  for (Event& event : detail.timeline) {
    const auto node = std::find_if(process.nodes.begin(), process.nodes.end(),
                                   [&](const bpmn::Node& one) { return one.id == event.element; });
    const Label label = node == process.nodes.end() ? detail.summary.labels : Label{node->labels.zh, node->labels.en};
    event.zh = label.zh;
    event.en = label.en;
    event.reason.clear();
    event.evidence.clear();
  }
  for (LedgerLine& line : detail.clock.ledger) line.note.clear();
}

}  // namespace

// Under what names steps are theirs: their own, and of those for whom they stand in; "" is a step in nobody's name.
std::vector<std::string> Casework::names_for(const register_::Viewer& viewer) const {
  std::vector<std::string> names = {"", viewer.name()};
  if (!name_of_account_) return names;
  for (const std::int64_t away : viewer.stands_in_for()) names.push_back(name_of_account_(away));
  return names;
}

Result<Case> Casework::visible(const register_::Viewer& viewer, std::int64_t case_id) {
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  return case_for(viewer, records_.catalogue(), snapshot->database(), case_id, is_staff(viewer));
}

bool Casework::knows_findings(const register_::Viewer& viewer, const CaseDetail& detail, const bpmn::Process& process) {
  const Case& one = detail.summary;
  if (viewer.is_system()) return true;
  const register_::Kind* kind = records_.catalogue().kind(one.kind);
  if (kind != nullptr && one.file != 0 && viewer.represents(*kind, one.file)) return true;
  const auto works = [&](const std::string& role) { return !role.empty() && viewer.serves(role, one.file); };
  for (const bpmn::Node& node : process.nodes) {
    if (works(node.assignment.role)) return true;
  }
  for (const Task& task : detail.tasks) {
    if (works(task.role) || (task.assignee != 0 && viewer.acts_for(task.assignee)) ||
        (task.closed_by != 0 && task.closed_by == viewer.account()))
      return true;
  }
  for (const bpmn::Node& node : process.nodes) {
    if (!node.decision.name.empty() && !knowledge_.may_read_outcome(viewer, node.decision, one.file)) return false;
  }
  return std::all_of(detail.timeline.begin(), detail.timeline.end(), [&](const Event& event) {
    const std::string decision = decision_of_evidence(event.evidence);
    return decision.empty() || knowledge_.may_read_outcome(viewer, {{}, decision, {}}, one.file);
  });
}

Result<Case> Casework::find(const register_::Viewer& viewer, std::int64_t case_id) { return visible(viewer, case_id); }

Result<Case> Casework::find_by_number(const register_::Viewer& viewer, std::string_view number) {
  std::int64_t id = 0;
  {
    auto snapshot = journal_.snapshot();
    if (!snapshot) return tl::unexpected(snapshot.error());
    auto found = rows::select_cases(snapshot->database(), journal::Condition().add("number = ?", number));
    if (!found) return tl::unexpected(found.error());
    if (found->empty()) return no_such_case();
    id = found->front().id;
  }
  return visible(viewer, id);
}

Result<std::vector<Case>> Casework::list(const register_::Viewer& viewer, const CaseQuery& query) {
  journal::Condition where = where_of(viewer, records_.catalogue(), query, is_staff(viewer));
  if (query.before != 0) where.add("id < ?", query.before);
  Result<std::vector<Case>> cases;
  {
    auto snapshot = journal_.snapshot();
    if (!snapshot) return tl::unexpected(snapshot.error());
    cases = rows::select_cases(snapshot->database(), where, "ORDER BY id DESC LIMIT " + std::to_string(query.limit));
    if (!cases) return cases;
  }
  for (Case& one : *cases) {
    if (auto said = summarise(viewer, one); !said) return tl::unexpected(said.error());
  }
  return cases;
}

// A line that cannot be worked out is left out: the list is there all the same.
Result<void> Casework::summarise(const register_::Viewer& viewer, Case& one) {
  if (!is_staff(viewer)) return {};
  auto procedure = procedure_of(one);
  if (!procedure) return tl::unexpected(procedure.error());
  const std::string& summary = (*procedure)->process.summary;
  if (summary.empty()) return {};
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto stored = rows::load_case(snapshot->database(), one.id);
  if (!stored) return tl::unexpected(stored.error());
  if (!*stored) return {};
  auto variables = rows::value_of((*stored)->variables);
  if (!variables) return tl::unexpected(variables.error());
  feel::ContextScope names;
  names.set_all(without_loops(*variables));
  auto said = names.evaluate(summary);
  if (said && said->is(feel::Kind::String)) one.summary = std::string(said->text());
  return {};
}

Result<std::int64_t> Casework::count(const register_::Viewer& viewer, const CaseQuery& query) {
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  return count_rows(snapshot->database(), "SELECT count(*) FROM casework_case",
                    where_of(viewer, records_.catalogue(), query, is_staff(viewer)));
}

Result<CaseDetail> Casework::detail(const register_::Viewer& viewer, std::int64_t case_id) {
  auto current = visible(viewer, case_id);
  if (!current) return tl::unexpected(current.error());
  auto procedure = procedure_of(*current);
  if (!procedure) return tl::unexpected(procedure.error());
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  journal::Database& database = snapshot->database();
  auto stored = rows::load_case(database, case_id);
  if (!stored) return tl::unexpected(stored.error());
  if (!*stored) return no_such_case();
  CaseDetail detail;
  detail.summary = (*stored)->summary;
  detail.bpmn_xml = (*procedure)->xml;
  auto variables = rows::value_of((*stored)->variables);
  if (!variables) return tl::unexpected(variables.error());
  detail.variables = without_loops(*variables);
  auto state = bpmn::read_state((*procedure)->process, (*stored)->tokens);
  if (!state) return tl::unexpected(state.error());
  for (const bpmn::Token& token : state->tokens) {
    // What waits, and what stands around it; ends that were reached and armed events are no place of the case.
    if (token.part == bpmn::Part::Rest || token.part == bpmn::Part::Watch) continue;
    TokenView view{token.node, token.number, std::nullopt};
    auto due = database.prepare("SELECT due_on FROM casework_timer WHERE case_id = ? AND token = ? AND state = 1");
    if (!due) return tl::unexpected(due.error());
    auto row = due->bind_all(case_id, static_cast<std::int64_t>(token.number)).step();
    if (!row) return tl::unexpected(row.error());
    if (*row) view.due = base::Date::from_days(due->integer(0));
    detail.tokens.push_back(std::move(view));
  }
  auto tasks = rows::select_tasks(database, journal::Condition().add("case_id = ?", case_id), "ORDER BY id");
  if (!tasks) return tl::unexpected(tasks.error());
  detail.tasks = std::move(*tasks);
  auto materials = rows::materials_of(database, case_id);
  if (!materials) return tl::unexpected(materials.error());
  detail.materials = std::move(*materials);
  auto ledger = rows::ledger_of(database, case_id);
  if (!ledger) return tl::unexpected(ledger.error());
  std::vector<Suspension> suspensions;
  for (const LedgerLine& line : *ledger) {
    if (line.days == 0) suspensions.push_back({line.from, line.to});
  }
  const base::Date until = detail.summary.closed_on.value_or(records_.today().value_or(detail.summary.opened_on));
  const Deadline read = read_deadline(*knowledge_.working_days().calendar, detail.summary.opened_on,
                                      detail.summary.budget_working_days, std::move(suspensions), until);
  detail.clock = {read.used, read.left, read.suspended, std::move(*ledger), {}};
  auto counted = database.prepare("SELECT calendar FROM casework_case WHERE id = ?");
  if (!counted) return tl::unexpected(counted.error());
  auto known = counted->bind_all(case_id).step();
  if (!known) return tl::unexpected(known.error());
  if (*known) detail.clock.calendar = counted->text(0);
  auto events = rows::events_of(database, case_id);
  if (!events) return tl::unexpected(events.error());
  detail.timeline = std::move(*events);
  std::string_view visited = (*stored)->visited;
  while (!visited.empty()) {
    const std::size_t end = std::min(visited.find(' '), visited.size());
    detail.visited.emplace_back(visited.substr(0, end));
    visited.remove_prefix(std::min(end + 1, visited.size()));
  }
  if (!knows_findings(viewer, detail, (*procedure)->process)) withhold_findings(detail, (*procedure)->process);
  return detail;
}

Result<std::vector<TaskItem>> Casework::worklist(const register_::Viewer& viewer, const TaskQuery& query) {
  auto items = worklist_rows(viewer, query);
  if (!items) return items;
  for (TaskItem& item : *items) {
    if (auto said = summarise(viewer, item.of); !said) return tl::unexpected(said.error());
  }
  return items;
}

Result<std::vector<TaskItem>> Casework::worklist_rows(const register_::Viewer& viewer, const TaskQuery& query) {
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  journal::Database& database = snapshot->database();
  // Without a due day last; a page begins after the last task of the page before.
  journal::Condition where =
      where_of(viewer, records_.catalogue(), query, is_staff(viewer), acts(viewer), names_for(viewer));
  if (query.after != 0) {
    where.add(
        "(coalesce(due_on, 9000000), id) > (SELECT coalesce(due_on, 9000000), id FROM casework_task WHERE id = ?)",
        query.after);
  }
  auto tasks = rows::select_tasks(database, where,
                                  "ORDER BY coalesce(due_on, 9000000), id LIMIT " + std::to_string(query.limit));
  if (!tasks) return tl::unexpected(tasks.error());
  std::vector<TaskItem> items;
  for (Task& task : *tasks) {
    auto of = rows::find_case(database, task.case_id);
    if (!of) return tl::unexpected(of.error());
    if (*of) items.push_back({std::move(task), std::move(**of)});
  }
  return items;
}

Result<std::int64_t> Casework::count(const register_::Viewer& viewer, const TaskQuery& query) {
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  return count_rows(snapshot->database(), "SELECT count(*) FROM casework_task",
                    where_of(viewer, records_.catalogue(), query, is_staff(viewer), acts(viewer), names_for(viewer)));
}

Result<TaskItem> Casework::task(const register_::Viewer& viewer, std::int64_t task_id) {
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto found = rows::find_task(snapshot->database(), task_id);
  if (!found) return tl::unexpected(found.error());
  if (!*found) return fail(ErrorCode::NotFound, "没有这个待办步骤。", "There is no such task.");
  auto of = case_for(viewer, records_.catalogue(), snapshot->database(), (*found)->case_id, is_staff(viewer));
  if (!of) return tl::unexpected(of.error());
  return TaskItem{std::move(**found), std::move(*of)};
}

Result<std::string> Casework::form(const TaskItem& item) {
  if (item.task.form.empty()) return std::string();
  auto procedure = procedure_of(item.of);
  if (!procedure) return tl::unexpected(procedure.error());
  return procedures_->file(**procedure, item.task.form);
}

Result<std::vector<std::pair<std::string, Label>>> Casework::given_labels(const TaskItem& item) {
  auto procedure = procedure_of(item.of);
  if (!procedure) return tl::unexpected(procedure.error());
  std::vector<std::pair<std::string, Label>> labels;
  const bpmn::Node* node = (*procedure)->process.find(item.task.element);
  if (node == nullptr) return labels;
  for (const bpmn::Mapping& input : node->inputs) {
    const std::string& zh = input.labels.zh.empty() ? input.name : input.labels.zh;
    labels.emplace_back(input.name, Label{zh, input.labels.en.empty() ? zh : input.labels.en});
  }
  return labels;
}

}  // namespace yuanqu::casework
