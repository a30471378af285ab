// Signed papers, looked at by other people's tools: pdfsig and pdftotext (poppler), openssl, qpdf.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>

#include "base/clock.hpp"
#include "paper/docx.hpp"
#include "paper/papers.hpp"
#include "paper/pdf_file.hpp"
#include "paper/render.hpp"
#include "paper/signer.hpp"

namespace yuanqu::paper {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view licence = R"(
paper: licence
labels: {zh: 证照, en: Licence}
series: ZZ
public: {holder: Owner, issuer: '"高新区"', valid to: Day}
blocks:
  - title: {zh: 证照, en: Licence}
  - number: {zh: 编号, en: Number}
  - fields:
      - {label: {zh: 持证人, en: Holder}, value: Owner}
  - table: {rows: '["甲 <乙> & \"丙\"", "丁"]', columns: [{label: {zh: 条件, en: Condition}, value: item}]}
  - signature: {issuer: '"高新区"', day: Day}
  - code: {caption: {zh: 扫码查验, en: Scan}}
)";
constexpr std::string_view notice = R"(
paper: acceptance
labels: {zh: 受理通知书, en: Notice}
series: SL
numbering: {department: '"市监"', word: 受}
blocks:
  - title: {zh: 受理通知书, en: Notice}
)";
constexpr std::string_view cover = R"(
paper: cover
labels: {zh: 卷宗, en: File}
series: JZ
blocks:
  - title: {zh: 卷宗, en: File}
  - table: {rows: Papers, columns: [{label: {zh: 编号, en: Number}, value: item.number}, {label: {zh: 页次, en: Page}, value: item.page}]}
)";

std::string run(const std::string& command) {
  std::string out;
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  std::array<char, 4096> part{};
  while (std::size_t got = std::fread(part.data(), 1, part.size(), pipe)) out.append(part.data(), got);
  ::pclose(pipe);
  return out;
}

class SignedPapers : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        std::filesystem::temp_directory_path() / ("yuanqu-signed-" + std::to_string(::getpid()) + "-" +
                                                  ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(folder_);
    open(Standing::Live);
  }
  void TearDown() override {
    close();
    std::filesystem::remove_all(folder_);
  }
  void close() {
    papers_.reset();
    issuers_.reset();
    journal_.reset();
  }
  void open(Standing standing) {
    close();
    auto journal = journal::Journal::open(folder_ / "zone", clock_);
    ASSERT_TRUE(journal) << journal.error().en;
    journal_ = std::move(*journal);
    auto templates = std::make_shared<Templates>();
    auto read = Templates::read(std::string(licence), "licence.yaml");
    ASSERT_TRUE(read);
    issuers_ = std::make_unique<Issuers>(*journal_, standing);
    Options options;
    options.issuers = issuers_.get();
    papers_ = std::make_unique<Papers>(*journal_, *read, options);
    ASSERT_TRUE(journal_->add_participant(*issuers_));
    ASSERT_TRUE(journal_->add_participant(*papers_));
    auto opened = issuers_->open(clock_.now_ms());
    ASSERT_TRUE(opened) << opened.error().en;
  }
  Request request(const std::string& origin) {
    Request made;
    made.template_id = "licence";
    made.origin = origin;
    made.subject = 7;
    made.case_id = 5;
    made.day = *base::Date::parse("2026-03-02");
    made.names.set({"Owner", feel::Value("甲乙食品有限公司"), nullptr});
    made.names.set({"Day", feel::Value(made.day), nullptr});
    return made;
  }
  Paper issue(const std::string& origin) {
    auto prepared = papers_->prepare(request(origin));
    EXPECT_TRUE(prepared) << prepared.error().en;
    Paper paper;
    auto committed = journal_->commit(
        [&](journal::Transaction& transaction) -> base::Result<void> {
          auto issued = papers_->issue(transaction, *prepared);
          if (!issued) return tl::unexpected(issued.error());
          paper = *issued;
          return {};
        },
        {});
    EXPECT_TRUE(committed);
    return paper;
  }
  std::string keep(const std::string& name, const std::string& bytes) {
    const auto path = folder_ / name;
    std::ofstream(path, std::ios::binary) << bytes;
    return "'" + path.string() + "'";
  }
  // A pair of PEM texts as an authority would bring.
  std::pair<std::string, std::string> bring(const std::string& name) {
    const auto key = (folder_ / (name + ".key")).string(), certificate = (folder_ / (name + ".crt")).string();
    run("openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj '/CN=" + name + "' -keyout '" + key + "' -out '" +
        certificate + "'");
    auto text = [](const std::string& path) {
      std::ifstream stream(path);
      return std::string(std::istreambuf_iterator<char>(stream), {});
    };
    return {text(key), text(certificate)};
  }

  std::filesystem::path folder_;
  base::ManualClock clock_{std::time(nullptr) * 1000 + 60'000};  // certificates made by openssl hold from now on
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<Issuers> issuers_;
  std::unique_ptr<Papers> papers_;
};

