#include "journal/journal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "folder.hpp"

namespace yuanqu::journal {
namespace {

using test::Folder;

Change change_of(FileId file, RecordId record, std::string_view text) {
  ValueWriter values;
  values.add(1, text);
  return {.file = file,
          .record = record,
          .kind = 1,
          .operation = Operation::Put,
          .effective_from = 20000,
          .source = 2,
          .reason = "r",
          .values = values.take()};
}

std::vector<StoredChange> all_changes(Journal& journal) {
  std::vector<StoredChange> changes;
  auto snapshot = journal.snapshot();
  EXPECT_TRUE(changes_after(snapshot->database(), 0, SIZE_MAX, [&](const StoredChange& change) {
    changes.push_back(change);
    return true;
  }));
  return changes;
}

base::Result<void> append_all(Transaction& transaction, std::initializer_list<Change> changes) {
  for (const Change& change : changes) {
    if (auto done = transaction.append(change); !done) return tl::unexpected(done.error());
  }
  return {};
}

class JournalTest : public ::testing::Test {
 protected:
  void SetUp() override { reopen(); }
  void reopen() {
    journal.reset();
    auto opened = Journal::open(folder.path(), clock);
    ASSERT_TRUE(opened) << base::to_text(opened.error(), false);
    journal = std::move(*opened);
  }
  Folder folder;
  base::ManualClock clock{1'772'400'000'000};
  std::unique_ptr<Journal> journal;
};

TEST_F(JournalTest, AppendsInOrderAndChainsByFile) {
  auto done = journal->commit(
      [](Transaction& t) {
        return append_all(t, {change_of(7, 7, "a"), change_of(8, 8, "b"), change_of(7, 9, "c")});
      },
      {.actor = 5});
  ASSERT_TRUE(done);
  EXPECT_EQ(done->first, 1);
  EXPECT_EQ(done->last, 3);
  EXPECT_EQ(done->position, 3);
  const auto changes = all_changes(*journal);
  ASSERT_EQ(changes.size(), 3U);
  EXPECT_EQ(changes[0].previous, Hash{});
  EXPECT_EQ(changes[1].previous, Hash{});
  EXPECT_EQ(changes[2].previous, changes[0].hash);
  for (const StoredChange& change : changes) {
    EXPECT_EQ(change.hash, hash_of(change));
    EXPECT_EQ(change.digest, digest_of(change.salt, change.reason, change.values));
    EXPECT_EQ(change.actor, 5);
    EXPECT_EQ(change.batch, done->batch);
    EXPECT_EQ(change.recorded_at_ms, clock.now_ms());
  }
  EXPECT_NE(changes[0].salt, changes[1].salt);
}

TEST_F(JournalTest, ARefusedWorkLeavesNothingBehind) {
  ASSERT_TRUE(journal->commit([](Transaction& t) { return append_all(t, {change_of(7, 7, "a")}); }, {}));
  bool undone = false;
  auto refused = journal->commit(
      [&](Transaction& t) -> base::Result<void> {
        t.on_rollback([&] { undone = true; });
        if (auto appended = append_all(t, {change_of(7, 7, "lost")}); !appended) return appended;
        return base::fail(base::ErrorCode::Invalid, "不行", "no");
      },
      {});
  EXPECT_FALSE(refused);
  EXPECT_TRUE(undone);
  auto next = journal->commit([](Transaction& t) { return append_all(t, {change_of(7, 7, "b")}); }, {});
  ASSERT_TRUE(next);
  EXPECT_EQ(next->first, 2);
  const auto changes = all_changes(*journal);
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[1].previous, changes[0].hash);
}

// A work that appends nothing (a lease of the outbox, a table) leaves no trace of its time: a clock that ran ahead for
// a moment does not push what is recorded afterwards into the future.
TEST_F(JournalTest, ACommitWithoutChangesTakesNoTime) {
  ASSERT_TRUE(journal->commit([](Transaction& t) { return append_all(t, {change_of(7, 7, "a")}); }, {}));
  clock.advance_ms(3'600'000);
  auto nothing = journal->commit([](Transaction&) -> base::Result<void> { return {}; }, {});
  ASSERT_TRUE(nothing);
  EXPECT_EQ(nothing->first, 0);
  EXPECT_EQ(nothing->position, 1);
  clock.advance_ms(60'000 - 3'600'000);
  auto next = journal->commit([](Transaction& t) { return append_all(t, {change_of(7, 7, "b")}); }, {});
  ASSERT_TRUE(next);
  EXPECT_EQ(next->recorded_at_ms, clock.now_ms());
  EXPECT_EQ(all_changes(*journal).back().recorded_at_ms, clock.now_ms());
  // With a change it does: time never runs backwards in the journal.
  clock.advance_ms(-1000);
  auto earlier = journal->commit([](Transaction& t) { return append_all(t, {change_of(7, 7, "c")}); }, {});
  ASSERT_TRUE(earlier);
  EXPECT_EQ(earlier->recorded_at_ms, next->recorded_at_ms);
}

TEST_F(JournalTest, CompactingLeavesNothingOfWhatWasTakenOut) {
  const std::string secret = "a text that occurs nowhere else";
  ASSERT_TRUE(journal->commit([&](Transaction& t) { return append_all(t, {change_of(7, 7, secret)}); }, {}));
  ASSERT_TRUE(journal->commit(
      [&](Transaction& t) -> base::Result<void> {
        const Salt salt = t.new_salt();
        auto erase = t.append({.file = 7, .record = 7, .kind = 1, .operation = Operation::Erase});
        if (!erase) return tl::unexpected(erase.error());
        return t.redact(1, "", salt, *erase);
      },
      {}));
  EXPECT_EQ(*journal->to_compact_since_ms(), clock.now_ms());
  auto held = journal->snapshot();  // somebody reads meanwhile
  ASSERT_TRUE(held);
  held = journal->snapshot();
  {
    const auto done = tl::expected<bool, base::Error>(journal->compact());
    ASSERT_TRUE(done);
  }
  held = tl::unexpected(base::Error{});  // they are done
  ASSERT_TRUE(*journal->compact());
  EXPECT_EQ(*journal->to_compact_since_ms(), std::nullopt);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
    if (!entry.is_regular_file()) continue;
    std::ifstream stream(entry.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(stream)), {});
    EXPECT_EQ(bytes.find(secret), std::string::npos) << entry.path();
  }
  EXPECT_EQ(all_changes(*journal).size(), 2U);
  ASSERT_TRUE(journal->commit([](Transaction& t) { return append_all(t, {change_of(7, 7, "b")}); }, {}));
}

