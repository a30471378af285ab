#include "register/register.hpp"

#include <algorithm>

#include "register/register_state.hpp"
#include "register/system_kinds.hpp"

namespace yuanqu::register_ {

using base::ErrorCode;
using base::fail;
using base::Result;
using journal::Database;

Register::Register() = default;
Register::~Register() = default;

const Catalogue& Register::catalogue() const { return *state_->catalogue; }
std::shared_ptr<const Permissions> Register::permissions() const { return state_->permissions; }
journal::Journal& Register::journal() { return state_->journal; }

namespace {

// Records whose kind or fields the installed packs no longer know. A pack that cannot read what is stored is refused.
Result<void> check_readable(Database& database, const Catalogue& catalogue) {
  auto row = database.prepare("SELECT kind, count(*), min(id) FROM record GROUP BY kind");
  if (!row) return tl::unexpected(row.error());
  while (true) {
    auto more = row->step();
    if (!more) return tl::unexpected(more.error());
    if (!*more) return {};
    if (catalogue.kind(static_cast<KindNumber>(row->integer(0))) != nullptr) continue;
    const std::string kind = std::to_string(row->integer(0)), count = std::to_string(row->integer(1)), first = std::to_string(row->integer(2));
    return fail(ErrorCode::Conflict,
                "安装的业务包没有编号为 " + kind + " 的类型，而档案里有 " + count + " 条这类记录（首条 " + first + "）。请装回原来的业务包。",
                "The installed packs have no kind numbered " + kind + ", of which the journal holds " + count + " records (first " + first +
                    "). Install the pack that declares it.");
  }
}

// Brings the current records up to the journal: what changed after the stored position is folded again.
Result<void> catch_up(journal::Transaction& transaction, const Catalogue& catalogue) {
  Database& database = transaction.database();
  auto stored = database.integer("SELECT position FROM record_position WHERE id = 1");
  if (!stored) return tl::unexpected(stored.error());
  Position position = stored->value_or(0);
  while (true) {
    std::vector<std::pair<FileId, RecordId>> changed;
    Position last = position;
    auto read = journal::changes_after(database, position, 10'000, [&](const journal::StoredChange& change) {
      changed.emplace_back(change.file, change.record);
      last = change.sequence;
      return true;
    });
    if (!read) return read;
    if (last == position) break;
    std::sort(changed.begin(), changed.end());
    changed.erase(std::unique(changed.begin(), changed.end()), changed.end());
    for (const auto& [file, record] : changed) {
      auto state = refold(database, file, record);
      if (!state) return tl::unexpected(state.error());
      if (auto saved = save_state(database, *state, catalogue); !saved) return saved;
    }
    position = last;
  }
  auto row = database.prepare("INSERT OR REPLACE INTO record_position (id, position) VALUES (1, ?)");
  if (!row) return tl::unexpected(row.error());
  row->bind_all(position);
  return row->run();
}

}  // namespace

Result<std::unique_ptr<Register>> Register::open(journal::Journal& journal, std::shared_ptr<const Catalogue> catalogue,
                                                 std::shared_ptr<const Permissions> permissions) {
  std::unique_ptr<Register> records(new Register());
  records->state_.reset(new State{journal, std::move(catalogue), std::move(permissions)});
  State& state = *records->state_;
  auto opened = journal.commit(
      [&](journal::Transaction& transaction) -> Result<void> {
        if (auto made = create_register_tables(transaction.database()); !made) return made;
        if (auto readable = check_readable(transaction.database(), *state.catalogue); !readable) return readable;
        return catch_up(transaction, *state.catalogue);
      },
      {});
  if (!opened) return tl::unexpected(opened.error());
  auto day = records->state(zone_day_record);
  if (!day) return tl::unexpected(day.error());
  if (*day) {
    const Fact* last = nullptr;
    for (const Fact& fact : (*day)->facts_of(zone_day_field)) {
      if (last == nullptr || fact.sequence > last->sequence) last = &fact;
    }
    if (last != nullptr) state.today_days = last->value.as_date().days();
  }
  return records;
}

std::optional<base::Date> Register::today() const {
  const std::int64_t days = state_->today_days.load();
  if (days == State::never_set) return std::nullopt;
  return base::Date::from_days(days);
}

Result<journal::Committed> Register::set_today(base::Date day, std::int64_t actor, const std::string& reason) {
  return state_->journal.commit([&](journal::Transaction& transaction) { return set_today(transaction, day, reason); }, {.actor = actor});
}

Result<void> Register::set_today(journal::Transaction& transaction, base::Date day, const std::string& reason) {
  auto known = load_state(transaction.database(), zone_day_record);
  if (!known) return tl::unexpected(known.error());
  RecordState record = *known ? std::move(**known) : RecordState{};
  if (*known) {
    for (const Fact& fact : record.facts_of(zone_day_field)) {
      if (fact.value.as_date() >= day) {
        return fail(ErrorCode::Conflict, "本区日期只能向前走：已是 " + fact.value.as_date().to_string() + "。",
                    "The zone's day only moves forward: it is " + fact.value.as_date().to_string() + " already.");
      }
    }
  }
  journal::ValueWriter values;
  values.add(zone_day_field, Value::date(day).to_bytes());
  auto stored = transaction.append({.file = zone_day_record, .record = zone_day_record, .kind = zone_day_kind, .operation = journal::Operation::Put,
                                    .effective_from = static_cast<std::int32_t>(day.days()), .source = 0, .reason = reason, .values = values.take()});
  if (!stored) return tl::unexpected(stored.error());
  if (auto applied = apply_change(record, transaction.appended().back()); !applied) return tl::unexpected(applied.error());
  if (auto saved = save_state(transaction.database(), record, *state_->catalogue); !saved) return saved;
  // The cache follows the commit, never leads it.
  transaction.on_commit([state = state_.get(), day] { state->today_days = day.days(); });
  return {};
}

