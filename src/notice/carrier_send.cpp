#include <curl/curl.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <memory>
#include <sstream>

#include "notice/carrier.hpp"

namespace yuanqu::notice {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;

struct CleanHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct CleanList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Handle = std::unique_ptr<CURL, CleanHandle>;
using List = std::unique_ptr<curl_slist, CleanList>;

void append(List& list, const std::string& line) { list.reset(curl_slist_append(list.release(), line.c_str())); }

Handle begin(const std::string& url, const std::string& ca_file) {
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  Handle handle(ready ? curl_easy_init() : nullptr);
  if (!handle) return handle;
  curl_easy_setopt(handle.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT, 30L);
  curl_easy_setopt(handle.get(), CURLOPT_CONNECTTIMEOUT, 10L);
  curl_easy_setopt(handle.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_FOLLOWLOCATION, 0L);  // a redirect would carry the message elsewhere
  if (!ca_file.empty()) curl_easy_setopt(handle.get(), CURLOPT_CAINFO, ca_file.c_str());
  return handle;
}

std::size_t forget(char*, std::size_t size, std::size_t count, void*) { return size * count; }

Result<void> perform(CURL* handle, bool http) {
  if (handle == nullptr) return fail(ErrorCode::Unavailable, "网络组件没有就绪。", "The network library is not ready.");
  char reason[CURL_ERROR_SIZE] = {};
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, reason);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, forget);
  const CURLcode code = curl_easy_perform(handle);
  if (code != CURLE_OK) {
    const std::string why = reason[0] != '\0' ? reason : curl_easy_strerror(code);
    return fail(ErrorCode::Unavailable, "没有送出：" + why + "，稍后再试。",
                "Not delivered: " + why + "; tried again later.");
  }
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  if (http && (status < 200 || status > 299)) {
    return fail(ErrorCode::Unavailable, "对方答复 " + std::to_string(status) + "，稍后再试。",
                "The other side answered " + std::to_string(status) + "; tried again later.");
  }
  return {};
}

struct Reading {
  std::string_view rest;
};
std::size_t give(char* target, std::size_t size, std::size_t count, void* data) {
  auto& reading = *static_cast<Reading*>(data);
  const std::size_t length = std::min(size * count, reading.rest.size());
  std::memcpy(target, reading.rest.data(), length);
  reading.rest.remove_prefix(length);
  return length;
}

Result<std::string> secret_of(const YAML::Node& node, const char* key, const std::string& place) {
  if (!node[key]) return std::string();
  const std::string path = node[key].as<std::string>();
  std::ifstream stream(path);
  std::string line;
  if (!std::getline(stream, line)) {
    return fail(ErrorCode::Invalid, "读不到口令文件 " + path + "。", "The password file " + path + " cannot be read.",
                {.file = place, .row = static_cast<std::size_t>(node[key].Mark().line + 1)});
  }
  return line;
}

}  // namespace

Result<void> send_mail(const SmtpSettings& settings, const std::string& to, const Outgoing& message,
                       std::int64_t now_ms) {
  const std::string text = mail_text(settings, to, message, now_ms);
  Handle handle = begin(settings.url, settings.ca_file);
  if (!handle) return perform(nullptr, false);
  const std::size_t open = settings.from.rfind('<');
  const std::string from = open == std::string::npos ? "<" + settings.from + ">" : settings.from.substr(open);
  List recipients;
  append(recipients, "<" + to + ">");
  Reading reading{text};
  curl_easy_setopt(handle.get(), CURLOPT_USE_SSL, static_cast<long>(settings.tls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
  curl_easy_setopt(handle.get(), CURLOPT_MAIL_FROM, from.c_str());
  curl_easy_setopt(handle.get(), CURLOPT_MAIL_RCPT, recipients.get());
  if (!settings.user.empty()) {
    curl_easy_setopt(handle.get(), CURLOPT_USERNAME, settings.user.c_str());
    curl_easy_setopt(handle.get(), CURLOPT_PASSWORD, settings.password.c_str());
  }
  curl_easy_setopt(handle.get(), CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_READFUNCTION, give);
  curl_easy_setopt(handle.get(), CURLOPT_READDATA, &reading);
  return perform(handle.get(), false);
}

Result<void> send_webhook(const std::string& url, const std::string& secret, const Outgoing& message,
                          std::int64_t now_ms, const std::string& ca_file) {
  const std::string body = webhook_body(message, now_ms);
  Handle handle = begin(url, ca_file);
  if (!handle) return perform(nullptr, true);
  curl_easy_setopt(handle.get(), CURLOPT_PROTOCOLS_STR, "https,http");
  const std::int64_t timestamp = now_ms / 1000;
  List headers;
  append(headers, "Content-Type: application/json");
  append(headers, "webhook-id: msg_" + message.id);
  append(headers, "webhook-timestamp: " + std::to_string(timestamp));
  append(headers, "webhook-signature: " + webhook_signature(secret, "msg_" + message.id, timestamp, body));
  curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
  curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDS, body.c_str());
  return perform(handle.get(), true);
}

Result<void> send_sms(const SmsSettings& settings, const std::string& phone, const Outgoing& message) {
  const std::string text =
      message.items.size() == 1 ? message.items.front().title : std::to_string(message.items.size());
  const std::string url = fill_sms(settings.url, "form", phone, text, message.id);
  const std::string body = fill_sms(settings.body, settings.content_type, phone, text, message.id);
  Handle handle = begin(url, {});
  if (!handle) return perform(nullptr, true);
  List headers;
  for (const auto& [name, value] : settings.headers) append(headers, name + ": " + value);
  if (settings.method != "GET") {
    append(headers, "Content-Type: " + settings.content_type);
    curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
    curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDS, body.c_str());
  }
  curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers.get());
  return perform(handle.get(), true);
}

Result<ChannelSettings> read_channel_settings(const std::string& path) {
  ChannelSettings settings;
  std::ifstream stream(path);
  if (!stream) return settings;
  std::ostringstream text;
  text << stream.rdbuf();
  try {
    const YAML::Node root = YAML::Load(text.str());
    settings.address = root["address"].as<std::string>("");
    settings.webhooks = root["webhooks"].as<bool>(false);
    if (const YAML::Node smtp = root["smtp"]) {
      settings.smtp.url = smtp["url"].as<std::string>("");
      settings.smtp.user = smtp["user"].as<std::string>("");
      settings.smtp.from = smtp["from"].as<std::string>("");
      settings.smtp.ca_file = smtp["ca_file"].as<std::string>("");
      settings.smtp.tls = smtp["tls"].as<bool>(true);
      auto password = secret_of(smtp, "password_file", path);
      if (!password) return tl::unexpected(password.error());
      settings.smtp.password = std::move(*password);
    }
    if (const YAML::Node sms = root["sms"]) {
      settings.sms.url = sms["url"].as<std::string>("");
      settings.sms.method = sms["method"].as<std::string>("POST");
      settings.sms.body = sms["body"].as<std::string>("");
      settings.sms.content_type = sms["content_type"].as<std::string>("application/json");
      for (const auto& header : sms["headers"])
        settings.sms.headers[header.first.as<std::string>()] = header.second.as<std::string>();
    }
  } catch (const YAML::Exception& problem) {
    return fail(ErrorCode::Invalid, "channels.yaml 有误：" + problem.msg, "channels.yaml is faulty: " + problem.msg,
                {.file = path, .row = static_cast<std::size_t>(problem.mark.line + 1)});
  }
  return settings;
}

}  // namespace yuanqu::notice
