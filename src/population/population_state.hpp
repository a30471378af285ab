#pragma once
// The insides of Population, shared by its translation units.

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <unordered_map>

#include "population/column_assessor.hpp"
#include "population/held_outcomes.hpp"
#include "population/population.hpp"

namespace yuanqu::population {

// The programs in force. Who was given a decision keeps a pointer into them, so those that were in force before stay.
class CurrentPrograms {
 public:
  explicit CurrentPrograms(std::shared_ptr<const Programs> programs) { replace(std::move(programs)); }
  const Programs* operator->() const { return now_.load(); }
  const Programs& operator*() const { return *now_.load(); }
  std::shared_ptr<const Programs> shared() const {
    const std::lock_guard lock(mutex_);
    return all_.back();
  }
  void replace(std::shared_ptr<const Programs> programs) {
    const std::lock_guard lock(mutex_);
    all_.push_back(std::move(programs));
    now_.store(all_.back().get());
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<const Programs>> all_;
  std::atomic<const Programs*> now_ = nullptr;
};

struct Population::State {
  State(register_::Register& records_in, std::shared_ptr<const Programs> programs_in)
      : records(records_in),
        programs(std::move(programs_in)),
        facts(records.catalogue()),
        image(records.catalogue()),
        assessor(programs.shared()),
        columns(programs.shared(), image, facts),
        reader(programs.shared()) {
    for (const DecisionProgram& program : programs->all()) {
      outcomes.emplace_back(image.rows(), *program.decision->kind);
      asked.emplace_back(0);
    }
  }

  register_::Register& records;
  CurrentPrograms programs;

  // Guards everything below; held shared by readers, alone only for the moment something is put in its place.
  mutable std::shared_mutex mutex;
  FactBase facts;
  ColumnImage image;  // of the facts, as of `image.day()`
  bool image_built = false;
  std::vector<HeldOutcomes> outcomes;  // one for each program
  struct Due {
    std::uint32_t program = 0;
    std::int32_t row = 0;
  };
  std::map<base::Date, std::vector<Due>> due;  // by look_again; stale entries are passed over
  base::Date day;
  Position position = 0;
  bool baseline = false;  // the next step is a first load or follows a publication

  // catch_up: one at a time.
  std::mutex step_mutex;
  Assessor assessor;
  ColumnAssessor columns;
  std::map<std::size_t, std::map<RecordId, Position>>
      dirty;  // program → subjects with the latest change, kept until committed
  std::vector<OutcomeListener*> listeners;
  std::vector<std::function<void(Position, base::Date)>> observers;
  std::function<void(double part)> progress;  // of a baseline
  std::atomic<std::uint64_t> evaluations = 0;
  std::deque<std::atomic<std::uint64_t>> asked;  // by program: subjects asked again since start

  // The register's store answers for states that are not in memory, as they were at this position.
  std::atomic<Position> known_at = 0;
  std::mutex fetch_mutex;
  std::optional<journal::Snapshot>
      fetching;  // while everybody is read; a snapshot held for long keeps the store from tidying up
  std::atomic<Position> saved_at = 0;  // of the snapshot file
  bool erased =
      false;  // somebody's data were: texts of columns may still hold them, so no snapshot is written until a restart
  bool keeps_snapshot = false;  // the zone's own population, which follows the journal

  // Reads that evaluate (since, explain).
  std::mutex reader_mutex;
  Assessor reader;

  std::shared_ptr<void> subscription;
  std::thread follower;
  std::mutex wake_mutex;
  std::condition_variable wake;
  bool woken = false, stopping = false;

  std::size_t index_of(const Decision& decision) const;
  FileId file_of(const Kind& kind, RecordId record) const;
  Image view() const;  // while the caller holds `mutex`
  void page_facts();
  base::Result<void> load();
  base::Result<void> load_records(std::optional<Position> known);
  // From the snapshot file and what was recorded after it; false: there is none that fits, and the state is to be made
  // anew.
  base::Result<bool> load_snapshot(const OutcomeStore::State& stored);
  base::Result<void> save_snapshot();
  std::filesystem::path snapshot_file() const { return records.journal().data_folder() / "population.snapshot"; }
  base::Result<bool> take_changes(Position up_to = INT64_MAX);
  // `also` is stored in the same transaction.
  base::Result<void> step(base::Date to_day, const Storing& also = {});
  void change_programs(const std::shared_ptr<const Programs>& next);
  void enqueue_all();
  void enqueue_readers_of_calendar();
  void remember(std::size_t program, Outcome outcome);
  Outcome evaluate(std::size_t program, const RecordState& subject, base::Date on);
  // By columns where they answer, with or without `until`.
  std::vector<ColumnOutcome> assess_all(std::size_t program, std::span<const RecordId> subjects, bool until);
  // By columns where they answer; nullopt: evaluate() must say. The rules that matched are not told.
  std::vector<std::optional<Outcome>> evaluate_all(std::size_t program, std::span<const RecordId> subjects);
  void bring_image_to(base::Date day);
  void for_each_due(base::Date to_day,
                    const std::function<void(std::size_t program, RecordId subject)>& callback) const;
};

}  // namespace yuanqu::population
