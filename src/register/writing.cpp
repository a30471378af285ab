// Writes: checked against catalogue and viewer, appended to the journal and folded into the current record, in one transaction.

#include <algorithm>
#include <map>

#include "register/register_state.hpp"

namespace yuanqu::register_ {

using base::ErrorCode;
using base::fail;
using base::Result;
using journal::Operation;

namespace {

// One write in its transaction. Faults are gathered; nothing is appended when there are any.
class Writing {
 public:
  Writing(Register::State& house, journal::Transaction& transaction, const Viewer& viewer, const Write& write, Faults* faults)
      : house_(house), transaction_(transaction), viewer_(viewer), write_(write), faults_(faults) {}

  Result<Written> run() {
    if (write_.kind == nullptr) return fail(ErrorCode::Invalid, "请说明记录的类型。", "Say of which kind the record is.");
    if (write_.kind->system && !viewer_.is_system()) return forbidden();
    if (auto found = find(); !found) return tl::unexpected(found.error());
    switch (write_.operation) {
      case Operation::Put:
      case Operation::Clear: return put();
      case Operation::Close: return close(true);
      case Operation::Reopen: return close(false);
      case Operation::Merge: return merge();
      case Operation::Unmerge: return unmerge();
      case Operation::Void: return void_changes();
      case Operation::Erase: return erase();
    }
    return fail(ErrorCode::Invalid, "没有这种操作。", "There is no such operation.");
  }

 private:
  tl::unexpected<base::Error> forbidden() const {
    return fail(ErrorCode::Forbidden, "您不能改动“" + write_.kind->labels.zh + "”的这些内容。", "You may not change this of " + write_.kind->labels.en + ".");
  }
  void fault(base::Error error) { errors_.push_back(std::move(error)); }

  // The record, its version, and for a new one its file.
  Result<void> find() {
    if (write_.record == 0) return {};
    auto known = load_state(transaction_.database(), write_.record);
    if (!known) return tl::unexpected(known.error());
    if (!*known || (*known)->kind != write_.kind->number || !viewer_.may_know(*write_.kind, (*known)->file)) {
      return fail(ErrorCode::NotFound, "没有这条记录，或您无权查看。", "There is no such record, or you may not see it.");
    }
    state_ = std::move(**known);
    known_ = true;
    if (write_.version && *write_.version != state_.version) {
      return fail(ErrorCode::Conflict,
                  "别人刚改过这条记录：您看到的是第 " + std::to_string(*write_.version) + " 版，现在是第 " + std::to_string(state_.version) + " 版。请对照后再保存。",
                  "Somebody has changed this record: you saw version " + std::to_string(*write_.version) + ", it is now at " +
                      std::to_string(state_.version) + ". Compare and save again.");
    }
    return {};
  }

  Result<RecordId> target_of(const Field& field, const Value& reference) {
    auto target = load_state(transaction_.database(), reference.as_reference());
    if (!target) return tl::unexpected(target.error());
    if (!*target || (*target)->kind != field.to_kind) {
      return fail(ErrorCode::Invalid, "“" + field.labels.zh + "”所指的记录不存在。", field.labels.en + " names a record that does not exist.",
                  {.field = field.name});
    }
    return (*target)->file;
  }

  // A new record opens a file or joins that of the record it belongs to.
  Result<void> place_new() {
    state_.id = transaction_.new_id();
    state_.kind = write_.kind->number;
    if (write_.kind->opens_file) {
      state_.file = state_.id;
      return {};
    }
    const Field* by = write_.kind->field(write_.kind->belongs_to);
    const auto given = std::find_if(write_.values.begin(), write_.values.end(), [&](const FieldWrite& value) { return value.field == by->number; });
    if (given == write_.values.end() || given->value.type() != ValueType::Reference) {
      return fail(ErrorCode::Invalid, "请填写“" + by->labels.zh + "”：它决定记录归入哪份档案。", "Give " + by->labels.en + ": it says to which file the record belongs.",
                  {.field = by->name});
    }
    auto file = target_of(*by, given->value);
    if (!file) return tl::unexpected(file.error());
    state_.file = *file;
    return {};
  }

