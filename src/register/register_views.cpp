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

// A record's name on that day; before its first day, the name it will have. References give the name of what they point
// to.
Result<std::string> title_on(Database& database, const Register::State& own, const Viewer& viewer, const Kind& kind,
                             const RecordState& state, const AsOf& as_of, int depth = 0) {
  const Catalogue& catalogue = *own.catalogue;
  const base::Date day = as_of.day;
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
  auto target = own.load(database, value.as_reference(), as_of.known_at);
  if (!target) return tl::unexpected(target.error());
  if (!*target || target_kind == nullptr) return std::to_string(value.as_reference());
  return title_on(database, own, viewer, *target_kind, **target, as_of, depth + 1);
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

}  // namespace

tl::unexpected<base::Error> no_such_record(const Kind& kind) {
  return fail(ErrorCode::NotFound, "没有这条" + kind.labels.zh + "记录。",
              "There is no such record of " + kind.labels.en + ".");
}

Result<RecordView> view_of_record(Database& database, const Register::State& own, const Viewer& viewer,
                                  const Kind& kind, const RecordState& state, const AsOf& as_of) {
  const base::Date day = as_of.day;
  RecordView view;
  view.kind = &kind;
  view.id = state.id;
  view.file = state.file;
  view.version = state.version;
  view.alias_of = state.alias_of;
  view.closed = read_closed(state, day).closed;
  auto title = title_on(database, own, viewer, kind, state, as_of);
  if (!title) return tl::unexpected(title.error());
  view.title = std::move(*title);
  for (const Field& field : kind.fields) {
    const Access access = viewer.access(kind, field, state.file);
    if (access != Access::None)
      view.fields.push_back(view_of(viewer, kind, field, state, day, access == Access::Masked));
  }
  for (Finding& finding : findings_of(state, kind, *own.catalogue, day)) {
    const Field* field = kind.field(finding.field);
    // A finding quotes values, so only who reads the field in clear hears of it.
    if (field == nullptr || viewer.access(kind, *field, state.file) == Access::Full)
      view.findings.push_back(std::move(finding));
  }
  return view;
}

Result<RecordView> Register::read(const Viewer& viewer, const Kind& kind, RecordId record, AsOf as_of) {
  auto snapshot = state_->journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto state = state_->load(snapshot->database(), record, as_of.known_at);
  if (!state) return tl::unexpected(state.error());
  // Who may not know of a record hears the same as if it did not exist.
  if (!*state || (*state)->kind != kind.number || !viewer.may_know(kind, (*state)->file)) return no_such_record(kind);
  return view_of_record(snapshot->database(), *state_, viewer, kind, **state, as_of);
}

namespace {

// The file's owner and the files merged into it, as they were known.
struct MergedFiles {
  FileId owner = 0;
  std::vector<FileId> files;  // the owner's first
};

Result<MergedFiles> files_of(Database& database, const Register::State& own, FileId file, const AsOf& as_of) {
  std::map<RecordId, RecordId> aliases;
  if (as_of.known_at) {
    auto known = aliases_known_at(database, *as_of.known_at);
    if (!known) return tl::unexpected(known.error());
    aliases = std::move(*known);
  } else {
    const std::shared_lock hold(own.aliases_mutex);
    aliases = own.alias_of;
  }
  const auto resolved = [&](RecordId record) {
    for (int steps = 0; steps < 100; ++steps) {
      const auto at = aliases.find(record);
      if (at == aliases.end()) break;
      record = at->second;
    }
    return record;
  };
  MergedFiles merged{.owner = resolved(file), .files = {}};
  merged.files.push_back(merged.owner);
  for (const auto& [alias, into] : aliases) {
    if (resolved(alias) == merged.owner) merged.files.push_back(alias);
  }
  return merged;
}

}  // namespace

Result<FileView> Register::read_file(const Viewer& viewer, FileId file, AsOf as_of, std::size_t children_max) {
  auto snapshot = state_->journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  Database& database = snapshot->database();
  auto merged = files_of(database, *state_, file, as_of);
  if (!merged) return tl::unexpected(merged.error());
  FileView view;
  bool found = false;
  std::map<const Kind*, std::vector<RecordView>, bool (*)(const Kind*, const Kind*)> children(
      [](const Kind* a, const Kind* b) { return a->number < b->number; });
  for (FileId one : merged->files) {
    auto records = records_of_file(database, one);
    if (!records) return tl::unexpected(records.error());
    std::reverse(records->begin(), records->end());
    auto states = state_->load(database, *records, as_of.known_at);
    if (!states) return tl::unexpected(states.error());
    for (const RecordState& state : *states) {
      const Kind* kind = state_->catalogue->kind(state.kind);
      if (kind == nullptr || !viewer.may_know(*kind, state.file)) continue;
      const bool opens = state.id == merged->owner;
      if (!opens && state.id == one) continue;  // the record of a merged file: its children are here, it is an alias
      if (!opens && (children[kind].size() >= children_max || state.facts.empty())) continue;
      auto record = view_of_record(database, *state_, viewer, *kind, state, as_of);
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
  note_look(viewer, LookKind::File, merged->owner);
  for (auto& [kind, records] : children) {
    if (!records.empty()) view.children.emplace_back(kind, std::move(records));
  }
  return view;
}

Result<Value> Register::reveal(const Viewer& viewer, const Kind& kind, RecordId record, const Field& field, AsOf as_of,
                               const std::string& reason) {
  auto found = state(record, as_of);
  if (!found) return tl::unexpected(found.error());
  if (!*found || (*found)->kind != kind.number || !viewer.may_know(kind, (*found)->file)) return no_such_record(kind);
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

Result<std::string> Register::title_of(const Viewer& viewer, RecordId record, AsOf as_of) {
  auto snapshot = state_->journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto state = state_->load(snapshot->database(), record, as_of.known_at);
  if (!state) return tl::unexpected(state.error());
  const Kind* kind = *state ? state_->catalogue->kind((*state)->kind) : nullptr;
  if (kind == nullptr || !(viewer.is_system() || viewer.may_know(*kind, (*state)->file)))
    return fail(ErrorCode::NotFound, "没有这条记录。", "There is no such record.");
  return title_on(snapshot->database(), *state_, viewer, *kind, **state, as_of);
}

}  // namespace yuanqu::register_
