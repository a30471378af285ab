#include "cli/data_folder.hpp"

#include <fmt/core.h>

#include <boost/json.hpp>
#include <fstream>
#include <iterator>

#include "cli/commands.hpp"

namespace yuanqu::cli {

using base::ErrorCode;
using base::fail;
using base::Result;
namespace fs = std::filesystem;

namespace {

Result<fs::path> packs_folder(const std::string& asked) {
  std::error_code problem;
  if (!asked.empty()) return fs::path(asked);
  const fs::path program = fs::read_symlink("/proc/self/exe", problem).parent_path();
  for (const fs::path& candidate :
       {program / "../../packs", program / "../share/yuanqu/packs", fs::path("/usr/share/yuanqu/packs")}) {
    if (fs::is_directory(candidate, problem)) return candidate.lexically_normal();
  }
  return fail(ErrorCode::NotFound, "找不到业务包的文件夹，请用 --packs 指明。",
              "The folder of the packs is not found; name it with --packs.");
}

// The packs a folder was made with.
Result<std::vector<std::string>> packs_of(const fs::path& data, const fs::path& packs) {
  std::ifstream stream(data / "zone.json", std::ios::binary);
  if (!stream) {
    auto names = pack::find_packs(packs);
    if (names) std::erase(*names, std::string("demo"));
    return names;
  }
  const std::string text((std::istreambuf_iterator<char>(stream)), {});
  boost::system::error_code problem;
  const boost::json::value settings = boost::json::parse(text, problem);
  const boost::json::value* listed =
      !problem && settings.is_object() ? settings.get_object().if_contains("packs") : nullptr;
  if (listed == nullptr || !listed->is_array()) {
    return fail(ErrorCode::Invalid, "数据目录里的 zone.json 读不懂，请从备份恢复它。",
                "zone.json in the data folder cannot be read; restore it from a backup.", {.file = "zone.json"});
  }
  std::vector<std::string> names;
  for (const boost::json::value& name : listed->get_array()) {
    if (name.is_string()) names.emplace_back(name.get_string());
  }
  return names;
}

}  // namespace

Result<std::unique_ptr<DataFolder>> DataFolder::open(const fs::path& data, const std::string& packs) {
  auto folder = packs_folder(packs);
  if (!folder) return tl::unexpected(folder.error());
  auto names = packs_of(data, *folder);
  if (!names) return tl::unexpected(names.error());
  std::unique_ptr<DataFolder> opened(new DataFolder);
  auto set = pack::PackSet::load({*folder}, *names);
  if (!set) return tl::unexpected(set.error());
  opened->packs_ = std::move(*set);
  auto catalogue = register_::Catalogue::load(opened->packs_);
  if (!catalogue) return tl::unexpected(catalogue.error());
  auto permissions = register_::Permissions::load(opened->packs_, **catalogue);
  if (!permissions) return tl::unexpected(permissions.error());
  opened->permissions_ = *permissions;
  auto journal = journal::Journal::open(data, opened->clock_);
  if (!journal) return tl::unexpected(journal.error());
  opened->journal_ = std::move(*journal);
  auto records = register_::Register::open(*opened->journal_, *catalogue, *permissions);
  if (!records) return tl::unexpected(records.error());
  opened->records_ = std::move(*records);
  return opened;
}

Result<std::shared_ptr<const register_::Catalogue>> catalogue_of(const fs::path& data, const std::string& packs) {
  auto folder = packs_folder(packs);
  if (!folder) return tl::unexpected(folder.error());
  auto names = packs_of(data, *folder);
  if (!names) return tl::unexpected(names.error());
  auto set = pack::PackSet::load({*folder}, *names);
  if (!set) return tl::unexpected(set.error());
  return register_::Catalogue::load(*set);
}

int report(const base::Error& error) {
  fmt::print(stderr, "{}\n", base::to_text(error, speaks_chinese()));
  return 1;
}

}  // namespace yuanqu::cli
