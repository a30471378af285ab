#pragma once
// The insides of Population, shared by its translation units.

#include <condition_variable>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <unordered_map>

#include "population/column_assessor.hpp"
#include "population/population.hpp"

namespace yuanqu::population {

struct Population::State {
  State(register_::Register& records_in, std::shared_ptr<const Programs> programs_in)
      : records(records_in), programs(std::move(programs_in)), facts(records.catalogue()), image(records.catalogue()), assessor(programs), columns(programs, image, facts), reader(programs) {
    outcomes.resize(programs->all().size());
  }

  register_::Register& records;
  std::shared_ptr<const Programs> programs;

  // Guards everything below; held shared by readers, alone only for the moment something is put in its place.
  mutable std::shared_mutex mutex;
  FactBase facts;
  ColumnImage image;          // of the facts, as of `image.day()`
  bool image_built = false;
  std::vector<std::unordered_map<RecordId, Outcome>> outcomes;  // one map for each program
  std::multimap<base::Date, std::pair<std::size_t, RecordId>> due;  // by look_again; stale entries are passed over
  base::Date day;
  Position position = 0;
  bool baseline = false;      // the next step is a first load or follows a publication

  // catch_up: one at a time.
  std::mutex step_mutex;
  Assessor assessor;
  ColumnAssessor columns;
  std::map<std::size_t, std::map<RecordId, Position>> dirty;  // program → subjects with the latest change, kept until committed
  std::vector<OutcomeListener*> listeners;
  std::vector<std::function<void(Position, base::Date)>> observers;
  std::uint64_t evaluations = 0;

  // Reads that evaluate (since, explain).
  std::mutex reader_mutex;
  Assessor reader;

  std::shared_ptr<void> subscription;
  std::thread follower;
  std::mutex wake_mutex;
  std::condition_variable wake;
  bool woken = false, stopping = false;

  std::size_t index_of(const Decision& decision) const;
  Image image() const;  // while the caller holds `mutex`
  base::Result<void> load();
  base::Result<bool> take_changes();
  base::Result<void> step(base::Date to_day);
  void enqueue_all();
  void remember(std::size_t program, Outcome outcome);
  Outcome evaluate(std::size_t program, const RecordState& subject, base::Date on);
  // By columns where they answer; nullopt: evaluate() must say. The rules that matched are not told.
  std::vector<std::optional<Outcome>> evaluate_all(std::size_t program, std::span<const RecordId> subjects);
  void bring_image_to(base::Date day);
};

}  // namespace yuanqu::population
