#include "http/multipart.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace yuanqu::http {
namespace {

class Multipart : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("yuanqu-multipart-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string content(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
  }
  std::filesystem::path folder_;
};

const std::string type = "multipart/form-data; boundary=\"xX\"";
const std::string body =
    "preamble\r\n--xX\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\nfirm\r\n"
    "--xX\r\nContent-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n"
    "--xX\r\ncontent-disposition: form-data; name=\"file\"; filename*=UTF-8''%E4%BC%81.csv; "
    "filename=\"C:\\\\dir\\\\e.csv\"\r\nContent-Type: text/csv\r\n\r\n"
    "a,b\r\n--xY\r\n1,2\r\n--x\r\n--xX--\r\nrest";

TEST_F(Multipart, EveryCutGivesTheSame) {
  for (std::size_t cut = 1; cut <= body.size(); ++cut) {
    auto reader = MultipartReader::create(type, folder_);
    ASSERT_TRUE(reader);
    for (std::size_t at = 0; at < body.size(); at += cut)
      ASSERT_TRUE((*reader)->take(std::string_view(body).substr(at, cut))) << cut;
    Request request;
    ASSERT_TRUE((*reader)->finish(request));
    ASSERT_EQ(request.form.size(), 2u);
    EXPECT_EQ(request.form[0], std::pair(std::string("kind"), std::string("firm")));
    EXPECT_EQ(request.form[1].second, "");
    ASSERT_EQ(request.uploads.size(), 1u);
    EXPECT_EQ(request.uploads[0].field, "file");
    EXPECT_EQ(content(request.uploads[0].path), "a,b\r\n--xY\r\n1,2\r\n--x");
    EXPECT_EQ(request.uploads[0].size, 19u);
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder_)) << "files nobody kept are removed";
}

TEST_F(Multipart, RefusesTheBrokenAndTheTooLarge) {
  EXPECT_FALSE(MultipartReader::create("multipart/form-data", folder_));
  EXPECT_FALSE(MultipartReader::create("application/json; boundary=x", folder_));
  Request request;
  auto cut_off = MultipartReader::create(type, folder_);
  ASSERT_TRUE((*cut_off)->take(body.substr(0, body.size() - 12)));
  EXPECT_FALSE((*cut_off)->finish(request));

  MultipartLimits limits;
  limits.file_bytes_max = 4;
  auto large = MultipartReader::create(type, folder_, limits);
  const auto taken = (*large)->take(body);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, base::ErrorCode::LimitExceeded);

  limits = {};
  limits.parts_max = 2;
  auto many = MultipartReader::create(type, folder_, limits);
  EXPECT_FALSE((*many)->take(body));

  auto nameless = MultipartReader::create(type, folder_);
  EXPECT_FALSE((*nameless)->take("--xX\r\n\r\n\r\nx\r\n--xX--"));
}

TEST(HeaderParameter, ReadsQuotedAndExtendedForms) {
  EXPECT_EQ(header_parameter("form-data; name=\"a\\\"b\"; filename=x y.csv", "name"), "a\"b");
  EXPECT_EQ(header_parameter("form-data; name=plain", "name"), "plain");
  EXPECT_EQ(header_parameter("attachment; filename*=utf-8''%E5%9B%AD.csv", "filename"), "园.csv");
  EXPECT_EQ(header_parameter("form-data", "name"), "");
}

}  // namespace
}  // namespace yuanqu::http
