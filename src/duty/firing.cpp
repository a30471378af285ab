// How outcomes that change become duties.

#include "duty/duty.hpp"
#include "duty/evidence.hpp"
#include "duty/rows.hpp"

namespace yuanqu::duty {

using base::Result;

namespace {

Result<bool> holds(const feel::ContextScope& names, const std::string& text) {
  if (text.empty()) return true;
  auto value = names.evaluate(text);
  if (!value) return tl::unexpected(value.error());
  return value->is_true();
}

Result<std::optional<base::Date>> date_of(const feel::ContextScope& names, const std::string& text) {
  if (text.empty()) return std::nullopt;
  auto value = names.evaluate(text);
  if (!value) return tl::unexpected(value.error());
  if (!value->is(feel::Kind::Date)) return std::nullopt;
  return std::optional(value->date());
}

}  // namespace

Result<std::optional<base::Date>> Duties::due_of(const ServiceItem& item, const feel::ContextScope& names,
                                                 base::Date created_on) const {
  auto due = date_of(names, item.due);
  if (!due || *due || !item.deadline_working_days) return due;
  const auto counted = population_->calendar()->days.working_day_after(created_on, *item.deadline_working_days);
  return counted ? std::optional(counted->date) : std::nullopt;
}

Result<void> Duties::on_transitions(journal::Transaction& transaction,
                                    std::span<const population::Transition> transitions, base::Date day,
                                    bool baseline) {
  for (const population::Transition& transition : transitions) {
    for (const ServiceItem& item : services_->all()) {
      if (item.decision->number != transition.decision->number) continue;
      if (baseline && item.fires == Fires::Becomes) continue;
      if (auto considered = consider(transaction, item, transition, day, baseline); !considered) return considered;
    }
  }
  return {};
}

Result<void> Duties::consider(journal::Transaction& transaction, const ServiceItem& item,
                              const population::Transition& transition, base::Date day, bool baseline) {
  feel::ContextScope names;
  names.set({"outcome", transition.after.applies ? transition.after.value : feel::Value()});
  names.set({"before", transition.before.applies ? transition.before.value : feel::Value()});
  names.set({"Today", feel::Value(day)});
  std::optional<base::Date> until;
  names.set({"Parameters", population_->programs().decisions().parameters_on(day, until)});
  // Cheap questions first: most transitions concern no item.
  const bool needs_subject =
      !item.applies.empty() || item.when.find(item.decision->kind->feel_name) != std::string::npos;
  const auto add_subject = [&]() -> bool {
    auto subject = population_->subject_value(transition.subject, day);
    if (!subject) return false;
    names.set(std::move(*subject));
    return true;
  };
  if (needs_subject && !add_subject()) return {};
  auto concerned = holds(names, item.applies);
  if (!concerned) return tl::unexpected(concerned.error());
  if (!*concerned) return {};
  auto now = transition.after.applies ? holds(names, item.when) : Result<bool>(false);
  if (!now) return tl::unexpected(now.error());
  if (!*now) {
    // An outcome that became unknown says nothing about the duty; one that is known withdraws it.
    const bool known = !transition.after.applies || !transition.after.value.is_null();
    if (!item.withdraw || !known) return {};
    const std::int64_t numbers[] = {item.number, transition.subject};
    auto open =
        select(transaction.database(), "item = ?1 AND subject = ?2 AND state IN (1, 2) AND case_id = 0", numbers);
    if (!open) return tl::unexpected(open.error());
    for (const Duty& duty : *open) {
      if (auto moved = move(transaction, duty.id, State::Withdrawn, day, 0, *item.withdraw); !moved) return moved;
    }
    return {};
  }
  if (item.fires == Fires::Becomes && transition.before.applies) {
    names.set({"outcome", transition.before.value});
    auto already = holds(names, item.when);
    if (!already) return tl::unexpected(already.error());
    if (*already) return {};
    names.set({"outcome", transition.after.value});
  }
  if (!needs_subject && !add_subject()) return {};
  return create(transaction, item, transition, names, day, baseline);
}

Result<void> Duties::create(journal::Transaction& transaction, const ServiceItem& item,
                            const population::Transition& transition, const feel::ContextScope& given, base::Date day,
                            bool planned) {
  feel::ContextScope names = given;
  auto explanation = population_->explain(*item.decision, transition.subject, day);
  if (!explanation) return tl::unexpected(explanation.error());
  names.set({"details", explanation->details});
  auto occurrence = names.evaluate(item.occurrence);
  if (!occurrence) return tl::unexpected(occurrence.error());
  Duty duty;
  duty.item = &item;
  duty.subject = transition.subject;
  duty.file = transition.file;
  duty.occurrence = feel::to_text(*occurrence).value_or("");
  {
    auto known =
        transaction.database().prepare("SELECT 1 FROM duty WHERE item = ?1 AND subject = ?2 AND occurrence = ?3");
    if (!known) return tl::unexpected(known.error());
    known->bind_all(static_cast<std::int64_t>(item.number), duty.subject, duty.occurrence);
    auto found = known->step();
    if (!found) return tl::unexpected(found.error());
    if (*found) return {};
  }
  duty.id = transaction.new_id();
  duty.state = planned ? State::Planned : State::Due;
  duty.created_on = day;
  auto due = due_of(item, names, day);
  if (!due) return tl::unexpected(due.error());
  duty.due_on = *due;
  auto expires = date_of(names, item.expires);
  if (!expires) return tl::unexpected(expires.error());
  duty.expires_on = *expires;
  const auto speak = [&](const feel::Texts& texts, Label& into) -> Result<void> {
    auto zh = texts.print(names, feel::Language::Chinese);
    if (!zh) return tl::unexpected(zh.error());
    auto en = texts.print(names, feel::Language::English);
    if (!en) return tl::unexpected(en.error());
    into = {std::move(*zh), std::move(*en)};
    return {};
  };
  if (auto spoken = speak(item.title, duty.title); !spoken) return spoken;
  if (auto spoken = speak(item.why, duty.why); !spoken) return spoken;
  for (const std::string& path : item.show) {
    auto value = names.evaluate(path);
    if (!value) return tl::unexpected(value.error());
    duty.shown.push_back({path, feel::print(*value, feel::Language::Chinese)});
  }
  duty.outcome = feel::to_literal(transition.after.value);
  duty.rules = transition.after.rules;
  if (explanation->version != nullptr) duty.model = explanation->version->model + "#" + explanation->version->decision;
  duty.evidence = evidence_of(*explanation, population_->catalogue(),
                              {day, population_->position(), population_->programs().hash()});
  duty.reason = duty.why;
  duty.moved_at_ms = transaction.recorded_at_ms();
  if (auto inserted = insert_duty(transaction.database(), duty); !inserted) return inserted;
  if (auto noted = insert_move(transaction.database(), duty.id, {duty.state, day, duty.moved_at_ms, 0, duty.why});
      !noted)
    return noted;
  if (duty.state == State::Due && on_due_) return on_due_(transaction, duty, day);
  return {};
}

}  // namespace yuanqu::duty
