// PDFs as an independent reader (poppler) sees them: text, metadata, pages, the mark of a sample on every page.
#include "paper/render.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include "paper/template.hpp"

namespace yuanqu::paper {
namespace {

base::Result<std::string> drawn(const Template& paper, const feel::ContextScope& names,
                                const DocumentOptions& options) {
  auto document = compose(paper, names, options);
  if (!document) return tl::unexpected(document.error());
  return render(*document);
}

using ::testing::HasSubstr;

std::string run(const std::string& command) {
  std::string output;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return output;
  std::array<char, 4096> buffer{};
  while (std::size_t read = std::fread(buffer.data(), 1, buffer.size(), pipe)) output.append(buffer.data(), read);
  ::pclose(pipe);
  return output;
}

// Readers space text as they see fit; what counts is the letters and their order.
std::string squeezed(const std::string& words) {
  std::string made;
  for (char letter : words) {
    if (static_cast<unsigned char>(letter) > ' ') made += letter;
  }
  return made;
}

#define EXPECT_SAYS(words, expected) \
  EXPECT_NE(squeezed(words).find(squeezed(expected)), std::string::npos) << (expected)

std::size_t times(const std::string& words, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = words.find(part); at != std::string::npos; at = words.find(part, at + part.size())) ++count;
  return count;
}

bool have_poppler() { return std::system("pdftotext -v >/dev/null 2>&1") == 0; }

class Pdf {
 public:
  explicit Pdf(const std::string& bytes) {
    path_ = std::filesystem::temp_directory_path() /
            ("yuanqu-paper-" + std::to_string(::getpid()) + "-" + std::to_string(next_++) + ".pdf");
    std::ofstream(path_, std::ios::binary) << bytes;
  }
  ~Pdf() { std::filesystem::remove(path_); }
  std::string text(int page = 0) const {
    const std::string pages = page == 0 ? "" : " -f " + std::to_string(page) + " -l " + std::to_string(page);
    return run("pdftotext -layout" + pages + " " + path_.string() + " -");
  }
  std::string info() const { return run("pdfinfo " + path_.string()); }
  std::string fonts() const { return run("pdffonts " + path_.string()); }

 private:
  std::filesystem::path path_;
  static inline int next_ = 0;
};

constexpr std::string_view permit = R"yaml(
paper: shop_permit
labels: {zh: 开店许可证, en: Shop permit}
series: KD
page: {frame: true}
public:
  holder: Permit.holder
  valid to: Permit.valid to
blocks:
  - title: {zh: 开店许可证, en: Shop permit}
  - number: {zh: 编号, en: Number}
  - text: {zh: '经核对，{Permit.holder}符合条件，准予延续。', en: '{Permit.holder} meets the conditions.'}
  - fields:
      - {label: {zh: 持证人, en: Holder}, value: Permit.holder}
      - {label: {zh: 有效期至, en: Valid to}, value: Permit.valid to}
      - {label: {zh: 经营项目, en: Items}, value: Permit.items}
      - {label: {zh: 备注, en: Remark}, value: Permit.remark}
  - table:
      rows: Permit.checks
      columns: [{label: {zh: 条件, en: Condition}, value: item.name}, {label: {zh: 结论, en: Finding}, value: item.met}]
  - signature: {issuer: Permit.issuer, day: Paper.issued on}
  - code: {caption: {zh: 扫码查验, en: Scan to verify}}
)yaml";

feel::Value text(const char* words) { return feel::Value(words); }

feel::ContextScope names(std::size_t checks = 2) {
  std::vector<feel::Value> rows;
  for (std::size_t row = 0; row < checks; ++row) {
    rows.push_back(feel::Value::context({{feel::String("name"), feel::Value("条件" + std::to_string(row + 1) +
                                                                            "：场所与设备未变，且主要负责人没有更换")},
                                         {feel::String("met"), feel::Value(row % 2 == 0)}}));
  }
  feel::ContextScope scope;
  scope.set({"Permit",
             feel::Value::context({{feel::String("holder"), text("示例市高新区甲乙食品有限公司")},
                                   {feel::String("valid to"), feel::Value(*base::Date::parse("2031-03-01"))},
                                   {feel::String("items"), feel::Value::list({text("热食类"), text("冷食类")})},
                                   {feel::String("remark"), feel::Value()},
                                   {feel::String("issuer"), text("示例市高新区管理委员会")},
                                   {feel::String("checks"), feel::Value::list(std::move(rows))}}),
             nullptr});
  scope.set({"Paper",
             feel::Value::context({{feel::String("issued on"), feel::Value(*base::Date::parse("2026-03-02"))}}),
             nullptr});
  return scope;
}

