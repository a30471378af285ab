// What leaves the house, taken by real servers: SMTP with TLS (aiosmtpd), webhooks and SMS gateways over HTTP.
#include "notice/carrier.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "notice/subscription.hpp"

namespace yuanqu::notice {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string text_of(const std::filesystem::path& path) {
  std::ifstream stream(path);
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

// A Python program that listens on a port it writes into `port`, and keeps what it takes in `taken`.
class Server {
 public:
  Server(const std::string& name, const std::string& program) {
    folder_ = std::filesystem::temp_directory_path() / ("yuanqu-carrier-" + name + "-" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ / "server.py") << program;
    process_ = ::fork();
    if (process_ == 0) {
      if (::chdir(folder_.c_str()) != 0) ::_exit(1);
      ::execl("/usr/bin/python3", "python3", "server.py", nullptr);  // Debian's, which has aiosmtpd
      ::_exit(127);
    }
    for (int tries = 0; tries < 600 && port().empty(); ++tries)
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  ~Server() {
    ::kill(process_, SIGTERM);
    ::waitpid(process_, nullptr, 0);
    std::filesystem::remove_all(folder_);
  }
  std::string port() const { return text_of(folder_ / "port"); }
  std::string taken() const { return text_of(folder_ / "taken"); }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

 private:
  std::filesystem::path folder_;
  pid_t process_ = 0;
};

constexpr const char* smtp_server = R"(
import os, ssl, subprocess, time
from aiosmtpd.controller import Controller
subprocess.run(['openssl','req','-x509','-newkey','rsa:2048','-nodes','-days','2','-subj','/CN=localhost','-addext','subjectAltName=DNS:localhost','-keyout','key.pem','-out','cert.pem'],check=True,stderr=subprocess.DEVNULL)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); context.load_cert_chain('cert.pem','key.pem')
class Keep:
    async def handle_DATA(self, server, session, envelope):
        with open('taken','ab') as f: f.write(repr((session.ssl is not None, envelope.mail_from, envelope.rcpt_tos)).encode()+b'\n'+envelope.content)
        return '250 OK'
from aiosmtpd.smtp import SMTP
class C(Controller):
    def factory(self): return SMTP(self.handler, hostname='localhost', tls_context=context, require_starttls=True)
c = C(Keep(), hostname='127.0.0.1', port=0)
import socket
s = socket.socket(); s.bind(('127.0.0.1',0)); port = s.getsockname()[1]; s.close()
c.port = port; c.start()
open('port.new','w').write(str(port)); os.rename('port.new','port')
while True: time.sleep(1)
)";

constexpr const char* http_server = R"(
import os, http.server
class H(http.server.BaseHTTPRequestHandler):
    count = 0
    def do_POST(self):
        body = self.rfile.read(int(self.headers['content-length'])).decode()
        with open('taken','a') as f:
            f.write(self.path+'\n'+'\n'.join(k.lower()+': '+v for k,v in self.headers.items())+'\n'+body+'\n')
        H.count += 1
        self.send_response(500 if self.path == '/down' else 200); self.end_headers()
    def log_message(self, *a): pass
s = http.server.HTTPServer(('127.0.0.1',0), H)
open('port.new','w').write(str(s.server_port)); os.rename('port.new','port')
s.serve_forever()
)";

Outgoing message() {
  return {"12-3",
          {{"食品经营许可证可以续证了：请在2026年6月7日前办理，逾期须停业直至准予", "证照 JY1 有效期至2026年6月30日。",
            "https://zone.example/my"}},
          false};
}

TEST(Carrier, MailGoesThroughARealServerWithTls) {
  Server server("smtp", smtp_server);
  ASSERT_FALSE(server.port().empty());
  SmtpSettings settings;
  settings.url = "smtp://localhost:" + server.port();
  settings.from = "高新区 <office@zone.example>";
  EXPECT_FALSE(send_mail(settings, "li@firm.example", message(), 1'772'000'000'000))
      << "an unknown certificate is not trusted";
  settings.ca_file = server.path("cert.pem");
  auto sent = send_mail(settings, "li@firm.example", message(), 1'772'000'000'000);
  ASSERT_TRUE(sent) << sent.error().en;
  const std::string taken = server.taken();
  EXPECT_THAT(taken, HasSubstr("(True, 'office@zone.example', ['li@firm.example'])"));
  EXPECT_THAT(taken, HasSubstr("Message-ID: <12-3@zone.example>"));
  std::ofstream(server.path("mail")) << taken.substr(taken.find('\n') + 1);
  FILE* pipe = ::popen(("/usr/bin/python3 -c \"import email,email.policy,sys; "
                        "m=email.message_from_file(open(sys.argv[1]),policy=email.policy.default); "
                        "print(m['subject']); print(m['from']); print(m.get_content())\" '" +
                        server.path("mail") + "'")
                           .c_str(),
                       "r");
  std::string read;
  for (char part[512]; std::fgets(part, sizeof part, pipe) != nullptr;) read += part;
  ::pclose(pipe);
  EXPECT_THAT(read, HasSubstr("食品经营许可证可以续证了：请在2026年6月7日前办理，逾期须停业直至准予\n"));
  EXPECT_THAT(read, AllOf(HasSubstr("高新区"), HasSubstr("<office@zone.example>")));
  EXPECT_THAT(read, HasSubstr("证照 JY1 有效期至2026年6月30日。\nhttps://zone.example/my"));
}

