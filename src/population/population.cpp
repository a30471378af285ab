#include "population/population.hpp"

#include <algorithm>

#include "population/drafts.hpp"
#include "population/population_state.hpp"
#include "population/publications.hpp"

namespace yuanqu::population {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {
constexpr std::size_t changes_at_a_time = 20'000;
constexpr Position snapshot_every = 50'000;  // changes

bool same_versions(const Decision& a, const Decision& b) {
  return std::equal(a.versions.begin(), a.versions.end(), b.versions.begin(), b.versions.end(),
                    [](const DecisionVersion& x, const DecisionVersion& y) {
                      return x.model == y.model && x.decision == y.decision && x.valid_from == y.valid_from &&
                             x.valid_to == y.valid_to && x.publication == y.publication;
                    });
}

bool same_parameters(const Decisions& a, const Decisions& b) {
  return std::equal(a.parameters().begin(), a.parameters().end(), b.parameters().begin(), b.parameters().end(),
                    [](const ParameterRow& x, const ParameterRow& y) {
                      return x.parameter == y.parameter && x.valid_from == y.valid_from && x.valid_to == y.valid_to &&
                             feel::to_literal(x.value) == feel::to_literal(y.value);
                    });
}
}  // namespace

std::size_t Population::State::index_of(const Decision& decision) const {
  for (std::size_t i = 0; i < programs->all().size(); ++i) {
    if (programs->all()[i].decision->number == decision.number) return i;
  }
  return programs->all().size();
}

void Population::State::remember(std::size_t program, Outcome outcome) {
  outcomes[program].put(outcome);
  if (outcome.look_again)
    due[*outcome.look_again].push_back({static_cast<std::uint32_t>(program), *image.row_of(outcome.subject)});
}

// What was to be looked at on a day up to `to_day` and still is.
void Population::State::for_each_due(base::Date to_day,
                                     const std::function<void(std::size_t, RecordId)>& callback) const {
  for (auto at = due.begin(); at != due.end() && at->first <= to_day; ++at) {
    for (const Due& one : at->second) {
      const auto outcome = outcomes[one.program].at(one.row);
      if (outcome && outcome->look_again == at->first) callback(one.program, outcome->subject);
    }
  }
}

void Population::State::enqueue_all() {
  for (std::size_t i = 0; i < programs->all().size(); ++i) {
    for (const RecordId subject : facts.of_kind(*programs->all()[i].decision->kind)) dirty[i][subject] = 0;
  }
}

void Population::State::enqueue_readers_of_calendar() {
  for (std::size_t i = 0; i < programs->all().size(); ++i) {
    if (!programs->all()[i].reads_calendar()) continue;
    for (const RecordId subject : facts.of_kind(*programs->all()[i].decision->kind)) dirty[i].try_emplace(subject, 0);
  }
}

// Takes the changes after our position into the facts and marks what they can have touched. False: there were none.
Result<bool> Population::State::take_changes(Position up_to) {
  std::map<RecordId, Position> changed;
  Position last = position;
  bool erases = false;
  auto snapshot = records.journal().snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto read = journal::changes_after(snapshot->database(), position, changes_at_a_time,
                                     [&](const journal::StoredChange& change) {
                                       if (change.sequence > up_to) return false;
                                       changed[change.record] = change.sequence;
                                       last = change.sequence;
                                       erases = erases || change.operation == journal::Operation::Erase;
                                       return true;
                                     });
  if (!read) return tl::unexpected(read.error());
  if (last == position) return false;
  if (erases) {
    erased = true;
    std::error_code gone;
    if (keeps_snapshot || saved_at != 0) std::filesystem::remove(snapshot_file(), gone);
  }
  const auto mark = [&](const RecordState& record, const Touched& touched, Position sequence) {
    for (std::size_t i = 0; i < programs->all().size(); ++i) {
      for (const RecordId subject : programs->all()[i].subjects_of(facts, record, touched)) {
        Position& latest = dirty[i][subject];
        latest = std::max(latest, sequence);
      }
    }
  };
  for (const auto& [id, sequence] : changed) {
    auto state = records.state(snapshot->database(), id, last);
    if (!state) return tl::unexpected(state.error());
    if (!*state) continue;
    const StatePointer before = facts.find(id);
    const Touched touched = touched_by(facts, before.get(), **state);
    // What the record meant before counts as well: a child that moves from one parent to another touches both.
    if (before != nullptr) mark(*before, touched, sequence);
    {
      const std::unique_lock lock(mutex);
      facts.put(std::move(**state));
    }
    if (const StatePointer after = facts.find(id); after != nullptr) {
      mark(*after, touched, sequence);
      const std::unique_lock lock(mutex);
      if (image_built) image.put(facts, *after);
    }
  }
  const std::unique_lock lock(mutex);
  position = last;
  known_at = last;
  facts.settle();
  return true;
}

Outcome Population::State::evaluate(std::size_t program, const RecordState& subject, base::Date on) {
  const DecisionProgram& decision = programs->all()[program];
  ++evaluations;
  const Assessment assessment = assessor.assess(decision, facts, subject, on);
  Outcome outcome{
      .subject = subject.id, .applies = assessment.applies, .value = assessment.value, .rules = assessment.rules};
  outcome.until = assessor.until(decision, facts, subject, assessment, on, outcome.look_again);
  return outcome;
}

void Population::State::bring_image_to(base::Date to_day) {
  const std::unique_lock lock(mutex);
  if (!image_built) {
    auto reading = records.journal().snapshot();
    {
      const std::lock_guard hold(fetch_mutex);
      if (reading) fetching.emplace(std::move(*reading));
    }
    image.build(facts, to_day);
    {
      const std::lock_guard hold(fetch_mutex);
      fetching.reset();
    }
    image_built = true;
  } else if (image.day() != to_day) {
    image.move_to(facts, to_day);
  }
}

std::vector<ColumnOutcome> Population::State::assess_all(std::size_t program, std::span<const RecordId> subjects,
                                                         bool until) {
  const DecisionProgram& decision = programs->all()[program];
  {
    const std::unique_lock lock(mutex);  // compiling writes texts that readers of columns read
    if (!columns.can(decision)) return std::vector<ColumnOutcome>(subjects.size());
  }
  std::vector<ColumnOutcome> answers;
  for (bool again = true; again;) {
    {
      const std::shared_lock lock(mutex);
      answers = columns.assess(decision, subjects, until);
    }
    const std::unique_lock lock(mutex);
    again = columns.compile_wanted();
  }
  return answers;
}

std::vector<std::optional<Outcome>> Population::State::evaluate_all(std::size_t program,
                                                                    std::span<const RecordId> subjects) {
  std::vector<std::optional<Outcome>> found(subjects.size());
  std::vector<ColumnOutcome> answers = assess_all(program, subjects, true);
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    ColumnOutcome& answer = answers[i];
    if (!answer.answered || !answer.until_known) continue;
    found[i] = Outcome{.subject = subjects[i],
                       .applies = answer.applies,
                       .value = std::move(answer.value),
                       .until = answer.until,
                       .look_again = answer.look_again};
  }
  return found;
}

