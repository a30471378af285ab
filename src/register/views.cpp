// Reads for people: what a viewer may see of a record, a file and their history.

#include <algorithm>
#include <set>

#include "register/register_state.hpp"

namespace yuanqu::register_ {

using base::ErrorCode;
using base::fail;
using base::Result;
using journal::Database;

namespace {

tl::unexpected<base::Error> no_record() {
  return fail(ErrorCode::NotFound, "没有这条记录，或您无权查看。", "There is no such record, or you may not see it.");
}

// The title of a record; a title that is a reference is the title of what it points to.
std::string title_text(Database& database, const Catalogue& catalogue, const RecordState& state, base::Date day, int hops = 0) {
  const Kind* kind = catalogue.kind(state.kind);
  const Field* field = kind == nullptr ? nullptr : kind->field(kind->title);
  if (field == nullptr) return {};
  const Reading reading = read_plain(state, *field, day);
  const Value& value = reading.value().is_null() ? latest_value(state, *field) : reading.value();
  if (value.type() != ValueType::Reference || hops > 4) return value.to_text();
  auto target = load_state(database, value.as_reference());
  return target && *target ? title_text(database, catalogue, **target, day, hops + 1) : std::string();
}

RecordView view_of(Database& database, const Catalogue& catalogue, const Viewer& viewer, const RecordState& state, base::Date day) {
  const Kind& kind = *catalogue.kind(state.kind);
  RecordView view{.kind = &kind, .id = state.id, .file = state.file, .version = state.version};
  view.closed = read_closed(state, day).closed;
  view.alias_of = state.alias_of;
  const Field* title = kind.field(kind.title);
  if (title != nullptr) {
    const Access access = viewer.access(kind, *title, state.file);
    if (access != Access::None) view.title = title_text(database, catalogue, state, day);
    if (access == Access::Masked) view.title = masked(view.title);
  }
  std::set<FieldNumber> readable;
  for (const Field& field : kind.fields) {
    const Access access = viewer.access(kind, field, state.file);
    if (access == Access::None) continue;
    FieldView shown{.field = &field, .masked = access == Access::Masked};
    const Reading reading = read_plain(state, field, day);
    shown.null_reason = reading.fact == nullptr ? reading.reason : NullReason::None;
    shown.until = reading.until;
    const auto seen = [&](const Value& value) { return access == Access::Masked ? masked(value) : value; };
    shown.value = seen(reading.value());
    if (reading.fact != nullptr) {
      shown.source = reading.fact->source;
      shown.effective_from = reading.fact->effective_from;
      shown.recorded_at_ms = reading.fact->recorded_at_ms;
      shown.sequence = reading.fact->sequence;
    }
    if (access == Access::Masked) {
      shown.may_reveal = viewer.may_reveal(kind, field, state.file);
    } else {
      readable.insert(field.number);
    }
    std::vector<SourceNumber> sources;
    for (const Fact& fact : state.facts_of(field.number)) {
      if (sources.empty() || sources.back() != fact.source) sources.push_back(fact.source);
    }
    std::stable_sort(sources.begin(), sources.end(), [&](SourceNumber a, SourceNumber b) { return field.trust_of(a) < field.trust_of(b); });
    for (const SourceNumber source : sources) {
      const Fact* fact = state.fact(field.number, source, day);
      if (fact == nullptr || fact == reading.fact || fact->value.is_null()) continue;
      const auto stale = stale_from(field, fact->effective_from);
      shown.others.push_back({source, seen(fact->value), fact->effective_from, fact->recorded_at_ms, stale && *stale <= day});
    }
    view.fields.push_back(std::move(shown));
  }
  for (Finding& finding : findings_of(state, kind, catalogue, day)) {
    if (finding.field == 0 || readable.count(finding.field) != 0) view.findings.push_back(std::move(finding));
  }
  return view;
}

Result<std::optional<RecordState>> state_at(Database& database, RecordId record, const AsOf& as_of) {
  auto now = load_state(database, record);
  if (!now || !*now || !as_of.known_at || (*now)->version <= *as_of.known_at) return now;
  if ((*now)->created > *as_of.known_at) return std::nullopt;
  auto then = refold(database, (*now)->file, record, as_of.known_at);
  if (!then) return tl::unexpected(then.error());
  return std::optional(std::move(*then));
}

// The sequences some later void of the record takes back.
std::set<Position> voided_sequences(const std::vector<journal::StoredChange>& changes) {
  std::set<Position> voided;
  for (auto change = changes.rbegin(); change != changes.rend(); ++change) {
    if (change->operation != journal::Operation::Void || voided.count(change->sequence) != 0) continue;
    journal::ValueReader reader(change->values);
    journal::ValueEntry entry;
    while (reader.next(entry)) {
      std::string_view rest = entry.bytes;
      std::uint64_t sequence = 0;
      while (!rest.empty() && journal::take_varint(rest, sequence)) voided.insert(static_cast<Position>(sequence));
    }
  }
  return voided;
}

std::vector<ChangeView> views_of(const Catalogue& catalogue, const Viewer& viewer, const std::vector<journal::StoredChange>& changes) {
  const std::set<Position> voided = voided_sequences(changes);
  std::vector<ChangeView> views;
  for (const journal::StoredChange& change : changes) {
    const Kind* kind = catalogue.kind(change.kind);
    if (kind == nullptr || !viewer.may_know(*kind, change.file)) continue;
    ChangeView view{.sequence = change.sequence, .operation = change.operation, .kind = kind, .record = change.record,
                    .effective_from = base::Date::from_days(change.effective_from), .recorded_at_ms = change.recorded_at_ms, .source = change.source,
                    .actor = change.actor, .batch = change.batch, .reason = change.reason, .voided = voided.count(change.sequence) != 0};
    if (change.operation == journal::Operation::Put || change.operation == journal::Operation::Clear) {
      journal::ValueReader reader(change.values);
      journal::ValueEntry entry;
      while (reader.next(entry)) {
        const Field* field = kind->field(entry.field);
        if (field == nullptr) continue;
        const Access access = viewer.access(*kind, *field, change.file);
        if (access == Access::None) continue;
        const Value value = Value::from_bytes(entry.bytes).value_or(Value());
        view.values.push_back({entry.field, access == Access::Masked ? masked(value) : value});
      }
      // A change of which nothing may be read is not told.
      if (view.values.empty() && !change.values.empty()) continue;
    }
    views.push_back(std::move(view));
  }
  std::reverse(views.begin(), views.end());
  return views;
}

}  // namespace

Result<RecordView> Register::read(const Viewer& viewer, const Kind& kind, RecordId record, AsOf as_of) {
  auto snapshot = state_->journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto state = state_at(snapshot->database(), record, as_of);
  if (!state) return tl::unexpected(state.error());
  if (!*state || (*state)->kind != kind.number || !viewer.may_know(kind, (*state)->file)) return no_record();
  return view_of(snapshot->database(), *state_->catalogue, viewer, **state, as_of.day);
}

Result<FileView> Register::read_file(const Viewer& viewer, FileId file, AsOf as_of, std::size_t children_max) {
  auto states = states_of_file(file, as_of.known_at);
  if (!states) return tl::unexpected(states.error());
  auto snapshot = state_->journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  FileView view;
  bool found = false;
  std::size_t children = 0;
  std::reverse(states->begin(), states->end());
  for (const Kind* kind : state_->catalogue->kinds()) {
    std::vector<RecordView> of_kind;
    for (const RecordState& state : *states) {
      if (state.kind != kind->number || !viewer.may_know(*kind, state.file)) continue;
      if (state.id == file) {
        view.record = view_of(snapshot->database(), *state_->catalogue, viewer, state, as_of.day);
        found = true;
      } else if (state.alias_of == 0 && children < children_max) {
        const auto first = state.first_day();
        if (!first || *first > as_of.day) continue;
        of_kind.push_back(view_of(snapshot->database(), *state_->catalogue, viewer, state, as_of.day));
        ++children;
      }
    }
    if (!of_kind.empty()) view.children.emplace_back(kind, std::move(of_kind));
  }
  if (!found) return no_record();
  return view;
}

Result<std::vector<ChangeView>> Register::history(const Viewer& viewer, const Kind& kind, RecordId record) {
  auto snapshot = state_->journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto state = load_state(snapshot->database(), record);
  if (!state) return tl::unexpected(state.error());
  if (!*state || (*state)->kind != kind.number || !viewer.may_know(kind, (*state)->file)) return no_record();
  std::vector<journal::StoredChange> changes;
  auto read = journal::changes_of_record(snapshot->database(), (*state)->file, record, [&](const journal::StoredChange& change) {
    changes.push_back(change);
    return true;
  });
  if (!read) return tl::unexpected(read.error());
  return views_of(*state_->catalogue, viewer, changes);
}

Result<std::vector<ChangeView>> Register::history_of_file(const Viewer& viewer, FileId file, std::size_t limit) {
  auto snapshot = state_->journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  std::vector<journal::StoredChange> changes;
  auto read = journal::changes_of_file(snapshot->database(), file, [&](const journal::StoredChange& change) {
    changes.push_back(change);
    return true;
  });
  if (!read) return tl::unexpected(read.error());
  auto views = views_of(*state_->catalogue, viewer, changes);
  if (views.size() > limit) views.resize(limit);
  return views;
}

Result<Value> Register::reveal(const Viewer& viewer, const Kind& kind, RecordId record, const Field& field, AsOf as_of, const std::string& reason) {
  if (reason.empty()) return fail(ErrorCode::Invalid, "请写明查看理由，它会留在访问记录里。", "Give the reason; it stays in the access log.", {.field = "reason"});
  auto found = state(record, as_of);
  if (!found) return tl::unexpected(found.error());
  if (!*found || (*found)->kind != kind.number || !viewer.may_know(kind, (*found)->file)) return no_record();
  const Access access = viewer.access(kind, field, (*found)->file);
  if (access != Access::Full && !viewer.may_reveal(kind, field, (*found)->file)) {
    return fail(ErrorCode::Forbidden, "您不能查看“" + field.labels.zh + "”的原文。", "You may not see " + field.labels.en + " in clear.", {.field = field.name});
  }
  auto logged = state_->journal.commit(
      [&](journal::Transaction& transaction) -> Result<void> {
        auto row = transaction.database().prepare("INSERT INTO access_log (id, at_ms, account, file, record, field, reason) VALUES (?, ?, ?, ?, ?, ?, ?)");
        if (!row) return tl::unexpected(row.error());
        row->bind_all(transaction.new_id(), transaction.recorded_at_ms(), viewer.account(), (*found)->file, record, field.number, reason);
        return row->run();
      },
      {.actor = viewer.account()});
  if (!logged) return tl::unexpected(logged.error());
  return read_plain(**found, field, as_of.day).value();
}

Result<std::string> Register::title_of(const Viewer& viewer, RecordId record, base::Date day) {
  auto snapshot = state_->journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto found = load_state(snapshot->database(), record);
  if (!found) return tl::unexpected(found.error());
  const Kind* kind = *found ? state_->catalogue->kind((*found)->kind) : nullptr;
  if (kind == nullptr || !viewer.may_know(*kind, (*found)->file)) return no_record();
  const Field* field = kind->field(kind->title);
  const Access access = field == nullptr ? Access::None : viewer.access(*kind, *field, (*found)->file);
  if (access == Access::None) return std::string();
  std::string title = title_text(snapshot->database(), *state_->catalogue, **found, day);
  return access == Access::Masked ? masked(title) : title;
}

}  // namespace yuanqu::register_
