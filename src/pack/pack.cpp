#include "pack/pack.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <system_error>

#include "base/hash.hpp"
#include "pack/manifest.hpp"

namespace yuanqu::pack {

using base::ErrorCode;
using base::fail;
namespace fs = std::filesystem;

namespace {

constexpr std::array<std::string_view, 20> folders = {
    "kinds",    "data",    "calendars",  "parameters", "decisions", "procedures", "forms",
    "services", "pages",   "papers",     "messages",   "cases",     "assets",     "records",
    "plants",   "recipes", "interlocks", "screens",    "simulator", "months"};
constexpr std::uintmax_t file_bytes_max = std::uintmax_t{256} << 20;

std::string hex_hash(std::string_view bytes) { return base::to_hex(base::sha256(bytes)); }

base::Result<std::string> read_bytes(const fs::path& location, const std::string& shown) {
  std::error_code problem;
  const std::uintmax_t size = fs::file_size(location, problem);
  std::ifstream stream(location, std::ios::binary);
  if (problem || !stream) {
    return fail(ErrorCode::NotFound, "打不开文件 " + shown + "。请检查文件是否存在、是否可读。",
                "Cannot open " + shown + ". Check that it exists and may be read.", {.file = shown});
  }
  if (size > file_bytes_max) {
    return fail(ErrorCode::LimitExceeded, shown + " 超过 256 MB。业务包不放这么大的文件。",
                shown + " is over 256 MB. A pack holds no file that large.", {.file = shown});
  }
  std::string bytes(static_cast<std::size_t>(size), '\0');
  stream.read(bytes.data(), static_cast<std::streamsize>(size));
  bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(stream.gcount(), 0)));
  return bytes;
}

bool passed_over(const std::string& name) {
  return name.empty() || name.front() == '.' || name.front() == '~' || name.back() == '~' || name.ends_with(".swp") ||
         name.ends_with(".bak");
}

bool is_inside(const fs::path& inner, const fs::path& outer) {
  const auto [end, unused] = std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end());
  return end == outer.end();
}

base::Result<void> list_files(const fs::path& folder, const std::string& pack, std::vector<File>& files) {
  std::error_code problem;
  const fs::path real = fs::canonical(folder, problem);
  for (std::string_view name : folders) {
    const fs::path below = folder / name;
    if (!fs::is_directory(below, problem)) continue;
    for (fs::recursive_directory_iterator it(below, problem), end; !problem && it != end; it.increment(problem)) {
      const std::string leaf = it->path().filename().string();
      if (passed_over(leaf)) {
        if (it->is_directory()) it.disable_recursion_pending();
        continue;
      }
      if (!it->is_regular_file()) continue;
      const std::string path = it->path().lexically_relative(folder).generic_string();
      const std::string shown = pack + "/" + path;
      if (!is_inside(fs::canonical(it->path(), problem), real)) {
        return fail(ErrorCode::Invalid, shown + " 是指向包外的链接。请把文件放进包里。",
                    shown + " is a link that leaves the pack. Put the file itself into the pack.", {.file = shown});
      }
      auto bytes = read_bytes(it->path(), shown);
      if (!bytes) return tl::unexpected(bytes.error());
      files.push_back({path, it->path(), hex_hash(*bytes), bytes->size()});
    }
  }
  std::sort(files.begin(), files.end(), [](const File& a, const File& b) { return a.path < b.path; });
  return {};
}

}  // namespace

std::span<const std::string_view> known_folders() { return folders; }

base::Result<Pack> Pack::load(const fs::path& folder) {
  const fs::path clean = fs::absolute(folder).lexically_normal();
  std::string name = clean.filename().string();
  if (name.empty()) name = clean.parent_path().filename().string();
  const std::string place = name + "/pack.yaml";
  auto text = read_bytes(clean / "pack.yaml", place);
  if (!text) return tl::unexpected(text.error());
  auto manifest = read_manifest(*text, place);
  if (!manifest) return tl::unexpected(manifest.error());
  if (manifest->name != name) {
    return fail(ErrorCode::Invalid, "包名 " + manifest->name + " 与文件夹名 " + name + " 不同。请改成一样。",
                "The pack calls itself " + manifest->name + " but its folder is " + name + ". Make them equal.",
                {.file = place, .field = "pack"});
  }
  Pack pack;
  pack.folder_ = clean;
  pack.manifest_ = std::move(*manifest);
  if (auto listed = list_files(clean, name, pack.files_); !listed) return tl::unexpected(listed.error());
  std::string all = hex_hash(*text) + "\n";
  for (const File& file : pack.files_) all += file.hash + " " + file.path + "\n";
  pack.hash_ = hex_hash(all);
  return pack;
}

std::vector<File> Pack::files(std::string_view below) const { return files(below, {}); }

std::vector<File> Pack::files(std::string_view below, std::string_view ending) const {
  std::vector<File> found;
  const std::string prefix = std::string(below) + "/";
  for (const File& file : files_) {
    if (file.path.starts_with(prefix) && file.path.ends_with(ending)) found.push_back(file);
  }
  return found;
}

const File* Pack::find(std::string_view path) const {
  const auto it = std::lower_bound(files_.begin(), files_.end(), path,
                                   [](const File& file, std::string_view wanted) { return file.path < wanted; });
  return it != files_.end() && it->path == path ? &*it : nullptr;
}

base::Result<std::string> Pack::read(const File& file) const {
  auto bytes = read_bytes(file.location, place_of(file));
  if (bytes && hex_hash(*bytes) != file.hash) {
    return fail(ErrorCode::Conflict, place_of(file) + " 在读取期间被改动。请重新启动。",
                place_of(file) + " was changed while the pack was in use. Start again.", {.file = place_of(file)});
  }
  return bytes;
}

base::Result<std::string> Pack::read(std::string_view path) const {
  const File* file = find(path);
  if (file == nullptr) {
    const std::string shown = manifest_.name + "/" + std::string(path);
    return fail(ErrorCode::NotFound, "业务包里没有 " + shown + "。", "The pack has no " + shown + ".", {.file = shown});
  }
  return read(*file);
}

}  // namespace yuanqu::pack
