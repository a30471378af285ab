// The register of papers: numbers, replacement, exactly once, damage.
#include "paper/papers.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace yuanqu::paper {
namespace {

constexpr std::string_view note = R"(
paper: note
labels: {zh: 便笺, en: Note}
series: BQ
public: {holder: Owner, issuer: '"高新区"', valid from: Day, valid to: 'Day + @"P1Y"'}
blocks:
  - title: {zh: 便笺, en: Note}
  - text: {zh: '给{Owner}，{Paper.number}，{Paper.issued on}，{Paper.verify at}', en: 'To {Owner}'}
)";

class PapersTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        std::filesystem::temp_directory_path() / ("yuanqu-papers-" + std::to_string(::getpid()) + "-" +
                                                  ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(folder_);
    open();
  }
  void TearDown() override {
    papers_.reset();
    journal_.reset();
    std::filesystem::remove_all(folder_);
  }
  void open() {
    papers_.reset();
    journal_.reset();
    auto journal = journal::Journal::open(folder_, clock_);
    ASSERT_TRUE(journal) << journal.error().en;
    journal_ = std::move(*journal);
    auto templates = Templates::read(note, "note.yaml");
    ASSERT_TRUE(templates) << templates.error().en;
    papers_ = std::make_unique<Papers>(*journal_, *templates);
    ASSERT_TRUE(journal_->add_participant(*papers_));
  }
  Request request(const std::string& origin, std::int64_t subject = 7) {
    Request made;
    made.template_id = "note";
    made.origin = origin;
    made.file = 3;
    made.subject = subject;
    made.day = *base::Date::parse("2026-03-02");
    made.names.set({"Owner", feel::Value("甲公司"), nullptr});
    made.names.set({"Day", feel::Value(made.day), nullptr});
    return made;
  }
  base::Result<Paper> issue(const Prepared& prepared) {
    base::Result<Paper> paper = Paper{};
    auto committed = journal_->commit(
        [&](journal::Transaction& transaction) -> base::Result<void> {
          paper = papers_->issue(transaction, prepared);
          if (!paper) return tl::unexpected(paper.error());
          return {};
        },
        {});
    if (!committed) return tl::unexpected(committed.error());
    return paper;
  }

  std::filesystem::path folder_;
  base::ManualClock clock_{1'772'000'000'000};
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<Papers> papers_;
};

TEST_F(PapersTest, IssuesAndReadsBack) {
  auto prepared = papers_->prepare(request("case 1 token 2"));
  ASSERT_TRUE(prepared) << prepared.error().en;
  EXPECT_EQ(prepared->paper.number, "样本-BQ-2026-000001");
  auto paper = issue(*prepared);
  ASSERT_TRUE(paper) << paper.error().en;
  EXPECT_TRUE(paper->sample);
  EXPECT_EQ(paper->holder, "甲公司");
  EXPECT_EQ(paper->issuer, "高新区");
  EXPECT_EQ(paper->valid_to->to_string(), "2027-03-02");
  EXPECT_EQ(paper->file_name(), "样本-BQ-2026-000001.pdf");
  EXPECT_EQ(paper->status_on(*base::Date::parse("2027-03-02")), Status::Valid);
  EXPECT_EQ(paper->status_on(*base::Date::parse("2027-03-03")), Status::Expired);
  auto found = papers_->find_by_number("样本-BQ-2026-000001");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, paper->id);
  EXPECT_EQ(found->statement.zh, "样本，无法律效力");
  auto pdf = papers_->pdf(*found);
  ASSERT_TRUE(pdf);
  EXPECT_EQ(static_cast<std::int64_t>(pdf->size()), found->bytes);
  EXPECT_FALSE(papers_->find_by_number("样本-BQ-2026-000002"));
  EXPECT_EQ(papers_->verify_address("样本-1"), "http://localhost:8080/verify/%E6%A0%B7%E6%9C%AC-1");
}

TEST_F(PapersTest, ANewPaperReplacesTheOldOneOfItsSubject) {
  auto first = issue(*papers_->prepare(request("a")));
  auto other = issue(*papers_->prepare(request("b", 8)));
  auto second = issue(*papers_->prepare(request("c")));
  ASSERT_TRUE(first && other && second);
  EXPECT_EQ(papers_->find(first->id)->status, Status::Replaced);
  EXPECT_EQ(papers_->find(first->id)->replaced_by, second->id);
  EXPECT_EQ(papers_->find(other->id)->status, Status::Valid);
  EXPECT_EQ(papers_->find(second->id)->status, Status::Valid);
  Query of_subject;
  of_subject.subject = 7;
  EXPECT_EQ(papers_->list(of_subject)->size(), 2u);
  EXPECT_EQ(papers_->list(of_subject)->front().id, second->id);
  EXPECT_EQ(*papers_->count(of_subject), 2);
  EXPECT_EQ(*papers_->count({}), 3);
}

TEST_F(PapersTest, TheSameOriginIsOnePaperAcrossCrashes) {
  auto before = papers_->prepare(request("case 1 token 2"));
  ASSERT_TRUE(before);
  open();  // died after preparing
  auto after = papers_->prepare(request("case 1 token 2"));
  ASSERT_TRUE(after);
  EXPECT_EQ(after->paper.number, before->paper.number);
  EXPECT_EQ(after->paper.hash, before->paper.hash);
  auto one = issue(*after);
  open();  // died after issuing, before anybody knew
  auto two = issue(*papers_->prepare(request("case 1 token 2")));
  ASSERT_TRUE(one && two);
  EXPECT_EQ(one->id, two->id);
  EXPECT_EQ(*papers_->count({}), 1);
  EXPECT_EQ(papers_->prepare(request("another"))->paper.number, "样本-BQ-2026-000002");
}

TEST_F(PapersTest, DamageIsNotServed) {
  auto paper = issue(*papers_->prepare(request("a")));
  ASSERT_TRUE(paper);
  const auto path = folder_ / "attachments" / paper->hash.substr(0, 2) / paper->hash.substr(2);
  std::ofstream(path, std::ios::app) << "x";
  auto pdf = papers_->pdf(*paper);
  ASSERT_FALSE(pdf);
  EXPECT_EQ(pdf.error().code, base::ErrorCode::Internal);
  std::filesystem::remove(path);
  EXPECT_EQ(papers_->pdf(*paper).error().code, base::ErrorCode::NotFound);
}

TEST_F(PapersTest, AnIssuedPaperIsKeptFromSweeping) {
  auto paper = issue(*papers_->prepare(request("a")));
  ASSERT_TRUE(paper);
  const auto path = folder_ / "attachments" / paper->hash.substr(0, 2) / paper->hash.substr(2);
  std::filesystem::last_write_time(path, std::filesystem::file_time_type::clock::now() - std::chrono::hours(48));
  EXPECT_EQ(*journal_->attachments().sweep(), 0U);
  EXPECT_TRUE(papers_->pdf(*paper));
}

TEST_F(PapersTest, PreviewsAreRecordedNowhere) {
  feel::ContextScope names;
  names.set({"Owner", feel::Value("甲公司"), nullptr});
  EXPECT_TRUE(papers_->preview("note", names, *base::Date::parse("2026-03-02")));
  EXPECT_FALSE(papers_->preview("nothing", names, *base::Date::parse("2026-03-02")));
  EXPECT_EQ(*papers_->count({}), 0);
}

}  // namespace
}  // namespace yuanqu::paper
