#include "centre/json_lines.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <fstream>
#include <sstream>

namespace yuanqu::centre {

namespace json = boost::json;

base::Result<JsonLines> JsonLines::open(const std::filesystem::path& file,
                                        const std::function<void(const json::object&)>& line) {
  JsonLines lines;
  lines.file_ = file;
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream whole;
  if (stream) whole << stream.rdbuf();
  const std::string text = whole.str();
  std::size_t row = 0, at = 0;
  while (at < text.size()) {
    ++row;
    const std::size_t end = text.find('\n', at);
    boost::system::error_code ec;
    const json::value read =
        end == std::string::npos ? json::value() : json::parse(std::string_view(text).substr(at, end - at), ec);
    if (ec || !read.is_object()) {
      if (end != std::string::npos && end + 1 < text.size())
        return base::fail(base::ErrorCode::Invalid, "有一行读不懂，请从备份恢复这个文件。",
                          "A line cannot be read; restore the file from a backup.",
                          {.file = file.string(), .row = row});
      std::error_code problem;
      std::filesystem::resize_file(file, at, problem);
      if (problem)
        return base::fail(base::ErrorCode::Unavailable, "文件改不了，请检查权限：" + file.string() + "。",
                          "The file cannot be changed; check its rights: " + file.string() + ".",
                          {.file = file.string()});
      break;
    }
    line(read.get_object());
    at = end + 1;
  }
  return lines;
}

base::Result<void> JsonLines::append(const json::object& line) {
  const int out = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const std::string whole = json::serialize(line) + "\n";
  const bool good =
      out >= 0 && ::write(out, whole.data(), whole.size()) == static_cast<ssize_t>(whole.size()) && ::fsync(out) == 0;
  if (out >= 0) ::close(out);
  if (good) return {};
  return base::fail(base::ErrorCode::Unavailable, "写不进去，请检查磁盘空间与权限：" + file_.string() + "。",
                    "It cannot be written; check disk space and rights: " + file_.string() + ".",
                    {.file = file_.string()});
}

}  // namespace yuanqu::centre
