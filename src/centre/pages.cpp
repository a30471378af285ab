// The built pages under /centre.
#include "centre/application.hpp"

namespace yuanqu::centre {

http::Response Application::page(const http::Request& request) const {
  if (request.method != http::Method::Get && request.method != http::Method::Head)
    return http::problem(
        405,
        {base::ErrorCode::Unsupported, "这个地址不支持这种请求。", "This address does not take such a request.", {}});
  http::Response response;
  if (request.path == "/") {
    response.status = 302;
    return response.with("Location", "/centre");
  }
  const bool inside = request.path == "/centre" || request.path.starts_with("/centre/");
  if (inside && pages_.empty()) {
    response.content_type = "text/html; charset=utf-8";
    response.body =
        "<!doctype html><meta charset=\"utf-8\"><p>网页还没有构建：请运行 ./dev build。<p>The pages are not built: "
        "run ./dev build.";
    return response;
  }
  if (auto found = pages_.answer(request, inside ? "/centre.html" : "")) return std::move(*found);
  return http::problem({base::ErrorCode::NotFound, "没有这个页面。", "There is no such page.", {}});
}

}  // namespace yuanqu::centre
