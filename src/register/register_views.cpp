#include <algorithm>
#include <map>

#include "register/record_store.hpp"
#include "register/register.hpp"
#include "register/register_state.hpp"

namespace yuanqu::register_ {

using base::ErrorCode;
using base::fail;
using base::Result;
using journal::Database;

namespace {

tl::unexpected<base::Error> no_such(const Kind& kind) {
  return fail(ErrorCode::NotFound, "没有这条" + kind.labels.zh + "记录。",
              "There is no such record of " + kind.labels.en + ".");
}

Result<std::optional<RecordState>> state_as_of(Database& database, RecordId record, const AsOf& as_of) {
  auto current = load_state(database, record);
  if (!current || !*current || !as_of.known_at || (*current)->version <= *as_of.known_at) return current;
  auto folded = fold_record(database, (*current)->chain, record, as_of.known_at);
  if (folded && *folded) (*folded)->file = (*current)->file;  // permission goes by whose it is now
  return folded;
}

// A record's name on that day; before its first day, the name it will have. References give the name of what they point
// to.
Result<std::string> title_on(Database& database, const Catalogue& catalogue, const Viewer& viewer, const Kind& kind,
                             const RecordState& state, base::Date day, int depth = 0) {
  const Field* field = kind.field(kind.title);
  if (field == nullptr) return std::to_string(state.id);
  const Access access = viewer.access(kind, *field, state.file);
  if (access == Access::None) return std::string("***");
  Reading reading = read_plain(state, *field, day);
  if (reading.fact == nullptr) {
    const auto facts = state.facts_of(field->number);
    for (const Fact& fact : facts) {
      if (fact.value.is_null() || fact.value.type() == ValueType::Unreadable) continue;
      reading.fact = &fact;
      break;
    }
  }
  const Value& value = reading.value();
  if (access == Access::Masked) return masked(value).to_text();
  if (value.type() == ValueType::Enumeration) {
    const EnumerationValue* one = field->value(value.text());
    return one == nullptr ? value.text() : one->labels.zh;
  }
  if (value.type() != ValueType::Reference || depth > 3)
    return value.is_null() ? std::to_string(state.id) : value.to_text();
  const Kind* target_kind = catalogue.kind(field->to_kind);
  auto target = load_state(database, value.as_reference());
  if (!target) return tl::unexpected(target.error());
  if (!*target || target_kind == nullptr) return std::to_string(value.as_reference());
  return title_on(database, catalogue, viewer, *target_kind, **target, day, depth + 1);
}

FieldView view_of(const Viewer& viewer, const Kind& kind, const Field& field, const RecordState& state, base::Date day,
                  bool is_masked) {
  FieldView view;
  view.field = &field;
  view.masked = is_masked;
  view.may_reveal = is_masked && viewer.may_reveal(kind, field, state.file);
  const Reading reading = read_plain(state, field, day);
  view.null_reason = reading.reason;
  view.until = reading.until;
  if (reading.fact != nullptr) {
    view.value = is_masked ? masked(reading.value()) : reading.value();
    view.source = reading.fact->source;
    view.effective_from = reading.fact->effective_from;
    view.recorded_at_ms = reading.fact->recorded_at_ms;
    view.sequence = reading.fact->sequence;
  }
  std::vector<SourceNumber> sources = field.sources;
  if (sources.empty()) {
    for (const Fact& fact : state.facts_of(field.number)) {
      if (sources.empty() || sources.back() != fact.source) sources.push_back(fact.source);
    }
  }
  for (SourceNumber source : sources) {
    const Fact* fact = state.fact(field.number, source, day);
    if (fact == nullptr || fact == reading.fact || fact->value.is_null()) continue;
    const auto stale = stale_from(field, fact->effective_from);
    view.others.push_back({source, is_masked ? masked(fact->value) : fact->value, fact->effective_from,
                           fact->recorded_at_ms, stale && *stale <= day});
  }
  return view;
}

Result<RecordView> record_view(Database& database, const Catalogue& catalogue, const Viewer& viewer, const Kind& kind,
                               const RecordState& state, base::Date day) {
  RecordView view;
  view.kind = &kind;
  view.id = state.id;
  view.file = state.file;
  view.version = state.version;
  view.alias_of = state.alias_of;
  view.closed = read_closed(state, day).closed;
  auto title = title_on(database, catalogue, viewer, kind, state, day);
  if (!title) return tl::unexpected(title.error());
  view.title = std::move(*title);
  for (const Field& field : kind.fields) {
    const Access access = viewer.access(kind, field, state.file);
    if (access != Access::None)
      view.fields.push_back(view_of(viewer, kind, field, state, day, access == Access::Masked));
  }
  for (Finding& finding : findings_of(state, kind, catalogue, day)) {
    const Field* field = kind.field(finding.field);
    // A finding quotes values, so only who reads the field in clear hears of it.
    if (field == nullptr || viewer.access(kind, *field, state.file) == Access::Full)
      view.findings.push_back(std::move(finding));
  }
  return view;
}

class HistoryReader {
 public:
  HistoryReader(const Catalogue& catalogue, const Viewer& viewer) : catalogue_(catalogue), viewer_(viewer) {}

