#include "http/static_files.hpp"

#include <openssl/evp.h>
#include <zlib.h>

#include <array>
#include <fstream>
#include <sstream>
#include <utility>

namespace yuanqu::http {
namespace {

constexpr std::uintmax_t file_bytes_max = 64u << 20;

// vite puts eight or more characters of a hash before the ending: index-BvT3a9_x.js
bool name_holds_hash(std::string_view path) {
  if (path.find("/assets/") == std::string_view::npos) return false;
  const auto dash = path.rfind('-');
  const auto dot = path.rfind('.');
  return dash != std::string_view::npos && dot != std::string_view::npos && dot > dash + 8;
}

bool worth_compressing(std::string_view type) {
  return type.starts_with("text/") || type.find("javascript") != std::string_view::npos ||
         type.find("json") != std::string_view::npos || type.find("xml") != std::string_view::npos ||
         type.find("wasm") != std::string_view::npos;
}

}  // namespace

std::string_view media_type_of(std::string_view path) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 22> types{{
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".json", "application/json"},
      {".map", "application/json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".jpg", "image/jpeg"},
      {".jpeg", "image/jpeg"},
      {".webp", "image/webp"},
      {".gif", "image/gif"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
      {".woff", "font/woff"},
      {".ttf", "font/ttf"},
      {".txt", "text/plain; charset=utf-8"},
      {".xml", "application/xml"},
      {".pdf", "application/pdf"},
      {".wasm", "application/wasm"},
      {".webmanifest", "application/manifest+json"},
      {".csv", "text/csv; charset=utf-8"},
  }};
  for (const auto& [ending, type] : types) {
    if (path.ends_with(ending)) return type;
  }
  return "application/octet-stream";
}

std::string gzipped(std::string_view bytes, int level) {
  z_stream stream{};
  if (deflateInit2(&stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
  std::string in(bytes);  // zlib wants a mutable pointer
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const bool complete = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  out.resize(complete ? stream.total_out : 0);
  deflateEnd(&stream);
  return out;
}

std::string short_hash(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
  constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i < 8; ++i) {
    out += digits[digest[i] >> 4];
    out += digits[digest[i] & 15];
  }
  return out;
}

StaticFiles StaticFiles::load(const std::filesystem::path& folder) {
  StaticFiles files;
  std::error_code problem;
  if (folder.empty() || !std::filesystem::is_directory(folder, problem)) return files;
  for (std::filesystem::recursive_directory_iterator it(folder, problem), end; !problem && it != end;
       it.increment(problem)) {
    std::error_code unreadable;
    if (!it->is_regular_file(unreadable) || it->file_size(unreadable) > file_bytes_max || unreadable) continue;
    const std::string path = "/" + it->path().lexically_relative(folder).generic_string();
    if (path.ends_with(".gz")) continue;
    std::ifstream stream(it->path(), std::ios::binary);
    std::ostringstream content;
    content << stream.rdbuf();
    if (!stream) continue;
    File file;
    file.plain = std::make_shared<const std::string>(std::move(content).str());
    file.type = std::string(media_type_of(path));
    file.tag = short_hash(*file.plain);
    file.immutable = name_holds_hash(path);
    // The build may have left a packed form beside it; packing here costs start-up time.
    std::ifstream packed(it->path().string() + ".gz", std::ios::binary);
    if (packed) {
      std::ostringstream bytes;
      bytes << packed.rdbuf();
      file.gzip = std::make_shared<const std::string>(std::move(bytes).str());
    } else if (worth_compressing(file.type) && file.plain->size() > 1024) {
      std::string bytes = gzipped(*file.plain);
      if (!bytes.empty() && bytes.size() < file.plain->size())
        file.gzip = std::make_shared<const std::string>(std::move(bytes));
    }
    files.files_.emplace(path, std::move(file));
  }
  return files;
}

const StaticFiles::File* StaticFiles::find(std::string_view path) const {
  const auto found = files_.find(std::string(path));
  return found == files_.end() ? nullptr : &found->second;
}

std::optional<Response> StaticFiles::answer(const Request& request, std::string_view application) const {
  const File* file = find(request.path);
  if (file == nullptr) {
    const auto slash = request.path.rfind('/');
    if (request.path.find('.', slash) != std::string::npos) return std::nullopt;
    file = find(application);
    if (file == nullptr) return std::nullopt;
  }
  const bool packed = file->gzip != nullptr && accepts_gzip(request.header("accept-encoding"));
  Response response;
  response.content_type = file->type;
  response.compressible = false;
  const std::string tag = packed ? file->tag + "-gz" : file->tag;
  response.with("ETag", "\"" + tag + "\"");
  response.with("Cache-Control", file->immutable ? "public, max-age=31536000, immutable" : "no-cache");
  if (file->gzip != nullptr) response.with("Vary", "Accept-Encoding");
  if (matches_tag(request.header("if-none-match"), tag)) {
    response.status = 304;
    return response;
  }
  if (packed) response.with("Content-Encoding", "gzip");
  response.shared_body = packed ? file->gzip : file->plain;
  return response;
}

}  // namespace yuanqu::http