// Evaluates what is marked and what is due on `to_day`, and stores outcomes, transitions' consequences and our place in
// one transaction.
Result<void> Population::State::step(base::Date to_day, const Storing& also) {
  const bool moved = to_day > day;
  for_each_due(to_day, [&](std::size_t program, RecordId subject) { dirty[program].try_emplace(subject, 0); });
  due.erase(due.begin(), due.upper_bound(to_day));
  std::vector<std::pair<std::size_t, Outcome>> fresh;
  std::vector<Transition> transitions;
  bring_image_to(to_day);
  std::size_t wanted = 0, reached = 0;
  if (baseline && progress) {
    for (const auto& [program, subjects] : dirty) wanted += subjects.size();
  }
  for (const auto& [program, subjects] : dirty) {
    const DecisionProgram& decision = programs->all()[program];
    const bool heard = !listeners.empty();
    std::vector<RecordId> all;
    for (const auto& [subject, cause] : subjects) all.push_back(subject);
    asked[program] += all.size();
    std::vector<std::optional<Outcome>> by_columns(all.size());
    if (!(baseline && heard)) by_columns = evaluate_all(program, all);
    std::size_t place = 0;
    for (const auto& [subject, cause] : subjects) {
      if (wanted != 0 && ++reached % records_at_a_time == 0)
        progress(static_cast<double>(reached) / static_cast<double>(wanted));
      std::optional<Outcome>& found = by_columns[place++];
      const auto record = facts.find(subject);
      if (record == nullptr) continue;
      // Who is told of a transition is told the rules as well; what stays as it was needs no more than that it does.
      if (found && heard) {
        const auto before = outcomes[program].find(subject);
        const bool stays = before && before->applies == found->applies &&
                           (!found->applies || feel::to_literal(before->value) == feel::to_literal(found->value));
        if (!stays) found.reset();
      }
      Outcome outcome = found ? std::move(*found) : evaluate(program, *record, to_day);
      const auto known = outcomes[program].find(subject);
      const bool had = known.has_value();
      const Outcome before = had ? *known : Outcome{.subject = subject};
      const bool same = before.applies == outcome.applies &&
                        (!outcome.applies || feel::to_literal(before.value) == feel::to_literal(outcome.value));
      if (same && had) {
        // A change may reach back: the same outcome may have held for longer, or not as long. It is worked out again on
        // demand.
        if (cause == 0) outcome.since = before.since;
      } else if (!baseline && outcome.applies) {
        if (cause == 0) {
          outcome.since = to_day;
        } else {
          const Assessment now = assessor.assess(decision, facts, *record, to_day);
          outcome.since = assessor.since(decision, facts, *record, now, to_day);
        }
      }
      if (!same || (baseline && outcome.applies)) {
        transitions.push_back({decision.decision, subject, record->file, to_day, before, outcome, cause});
      }
      // What never concerned a record need not be kept unless a day may change that.
      if (had || outcome.applies || outcome.look_again) fresh.emplace_back(program, std::move(outcome));
    }
  }
  const bool was_baseline = baseline;
  auto committed = records.journal().commit(
      [&](journal::Transaction& transaction) -> Result<void> {
        journal::Database& database = transaction.database();
        if (was_baseline) {
          if (auto cleared = OutcomeStore::clear(database); !cleared) return cleared;
        }
        for (const auto& [program, outcome] : fresh) {
          if (auto put = OutcomeStore::put(database, *programs->all()[program].decision, outcome); !put) return put;
        }
        if (!transitions.empty()) {
          for (OutcomeListener* listener : listeners) {
            if (auto heard = listener->on_transitions(transaction, transitions, to_day, was_baseline); !heard)
              return heard;
          }
        }
        if (also) {
          if (auto stored = also(transaction); !stored) return stored;
        }
        return OutcomeStore::set_state(database, {position, to_day, programs->hash()});
      },
      {});
  if (!committed) return tl::unexpected(committed.error());
  {
    const std::unique_lock lock(mutex);
    for (auto& [program, outcome] : fresh) remember(program, std::move(outcome));
    day = to_day;
    baseline = false;
    dirty.clear();
  }
  if (moved || !fresh.empty() || !transitions.empty()) {
    for (const auto& observer : observers) observer(position, to_day);
  }
  return {};
}

