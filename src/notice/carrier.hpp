#pragma once
// Carriers take messages outside: e-mail by SMTP, webhooks in the shape of Standard Webhooks, SMS through a gateway's
// HTTP address. Each is given an id that stays the same when a message is tried again, so that the receiver can make it
// once. An error is tried again later by whoever calls. What is composed is pure and tested by itself; sending is
// libcurl's. Safe from every thread; calls take as long as the other side takes (at most 30 s).

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace yuanqu::notice {

struct OutgoingItem {
  std::string title;
  std::string body;
  std::string link;  // absolute; may be empty
};
struct Outgoing {
  std::string id;                   // unique for ever: "12-3"
  std::vector<OutgoingItem> items;  // several: a digest
  bool english = false;
};

struct SmtpSettings {
  std::string url;  // smtp://host:587 (STARTTLS) or smtps://host:465
  std::string user;
  std::string password;
  std::string from;     // "园区 <office@example.org>" or the bare address
  std::string ca_file;  // empty: the system's certificates
  bool tls = true;      // false only for a server on this machine
};
// An RFC 5322 message: UTF-8, lines of at most 76, Message-ID from the id.
std::string mail_text(const SmtpSettings& settings, const std::string& to, const Outgoing& message,
                      std::int64_t now_ms);
base::Result<void> send_mail(const SmtpSettings& settings, const std::string& to, const Outgoing& message,
                             std::int64_t now_ms);

// Standard Webhooks: headers webhook-id, webhook-timestamp and webhook-signature "v1,<base64 of HMAC-SHA256>" over
// "id.timestamp.body"; the secret is base64 behind "whsec_". The receiver refuses old timestamps and known ids.
std::string new_webhook_secret();  // "whsec_…", 24 random bytes
std::string webhook_signature(std::string_view secret, std::string_view id, std::int64_t timestamp,
                              std::string_view body);
std::string webhook_body(const Outgoing& message, std::int64_t now_ms);
base::Result<void> send_webhook(const std::string& url, const std::string& secret, const Outgoing& message,
                                std::int64_t now_ms, const std::string& ca_file = {});

struct SmsSettings {
  std::string url;     // may hold {phone}, {text}, {id}, percent-encoded when filled in
  std::string method;  // POST or GET
  std::string body;    // JSON or form; {phone}, {text}, {id} are escaped as the content type asks
  std::string content_type = "application/json";
  std::map<std::string, std::string> headers;
};
std::string fill_sms(std::string_view pattern, std::string_view content_type, const std::string& phone,
                     const std::string& text, const std::string& id);
base::Result<void> send_sms(const SmsSettings& settings, const std::string& phone, const Outgoing& message);

// The settings of the channels: channels.yaml in the data folder, absent when nothing goes outside. Secrets stand in
// files it names, not in it. A faulty file is an error with line and reason.
struct ChannelSettings {
  std::string address;  // of this system as others reach it: "https://zone.example.org"
  SmtpSettings smtp;    // url empty: none
  SmsSettings sms;      // url empty: none
  bool webhooks = false;
};
base::Result<ChannelSettings> read_channel_settings(const std::string& path);

}  // namespace yuanqu::notice
