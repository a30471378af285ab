// What a file says was decided: about its own records, each once. The records of two kinds share the numbers of rows.
#include <set>

#include "open_zone.hpp"

namespace yuanqu::app {
namespace {

using register_::RecordId;
using register_::Value;
using test::need;
using test::OpenZone;

class FileOutcomes : public testing::Test, public OpenZone {};

TEST_F(FileOutcomes, AreOfItsOwnRecordsAndStandOnce) {
  const RecordId own = firm(1, "自家有限公司");
  const RecordId other = firm(2, "别家有限公司");
  std::set<std::string> records = {std::to_string(own)};
  for (const int year : {2023, 2024, 2025}) {
    records.insert(
        std::to_string(write("annual_return", 0,
                             {{"enterprise", Value::reference(own)}, {"year", Value::number(year, 0)}}, "statistics")
                           .record));
  }
  const std::string owner = account("owner", {"owner"}, {own});
  need(zone->settle(), "settle");
  for (const std::string& session : {owner, account("economy", {"economy"})}) {
    const test::Answer answer = get("/files/" + std::to_string(own), session);
    ASSERT_EQ(answer.status, 200);
    const auto file = api::Json::parse(answer.text.substr(answer.text.find('{')));
    ASSERT_TRUE(file);
    std::set<std::string> told;
    for (const api::Json& outcome : file->find("outcomes")->items()) {
      const std::string record(outcome.find("record")->find("id")->text());
      EXPECT_TRUE(records.contains(record)) << record;
      EXPECT_TRUE(told.insert(record + " " + std::string(outcome.find("decision")->text())).second);
    }
    EXPECT_FALSE(told.empty());
    EXPECT_EQ(answer.text.find(std::to_string(other)), std::string::npos);
  }
}

}  // namespace
}  // namespace yuanqu::app