  void check(const FieldWrite& wanted) {
    const Field* field = write_.kind->field(wanted.field);
    if (field == nullptr) {
      fault({ErrorCode::Invalid, "“" + write_.kind->labels.zh + "”没有编号为 " + std::to_string(wanted.field) + " 的字段。",
             write_.kind->labels.en + " has no field numbered " + std::to_string(wanted.field) + ".", {}});
      return;
    }
    if (!viewer_.may_write(*write_.kind, *field, state_.file, write_.source)) {
      fault({ErrorCode::Forbidden, "您不能以这个来源填写“" + field->labels.zh + "”。", "You may not fill " + field->labels.en + " from this source.",
             {.field = field->name}});
      return;
    }
    if (!write_.kind->system && field->trust_of(write_.source) < 0) {
      const Source* source = house_.catalogue->source(write_.source);
      fault({ErrorCode::Invalid, "“" + field->labels.zh + "”不采用来源“" + (source == nullptr ? std::to_string(write_.source) : source->labels.zh) + "”。",
             field->labels.en + " does not take the source " + (source == nullptr ? std::to_string(write_.source) : source->labels.en) + ".",
             {.field = field->name}});
      return;
    }
    if (wanted.value.is_null() && field->required && (!known_ || latest_value(state_, *field).is_null())) {
      if (!known_) fault(missing(*field));
      return;
    }
    if (auto checked = check_value(*house_.catalogue, *write_.kind, *field, wanted.value); !checked) {
      fault(checked.error());
      return;
    }
    const auto check_reference = [&](const Value& value) {
      if (value.type() != ValueType::Reference) return;
      if (auto target = target_of(*field, value); !target) fault(target.error());
    };
    check_reference(wanted.value);
    if (wanted.value.type() == ValueType::List) {
      for (const Value& item : wanted.value.items()) check_reference(item);
    }
  }

  static base::Error missing(const Field& field) {
    return {ErrorCode::Invalid, "请填写“" + field.labels.zh + "”。", "Fill in " + field.labels.en + ".", {.field = field.name}};
  }

  // The first key is unique: nobody else may hold its values now.
  Result<void> check_key(const RecordState& after) {
    if (write_.kind->keys.empty()) return {};
    std::vector<Value> values;
    std::string shown;
    for (const FieldNumber number : write_.kind->keys.front()) {
      values.push_back(latest_value(after, *write_.kind->field(number)));
      shown += (shown.empty() ? "" : " · ") + values.back().to_text();
    }
    auto holders = holders_of(transaction_.database(), *write_.kind, 0, values);
    if (!holders) return tl::unexpected(holders.error());
    for (const RecordId holder : holders->current) {
      if (holder == after.id) continue;
      const Field* field = write_.kind->field(write_.kind->keys.front().back());
      return fail(ErrorCode::Conflict, "已有“" + write_.kind->labels.zh + "”用着 " + shown + "，请改那一条，或核对后再填。",
                  "Another " + write_.kind->labels.en + " already has " + shown + "; change that one, or check what you entered.", {.field = field->name});
    }
    return {};
  }

  Result<Written> put() {
    if (!known_) {
      if (auto placed = place_new(); !placed) return tl::unexpected(placed.error());
    }
    std::map<FieldNumber, const Value*> wanted;
    for (const FieldWrite& value : write_.values) {
      check(value);
      wanted[value.field] = &value.value;
    }
    if (!known_) {
      for (const Field& field : write_.kind->fields) {
        if (field.required && wanted.find(field.number) == wanted.end()) fault(missing(field));
      }
    }
    if (!errors_.empty()) return refuse();
    // What is so already is not written again.
    journal::ValueWriter values;
    static const Value null;
    for (const auto& [number, value] : wanted) {
      const Fact* fact = state_.fact(number, write_.source, write_.effective_from);
      const Value& now = fact == nullptr ? null : fact->value;
      if (known_ && now == *value) continue;
      if (!known_ && value->is_null()) continue;
      values.add(number, value->to_bytes());
    }
    if (values.empty() && known_) return written(false);
    return append(Operation::Put, values.take(), [&](RecordState& after) { return check_key(after); });
  }

  Result<Written> close(bool closing) {
    if (auto needed = needs_record(); !needed) return tl::unexpected(needed.error());
    if (auto allowed = may_change_any(); !allowed) return tl::unexpected(allowed.error());
    if (read_closed(state_, write_.effective_from).closed == closing) return written(false);
    return append(closing ? Operation::Close : Operation::Reopen, {});
  }

  Result<Written> merge() {
    if (auto needed = needs_record(); !needed) return tl::unexpected(needed.error());
    if (auto allowed = may_change_any(); !allowed) return tl::unexpected(allowed.error());
    auto into = load_state(transaction_.database(), write_.into);
    if (!into) return tl::unexpected(into.error());
    if (!*into || (*into)->kind != state_.kind || (*into)->id == state_.id || (*into)->alias_of != 0) {
      return fail(ErrorCode::Invalid, "只能并入另一条同类的、未被合并的记录。", "A record can be merged only into another one of its kind that is not itself merged.");
    }
    if (state_.alias_of == write_.into) return written(false);
    journal::ValueWriter values;
    values.add(1, Value::reference(write_.into).to_bytes());
    return append(Operation::Merge, values.take());
  }

