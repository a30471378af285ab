// The story of a record and of a file: every change, who made it, from where and why, what it said and what was said
// before, as far as the viewer may read.

#include <algorithm>
#include <map>
#include <set>

#include "register/record_store.hpp"
#include "register/register.hpp"
#include "register/register_state.hpp"

namespace yuanqu::register_ {

using base::ErrorCode;
using base::fail;
using base::Result;
using journal::Operation;
using journal::StoredChange;

namespace {

class HistoryReader {
 public:
  HistoryReader(const Catalogue& catalogue, const Viewer& viewer) : catalogue_(catalogue), viewer_(viewer) {}

  // In recorded order. `file`: whose the record is now.
  Result<void> take(const StoredChange& change, FileId file) {
    Told& told = told_[change.record];
    auto taken = tell(change, told, file);
    if (!taken) return taken;
    // What the next change will find. A void or an erasure is no step of its own: then everything is folded anew.
    told.changes.push_back(change);
    auto applied = apply_change(told.state, change);
    if (!applied) return tl::unexpected(applied.error());
    if (!*applied) {
      auto folded = fold_changes(told.changes);
      if (!folded) return tl::unexpected(folded.error());
      told.state = std::move(*folded);
    }
    return {};
  }

  std::vector<ChangeView> newest_first(std::size_t limit) {
    std::set<Position> voided;
    for (auto it = voids_.rbegin(); it != voids_.rend(); ++it) {
      if (!voided.contains(it->first)) voided.insert(it->second.begin(), it->second.end());
    }
    for (ChangeView& view : views_) view.voided = voided.contains(view.sequence);
    std::sort(views_.begin(), views_.end(),
              [](const ChangeView& a, const ChangeView& b) { return a.sequence > b.sequence; });
    if (views_.size() > limit) views_.resize(limit);
    return std::move(views_);
  }

 private:
  struct Told {
    RecordState state;
    std::vector<StoredChange> changes;
  };

  Result<void> tell(const StoredChange& change, const Told& told, FileId file) {
    const Kind* kind = catalogue_.kind(change.kind);
    if (kind == nullptr || !(viewer_.is_system() || viewer_.may_know(*kind, file))) return {};
    ChangeView view{.sequence = change.sequence,
                    .operation = change.operation,
                    .kind = kind,
                    .record = change.record,
                    .effective_from = base::Date::from_days(change.effective_from),
                    .recorded_at_ms = change.recorded_at_ms,
                    .source = change.source,
                    .actor = change.actor,
                    .batch = change.batch,
                    .reason = change.reason,
                    .erased = change.erased_by != 0};
    journal::ValueReader reader(change.values);
    journal::ValueEntry entry;
    if (change.operation == Operation::Void) {
      while (reader.next(entry)) {
        std::string_view rest = entry.bytes;
        std::uint64_t sequence = 0;
        while (!rest.empty() && journal::take_varint(rest, sequence))
          view.voids.push_back(static_cast<Position>(sequence));
      }
      voids_[change.sequence] = view.voids;
    } else if (change.operation == Operation::Merge) {
      if (reader.next(entry)) {
        if (const auto into = Value::from_bytes(entry.bytes); into && into->type() == ValueType::Reference)
          view.into = into->as_reference();
      }
    } else if (change.operation == Operation::Put || change.operation == Operation::Clear) {
      bool anything = false;
      while (reader.next(entry)) {
        anything = true;
        take_value(change, told, file, *kind, entry, view);
      }
      if (anything && view.values.empty()) return {};  // nothing of it is for this viewer
    }
    views_.push_back(std::move(view));
    return {};
  }

  void take_value(const StoredChange& change, const Told& told, FileId file, const Kind& kind,
                  const journal::ValueEntry& entry, ChangeView& view) const {
    const Field* field = kind.field(entry.field);
    const bool converted = field == nullptr;
    if (converted) field = kind.successor(entry.field);
    const Access access = field == nullptr ? Access::None : viewer_.access(kind, *field, file);
    if (access == Access::None) return;
    const Fact* fact = told.state.fact(entry.field, change.source, base::Date::from_days(change.effective_from));
    Value value = change.operation == Operation::Clear ? Value() : Value::from_bytes(entry.bytes).value_or(Value());
    Value before = fact == nullptr ? Value() : fact->value;
    for (Value* one : {&value, &before}) {
      if (converted) *one = field->conversion->convert(*field, *one);
      if (access == Access::Masked) *one = masked(*one);
    }
    view.values.push_back({field->number, std::move(value)});
    view.before.push_back(std::move(before));
  }

  const Catalogue& catalogue_;
  const Viewer& viewer_;
  std::vector<ChangeView> views_;
  std::map<RecordId, Told> told_;
  std::map<Position, std::vector<Position>> voids_;
};

}  // namespace

Result<std::vector<ChangeView>> Register::history(const Viewer& viewer, const Kind& kind, RecordId record) {
  auto snapshot = state_->journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto state = load_state(snapshot->database(), record);
  if (!state) return tl::unexpected(state.error());
  if (!*state || (*state)->kind != kind.number || !viewer.may_know(kind, (*state)->file)) {
    return fail(ErrorCode::NotFound, "没有这条" + kind.labels.zh + "记录。",
                "There is no such record of " + kind.labels.en + ".");
  }
  HistoryReader reader(*state_->catalogue, viewer);
  Result<void> taken;
  auto read =
      journal::changes_of_record(snapshot->database(), (*state)->chain, record, [&](const StoredChange& change) {
        taken = reader.take(change, (*state)->file);
        return taken.has_value();
      });
  if (!read) return tl::unexpected(read.error());
  if (!taken) return tl::unexpected(taken.error());
  note_look(viewer, LookKind::History, (*state)->file, record);
  return reader.newest_first(SIZE_MAX);
}

Result<std::vector<ChangeView>> Register::history_of_file(const Viewer& viewer, FileId file, std::size_t limit) {
  auto snapshot = state_->journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  HistoryReader reader(*state_->catalogue, viewer);
  // Records that came from another file keep their chain there; those that left are no longer told here.
  auto records = records_of_file(snapshot->database(), file);
  if (!records) return tl::unexpected(records.error());
  std::map<FileId, std::set<RecordId>> by_chain;
  for (RecordId record : *records) {
    auto state = load_state(snapshot->database(), record);
    if (!state) return tl::unexpected(state.error());
    if (*state) by_chain[(*state)->chain].insert(record);
  }
  Result<void> taken;
  for (const auto& [chain, own] : by_chain) {
    auto read = journal::changes_of_file(snapshot->database(), chain, [&, &mine = own](const StoredChange& change) {
      if (mine.contains(change.record)) taken = reader.take(change, file);
      return taken.has_value();
    });
    if (!read) return tl::unexpected(read.error());
    if (!taken) return tl::unexpected(taken.error());
  }
  note_look(viewer, LookKind::File, file);
  return reader.newest_first(limit);
}

}  // namespace yuanqu::register_
