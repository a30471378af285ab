#include "http/message.hpp"

#include <gtest/gtest.h>

#include "http/problem.hpp"
#include "http/response_head.hpp"
#include "http/server.hpp"

namespace yuanqu::http {
namespace {

Request read(std::string_view target) {
  Request request;
  EXPECT_TRUE(read_target(target, request)) << target;
  return request;
}

TEST(ReadTarget, SplitsThenDecodes) {
  const Request request = read("/api/v1/records/a%2Fb?filter=name+%3D%20%22%E5%9B%AD%22&x=&y");
  EXPECT_EQ(request.segments, (std::vector<std::string>{"api", "v1", "records", "a/b"}));
  EXPECT_EQ(request.parameter("filter"), "name = \"园\"");
  EXPECT_EQ(request.parameter("x"), "");
  EXPECT_EQ(request.parameter("y"), "");
  EXPECT_EQ(request.parameter("z"), std::nullopt);
}

TEST(ReadTarget, RefusesWhatItCannotTrust) {
  for (const char* target : {"", "api", "http://x/", "/%", "/%4", "/%zz", "/%00", "/a?b=%1"}) {
    Request request;
    EXPECT_FALSE(read_target(target, request)) << target;
  }
  std::string many = "/?";
  for (int i = 0; i < 1001; ++i) many += "a=1&";
  Request request;
  const auto result = read_target(many, request);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, base::ErrorCode::LimitExceeded);
}

TEST(Request, FindsItsCookie) {
  Request request;
  request.headers = {{"cookie", "a=1; yq_session=abc;  b=2"}};
  EXPECT_EQ(request.cookie("yq_session"), "abc");
  EXPECT_EQ(request.cookie("b"), "2");
  EXPECT_EQ(request.cookie("session"), "");
}

TEST(Tags, MatchAsHttpSays) {
  EXPECT_TRUE(matches_tag("\"7\"", "7"));
  EXPECT_TRUE(matches_tag("\"6\", W/\"7\"", "7"));
  EXPECT_TRUE(matches_tag("*", "7"));
  EXPECT_TRUE(matches_tag("7", "7"));
  EXPECT_FALSE(matches_tag("\"77\"", "7"));
  EXPECT_FALSE(matches_tag("", "7"));
}

TEST(Gzip, IsTakenOnlyWhereWanted) {
  EXPECT_TRUE(accepts_gzip("gzip, deflate, br"));
  EXPECT_TRUE(accepts_gzip("br;q=1, gzip;q=0.5"));
  EXPECT_FALSE(accepts_gzip("gzip;q=0"));
  EXPECT_FALSE(accepts_gzip("br"));
  EXPECT_FALSE(accepts_gzip(""));
}

TEST(Problem, CarriesCodePlaceAndBothSentences) {
  const Response response =
      problem({base::ErrorCode::Conflict, "改", "changed", {.row = 12, .field = "f"}}, "00ff", "\"current\":null");
  EXPECT_EQ(response.status, 409);
  EXPECT_EQ(response.content_type, "application/problem+json; charset=utf-8");
  EXPECT_EQ(response.body,
            "{\"type\":\"urn:yuanqu:problem:conflict\",\"title\":\"Conflict\",\"status\":409,\"code\":\"conflict\","
            "\"zh\":\"改\",\"en\":\"changed\","
            "\"place\":{\"row\":12,\"field\":\"f\"},\"trace_id\":\"00ff\",\"current\":null}");
}

TEST(Problem, EveryCodeHasAStatusOfItsOwn) {
  std::vector<int> statuses;
  for (int code = 0; code <= static_cast<int>(base::ErrorCode::Internal); ++code)
    statuses.push_back(status_of(static_cast<base::ErrorCode>(code)));
  std::sort(statuses.begin(), statuses.end());
  EXPECT_EQ(std::adjacent_find(statuses.begin(), statuses.end()), statuses.end());
}

TEST(ResponseHead, CannotBeSplitByAValue) {
  Response response = Response::json("{}");
  response.with("X-Name", "a\r\nSet-Cookie: b");
  const std::string head = response_head(response, 2, true, "00ff");
  EXPECT_NE(head.find("X-Name: aSet-Cookie: b\r\n"), std::string::npos);
  EXPECT_EQ(head.find("\r\nSet-Cookie"), std::string::npos);
  EXPECT_NE(head.find("Content-Security-Policy: default-src 'self'; script-src 'self';"), std::string::npos);
}

TEST(Listen, IsReadInTheFormsPeopleWrite) {
  EXPECT_EQ(parse_listen("127.0.0.1:8080")->port, 8080);
  EXPECT_EQ(parse_listen("8081")->host, "127.0.0.1");
  EXPECT_EQ(parse_listen("localhost:0")->host, "127.0.0.1");
  EXPECT_EQ(parse_listen("[::1]:80")->host, "::1");
  for (const char* wrong : {"", "a:b", "127.0.0.1:", "127.0.0.1:70000", "zone.example:80", "127.0.0.1:-1"})
    EXPECT_FALSE(parse_listen(wrong)) << wrong;
}

}  // namespace
}  // namespace yuanqu::http
