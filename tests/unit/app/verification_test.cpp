// The auditor verifies the served folder: sound, and after somebody wrote into the database by hand.
#include <gmock/gmock.h>

#include <thread>

#include "journal/checkpoint.hpp"
#include "open_zone.hpp"

namespace yuanqu::app {
namespace {

using register_::Value;
using test::need;
using test::OpenZone;
using testing::HasSubstr;

class Verifying : public testing::Test, public OpenZone {
 protected:
  std::string verified(const std::string& token) {
    const auto begun = post("/evidence/verification", token);
    EXPECT_EQ(begun.status, 202) << begun.text;
    for (int i = 0; i < 500; ++i) {
      const auto state = get("/evidence/verification", token);
      if (state.text.find("\"running\":false") != std::string::npos) return state.text;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return "still running";
  }
};

TEST_F(Verifying, TheAuditorVerifiesAndSeesTheFirstBrokenChange) {
  const auto firm =
      write("enterprise", 0, {{"uscc", Value::string(test::credit_code(1))}, {"name", Value::string("样本一")}},
            "market_registration");
  need(journal::make_checkpoint(records().journal()), "checkpoint");
  const std::string auditor = account("auditor", {"auditor"}), counter = account("counter", {"counter"});
  EXPECT_EQ(post("/evidence/verification", counter).status, 403);
  EXPECT_EQ(get("/evidence/verification", counter).status, 403);
  EXPECT_THAT(get("/evidence/verification", auditor).text, HasSubstr("\"report\":null"));
  const std::string sound = verified(auditor);
  EXPECT_THAT(sound, HasSubstr("\"problems_total\":0"));
  EXPECT_THAT(sound, HasSubstr("\"checkpoints\":1"));
  const auto evidence = get("/evidence", auditor);
  EXPECT_THAT(evidence.text, HasSubstr("\"exported\":null"));
  EXPECT_THAT(evidence.text, HasSubstr("\"root\":\""));
  need(records().journal().commit(
           [&](journal::Transaction& transaction) {
             return transaction.database().execute("UPDATE change SET reason='别的' WHERE sequence=" +
                                                   std::to_string(firm.version));
           },
           {}),
       "tamper");
  const std::string broken = verified(auditor);
  EXPECT_THAT(broken, HasSubstr("\"code\":\"digest\""));
  EXPECT_THAT(broken, HasSubstr("\"change\":" + std::to_string(firm.version)));
}

}  // namespace
}  // namespace yuanqu::app
