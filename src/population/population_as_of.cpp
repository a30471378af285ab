#include "population/population_as_of.hpp"

#include <algorithm>
#include <chrono>

#include "population/population_state.hpp"

namespace yuanqu::population {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

constexpr double part_of_loading = 0.2;  // evaluating takes most of the time
constexpr std::size_t told_every = 500;

// The outcome of that day. When it would differ is not asked: that search is most of the work, and nothing is due in
// the past.
Outcome outcome_of(Assessor& assessor, const DecisionProgram& program, const FactBase& facts,
                   const RecordState& subject, base::Date day) {
  const Assessment assessment = assessor.assess(program, facts, subject, day);
  return {.subject = subject.id, .applies = assessment.applies, .value = assessment.value, .rules = assessment.rules};
}

tl::unexpected<base::Error> stopped() { return fail(ErrorCode::Unavailable, "已停止。", "It was stopped."); }

}  // namespace

Result<std::unique_ptr<Population>> Population::as_of(register_::Register& records,
                                                      std::shared_ptr<const Programs> programs, register_::AsOf as_of,
                                                      const std::function<bool(double)>& progress) {
  std::unique_ptr<Population> population(new Population());
  population->state_ = std::make_unique<State>(records, std::move(programs));
  State& state = *population->state_;
  state.day = as_of.day;
  const auto total = static_cast<double>(std::max<Position>(records.journal().position(), 1));
  std::size_t loaded = 0;
  bool going = true;
  const auto take = [&](RecordState&& record) {
    state.facts.put(std::move(record));
    if (++loaded % told_every == 0)
      going = progress(part_of_loading * std::min(1.0, static_cast<double>(loaded) / total));
    return going;
  };
  auto read =
      as_of.known_at ? records.for_each_known_at(*as_of.known_at, take) : records.for_each(take, &state.position);
  if (!read) return tl::unexpected(read.error());
  if (!going) return stopped();
  if (as_of.known_at) state.position = *as_of.known_at;
  state.bring_image_to(as_of.day);
  std::size_t subjects = 0, done = 0;
  for (const DecisionProgram& program : state.programs->all())
    subjects += state.facts.of_kind(*program.decision->kind).size();
  for (std::size_t i = 0; i < state.programs->all().size(); ++i) {
    const DecisionProgram& program = state.programs->all()[i];
    const auto of_kind = state.facts.of_kind(*program.decision->kind);
    const auto by_columns = state.assess_all(i, of_kind, false);
    for (std::size_t at = 0; at < of_kind.size(); ++at) {
      const RecordId subject = of_kind[at];
      Outcome outcome =
          by_columns[at].answered
              ? Outcome{.subject = subject, .applies = by_columns[at].applies, .value = by_columns[at].value}
              : outcome_of(state.assessor, program, state.facts, *state.facts.find(subject), as_of.day);
      if (outcome.applies) state.outcomes[i].put(outcome);
      if (++done % told_every == 0 && !progress(part_of_loading + (1 - part_of_loading) * static_cast<double>(done) /
                                                                      static_cast<double>(subjects)))
        return stopped();
    }
  }
  return population;
}

Result<void> Population::follow_as_of() {
  State& state = *state_;
  const std::lock_guard stepping(state.step_mutex);
  while (true) {
    auto taken = state.take_changes();
    if (!taken) return tl::unexpected(taken.error());
    if (!*taken) break;
  }
  for (const auto& [program, subjects] : state.dirty) {
    for (const auto& [subject, cause] : subjects) {
      const auto record = state.facts.find(subject);
      if (record == nullptr) continue;
      Outcome outcome = outcome_of(state.assessor, state.programs->all()[program], state.facts, *record, state.day);
      const std::unique_lock lock(state.mutex);
      if (outcome.applies) {
        state.outcomes[program].put(outcome);
      } else {
        state.outcomes[program].erase(subject);
      }
    }
  }
  state.dirty.clear();
  return {};
}

PastPopulations::PastPopulations(register_::Register& records, Rules programs)
    : records_(records), programs_(std::move(programs)), builder_([this] { work(); }) {}

PastPopulations::~PastPopulations() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wanted_.notify_all();
  finished_.notify_all();
  builder_.join();
}

std::size_t PastPopulations::held() const {
  const std::lock_guard lock(mutex_);
  return places_.size();
}

std::shared_ptr<PastPopulations::Place> PastPopulations::place_of(const register_::AsOf& as_of) {
  const auto programs = programs_();
  const auto known = std::find_if(places_.begin(), places_.end(), [&](const auto& place) {
    return place->as_of.day == as_of.day && place->as_of.known_at == as_of.known_at;
  });
  if (known != places_.end()) {
    auto place = *known;
    const bool holds_erased = place->done && place->begun < records_.last_erase();
    if (place->programs == programs && (!place->done || (!place->problem && !holds_erased))) {
      places_.splice(places_.begin(), places_, known);
      return place;
    }
    place->unwanted = true;
    places_.erase(known);  // it failed, rules were published or somebody's data were erased since: once more
  }
  while (places_.size() >= held_max) {
    places_.back()->unwanted = true;
    places_.pop_back();
  }
  auto place = std::make_shared<Place>();
  place->as_of = as_of;
  place->programs = programs;
  places_.push_front(place);
  wanted_.notify_one();
  return place;
}

Result<PastPopulations::Answer> PastPopulations::get(register_::AsOf as_of, int wait_ms) {
  std::unique_lock lock(mutex_);
  const std::shared_ptr<Place> place = place_of(as_of);
  finished_.wait_for(lock, std::chrono::milliseconds(wait_ms), [&] { return place->done || stop_; });
  if (place->problem) return tl::unexpected(*place->problem);
  if (place->done && place->begun < records_.last_erase()) return Answer{};  // asked again, it is built anew
  Answer answer{.population = place->population, .part = place->done ? 1 : place->part};
  lock.unlock();
  if (answer.population != nullptr && !as_of.known_at) {
    if (auto followed = answer.population->follow_as_of(); !followed) return tl::unexpected(followed.error());
  }
  return answer;
}

void PastPopulations::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    std::shared_ptr<Place> next;
    wanted_.wait(lock, [&] {
      const auto waiting = std::find_if(places_.begin(), places_.end(), [](const auto& place) { return !place->done; });
      next = waiting == places_.end() ? nullptr : *waiting;
      return stop_ || next != nullptr;
    });
    if (stop_) return;
    next->begun = records_.journal().position();
    lock.unlock();
    auto built = Population::as_of(records_, next->programs, next->as_of, [&](double part) {
      const std::lock_guard hold(mutex_);
      next->part = part;
      return !stop_ && !next->unwanted;
    });
    lock.lock();
    if (built) {
      next->population = std::move(*built);
    } else {
      next->problem = built.error();
    }
    next->done = true;
    finished_.notify_all();
  }
}

}  // namespace yuanqu::population
