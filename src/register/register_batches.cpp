// Writes of several records as one batch, and taking a whole batch back.

#include <algorithm>
#include <charconv>
#include <map>

#include "register/record_store.hpp"
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

namespace {

// A batch, record by record: its changes that still stand, and what else was recorded of them.
struct BatchRecord {
  const Kind* kind = nullptr;
  FileId chain = 0;
  SourceNumber source = 0;
  std::vector<Position> changes;
  std::vector<Position> standing;
  bool created = false;
  bool built_upon = false;
};

Result<std::map<RecordId, BatchRecord>> records_of_batch(journal::Database& database, const Catalogue& catalogue,
                                                         BatchId batch, BatchView* view) {
  std::map<RecordId, BatchRecord> records;
  auto read = journal::changes_of_batch(database, batch, [&](const journal::StoredChange& change) {
    BatchRecord& record = records[change.record];
    record.kind = catalogue.kind(change.kind);
    record.chain = change.file;
    record.source = change.source;
    record.changes.push_back(change.sequence);
    if (view != nullptr && view->recorded_at_ms == 0) {
      view->actor = change.actor;
      view->recorded_at_ms = change.recorded_at_ms;
      view->reason = change.reason;
      view->source = change.source;
    }
    return true;
  });
  if (!read) return tl::unexpected(read.error());
  for (auto& [id, record] : records) {
    std::vector<journal::StoredChange> all;
    auto own = journal::changes_of_record(database, record.chain, id, [&](const journal::StoredChange& change) {
      all.push_back(change);
      return true;
    });
    if (!own) return tl::unexpected(own.error());
    auto voided = voided_changes(all);
    if (!voided) return tl::unexpected(voided.error());
    std::set_difference(record.changes.begin(), record.changes.end(), voided->begin(), voided->end(),
                        std::back_inserter(record.standing));
    record.created = !all.empty() && all.front().batch == batch;
    for (const journal::StoredChange& change : all) {
      record.built_upon =
          record.built_upon || (change.sequence > record.changes.back() && change.operation != Operation::Void &&
                                !std::binary_search(voided->begin(), voided->end(), change.sequence));
    }
  }
  return records;
}

tl::unexpected<base::Error> no_such_batch() {
  return fail(ErrorCode::NotFound, "没有这一批变动。", "There is no such batch.");
}

}  // namespace

Result<BatchView> Register::batch(const Viewer& viewer, BatchId batch) {
  auto snapshot = state_->journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  BatchView view{.batch = batch};
  auto records = records_of_batch(snapshot->database(), *state_->catalogue, batch, &view);
  if (!records) return tl::unexpected(records.error());
  std::map<const Kind*, std::size_t> kinds;
  for (const auto& [id, record] : *records) {
    auto state = load_state(snapshot->database(), id);
    if (!state) return tl::unexpected(state.error());
    if (record.kind == nullptr || !*state || !viewer.may_know(*record.kind, (*state)->file)) continue;
    ++kinds[record.kind];
    ++view.records;
    view.changes += record.changes.size();
    view.voided += record.changes.size() - record.standing.size();
    view.created += record.created ? 1 : 0;
    view.built_upon += record.built_upon ? 1 : 0;
  }
  if (view.records == 0) return no_such_batch();
  view.kinds.assign(kinds.begin(), kinds.end());
  std::sort(view.kinds.begin(), view.kinds.end(),
            [](const auto& a, const auto& b) { return a.first->number < b.first->number; });
  return view;
}

Result<WriteReply> Register::void_batch(const Viewer& viewer, BatchId batch, base::Date effective_from,
                                        const std::string& reason) {
  std::vector<Write> writes;
  {
    auto snapshot = state_->journal.snapshot();
    if (!snapshot) return tl::unexpected(snapshot.error());
    auto records = records_of_batch(snapshot->database(), *state_->catalogue, batch, nullptr);
    if (!records) return tl::unexpected(records.error());
    if (records->empty()) return no_such_batch();
    for (auto& [id, record] : *records) {
      if (record.standing.empty()) continue;
      writes.push_back({.operation = Operation::Void,
                        .kind = record.kind,
                        .record = id,
                        .voided = std::move(record.standing),
                        .source = record.source,
                        .effective_from = effective_from,
                        .reason = reason});
    }
  }
  if (writes.empty())
    return fail(ErrorCode::Conflict, "这一批变动已经全部撤回。", "Everything of this batch is taken back already.");
  return this->write(viewer, std::move(writes));
}

}  // namespace yuanqu::register_
