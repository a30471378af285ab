#include "register/attached.hpp"

#include <algorithm>

#include "register/record_store.hpp"
#include "register/register_state.hpp"

namespace yuanqu::register_ {

using base::ErrorCode;
using base::fail;
using base::Result;
using journal::Attachments;

namespace {

constexpr std::string_view record_owner = "record";

void collect(const Value& value, std::vector<std::string>& hashes) {
  for (const Value* one : attachments_of(value)) {
    std::string hash(one->attachment_hash());
    if (std::find(hashes.begin(), hashes.end(), hash) == hashes.end()) hashes.push_back(std::move(hash));
  }
}

bool holds(const RecordState& record, std::string_view hash) {
  return std::any_of(record.facts.begin(), record.facts.end(), [&](const Fact& fact) {
    const auto held = attachments_of(fact.value);
    return std::any_of(held.begin(), held.end(), [&](const Value* one) { return one->attachment_hash() == hash; });
  });
}

}  // namespace

std::vector<const Value*> attachments_of(const Value& value) {
  std::vector<const Value*> found;
  if (value.type() == ValueType::Attachment) found.push_back(&value);
  for (const Value& item : value.items()) {
    if (item.type() == ValueType::Attachment) found.push_back(&item);
  }
  return found;
}

Result<void> check_attachments(journal::Database& database, const Viewer& viewer, const RecordState& record,
                               const Field& field, const Value& value) {
  for (const Value* one : attachments_of(value)) {
    auto known = Attachments::find(database, one->attachment_hash());
    if (!known) return tl::unexpected(known.error());
    Result<bool> may =
        *known && (*known)->size == one->attachment_size() && (*known)->format == one->attachment_format();
    if (*may && !viewer.is_system() && !holds(record, one->attachment_hash()))
      may = Attachments::brought_by(database, one->attachment_hash(), viewer.account());
    if (!may) return tl::unexpected(may.error());
    if (!*may) {
      return fail(ErrorCode::Invalid, "“" + field.labels.zh + "”的附件没有上传，或上传已过一天。请重新上传。",
                  "The attachment of “" + field.labels.en + "” was not uploaded, or over a day ago. Upload it again.",
                  {.field = field.name});
    }
  }
  return {};
}

Result<void> name_attachments(journal::Transaction& transaction, RecordId record, std::span<const FieldWrite> values) {
  for (const FieldWrite& write : values) {
    for (const Value* one : attachments_of(write.value)) {
      if (auto named = Attachments::name(transaction, one->attachment_hash(), record_owner, record); !named)
        return named;
    }
  }
  return {};
}

Result<std::vector<std::string>> attachments_named(journal::Database& database, FileId chain, RecordId record) {
  std::vector<std::string> hashes;
  bool damaged = false;
  auto read = journal::changes_of_record(database, chain, record, [&](const journal::StoredChange& change) {
    if (change.operation != journal::Operation::Put) return true;
    journal::ValueReader reader(change.values);
    journal::ValueEntry entry;
    while (reader.next(entry)) {
      const auto value = Value::from_bytes(entry.bytes);
      damaged = damaged || !value;
      if (value) collect(*value, hashes);
    }
    damaged = damaged || reader.damaged();
    return true;
  });
  if (!read) return tl::unexpected(read.error());
  if (damaged) {
    return fail(ErrorCode::Internal, "记录的变动损坏。请运行 yuanqu verify。",
                "A record's changes are damaged. Run yuanqu verify.");
  }
  return hashes;
}

Result<void> release_attachments(journal::Transaction& transaction, const RecordState& record) {
  auto kept = attachments_named(transaction.database(), record.chain, record.id);
  if (!kept) return tl::unexpected(kept.error());
  auto named = Attachments::all_named_by(transaction.database(), record_owner, record.id);
  if (!named) return tl::unexpected(named.error());
  for (const std::string& hash : *named) {
    if (std::find(kept->begin(), kept->end(), hash) != kept->end()) continue;
    if (auto released = Attachments::unname(transaction, hash, record_owner, record.id); !released) return released;
  }
  return {};
}

namespace {

const Value* with_hash(const RecordState& state, const Field& field, std::string_view hash, base::Date day) {
  if (hash.empty()) {
    // The reading points into the state, which outlives it.
    const Reading reading = read_plain(state, field, day);
    const auto in_force = attachments_of(reading.value());
    return in_force.empty() ? nullptr : in_force.front();
  }
  for (const Fact& fact : state.facts_of(field.number)) {
    for (const Value* one : attachments_of(fact.value)) {
      if (one->attachment_hash() == hash) return one;
    }
  }
  return nullptr;
}

}  // namespace

Result<Value> Register::attachment(const Viewer& viewer, const Kind& kind, RecordId record, const Field& field,
                                   std::string_view hash, AsOf as_of, const std::string& reason) {
  auto found = state(record, as_of);
  if (!found) return tl::unexpected(found.error());
  if (!*found || (*found)->kind != kind.number || !(viewer.is_system() || viewer.may_know(kind, (*found)->file))) {
    return fail(ErrorCode::NotFound, "没有这条" + kind.labels.zh + "记录。",
                "There is no such record of " + kind.labels.en + ".");
  }
  if (viewer.access(kind, field, (*found)->file) != Access::Full) {
    // Asks for the right and the reason, and keeps the look on record.
    if (auto revealed = reveal(viewer, kind, record, field, as_of, reason); !revealed) return revealed;
  }
  const Value* value = with_hash(**found, field, hash, as_of.day);
  if (value == nullptr) {
    return fail(ErrorCode::NotFound, "“" + field.labels.zh + "”没有这个附件。",
                "“" + field.labels.en + "” has no such attachment.", {.field = field.name});
  }
  return *value;
}

}  // namespace yuanqu::register_
