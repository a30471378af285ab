// Working days that are announced or amended while the zone stands. See zone.hpp.
#include "app/zone.hpp"
#include "population/runs.hpp"

namespace yuanqu::app {

using base::Result;

namespace {

std::string text_of(const std::optional<base::Date>& day, bool chinese) {
  if (!day) return chinese ? "没有期限" : "not due on a day";
  return day->to_string();
}

}  // namespace

Result<std::shared_ptr<const population::PublishedCalendar>> Zone::offered_calendar() const {
  std::vector<std::string> names;
  for (const pack::Pack& pack : packs_->packs()) names.push_back(pack.name());
  auto packs = pack::PackSet::load({options_.packs}, names);
  if (!packs) return tl::unexpected(packs.error());
  return population::read_calendars(*packs);
}

Result<api::Recounted> Zone::recount() {
  auto duties = duties_->recount();
  if (!duties) return tl::unexpected(duties.error());
  auto cases = casework_->recount();
  if (!cases) return tl::unexpected(cases.error());
  return api::Recounted{*cases, *duties};
}

Result<api::Recounted> Zone::publish_calendar(std::int64_t account, const std::string& version) {
  const std::lock_guard lock(settling_);
  auto offered = offered_calendar();
  if (!offered) return tl::unexpected(offered.error());
  if ((*offered)->version != version) {
    return base::fail(base::ErrorCode::Conflict, "业务包里的节假日安排刚被改过，请看过后再公布。",
                      "The working days of the packs have just been changed; look at them again, then publish.",
                      {.field = "version"});
  }
  population_->use_calendar(std::move(*offered));
  const std::optional<base::Date> today = records_->today();
  auto noted = population::note_run(*journal_, population::run_of(*packs_, population_->programs()), today, account);
  if (!noted) return tl::unexpected(noted.error());
  if (!today) return api::Recounted{};
  if (auto settled = settle_locked(); !settled) return tl::unexpected(settled.error());
  auto moved = recount();
  if (!moved) return moved;
  // A rung of a case that now lies in the past is not waited for till tomorrow.
  if (auto fired = casework_->advance(*today); !fired) return tl::unexpected(fired.error());
  if (auto settled = settle_locked(); !settled) return tl::unexpected(settled.error());
  api::publish_clock(hub_, *today, journal_->position());
  return moved;
}

// Whoever owes it, or is reminded by it, hears of the new day: once for a record and a day, however many duties speak
// of them. What a case works on is told by the case.
Result<void> Zone::tell_due_moved(journal::Transaction& transaction, const duty::Duty& duty,
                                  std::optional<base::Date> before, base::Date day) {
  const duty::ServiceItem& item = *duty.item;
  if (duty.case_id != 0 || duty.state == duty::State::Planned) return {};
  notice::Draft draft;
  draft.recipient =
      item.role().empty() ? notice::Recipient::file(duty.file) : notice::Recipient::of_post(std::string(item.role()));
  draft.key = "due moved " + std::to_string(duty.subject) + " " + text_of(duty.due_on, false) + " " +
              std::string(item.role()) + " " + population_->calendar()->version.substr(0, 12);
  draft.type = "due_moved";
  draft.title = {"期限改为 " + text_of(duty.due_on, true) + "：" + duty.title.zh,
                 "Now due " + text_of(duty.due_on, false) + ": " + duty.title.en};
  draft.body = {"节假日安排已公布或调整。原为 " + text_of(before, true) + "。",
                "The working days were announced or amended. It was " + text_of(before, false) + "."};
  draft.href = "/duties/" + std::to_string(duty.id);
  draft.duty = duty.id;
  draft.file = duty.file;
  draft.day = day;
  auto sent = notices_->send(transaction, draft);
  return sent ? Result<void>() : Result<void>(tl::unexpected(sent.error()));
}

}  // namespace yuanqu::app
