#include <algorithm>

#include "duty/duty.hpp"
#include "duty/rows.hpp"

namespace yuanqu::duty {

using base::ErrorCode;
using base::fail;
using base::Result;

std::string_view name_of(State state) {
  switch (state) {
    case State::Planned: return "planned";
    case State::Due: return "due";
    case State::Taken: return "taken";
    case State::Done: return "done";
    case State::Withdrawn: return "withdrawn";
    case State::Expired: return "expired";
  }
  return "due";
}

std::optional<State> state_of(std::string_view name) {
  for (const State state : {State::Planned, State::Due, State::Taken, State::Done, State::Withdrawn, State::Expired}) {
    if (name_of(state) == name) return state;
  }
  return std::nullopt;
}

Duties::Duties(journal::Journal& journal, std::shared_ptr<const Services> services)
    : journal_(journal), services_(std::move(services)) {}

Result<void> Duties::create_tables(journal::Database& database) { return create_duty_tables(database); }
Result<void> Duties::apply(journal::Transaction&, std::span<const journal::StoredChange>) { return {}; }

Result<std::vector<Duty>> Duties::select(journal::Database& database, const std::string& where,
                                         std::span<const std::int64_t> numbers, std::span<const std::string> texts) {
  auto row = database.prepare("SELECT " + std::string(duty_columns) + " FROM duty WHERE " + where);
  if (!row) return tl::unexpected(row.error());
  int parameter = 0;
  for (const std::int64_t number : numbers) row->bind(++parameter, number);
  for (const std::string& text : texts) row->bind(++parameter, text);
  std::vector<Duty> duties;
  while (true) {
    auto more = row->step();
    if (!more) return tl::unexpected(more.error());
    if (!*more) return duties;
    Duty duty = duty_of_row(*row, *services_);
    if (duty.item != nullptr)
      duties.push_back(std::move(duty));  // an item whose pack is no longer installed is not shown
  }
}

bool Duties::may_know(const register_::Viewer& viewer, const Duty& duty) const {
  if (viewer.is_system() || viewer.represents(*duty.item->decision->kind, duty.file)) return true;
  if (viewer.serves(duty.item->role(), duty.file)) return true;  // who must act has to know why
  // A duty tells the facts its outcome rests on: it is for those who may read them.
  const population::DecisionProgram* program = population_->programs().find(duty.item->decision->name);
  return program != nullptr && program->visible_to(viewer, duty.file);
}

bool Duties::may_act(const register_::Viewer& viewer, const Duty& duty) const {
  if (viewer.is_system()) return true;
  const std::string_view role = duty.item->role();
  return role.empty() ? viewer.represents(*duty.item->decision->kind, duty.file) : viewer.serves(role, duty.file);
}

Result<Page> Duties::list(const register_::Viewer& viewer, const Query& query) {
  std::string where = "1";
  std::vector<std::int64_t> numbers;
  const auto add = [&](const std::string& condition, std::int64_t number) {
    numbers.push_back(number);
    where += " AND " + condition + " ?" + std::to_string(numbers.size());
  };
  std::string states;
  for (const State state : query.states)
    states += (states.empty() ? "" : ",") + std::to_string(static_cast<int>(state));
  where += " AND state IN (" + (states.empty() ? std::string("1,2,3") : states) + ")";
  if (query.item != nullptr) add("item =", query.item->number);
  if (query.subject != 0) add("subject =", query.subject);
  if (query.file != 0) add("file =", query.file);
  if (query.taken_by != 0) add("taken_by =", query.taken_by);
  if (query.due_from) add("due_on >=", query.due_from->days());
  if (query.due_to) add("due_on <=", query.due_to->days());
  where += query.newest_first ? " ORDER BY id DESC" : " ORDER BY due_on IS NULL, due_on, id";
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto found = select(snapshot->database(), where, numbers);
  if (!found) return tl::unexpected(found.error());
  Page page;
  for (Duty& duty : *found) {
    if (!may_know(viewer, duty)) continue;
    if (page.total >= query.offset && page.duties.size() < query.limit) page.duties.push_back(std::move(duty));
    ++page.total;
  }
  return page;
}

Result<Duty> Duties::find(const register_::Viewer& viewer, std::int64_t id) {
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  const std::int64_t numbers[] = {id};
  auto found = select(snapshot->database(), "id = ?1", numbers);
  if (!found) return tl::unexpected(found.error());
  if (found->empty() || !may_know(viewer, found->front())) {
    return fail(ErrorCode::NotFound, "没有这项待办，或您无权查看。", "There is no such duty, or you may not see it.");
  }
  return std::move(found->front());
}

Result<std::vector<Move>> Duties::moves(std::int64_t id) {
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto row = snapshot->database().prepare(
      "SELECT state, day, at_ms, actor, reason_zh, reason_en FROM duty_move WHERE duty = ?1 ORDER BY sequence");
  if (!row) return tl::unexpected(row.error());
  row->bind_all(id);
  std::vector<Move> moves;
  while (true) {
    auto more = row->step();
    if (!more) return tl::unexpected(more.error());
    if (!*more) return moves;
    moves.push_back({static_cast<State>(row->integer(0)),
                     base::Date::from_days(row->integer(1)),
                     row->integer(2),
                     row->integer(3),
                     {std::string(row->text(4)), std::string(row->text(5))}});
  }
}

Result<std::vector<DueCount>> Duties::due_counts(base::Date from, base::Date to) {
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto row = snapshot->database().prepare(
      "SELECT due_on, item, count(*) FROM duty WHERE state IN (1, 2, 3) AND due_on BETWEEN ?1 AND ?2 GROUP BY due_on, "
      "item ORDER BY due_on, item");
  if (!row) return tl::unexpected(row.error());
  row->bind_all(from.days(), to.days());
  std::vector<DueCount> counts;
  while (true) {
    auto more = row->step();
    if (!more) return tl::unexpected(more.error());
    if (!*more) return counts;
    counts.push_back({base::Date::from_days(row->integer(0)), static_cast<std::uint32_t>(row->integer(1)),
                      static_cast<std::size_t>(row->integer(2))});
  }
}

Result<void> Duties::move(journal::Transaction& transaction, std::int64_t id, State state, base::Date day,
                          std::int64_t actor, const Label& reason) {
  auto row = transaction.database().prepare(
      "UPDATE duty SET state = ?2, taken_by = CASE WHEN ?2 = 3 THEN ?3 ELSE taken_by END, reason_zh = ?4, reason_en = "
      "?5, moved_at_ms = ?6"
      " WHERE id = ?1");
  if (!row) return tl::unexpected(row.error());
  row->bind_all(id, static_cast<std::int64_t>(state), actor, reason.zh, reason.en, transaction.recorded_at_ms());
  if (auto run = row->run(); !run) return run;
  return insert_move(transaction.database(), id, {state, day, transaction.recorded_at_ms(), actor, reason});
}

Result<Duty> Duties::move_by(const register_::Viewer& viewer, std::int64_t id, std::vector<State> from, State to,
                             const Label& reason) {
  auto known = find(viewer, id);
  if (!known) return known;
  if (!may_act(viewer, *known)) {
    const std::string role(known->item->role());
    return fail(
        ErrorCode::Forbidden,
        role.empty() ? "只有该企业的经办人可以处理这项待办。" : "这项待办由“" + role + "”岗位处理，您没有这个岗位。",
        role.empty() ? "Only the enterprise's own people may act on this duty."
                     : "This duty belongs to the post " + role + ", which you do not hold.");
  }
  const base::Date day = population_->today();
  auto committed = journal_.commit(
      [&](journal::Transaction& transaction) -> Result<void> {
        const std::int64_t numbers[] = {id};
        auto current = select(transaction.database(), "id = ?1", numbers);
        if (!current) return tl::unexpected(current.error());
        if (current->empty() || std::find(from.begin(), from.end(), current->front().state) == from.end()) {
          return fail(ErrorCode::Conflict, "这项待办刚被别人处理过，请刷新后再看。",
                      "Somebody has just dealt with this duty; reload and look again.");
        }
        if (auto moved = move(transaction, id, to, day, viewer.account(), reason); !moved) return moved;
        if (to == State::Due && on_due_) {
          current->front().state = to;
          return on_due_(transaction, current->front(), day);
        }
        return {};
      },
      {.actor = viewer.account()});
  if (!committed) return tl::unexpected(committed.error());
  return find(viewer, id);
}

Result<Duty> Duties::take(const register_::Viewer& viewer, std::int64_t id) {
  return move_by(viewer, id, {State::Due}, State::Taken,
                 {"由“" + viewer.name() + "”领办", "Taken by " + viewer.name()});
}

Result<Duty> Duties::withdraw(const register_::Viewer& viewer, std::int64_t id, const std::string& reason) {
  if (reason.empty()) {
    return fail(ErrorCode::Invalid, "请写明撤回的理由。", "Give the reason for withdrawing.", {.field = "reason"});
  }
  return move_by(viewer, id, {State::Planned, State::Due, State::Taken}, State::Withdrawn, {reason, reason});
}

Result<Duty> Duties::release(const register_::Viewer& viewer, std::int64_t id) {
  return move_by(viewer, id, {State::Planned}, State::Due, {"上线清单中放行", "Released from the go-live list"});
}

Result<Duty> Duties::finish(const register_::Viewer& viewer, std::int64_t id, const std::string& reason) {
  return move_by(viewer, id, {State::Due, State::Taken}, State::Done,
                 {reason.empty() ? "已办结" : reason, reason.empty() ? "Done" : reason});
}

Result<void> Duties::set_case(journal::Transaction& transaction, std::int64_t id, std::int64_t case_id) {
  auto row = transaction.database().prepare("UPDATE duty SET case_id = ?2 WHERE id = ?1");
  if (!row) return tl::unexpected(row.error());
  row->bind_all(id, case_id);
  return row->run();
}

Result<void> Duties::set_done(journal::Transaction& transaction, std::int64_t id, const Label& reason) {
  return move(transaction, id, State::Done, population_->today(), 0, reason);
}

Result<void> Duties::advance(base::Date day) {
  auto committed = journal_.commit(
      [&](journal::Transaction& transaction) -> Result<void> {
        const std::int64_t numbers[] = {day.days()};
        auto past = select(transaction.database(), "state IN (1, 2) AND case_id = 0 AND expires_on < ?1", numbers);
        if (!past) return tl::unexpected(past.error());
        for (const Duty& duty : *past) {
          if (auto moved = move(transaction, duty.id, State::Expired, day, 0, {"已过最后期限", "Past its last day"});
              !moved)
            return moved;
        }
        return {};
      },
      {});
  if (!committed) return tl::unexpected(committed.error());
  return {};
}

}  // namespace yuanqu::duty