TEST_F(SignedPapers, AnIndependentToolFindsTheSignatureValidAndASampleSaysSoEverywhere) {
  const Paper paper = issue("a");
  ASSERT_TRUE(paper.sample);
  const std::string bytes = *papers_->pdf(paper);
  const std::string path = keep("paper.pdf", bytes);
  const std::string signature = run("pdfsig -nocert " + path);
  EXPECT_THAT(signature, HasSubstr("Signature is Valid."));
  EXPECT_THAT(signature, HasSubstr("Signature Type: ETSI.CAdES.detached"));
  EXPECT_THAT(signature, HasSubstr("Total document signed"));
  EXPECT_THAT(signature, HasSubstr("SHA-256"));
  EXPECT_THAT(run("qpdf --check " + path), HasSubstr("No syntax or stream encoding errors found"));
  EXPECT_THAT(run("pdfdetach -list " + path), HasSubstr("1 embedded files"));
  run("pdfdetach -save 1 -o '" + (folder_ / "data.json").string() + "' " + path);
  std::ifstream stream(folder_ / "data.json");
  const std::string data(std::istreambuf_iterator<char>(stream), {});
  EXPECT_THAT(data, HasSubstr("\"sample\":true"));
  EXPECT_THAT(data, HasSubstr("样本，无法律效力"));
  EXPECT_THAT(data, HasSubstr("\"持证人\":\"甲乙食品有限公司\""));
  EXPECT_THAT(run("pdftotext " + path + " -"), HasSubstr("甲乙食品有限公司"));
  // The reason as UTF-16 in the signature dictionary: 样本，无法律效力.
  EXPECT_THAT(bytes, HasSubstr("/Reason <feff6837672cff0c65e06cd55f8b6548529b>"));
}

TEST_F(SignedPapers, TheCmsIsPadesBaseline) {
  const Paper paper = issue("a");
  const std::string bytes = *papers_->pdf(paper);
  const std::size_t at = bytes.find("/Contents <") + 11;
  const std::size_t end = bytes.find('>', at);
  std::string der;
  for (std::size_t i = at; i < end; i += 2) der += static_cast<char>(std::stoi(bytes.substr(i, 2), nullptr, 16));
  const std::string shown = run("openssl cms -cmsout -print -inform DER -noout -in " + keep("cms.der", der));
  EXPECT_THAT(shown, HasSubstr("id-smime-aa-signingCertificateV2"));
  EXPECT_THAT(shown, HasSubstr("messageDigest"));
  EXPECT_THAT(shown, HasSubstr("contentType"));
  EXPECT_EQ(shown.find("signingTime"), std::string::npos) << "PAdES keeps the time in the PDF";
  const std::string authority = "'" + (folder_ / "zone/keys/sample.crt").string() + "'";
  std::string covered = bytes.substr(0, at - 1) + bytes.substr(end + 1);
  const std::string verified =
      run("openssl cms -verify -inform DER -cades -purpose any -no_check_time -CAfile " + authority +
          " -binary -content " + keep("content", covered) + " -out /dev/null -in " + keep("cms2.der", der));
  EXPECT_THAT(verified, HasSubstr("successful"));
  covered[100] = static_cast<char>(covered[100] ^ 1);
  EXPECT_THAT(run("openssl cms -verify -inform DER -cades -purpose any -no_check_time -CAfile " + authority +
                  " -binary -content " + keep("content", covered) + " -out /dev/null -in " + keep("cms2.der", der)),
              HasSubstr("failure"));
}

