#pragma once
// A data folder opened for a command: its journal, the packs zone.json names, and the register over them. A folder that
// is new gets every pack except one that marks a zone as invented (demo), as serving it would.

#include <filesystem>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "journal/journal.hpp"
#include "pack/pack.hpp"
#include "register/register.hpp"

namespace yuanqu::cli {

class DataFolder {
 public:
  // Takes the folder's lock. `packs`: the folder of the packs; "" finds it beside the program.
  static base::Result<std::unique_ptr<DataFolder>> open(const std::filesystem::path& data, const std::string& packs);
  register_::Register& records() { return *records_; }
  journal::Journal& journal() { return *journal_; }
  const pack::PackSet& packs() const { return packs_; }
  const std::shared_ptr<const register_::Permissions>& permissions() const { return permissions_; }

 private:
  base::SystemClock clock_;
  std::unique_ptr<journal::Journal> journal_;
  pack::PackSet packs_;
  std::shared_ptr<const register_::Permissions> permissions_;
  std::unique_ptr<register_::Register> records_;
};

// The kinds of the packs a data folder was made with; the folder itself is not opened.
base::Result<std::shared_ptr<const register_::Catalogue>> catalogue_of(const std::filesystem::path& data,
                                                                       const std::string& packs);

// Prints an error to the standard error stream in the language of the terminal; always 1, the exit code of what failed.
int report(const base::Error& error);

}  // namespace yuanqu::cli
