#pragma once
// Hand-overs (交接班): what one shift leaves to the next, in its own words and in figures of the moment, signed by
// both. Append-only lines of JSON in the plant's folder, each synced before it is acknowledged; a signature is a line
// of its own, so nothing that was signed is ever changed. Safe from every thread.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "centre/json_lines.hpp"

namespace yuanqu::centre {

struct Signature {
  std::string user, station;
  std::int64_t at_ms = 0;
  bool incoming = false;
};

struct HandoverFact {
  std::string zh, en, value;
};

struct Handover {
  std::string id;
  std::string shift, shift_zh, shift_en;
  std::string day;  // of the zone's time
  std::int64_t made_ms = 0;
  std::string made_by;
  std::string notes;
  std::vector<std::string> areas;  // of the plant, that it speaks of; empty: all of them
  std::vector<HandoverFact> facts;
  std::vector<Signature> signatures;
};

class Handovers {
 public:
  static base::Result<std::unique_ptr<Handovers>> open(const std::filesystem::path& file);
  // With the signature of the leaving shift.
  base::Result<Handover> add(Handover handover, const Signature& outgoing);
  // By the coming shift: another person than the one who wrote it (Conflict), once (Conflict).
  base::Result<void> sign(const std::string& id, const Signature& incoming);
  std::vector<Handover> newest(std::size_t most) const;
  std::optional<Handover> find(const std::string& id) const;

 private:
  mutable std::mutex mutex_;
  JsonLines lines_;
  std::vector<Handover> all_;
};

}  // namespace yuanqu::centre
