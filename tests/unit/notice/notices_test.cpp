// The inbox: once per key, only for its recipients, and channels that fail.
#include "notice/notices.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace yuanqu::notice {
namespace {

class NoticesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        std::filesystem::temp_directory_path() / ("yuanqu-notices-" + std::to_string(::getpid()) + "-" +
                                                  ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(folder_);
    open();
  }
  void TearDown() override {
    notices_.reset();
    journal_.reset();
    std::filesystem::remove_all(folder_);
  }
  void open() {
    notices_.reset();
    journal_.reset();
    auto journal = journal::Journal::open(folder_, clock_);
    ASSERT_TRUE(journal) << journal.error().en;
    journal_ = std::move(*journal);
    notices_ = std::make_unique<Notices>(*journal_);
    ASSERT_TRUE(journal_->add_participant(*notices_));
  }
  std::int64_t send(const std::string& key, Recipient recipient) {
    Draft draft;
    draft.key = key;
    draft.recipient = std::move(recipient);
    draft.type = "test";
    draft.title = {"标题" + key, "Title " + key};
    draft.body = {"正文", "Body"};
    draft.case_id = 9;
    std::int64_t id = 0;
    auto committed = journal_->commit(
        [&](journal::Transaction& transaction) -> base::Result<void> {
          auto sent = notices_->send(transaction, draft);
          if (!sent) return tl::unexpected(sent.error());
          id = *sent;
          return {};
        },
        {});
    EXPECT_TRUE(committed);
    return id;
  }
  register_::Viewer viewer(std::int64_t account, std::vector<journal::FileId> files, bool approver = false) {
    approver_.name = "approver";
    std::vector<const register_::Post*> posts;
    if (approver) posts.push_back(&approver_);
    return register_::Viewer(account, "某人", posts, std::move(files), nullptr);
  }

  std::filesystem::path folder_;
  base::ManualClock clock_{1'772'000'000'000};
  register_::Post approver_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<Notices> notices_;
};

TEST_F(NoticesTest, TheSameKeyIsOneNotice) {
  const std::int64_t first = send("case 1 token 2", Recipient::file(3));
  EXPECT_EQ(send("case 1 token 2", Recipient::file(3)), first);
  open();
  EXPECT_EQ(send("case 1 token 2", Recipient::file(3)), first);
  EXPECT_EQ(notices_->inbox(viewer(1, {3}))->size(), 1u);
}

TEST_F(NoticesTest, OnlyRecipientsSeeIt) {
  send("a", Recipient::file(3));
  send("b", Recipient::of_post("approver"));
  send("c", Recipient::account(5));
  auto titles = [&](const register_::Viewer& who) {
    std::string all;
    auto found = notices_->inbox(who);
    for (const Notice& notice : *found) all += notice.content.key;
    return all;
  };
  EXPECT_EQ(titles(viewer(1, {3})), "a");
  EXPECT_EQ(titles(viewer(1, {4})), "");
  EXPECT_EQ(titles(viewer(2, {}, true)), "b");
  EXPECT_EQ(titles(viewer(5, {3}, true)), "cba");
  EXPECT_EQ(titles(register_::Viewer::system()), "");
  const std::int64_t a = notices_->inbox(viewer(1, {3}))->front().id;
  EXPECT_EQ(notices_->read(viewer(1, {4}), a).error().code, base::ErrorCode::NotFound);
  EXPECT_EQ(notices_->mark_read(viewer(1, {4}), a).error().code, base::ErrorCode::NotFound);
}

TEST_F(NoticesTest, ReadingIsByAccount) {
  const std::int64_t id = send("a", Recipient::file(3));
  auto read = notices_->mark_read(viewer(1, {3}), id);
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->read_at_ms.has_value());
  clock_.advance_ms(5000);
  EXPECT_EQ(notices_->mark_read(viewer(1, {3}), id)->read_at_ms, read->read_at_ms);
  EXPECT_EQ(notices_->count(viewer(1, {3}))->unread, 0);
  EXPECT_EQ(notices_->count(viewer(2, {3}))->unread, 1);
  InboxQuery unread;
  unread.unread_only = true;
  EXPECT_TRUE(notices_->inbox(viewer(1, {3}), unread)->empty());
}

TEST_F(NoticesTest, InboxPagesNewestFirst) {
  for (int number = 0; number < 25; ++number) send("n" + std::to_string(number), Recipient::file(3));
  InboxQuery query;
  query.limit = 10;
  std::size_t seen = 0;
  std::int64_t last = 0;
  while (true) {
    auto page = notices_->inbox(viewer(1, {3}), query);
    ASSERT_TRUE(page);
    if (page->empty()) break;
    for (const Notice& notice : *page) {
      EXPECT_TRUE(last == 0 || notice.id < last);
      last = notice.id;
      ++seen;
    }
    query.before = last;
  }
  EXPECT_EQ(seen, 25u);
  EXPECT_EQ(notices_->of_case(9)->front().content.key, "n0");
}