Population::Population() = default;

Result<std::unique_ptr<Population>> Population::open(register_::Register& records,
                                                     std::shared_ptr<const Programs> programs) {
  std::unique_ptr<Population> population(new Population());
  population->state_ = std::make_unique<State>(records, std::move(programs));
  auto made = records.journal().commit(
      [](journal::Transaction& transaction) -> Result<void> {
        if (auto outcomes = OutcomeStore::create_tables(transaction.database()); !outcomes) return outcomes;
        if (auto drafts = Drafts::create_table(transaction.database()); !drafts) return drafts;
        return Publications::create_table(transaction.database());
      },
      {});
  if (!made) return tl::unexpected(made.error());
  State& state = *population->state_;
  auto snapshot = records.journal().snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto stored = OutcomeStore::state(snapshot->database());
  if (!stored) return tl::unexpected(stored.error());
  if (*stored && state.programs->same_rules((*stored)->hash)) {
    auto resumed = state.load_snapshot(**stored);
    if (!resumed) return tl::unexpected(resumed.error());
    if (*resumed) {
      if ((*stored)->hash != state.programs->hash()) state.enqueue_readers_of_calendar();
      return population;
    }
    auto compiled = state.programs.shared();
    population->state_ = std::make_unique<State>(records, std::move(compiled));
  }
  if (auto loaded = population->state_->load(); !loaded) return tl::unexpected(loaded.error());
  return population;
}

Population::~Population() {
  if (state_ == nullptr) return;
  state_->subscription.reset();
  {
    const std::lock_guard lock(state_->wake_mutex);
    state_->stopping = true;
  }
  state_->wake.notify_all();
  if (state_->follower.joinable()) state_->follower.join();
  if (state_->keeps_snapshot && state_->position != state_->saved_at) (void)save_snapshot();
}

Result<void> Population::save_snapshot() {
  const std::lock_guard lock(state_->step_mutex);
  return state_->save_snapshot();
}

void Population::add_listener(OutcomeListener& listener) { state_->listeners.push_back(&listener); }
void Population::on_progress(std::function<void(double part)> progress) { state_->progress = std::move(progress); }
void Population::on_change(std::function<void(Position, base::Date)> listener) {
  state_->observers.push_back(std::move(listener));
}