DocumentOptions options() {
  DocumentOptions made;
  made.number = "样本-KD-2026-000001";
  made.issued_on = *base::Date::parse("2026-03-02");
  made.verify_at = "http://localhost:8080/verify/%E6%A0%B7%E6%9C%AC-KD-2026-000001";
  return made;
}

const Template& shop_permit() {
  static const auto templates = Templates::read(permit, "shop.yaml");
  return *(*templates)->paper("shop_permit");
}

TEST(Render, SaysWhatTheTemplateSaysAndThatItIsASample) {
  ASSERT_TRUE(check_fonts());
  auto pdf = drawn(shop_permit(), names(), options());
  ASSERT_TRUE(pdf) << pdf.error().en;
  EXPECT_TRUE(pdf->starts_with("%PDF-1.5"));
  if (const char* keep = std::getenv("YUANQU_KEEP_PDF"))
    std::ofstream(keep, std::ios::binary) << *pdf;  // to look at it
  if (!have_poppler()) GTEST_SKIP() << "poppler-utils is not installed";
  Pdf file(*pdf);
  const std::string words = file.text();
  for (const char* expected :
       {"开店许可证（样本）", "样本-KD-2026-000001", "示例市高新区甲乙食品有限公司", "2031年3月1日", "热食类、冷食类",
        "—", "示例市高新区管理委员会", "2026年3月2日", "扫码查验", "http://localhost:8080/verify/样本-KD-2026-000001",
        "样本，无法律效力", "第 1 / 1 页"}) {
    EXPECT_SAYS(words, expected);
  }
  const std::string info = file.info();
  EXPECT_THAT(info, HasSubstr("样本 开店许可证 样本-KD-2026-000001"));
  EXPECT_THAT(info, HasSubstr("样本，无法律效力"));
  EXPECT_THAT(info, HasSubstr("A4"));
  EXPECT_THAT(info, HasSubstr("Pages:           1"));
  EXPECT_THAT(file.fonts(), HasSubstr("WenQuanYiMicroHei"));
}

// Every Han character that the papers of the packs say. A writer of PDFs may keep a character as text and draw nothing.
std::vector<std::string> characters_of_papers() {
  std::set<std::string> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator("packs")) {
    if (entry.path().parent_path().filename() != "papers") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string words{std::istreambuf_iterator<char>(file), {}};
    for (std::size_t at = 0; at + 2 < words.size(); ++at) {
      const auto lead = static_cast<unsigned char>(words[at]);
      if (lead >= 0xE4 && lead <= 0xE9) found.insert(words.substr(at, 3));
    }
  }
  return {found.begin(), found.end()};
}