TEST_F(JournalTest, GoesOnWhereItStoodAfterARestart) {
  ASSERT_TRUE(journal->commit([](Transaction& t) { return append_all(t, {change_of(7, 7, "a")}); }, {}));
  const std::int64_t id = journal->new_id();
  ASSERT_TRUE(journal->commit([](Transaction&) -> base::Result<void> { return {}; }, {}));
  clock.advance_ms(-86'400'000);  // the machine's clock was set back
  reopen();
  EXPECT_EQ(journal->position(), 1);
  EXPECT_GT(journal->new_id(), id);
  auto done = journal->commit([](Transaction& t) { return append_all(t, {change_of(7, 7, "b")}); }, {});
  ASSERT_TRUE(done);
  const auto changes = all_changes(*journal);
  EXPECT_EQ(changes[1].previous, changes[0].hash);
  EXPECT_GE(changes[1].recorded_at_ms, changes[0].recorded_at_ms);
}

TEST_F(JournalTest, AnsweredKeysAreNotRunAgain) {
  int runs = 0;
  const auto work = [&](Transaction& t) {
    ++runs;
    t.set_reply("done");
    return append_all(t, {change_of(7, 7, "a")});
  };
  auto first = journal->commit(work, {.idempotency_key = "k1"});
  auto second = journal->commit(work, {.idempotency_key = "k1"});
  ASSERT_TRUE(first && second);
  EXPECT_EQ(runs, 1);
  EXPECT_TRUE(second->repeated);
  EXPECT_EQ(second->first, first->first);
  EXPECT_EQ(second->reply, "done");
}

TEST_F(JournalTest, AKeyBelongsToOneRequestAlsoAfterARestart) {
  const auto work = [&](Transaction& t) { return append_all(t, {change_of(7, 7, "a")}); };
  ASSERT_TRUE(journal->commit(work, {.idempotency_key = "k1", .request_digest = "one"}));
  journal.reset();
  journal = *Journal::open(folder.path(), clock);
  auto other = journal->commit(work, {.idempotency_key = "k1", .request_digest = "two"});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, base::ErrorCode::Conflict);
  auto same = journal->commit(work, {.idempotency_key = "k1", .request_digest = "one"});
  ASSERT_TRUE(same);
  EXPECT_TRUE(same->repeated);
  EXPECT_EQ(journal->position(), 1);
}