TEST_F(SignedPapers, OneChangedByteIsFoundAndEqualInputGivesEqualBytes) {
  const std::string one = *papers_->pdf(issue("a"));
  auto again = papers_->prepare(request("a"));
  ASSERT_TRUE(again);
  EXPECT_EQ(*journal_->attachments().read(again->paper.hash), one);
  std::string changed = one;
  changed[changed.find("/Producer") + 1] = 'Q';
  EXPECT_THAT(run("pdfsig -nocert " + keep("changed.pdf", changed)), HasSubstr("Digest Mismatch"));
}

TEST_F(SignedPapers, AnIssuerIsInstalledByTwoPersonsAndIsLogged) {
  const auto [key, certificate] = bring("issuer");
  Issuers::Proposal proposal{"示例市高新区行政审批局", "91350100M000100Y43", certificate, key};
  auto made = issuers_->propose(11, proposal, clock_.now_ms());
  ASSERT_TRUE(made) << made.error().en;
  EXPECT_TRUE(issue("before").sample);
  EXPECT_FALSE(issuers_->confirm(11, made->id, clock_.now_ms())) << "the proposer may not confirm";
  auto installed = issuers_->confirm(12, made->id, clock_.now_ms());
  ASSERT_TRUE(installed) << installed.error().en;
  EXPECT_EQ(installed->proposed_by, 11);
  EXPECT_EQ(installed->settled_by, 12);
  EXPECT_FALSE(issuers_->confirm(12, made->id, clock_.now_ms())) << "once";
  const Paper paper = issue("after");
  EXPECT_FALSE(paper.sample);
  EXPECT_EQ(paper.number, "ZZ-2026-000001");
  EXPECT_EQ(paper.statement.zh, "");
  const std::string path = keep("real.pdf", *papers_->pdf(paper));
  EXPECT_THAT(run("pdfsig -nocert " + path), HasSubstr("Signature is Valid."));
  EXPECT_EQ(run("pdftotext " + path + " -").find("样"), std::string::npos);
  open(Standing::Live);  // kept over a restart
  EXPECT_FALSE(issuers_->issuing().sample);
  ASSERT_TRUE(issuers_->withdraw(11, made->id));
  EXPECT_TRUE(issue("withdrawn").sample);
}

TEST_F(SignedPapers, WhatCannotSignIsRefused) {
  const auto [key, certificate] = bring("one");
  const auto [other_key, other_certificate] = bring("two");
  const std::string code = "91350100M000100Y43";
  EXPECT_FALSE(issuers_->propose(1, {"局", code, certificate, other_key}, clock_.now_ms()));
  EXPECT_FALSE(issuers_->propose(1, {"局", code, "x", key}, clock_.now_ms()));
  EXPECT_FALSE(issuers_->propose(1, {"局", "91350100M000100Y44", certificate, key}, clock_.now_ms()));
  EXPECT_FALSE(issuers_->propose(1, {"", code, certificate, key}, clock_.now_ms()));
  EXPECT_FALSE(issuers_->propose(1, {"局", code, certificate, key}, clock_.now_ms() + 20LL * 366 * 86'400'000));
}

TEST_F(SignedPapers, DemoRehearsalAndCopyNeverLeaveTheStateOfSamples) {
  const auto [key, certificate] = bring("issuer");
  auto made = issuers_->propose(11, {"局", "91350100M000100Y43", certificate, key}, clock_.now_ms());
  ASSERT_TRUE(made);
  ASSERT_TRUE(issuers_->confirm(12, made->id, clock_.now_ms()));
  for (const Standing standing : {Standing::Demo, Standing::Rehearsal, Standing::Copy}) {
    open(standing);  // also with the installed issuer in the database
    EXPECT_TRUE(issuers_->issuing().sample) << name_of(standing);
    EXPECT_FALSE(issuers_->propose(11, {"局", "91350100M000100Y43", certificate, key}, clock_.now_ms()));
    EXPECT_FALSE(issuers_->confirm(12, made->id, clock_.now_ms()));
    EXPECT_TRUE(issue(std::string(name_of(standing))).sample);
  }
}

