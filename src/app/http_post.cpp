#include "app/http_post.hpp"

#include <curl/curl.h>

#include <memory>

namespace yuanqu::app {

using base::ErrorCode;
using base::fail;

namespace {

constexpr long seconds_max = 30;

std::size_t pass_over(char*, std::size_t size, std::size_t count, void*) { return size * count; }

}  // namespace

base::Result<void> http_post(const std::string& url, const std::string& body, const std::string& content_type) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> call(ready == CURLE_OK ? curl_easy_init() : nullptr,
                                                                 curl_easy_cleanup);
  if (call == nullptr) return fail(ErrorCode::Unavailable, "网络库无法启动。", "The network library cannot start.");
  const std::string header = "Content-Type: " + content_type;
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(curl_slist_append(nullptr, header.c_str()),
                                                                            curl_slist_free_all);
  curl_easy_setopt(call.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(call.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(call.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(call.get(), CURLOPT_POSTFIELDS, body.data());
  curl_easy_setopt(call.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  curl_easy_setopt(call.get(), CURLOPT_WRITEFUNCTION, pass_over);
  curl_easy_setopt(call.get(), CURLOPT_TIMEOUT, seconds_max);
  curl_easy_setopt(call.get(), CURLOPT_NOSIGNAL, 1L);
  if (const CURLcode done = curl_easy_perform(call.get()); done != CURLE_OK) {
    const std::string why = curl_easy_strerror(done);
    return fail(ErrorCode::Unavailable, "送不到 " + url + "：" + why + "。", "Cannot reach " + url + ": " + why + ".");
  }
  long status = 0;
  curl_easy_getinfo(call.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status >= 200 && status < 300) return {};
  return fail(ErrorCode::Unavailable, url + " 答复 " + std::to_string(status) + "，没有收下。",
              url + " answered " + std::to_string(status) + " and took nothing.");
}

}  // namespace yuanqu::app
