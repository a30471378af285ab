#pragma once
// KeptLog: the agent's own record of every command it has seen and what became of it, and of the epochs of its devices.
// Each record is synced before the answer. Opening reads what earlier starts kept; past 50,000 records the oldest are
// dropped (a command lives two seconds: what old ids could still say, their expiry says).

#include <filesystem>
#include <memory>
#include <vector>

#include "control/guard.hpp"
#include "control/record_log.hpp"

namespace yuanqu::edge {

class KeptLog {
 public:
  static base::Result<KeptLog> open(const std::filesystem::path& path, std::vector<control::Kept>& kept);
  base::Result<void> append(const control::Kept& record) { return log_->append(to_bytes(record)); }

 private:
  static std::string to_bytes(const control::Kept& record);
  std::unique_ptr<control::RecordLog> log_;
};

}  // namespace yuanqu::edge
