#pragma once
// Application: what happens to every request before and after its resource: pages, route, sign-in, ability, protection
// of writes, the position a read demands, trace id, errors as problem+json, compression, figures for Prometheus.

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>

#include "api/call.hpp"
#include "api/metrics.hpp"
#include "api/router.hpp"
#include "http/server.hpp"
#include "http/static_files.hpp"

namespace yuanqu::api {

class Application final : public http::RequestHandler {
 public:
  // `web`: the folder of the built pages; may be absent.
  Application(House& house, const std::filesystem::path& web);

  std::optional<Response> answer_at_once(const Request& request) override;
  base::Result<void> admit_upload(const Request& head) override;
  Response answer(Request& request) override;
  Response refuse(int status, const base::Error& error, const Request& request) override;
  void stopping() override;

  const Router& router() const { return router_; }
  void set_connections(std::function<std::size_t()> count) { connections_ = std::move(count); }

 private:
  Response route(Request& request, std::string& pattern);
  base::Result<void> enter(Call& call, const Route& route);
  Response metrics_text();

  House& house_;
  Router router_;
  http::StaticFiles pages_;
  Metrics metrics_;
  std::atomic<bool> stopping_{false};
  std::function<std::size_t()> connections_;
};

}  // namespace yuanqu::api