TEST_F(JournalTest, ManyWritersEachGetAnAnswerAndNoSequenceIsLost) {
  std::vector<std::thread> threads;
  std::atomic<int> accepted{0};
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 50; ++i) {
        auto done = journal->commit(
            [&](Transaction& t) { return append_all(t, {change_of(thread + 1, thread + 1, std::to_string(i))}); }, {});
        if (done) ++accepted;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(accepted, 400);
  const auto changes = all_changes(*journal);
  ASSERT_EQ(changes.size(), 400U);
  std::map<FileId, Hash> heads;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    EXPECT_EQ(changes[i].sequence, static_cast<Position>(i + 1));
    EXPECT_EQ(changes[i].previous, heads[changes[i].file]);
    heads[changes[i].file] = changes[i].hash;
  }
}

class Counter final : public Participant {
 public:
  std::string_view name() const override { return "counter"; }
  base::Result<void> create_tables(Database& database) override {
    return database.execute(
        "CREATE TABLE IF NOT EXISTS counted(one INTEGER PRIMARY KEY, changes INTEGER); INSERT OR IGNORE INTO counted "
        "VALUES(1,0)");
  }
  base::Result<void> apply(Transaction& transaction, std::span<const StoredChange> changes) override {
    for (const StoredChange& change : changes) {
      if (change.reason == "refuse") return base::fail(base::ErrorCode::Conflict, "不接受", "refused");
    }
    if (transaction.append(Change{})) ADD_FAILURE() << "a participant appended";
    auto update = transaction.database().prepare("UPDATE counted SET changes = changes + ?");
    if (!update) return tl::unexpected(update.error());
    return update->bind(1, static_cast<std::int64_t>(changes.size())).run();
  }
};

TEST_F(JournalTest, ParticipantsChangeInTheSameTransactionOrRefuseIt) {
  Counter counter;
  ASSERT_TRUE(journal->add_participant(counter));
  ASSERT_TRUE(journal->commit(
      [](Transaction& t) {
        return append_all(t, {change_of(7, 7, "a"), change_of(7, 7, "b")});
      },
      {}));
  EXPECT_FALSE(journal->commit(
      [](Transaction& t) {
        Change change = change_of(7, 7, "c");
        change.reason = "refuse";
        return append_all(t, {change});
      },
      {}));
  auto snapshot = journal->snapshot();
  EXPECT_EQ(snapshot->database().integer("SELECT changes FROM counted")->value(), 2);
  EXPECT_EQ(snapshot->position(), 2);
}

TEST_F(JournalTest, AnotherProcessIsToldWhoOwnsTheFolder) {
  auto second = Journal::open(folder.path(), clock);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, base::ErrorCode::Unavailable);
  EXPECT_NE(second.error().en.find(std::to_string(::getpid())), std::string::npos);
  EXPECT_TRUE(Journal::open_read_only(folder.path(), clock));
}

TEST_F(JournalTest, RefusesForeignAndNewerDatabases) {
  journal.reset();
  {
    auto database = Database::open(folder.path() / "zone.db", OpenMode::ReadWrite);
    ASSERT_TRUE((*database)->execute("PRAGMA user_version=99"));
  }
  auto newer = Journal::open(folder.path(), clock);
  ASSERT_FALSE(newer);
  EXPECT_EQ(newer.error().code, base::ErrorCode::Unsupported);
  Folder other;
  std::ofstream(other.path() / "zone.db") << std::string(10000, 'x');
  EXPECT_FALSE(Journal::open(other.path(), clock));
}