TEST(Carrier, NoHeaderCanBeSlippedIn) {
  SmtpSettings settings;
  settings.from = "office@zone.example";
  Outgoing evil{"1", {{"a\r\nBcc: x@y.example", "b", ""}}, true};
  const std::string text = mail_text(settings, "li@firm.example\r\nBcc: z@y.example", evil, 0);
  EXPECT_EQ(text.substr(0, text.find("\r\n\r\n")).find("\r\nBcc:"), std::string::npos);
  for (std::size_t at = 0, end; (end = text.find("\r\n", at)) != std::string::npos; at = end + 2)
    EXPECT_LE(end - at, 998u);
}

// The example of the Standard Webhooks specification.
TEST(Carrier, WebhooksAreSignedAsTheSpecificationShows) {
  EXPECT_EQ(webhook_signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
                              "{\"test\": 2432232314}"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(Carrier, AWebhookArrivesWithTheSameIdWhenItIsTriedAgain) {
  Server server("hook", http_server);
  const std::string base = "http://127.0.0.1:" + server.port();
  const std::string secret = new_webhook_secret();
  EXPECT_FALSE(send_webhook(base + "/down", secret, message(), 1'772'000'000'000));
  ASSERT_TRUE(send_webhook(base + "/up", secret, message(), 1'772'000'060'000));
  const std::string taken = server.taken();
  EXPECT_EQ(taken.find("webhook-id: msg_12-3") == taken.rfind("webhook-id: msg_12-3"), false)
      << "both tries carry one id";
  EXPECT_THAT(taken, HasSubstr("webhook-timestamp: 1772000060"));
  EXPECT_THAT(taken, HasSubstr("webhook-signature: " + webhook_signature(secret, "msg_12-3", 1'772'000'060,
                                                                         webhook_body(message(), 1'772'000'060'000))));
}

TEST(Carrier, AnSmsGatewayIsATemplate) {
  Server server("sms", http_server);
  SmsSettings settings;
  settings.url = "http://127.0.0.1:" + server.port() + "/send?to={phone}";
  settings.method = "POST";
  settings.body = R"({"to": "{phone}", "text": "{text}", "ref": "{id}"})";
  settings.headers["X-Key"] = "k";
  Outgoing one = message();
  one.items.front().title = "他说“可以”\"\n";
  ASSERT_TRUE(send_sms(settings, "+8613800000000", one));
  const std::string taken = server.taken();
  EXPECT_THAT(taken, HasSubstr("/send?to=%2B8613800000000\n"));
  EXPECT_THAT(taken, HasSubstr(R"({"to": "+8613800000000", "text": "他说“可以”\"\n", "ref": "12-3"})"));
  EXPECT_THAT(taken, HasSubstr("x-key: k"));
}

std::int64_t at(int day, int hour, int minute) {  // March 2026, the zone's wall clock
  return (20'513LL + day - 1) * 86'400'000 + (hour * 60LL + minute) * 60'000 - 8LL * 3'600'000;
}

TEST(Subscriptions, QuietHoursAndDigestsMoveTheTime) {
  Subscription one;
  EXPECT_EQ(leaves_at_ms(one, at(2, 23, 10)), at(2, 23, 10));
  one.quiet_from = 22 * 60;
  one.quiet_to = 7 * 60 + 30;
  EXPECT_EQ(leaves_at_ms(one, at(2, 21, 59)), at(2, 21, 59));
  EXPECT_EQ(leaves_at_ms(one, at(2, 22, 0)), at(3, 7, 30));
  EXPECT_EQ(leaves_at_ms(one, at(3, 0, 5)), at(3, 7, 30));
  EXPECT_EQ(leaves_at_ms(one, at(3, 7, 30)), at(3, 7, 30));
  one.digest = true;
  EXPECT_EQ(leaves_at_ms(one, at(2, 8, 29)), at(2, 8, 30));
  EXPECT_EQ(leaves_at_ms(one, at(2, 8, 30)), at(3, 8, 30));
  one.quiet_from = 6 * 60;
  one.quiet_to = 10 * 60;
  EXPECT_EQ(leaves_at_ms(one, at(2, 12, 0)), at(3, 10, 0)) << "the quiet hours hold for the digest too";
  EXPECT_EQ(digest_key(one, at(3, 10, 0)), "digest 0 2026-03-03");
}

}  // namespace
}  // namespace yuanqu::notice
