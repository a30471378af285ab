// Every statutory paper of a renewal, made by the procedure itself: requests go the whole way, the PDF is what the
// route answers, its words are read by another program. YUANQU_KEEP_PAPERS names a folder that keeps the files to look
// at.
#include <gmock/gmock.h>

#include <cstdio>
#include <cstdlib>
#include <set>

#include "open_zone.hpp"

namespace yuanqu::app {
namespace {

using register_::RecordId;
using register_::Value;
using test::day;
using test::need;
using test::OpenZone;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

std::string run(const std::string& command) {
  std::string out;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return out;
  char part[4096];
  for (std::size_t got = 0; (got = std::fread(part, 1, sizeof part, pipe)) > 0;) out.append(part, got);
  ::pclose(pipe);
  return out;
}

class StatutoryPapers : public testing::Test, public OpenZone {
 protected:
  StatutoryPapers() {
    officer_ = account("officer", {"approver", "leader"});
    leader_ = account("leader", {"leader"});
    firm_ = write("enterprise", 0,
                  {{"uscc", Value::string(test::credit_code(7))},
                   {"name", Value::string("示例甲乙食品有限公司")},
                   {"status", Value::enumeration("operating")},
                   {"entity_type", Value::enumeration("limited_company")}},
                  "market_registration", "2020-01-01")
                .record;
    owner_ = account("owner", {"owner"}, {firm_});
    need(zone->load_pack_records(), "types");
    write("authorisation", 0,
          {{"enterprise", Value::reference(firm_)},
           {"number", Value::string("SQ-1")},
           {"licence_types", Value::list({Value::string("FOOD_BIZ")})},
           {"valid_from", Value::date(day("2026-01-01"))}},
          "self_report", "2026-01-01");
    const auto types =
        api::Json::parse(get("/records/licence_type?limit=200", officer_)
                             .text.substr(get("/records/licence_type?limit=200", officer_).text.find('{')));
    for (const api::Json& item : types->find("items")->items()) {
      if (item.find("values")->find("code")->text() == "FOOD_BIZ") type_ = std::stoll(item.find("id")->text());
    }
    write("licence_type", type_, {{"power", Value::enumeration("own")}, {"department", Value::string("市监")}},
          "zone_office", "2026-01-01");
    need(zone->settle(), "baseline");
    write("licence", 0,
          {{"enterprise", Value::reference(firm_)},
           {"number", Value::string("JY19801710000077")},
           {"type", Value::reference(type_)},
           {"issuer", Value::string("示例高新区市场监督管理局")},
           {"valid_from", Value::date(day("2021-05-21"))},
           {"valid_to", Value::date(day("2026-05-20"))},
           {"status", Value::enumeration("valid")}},
          "licensing_authority", "2021-05-21");
    need(zone->settle(), "case");
    const auto cases =
        need(zone->house().casework.list(register_::Viewer::system(), {.procedure = "renewal"}), "cases");
    EXPECT_EQ(cases.size(), 1U);
    case_ = std::to_string(cases.front().id);
  }
  casework::CaseDetail detail() {
    return need(zone->house().casework.detail(register_::Viewer::system(), std::stoll(case_)), "case");
  }
  std::string task_of(const std::string& element) {
    for (const casework::Task& task : detail().tasks)
      if (task.element == element && task.state <= casework::TaskState::Claimed) return std::to_string(task.id);
    return "none";
  }
  // Completes the open task of an element as somebody.
  void complete(const std::string& element, const std::string& as, const std::string& values) {
    for (const casework::Task& task : detail().tasks) {
      if (task.element != element || task.state > casework::TaskState::Claimed) continue;
      const auto answer = post("/cases/" + case_ + "/tasks/" + std::to_string(task.id) + "/complete", as,
                               "{\"values\":" + values + ",\"comment\":\"办理\"}");
      EXPECT_EQ(answer.status, 200) << answer.text;
      need(zone->settle(), "settle");
      return;
    }
    ADD_FAILURE() << "nobody is asked for " << element;
  }
  void check(const std::string& decision, const std::string& comment) {
    complete("approve", officer_, R"({"decision":")" + decision + R"(","comment":")" + comment + "\"}");
  }
  // Templates of the case's papers.
  std::multiset<std::string> papers() {
    std::multiset<std::string> found;
    for (const auto& paper : listed()) found.insert(paper.first);
    return found;
  }
  // The words of the newest paper of a template, as pdftotext reads them; it must be one signed A4 sheet or more.
  std::string words_of(const std::string& paper_template) {
    std::string id;
    for (const auto& paper : listed()) {
      if (paper.first == paper_template) id = paper.second;
    }
    if (id.empty()) {
      ADD_FAILURE() << "no paper " << paper_template;
      return {};
    }
    const fs::path file = folder / (paper_template + ".pdf");
    keep("/papers/" + id + ".pdf", "application/pdf", file);
    keep("/papers/" + id + ".docx", "wordprocessingml", folder / (paper_template + ".docx"));
    EXPECT_THAT(run("pdfinfo " + file.string()), HasSubstr("A4"));
    return run("pdftotext -layout " + file.string() + " -");
  }
  void keep(const std::string& path, const std::string& type, const fs::path& file) {
    api::Request request;
    request.method = api::Method::Get;
    need(http::read_target("/api/v1" + path, request), path.c_str());
    request.headers.emplace_back("cookie", "yq_session=" + officer_);
    const api::Response response = application->answer(request);
    EXPECT_EQ(response.status, 200) << path;
    EXPECT_THAT(response.content_type, HasSubstr(type));
    std::ofstream(file, std::ios::binary) << (response.shared_body ? *response.shared_body : response.body);
    if (const char* kept = std::getenv("YUANQU_KEEP_PAPERS"); kept != nullptr) {
      fs::create_directories(kept);
      fs::copy_file(file, fs::path(kept) / file.filename(), fs::copy_options::overwrite_existing);
    }
  }
  std::vector<std::pair<std::string, std::string>> listed() {
    std::vector<std::pair<std::string, std::string>> found;
    const auto page = api::Json::parse([&] {
      const std::string text = get("/papers?limit=100", officer_).text;
      return text.substr(text.find('{'));
    }());
    for (const api::Json& item : page->find("items")->items())
      found.emplace_back(item.find("template")->text(), item.find("id")->text());
    std::reverse(found.begin(), found.end());  // newest first as listed
    return found;
  }
  std::string officer_, leader_, owner_, case_;
  RecordId firm_ = 0, type_ = 0;
};

TEST_F(StatutoryPapers, CorrectedOnceExtendedAndNotAccepted) {
  EXPECT_THAT(words_of("receipt"), HasSubstr("示例甲乙食品有限公司"));
  ASSERT_EQ(
      post("/cases/" + case_ + "/clock/extend", officer_, R"({"working_days":10,"reason":"需要核实经营场所"})").status,
      200);
  need(zone->settle(), "extended");
  std::string words = words_of("extension_notice");
  EXPECT_THAT(words, HasSubstr("需要核实经营场所"));
  EXPECT_THAT(words, HasSubstr("第四十二条"));
  check("correct", "请补交场所使用证明");
  words = words_of("correction_notice");
  EXPECT_THAT(words, HasSubstr("请补交场所使用证明"));
  EXPECT_THAT(words, HasSubstr("第三十二条"));
  complete("supply", owner_, R"({"supplied":true,"note":"已补"})");
  check("not_accept", "该项目依法不属于本机关职权范围");
  EXPECT_EQ(detail().summary.state, casework::CaseState::Waiting) << "two persons: nothing is refused by one";
  EXPECT_THAT(papers(), Not(Contains("refusal_to_accept")));
  // Holding both posts does not help: who proposed it can neither take nor confirm it.
  const std::string confirm = "/cases/" + case_ + "/tasks/" + task_of("confirm_refusal");
  EXPECT_EQ(post(confirm + "/claim", officer_, "{}").status, 403);
  EXPECT_EQ(post(confirm + "/complete", officer_, R"({"values":{"confirmed":true,"opinion":"同意"}})").status, 403);
  complete("confirm_refusal", leader_, R"({"confirmed":true,"opinion":"同意不予受理"})");
  const casework::CaseDetail ended = detail();
  EXPECT_EQ(ended.summary.state, casework::CaseState::Completed);
  EXPECT_EQ(ended.summary.outcome.zh, "不予受理");
  words = words_of("refusal_to_accept");
  EXPECT_THAT(words, HasSubstr("不予受理决定书"));
  EXPECT_THAT(words, HasSubstr("依法不属于本机关职权范围"));
  EXPECT_THAT(words, HasSubstr("行政复议"));
  EXPECT_THAT(words, HasSubstr("行政诉讼"));
  EXPECT_THAT(words, HasSubstr("样本"));
  EXPECT_THAT(words_of("delivery_receipt"), HasSubstr("不予受理决定书"));
  words = words_of("approval_sheet");
  EXPECT_THAT(words, HasSubstr("承办"));
  EXPECT_THAT(words, HasSubstr("同意不予受理"));
  EXPECT_THAT(papers(), Not(Contains("refusal_decision")));
  EXPECT_THAT(papers(), Not(Contains("acceptance_notice")));
  EXPECT_THAT(get("/inbox", owner_).text, HasSubstr("延续申请不予受理"));
  EXPECT_THAT(get("/records/renewal", officer_).text, HasSubstr("not_accepted"));
  keep("/cases/" + case_ + "/file.pdf", "application/pdf", folder / "case.pdf");
  const std::string whole = run("pdftotext -layout " + (folder / "case.pdf").string() + " -");
  for (const char* title : {"收件", "延长", "补正", "不予受理决定书", "送达回证", "审批表"})
    EXPECT_THAT(whole, HasSubstr(title)) << "the case prints as one file";
}

TEST_F(StatutoryPapers, RenewedByAPerson) {
  check("renew", "核实无误，条件未变");
  EXPECT_EQ(detail().summary.outcome.zh, "已续期");
  EXPECT_THAT(words_of("acceptance_notice"), HasSubstr("现予受理"));
  EXPECT_THAT(words_of("approval_sheet"), HasSubstr("核实无误，条件未变"));
  EXPECT_THAT(words_of("renewal_decision"), HasSubstr("准予"));
  EXPECT_THAT(words_of("delivery_receipt"), HasSubstr("准予延续决定书"));
  EXPECT_THAT(words_of("food_business_licence"), HasSubstr("JY19801710000077"));
}

TEST_F(StatutoryPapers, NotRenewedWithRemedies) {
  check("refuse", "经营场所已不符合食品安全要求");
  complete("confirm_refusal", leader_, R"({"confirmed":true,"opinion":"同意不予延续"})");
  EXPECT_EQ(detail().summary.outcome.zh, "不予延续");
  const std::string words = words_of("refusal_decision");
  EXPECT_THAT(words, HasSubstr("经营场所已不符合食品安全要求"));
  EXPECT_THAT(words, HasSubstr("行政复议"));
  EXPECT_THAT(words, HasSubstr("行政诉讼"));
}

}  // namespace
}  // namespace yuanqu::app
