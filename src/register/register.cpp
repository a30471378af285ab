#include "register/register.hpp"

#include <algorithm>

#include "register/record_store.hpp"
#include "register/register_state.hpp"
#include "register/system_kinds.hpp"

namespace yuanqu::register_ {

using base::ErrorCode;
using base::fail;
using base::Result;
using journal::Database;

namespace {

bool fits(FieldType type, ValueType value) {
  if (value == ValueType::Unreadable) return true;
  switch (type) {
    case FieldType::Number: return value == ValueType::Number;
    case FieldType::String: return value == ValueType::String;
    case FieldType::Boolean: return value == ValueType::Boolean;
    case FieldType::Date: return value == ValueType::Date;
    case FieldType::DateTime: return value == ValueType::DateTime;
    case FieldType::Enumeration: return value == ValueType::Enumeration;
    case FieldType::Reference: return value == ValueType::Reference;
    case FieldType::List: return value == ValueType::List;
    case FieldType::Money: return value == ValueType::Money;
    case FieldType::Attachment: return value == ValueType::Attachment;
  }
  return false;
}

// After a rebuild every record stands in its chain's file; those of kinds that belong to others go where they belong.
Result<void> find_homes(Database& database, const Catalogue& catalogue) {
  for (const Kind* kind : catalogue.kinds()) {
    if (kind->opens_file) continue;
    std::vector<RecordState> moved;
    Result<void> problem;
    auto walked = states_of_kind(database, kind->number, [&](RecordState&& state) {
      auto home = home_of(database, *kind, state, [](RecordId record) { return record; });
      if (!home) {
        problem = tl::unexpected(home.error());
        return false;
      }
      if (*home != state.file) {
        state.file = *home;
        moved.push_back(std::move(state));
      }
      return true;
    });
    if (!walked) return walked;
    if (!problem) return problem;
    for (const RecordState& state : moved) {
      if (auto stored = store_state(database, state, false); !stored) return stored;
    }
  }
  return {};
}

// The records that hold facts of a field: how many, and the first few by id.
Result<std::pair<std::size_t, std::string>> holders_of(Database& database, KindNumber kind, FieldNumber field) {
  constexpr std::size_t named_max = 5;
  std::size_t count = 0;
  std::string named;
  auto walked = states_of_kind(database, kind, [&](RecordState&& state) {
    if (state.facts_of(field).empty()) return true;
    if (++count <= named_max) named += (named.empty() ? "" : ", ") + std::to_string(state.id);
    return true;
  });
  if (!walked) return tl::unexpected(walked.error());
  return std::pair{count, named + (count > named_max ? " …" : "")};
}

// A pack that cannot read what the journal holds is refused, with the records concerned. A field that was given up is
// told by `retired`, one that changed its type by a new number with `was`.
Result<void> check_readable(Database& database, const Catalogue& catalogue) {
  auto rows = database.prepare("SELECT kind, field, type FROM field_seen");
  if (!rows) return tl::unexpected(rows.error());
  for (;;) {
    auto row = rows->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return {};
    const auto kind_number = static_cast<KindNumber>(rows->integer(0));
    const auto field_number = static_cast<FieldNumber>(rows->integer(1));
    const Kind* kind = catalogue.kind(kind_number);
    const Field* field = kind == nullptr ? nullptr : kind->field(field_number);
    if (kind != nullptr && kind->is_retired(field_number)) continue;
    if (field != nullptr && fits(field->type, static_cast<ValueType>(rows->integer(2)))) continue;
    auto holders = holders_of(database, kind_number, field_number);
    if (!holders) return tl::unexpected(holders.error());
    if (holders->first == 0) continue;  // written once, but nothing of it stands
    const std::string what_zh = kind == nullptr ? "没有 " + std::to_string(kind_number) + " 号类型"
                                : field == nullptr
                                    ? "类型 " + kind->name + " 没有 " + std::to_string(field_number) + " 号字段"
                                    : "字段 " + kind->name + "." + field->name + " 换了类型";
    const std::string what_en = kind == nullptr ? "there is no kind " + std::to_string(kind_number)
                                : field == nullptr
                                    ? "the kind " + kind->name + " has no field " + std::to_string(field_number)
                                    : "the field " + kind->name + "." + field->name + " changed its type";
    const std::string count = std::to_string(holders->first);
    return fail(ErrorCode::Unsupported,
                "业务包读不了已有的记录：" + what_zh + "（涉及 " + count + " 条记录：" + holders->second +
                    "）。请装回能读它们的业务包；换类型须用新的字段号并写明 was，停用的字段号须列入 retired。",
                "The packs cannot read what is recorded: " + what_en + " (" + count + " records: " + holders->second +
                    "). Install packs that can; a changed type needs a new field number with was, a field given up is "
                    "listed in retired.",
                {.file = kind == nullptr ? std::string() : kind->place});
  }
}

}  // namespace

Register::Register() = default;
Register::~Register() = default;

Result<std::unique_ptr<Register>> Register::open(journal::Journal& journal, std::shared_ptr<const Catalogue> catalogue,
                                                 std::shared_ptr<const Permissions> permissions) {
  std::unique_ptr<Register> made(new Register);
  made->state_ = std::make_unique<State>(journal, std::move(catalogue), std::move(permissions));
  State& state = *made->state_;
  journal.set_pack_versions(state.catalogue->pack_versions());
  auto prepared = journal.commit(
      [&](journal::Transaction& transaction) -> Result<void> {
        Database& database = transaction.database();
        if (auto created = create_record_tables(database); !created) return created;
        if (auto created = AccessLog::create_tables(database); !created) return created;
        auto records = database.integer("SELECT count(*) FROM (SELECT 1 FROM record LIMIT 1)");
        if (!records) return tl::unexpected(records.error());
        if (records->value_or(0) == 0 && transaction.position() > 0) {
          if (auto rebuilt = rebuild_records(database); !rebuilt) return rebuilt;
          if (auto housed = find_homes(database, *state.catalogue); !housed) return housed;
        }
        if (auto readable = check_readable(database, *state.catalogue); !readable) return readable;
        auto merged = aliases(database);
        if (!merged) return tl::unexpected(merged.error());
        for (const auto& [record, into] : *merged) state.set_alias(record, into);
        auto day = load_state(database, zone_day_record);
        if (!day) return tl::unexpected(day.error());
        if (*day) {
          const auto facts = (*day)->facts_of(zone_day_field);
          if (!facts.empty()) state.today = facts.back().value.as_date().days();
        }
        return {};
      },
      {});
  if (!prepared) return tl::unexpected(prepared.error());
  return made;
}

const Catalogue& Register::catalogue() const { return *state_->catalogue; }
std::shared_ptr<const Permissions> Register::permissions() const { return state_->permissions; }
journal::Journal& Register::journal() { return state_->journal; }
RecordId Register::resolve(RecordId record) const { return state_->resolve(record); }
Position Register::last_erase() const { return state_->last_erase; }

std::optional<base::Date> Register::today() const {
  const std::int64_t days = state_->today;
  if (days == State::no_day) return std::nullopt;
  return base::Date::from_days(days);
}

Result<void> Register::set_today(journal::Transaction& transaction, base::Date day, const std::string& reason) {
  auto before = load_state(transaction.database(), zone_day_record);
  if (!before) return tl::unexpected(before.error());
  RecordState state = *before ? std::move(**before) : RecordState{};
  const auto facts = state.facts_of(zone_day_field);
  if (!facts.empty() && facts.back().value.as_date() >= day) {
    if (facts.back().value.as_date() == day) return {};
    return fail(ErrorCode::Conflict, "本区日期只能向后走，现为 " + facts.back().value.as_date().to_string() + "。",
                "The zone's day only moves forward; it is " + facts.back().value.as_date().to_string() + ".");
  }
  journal::ValueWriter values;
  values.add(zone_day_field, Value::date(day).to_bytes());
  journal::Change change{.file = zone_day_record,
                         .record = zone_day_record,
                         .kind = zone_day_kind,
                         .operation = journal::Operation::Put,
                         .effective_from = static_cast<std::int32_t>(day.days()),
                         .source = 0,
                         .reason = reason,
                         .values = values.take()};
  const Kind* kind = state_->catalogue->kind(zone_day_kind);
  if (auto done = state_->append(transaction, *kind, state, std::move(change), !*before); !done) return done;
  transaction.on_commit([this, day] { state_->today = day.days(); });
  return {};
}

Result<journal::Committed> Register::set_today(base::Date day, std::int64_t actor, const std::string& reason) {
  return state_->journal.commit([&](journal::Transaction& transaction) { return set_today(transaction, day, reason); },
                                {.actor = actor});
}

// ---- states

Result<std::optional<RecordState>> Register::State::load(Database& database, RecordId record,
                                                         std::optional<Position> known_at) const {
  auto state = load_state(database, record);
  if (state && *state && known_at && (*state)->version > *known_at) {
    const FileId file = (*state)->file;
    state = fold_record(database, (*state)->chain, record, known_at);
    if (state && *state) (*state)->file = file;  // permission goes by whose it is now
  }
  if (state && *state) convert(**state);
  return state;
}

Result<std::vector<RecordState>> Register::State::load(Database& database, const std::vector<RecordId>& records,
                                                       std::optional<Position> known_at) const {
  auto states = load_states(database, records, known_at);
  if (!states) return states;
  for (RecordState& state : *states) convert(state);
  return states;
}

Result<std::optional<RecordState>> Register::state(RecordId record) {
  auto snapshot = state_->journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  return state_->load(snapshot->database(), record);
}

Result<std::optional<RecordState>> Register::state(Database& database, RecordId record,
                                                   std::optional<Position> known_at) {
  return state_->load(database, record, known_at);
}

Result<std::optional<RecordState>> Register::state(RecordId record, AsOf as_of) {
  auto snapshot = state_->journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  return state_->load(snapshot->database(), record, as_of.known_at);
}

Result<std::vector<RecordState>> Register::states_of_file(FileId file, std::optional<Position> known_at) {
  auto snapshot = state_->journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto records = records_of_file(snapshot->database(), file);
  if (!records) return tl::unexpected(records.error());
  return state_->load(snapshot->database(), *records, known_at);
}

Result<void> Register::for_each(const Kind& kind, const std::function<bool(RecordState&&)>& callback,
                                Position* position) {
  auto snapshot = state_->journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  if (position != nullptr) *position = snapshot->position();
  return states_of_kind(snapshot->database(), kind.number, [&](RecordState&& state) {
    convert_facts(state, kind);
    return callback(std::move(state));
  });
}

Result<void> Register::for_each(const std::function<bool(RecordState&&)>& callback, Position* position) {
  auto snapshot = state_->journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  if (position != nullptr) *position = snapshot->position();
  return all_states(snapshot->database(), [&](RecordState&& state) {
    state_->convert(state);
    return callback(std::move(state));
  });
}

Result<void> Register::for_each_known_at(Position known_at, const std::function<bool(RecordState&&)>& callback) {
  auto snapshot = state_->journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  // Most records have not changed since; of the others each chain is walked once.
  std::map<FileId, std::vector<RecordId>> behind;
  bool going = true;
  auto walked = all_states(snapshot->database(), [&](RecordState&& state) {
    if (state.created > known_at) return true;
    if (state.version > known_at) {
      behind[state.chain].push_back(state.id);
      return true;
    }
    state_->convert(state);
    return going = callback(std::move(state));
  });
  if (!walked) return walked;
  for (const auto& [chain, records] : behind) {
    if (!going) return {};
    auto states = state_->load(snapshot->database(), records, known_at);
    if (!states) return tl::unexpected(states.error());
    for (RecordState& state : *states) {
      if (going) going = callback(std::move(state));
    }
  }
  return {};
}

Result<std::size_t> Register::count(const Kind& kind) {
  auto snapshot = state_->journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto statement = snapshot->database().prepare("SELECT count(*) FROM record WHERE kind=?");
  if (!statement) return tl::unexpected(statement.error());
  auto row = statement->bind(1, kind.number).step();
  if (!row) return tl::unexpected(row.error());
  return static_cast<std::size_t>(statement->integer(0));
}

// ---- keys

Result<void> Register::State::index_keys(Database& database, const Kind& kind) {
  if (keys.built(kind.number)) return {};
  auto walked = states_of_kind(database, kind.number, [&](RecordState&& state) {
    convert_facts(state, kind);
    keys.add(kind, state);
    return true;
  });
  if (walked) keys.set_built(kind.number);
  return walked;
}

Result<void> Register::State::index_keys(const Kind& kind) {
  if (keys.built(kind.number)) return {};
  auto done =
      journal.commit([&](journal::Transaction& transaction) { return index_keys(transaction.database(), kind); }, {});
  if (!done) return tl::unexpected(done.error());
  return {};
}

Result<std::vector<RecordId>> Register::State::find_by_key(Database& database, const Kind& kind, std::size_t key,
                                                           const std::vector<Value>& values, base::Date day) {
  std::vector<std::pair<int, RecordId>> ranked;
  std::vector<std::string> wanted;
  for (const Value& value : values) wanted.push_back(key_text(value));
  for (RecordId candidate : keys.find(kind, key, values)) {
    auto found = load(database, candidate);
    if (!found) return tl::unexpected(found.error());
    if (!*found) continue;  // rolled back
    const RecordState& state = **found;
    bool now = true;
    bool ever = true;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const Field& field = *kind.field(kind.keys[key][i]);
      const Reading reading = read_plain(state, field, day);
      now = now && reading.fact != nullptr && holds_key(reading.value(), wanted[i]);
      const auto facts = state.facts_of(field.number);
      ever = ever && std::any_of(facts.begin(), facts.end(), [&](const Fact& fact) {
               return !fact.value.is_null() && holds_key(fact.value, wanted[i]);
             });
    }
    if (!now && !ever) continue;
    // Who holds it now before who held it once; who is open before who is closed.
    const int rank = (now ? 2 : 0) + (read_closed(state, day).closed ? 0 : 1);
    ranked.emplace_back(rank, resolve(candidate));
  }
  int best = -1;
  for (const auto& [rank, record] : ranked) best = std::max(best, rank);
  std::vector<RecordId> records;
  for (const auto& [rank, record] : ranked) {
    if (rank == best && std::find(records.begin(), records.end(), record) == records.end()) records.push_back(record);
  }
  return records;
}

Result<std::vector<RecordId>> Register::find_by_key(const Kind& kind, const std::vector<FieldNumber>& key,
                                                    const std::vector<Value>& values, base::Date day) {
  const auto at = std::find(kind.keys.begin(), kind.keys.end(), key);
  if (at == kind.keys.end() || key.size() != values.size()) {
    return fail(ErrorCode::Invalid, "类型 " + kind.name + " 没有这样的键。",
                "The kind " + kind.name + " has no such key.");
  }
  if (auto indexed = state_->index_keys(kind); !indexed) return tl::unexpected(indexed.error());
  auto snapshot = state_->journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  return state_->find_by_key(snapshot->database(), kind, static_cast<std::size_t>(at - kind.keys.begin()), values, day);
}

}  // namespace yuanqu::register_
