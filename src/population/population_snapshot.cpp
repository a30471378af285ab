// How a population begins: from its snapshot file and what was recorded after it, or from the records.

#include "columns/bytes.hpp"
#include "population/population_state.hpp"

namespace yuanqu::population {

using base::Result;

namespace {
constexpr std::size_t facts_held_max = 4'000'000;  // of states beside the columns: some 300 MB
constexpr std::size_t settle_every = 4096;
constexpr const char* format = "population-1 ";
}  // namespace

void Population::State::page_facts() {
  facts.page(
      [this](RecordId record) -> std::optional<RecordState> {
        const auto read = [&](journal::Database& database) {
          auto state = records.state(database, record, known_at.load());
          return state ? std::move(*state) : std::nullopt;
        };
        {
          const std::lock_guard hold(fetch_mutex);
          if (fetching) return read(fetching->database());
        }
        auto snapshot = records.journal().snapshot();
        return snapshot ? read(snapshot->database()) : std::nullopt;
      },
      facts_held_max);
}

// The records as they were known at that position; none: all there is.
Result<void> Population::State::load_records(std::optional<Position> known) {
  page_facts();
  Position loaded = known.value_or(0);
  std::size_t count = 0;
  const auto take = [&](RecordState&& record) {
    known_at = loaded;
    facts.put(std::move(record));
    if (++count % settle_every == 0) facts.settle();
    return true;
  };
  auto read = known ? records.for_each_known_at(*known, take) : records.for_each(take, &loaded);
  if (!read) return read;
  position = loaded;
  known_at = loaded;
  facts.settle();
  return {};
}

// Records and, when packs are as they were, the stored outcomes; otherwise everything is evaluated as a baseline.
Result<void> Population::State::load() {
  auto snapshot = records.journal().snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto stored = OutcomeStore::state(snapshot->database());
  if (!stored) return tl::unexpected(stored.error());
  if (!*stored || !programs->same_rules((*stored)->hash)) {
    baseline = true;
    day = records.today().value_or(base::Date());
    if (auto loaded = load_records(std::nullopt); !loaded) return loaded;
    enqueue_all();
    return {};
  }
  day = (*stored)->day;
  if (auto loaded = load_records((*stored)->position); !loaded) return loaded;
  bring_image_to(day);
  auto read = OutcomeStore::for_each(snapshot->database(), [&](std::uint32_t number, Outcome&& outcome) {
    const Decision* decision = programs->decisions().find(number);
    if (decision != nullptr) remember(index_of(*decision), std::move(outcome));
  });
  if (read && (*stored)->hash != programs->hash()) enqueue_readers_of_calendar();
  return read;
}

Result<void> Population::State::save_snapshot() {
  if (baseline || !image_built || !dirty.empty() || erased) return {};
  const std::shared_lock lock(mutex);
  std::string mark;
  columns::put_text(mark, format + programs->hash());
  columns::put(mark, position);
  facts.save(mark);
  for (std::size_t i = 0; i < programs->all().size(); ++i) {
    columns::put(mark, programs->all()[i].decision->number);
    outcomes[i].save(mark);
  }
  auto saved = image.save(snapshot_file(), mark);
  if (saved) saved_at = position;
  return saved;
}

Result<bool> Population::State::load_snapshot(const OutcomeStore::State& stored) {
  auto read = image.load(snapshot_file());
  if (!read) return false;  // none, damaged, or of other kinds: the records are read
  std::string_view in = *read;
  std::string hash;
  Position at = 0;
  if (!columns::get_text(in, hash) || hash != format + stored.hash || !columns::get(in, at) || at > stored.position ||
      image.day() > stored.day)
    return false;
  page_facts();
  position = at;
  known_at = at;
  day = image.day();
  if (!facts.load(in)) return false;
  for (std::size_t i = 0; i < programs->all().size(); ++i) {
    std::uint32_t number = 0;
    if (!columns::get(in, number) || number != programs->all()[i].decision->number || !outcomes[i].load(in))
      return false;
    outcomes[i].for_each([&](const Outcome& outcome) {
      if (outcome.look_again)
        due[*outcome.look_again].push_back({static_cast<std::uint32_t>(i), *image.row_of(outcome.subject)});
    });
  }
  image_built = true;
  saved_at = at;
  // What was evaluated since lies in the store with the duties it brought: it is read, not evaluated again.
  while (position < stored.position) {
    auto taken = take_changes(stored.position);
    if (!taken) return tl::unexpected(taken.error());
    if (!*taken) break;
  }
  if (erased) return false;
  for_each_due(stored.day, [&](std::size_t program, RecordId subject) { dirty[program].try_emplace(subject, 0); });
  auto snapshot = records.journal().snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  for (const auto& [program, subjects] : dirty) {
    for (const auto& [subject, cause] : subjects) {
      auto outcome = OutcomeStore::find(snapshot->database(), *programs->all()[program].decision, subject);
      if (!outcome) return tl::unexpected(outcome.error());
      if (*outcome) remember(program, std::move(**outcome));
    }
  }
  dirty.clear();
  due.erase(due.begin(), due.upper_bound(stored.day));
  day = stored.day;
  position = stored.position;
  known_at = stored.position;
  if (image.day() != day) image.move_to(facts, day);
  return true;
}

}  // namespace yuanqu::population
