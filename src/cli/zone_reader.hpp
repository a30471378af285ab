#pragma once
// A zone opened by a command that only reads decisions: records, packs and every outcome as of the zone's day, in
// memory. Nothing is stored; what follows from changes is left to whoever serves the zone.

#include <memory>
#include <string>

#include "cli/data_folder.hpp"
#include "population/population.hpp"

namespace yuanqu::cli {

class ZoneReader {
 public:
  // Takes the folder's lock (a served folder is refused). `packs`: as DataFolder::open.
  static base::Result<std::unique_ptr<ZoneReader>> open(const std::filesystem::path& data, const std::string& packs);
  population::Population& population() { return *population_; }
  register_::Register& records() { return folder_->records(); }
  const pack::PackSet& packs() const { return folder_->packs(); }

  // A decision by id; NotFound lists those there are.
  base::Result<const population::Decision*> decision(const std::string& name) const;
  // A record of a kind by id, or by the value of a one-field key (a credit code, a number, a name).
  base::Result<register_::RecordId> record(const register_::Kind& kind, const std::string& text) const;
  std::string title(register_::RecordId record) const;

 private:
  std::unique_ptr<DataFolder> folder_;
  std::unique_ptr<population::Population> population_;
};

}  // namespace yuanqu::cli
