// Days of open duties after the calendar changed. See duty.hpp.
#include <algorithm>
#include <utility>

#include "duty/duty.hpp"

namespace yuanqu::duty {

using base::Result;

namespace {

constexpr std::size_t duties_at_a_time = 200;  // in one transaction; writers wait no longer than that

struct Moved {
  Duty duty;  // with its new day
  std::optional<base::Date> before;
};

}  // namespace

// The day as it would be written today; the day it has when the outcome speaks of another occurrence by now.
Result<std::optional<base::Date>> Duties::due_now(const Duty& duty, base::Date day) {
  feel::ContextScope names;
  if (!duty.item->due.empty()) {
    auto subject = population_->subject_value(duty.subject, day);
    auto explanation = population_->explain(*duty.item->decision, duty.subject, day);
    if (!subject || !explanation) return duty.due_on;  // closed or gone since
    const population::Outcome& outcome = explanation->outcome;
    std::optional<base::Date> until;
    names.set({"outcome", outcome.applies ? outcome.value : feel::Value()});
    names.set({"before", feel::Value()});
    names.set({"Today", feel::Value(day)});
    names.set({"Parameters", population_->programs().decisions().parameters_on(day, until)});
    names.set(std::move(*subject));
    names.set({"details", explanation->details});
    auto occurrence = names.evaluate(duty.item->occurrence);
    if (!occurrence) return tl::unexpected(occurrence.error());
    if (feel::to_text(*occurrence).value_or("") != duty.occurrence) return duty.due_on;
  }
  return due_of(*duty.item, names, duty.created_on);
}

Result<std::size_t> Duties::recount() {
  const std::string version = population_->calendar()->version;
  std::string numbers;
  for (const ServiceItem& item : services_->all()) {
    const population::DecisionProgram* program = population_->programs().find(item.decision->name);
    const bool counts =
        item.deadline_working_days || (!item.due.empty() && program != nullptr && program->reads_calendar());
    if (counts) numbers += (numbers.empty() ? "" : ",") + std::to_string(item.number);
  }
  std::vector<Duty> open;
  {
    auto snapshot = journal_.snapshot();
    if (!snapshot) return tl::unexpected(snapshot.error());
    auto counted = snapshot->database().prepare("SELECT 1 FROM duty_counted WHERE calendar = ?1");
    if (!counted) return tl::unexpected(counted.error());
    auto known = counted->bind_all(version).step();
    if (!known) return tl::unexpected(known.error());
    if (*known) return 0;
    auto found = select(snapshot->database(), "state IN (1, 2, 3) AND item IN (" + numbers + ")", {});
    if (!found) return tl::unexpected(found.error());
    open = std::move(*found);
  }
  const base::Date day = population_->today();
  std::vector<Moved> moved;
  for (Duty& duty : open) {
    auto due = due_now(duty, day);
    if (!due) return tl::unexpected(due.error());
    if (*due == duty.due_on) continue;
    const auto before = std::exchange(duty.due_on, *due);
    moved.push_back({std::move(duty), before});
  }
  std::size_t written = 0;
  for (std::size_t first = 0; first < moved.size(); first += duties_at_a_time) {
    std::size_t in_this = 0;
    auto committed = journal_.commit(
        [&](journal::Transaction& transaction) -> Result<void> {
          for (std::size_t i = first; i < std::min(first + duties_at_a_time, moved.size()); ++i) {
            const Moved& one = moved[i];
            auto update = transaction.database().prepare(
                "UPDATE duty SET due_on = ?2 WHERE id = ?1 AND state IN (1, 2, 3) AND due_on IS ?3");
            if (!update) return tl::unexpected(update.error());
            const auto days_of = [](const std::optional<base::Date>& on) {
              return on ? std::optional<std::int64_t>(on->days()) : std::nullopt;
            };
            if (auto run = update->bind_all(one.duty.id, days_of(one.duty.due_on), days_of(one.before)).run(); !run)
              return run;
            if (transaction.database().changes() != 1) continue;  // somebody has just dealt with it
            ++in_this;
            if (!on_due_moved_) continue;
            if (auto told = on_due_moved_(transaction, one.duty, one.before, day); !told) return told;
          }
          return {};
        },
        {});
    if (!committed) return tl::unexpected(committed.error());
    written += in_this;
  }
  auto noted = journal_.commit(
      [&](journal::Transaction& transaction) -> Result<void> {
        auto gone = transaction.database().execute("DELETE FROM duty_counted");
        if (!gone) return gone;
        auto insert = transaction.database().prepare("INSERT INTO duty_counted(calendar) VALUES(?1)");
        if (!insert) return tl::unexpected(insert.error());
        return insert->bind_all(version).run();
      },
      {});
  if (!noted) return tl::unexpected(noted.error());
  return written;
}

}  // namespace yuanqu::duty
