// Before a merge: what it would do, and which records may be the same.

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
using journal::Database;

namespace {

// What tells a child apart inside its file: its first key without the field that names the file. "" when it has none.
std::string key_inside_file(const Kind& kind, const RecordState& state, base::Date day) {
  if (kind.keys.empty()) return {};
  std::string text;
  for (FieldNumber number : kind.keys.front()) {
    if (number == kind.belongs_to) continue;
    const Value& value = read_plain(state, *kind.field(number), day).value();
    if (value.is_null()) return {};
    text += key_text(value) + "\n";
  }
  return text;
}

}  // namespace

Result<MergePreview> Register::preview_merge(const Viewer& viewer, const Kind& kind, RecordId record, RecordId into,
                                             base::Date day) {
  auto snapshot = state_->journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  Database& database = snapshot->database();
  const AsOf now{day, std::nullopt};
  std::vector<RecordState> states;
  for (RecordId one : {record, into}) {
    auto state = state_->load(database, one);
    if (!state) return tl::unexpected(state.error());
    if (!*state || (*state)->kind != kind.number || !viewer.may_know(kind, (*state)->file)) return no_such_record(kind);
    states.push_back(std::move(**state));
  }
  if (resolve(into) == resolve(record)) {
    return fail(ErrorCode::Conflict, "这两条已经是同一条记录。", "These two are one record already.");
  }
  MergePreview preview;
  for (auto [view, state] : {std::pair{&preview.record, &states[0]}, std::pair{&preview.into, &states[1]}}) {
    auto made = view_of_record(database, *state_, viewer, kind, *state, now);
    if (!made) return tl::unexpected(made.error());
    *view = std::move(*made);
  }
  for (const FieldView& one : preview.record.fields) {
    const auto other = std::find_if(preview.into.fields.begin(), preview.into.fields.end(),
                                    [&](const FieldView& field) { return field.field == one.field; });
    if (other == preview.into.fields.end() || one.value.is_null() || one.value == other->value) continue;
    preview.differences.push_back({one.field, one.value, other->value});
  }
  if (!kind.opens_file) return preview;
  std::map<const Kind*, MergePreview::Children> children;
  std::map<std::pair<const Kind*, std::string>, RecordId> of_other;
  for (const RecordState* owner : {&states[1], &states[0]}) {
    auto records = records_of_file(database, owner->file);
    if (!records) return tl::unexpected(records.error());
    auto loaded = state_->load(database, *records, std::nullopt);
    if (!loaded) return tl::unexpected(loaded.error());
    for (const RecordState& child : *loaded) {
      const Kind* of = state_->catalogue->kind(child.kind);
      if (of == nullptr || of->opens_file || child.facts.empty() || !viewer.may_know(*of, child.file)) continue;
      const std::string key = key_inside_file(*of, child, day);
      if (owner == &states[1]) {
        if (!key.empty()) of_other[{of, key}] = child.id;
        continue;
      }
      MergePreview::Children& told = children[of];
      told.kind = of;
      ++told.count;
      if (const auto same = of_other.find({of, key}); !key.empty() && same != of_other.end())
        told.same_key.emplace_back(child.id, same->second);
    }
  }
  for (auto& [of, told] : children) preview.children.push_back(std::move(told));
  std::sort(preview.children.begin(), preview.children.end(),
            [](const auto& a, const auto& b) { return a.kind->number < b.kind->number; });
  return preview;
}

Result<std::vector<RecordId>> Register::similar(const Viewer& viewer, const Kind& kind, RecordId record,
                                                base::Date day) {
  if (auto indexed = state_->index_keys(kind); !indexed) return tl::unexpected(indexed.error());
  auto snapshot = state_->journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto state = state_->load(snapshot->database(), record);
  if (!state) return tl::unexpected(state.error());
  if (!*state || (*state)->kind != kind.number || !viewer.may_know(kind, (*state)->file)) return no_such_record(kind);
  std::set<RecordId> found;
  for (std::size_t key = 0; key < kind.keys.size(); ++key) {
    std::vector<Value> values;
    for (FieldNumber number : kind.keys[key]) {
      const Value& value = read_plain(**state, *kind.field(number), day).value();
      if (value.is_null() || viewer.access(kind, *kind.field(number), (*state)->file) != Access::Full) break;
      values.push_back(value);
    }
    if (values.size() != kind.keys[key].size()) continue;
    auto holders = state_->find_by_key(snapshot->database(), kind, key, values, day);
    if (!holders) return tl::unexpected(holders.error());
    found.insert(holders->begin(), holders->end());
  }
  found.erase(record);
  found.erase(resolve(record));
  std::vector<RecordId> known;
  for (RecordId one : found) {
    auto other = state_->load(snapshot->database(), one);
    if (!other) return tl::unexpected(other.error());
    if (*other && viewer.may_know(kind, (*other)->file)) known.push_back(one);
  }
  return known;
}

}  // namespace yuanqu::register_