  // `file`: whose the record is now.
  void take(const journal::StoredChange& change, FileId file) {
    const Kind* kind = catalogue_.kind(change.kind);
    if (kind == nullptr || !viewer_.may_know(*kind, file)) {
      if (kind == nullptr || !viewer_.is_system()) return;
    }
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
                    .voided = false,
                    .values = {}};
    journal::ValueReader reader(change.values);
    journal::ValueEntry entry;
    if (change.operation == journal::Operation::Void) {
      while (reader.next(entry)) {
        std::string_view rest = entry.bytes;
        std::uint64_t sequence = 0;
        while (!rest.empty() && journal::take_varint(rest, sequence))
          voids_[change.sequence].push_back(static_cast<Position>(sequence));
      }
    } else if (change.operation == journal::Operation::Put || change.operation == journal::Operation::Clear) {
      bool anything = false;
      while (reader.next(entry)) {
        anything = true;
        const Field* field = kind->field(entry.field);
        const Access access = field == nullptr ? Access::None : viewer_.access(*kind, *field, file);
        if (access == Access::None) continue;
        Value value = Value::from_bytes(entry.bytes).value_or(Value());
        view.values.push_back({entry.field, access == Access::Masked ? masked(value) : std::move(value)});
      }
      if (anything && view.values.empty()) return;  // nothing of it is for this viewer
    }
    views_.push_back(std::move(view));
  }

  std::vector<ChangeView> newest_first(std::size_t limit) {
    std::vector<Position> voided;
    for (auto it = voids_.rbegin(); it != voids_.rend(); ++it) {
      if (std::find(voided.begin(), voided.end(), it->first) == voided.end())
        voided.insert(voided.end(), it->second.begin(), it->second.end());
    }
    std::sort(voided.begin(), voided.end());
    for (ChangeView& view : views_) view.voided = std::binary_search(voided.begin(), voided.end(), view.sequence);
    std::sort(views_.begin(), views_.end(),
              [](const ChangeView& a, const ChangeView& b) { return a.sequence > b.sequence; });
    if (views_.size() > limit) views_.resize(limit);
    return std::move(views_);
  }

 private:
  const Catalogue& catalogue_;
  const Viewer& viewer_;
  std::vector<ChangeView> views_;
  std::map<Position, std::vector<Position>> voids_;
};

}  // namespace

Result<RecordView> Register::read(const Viewer& viewer, const Kind& kind, RecordId record, AsOf as_of) {
  auto snapshot = state_->journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto state = state_as_of(snapshot->database(), record, as_of);
  if (!state) return tl::unexpected(state.error());
  // Who may not know of a record hears the same as if it did not exist.
  if (!*state || (*state)->kind != kind.number || !viewer.may_know(kind, (*state)->file)) return no_such(kind);
  return record_view(snapshot->database(), *state_->catalogue, viewer, kind, **state, as_of.day);
}

Result<FileView> Register::read_file(const Viewer& viewer, FileId file, AsOf as_of, std::size_t children_max) {
  auto snapshot = state_->journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  Database& database = snapshot->database();
  const FileId owner = resolve(file);
  std::vector<FileId> files = {owner};
  {
    const std::shared_lock hold(state_->aliases_mutex);
    for (const auto& [alias, into] : state_->alias_of) files.push_back(alias);
  }
  std::erase_if(files, [&](FileId one) { return one != owner && resolve(one) != owner; });
  FileView view;
  bool found = false;
  std::map<const Kind*, std::vector<RecordView>, bool (*)(const Kind*, const Kind*)> children(
      [](const Kind* a, const Kind* b) { return a->number < b->number; });
  for (FileId one : files) {
    auto records = records_of_file(database, one);
    if (!records) return tl::unexpected(records.error());
    for (auto it = records->rbegin(); it != records->rend(); ++it) {
      auto state = state_as_of(database, *it, as_of);
      if (!state) return tl::unexpected(state.error());
      const Kind* kind = *state ? state_->catalogue->kind((*state)->kind) : nullptr;
      if (kind == nullptr || !viewer.may_know(*kind, (*state)->file)) continue;
      const bool opens = *it == owner;
      if (!opens && *it == one) continue;  // the record of a merged file: its children are here, it is an alias
      if (!opens && children[kind].size() >= children_max) continue;
      auto record = record_view(database, *state_->catalogue, viewer, *kind, **state, as_of.day);
      if (!record) return tl::unexpected(record.error());
      if (opens) {
        view.record = std::move(*record);
        found = true;
      } else {
        children[kind].push_back(std::move(*record));
      }
    }
  }
  if (!found) return fail(ErrorCode::NotFound, "没有这份档案。", "There is no such file.");
  note_look(viewer, LookKind::File, owner);
  for (auto& [kind, records] : children) {
    if (!records.empty()) view.children.emplace_back(kind, std::move(records));
  }
  return view;
}

