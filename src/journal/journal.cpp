#include "journal/journal.hpp"

#include <sodium.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "journal/backup.hpp"
#include "journal/folder_lock.hpp"
#include "journal/schema.hpp"
#include "journal/writer.hpp"

namespace yuanqu::journal {

using base::ErrorCode;
using base::fail;
namespace fs = std::filesystem;

namespace {

constexpr const char* database_name = "zone.db";
constexpr const char* attachments_name = "attachments";

std::future<base::Result<Committed>> refused(base::Error error) {
  std::promise<base::Result<Committed>> promise;
  promise.set_value(tl::unexpected(std::move(error)));
  return promise.get_future();
}

}  // namespace

struct Journal::State {
  State(fs::path data_folder, const base::Clock& its_clock, Options its_options)
      : folder(std::move(data_folder)), clock(its_clock), options(its_options) {}

  fs::path folder;
  const base::Clock& clock;
  Options options;
  FolderLock lock;
  std::unique_ptr<Writer> writer;  // absent when opened read only

  std::mutex queue_mutex;
  std::condition_variable queue_changed;
  std::deque<QueuedWork> queue;
  std::vector<std::promise<base::Result<bool>>> compactions;  // asked for
  bool closing = false;

  std::mutex position_mutex;
  std::condition_variable position_changed;
  Position position = 0;
  std::uint64_t commits = 0;
  bool writer_ended = false;

  std::mutex readers_mutex;
  std::vector<std::unique_ptr<Database>> idle_readers;

  std::mutex listeners_mutex;
  std::vector<std::weak_ptr<std::function<void(Position)>>> listeners;

  std::unique_ptr<Attachments> attachments;
  std::thread writing;
  std::thread telling;

  void write_on() {
    std::vector<QueuedWork> works;
    for (;;) {
      {
        std::unique_lock hold(queue_mutex);
        queue_changed.wait(hold, [&] { return closing || !queue.empty() || !compactions.empty(); });
        if (!compactions.empty()) {
          auto asked = std::exchange(compactions, {});
          hold.unlock();
          const auto compacted = compact();
          for (auto& one : asked) one.set_value(compacted);
          continue;
        }
        if (queue.empty()) break;
        while (!queue.empty() && works.size() < options.group_works_max) {
          works.push_back(std::move(queue.front()));
          queue.pop_front();
        }
      }
      writer->run(works, [this](Position reached) {
        const std::lock_guard hold(position_mutex);
        position = reached;
        ++commits;
        position_changed.notify_all();
      });
      works.clear();
    }
    const std::lock_guard hold(position_mutex);
    writer_ended = true;
    position_changed.notify_all();
  }

  // Readers at rest hold no snapshot, but open files: they are closed first.
  base::Result<bool> compact() {
    {
      const std::lock_guard hold(readers_mutex);
      idle_readers.clear();
    }
    return writer->compact();
  }