Result<std::optional<RecordState>> Register::state(RecordId record) {
  auto snapshot = state_->journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  return load_state(snapshot->database(), record);
}

Result<std::optional<RecordState>> Register::state(Database& database, RecordId record) { return load_state(database, record); }

Result<std::optional<RecordState>> Register::state(RecordId record, AsOf as_of) {
  auto snapshot = state_->journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto now = load_state(snapshot->database(), record);
  if (!now || !*now || !as_of.known_at || (*now)->version <= *as_of.known_at) return now;
  if ((*now)->created > *as_of.known_at) return std::nullopt;
  auto then = refold(snapshot->database(), (*now)->file, record, as_of.known_at);
  if (!then) return tl::unexpected(then.error());
  return std::optional(std::move(*then));
}

Result<std::vector<RecordState>> Register::states_of_file(FileId file, std::optional<Position> known_at) {
  auto snapshot = state_->journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto row = snapshot->database().prepare("SELECT state FROM record WHERE file = ? ORDER BY id");
  if (!row) return tl::unexpected(row.error());
  row->bind_all(file);
  std::vector<RecordState> states;
  while (true) {
    auto more = row->step();
    if (!more) return tl::unexpected(more.error());
    if (!*more) return states;
    auto state = state_from_bytes(row->blob(0));
    if (!state) return tl::unexpected(state.error());
    if (known_at && state->version > *known_at) {
      if (state->created > *known_at) continue;
      auto then = refold(snapshot->database(), file, state->id, known_at);
      if (!then) return tl::unexpected(then.error());
      states.push_back(std::move(*then));
    } else {
      states.push_back(std::move(*state));
    }
  }
}

namespace {
Result<void> each_state(journal::Statement& row, const std::function<bool(RecordState&&)>& callback) {
  while (true) {
    auto more = row.step();
    if (!more) return tl::unexpected(more.error());
    if (!*more) return {};
    auto state = state_from_bytes(row.blob(0));
    if (!state) return tl::unexpected(state.error());
    if (!callback(std::move(*state))) return {};
  }
}
}  // namespace

Result<void> Register::for_each(const Kind& kind, const std::function<bool(RecordState&&)>& callback, Position* position) {
  auto snapshot = state_->journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  if (position != nullptr) *position = snapshot->position();
  auto row = snapshot->database().prepare("SELECT state FROM record WHERE kind = ? ORDER BY id");
  if (!row) return tl::unexpected(row.error());
  row->bind_all(kind.number);
  return each_state(*row, callback);
}

Result<void> Register::for_each(const std::function<bool(RecordState&&)>& callback, Position* position) {
  auto snapshot = state_->journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  if (position != nullptr) *position = snapshot->position();
  auto row = snapshot->database().prepare("SELECT state FROM record ORDER BY id");
  if (!row) return tl::unexpected(row.error());
  return each_state(*row, callback);
}

Result<void> Register::for_each_known_at(Position known_at, const std::function<bool(RecordState&&)>& callback) {
  auto snapshot = state_->journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto row = snapshot->database().prepare("SELECT state FROM record ORDER BY id");
  if (!row) return tl::unexpected(row.error());
  while (true) {
    auto more = row->step();
    if (!more) return tl::unexpected(more.error());
    if (!*more) return {};
    auto state = state_from_bytes(row->blob(0));
    if (!state) return tl::unexpected(state.error());
    if (state->created > known_at) continue;
    if (state->version > known_at) {
      auto then = refold(snapshot->database(), state->file, state->id, known_at);
      if (!then) return tl::unexpected(then.error());
      state = std::move(*then);
    }
    if (!callback(std::move(*state))) return {};
  }
}

Result<std::size_t> Register::count(const Kind& kind) {
  auto snapshot = state_->journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto found = snapshot->database().integer("SELECT count(*) FROM record WHERE kind = " + std::to_string(kind.number));
  if (!found) return tl::unexpected(found.error());
  return static_cast<std::size_t>(found->value_or(0));
}

RecordId Register::resolve(RecordId record) const {
  for (int hops = 0; hops < 64; ++hops) {
    auto snapshot = state_->journal.snapshot();
    if (!snapshot) return record;
    auto state = load_state(snapshot->database(), record);
    if (!state || !*state || (*state)->alias_of == 0) return record;
    record = (*state)->alias_of;
  }
  return record;
}

Result<std::vector<RecordId>> Register::find_by_key(const Kind& kind, const std::vector<FieldNumber>& key, const std::vector<Value>& values,
                                                    base::Date) {
  const auto known = std::find(kind.keys.begin(), kind.keys.end(), key);
  if (known == kind.keys.end()) {
    return fail(ErrorCode::Invalid, "“" + kind.labels.zh + "”没有由这些字段组成的键。", kind.labels.en + " has no key of these fields.");
  }
  auto snapshot = state_->journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto holders = holders_of(snapshot->database(), kind, static_cast<std::size_t>(known - kind.keys.begin()), values);
  if (!holders) return tl::unexpected(holders.error());
  return holders->current.empty() ? std::move(holders->former) : std::move(holders->current);
}

}  // namespace yuanqu::register_
