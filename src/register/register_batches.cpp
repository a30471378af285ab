// Writes of several records as one batch, and taking a whole batch back.

#include <algorithm>
#include <charconv>
#include <map>

#include "register/register_state.hpp"

namespace yuanqu::register_ {

using base::ErrorCode;
using base::fail;
using base::Result;
using journal::Operation;
using journal::Transaction;

namespace {

std::string reply_of(const std::vector<Written>& written) {
  std::string text;
  for (const Written& one : written) {
    text += std::to_string(one.record) + " " + std::to_string(one.file) + " " + std::to_string(one.version) + " " +
            (one.changed ? "1" : "0") + "\n";
  }
  return text;
}

std::vector<Written> written_of(std::string_view text) {
  std::vector<Written> written;
  const auto take = [&] {
    std::int64_t number = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), number).ptr;
    text.remove_prefix(std::min(text.size(), static_cast<std::size_t>(end - text.data()) + 1));
    return number;
  };
  while (!text.empty()) {
    Written& one = written.emplace_back();
    one.record = take();
    one.file = take();
    one.version = take();
    one.changed = take() != 0;
  }
  return written;
}

}  // namespace

Result<WriteReply> Register::write(const Viewer& viewer, std::vector<Write> writes, journal::RequestKey key,
                                   Faults* faults) {
  WriteReply reply;
  auto committed = state_->journal.commit(
      [&](Transaction& transaction) -> Result<void> {
        std::optional<base::Error> first;
        for (std::size_t i = 0; i < writes.size(); ++i) {
          Faults own;
          auto written = write(transaction, viewer, writes[i], &own);
          if (!written && own.empty()) own.errors.push_back(written.error());
          for (base::Error& error : own.errors) {
            error.place.row = i + 1;
            if (!first) first = error;
            if (faults != nullptr) faults->errors.push_back(std::move(error));
          }
          if (written) reply.written.push_back(std::move(*written));
        }
        if (first) return tl::unexpected(*first);
        transaction.set_reply(reply_of(reply.written));
        return {};
      },
      {.actor = viewer.account(),
       .batch = 0,
       .pack_versions = {},
       .idempotency_key = std::move(key.key),
       .request_digest = std::move(key.digest)});
  if (!committed) return tl::unexpected(committed.error());
  if (committed->repeated) reply.written = written_of(committed->reply);
  reply.committed = std::move(*committed);
  return reply;
}

Result<WriteReply> Register::void_batch(const Viewer& viewer, BatchId batch, base::Date effective_from,
                                        const std::string& reason) {
  std::map<RecordId, Write> by_record;
  {
    auto snapshot = state_->journal.snapshot();
    if (!snapshot) return tl::unexpected(snapshot.error());
    auto read = journal::changes_of_batch(snapshot->database(), batch, [&](const journal::StoredChange& change) {
      Write& write = by_record[change.record];
      write.operation = Operation::Void;
      write.kind = state_->catalogue->kind(change.kind);
      write.record = change.record;
      write.source = change.source;
      write.effective_from = effective_from;
      write.reason = reason;
      write.voided.push_back(change.sequence);
      return true;
    });
    if (!read) return tl::unexpected(read.error());
  }
  if (by_record.empty()) return fail(ErrorCode::NotFound, "没有这一批变动。", "There is no such batch.");
  std::vector<Write> writes;
  for (auto& [record, write] : by_record) writes.push_back(std::move(write));
  return this->write(viewer, std::move(writes));
}

}  // namespace yuanqu::register_