Result<std::vector<ChangeView>> Register::history(const Viewer& viewer, const Kind& kind, RecordId record) {
  auto snapshot = state_->journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto state = load_state(snapshot->database(), record);
  if (!state) return tl::unexpected(state.error());
  if (!*state || (*state)->kind != kind.number || !viewer.may_know(kind, (*state)->file)) return no_such(kind);
  HistoryReader reader(*state_->catalogue, viewer);
  auto read = journal::changes_of_record(snapshot->database(), (*state)->chain, record,
                                         [&](const journal::StoredChange& change) {
                                           reader.take(change, (*state)->file);
                                           return true;
                                         });
  if (!read) return tl::unexpected(read.error());
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
  std::map<FileId, std::vector<RecordId>> by_chain;
  for (RecordId record : *records) {
    auto state = load_state(snapshot->database(), record);
    if (!state) return tl::unexpected(state.error());
    if (*state) by_chain[(*state)->chain].push_back(record);
  }
  for (const auto& [chain, own] : by_chain) {
    auto read =
        journal::changes_of_file(snapshot->database(), chain, [&, &mine = own](const journal::StoredChange& change) {
          if (std::binary_search(mine.begin(), mine.end(), change.record)) reader.take(change, file);
          return true;
        });
    if (!read) return tl::unexpected(read.error());
  }
  note_look(viewer, LookKind::File, file);
  return reader.newest_first(limit);
}

Result<Value> Register::reveal(const Viewer& viewer, const Kind& kind, RecordId record, const Field& field, AsOf as_of,
                               const std::string& reason) {
  auto found = state(record, as_of);
  if (!found) return tl::unexpected(found.error());
  if (!*found || (*found)->kind != kind.number || !viewer.may_know(kind, (*found)->file)) return no_such(kind);
  const FileId file = (*found)->file;
  if (viewer.access(kind, field, file) != Access::Full && !viewer.may_reveal(kind, field, file)) {
    return fail(ErrorCode::Forbidden, "您的岗位不能查看“" + field.labels.zh + "”。",
                "Your post may not see “" + field.labels.en + "”.", {.field = field.name});
  }
  if (reason.empty())
    return fail(ErrorCode::Invalid, "请写明查看的理由。", "Say why you need to see it.", {.field = "reason"});
  // The value goes out only after the look is on record.
  if (auto kept = state_->looks.keep({{.account = viewer.account(),
                                       .what = LookKind::Reveal,
                                       .file = file,
                                       .record = record,
                                       .field = field.number,
                                       .reason = reason}});
      !kept)
    return tl::unexpected(kept.error());
  return read_plain(**found, field, as_of.day).value();
}

AccessLog& Register::looks() { return state_->looks; }

void Register::note_look(const Viewer& viewer, LookKind what, FileId file, RecordId record) {
  if (viewer.is_system() || viewer.owns(file)) return;
  state_->looks.note({.account = viewer.account(), .what = what, .file = file, .record = record});
}

Result<std::string> Register::title_of(const Viewer& viewer, RecordId record, base::Date day) {
  auto snapshot = state_->journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto state = load_state(snapshot->database(), record);
  if (!state) return tl::unexpected(state.error());
  const Kind* kind = *state ? state_->catalogue->kind((*state)->kind) : nullptr;
  if (kind == nullptr || !(viewer.is_system() || viewer.may_know(*kind, (*state)->file)))
    return fail(ErrorCode::NotFound, "没有这条记录。", "There is no such record.");
  return title_on(snapshot->database(), *state_->catalogue, viewer, *kind, **state, day);
}

}  // namespace yuanqu::register_