TEST_F(SignedPapers, TheWordsAreTheSameInDocx) {
  const Paper paper = issue("a");
  auto bytes = papers_->docx(paper);
  ASSERT_TRUE(bytes) << bytes.error().en;
  const std::string path = keep("paper.docx", *bytes);
  const std::string words =
      run("python3 -c \"import zipfile,xml.dom.minidom as m,sys; z=zipfile.ZipFile(sys.argv[1]); "
          "print(z.testzip()); [m.parseString(z.read(n)) for n in z.namelist() if n.endswith(('.xml','.rels'))]; "
          "print(z.read('word/document.xml').decode()+z.read('word/header1.xml').decode()+z.read('word/"
          "footer1.xml').decode())\" " +
          path);
  for (const char* said : {"None\n", "证照（样本）", "甲乙食品有限公司", "甲 &lt;乙&gt; &amp; &quot;丙&quot;",
                           "样本，无法律效力", "string=\"样本\"", "样本-ZZ-2026-000001", "w:w=\"11906\""})
    EXPECT_THAT(words, HasSubstr(said));
}

TEST_F(SignedPapers, AnOfficeProgramOpensTheDocx) {
  if (run("command -v soffice").empty()) GTEST_SKIP() << "no soffice (LibreOffice) on this machine";
  const Paper paper = issue("a");
  auto bytes = papers_->docx(paper);
  ASSERT_TRUE(bytes) << bytes.error().en;
  const std::string path = keep("office.docx", *bytes);
  const std::string folder = folder_.string();
  run("HOME=" + folder + " soffice --headless --convert-to pdf --outdir " + folder + " " + path + " 2>/dev/null");
  const std::string words = run("pdftotext -layout " + folder + "/office.pdf -");
  for (const char* said : {"证照（样本）", "甲乙食品有限公司", "样本，无法律效力", "样本-ZZ-2026-000001"})
    EXPECT_THAT(words, HasSubstr(said));
  EXPECT_THAT(run("pdfinfo " + folder + "/office.pdf"), HasSubstr("(A4)"));
}

TEST_F(SignedPapers, PapersAreNumberedByDepartmentWordAndYear) {
  auto templates = Templates::read(std::string(notice), "notice.yaml");
  ASSERT_TRUE(templates) << templates.error().en;
  Papers papers(*journal_, *templates);
  Request made = request("n1");
  made.template_id = "acceptance";
  EXPECT_EQ(papers.prepare(made)->paper.number, "样本-市监受〔2026〕1号");
  made.origin = "n2";
  EXPECT_EQ(papers.prepare(made)->paper.number, "样本-市监受〔2026〕2号");
  made.origin = "n3";
  made.day = *base::Date::parse("2027-01-04");
  EXPECT_EQ(papers.prepare(made)->paper.number, "样本-市监受〔2027〕1号");
}

TEST_F(SignedPapers, ACaseIsPrintedAsOneFile) {
  issue("a");
  issue("b");
  auto templates = Templates::read(std::string(cover), "cover.yaml");
  ASSERT_TRUE(templates) << templates.error().en;
  Papers papers(*journal_, *templates);
  auto file = papers.case_file(5, "cover", feel::ContextScope(), *base::Date::parse("2026-03-02"));
  ASSERT_TRUE(file) << file.error().en;
  const std::string path = keep("file.pdf", *file);
  EXPECT_THAT(run("qpdf --check " + path), HasSubstr("No syntax or stream encoding errors found"));
  EXPECT_EQ(*pages_of(*file), 3u);
  const std::string first = run("pdftotext -l 1 " + path + " -");
  EXPECT_THAT(first, HasSubstr("样本-ZZ-2026-000001"));
  EXPECT_THAT(first, HasSubstr("样本-ZZ-2026-000002"));
  EXPECT_THAT(run("pdftotext -f 3 " + path + " -"), HasSubstr("甲乙食品有限公司"));
}

}  // namespace
}  // namespace yuanqu::paper
