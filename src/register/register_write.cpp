#include <algorithm>

#include "register/attached.hpp"
#include "register/record_store.hpp"
#include "register/register.hpp"
#include "register/register_state.hpp"

namespace yuanqu::register_ {

using base::ErrorCode;
using base::fail;
using base::Result;
using journal::Database;
using journal::Operation;
using journal::Transaction;

namespace {

// One write on its way: collects faults, so that a form shows all of them.
class Writing {
 public:
  Writing(Register::State& state, Transaction& transaction, const Viewer& viewer, const Write& write, Faults* faults)
      : state_(state), transaction_(transaction), viewer_(viewer), write_(write), faults_(faults) {}

  Result<Written> run() {
    if (write_.kind == nullptr)
      return fail(ErrorCode::Invalid, "没有写明记录的类型。", "The kind of the record is missing.");
    if (auto found = find_record(); !found) return tl::unexpected(found.error());
    switch (write_.operation) {
      case Operation::Put:
      case Operation::Clear:
        return put();
      case Operation::Close:
      case Operation::Reopen:
        return close();
      case Operation::Merge:
      case Operation::Unmerge:
        return merge();
      case Operation::Void:
        return void_changes();
      case Operation::Erase:
        return erase();
    }
    return fail(ErrorCode::Invalid, "不认识的操作。", "Unknown operation.");
  }

 private:
  const Kind& kind() const { return *write_.kind; }
  Database& database() { return transaction_.database(); }

  // Notes a fault; the write goes on looking for more and is refused at the end.
  void fault(base::Error error) {
    if (!first_) first_ = error;
    if (faults_ != nullptr) faults_->errors.push_back(std::move(error));
  }
  template <class T>
  bool ok(const Result<T>& result) {
    if (result) return true;
    fault(result.error());
    return false;
  }

