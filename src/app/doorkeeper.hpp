#pragma once
// Doorkeeper: answers while the zone is still being opened, and hands every request on once it is. The server listens
// from the first moment: /healthz says the process lives, /readyz 503, the interface 503 with a sentence and the part
// done, a browser gets a page that looks again by itself.

#include <atomic>

#include "api/application.hpp"
#include "http/server.hpp"

namespace yuanqu::app {

class Doorkeeper final : public http::RequestHandler {
 public:
  void tell(double part) { part_.store(part); }  // 0 … 1; from any thread
  // From now on; the application must outlive the server. Once, from any thread.
  void let_in(api::Application& application) { inside_.store(&application); }

  std::optional<http::Response> answer_at_once(const http::Request& request) override;
  base::Result<void> admit_upload(const http::Request& head) override;
  http::Response answer(http::Request& request) override;
  tl::expected<std::unique_ptr<http::LiveStream>, http::Response> open_stream(const http::Request& request) override;
  http::Response refuse(int status, const base::Error& error, const http::Request& request) override;
  void stopping() override;

 private:
  int percent() const { return static_cast<int>(part_.load() * 100); }
  base::Error starting() const;
  http::Response wait(const http::Request& request) const;
  std::atomic<api::Application*> inside_{nullptr};
  std::atomic<double> part_{0};
};

}  // namespace yuanqu::app