  Result<Written> unmerge() {
    if (auto needed = needs_record(); !needed) return tl::unexpected(needed.error());
    if (auto allowed = may_change_any(); !allowed) return tl::unexpected(allowed.error());
    return state_.alias_of == 0 ? written(false) : append(Operation::Unmerge, {});
  }

  Result<Written> void_changes() {
    if (auto needed = needs_record(); !needed) return tl::unexpected(needed.error());
    if (auto allowed = may_change_any(); !allowed) return tl::unexpected(allowed.error());
    if (write_.voided.empty()) return written(false);
    std::vector<Position> sequences = write_.voided;
    std::sort(sequences.begin(), sequences.end());
    std::string bytes;
    for (const Position sequence : sequences) journal::append_varint(bytes, static_cast<std::uint64_t>(sequence));
    journal::ValueWriter values;
    values.add(1, bytes);
    return append(Operation::Void, values.take());
  }

  // Takes personal values out of every change of this record that carries them. The Erase change holds, for each, the digest of
  // what remains.
  Result<Written> erase() {
    if (auto needed = needs_record(); !needed) return tl::unexpected(needed.error());
    for (const FieldWrite& value : write_.values) {
      const Field* field = write_.kind->field(value.field);
      if (field == nullptr || !viewer_.may_write(*write_.kind, *field, state_.file, write_.source)) return forbidden();
    }
    std::vector<journal::StoredChange> changes;
    auto read = journal::changes_of_record(transaction_.database(), state_.file, state_.id, [&](const journal::StoredChange& change) {
      changes.push_back(change);
      return true;
    });
    if (!read) return tl::unexpected(read.error());
    struct Redaction {
      Position sequence;
      std::string remaining;
      journal::Salt salt;
    };
    std::vector<Redaction> redactions;
    journal::ValueWriter digests;
    for (const journal::StoredChange& change : changes) {
      if (change.operation != Operation::Put && change.operation != Operation::Clear) continue;
      journal::ValueReader reader(change.values);
      journal::ValueEntry entry;
      journal::ValueWriter remaining;
      bool touched = false;
      while (reader.next(entry)) {
        const bool erased = std::any_of(write_.values.begin(), write_.values.end(), [&](const FieldWrite& value) { return value.field == entry.field; });
        touched = touched || erased;
        if (!erased) remaining.add(entry.field, entry.bytes);
      }
      if (!touched) continue;
      Redaction redaction{change.sequence, remaining.take(), transaction_.new_salt()};
      const journal::Hash digest = journal::digest_of(redaction.salt, "", redaction.remaining);
      std::string bytes;
      journal::append_varint(bytes, static_cast<std::uint64_t>(change.sequence));
      bytes.append(reinterpret_cast<const char*>(digest.data()), digest.size());
      digests.add(static_cast<std::uint32_t>(redactions.size() + 1), bytes);
      redactions.push_back(std::move(redaction));
    }
    if (redactions.empty()) return written(false);
    return append(Operation::Erase, digests.take(), {}, [&]() -> Result<void> {
      const Position erased_by = transaction_.appended().back().sequence;
      for (const Redaction& redaction : redactions) {
        if (auto redacted = transaction_.redact(redaction.sequence, redaction.remaining, redaction.salt, erased_by); !redacted) return redacted;
      }
      return {};
    });
  }

  Result<void> needs_record() const {
    if (known_) return {};
    return fail(ErrorCode::NotFound, "请说明是哪条记录。", "Say which record is meant.");
  }

  // Operations on the whole record need the right to write at least one of its fields from this source.
  Result<void> may_change_any() const {
    for (const Field& field : write_.kind->fields) {
      if (viewer_.may_write(*write_.kind, field, state_.file, write_.source)) return {};
    }
    return forbidden();
  }

  Result<Written> refuse() {
    base::Error first = errors_.front();
    if (faults_ != nullptr) faults_->errors.insert(faults_->errors.end(), errors_.begin(), errors_.end());
    return tl::unexpected(std::move(first));
  }

