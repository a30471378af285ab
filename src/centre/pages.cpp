// The built pages, read once into memory: only names that existed then can be reached.
#include <fstream>
#include <sstream>

#include "base/hash.hpp"
#include "centre/application.hpp"

namespace yuanqu::centre {
namespace {

std::string type_of(const std::string& path) {
  static constexpr std::pair<std::string_view, std::string_view> types[] = {{".html", "text/html; charset=utf-8"},
                                                                            {".js", "text/javascript; charset=utf-8"},
                                                                            {".css", "text/css; charset=utf-8"},
                                                                            {".svg", "image/svg+xml"},
                                                                            {".png", "image/png"},
                                                                            {".json", "application/json"}};
  for (const auto& [ending, type] : types) {
    if (path.ends_with(ending)) return std::string(type);
  }
  return "application/octet-stream";
}

}  // namespace

void Application::load_pages() {
  std::error_code problem;
  if (setup_.web.empty() || !std::filesystem::is_directory(setup_.web, problem)) return;
  for (std::filesystem::recursive_directory_iterator it(setup_.web, problem), end; !problem && it != end;
       it.increment(problem)) {
    if (!it->is_regular_file(problem)) continue;
    const std::string path = "/" + it->path().lexically_relative(setup_.web).generic_string();
    std::ifstream stream(it->path(), std::ios::binary);
    std::ostringstream content;
    content << stream.rdbuf();
    Page page;
    page.body = std::move(content).str();
    page.type = type_of(path);
    page.tag = "\"" + base::to_hex(base::sha256(page.body)).substr(0, 16) + "\"";
    page.immutable = path.starts_with("/assets/");  // their names hold a hash
    pages_.emplace(path, std::move(page));
  }
}

Response Application::page(const Request& request) const {
  if (request.method != "GET" && request.method != "HEAD")
    return problem(
        405,
        {base::ErrorCode::Unsupported, "这个地址不支持这种请求。", "This address does not take such a request.", {}});
  if (request.path == "/") {
    Response response;
    response.status = 302;
    return response.with("Location", "/centre");
  }
  auto found = pages_.find(request.path);
  const bool inside = request.path == "/centre" || request.path.starts_with("/centre/");
  if (found == pages_.end() && inside) found = pages_.find("/centre.html");
  if (found == pages_.end()) {
    if (inside && pages_.empty()) {
      Response response;
      response.type = "text/html; charset=utf-8";
      response.body =
          "<!doctype html><meta charset=\"utf-8\"><p>网页还没有构建：请运行 ./dev build。<p>The pages are not built: "
          "run ./dev build.";
      return response;
    }
    return problem({base::ErrorCode::NotFound, "没有这个页面。", "There is no such page.", {}});
  }
  Response response;
  response.type = found->second.type;
  response.with("ETag", found->second.tag);
  response.with("Cache-Control", found->second.immutable ? "public, max-age=31536000, immutable" : "no-cache");
  if (request.header("if-none-match") == found->second.tag) {
    response.status = 304;
    return response;
  }
  response.body = found->second.body;
  return response;
}

}  // namespace yuanqu::centre
