// What carriers say: composed here, sent in carrier_send.cpp.
#include <openssl/hmac.h>
#include <sodium.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>
#include <ctime>

#include "base/secret.hpp"
#include "notice/carrier.hpp"

namespace yuanqu::notice {
namespace {

std::string base64(std::string_view bytes) {
  std::string text(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  text.resize(text.find('\0'));
  return text;
}

std::string wrapped(std::string_view text) {
  std::string lines;
  for (std::size_t at = 0; at < text.size(); at += 76) lines += std::string(text.substr(at, 76)) + "\r\n";
  return lines;
}

// A header's words as RFC 2047 encoded words, each of whole characters and at most 75 long.
std::string encoded_words(std::string_view text) {
  bool plain = true;
  for (const char letter : text) plain = plain && letter >= 0x20 && letter < 0x7F;
  if (plain && text.size() < 70) return std::string(text);
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = std::min(at + 42, text.size());
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    out += (out.empty() ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?") + base64(text.substr(at, end - at)) + "?=";
    at = end;
  }
  return out;
}

// No line break of a value may begin a header of its own.
std::string one_line(std::string_view text) {
  std::string line;
  for (const char letter : text) line += letter == '\r' || letter == '\n' ? ' ' : letter;
  return line;
}

std::string bare_address(const std::string& from) {
  const std::size_t open = from.rfind('<'), close = from.rfind('>');
  return open == std::string::npos || close == std::string::npos || close < open
             ? from
             : from.substr(open + 1, close - open - 1);
}

std::string rfc5322_date(std::int64_t now_ms) {
  const std::time_t local = now_ms / 1000 + 8 * 3600;
  std::tm parts{};
  gmtime_r(&local, &parts);
  constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  char text[64];
  std::snprintf(text, sizeof text, "%s, %d %s %d %02d:%02d:%02d +0800", days[parts.tm_wday], parts.tm_mday,
                months[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
  return text;
}

std::string subject_of(const Outgoing& message) {
  if (message.items.size() == 1) return message.items.front().title;
  const std::string count = std::to_string(message.items.size());
  return message.english ? count + " messages of the zone" : "园区消息 " + count + " 条";
}

std::string percent_encoded(std::string_view text) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    const bool plain = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
                       byte == '-' || byte == '.' || byte == '_' || byte == '~';
    if (plain) {
      out += letter;
    } else {
      ((out += '%') += digits[byte >> 4]) += digits[byte & 15];
    }
  }
  return out;
}

}  // namespace

std::string mail_text(const SmtpSettings& settings, const std::string& to, const Outgoing& message,
                      std::int64_t now_ms) {
  std::string words;
  for (const OutgoingItem& item : message.items) {
    if (message.items.size() > 1) words += item.title + "\n";
    words += item.body + "\n";
    if (!item.link.empty()) words += item.link + "\n";
    words += "\n";
  }
  const std::string from = bare_address(settings.from);
  const std::string name = settings.from.size() > from.size() ? settings.from.substr(0, settings.from.rfind('<')) : "";
  const std::string host = from.substr(from.find('@') == std::string::npos ? 0 : from.find('@') + 1);
  return "Date: " + rfc5322_date(now_ms) + "\r\nFrom: " + (name.empty() ? "" : encoded_words(one_line(name)) + " ") +
         "<" + one_line(from) + ">\r\nTo: <" + one_line(to) +
         ">\r\nSubject: " + encoded_words(one_line(subject_of(message))) + "\r\nMessage-ID: <" + one_line(message.id) +
         "@" + one_line(host) +
         ">\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n"
         "Auto-Submitted: auto-generated\r\n\r\n" +
         wrapped(base64(words));
}

std::string new_webhook_secret() { return "whsec_" + base64(base::random_bytes(24)); }

std::string webhook_signature(std::string_view secret, std::string_view id, std::int64_t timestamp,
                              std::string_view body) {
  constexpr std::string_view prefix = "whsec_";
  if (secret.starts_with(prefix)) secret.remove_prefix(prefix.size());
  std::string key(secret.size(), '\0');
  std::size_t length = 0;
  const bool read = sodium_base642bin(reinterpret_cast<unsigned char*>(key.data()), key.size(), secret.data(),
                                      secret.size(), nullptr, &length, nullptr, sodium_base64_VARIANT_ORIGINAL) == 0;
  key.resize(read ? length : 0);
  const std::string signed_text = std::string(id) + "." + std::to_string(timestamp) + "." + std::string(body);
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned int mac_length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(signed_text.data()), signed_text.size(), mac, &mac_length);
  return "v1," + base64({reinterpret_cast<const char*>(mac), mac_length});
}

std::string webhook_body(const Outgoing& message, std::int64_t now_ms) {
  namespace json = boost::json;
  json::array items;
  for (const OutgoingItem& item : message.items)
    items.push_back(json::object{{"title", item.title}, {"body", item.body}, {"link", item.link}});
  const std::time_t moment = now_ms / 1000;
  std::tm parts{};
  gmtime_r(&moment, &parts);
  char at[32];
  std::strftime(at, sizeof at, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return json::serialize(
      json::object{{"type", "notice.sent"}, {"timestamp", at}, {"data", json::object{{"items", items}}}});
}

std::string fill_sms(std::string_view pattern, std::string_view content_type, const std::string& phone,
                     const std::string& text, const std::string& id) {
  const bool json = content_type.find("json") != std::string_view::npos;
  const auto written = [&](const std::string& value) {
    if (!json) return percent_encoded(value);
    const std::string quoted = boost::json::serialize(boost::json::string(value));
    return quoted.substr(1, quoted.size() - 2);
  };
  std::string out;
  for (std::size_t at = 0; at < pattern.size();) {
    bool filled = false;
    for (const auto& [mark, value] :
         {std::pair<std::string_view, const std::string*>("{phone}", &phone), {"{text}", &text}, {"{id}", &id}}) {
      if (pattern.substr(at, mark.size()) != mark) continue;
      out += written(*value);
      at += mark.size();
      filled = true;
      break;
    }
    if (!filled) out += pattern[at++];
  }
  return out;
}

}  // namespace yuanqu::notice
