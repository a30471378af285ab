#include <algorithm>

#include "register/attached.hpp"
#include "register/writing.hpp"

namespace yuanqu::register_ {

using base::ErrorCode;
using base::fail;
using base::Result;
using journal::Operation;
using journal::Transaction;

Result<Written> Writing::run() {
  if (write_.kind == nullptr)
    return fail(ErrorCode::Invalid, "没有写明记录的类型。", "The kind of the record is missing.");
  if (auto found = find_record(); !found) return tl::unexpected(found.error());
  switch (write_.operation) {
    case Operation::Put:
    case Operation::Clear: return put();
    case Operation::Close:
    case Operation::Reopen: return close();
    case Operation::Merge:
    case Operation::Unmerge: return merge();
    case Operation::Void: return void_changes();
    case Operation::Erase: return erase();
  }
  return fail(ErrorCode::Invalid, "不认识的操作。", "Unknown operation.");
}

Result<void> Writing::find_record() {
  if (write_.record == 0) {
    if (write_.operation != Operation::Put)
      return fail(ErrorCode::Invalid, "没有写明是哪条记录。", "The record is missing.");
    return {};
  }
  auto found = load_state(database(), write_.record);
  if (!found) return tl::unexpected(found.error());
  if (!*found || (*found)->kind != kind().number ||
      !(viewer_.is_system() || viewer_.may_know(kind(), (*found)->file))) {
    return fail(ErrorCode::NotFound, "没有这条" + kind().labels.zh + "记录。",
                "There is no such record of " + kind().labels.en + ".");
  }
  record_ = std::move(**found);
  seen_ = record_;
  state_.convert(seen_);
  exists_ = true;
  if (write_.version && *write_.version != record_.version) {
    return fail(ErrorCode::Conflict,
                "这条记录已被别人改动（您看到的是版本 " + std::to_string(*write_.version) + "，现在是 " +
                    std::to_string(record_.version) + "）。请刷新后再改。",
                "The record was changed by somebody else (you saw version " + std::to_string(*write_.version) +
                    ", it is now " + std::to_string(record_.version) + "). Reload and try again.",
                {.field = "version", .rule = std::to_string(record_.version)});
  }
  return {};
}

void Writing::refuse_field(const Field& field) {
  fault({ErrorCode::Forbidden,
         "您的岗位不能改“" + field.labels.zh + "”。",
         "Your post may not change “" + field.labels.en + "”.",
         {.field = field.name}});
}

// The file a record joins, from its belongs_to; its own id when it opens one or does not know yet whose it is.
Result<FileId> Writing::file_of_new(RecordId id) {
  if (kind().opens_file) return id;
  for (const FieldWrite& one : write_.values) {
    if (one.field != kind().belongs_to || one.value.type() != ValueType::Reference) continue;
    auto target = load_state(database(), state_.resolve(one.value.as_reference()));
    if (!target) return tl::unexpected(target.error());
    if (*target) return (*target)->file;
  }
  return id;
}

void Writing::check_reference(const Field& field, const Value& value) {
  const auto check_one = [&](const Value& one) {
    if (one.type() != ValueType::Reference) return;
    auto target = load_state(database(), one.as_reference());
    if (!ok(target)) return;
    if (!*target || (*target)->kind != field.to_kind) {
      fault({ErrorCode::Invalid,
             "“" + field.labels.zh + "”所指的记录不存在。",
             "The record named in “" + field.labels.en + "” does not exist.",
             {.field = field.name}});
    }
  };
  check_one(value);
  for (const Value& item : value.items()) check_one(item);
}

void Writing::check_field(const FieldWrite& one) {
  const Field* field = kind().field(one.field);
  if (field == nullptr) {
    fault({ErrorCode::Invalid,
           "类型 " + kind().name + " 没有 " + std::to_string(one.field) + " 号字段。",
           "The kind " + kind().name + " has no field " + std::to_string(one.field) + ".",
           {}});
    return;
  }
  if (!viewer_.may_write(kind(), *field, record_.file, write_.source, place_)) return refuse_field(*field);
  if (field->trust_of(write_.source) < 0) {
    const Source* source = state_.catalogue->source(write_.source);
    const std::string zh = source == nullptr ? std::to_string(write_.source) : source->labels.zh;
    const std::string en = source == nullptr ? std::to_string(write_.source) : source->labels.en;
    fault({ErrorCode::Invalid,
           "“" + field->labels.zh + "”不接受来源“" + zh + "”。",
           "“" + field->labels.en + "” takes no value from “" + en + "”.",
           {.field = field->name}});
    return;
  }
  if (auto checked = check_value(*state_.catalogue, kind(), *field, one.value); !checked) {
    base::Error error = checked.error();
    error.place.field = field->name;
    fault(std::move(error));
    return;
  }
  if (field->required && (one.value.is_null() || one.value.type() == ValueType::Unreadable) && exists_) {
    fault({ErrorCode::Invalid,
           "“" + field->labels.zh + "”必填，不能清空。",
           "“" + field->labels.en + "” is required and cannot be cleared.",
           {.field = field->name}});
    return;
  }
  check_reference(*field, one.value);
  (void)ok(check_attachments(database(), viewer_, record_, *field, one.value));
}

void Writing::check_required() {
  for (const Field& field : kind().fields) {
    if (!field.required) continue;
    const auto given = std::find_if(write_.values.begin(), write_.values.end(),
                                    [&](const FieldWrite& one) { return one.field == field.number; });
    if (given == write_.values.end() || given->value.is_null() || given->value.type() == ValueType::Unreadable) {
      fault({ErrorCode::Invalid,
             "“" + field.labels.zh + "”必填。",
             "“" + field.labels.en + "” is required.",
             {.field = field.name}});
    }
  }
}

// The first key is unique over open records.
void Writing::check_first_key() {
  if (kind().keys.empty()) return;
  const auto& key = kind().keys.front();
  const bool touched = std::any_of(changed_.begin(), changed_.end(), [&](const FieldWrite& one) {
    return std::find(key.begin(), key.end(), one.field) != key.end();
  });
  if (!touched) return;
  std::vector<Value> values;
  for (FieldNumber number : key) {
    const auto given =
        std::find_if(changed_.begin(), changed_.end(), [&](const FieldWrite& one) { return one.field == number; });
    values.push_back(given != changed_.end() ? given->value
                                             : read_plain(seen_, *kind().field(number), write_.effective_from).value());
    if (values.back().is_null() || values.back().type() == ValueType::Unreadable) return;
  }
  if (!ok(state_.index_keys(database(), kind()))) return;
  auto found = state_.find_by_key(database(), kind(), 0, values, write_.effective_from);
  if (!ok(found)) return;
  for (RecordId other : *found) {
    if (other == record_.id || state_.resolve(other) == state_.resolve(record_.id)) continue;
    auto state = state_.load(database(), other);
    if (!ok(state) || !*state) return;
    bool holds = !read_closed(**state, write_.effective_from).closed;
    for (std::size_t i = 0; holds && i < key.size(); ++i)
      holds =
          key_text(read_plain(**state, *kind().field(key[i]), write_.effective_from).value()) == key_text(values[i]);
    if (!holds) continue;
    std::string shown;
    for (const Value& value : values) shown += (shown.empty() ? "" : " ") + value.to_text();
    const Field& field = *kind().field(key.back());
    fault(
        {ErrorCode::Conflict,
         "“" + field.labels.zh + "” " + shown + " 已属于另一条记录（" + std::to_string(other) + "）。请核对是否重复。",
         "“" + field.labels.en + "” " + shown + " belongs to another record (" + std::to_string(other) +
             "). Check whether it is the same.",
         {.field = field.name, .rule = std::to_string(other)}});
    return;
  }
}

// A file that names where it lies: a new one must lie where the viewer may write, one that moves must go to such a
// place as well.
void Writing::check_place() {
  const Field* field = kind().field(kind().place_field);
  if (field == nullptr) return;
  const auto given = std::find_if(write_.values.begin(), write_.values.end(),
                                  [&](const FieldWrite& one) { return one.field == field->number; });
  if (exists_ && given == write_.values.end()) return;
  const bool named = given != write_.values.end() && given->value.type() == ValueType::Reference;
  const FileId place = named ? state_.resolve(given->value.as_reference()) : 0;
  if (!exists_) place_ = place;
  if (viewer_.may_write(kind(), *field, record_.file, write_.source, place)) return;
  if (!viewer_.limited()) return;  // the field itself is refused below
  fault({ErrorCode::Forbidden,
         "您的岗位只办一个园区的档案，“" + field->labels.zh + "”请填您负责的园区。",
         "Your post is limited to one place: give that place as “" + field->labels.en + "”.",
         {.field = field->name}});
}

// A record that changes hands goes to another file; whoever writes that must be allowed to write there too.
void Writing::check_new_home() {
  if (!exists_ || kind().opens_file) return;
  for (const FieldWrite& one : changed_) {
    if (one.field != kind().belongs_to || one.value.type() != ValueType::Reference) continue;
    auto target = load_state(database(), state_.resolve(one.value.as_reference()));
    if (!ok(target) || !*target) continue;
    const Field& field = *kind().field(kind().belongs_to);
    if (!viewer_.may_write(kind(), field, (*target)->file, write_.source)) refuse_field(field);
  }
}

// The member `signed` of a kind carries who wrote it and when (`signed_by`, `signed_on`): from the account, never from
// what was sent. The house itself (packs, commands) writes as it is told.
void Writing::sign() {
  const Field* what = kind().member("signed");
  if (what == nullptr || viewer_.is_system()) return;
  const Field* by = kind().member("signed_by");
  const Field* on = kind().member("signed_on");
  bool written = false, cleared = false;
  for (const FieldWrite& one : changed_) {
    if (one.field == what->number) {
      written = true;
      cleared = one.value.is_null();
    }
    for (const Field* signature : {by, on}) {
      if (signature == nullptr || one.field != signature->number) continue;
      fault({ErrorCode::Invalid,
             "“" + signature->labels.zh + "”由系统按登录的账号填写，不能自己填。",
             "“" + signature->labels.en + "” is filled in from the account that signs, not by hand.",
             {.field = signature->name}});
    }
  }
  if (!written) return;
  const std::int64_t today = state_.today;
  const base::Date day = today == Register::State::no_day ? write_.effective_from : base::Date::from_days(today);
  if (by != nullptr) changed_.push_back({by->number, cleared ? Value() : Value::string(viewer_.name())});
  if (on != nullptr) changed_.push_back({on->number, cleared ? Value() : Value::date(day)});
  std::sort(changed_.begin(), changed_.end(),
            [](const FieldWrite& a, const FieldWrite& b) { return a.field < b.field; });
}

void Writing::check_twice() {
  for (std::size_t i = 0; i < write_.values.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (write_.values[i].field == write_.values[j].field) {
        const Field* field = kind().field(write_.values[i].field);
        fault({ErrorCode::Invalid,
               "同一个字段写了两次。",
               "The same field is given twice.",
               {.field = field == nullptr ? std::string() : field->name}});
      }
    }
  }
}

