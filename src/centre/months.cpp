#include "centre/months.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <fstream>

#include "base/hash.hpp"
#include "centre/accounts.hpp"
#include "centre/body.hpp"
#include "telemetry/http_call.hpp"
#include "telemetry/steady.hpp"

namespace yuanqu::centre {
namespace {

namespace json = boost::json;
using telemetry::Month;

constexpr std::int64_t hour_ms = 3'600'000, settling_ms = hour_ms;
// Figures are shown again for fifty times as long as they took: a young month at once, one of a million points for a
// while.
constexpr std::int64_t fresh_ms_max = 60'000, fresh_per_cost = 50;
constexpr std::size_t corrected_months = 3;  // looked at again for points that came late
constexpr std::size_t looked_back_months = 24;
constexpr auto every = std::chrono::minutes(10);
constexpr int polls_max = 120;
constexpr auto poll_pause = std::chrono::milliseconds(250);
constexpr std::array<std::string_view, 6> stage_names = {"running", "settling", "empty",
                                                         "waiting", "stored",   "refused"};

base::Result<base::SigningKey> own_key(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) {
    const base::SigningKey made = base::make_signing_key();
    if (auto written = replace_file(file, made.secret_hex + "\n"); !written) return tl::unexpected(written.error());
    return made;
  }
  std::ifstream stream(file);
  std::string text;
  stream >> text;
  auto key = base::signing_key_of(text);
  if (!key) key.error().place.file = file.string();
  return key;
}

base::Error refusal_of(const telemetry::HttpAnswer& answer) {
  boost::system::error_code ec;
  const json::value read = json::parse(answer.body, ec);
  std::string zh, en;
  if (!ec && read.is_object()) zh = text_in(read.get_object(), "zh"), en = text_in(read.get_object(), "en");
  if (zh.empty()) zh = "园区答复 " + std::to_string(answer.status) + "。";
  if (en.empty()) en = "The zone answered " + std::to_string(answer.status) + ".";
  using enum base::ErrorCode;
  const base::ErrorCode code = answer.status == 409   ? Conflict
                               : answer.status >= 500 ? Unavailable
                               : answer.status == 403 ? Forbidden
                                                      : Invalid;
  return {code, zh, en, {}};
}

}  // namespace

std::string_view name_of(MonthState::Stage stage) { return stage_names[static_cast<std::size_t>(stage)]; }

base::Result<std::unique_ptr<Months>> Months::open(Setup setup) {
  std::unique_ptr<Months> months(new Months(std::move(setup)));
  auto key = own_key(months->setup_.folder / "delivery.key");
  if (!key) return tl::unexpected(key.error());
  months->key_ = std::move(*key);
  auto lines = JsonLines::open(months->setup_.folder / "months.jsonl", [&](const json::object& line) {
    const auto month = telemetry::read_month(text_in(line, "month"));
    if (!month) return;
    Told& told = months->told_[*month];
    if (line.if_contains("file") != nullptr) {
      told.issued_ms = whole_in(line, "issued");
      told.file = text_in(line, "file");
      told.signature = text_in(line, "signature");
      told.stored_ms = 0;
      months->last_issued_ms_ = std::max(months->last_issued_ms_, told.issued_ms);
    } else if (whole_in(line, "issued") == told.issued_ms) {
      told.stored_ms = whole_in(line, "stored");
      told.delivery = text_in(line, "delivery");
      ++told.times_stored;
    }
  });
  if (!lines) return tl::unexpected(lines.error());
  months->lines_ = std::move(*lines);
  return months;
}

void Months::start() {
  worker_ = std::make_unique<Worker>([this]() -> std::chrono::milliseconds {
    (void)round();
    return every;
  });
}

base::Result<telemetry::MonthFigures> Months::figures(Month month) const {
  const std::int64_t from = telemetry::begin_ms(month);
  const std::int64_t to = std::min(telemetry::begin_ms(telemetry::after(month)), setup_.clock->now_ms());
  auto found = telemetry::month_figures(*setup_.history, setup_.plan, from, std::max(to, from + 1));
  if (found && to - from > 0) {
    // Of the whole month, so that one that still runs is seen to be a part.
    const auto whole = static_cast<double>(telemetry::begin_ms(telemetry::after(month)) - from);
    found->coverage *= static_cast<double>(to - from) / whole;
  }
  return found;
}