TEST_F(NoticesTest, AChannelThatFailsIsTriedAgainAndTheIdStays) {
  std::vector<std::string> keys;
  int failures = 2;
  notices_->add_channel("mail", [&](const Notice&, const std::string& key) -> base::Result<void> {
    keys.push_back(key);
    if (failures-- > 0) return base::fail(base::ErrorCode::Unavailable, "信箱不通", "the server is away");
    return {};
  });
  const std::int64_t id = send("a", Recipient::file(3));
  EXPECT_EQ(*notices_->pump(clock_.now_ms()), 0u);
  auto mail = [&] { return notices_->deliveries(id)->at(1); };
  EXPECT_EQ(mail().state, "waiting");
  EXPECT_EQ(mail().error, "the server is away");
  EXPECT_EQ(*notices_->pump(clock_.now_ms()), 0u);  // not before its time
  EXPECT_EQ(keys.size(), 1u);
  clock_.advance_ms(61'000);
  EXPECT_EQ(*notices_->pump(clock_.now_ms()), 0u);
  clock_.advance_ms(121'000);
  EXPECT_EQ(*notices_->pump(clock_.now_ms()), 1u);
  EXPECT_EQ(mail().state, "delivered");
  EXPECT_EQ(mail().attempts, 3);
  clock_.advance_ms(10'000'000);
  EXPECT_EQ(*notices_->pump(clock_.now_ms()), 0u);
  ASSERT_EQ(keys.size(), 3u);
  EXPECT_EQ(keys[0], keys[2]);
}

TEST_F(NoticesTest, ARefusedTransactionSendsNothing) {
  Draft draft;
  draft.key = "a";
  draft.recipient = Recipient::file(3);
  auto refused = journal_->commit(
      [&](journal::Transaction& transaction) -> base::Result<void> {
        if (auto sent = notices_->send(transaction, draft); !sent) return tl::unexpected(sent.error());
        return base::fail(base::ErrorCode::Conflict, "不行", "no");
      },
      {});
  EXPECT_FALSE(refused);
  EXPECT_TRUE(notices_->inbox(viewer(1, {3}))->empty());
}

TEST_F(NoticesTest, SubscriptionsTakeANoticeOutsideOnceAndADigestTogether) {
  std::vector<std::pair<std::string, Outgoing>> sent;
  bool down = true;
  notices_->add_carrier("email", [&](const Subscription& to, const Outgoing& message) -> base::Result<void> {
    if (down) return base::fail(base::ErrorCode::Unavailable, "停机", "down");
    sent.emplace_back(to.address, message);
    return {};
  });
  notices_->set_outside("https://zone.example", false);
  Subscription wanted;
  wanted.to_kind = static_cast<int>(To::File);
  wanted.to_id = 3;
  wanted.channel = "email";
  wanted.address = "li@firm.example";
  EXPECT_FALSE(notices_->subscribe(viewer(2, {4}), wanted)) << "only for an own file";
  wanted.address = "no address";
  EXPECT_FALSE(notices_->subscribe(viewer(1, {3}), wanted));
  wanted.address = "li@firm.example";
  ASSERT_TRUE(notices_->subscribe(viewer(1, {3}), wanted));
  wanted.address = "digest@firm.example";
  wanted.digest = true;
  wanted.english = true;
  auto digest = notices_->subscribe(viewer(1, {3}), wanted);
  ASSERT_TRUE(digest);
  send("a", Recipient::file(3));
  send("a", Recipient::file(3));
  send("b", Recipient::file(3));
  send("c", Recipient::file(4));
  EXPECT_EQ(*notices_->pump(clock_.now_ms()), 0u);
  EXPECT_TRUE(*notices_->next_at_ms());
  down = false;
  clock_.set_ms(clock_.now_ms() + 2 * 60'000);
  EXPECT_EQ(*notices_->pump(clock_.now_ms()), 2u);
  EXPECT_EQ(sent.size(), 2u);
  clock_.set_ms(clock_.now_ms() + 26 * 3'600'000);
  EXPECT_EQ(*notices_->pump(clock_.now_ms()), 2u);
  ASSERT_EQ(sent.size(), 3u) << "the digest is one message";
  EXPECT_EQ(sent.back().first, "digest@firm.example");
  ASSERT_EQ(sent.back().second.items.size(), 2u);
  EXPECT_EQ(sent.back().second.items.front().title, "Title a");
  EXPECT_THAT(sent.back().second.id, ::testing::HasSubstr("digest-"));
  EXPECT_EQ(*notices_->pump(clock_.now_ms() + 86'400'000), 0u) << "once";
  ASSERT_TRUE(notices_->unsubscribe(viewer(1, {3}), digest->id));
  EXPECT_EQ(notices_->subscriptions(viewer(1, {3}))->size(), 1u);
}

TEST_F(NoticesTest, ADemoHoldsWhatWouldGoOutside) {
  int calls = 0;
  notices_->add_carrier("email", [&](const Subscription&, const Outgoing&) -> base::Result<void> {
    ++calls;
    return {};
  });
  Subscription wanted;
  wanted.to_kind = static_cast<int>(To::File);
  wanted.to_id = 3;
  wanted.channel = "email";
  wanted.address = "li@firm.example";
  ASSERT_TRUE(notices_->subscribe(viewer(1, {3}), wanted));
  const std::int64_t id = send("a", Recipient::file(3));
  notices_->set_outside("", false);  // also later: what was held never leaves
  EXPECT_EQ(*notices_->pump(clock_.now_ms() + 1'000'000'000), 0u);
  EXPECT_EQ(calls, 0);
  EXPECT_EQ(notices_->deliveries(id)->front().state, "held");
}

TEST_F(NoticesTest, AFeedIsRevokedByANewOne) {
  const std::string first = *notices_->open_feed(7);
  EXPECT_EQ(*notices_->feed_of(first), std::optional<std::int64_t>(7));
  const std::string second = *notices_->open_feed(7);
  EXPECT_FALSE(*notices_->feed_of(first));
  EXPECT_TRUE(*notices_->feed_of(second));
  ASSERT_TRUE(notices_->close_feed(7));
  EXPECT_FALSE(*notices_->feed_of(second));
}

}  // namespace
}  // namespace yuanqu::notice
