#include "telemetry/http_call.hpp"

#include <curl/curl.h>

#include <memory>
#include <string_view>

namespace yuanqu::telemetry {
namespace {

constexpr long timeout_ms = 30'000;
constexpr std::size_t answer_max = 16U << 20U;

std::size_t gather(char* data, std::size_t size, std::size_t count, void* into) {
  auto& body = *static_cast<std::string*>(into);
  if (body.size() + size * count > answer_max) return 0;
  body.append(data, size * count);
  return size * count;
}

}  // namespace

base::Result<HttpAnswer> http_call(const std::string& url, const std::string* body,
                                   const std::vector<std::string>& headers) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> call(ready == CURLE_OK ? curl_easy_init() : nullptr,
                                                                 curl_easy_cleanup);
  if (!call) return base::fail(base::ErrorCode::Unavailable, "网络库无法启动。", "The network library cannot start.");
  curl_slist* list = nullptr;
  for (const std::string& header : headers) list = curl_slist_append(list, header.c_str());
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> kept(list, curl_slist_free_all);
  HttpAnswer answer;
  curl_easy_setopt(call.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(call.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(call.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(call.get(), CURLOPT_NOPROXY, "*");
  curl_easy_setopt(call.get(), CURLOPT_TIMEOUT_MS, timeout_ms);
  curl_easy_setopt(call.get(), CURLOPT_HTTPHEADER, list);
  curl_easy_setopt(call.get(), CURLOPT_WRITEFUNCTION, gather);
  curl_easy_setopt(call.get(), CURLOPT_WRITEDATA, &answer.body);
  if (body != nullptr) {
    curl_easy_setopt(call.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body->size()));
    curl_easy_setopt(call.get(), CURLOPT_POSTFIELDS, body->data());
  }
  if (const CURLcode code = curl_easy_perform(call.get()); code != CURLE_OK) {
    const std::string why = curl_easy_strerror(code);
    return base::fail(base::ErrorCode::Unavailable, "够不到 " + url + "（" + why + "）。",
                      "Cannot reach " + url + " (" + why + ").");
  }
  curl_easy_getinfo(call.get(), CURLINFO_RESPONSE_CODE, &answer.status);
  return answer;
}

std::string url_text(std::string_view text) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                       c == '_' || c == '.' || c == '~';
    const auto byte = static_cast<unsigned char>(c);
    if (plain)
      out += c;
    else
      out += {'%', digits[byte >> 4U], digits[byte & 15U]};
  }
  return out;
}

}  // namespace yuanqu::telemetry