  Result<Written> append(Operation operation, std::string values, const std::function<Result<void>(RecordState&)>& check_after = {},
                         const std::function<Result<void>()>& also = {}) {
    // The key is checked on the record as it would be, before anything is appended.
    if (check_after) {
      RecordState after = state_;
      journal::StoredChange trial{.sequence = transaction_.position() + 1, .file = state_.file, .record = state_.id, .kind = state_.kind,
                                  .operation = operation, .effective_from = static_cast<std::int32_t>(write_.effective_from.days()),
                                  .source = write_.source, .values = values};
      if (auto applied = apply_change(after, trial); !applied) return tl::unexpected(applied.error());
      if (auto checked = check_after(after); !checked) {
        fault(checked.error());
        return refuse();
      }
    }
    auto appended = transaction_.append({.file = state_.file, .record = state_.id, .kind = state_.kind, .operation = operation,
                                         .effective_from = static_cast<std::int32_t>(write_.effective_from.days()), .source = write_.source,
                                         .reason = write_.reason, .values = std::move(values)});
    if (!appended) return tl::unexpected(appended.error());
    if (also) {
      if (auto done = also(); !done) return tl::unexpected(done.error());
    }
    auto applied = apply_change(state_, transaction_.appended().back());
    if (!applied) return tl::unexpected(applied.error());
    if (!*applied) {
      auto folded = refold(transaction_.database(), state_.file, state_.id);
      if (!folded) return tl::unexpected(folded.error());
      state_ = std::move(*folded);
    }
    if (auto saved = save_state(transaction_.database(), state_, *house_.catalogue); !saved) return tl::unexpected(saved.error());
    auto row = transaction_.database().prepare("UPDATE record_position SET position = ? WHERE id = 1");
    if (!row) return tl::unexpected(row.error());
    row->bind_all(*appended);
    if (auto ran = row->run(); !ran) return tl::unexpected(ran.error());
    return written(true);
  }

  Result<Written> written(bool changed) const {
    return Written{state_.id, state_.file, state_.version, changed,
                   changed ? findings_of(state_, *write_.kind, *house_.catalogue, write_.effective_from) : std::vector<Finding>()};
  }

  Register::State& house_;
  journal::Transaction& transaction_;
  const Viewer& viewer_;
  const Write& write_;
  Faults* faults_;
  RecordState state_;
  bool known_ = false;
  std::vector<base::Error> errors_;
};

}  // namespace

Result<Written> Register::write(journal::Transaction& transaction, const Viewer& viewer, const Write& write, Faults* faults) {
  return Writing(*state_, transaction, viewer, write, faults).run();
}

Result<WriteReply> Register::write(const Viewer& viewer, std::vector<Write> writes, std::string idempotency_key, Faults* faults) {
  WriteReply reply;
  Faults gathered;
  auto committed = state_->journal.commit(
      [&](journal::Transaction& transaction) -> Result<void> {
        reply.written.clear();
        gathered.errors.clear();
        std::optional<base::Error> first;
        std::string kept;
        for (std::size_t i = 0; i < writes.size(); ++i) {
          Faults of_write;
          auto written = write(transaction, viewer, writes[i], &of_write);
          if (written) {
            for (const std::int64_t number : {written->record, written->file, written->version}) kept += std::to_string(number) + " ";
            kept += written->changed ? "1 " : "0 ";
            reply.written.push_back(std::move(*written));
            continue;
          }
          if (of_write.empty()) of_write.errors.push_back(written.error());
          for (base::Error& error : of_write.errors) {
            error.place.row = i + 1;
            gathered.errors.push_back(error);
          }
          if (!first) first = gathered.errors.back();
        }
        if (first) return tl::unexpected(*first);
        transaction.set_reply(kept);
        return {};
      },
      {.actor = viewer.account(), .idempotency_key = std::move(idempotency_key)});
  if (!committed) {
    if (faults != nullptr) *faults = std::move(gathered);
    return tl::unexpected(committed.error());
  }
  if (committed->repeated) {
    // The same key again: what the first submission answered.
    reply.written.clear();
    std::vector<std::int64_t> numbers;
    for (std::size_t at = 0; at < committed->reply.size();) {
      const std::size_t end = committed->reply.find(' ', at);
      numbers.push_back(std::stoll(committed->reply.substr(at, end - at)));
      at = end + 1;
    }
    for (std::size_t i = 0; i + 3 < numbers.size(); i += 4) {
      reply.written.push_back({numbers[i], numbers[i + 1], numbers[i + 2], numbers[i + 3] != 0, {}});
    }
  }
  reply.committed = std::move(*committed);
  return reply;
}

Result<WriteReply> Register::void_batch(const Viewer& viewer, BatchId batch, base::Date effective_from, const std::string& reason) {
  std::map<RecordId, Write> writes;
  {
    auto snapshot = state_->journal.snapshot();
    if (!snapshot) return tl::unexpected(snapshot.error());
    auto read = journal::changes_of_batch(snapshot->database(), batch, [&](const journal::StoredChange& change) {
      Write& one = writes[change.record];
      one.operation = Operation::Void;
      one.kind = state_->catalogue->kind(change.kind);
      one.record = change.record;
      one.source = change.source;
      one.effective_from = effective_from;
      one.reason = reason;
      one.voided.push_back(change.sequence);
      return true;
    });
    if (!read) return tl::unexpected(read.error());
  }
  if (writes.empty()) return fail(ErrorCode::NotFound, "没有这一批变动。", "There is no such batch of changes.");
  std::vector<Write> list;
  for (auto& [record, one] : writes) list.push_back(std::move(one));
  return write(viewer, std::move(list));
}

}  // namespace yuanqu::register_