  Result<void> find_record() {
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

  void refuse_field(const Field& field) {
    fault({ErrorCode::Forbidden,
           "您的岗位不能改“" + field.labels.zh + "”。",
           "Your post may not change “" + field.labels.en + "”.",
           {.field = field.name}});
  }

  // The file a record joins, from its belongs_to; its own id when it opens one or does not know yet whose it is.
  Result<FileId> file_of_new(RecordId id) {
    if (kind().opens_file) return id;
    for (const FieldWrite& one : write_.values) {
      if (one.field != kind().belongs_to || one.value.type() != ValueType::Reference) continue;
      auto target = load_state(database(), state_.resolve(one.value.as_reference()));
      if (!target) return tl::unexpected(target.error());
      if (*target) return (*target)->file;
    }
    return id;
  }

  void check_reference(const Field& field, const Value& value) {
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

  void check_field(const FieldWrite& one) {
    const Field* field = kind().field(one.field);
    if (field == nullptr) {
      fault({ErrorCode::Invalid,
             "类型 " + kind().name + " 没有 " + std::to_string(one.field) + " 号字段。",
             "The kind " + kind().name + " has no field " + std::to_string(one.field) + ".",
             {}});
      return;
    }
    if (!viewer_.may_write(kind(), *field, record_.file, write_.source)) return refuse_field(*field);
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

  void check_required() {
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
  void check_first_key() {
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
      values.push_back(given != changed_.end()
                           ? given->value
                           : read_plain(record_, *kind().field(number), write_.effective_from).value());
      if (values.back().is_null() || values.back().type() == ValueType::Unreadable) return;
    }
    if (!ok(state_.index_keys(database(), kind()))) return;
    auto found = state_.find_by_key(database(), kind(), 0, values, write_.effective_from);
    if (!ok(found)) return;
    for (RecordId other : *found) {
      if (other == record_.id || state_.resolve(other) == state_.resolve(record_.id)) continue;
      auto state = load_state(database(), other);
      if (!ok(state) || !*state) return;
      bool holds = !read_closed(**state, write_.effective_from).closed;
      for (std::size_t i = 0; holds && i < key.size(); ++i)
        holds =
            key_text(read_plain(**state, *kind().field(key[i]), write_.effective_from).value()) == key_text(values[i]);
      if (!holds) continue;
      std::string shown;
      for (const Value& value : values) shown += (shown.empty() ? "" : " ") + value.to_text();
      const Field& field = *kind().field(key.back());
      fault({ErrorCode::Conflict,
             "“" + field.labels.zh + "” " + shown + " 已属于另一条记录（" + std::to_string(other) +
                 "）。请核对是否重复。",
             "“" + field.labels.en + "” " + shown + " belongs to another record (" + std::to_string(other) +
                 "). Check whether it is the same.",
             {.field = field.name, .rule = std::to_string(other)}});
      return;
    }
  }

  // A record that changes hands goes to another file; whoever writes that must be allowed to write there too.
  void check_new_home() {
    if (!exists_ || kind().opens_file) return;
    for (const FieldWrite& one : changed_) {
      if (one.field != kind().belongs_to || one.value.type() != ValueType::Reference) continue;
      auto target = load_state(database(), state_.resolve(one.value.as_reference()));
      if (!ok(target) || !*target) continue;
      const Field& field = *kind().field(kind().belongs_to);
      if (!viewer_.may_write(kind(), field, (*target)->file, write_.source)) refuse_field(field);
    }
  }

  Result<Written> put() {
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
    if (!exists_) {
      record_.id = transaction_.new_id();
      auto file = file_of_new(record_.id);
      if (!file) return tl::unexpected(file.error());
      record_.file = record_.chain = *file;
      record_.kind = kind().number;
      check_required();
    }
    for (const FieldWrite& one : write_.values) check_field(one);
    if (first_) return tl::unexpected(*first_);
    changed_ = values_that_change(record_, kind(), write_.values, write_.source, write_.effective_from);
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
    if (auto appended = append(Operation::Put, values.take()); !appended) return tl::unexpected(appended.error());
    if (auto named = name_attachments(transaction_, record_.id, changed_); !named) return tl::unexpected(named.error());
    state_.keys.add(kind(), record_);
    return done(true);
  }

  Result<void> may_write_title() {
    const Field* field = kind().field(kind().title);
    if (field == nullptr || viewer_.may_write(kind(), *field, record_.file, write_.source)) return {};
    return fail(ErrorCode::Forbidden, "您的岗位不能这样处理这条" + kind().labels.zh + "记录。",
                "Your post may not do this to a record of " + kind().labels.en + ".");
  }

  Result<Written> close() {
    if (auto may = may_write_title(); !may) return tl::unexpected(may.error());
    const bool wanted = write_.operation == Operation::Close;
    if (read_closed(record_, write_.effective_from).closed == wanted) return done(false);
    if (auto appended = append(write_.operation, {}); !appended) return tl::unexpected(appended.error());
    return done(true);
  }

  Result<Written> merge() {
    if (auto may = may_write_title(); !may) return tl::unexpected(may.error());
    journal::ValueWriter values;
    if (write_.operation == Operation::Merge) {
      auto into = load_state(database(), write_.into);
      if (!into) return tl::unexpected(into.error());
      if (!*into || (*into)->kind != kind().number)
        return fail(ErrorCode::NotFound, "要并入的记录不存在。", "The record to merge into does not exist.");
      if (state_.resolve(write_.into) == record_.id)
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

  void set_alias(RecordId into) {
    // At once, because later writes of this batch must see it; taken back if the batch is.
    const RecordId before = state_.resolve(record_.id);
    Register::State& state = state_;
    const RecordId id = record_.id;
    transaction_.on_rollback([&state, id, before] { state.set_alias(id, before == id ? 0 : before); });
    state.set_alias(id, into);
  }

  Result<Written> void_changes() {
    if (auto may = may_write_title(); !may) return tl::unexpected(may.error());
    std::vector<Position> known;
    auto read =
        journal::changes_of_record(database(), record_.chain, record_.id, [&](const journal::StoredChange& change) {
          known.push_back(change.sequence);
          return true;
        });
    if (!read) return tl::unexpected(read.error());
    std::string bytes;
    for (Position sequence : write_.voided) {
      if (!std::binary_search(known.begin(), known.end(), sequence)) {
        return fail(ErrorCode::NotFound, "这条记录没有第 " + std::to_string(sequence) + " 号变动。",
                    "The record has no change " + std::to_string(sequence) + ".");
      }
      journal::append_varint(bytes, static_cast<std::uint64_t>(sequence));
    }
    if (bytes.empty()) return done(false);
    journal::ValueWriter values;
    values.add(1, bytes);
    if (auto appended = append(Operation::Void, values.take()); !appended) return tl::unexpected(appended.error());
    const RecordId alias_before = record_.alias_of;
    if (auto folded = fold_again(); !folded) return tl::unexpected(folded.error());
    if (record_.alias_of != alias_before) set_alias(record_.alias_of);
    return done(true);
  }

  // Takes fields out of every change of the record; one Erase change vouches for what remains of them.
  Result<Written> erase() {
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
            const bool goes = std::any_of(write_.values.begin(), write_.values.end(),
                                          [&](const FieldWrite& one) { return one.field == entry.field; });
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
    if (auto released = release_attachments(transaction_, record_); !released) return tl::unexpected(released.error());
    return done(true);
  }

  Result<void> fold_again() {
    auto folded = fold_record(database(), record_.chain, record_.id, std::nullopt);
    if (!folded) return tl::unexpected(folded.error());
    record_ = std::move(**folded);
    auto home = home_of(database(), kind(), record_, [this](RecordId record) { return state_.resolve(record); });
    if (!home) return tl::unexpected(home.error());
    record_.file = *home;
    return store_state(database(), record_, false);
  }

  Result<void> append(Operation operation, std::string values) {
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
    return state_.append(transaction_, kind(), record_, std::move(change), is_new, moves);
  }

  Written done(bool changed) {
    return {record_.id, record_.file, record_.version, changed,
            findings_of(record_, kind(), *state_.catalogue, write_.effective_from)};
  }

  Register::State& state_;
  Transaction& transaction_;
  const Viewer& viewer_;
  const Write& write_;
  Faults* faults_;
  RecordState record_;
  bool exists_ = false;
  std::vector<FieldWrite> changed_;
  std::optional<base::Error> first_;
};

}  // namespace

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