MonthState::Stage Months::stage_of(Month month, const Told* told, const telemetry::MonthFigures& figures,
                                   std::int64_t now_ms) const {
  using enum MonthState::Stage;
  const std::int64_t end = telemetry::begin_ms(telemetry::after(month));
  if (told != nullptr && told->problem && told->problem->code != base::ErrorCode::Unavailable) return Refused;
  if (told != nullptr && told->stored_ms > 0) return Stored;
  if (now_ms < end) return Running;
  if (now_ms < end + settling_ms) return Settling;
  const bool empty = std::none_of(figures.values.begin(), figures.values.end(), [](const auto& one) { return one; });
  return empty ? Empty : Waiting;
}

std::vector<MonthState> Months::newest(std::size_t most) {
  const std::int64_t now = setup_.clock->now_ms();
  std::vector<MonthState> all;
  for (Month month = telemetry::month_of(now); all.size() < most; month = telemetry::before(month)) {
    MonthState state;
    state.month = month;
    {
      const std::lock_guard lock(mutex_);
      if (const auto shown = shown_.find(month);
          shown != shown_.end() && telemetry::steady_now_ms() < shown->second.first)
        state.figures = shown->second.second;
    }
    if (state.figures.values.empty()) {
      const std::int64_t began_ms = telemetry::steady_now_ms();
      auto found = figures(month);
      if (!found) {
        state.problem = found.error();
      } else {
        state.figures = std::move(*found);
        const std::int64_t ended_ms = telemetry::steady_now_ms();
        const std::lock_guard lock(mutex_);
        shown_[month] = {ended_ms + std::min(fresh_ms_max, (ended_ms - began_ms) * fresh_per_cost), state.figures};
      }
    }
    const std::lock_guard lock(mutex_);
    const auto told = told_.find(month);
    const Told* known = told == told_.end() ? nullptr : &told->second;
    state.stage = stage_of(month, known, state.figures, now);
    if (known != nullptr) {
      state.delivery = known->delivery;
      state.stored_ms = known->stored_ms;
      state.corrections = std::max(0, known->times_stored - 1);
      if (known->problem) state.problem = known->problem;
    }
    all.push_back(std::move(state));
  }
  // Months from before the plant was watched are not listed.
  while (all.size() > 1 && all.back().stage == MonthState::Stage::Empty) all.pop_back();
  return all;
}

base::Result<std::string> Months::file(Month month) const {
  auto found = figures(month);
  if (!found) return tl::unexpected(found.error());
  return telemetry::month_csv(setup_.plan, setup_.plant, *found);
}

void Months::deliver(Month month) {
  {
    const std::lock_guard lock(mutex_);
    asked_.push_back(month);
  }
  if (worker_) worker_->wake();
}

base::Result<Months::Told> Months::sign(Month month, std::string file) {
  const std::lock_guard lock(mutex_);
  Told told;
  if (const auto known = told_.find(month); known != told_.end()) told.times_stored = known->second.times_stored;
  told.issued_ms = std::max(setup_.clock->now_ms(), last_issued_ms_ + 1);
  told.file = std::move(file);
  const std::string period = telemetry::to_text(month) + "-01";
  told.signature =
      base::sign(key_, base::statement({"yuanqu delivery 1", setup_.plan.source, period, std::to_string(told.issued_ms),
                                        base::to_hex(base::sha256(told.file))}));
  if (auto written = lines_.append(json::object{{"month", telemetry::to_text(month)},
                                                {"issued", told.issued_ms},
                                                {"file", told.file},
                                                {"signature", told.signature}});
      !written)
    return tl::unexpected(written.error());
  last_issued_ms_ = told.issued_ms;
  told_[month] = told;
  return told;
}

