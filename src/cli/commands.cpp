#include "cli/commands.hpp"

#include <cstdlib>
#include <string_view>

namespace yuanqu::cli {

const std::vector<AddCommand>& commands() {
  static const std::vector<AddCommand> all{
      add_check,   add_decide,  add_tck,     add_import, add_export,   add_verify,   add_checkpoint, add_backup,
      add_restore, add_compact, add_account, add_query,  add_forecast, add_simulate, add_explain,    add_near_miss,
  };
  return all;
}

bool speaks_chinese() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return std::string_view(value).starts_with("zh");
  }
  return false;
}

}  // namespace yuanqu::cli
