// Every way to tamper with a data folder, and the name verify gives it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "journal/checkpoint.hpp"
#include "register/verify.hpp"
#include "zone.hpp"

namespace yuanqu::register_ {
namespace {

using journal::Blob;
using journal::StoredChange;
using test::day;
using test::text;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Evidence : public ::testing::Test {
 protected:
  // Two firms whose changes alternate, a certificate of the first, a checkpoint after change 6 and one after 10.
  void SetUp() override {
    a = make("91110108551385082Q", "甲公司");
    b = make("91350100M000100Y43", "乙公司");
    certificate = zone.put(zone.write("certificate", {{"firm", Value::reference(a)}, {"number", text("C-1")}}))->record;
    scope(a, "一", "2026-01-02");
    scope(b, "二", "2026-01-02");
    scope(a, "三", "2026-01-03");
    sign();
    scope(b, "四", "2026-01-03");
    scope(a, "五", "2026-01-04");
    scope(a, "六", "2026-01-05");
    scope(b, "七", "2026-01-05");
    sign();
    EXPECT_EQ(zone.journal->position(), 10);
    EXPECT_THAT(codes(), IsEmpty());
    EXPECT_THAT(codes(true), IsEmpty());
  }

  RecordId make(const char* code, const char* name) {
    return zone.put(zone.write("firm", {{"uscc", text(code)}, {"name", text(name)}}))->record;
  }
  void scope(RecordId record, const char* value, const char* on) {
    ASSERT_TRUE(zone.put(zone.write("firm", {{"scope", text(value)}}, "register", on, record)));
  }
  void sign() {
    auto made = journal::make_checkpoint(*zone.journal);
    ASSERT_TRUE(made) << base::to_text(made.error(), false);
    ASSERT_TRUE(*made);
    outside.push_back(**made);
  }
  void tamper(const std::string& sql) {
    auto done = zone.journal->commit([&](journal::Transaction& t) { return t.database().execute(sql); }, {});
    ASSERT_TRUE(done) << base::to_text(done.error(), false);
  }
  std::vector<VerifyProblem> problems(bool with_roots = false) {
    VerifyOptions options;
    options.catalogue = zone.catalogue.get();
    options.public_key = key;
    if (with_roots) options.roots = outside;
    auto report = verify(*zone.journal, options);
    EXPECT_TRUE(report);
    return report ? report->problems : std::vector<VerifyProblem>{};
  }
  std::vector<std::string> codes(bool with_roots = false) {
    std::vector<std::string> found;
    for (const VerifyProblem& one : problems(with_roots))
      found.push_back(one.code + "@" + std::to_string(one.sequence));
    return found;
  }
  // What a clever insider does: the change is altered and everything that hangs on it is worked out again.
  void rewrite(Position sequence, const std::string& reason) {
    auto done = zone.journal->commit(
        [&](journal::Transaction& t) -> base::Result<void> {
          std::vector<StoredChange> chain;
          journal::FileId file = 0;
          auto found = journal::changes_after(t.database(), sequence - 1, 1, [&](const StoredChange& change) {
            file = change.file;
            return true;
          });
          if (!found) return found;
          auto read = journal::changes_of_file(t.database(), file, [&](const StoredChange& change) {
            chain.push_back(change);
            return true;
          });
          if (!read) return read;
          journal::Hash previous{};
          for (StoredChange& change : chain) {
            if (change.sequence == sequence) change.reason = reason;
            change.previous = previous;
            change.digest = journal::digest_of(change.salt, change.reason, change.values);
            previous = change.hash = journal::hash_of(change);
            auto update =
                t.database().prepare("UPDATE change SET reason=?, digest=?, previous=?, hash=? WHERE sequence=?");
            if (!update) return tl::unexpected(update.error());
            update->bind_all(change.reason, blob(change.digest), blob(change.previous), blob(change.hash),
                             change.sequence);
            if (auto ran = update->run(); !ran) return ran;
          }
          return {};
        },
        {});
    ASSERT_TRUE(done);
  }
  static Blob blob(const journal::Hash& hash) {
    return Blob{{reinterpret_cast<const char*>(hash.data()), hash.size()}};
  }

  test::Zone zone;
  RecordId a = 0, b = 0, certificate = 0;
  std::vector<journal::Checkpoint> outside;
  std::optional<journal::PublicKey> key;
};

TEST_F(Evidence, AnAlteredContentIsNamed) {
  tamper("UPDATE change SET field_values = (SELECT field_values FROM change WHERE sequence = 7) WHERE sequence = 5");
  EXPECT_THAT(codes(), ElementsAre("digest@5", "record_not_fold@10"));
}

TEST_F(Evidence, AnAlteredActorTimeSourceOrDayIsNamed) {
  for (const char* column : {"actor", "recorded_at", "source", "batch", "kind"}) {
    tamper("UPDATE change SET " + std::string(column) + " = " + column + " + 1 WHERE sequence = 5");
    EXPECT_EQ(problems().front().code + "@" + std::to_string(problems().front().sequence), "hash@5") << column;
    tamper("UPDATE change SET " + std::string(column) + " = " + column + " - 1 WHERE sequence = 5");
  }
  EXPECT_THAT(codes(), IsEmpty());
}

TEST_F(Evidence, AHashMadeToFitBreaksTheChangeBehindIt) {
  auto done = zone.journal->commit(
      [&](journal::Transaction& t) -> base::Result<void> {
        StoredChange altered;
        auto read = journal::changes_after(t.database(), 5, 1, [&](const StoredChange& change) {
          altered = change;
          return true;
        });
        if (!read) return read;
        altered.actor = 99;
        const journal::Hash hash = journal::hash_of(altered);
        auto update = t.database().prepare("UPDATE change SET actor=99, hash=? WHERE sequence=6");
        if (!update) return tl::unexpected(update.error());
        update->bind_all(blob(hash));
        return update->run();
      },
      {});
  ASSERT_TRUE(done);
  const auto found = codes();
  EXPECT_EQ(found.front(), "root_differs@1");  // the checkpoint after change 6 knew another head
  EXPECT_THAT(found, ::testing::Contains("previous@8"));
}

TEST_F(Evidence, AMissingChangeIsNamed) {
  tamper("DELETE FROM change WHERE sequence = 6");
  EXPECT_THAT(codes(), ::testing::IsSupersetOf({"sequence_missing@6", "previous@8"}));
}

TEST_F(Evidence, ReorderedChangesAreNamed) {
  tamper(
      "UPDATE change SET sequence = -1 WHERE sequence = 8; UPDATE change SET sequence = 8 WHERE sequence = 9;"
      "UPDATE change SET sequence = 9 WHERE sequence = -1");
  EXPECT_EQ(problems()[0].sequence, 7);  // the checkpoint's interval begins there
  EXPECT_THAT(codes(), ::testing::IsSupersetOf({"reordered@8", "reordered@9"}));
}

TEST_F(Evidence, ACutTailShowsByTheRootsOutside) {
  tamper("DELETE FROM change WHERE sequence > 8; DELETE FROM checkpoint WHERE number = 2; DELETE FROM record");
  zone.open();  // folds what is left anew: inside everything is in order
  EXPECT_THAT(codes(), IsEmpty());
  EXPECT_THAT(codes(true), ElementsAre("cut_off@9"));
}

TEST_F(Evidence, ATailCutAndWrittenAnewShowsByTheRootsOutside) {
  tamper("DELETE FROM change WHERE sequence > 8; DELETE FROM checkpoint WHERE number = 2; DELETE FROM record");
  zone.open();
  scope(a, "另", "2026-01-05");
  scope(b, "写", "2026-01-05");
  EXPECT_THAT(codes(), IsEmpty());
  EXPECT_THAT(codes(true), ElementsAre("root_differs@7"));
}

TEST_F(Evidence, AChainRewrittenWholeShowsByTheRootsOutside) {
  rewrite(4, "另一个理由");
  tamper("DELETE FROM checkpoint");
  EXPECT_THAT(codes(), IsEmpty());
  EXPECT_THAT(codes(true), ElementsAre("root_differs@1", "root_differs@7"));
}

TEST_F(Evidence, ACheckpointSignedByAnotherKeyIsForged) {
  key = outside.front().key;
  journal::Checkpoint& forged = outside.back();
  forged.position += 1;
  EXPECT_THAT(codes(true), ElementsAre("root_forged@11"));
  forged.root = journal::root_of(forged);
  EXPECT_THAT(codes(true), ElementsAre("root_forged@11"));
  forged.position -= 1;
  forged.root = journal::root_of(forged);
  (*key)[0] ^= 1;  // not the key the auditor knows
  EXPECT_THAT(codes(true), ::testing::Contains("root_forged@6"));
}

TEST_F(Evidence, ACheckpointOfTheFolderThatWasAlteredIsNamed) {
  tamper("UPDATE checkpoint SET position = 5 WHERE number = 1");
  EXPECT_EQ(codes().front(), "root_forged@5");
}

TEST_F(Evidence, CurrentRecordsThatAreNotTheFoldAreNamed) {
  tamper("UPDATE record SET facts = (SELECT facts FROM record WHERE id = " + std::to_string(b) +
         ") WHERE id = " + std::to_string(a));
  ASSERT_EQ(problems().size(), 1U);
  EXPECT_EQ(problems()[0].code, "record_not_fold");
  EXPECT_EQ(problems()[0].record, a);
  tamper("DELETE FROM record WHERE id = " + std::to_string(a));
  EXPECT_EQ(problems()[0].code, "record_missing");
}

TEST_F(Evidence, ARecordPutIntoAnotherFileIsNamed) {
  // Whoever owns the second firm would see the first one's certificate.
  tamper("UPDATE record SET file = " + std::to_string(b) + " WHERE id = " + std::to_string(certificate));
  ASSERT_EQ(problems().size(), 1U);
  EXPECT_EQ(problems()[0].code, "record_elsewhere");
  EXPECT_EQ(problems()[0].record, certificate);
}

TEST_F(Evidence, AnErasureThatDoesNotVouchIsNamed) {
  ASSERT_TRUE(zone.put(zone.write("firm", {{"phone", text("13800001234")}}, "register", "2026-01-06", a)));
  Write erase = zone.write("firm", {{"phone", Value()}}, "register", "2026-03-01", a);
  erase.operation = journal::Operation::Erase;
  ASSERT_TRUE(zone.put(erase));
  EXPECT_THAT(codes(true), IsEmpty());
  tamper("UPDATE change SET reason = 'put back' WHERE sequence = 11");
  EXPECT_THAT(codes(), ElementsAre("digest@11"));
}

TEST_F(Evidence, ExportedLinesAreReadBackAndAppendedOnce) {
  const auto file = zone.folder / "roots.jsonl";
  EXPECT_EQ(*journal::export_checkpoints(*zone.journal, file), 2U);
  EXPECT_EQ(*journal::export_checkpoints(*zone.journal, file), 0U);
  EXPECT_FALSE(*journal::make_checkpoint(*zone.journal));  // nothing was recorded since
  auto read = journal::read_checkpoints(file);
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 2U);
  EXPECT_EQ((*read)[1].root, outside[1].root);
  EXPECT_TRUE(journal::signature_holds((*read)[1]));
  std::ofstream(file, std::ios::app) << "{\"checkpoint\": 3}\n";
  auto broken = journal::read_checkpoints(file);
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().place.row, 3U);
}

}  // namespace
}  // namespace yuanqu::register_