Result<Written> Writing::put() {
  check_twice();
  for (const FieldWrite& one : write_.values) {
    if (write_.operation != Operation::Clear || one.value.is_null()) continue;
    return fail(ErrorCode::Invalid, "清空不带值。", "Clearing takes no values.");
  }
  if (!exists_) {
    record_.id = transaction_.new_id();
    auto file = file_of_new(record_.id);
    if (!file) return tl::unexpected(file.error());
    record_.file = record_.chain = *file;
    record_.kind = kind().number;
    check_required();
  }
  check_place();
  for (const FieldWrite& one : write_.values) check_field(one);
  if (first_) return tl::unexpected(*first_);
  changed_ = values_that_change(seen_, kind(), write_.values, write_.source, write_.effective_from);
  sign();
  check_new_home();
  check_first_key();
  if (first_) return tl::unexpected(*first_);
  if (changed_.empty()) {
    if (!exists_) return fail(ErrorCode::Invalid, "新记录没有内容。", "The new record is empty.");
    return done(false);
  }
  journal::ValueWriter values;
  std::string bytes;
  for (const FieldWrite& one : changed_) {
    bytes.clear();
    one.value.append_bytes(bytes);
    values.add(one.field, bytes);
  }
  if (auto noted = state_.note_types(transaction_, record_, changed_); !noted) return tl::unexpected(noted.error());
  if (auto appended = append(write_.operation, values.take()); !appended) return tl::unexpected(appended.error());
  if (auto named = name_attachments(transaction_, record_.id, changed_); !named) return tl::unexpected(named.error());
  state_.keys.add(kind(), seen_);
  return done(true);
}

