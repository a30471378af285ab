#include "casework/casework.hpp"

namespace yuanqu::casework {

base::Result<std::int64_t> Casework::hand_over(journal::Transaction& transaction, std::int64_t from, std::int64_t to,
                                               const std::string& to_name) {
  auto update = transaction.database().prepare(
      "UPDATE casework_task SET assignee = ?2, assignee_name = ?3 WHERE assignee = ?1 AND state = 2");
  if (!update) return tl::unexpected(update.error());
  update->bind_all(from, to, to_name);
  if (auto done = update->run(); !done) return tl::unexpected(done.error());
  return transaction.database().changes();
}

}  // namespace yuanqu::casework
