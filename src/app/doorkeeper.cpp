#include "app/doorkeeper.hpp"

#include <fmt/format.h>

#include "http/problem.hpp"

namespace yuanqu::app {

namespace {

constexpr const char* retry_after_s = "2";

http::Response plain(std::string text, int status) {
  http::Response response = http::Response::json(std::move(text), status);
  response.content_type = "text/plain; charset=utf-8";
  return response;
}

std::string waiting_page(int percent) {
  return fmt::format(R"(<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="2"><title>正在启动 · Starting</title>
<style>:root{{color-scheme:light dark;--canvas:#F3F2EE;--ink:#1A2129;--ink2:#47515C;--line:#CBC8BE;--fill:#1C5A96}}
@media(prefers-color-scheme:dark){{:root{{--canvas:#11161B;--ink:#E8ECF0;--ink2:#AEB8C2;--line:#43505D;--fill:#74B4FF}}}}
body{{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--canvas);color:var(--ink);
font:14px/22px "PingFang SC","Microsoft YaHei UI","Noto Sans CJK SC",sans-serif}}
main{{width:min(440px,100vw - 48px)}}h1{{font-size:22px;line-height:30px;font-weight:600;margin:0 0 8px}}
p{{margin:0 0 8px;color:var(--ink2)}}progress{{appearance:none;width:100%;height:8px;margin:8px 0 16px;border:1px solid var(--line);
border-radius:4px;overflow:hidden;background:none}}progress::-webkit-progress-bar{{background:none}}
progress::-webkit-progress-value{{background:var(--fill)}}progress::-moz-progress-bar{{background:var(--fill)}}</style></head>
<body><main><h1>正在启动，已完成 {0}%</h1><progress max="100" value="{0}" aria-label="已完成 {0}%"></progress>
<p>第一次启动、业务包或程序更新后，全区的判定要重新算一遍，通常一两分钟。本页每两秒自己刷新，好了就打开。</p>
<p lang="en">Starting, {0}% done. At the first start, and after the packs or the program changed, every decision of the zone is worked out anew, usually in a minute
or two. This page looks again every two seconds and opens when it is ready.</p></main></body></html>
)",
                     percent);
}

}  // namespace

base::Error Doorkeeper::starting() const {
  return {base::ErrorCode::Unavailable,
          fmt::format("系统正在启动，已完成 {}%。请稍后再试。", percent()),
          fmt::format("The system is starting, {}% done; try again in a moment.", percent()),
          {}};
}

http::Response Doorkeeper::wait(const http::Request& request) const {
  if (request.path == "/healthz") return plain("ok\n", 200);
  http::Response response;
  const std::string first = request.segments.empty() ? std::string() : request.segments.front();
  if (request.path == "/readyz" || request.path == "/metrics") {
    response = plain(fmt::format("starting {}%\n", percent()), 503);
  } else if (first == "api" || (request.method != http::Method::Get && request.method != http::Method::Head)) {
    response =
        http::problem(503, starting(), request.trace_id, fmt::format("\"starting\":{{\"part\":{:.2f}}}", part_.load()));
  } else {
    response = http::Response::json(waiting_page(percent()), 503);
    response.content_type = "text/html; charset=utf-8";
  }
  return std::move(response.with("Retry-After", retry_after_s).with("Cache-Control", "no-store"));
}

std::optional<http::Response> Doorkeeper::answer_at_once(const http::Request& request) {
  if (api::Application* inside = inside_.load()) return inside->answer_at_once(request);
  return wait(request);
}

base::Result<void> Doorkeeper::admit_upload(const http::Request& head) {
  if (api::Application* inside = inside_.load()) return inside->admit_upload(head);
  return tl::unexpected(starting());
}

http::Response Doorkeeper::answer(http::Request& request) {
  if (api::Application* inside = inside_.load()) return inside->answer(request);
  return wait(request);
}

tl::expected<std::unique_ptr<http::LiveStream>, http::Response> Doorkeeper::open_stream(const http::Request& request) {
  if (api::Application* inside = inside_.load()) return inside->open_stream(request);
  return tl::unexpected(wait(request));
}

http::Response Doorkeeper::refuse(int status, const base::Error& error, const http::Request& request) {
  return http::problem(status, error, request.trace_id);
}

void Doorkeeper::stopping() {
  if (api::Application* inside = inside_.load()) inside->stopping();
}

}  // namespace yuanqu::app