Result<void> Writing::append(Operation operation, std::string values) {
  journal::Change change{.file = record_.chain,
                         .record = record_.id,
                         .kind = kind().number,
                         .operation = operation,
                         .effective_from = static_cast<std::int32_t>(write_.effective_from.days()),
                         .source = write_.source,
                         .reason = write_.reason,
                         .values = std::move(values)};
  const bool is_new = !exists_;
  exists_ = true;
  const bool moves = !is_new && std::any_of(changed_.begin(), changed_.end(),
                                            [&](const FieldWrite& one) { return one.field == kind().belongs_to; });
  auto appended = state_.append(transaction_, kind(), record_, std::move(change), is_new, moves);
  if (!appended) return appended;
  seen_ = record_;
  state_.convert(seen_);
  return {};
}

Written Writing::done(bool changed) {
  return {record_.id, record_.file, record_.version, changed,
          findings_of(seen_, kind(), *state_.catalogue, write_.effective_from)};
}

std::vector<FieldWrite> values_that_change(const RecordState& record, const Kind& kind,
                                           const std::vector<FieldWrite>& values, SourceNumber source, base::Date day) {
  std::vector<FieldWrite> changed;
  for (const FieldWrite& one : values) {
    const Field* field = kind.field(one.field);
    if (field == nullptr) continue;
    const Fact* fact = record.fact(one.field, source, day);
    if (fact == nullptr && one.value.is_null()) continue;
    if (fact != nullptr && fact->value == one.value &&
        (!field->fresh_for || one.value.is_null() || fact->effective_from == day))
      continue;
    changed.push_back(one);
  }
  std::sort(changed.begin(), changed.end(), [](const FieldWrite& a, const FieldWrite& b) { return a.field < b.field; });
  return changed;
}