TEST_F(JournalTest, KnowsWhatWasRecordedByAMoment) {
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(
        journal->commit([&](Transaction& t) { return append_all(t, {change_of(7, 7, std::to_string(i))}); }, {}));
    clock.advance_ms(1000);
  }
  auto snapshot = journal->snapshot();
  const std::int64_t start = clock.now_ms() - 10'000;
  EXPECT_EQ(*position_at(snapshot->database(), start - 1), 0);
  EXPECT_EQ(*position_at(snapshot->database(), start), 1);
  EXPECT_EQ(*position_at(snapshot->database(), start + 4500), 5);
  EXPECT_EQ(*position_at(snapshot->database(), start + 100'000), 10);
}

TEST_F(JournalTest, ListsTheChangesOfABatchFileAndRecord) {
  ASSERT_TRUE(journal->commit(
      [](Transaction& t) {
        return append_all(t, {change_of(1, 1, "a"), change_of(2, 2, "b")});
      },
      {.batch = 77}));
  ASSERT_TRUE(journal->commit([](Transaction& t) { return append_all(t, {change_of(1, 1, "x")}); }, {}));
  ASSERT_TRUE(journal->commit([](Transaction& t) { return append_all(t, {change_of(1, 3, "c")}); }, {.batch = 77}));
  auto snapshot = journal->snapshot();
  std::vector<Position> seen;
  const ChangeCallback note = [&](const StoredChange& change) {
    seen.push_back(change.sequence);
    return true;
  };
  ASSERT_TRUE(changes_of_batch(snapshot->database(), 77, note));
  EXPECT_THAT(seen, ::testing::ElementsAre(1, 2, 4));
  seen.clear();
  ASSERT_TRUE(changes_of_file(snapshot->database(), 1, note));
  EXPECT_THAT(seen, ::testing::ElementsAre(1, 3, 4));
  seen.clear();
  ASSERT_TRUE(changes_of_record(snapshot->database(), 1, 3, note));
  EXPECT_THAT(seen, ::testing::ElementsAre(4));
}

TEST_F(JournalTest, OutboxGivesEachMessageOnceWithinItsLease) {
  const auto enqueue = [](Transaction& t) -> base::Result<void> {
    if (auto done = t.enqueue("duty", "k", "body"); !done) return done;
    return t.enqueue("duty", "k", "again");
  };
  ASSERT_TRUE(journal->commit(enqueue, {}));
  ASSERT_TRUE(journal->commit(enqueue, {}));
  auto claimed = journal->claim("duty", 10, 1000);
  ASSERT_TRUE(claimed);
  ASSERT_EQ(claimed->size(), 1U);
  EXPECT_EQ(claimed->front().body, "body");
  EXPECT_TRUE(journal->claim("duty", 10, 1000)->empty());
  clock.advance_ms(1001);
  auto again = journal->claim("duty", 10, 1000);
  ASSERT_EQ(again->size(), 1U);
  EXPECT_EQ(again->front().attempts, 2);
  ASSERT_TRUE(journal->finish(again->front().id));
  clock.advance_ms(5000);
  EXPECT_TRUE(journal->claim("duty", 10, 1000)->empty());
}

TEST_F(JournalTest, TellsListenersAfterCommits) {
  std::atomic<Position> told{0};
  auto subscription = journal->subscribe([&](Position position) { told = position; });
  ASSERT_TRUE(journal->commit([](Transaction& t) { return append_all(t, {change_of(7, 7, "a")}); }, {}));
  EXPECT_TRUE(journal->wait_for(1, 1000));
  for (int i = 0; i < 1000 && told == 0; ++i) std::this_thread::yield();
  for (int i = 0; i < 200 && told == 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_EQ(told, 1);
  EXPECT_FALSE(journal->wait_for(2, 10));
}

TEST_F(JournalTest, AnErasedChangeKeepsItsChain) {
  ASSERT_TRUE(journal->commit([](Transaction& t) { return append_all(t, {change_of(7, 7, "secret")}); }, {}));
  ASSERT_TRUE(journal->commit(
      [](Transaction& t) -> base::Result<void> {
        const Salt salt = t.new_salt();
        Change erase = change_of(7, 7, "");
        erase.operation = Operation::Erase;
        auto done = t.append(erase);
        if (!done) return tl::unexpected(done.error());
        return t.redact(1, "", salt, *done);
      },
      {}));
  const auto changes = all_changes(*journal);
  EXPECT_TRUE(changes[0].values.empty());
  EXPECT_EQ(changes[0].erased_by, 2);
  EXPECT_EQ(changes[0].hash, hash_of(changes[0]));
  EXPECT_EQ(changes[1].previous, changes[0].hash);
}

TEST(Values, SurviveAnyBytes) {
  ValueWriter writer;
  writer.add(1, "abc");
  writer.add(300, std::string(1000, 'x'));
  const std::string bytes = writer.take();
  ValueReader reader(bytes);
  ValueEntry entry;
  ASSERT_TRUE(reader.next(entry));
  EXPECT_EQ(entry.field, 1U);
  EXPECT_EQ(entry.bytes, "abc");
  ASSERT_TRUE(reader.next(entry));
  EXPECT_EQ(entry.field, 300U);
  EXPECT_FALSE(reader.next(entry));
  EXPECT_FALSE(reader.damaged());
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    ValueReader broken(std::string_view(bytes).substr(0, cut));
    while (broken.next(entry)) {
    }
    EXPECT_EQ(broken.damaged(), cut != 5) << cut;
  }
}

}  // namespace
}  // namespace yuanqu::journal