TEST(Render, EveryCharacterOfThePapersLeavesItsMark) {
  if (!have_poppler()) GTEST_SKIP() << "poppler-utils is not installed";
  const std::vector<std::string> characters = characters_of_papers();
  ASSERT_GT(characters.size(), 300u);
  Table table{std::vector<std::string>(8), std::vector<double>(8, 1), {}};
  for (std::size_t at = 0; at < characters.size(); ++at) {
    if (at % 8 == 0) table.rows.emplace_back();
    table.rows.back().push_back(characters[at]);
  }
  Document document{.options = options(), .labels = {}, .statement = {}, .parts = {table}};
  document.options.number.clear();
  document.options.sample = false;
  auto pdf = render(document);
  ASSERT_TRUE(pdf) << pdf.error().en;
  const auto folder = std::filesystem::temp_directory_path() / ("yuanqu-marks-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "marks.pdf", std::ios::binary) << *pdf;
  // One PDF point is one pixel; the box of each character comes from the text, what is in it from the picture.
  run("pdftoppm -r 72 -gray " + (folder / "marks.pdf").string() + " " + (folder / "page").string());
  std::istringstream boxes(run("pdftotext -bbox " + (folder / "marks.pdf").string() + " -"));
  std::size_t page = 0;
  std::size_t width = 0;
  std::size_t height = 0;
  std::string picture;
  std::set<std::string> seen;
  for (std::string line; std::getline(boxes, line);) {
    if (line.find("<page ") != std::string::npos) {
      ++page;
      for (const char* digits : {"-", "-0"}) {
        std::ifstream file(folder / ("page" + std::string(digits) + std::to_string(page) + ".pgm"), std::ios::binary);
        std::string magic;
        std::size_t white = 0;
        if (!(file >> magic >> width >> height >> white)) continue;
        file.get();
        picture.assign(std::istreambuf_iterator<char>(file), {});
      }
      ASSERT_EQ(picture.size(), width * height);
      continue;
    }
    double left = 0;
    double top = 0;
    double right = 0;
    double bottom = 0;
    std::array<char, 64> word{};
    if (std::sscanf(line.c_str(), R"( <word xMin="%lf" yMin="%lf" xMax="%lf" yMax="%lf">%63[^<]</word>)", &left, &top,
                    &right, &bottom, word.data()) != 5)
      continue;
    bool marked = false;
    for (auto y = static_cast<std::size_t>(top); y < static_cast<std::size_t>(bottom) && y < height; ++y)
      for (auto x = static_cast<std::size_t>(left); x <= static_cast<std::size_t>(right) && x < width; ++x)
        marked = marked || static_cast<unsigned char>(picture[y * width + x]) < 200;
    EXPECT_TRUE(marked) << word.data() << " is not drawn";
    seen.insert(word.data());
  }
  for (const std::string& character : characters) EXPECT_TRUE(seen.contains(character)) << character;
  std::filesystem::remove_all(folder);
}

TEST(Render, EqualInputGivesEqualBytes) {
  auto one = drawn(shop_permit(), names(), options());
  auto two = drawn(shop_permit(), names(), options());
  ASSERT_TRUE(one && two);
  EXPECT_EQ(*one, *two);
}

TEST(Render, EveryPageOfALongTableIsMarked) {
  auto pdf = drawn(shop_permit(), names(150), options());
  ASSERT_TRUE(pdf) << pdf.error().en;
  if (!have_poppler()) GTEST_SKIP() << "poppler-utils is not installed";
  Pdf file(*pdf);
  const std::string info = file.info();
  const std::size_t at = info.find("Pages:");
  const int pages = std::stoi(info.substr(at + 6));
  ASSERT_GT(pages, 3);
  for (int page = 1; page <= pages; ++page) {
    const std::string words = file.text(page);
    EXPECT_GE(times(words, "样"), 4u) << page;  // three of the mark across the page, and those of the foot
    EXPECT_SAYS(words, "样本，无法律效力");
    EXPECT_SAYS(words, "第 " + std::to_string(page) + " / " + std::to_string(pages) + " 页");
  }
  const std::string all = file.text();
  for (int row = 1; row <= 150; ++row)
    EXPECT_SAYS(all, "条件" + std::to_string(row) + "：");  // nothing lost between pages
}

TEST(Render, EnglishAndLandscape) {
  Template paper = shop_permit();
  paper.landscape = true;
  DocumentOptions wanted = options();
  wanted.language = Language::English;
  auto pdf = drawn(paper, names(), wanted);
  ASSERT_TRUE(pdf);
  if (!have_poppler()) GTEST_SKIP() << "poppler-utils is not installed";
  Pdf file(*pdf);
  EXPECT_SAYS(file.text(), "Shop permit (sample)");
  EXPECT_SAYS(file.text(), "1 March 2031");
  EXPECT_GE(times(file.text(), "S"), 3u);
  EXPECT_THAT(file.info(), HasSubstr("841.89 x 595.276"));
}

TEST(Render, RefusesASampleWithoutItsMarkAndAnEndlessPaper) {
  DocumentOptions wrong = options();
  wrong.number = "KD-2026-000001";
  EXPECT_FALSE(drawn(shop_permit(), names(), wrong));
  auto endless = drawn(shop_permit(), names(20000), options());
  ASSERT_FALSE(endless);
  EXPECT_EQ(endless.error().code, base::ErrorCode::LimitExceeded);
}

}  // namespace
}  // namespace yuanqu::paper