Result<void> Register::State::append(Transaction& transaction, const Kind& kind, RecordState& state,
                                     journal::Change change, bool is_new, bool change_moves) {
  auto sequence = transaction.append(std::move(change));
  if (!sequence) return tl::unexpected(sequence.error());
  auto applied = apply_change(state, transaction.appended().back());
  if (!applied) return tl::unexpected(applied.error());
  if (!kind.opens_file && change_moves) {
    auto home = home_of(transaction.database(), kind, state, [this](RecordId record) { return resolve(record); });
    if (!home) return tl::unexpected(home.error());
    state.file = *home;
  }
  return store_state(transaction.database(), state, is_new);
}

Result<void> Register::State::note_types(Transaction& transaction, const RecordState& state,
                                         const std::vector<FieldWrite>& values) {
  for (const FieldWrite& one : values) {
    if (one.value.is_null() || one.value.type() == ValueType::Unreadable) continue;
    const std::tuple key{state.kind, one.field, one.value.type()};
    if (!seen.insert(key).second) continue;
    transaction.on_rollback([this, key] { seen.erase(key); });
    auto insert = transaction.database().prepare(
        "INSERT OR IGNORE INTO field_seen(kind,field,type,first_record) VALUES(?,?,?,?)");
    if (!insert) return tl::unexpected(insert.error());
    insert->bind_all(state.kind, one.field, static_cast<int>(one.value.type()), state.id);
    if (auto done = insert->run(); !done) return done;
  }
  return {};
}

Result<Written> Register::write(Transaction& transaction, const Viewer& viewer, const Write& write, Faults* faults) {
  return Writing(*state_, transaction, viewer, write, faults).run();
}

}  // namespace yuanqu::register_