Result<void> Population::catch_up() {
  State& state = *state_;
  const std::lock_guard lock(state.step_mutex);
  const auto today = state.records.today();
  if (!today) {  // the zone has no day yet: nothing can be said
    if (!state.image_built) state.bring_image_to(state.day);
    return {};
  }
  if (state.baseline) {
    // What was recorded before the first step belongs to the baseline (a zone filled after it was opened): nothing
    // becomes anything by it.
    while (true) {
      auto taken = state.take_changes();
      if (!taken) return tl::unexpected(taken.error());
      if (!*taken) break;
    }
    state.dirty.clear();
    state.enqueue_all();
    if (auto stepped = state.step(*today); !stepped) return stepped;
  }
  while (true) {
    auto taken = state.take_changes();
    if (!taken) return tl::unexpected(taken.error());
    const base::Date zone_day = state.records.today().value_or(state.day);
    if (*taken || !state.dirty.empty()) {
      if (auto stepped = state.step(state.day); !stepped) return stepped;
      continue;
    }
    if (zone_day <= state.day) return {};
    // Pass days one at a time, but quiet ones at once: nothing can differ before the next due day.
    base::Date next = base::Date::from_days(state.day.days() + 1);
    if (state.due.empty() || state.due.begin()->first > next) {
      next = state.due.empty() ? zone_day : std::min(zone_day, state.due.begin()->first);
    }
    if (auto stepped = state.step(next); !stepped) return stepped;
  }
}

void Population::State::change_programs(const std::shared_ptr<const Programs>& next) {
  const std::lock_guard reading(reader_mutex);
  const std::unique_lock lock(mutex);
  programs.replace(next);
  assessor.adopt(next);
  columns.adopt(next);
  reader.adopt(next);
}

Result<void> Population::adopt(std::shared_ptr<const Programs> programs, const Storing& store) {
  State& state = *state_;
  const std::lock_guard lock(state.step_mutex);
  if (state.baseline || !state.image_built) {
    return fail(ErrorCode::Unavailable, "正在装载记录，请稍后再试。",
                "Records are being loaded; try again in a moment.");
  }
  while (true) {
    auto taken = state.take_changes();
    if (!taken) return tl::unexpected(taken.error());
    if (!*taken && state.dirty.empty()) break;
    if (auto stepped = state.step(state.day); !stepped) return stepped;
  }
  const auto before = state.programs.shared();
  const bool parameters = !same_parameters(before->decisions(), programs->decisions());
  programs = programs->with_decisions(programs->decisions().with_calendar(before->decisions().published()));
  state.change_programs(programs);
  for (std::size_t i = 0; i < programs->all().size(); ++i) {
    const DecisionProgram& program = programs->all()[i];
    if (same_versions(*before->all()[i].decision, *program.decision) && !(parameters && program.takes_parameters()))
      continue;
    for (const RecordId subject : state.facts.of_kind(*program.decision->kind)) state.dirty[i][subject] = 0;
  }
  auto stepped = state.step(state.day, store);
  if (!stepped) {
    state.dirty.clear();
    state.change_programs(before);
  }
  return stepped;
}

void Population::start() {
  State& state = *state_;
  state.keeps_snapshot = true;
  state.subscription = state.records.journal().subscribe([&state](Position) {
    {
      const std::lock_guard lock(state.wake_mutex);
      state.woken = true;
    }
    state.wake.notify_one();
  });
  state.follower = std::thread([this, &state] {
    while (true) {
      {
        std::unique_lock lock(state.wake_mutex);
        state.wake.wait(lock, [&] { return state.woken || state.stopping; });
        if (state.stopping) return;
        state.woken = false;
      }
      // A failure leaves what was marked in place; the next change or day tries again.
      (void)catch_up();
      if (position() - state.saved_at >= snapshot_every) (void)save_snapshot();
    }
  });
}

base::Date Population::today() const {
  const std::shared_lock lock(state_->mutex);
  return state_->day;
}

Position Population::position() const {
  const std::shared_lock lock(state_->mutex);
  return state_->position;
}

Figures Population::figures() const {
  const std::shared_lock lock(state_->mutex);
  Figures figures{.records = state_->facts.size(),
                  .decisions = state_->outcomes.size(),
                  .evaluations = state_->evaluations,
                  .position = state_->position};
  for (const HeldOutcomes& of_decision : state_->outcomes) {
    figures.outcomes += of_decision.size();
    figures.outcome_bytes += of_decision.bytes();
  }
  figures.fact_bytes = state_->facts.bytes() + state_->image.bytes();
  for (std::size_t i = 0; i < state_->asked.size(); ++i)
    figures.asked.emplace_back(state_->programs->all()[i].decision, state_->asked[i].load());
  return figures;
}

const Programs& Population::programs() const { return *state_->programs; }

std::shared_ptr<const PublishedCalendar> Population::calendar() const {
  return state_->programs->decisions().published();
}

void Population::use_calendar(std::shared_ptr<const PublishedCalendar> calendar) {
  State& state = *state_;
  const std::lock_guard lock(state.step_mutex);
  state.change_programs(state.programs->with_decisions(state.programs->decisions().with_calendar(std::move(calendar))));
  state.enqueue_readers_of_calendar();
}

const register_::Catalogue& Population::catalogue() const { return state_->facts.catalogue(); }

}  // namespace yuanqu::population
