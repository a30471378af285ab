#include "duty/duty.hpp"

namespace yuanqu::duty {

base::Result<std::int64_t> Duties::hand_over(journal::Transaction& transaction, std::int64_t from, std::int64_t to) {
  auto update = transaction.database().prepare("UPDATE duty SET taken_by = ?2 WHERE taken_by = ?1 AND state = ?3");
  if (!update) return tl::unexpected(update.error());
  update->bind_all(from, to, static_cast<int>(State::Taken));
  if (auto done = update->run(); !done) return tl::unexpected(done.error());
  return transaction.database().changes();
}

}  // namespace yuanqu::duty
