// What can happen to a record besides being written: closing and reopening, merging and its undoing, taking changes
// back, erasing personal data.

#include <algorithm>

#include "register/attached.hpp"
#include "register/forgetting.hpp"
#include "register/writing.hpp"

namespace yuanqu::register_ {

using base::ErrorCode;
using base::fail;
using base::Result;
using journal::Operation;

Result<void> Writing::may_write_title(FileId file) const {
  const Field* field = kind().field(kind().title);
  if (field == nullptr || viewer_.may_write(kind(), *field, file, write_.source)) return {};
  return fail(ErrorCode::Forbidden, "您的岗位不能这样处理这条" + kind().labels.zh + "记录。",
              "Your post may not do this to a record of " + kind().labels.en + ".");
}

Result<Written> Writing::close() {
  if (auto may = may_write_title(record_.file); !may) return tl::unexpected(may.error());
  if (record_.facts.empty()) {
    return fail(ErrorCode::Conflict, "这条记录的内容已全部撤回或删除，不能关闭或恢复；可以撤回那次撤回。",
                "Nothing of this record stands, so it cannot be closed or reopened; take back what took it back.");
  }
  const bool wanted = write_.operation == Operation::Close;
  if (read_closed(record_, write_.effective_from).closed == wanted) return done(false);
  if (auto appended = append(write_.operation, {}); !appended) return tl::unexpected(appended.error());
  return done(true);
}

Result<Written> Writing::merge() {
  if (auto may = may_write_title(record_.file); !may) return tl::unexpected(may.error());
  journal::ValueWriter values;
  if (write_.operation == Operation::Merge) {
    auto into = load_state(database(), write_.into);
    if (!into) return tl::unexpected(into.error());
    if (!*into || (*into)->kind != kind().number || !(viewer_.is_system() || viewer_.may_know(kind(), (*into)->file)))
      return fail(ErrorCode::NotFound, "要并入的记录不存在。", "The record to merge into does not exist.");
    if (auto may = may_write_title((*into)->file); !may) return tl::unexpected(may.error());
    if (state_.leads_to(write_.into, record_.id))
      return fail(ErrorCode::Conflict, "不能把记录并入它自己。", "A record cannot be merged into itself.");
    if (record_.alias_of == write_.into) return done(false);
    values.add(1, Value::reference(write_.into).to_bytes());
  } else if (record_.alias_of == 0) {
    return done(false);
  }
  if (auto appended = append(write_.operation, values.take()); !appended) return tl::unexpected(appended.error());
  set_alias(record_.alias_of);
  return done(true);
}

void Writing::set_alias(RecordId into) {
  // At once, because later writes of this batch must see it; taken back if the batch is.
  const RecordId id = record_.id;
  RecordId before = 0;
  {
    const std::shared_lock hold(state_.aliases_mutex);
    if (const auto at = state_.alias_of.find(id); at != state_.alias_of.end()) before = at->second;
  }
  Register::State& state = state_;
  transaction_.on_rollback([&state, id, before] { state.set_alias(id, before); });
  state.set_alias(id, into);
}

// Who takes a change back must be allowed to write what it wrote.
Result<void> Writing::may_void(const journal::StoredChange& change) const {
  if (change.operation != Operation::Put && change.operation != Operation::Clear) return may_write_title(record_.file);
  journal::ValueReader reader(change.values);
  journal::ValueEntry entry;
  while (reader.next(entry)) {
    const Field* field = kind().field(entry.field);
    if (field == nullptr) field = kind().successor(entry.field);
    if (field == nullptr ? viewer_.is_system() : viewer_.may_write(kind(), *field, record_.file, change.source))
      continue;
    return fail(ErrorCode::Forbidden, "您的岗位不能撤回第 " + std::to_string(change.sequence) + " 号变动。",
                "Your post may not take back change " + std::to_string(change.sequence) + ".");
  }
  return {};
}

Result<Written> Writing::void_changes() {
  std::vector<journal::StoredChange> changes;
  Result<void> allowed;
  auto read =
      journal::changes_of_record(database(), record_.chain, record_.id, [&](const journal::StoredChange& change) {
        changes.push_back(change);
        if (std::find(write_.voided.begin(), write_.voided.end(), change.sequence) != write_.voided.end())
          allowed = may_void(change);
        return allowed.has_value();
      });
  if (!read) return tl::unexpected(read.error());
  if (!allowed) return tl::unexpected(allowed.error());
  std::string bytes;
  for (Position sequence : write_.voided) {
    const bool known = std::any_of(changes.begin(), changes.end(),
                                   [&](const journal::StoredChange& change) { return change.sequence == sequence; });
    if (!known) {
      return fail(ErrorCode::NotFound, "这条记录没有第 " + std::to_string(sequence) + " 号变动。",
                  "The record has no change " + std::to_string(sequence) + ".");
    }
    journal::append_varint(bytes, static_cast<std::uint64_t>(sequence));
  }
  if (bytes.empty()) return done(false);
  journal::ValueWriter values;
  values.add(1, bytes);
  std::string packed = values.take();
  // What would be, before anything is appended: taking an unmerge back may not close a circle.
  journal::StoredChange candidate;
  candidate.sequence = INT64_MAX;
  candidate.record = record_.id;
  candidate.operation = Operation::Void;
  candidate.values = packed;
  changes.push_back(std::move(candidate));
  auto would_be = fold_changes(changes);
  if (!would_be) return tl::unexpected(would_be.error());
  const RecordId alias_before = record_.alias_of;
  if (would_be->alias_of != alias_before && would_be->alias_of != 0 &&
      state_.leads_to(would_be->alias_of, record_.id)) {
    return fail(ErrorCode::Conflict, "撤回后这条记录会并入它自己。请先解除另一条的合并。",
                "The record would then be merged into itself. Undo the other merge first.");
  }
  if (auto appended = append(Operation::Void, std::move(packed)); !appended) return tl::unexpected(appended.error());
  if (auto folded = fold_again(); !folded) return tl::unexpected(folded.error());
  if (record_.alias_of != alias_before) set_alias(record_.alias_of);
  return done(true);
}

// Takes fields out of every change of the record; one Erase change vouches for what remains of them.
Result<Written> Writing::erase() {
  for (const FieldWrite& one : write_.values) {
    const Field* field = kind().field(one.field);
    if (field == nullptr || !viewer_.may_write(kind(), *field, record_.file, write_.source)) {
      return fail(ErrorCode::Forbidden, "您的岗位不能删除这个字段的内容。", "Your post may not erase this field.");
    }
  }
  struct Redaction {
    Position sequence = 0;
    std::string remaining;
    journal::Salt salt{};
  };
  std::vector<Redaction> redactions;
  auto read =
      journal::changes_of_record(database(), record_.chain, record_.id, [&](const journal::StoredChange& change) {
        if (change.operation != Operation::Put && change.operation != Operation::Clear) return true;
        journal::ValueReader reader(change.values);
        journal::ValueEntry entry;
        journal::ValueWriter remaining;
        bool touched = false;
        while (reader.next(entry)) {
          const Field* successor = kind().successor(entry.field);
          const bool goes = std::any_of(write_.values.begin(), write_.values.end(), [&](const FieldWrite& one) {
            return one.field == entry.field || (successor != nullptr && one.field == successor->number);
          });
          touched = touched || goes;
          if (!goes) remaining.add(entry.field, entry.bytes);
        }
        if (touched) redactions.push_back({change.sequence, remaining.take(), transaction_.new_salt()});
        return true;
      });
  if (!read) return tl::unexpected(read.error());
  if (redactions.empty()) return done(false);
  journal::ValueWriter values;
  for (std::size_t i = 0; i < redactions.size(); ++i) {
    const journal::Hash digest = journal::digest_of(redactions[i].salt, {}, redactions[i].remaining);
    std::string bytes;
    journal::append_varint(bytes, static_cast<std::uint64_t>(redactions[i].sequence));
    bytes.append(reinterpret_cast<const char*>(digest.data()), digest.size());
    values.add(static_cast<FieldNumber>(i + 1), bytes);
  }
  if (auto appended = append(Operation::Erase, values.take()); !appended) return tl::unexpected(appended.error());
  for (const Redaction& one : redactions) {
    if (auto redacted = transaction_.redact(one.sequence, one.remaining, one.salt, record_.version); !redacted)
      return tl::unexpected(redacted.error());
  }
  if (auto folded = fold_again(); !folded) return tl::unexpected(folded.error());
  Register::State& state = state_;
  transaction_.on_commit([&state, erase = record_.version] { state.last_erase = erase; });
  if (auto forgotten = forget(transaction_, *state_.catalogue); !forgotten) return tl::unexpected(forgotten.error());
  if (auto released = release_attachments(transaction_, record_); !released) return tl::unexpected(released.error());
  return done(true);
}

Result<void> Writing::fold_again() {
  auto folded = fold_record(database(), record_.chain, record_.id, std::nullopt);
  if (!folded) return tl::unexpected(folded.error());
  record_ = std::move(**folded);
  auto home = home_of(database(), kind(), record_, [this](RecordId record) { return state_.resolve(record); });
  if (!home) return tl::unexpected(home.error());
  record_.file = *home;
  seen_ = record_;
  state_.convert(seen_);
  return store_state(database(), record_, false);
}

}  // namespace yuanqu::register_
