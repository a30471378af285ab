// The audit's chain and the log under it, on a real disk.

#include "control/audit.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace yuanqu::control {
namespace {

namespace fs = std::filesystem;

class AuditTest : public ::testing::Test {
 protected:
  fs::path folder = fs::temp_directory_path() / ("yuanqu-audit-" + std::to_string(::getpid()));
  fs::path path = folder / "audit.log";
  base::ManualClock clock{1'772'400'000'000};
  void SetUp() override {
    fs::remove_all(folder);
    fs::create_directories(folder);
  }
  void TearDown() override { fs::remove_all(folder); }
  void fill(int count) {
    auto audit = Audit::open(path, clock);
    ASSERT_TRUE(audit);
    for (int i = 0; i < count; ++i) {
      clock.advance_ms(10);
      ASSERT_TRUE((*audit)->append("command", {{"command", "id-" + std::to_string(i)}, {"operator", "王 / s / t"}}));
    }
  }
  std::string bytes() const {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream all;
    all << in.rdbuf();
    return all.str();
  }
  void write(const std::string& all) const { std::ofstream(path, std::ios::binary | std::ios::trunc) << all; }
};

TEST_F(AuditTest, TheChainGoesOnOverRestarts) {
  fill(3);
  fill(2);
  std::vector<AuditRecord> records;
  ASSERT_TRUE(Audit::read(path, [&](const AuditRecord& one) { records.push_back(one); }));
  ASSERT_EQ(records.size(), 5U);
  EXPECT_EQ(records[0].previous, std::string(64, '0'));
  for (std::size_t i = 1; i < 5; ++i) EXPECT_EQ(records[i].previous, records[i - 1].hash);
  EXPECT_EQ(records[4].number, 5U);
  EXPECT_EQ(records[4].details[1].second, "王 / s / t");
  EXPECT_EQ(records[0].at_ms, 1'772'400'000'010);
  EXPECT_NE(Audit::to_json(records[0]).find("\"what\":\"command\""), std::string::npos);
  auto audit = Audit::open(path, clock);
  EXPECT_EQ((*audit)->head(), records[4].hash);
}

TEST_F(AuditTest, AnyChangedByteIsNoticed) {
  fill(4);
  const std::string whole = bytes();
  // Up to the last record: a damaged tail looks like a crash while writing, and is cut off.
  const std::size_t last = whole.size() * 3 / 4;
  for (std::size_t at = 0; at < last; at += 3) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 0x20);
    write(changed);
    std::size_t read = 0;
    const auto result = Audit::read(path, [&](const AuditRecord&) { ++read; });
    EXPECT_TRUE(!result || read < 4) << "byte " << at;
  }
}

TEST_F(AuditTest, ARecordTakenOutBreaksTheChain) {
  fill(3);
  const std::string whole = bytes();
  const std::size_t size = static_cast<unsigned char>(whole[0]) + 256U * static_cast<unsigned char>(whole[1]) + 8U;
  write(whole.substr(0, size) + whole.substr(2 * size));
  const auto result = Audit::read(path, [](const AuditRecord&) {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().place.row, 2U);
  EXPECT_FALSE(Audit::open(path, clock));
}

TEST_F(AuditTest, ATornTailIsCutAndTheRestStands) {
  fill(3);
  const std::string whole = bytes();
  for (std::size_t cut = 1; cut < whole.size() / 3; cut += 5) {
    write(whole.substr(0, whole.size() - cut));
    auto audit = Audit::open(path, clock);
    ASSERT_TRUE(audit) << cut;
    EXPECT_EQ((*audit)->count(), 2U) << cut;
    ASSERT_TRUE((*audit)->append("command", {{"command", "later"}}));
    audit->reset();
    std::size_t read = 0;
    ASSERT_TRUE(Audit::read(path, [&](const AuditRecord&) { ++read; })) << cut;
    EXPECT_EQ(read, 3U);
  }
}

TEST_F(AuditTest, AFullDiskRefusesAndStaysRefused) {
  std::signal(SIGXFSZ, SIG_IGN);
  auto audit = Audit::open(path, clock);
  ASSERT_TRUE(audit);
  ASSERT_TRUE((*audit)->append("command", {}));
  const std::string head = (*audit)->head();
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const rlimit full{fs::file_size(path) + 20, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &full);
  const auto refused = (*audit)->append("command", {{"command", "does not fit"}});
  ::setrlimit(RLIMIT_FSIZE, &before);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::Unavailable);
  EXPECT_TRUE((*audit)->failed());
  EXPECT_FALSE((*audit)->append("command", {})) << "until it is opened again";
  audit->reset();
  audit = Audit::open(path, clock);
  ASSERT_TRUE(audit);
  EXPECT_EQ((*audit)->head(), head) << "what did not fit is not there";
  EXPECT_TRUE((*audit)->append("command", {}));
}

}  // namespace
}  // namespace yuanqu::control