  void tell_on() {
    std::uint64_t told = 0;
    for (;;) {
      Position reached = 0;
      {
        std::unique_lock hold(position_mutex);
        position_changed.wait(hold, [&] { return commits != told || writer_ended; });
        if (commits == told) return;
        told = commits;
        reached = position;
      }
      std::vector<std::shared_ptr<std::function<void(Position)>>> alive;
      {
        const std::lock_guard hold(listeners_mutex);
        std::erase_if(listeners, [](const auto& listener) { return listener.expired(); });
        for (const auto& listener : listeners) {
          if (auto strong = listener.lock()) alive.push_back(std::move(strong));
        }
      }
      for (const auto& listener : alive) (*listener)(reached);
    }
  }
};

struct Snapshot::State {
  Journal::State* journal = nullptr;
  std::unique_ptr<Database> database;
  Position position = 0;
  ~State() {
    if (!database) return;
    {
      auto commit = database->prepare("COMMIT");
      if (!commit || !commit->run()) return;
    }
    const std::lock_guard hold(journal->readers_mutex);
    if (journal->idle_readers.size() < journal->options.readers_max)
      journal->idle_readers.push_back(std::move(database));
  }
};

Snapshot::Snapshot(std::unique_ptr<State> state) : state_(std::move(state)) {}
Snapshot::Snapshot(Snapshot&&) noexcept = default;
Snapshot& Snapshot::operator=(Snapshot&&) noexcept = default;
Snapshot::~Snapshot() = default;
Database& Snapshot::database() { return *state_->database; }
Position Snapshot::position() const { return state_->position; }

Journal::Journal() = default;

base::Result<std::unique_ptr<Journal>> Journal::open(const fs::path& data_folder, const base::Clock& clock,
                                                     Options options) {
  if (sodium_init() < 0)
    return fail(ErrorCode::Internal, "加密库无法启动。", "The cryptographic library cannot start.");
  std::error_code problem;
  fs::create_directories(data_folder, problem);
  if (problem) {
    return fail(ErrorCode::Unavailable, "无法建立数据文件夹 " + data_folder.string() + "：" + problem.message() + "。",
                "Cannot create the data folder " + data_folder.string() + ": " + problem.message() + ".");
  }
  std::unique_ptr<Journal> journal(new Journal);
  journal->state_ = std::make_unique<State>(data_folder, clock, options);
  journal->state_->attachments = std::make_unique<Attachments>(*journal, data_folder / attachments_name);
  State& state = *journal->state_;
  auto lock = FolderLock::take(data_folder);
  if (!lock) return tl::unexpected(lock.error());
  state.lock = std::move(*lock);
  auto database = Database::open(data_folder / database_name, OpenMode::ReadWrite);
  if (!database) return tl::unexpected(database.error());
  if (auto prepared = prepare_schema(**database, options.synchronous_full); !prepared)
    return tl::unexpected(prepared.error());
  state.writer = std::make_unique<Writer>(std::move(*database), clock);
  if (auto started = state.writer->start(); !started) return tl::unexpected(started.error());
  state.position = state.writer->position();
  state.writing = std::thread([&state] { state.write_on(); });
  state.telling = std::thread([&state] { state.tell_on(); });
  return journal;
}

namespace {

// A backup keeps its attachments beside it, one folder for the whole series.
fs::path attachments_beside(const fs::path& data_folder) {
  std::error_code ignored;
  const fs::path own = data_folder / attachments_name, shared = data_folder.parent_path() / attachments_name;
  return fs::exists(data_folder / backup_note, ignored) && !fs::exists(own, ignored) ? shared : own;
}

}  // namespace

base::Result<std::unique_ptr<Journal>> Journal::open_read_only(const fs::path& data_folder, const base::Clock& clock) {
  if (sodium_init() < 0)
    return fail(ErrorCode::Internal, "加密库无法启动。", "The cryptographic library cannot start.");
  if (!fs::exists(data_folder / database_name)) {
    return fail(ErrorCode::NotFound, "数据文件夹 " + data_folder.string() + " 里没有数据。请检查 --data。",
                "There is no data in the folder " + data_folder.string() + ". Check --data.");
  }
  std::unique_ptr<Journal> journal(new Journal);
  journal->state_ = std::make_unique<State>(data_folder, clock, Options{});
  journal->state_->attachments = std::make_unique<Attachments>(*journal, attachments_beside(data_folder));
  journal->state_->writer_ended = true;
  auto snapshot = journal->snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  if (auto checked = check_schema(snapshot->database()); !checked) return tl::unexpected(checked.error());
  journal->state_->position = snapshot->position();
  return journal;
}

Journal::~Journal() { stop(); }

void Journal::stop() {
  if (!state_) return;
  {
    const std::lock_guard hold(state_->queue_mutex);
    state_->closing = true;
    state_->queue_changed.notify_all();
  }
  if (state_->writing.joinable()) state_->writing.join();
  if (state_->telling.joinable()) state_->telling.join();
}

base::Result<void> Journal::add_participant(Participant& participant) {
  auto added = commit(
      [&](Transaction& transaction) -> base::Result<void> {
        if (auto created = participant.create_tables(transaction.database()); !created) return created;
        transaction.on_commit([this, &participant] { state_->writer->add_participant(participant); });
        return {};
      },
      {});
  if (!added) return tl::unexpected(added.error());
  return {};
}

void Journal::set_pack_versions(std::string versions) {
  (void)commit(
      [&](Transaction&) -> base::Result<void> {
        state_->writer->set_pack_versions(versions);
        return {};
      },
      {});
}

std::future<base::Result<Committed>> Journal::submit(Work work, BatchInfo info) {
  if (!state_->writer) {
    return refused(
        {ErrorCode::Unsupported, "数据文件夹以只读方式打开。", "The data folder is open for reading only.", {}});
  }
  QueuedWork queued{std::move(work), std::move(info), {}};
  auto future = queued.promise.get_future();
  const std::lock_guard hold(state_->queue_mutex);
  if (state_->closing)
    return refused(
        {ErrorCode::Unavailable, "系统正在停止，没有写入。", "The system is stopping; nothing was written.", {}});
  state_->queue.push_back(std::move(queued));
  state_->queue_changed.notify_one();
  return future;
}

base::Result<Committed> Journal::commit(Work work, BatchInfo info) {
  return submit(std::move(work), std::move(info)).get();
}

base::Result<Snapshot> Journal::snapshot() {
  auto held = std::make_unique<Snapshot::State>();
  held->journal = state_.get();
  std::unique_ptr<Database> database;
  {
    const std::lock_guard hold(state_->readers_mutex);
    if (!state_->idle_readers.empty()) {
      database = std::move(state_->idle_readers.back());
      state_->idle_readers.pop_back();
    }
  }
  if (!database) {
    auto opened = Database::open(state_->folder / database_name, OpenMode::ReadOnly);
    if (!opened) return tl::unexpected(opened.error());
    if (auto done = (*opened)->execute("PRAGMA cache_size=-32768; PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY");
        !done) {
      return tl::unexpected(done.error());
    }
    database = std::move(*opened);
  }
  {
    auto begin = database->prepare("BEGIN");
    if (!begin) return tl::unexpected(begin.error());
    if (auto begun = begin->run(); !begun) return tl::unexpected(begun.error());
  }
  held->database = std::move(database);
  auto position = held->database->integer("SELECT max(sequence) FROM change");
  if (!position) return tl::unexpected(position.error());
  held->position = position->value_or(0);
  return Snapshot(std::move(held));
}

Position Journal::position() const {
  const std::lock_guard hold(state_->position_mutex);
  return state_->position;
}

base::Result<bool> Journal::compact() {
  if (!writable()) return fail(ErrorCode::Unavailable, "数据文件夹只读，不能整理。", "The data folder is read only.");
  std::promise<base::Result<bool>> promise;
  auto answer = promise.get_future();
  {
    const std::lock_guard hold(state_->queue_mutex);
    if (state_->closing)
      return fail(ErrorCode::Unavailable, "系统正在停止，没有整理。", "The system is stopping; nothing was compacted.");
    state_->compactions.push_back(std::move(promise));
  }
  state_->queue_changed.notify_all();
  return answer.get();
}

base::Result<std::optional<std::int64_t>> Journal::to_compact_since_ms() {
  auto taken = snapshot();
  if (!taken) return tl::unexpected(taken.error());
  return taken->database().integer("SELECT since FROM to_compact");
}

bool Journal::writable() const { return state_->writer && !state_->writer->failed(); }
const fs::path& Journal::data_folder() const { return state_->folder; }
Attachments& Journal::attachments() { return *state_->attachments; }
std::int64_t Journal::new_id() { return state_->writer->ids().next(); }

std::shared_ptr<void> Journal::subscribe(std::function<void(Position)> listener) {
  auto held = std::make_shared<std::function<void(Position)>>(std::move(listener));
  const std::lock_guard hold(state_->listeners_mutex);
  state_->listeners.push_back(held);
  return held;
}

bool Journal::wait_for(Position position, int timeout_ms) {
  std::unique_lock hold(state_->position_mutex);
  return state_->position_changed.wait_for(hold, std::chrono::milliseconds(timeout_ms), [&] {
    return state_->position >= position || state_->writer_ended;
  }) && state_->position >= position;
}

base::Result<std::vector<OutboxMessage>> Journal::claim(std::string_view topic, std::size_t limit, int lease_ms) {
  std::vector<OutboxMessage> messages;
  auto done = commit(
      [&](Transaction& transaction) -> base::Result<void> {
        auto select = transaction.database().prepare(
            "SELECT id,topic,key,body,created_at,attempts FROM outbox WHERE topic=? AND done_at IS NULL AND "
            "available_at<=? ORDER BY available_at, id LIMIT ?");
        if (!select) return tl::unexpected(select.error());
        select->bind_all(topic, transaction.recorded_at_ms(), static_cast<std::int64_t>(limit));
        for (;;) {
          auto row = select->step();
          if (!row) return tl::unexpected(row.error());
          if (!*row) break;
          messages.push_back({select->integer(0), std::string(select->text(1)), std::string(select->text(2)),
                              std::string(select->blob(3)), select->integer(4),
                              static_cast<int>(select->integer(5)) + 1});
        }
        auto update =
            transaction.database().prepare("UPDATE outbox SET available_at=?, attempts=attempts+1 WHERE id=?");
        if (!update) return tl::unexpected(update.error());
        for (const OutboxMessage& message : messages) {
          update->bind_all(transaction.recorded_at_ms() + lease_ms, message.id);
          if (auto updated = update->run(); !updated) return updated;
        }
        return {};
      },
      {});
  if (!done) return tl::unexpected(done.error());
  return messages;
}

base::Result<void> Journal::finish(std::int64_t message) {
  auto done = commit(
      [&](Transaction& transaction) -> base::Result<void> {
        auto update = transaction.database().prepare("UPDATE outbox SET done_at=? WHERE id=?");
        if (!update) return tl::unexpected(update.error());
        return update->bind_all(transaction.recorded_at_ms(), message).run();
      },
      {});
  if (!done) return tl::unexpected(done.error());
  return {};
}

base::Result<void> Journal::retry(std::int64_t message, std::string_view error, std::int64_t available_at_ms) {
  auto done = commit(
      [&](Transaction& transaction) -> base::Result<void> {
        auto update = transaction.database().prepare("UPDATE outbox SET last_error=?, available_at=? WHERE id=?");
        if (!update) return tl::unexpected(update.error());
        return update->bind_all(error, available_at_ms, message).run();
      },
      {});
  if (!done) return tl::unexpected(done.error());
  return {};
}

}  // namespace yuanqu::journal