// The number of the delivery, once the zone has stored it.
base::Result<std::string> Months::send(Month month, const Told& told) const {
  const std::string body = json::serialize(json::object{{"source", setup_.plan.source},
                                                        {"period", telemetry::to_text(month) + "-01"},
                                                        {"issued", told.issued_ms},
                                                        {"file", told.file},
                                                        {"signature", told.signature}});
  for (int i = 0; i < polls_max; ++i) {
    auto answer = telemetry::http_call(setup_.zone + "/api/v1/signed-deliveries", &body,
                                       {"Content-Type: application/json", "X-Yuanqu: 1"});
    if (!answer) return tl::unexpected(answer.error());
    if (answer->status == 200) {
      boost::system::error_code ec;
      const json::value read = json::parse(answer->body, ec);
      const json::value* delivery = !ec && read.is_object() ? read.get_object().if_contains("delivery") : nullptr;
      if (delivery == nullptr || !delivery->is_object())
        return base::fail(base::ErrorCode::Unavailable, "园区的答复读不懂。", "The zone's answer cannot be read.");
      if (whole_in(delivery->get_object(), "to_desk") > 0)
        return base::fail(
            base::ErrorCode::Invalid, "园区收到了，但没有认出其中的数，已转质量台；请联系数据管理岗。",
            "The zone has it but could not read its figures; they lie on the data desk. Ask the data steward.");
      return text_in(delivery->get_object(), "number");
    }
    if (answer->status != 202) return tl::unexpected(refusal_of(*answer));
    std::this_thread::sleep_for(poll_pause);
  }
  return base::fail(base::ErrorCode::Unavailable, "园区还没有处理完，稍后再问。", "The zone is not done with it yet.");
}

// Whether the month was stored by this.
base::Result<bool> Months::tell(Month month, bool asked) {
  auto found = figures(month);
  if (!found) return tl::unexpected(found.error());
  std::string content = telemetry::month_csv(setup_.plan, setup_.plant, *found);
  std::optional<Told> told;
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = told_.find(month); known != told_.end()) told = known->second;
  }
  const bool same = told && told->file == content;
  if (same && told->stored_ms > 0) return false;
  if (std::none_of(found->values.begin(), found->values.end(), [](const auto& one) { return one; })) {
    if (!asked) return false;
    return base::fail(base::ErrorCode::NotFound, "这个月没有数据。", "There is no data of this month.");
  }
  if (!found->damaged.empty()) return tl::unexpected(found->damaged.front());
  if (!same) {
    auto fresh = sign(month, std::move(content));
    if (!fresh) return tl::unexpected(fresh.error());
    told = std::move(*fresh);
  }
  auto stored = send(month, *told);
  if (!stored && stored.error().code == base::ErrorCode::Conflict) {
    // Another month went before it: signed anew, it is the newest.
    auto again = sign(month, told->file);
    if (!again) return tl::unexpected(again.error());
    told = std::move(*again);
    stored = send(month, *told);
  }
  const std::lock_guard lock(mutex_);
  if (!stored) {
    told_[month].problem = stored.error();
    return tl::unexpected(stored.error());
  }
  const std::int64_t now = setup_.clock->now_ms();
  if (auto written = lines_.append(json::object{
          {"month", telemetry::to_text(month)}, {"issued", told->issued_ms}, {"stored", now}, {"delivery", *stored}});
      !written)
    return tl::unexpected(written.error());
  Told& kept = told_[month];
  kept.stored_ms = now;
  kept.delivery = *stored;
  ++kept.times_stored;
  kept.problem.reset();
  shown_.erase(month);  // who looks next sees what was told, not what was shown before
  return true;
}

std::size_t Months::round() {
  const std::lock_guard one_at_a_time(rounds_);
  std::vector<Month> asked;
  {
    const std::lock_guard lock(mutex_);
    asked.swap(asked_);
  }
  if (setup_.zone.empty()) return 0;
  const std::int64_t now = setup_.clock->now_ms();
  std::vector<std::pair<Month, bool>> due;
  Month month = telemetry::before(telemetry::month_of(now));
  for (std::size_t back = 0; back < looked_back_months; ++back, month = telemetry::before(month)) {
    if (now < telemetry::begin_ms(telemetry::after(month)) + settling_ms) continue;
    const std::lock_guard lock(mutex_);
    const auto told = told_.find(month);
    const bool stored = told != told_.end() && told->second.stored_ms > 0;
    if (!stored || back < corrected_months) due.emplace_back(month, false);
  }
  std::reverse(due.begin(), due.end());  // oldest first: each is the newest issued
  for (const Month& one : asked) due.emplace_back(one, true);
  std::size_t stored = 0;
  for (const auto& [one, by_hand] : due) {
    auto done = tell(one, by_hand);
    if (!done) {
      setup_.log(setup_.plant + " " + telemetry::to_text(one) + ": " + base::to_text(done.error(), false));
      const std::lock_guard lock(mutex_);
      told_[one].problem = done.error();
      if (done.error().code == base::ErrorCode::Unavailable) break;  // the zone is away: all wait
    } else if (*done) {
      ++stored;
    }
  }
  return stored;
}

}  // namespace yuanqu::centre
