#include "population/column_image.hpp"

#include <algorithm>

#include "population/kind_type.hpp"
#include "register/feel_value.hpp"

namespace yuanqu::population {

using columns::Form;
using register_::FieldType;

namespace {

constexpr std::size_t not_held = SIZE_MAX;

Form form_of(FieldType type) {
  switch (type) {
    case FieldType::Number: return Form::Number;
    case FieldType::Boolean: return Form::Boolean;
    case FieldType::Date: return Form::Date;
    case FieldType::String:
    case FieldType::Enumeration:
    case FieldType::Attachment: return Form::Text;  // its name
    case FieldType::DateTime: return Form::Boxed;
    case FieldType::Reference:
    case FieldType::Money:
    case FieldType::List: break;
  }
  return Form::Null;
}

std::int64_t day_word(std::optional<base::Date> day) {
  return day && day->days() < INT32_MAX ? day->days() : INT32_MAX;
}

}  // namespace

ColumnImage::ColumnImage(const Catalogue& catalogue) : catalogue_(catalogue) {
  for (const Kind* kind : catalogue.kinds()) {
    KindTable& made = kinds_[kind->number];
    made.kind = kind;
    made.table = &store_.add(kind->feel_name);
  }
  for (const Kind* kind : catalogue.kinds()) {
    KindTable& made = kinds_[kind->number];
    columns::Table& table = *made.table;
    for (const Field& field : kind->fields) {
      made.column_of_field.push_back(not_held);
      made.items_of_field.push_back(nullptr);
      if (field.type == FieldType::Reference) {
        table.columns.emplace_back(Form::Index);
        made.column_of_field.back() = table.columns.size() - 1;
        table.members.push_back({.name = field.feel, .what = columns::Member::What::Reference, .column = table.columns.size() - 1, .table = kinds_[field.to_kind].table});
      } else if (field.type == FieldType::Money) {
        columns::Member money{.name = field.feel, .what = columns::Member::What::Context};
        table.columns.emplace_back(Form::Number, field.scale);
        made.column_of_field.back() = table.columns.size() - 1;
        money.members.push_back({.name = "amount", .column = table.columns.size() - 1});
        table.columns.emplace_back(Form::Text);
        money.members.push_back({.name = "currency", .column = table.columns.size() - 1});
        money.presence = made.column_of_field.back() + 1;  // there is a currency where there is an amount
        table.members.push_back(std::move(money));
      } else if (field.type == FieldType::List) {
        const Form item = form_of(field.item_type);
        if (item == Form::Null) continue;
        columns::Table& items = store_.add(kind->feel_name + "/" + field.feel);
        items.add_scalar("item", item, item == Form::Number ? field.scale : 0);
        table.lists.emplace_back();
        // A list nobody gave is null, not empty.
        table.columns.emplace_back(Form::Boolean);
        made.column_of_field.back() = table.columns.size() - 1;
        made.items_of_field.back() = &items;
        table.members.push_back({.name = field.feel, .what = columns::Member::What::List, .table = &items, .list = table.lists.size() - 1, .item = "item", .presence = table.columns.size() - 1});
      } else {
        table.add_scalar(field.feel, form_of(field.type), field.type == FieldType::Number ? field.scale : 0);
        made.column_of_field.back() = table.columns.size() - 1;
      }
    }
    for (const auto& [child, by] : catalogue.referring_to(*kind)) {
      if (table.member(child->feel_plural) != nullptr) continue;
      table.lists.emplace_back();
      made.children.push_back({child, by, table.lists.size() - 1});
      table.members.push_back({.name = child->feel_plural, .what = columns::Member::What::List, .table = kinds_[child->number].table, .list = table.lists.size() - 1});
    }
    table.columns.emplace_back(Form::Boolean);
    made.open = table.columns.size() - 1;
    table.columns.emplace_back(Form::Date);
    made.changes = table.columns.size() - 1;
    table.changes = made.changes;
  }
}

std::int32_t ColumnImage::add_row(KindTable& kind, RecordId record) {
  const auto [found, added] = rows_.emplace(record, static_cast<std::int32_t>(kind.records.size()));
  if (added) {
    kind.records.push_back(record);
    kind.table->resize(kind.records.size());
  }
  return found->second;
}

void ColumnImage::build(const FactBase& facts, base::Date day) {
  day_ = day;
  for (auto& [number, kind] : kinds_) {
    const auto ids = facts.of_kind(*kind.kind);
    kind.records.assign(ids.begin(), ids.end());
    for (std::size_t row = 0; row < ids.size(); ++row) rows_[ids[row]] = static_cast<std::int32_t>(row);
    kind.table->resize(ids.size());
  }
  for (auto& [number, kind] : kinds_) {
    for (const RecordId id : std::vector<RecordId>(kind.records)) {
      const RecordState* record = facts.find(id);
      fill(facts, *record);
      fill_children(facts, *record);
    }
  }
}

void ColumnImage::fill_field(KindTable& kind, std::size_t index, std::size_t row, const register_::Value& value, const FactBase& facts) {
  const std::size_t column = kind.column_of_field[index];
  if (column == not_held) return;
  const Field& field = kind.kind->fields[index];
  columns::Column& words = kind.table->columns[column];
  if (field.type == FieldType::Reference) {
    std::int64_t at = columns::null64;
    if (value.type() == register_::ValueType::Reference) {
      const RecordState* target = facts.resolve(value.as_reference());
      const auto found = target == nullptr ? rows_.end() : rows_.find(target->id);
      if (found != rows_.end()) at = found->second;
    }
    words.set(row, at);
  } else if (field.type == FieldType::Money) {
    const auto amount = value.type() == register_::ValueType::Money ? value.scaled(words.scale()) : std::nullopt;
    words.set(row, amount.value_or(columns::null64));
    kind.table->columns[column + 1].set(row, amount ? store_.dictionary.code_of(value.currency()) : columns::null64);
  } else if (field.type == FieldType::List) {
    columns::Table& items = *kind.items_of_field[index];
    std::vector<std::int32_t> places;
    for (const register_::Value& item : value.items()) {
      const std::size_t place = items.rows;
      items.resize(place + 1);
      items.columns[0].set_value(place, register_::to_feel(item), store_.dictionary);
      places.push_back(static_cast<std::int32_t>(place));
    }
    words.set(row, value.is_null() ? columns::unknown : columns::yes);
    kind.table->lists[kind.table->member(field.feel)->list].set(row, places);
  } else {
    words.set_value(row, register_::to_feel(value), store_.dictionary);
  }
}

void ColumnImage::fill(const FactBase& facts, const RecordState& record) {
  const auto found = kinds_.find(record.kind);
  if (found == kinds_.end()) return;
  KindTable& kind = found->second;
  const auto row = static_cast<std::size_t>(add_row(kind, record.id));
  std::optional<base::Date> until;
  const auto lower = [&](std::optional<base::Date> day) {
    if (day && (!until || *day < *until)) until = day;
  };
  for (std::size_t i = 0; i < kind.kind->fields.size(); ++i) {
    const register_::Reading reading = register_::read_plain(record, kind.kind->fields[i], day_);
    lower(reading.until);
    fill_field(kind, i, row, reading.value(), facts);
  }
  const register_::ClosedReading closed = register_::read_closed(record, day_);
  lower(closed.until);
  const auto first = record.first_day();
  if (first && *first > day_) lower(first);
  const bool open = !closed.closed && record.alias_of == 0 && first && *first <= day_;
  kind.table->columns[kind.open].set(row, open ? columns::yes : columns::no);
  kind.table->columns[kind.changes].set(row, day_word(until));
}

// The children a record has on the day, in the order the projection gives them.
void ColumnImage::fill_children(const FactBase& facts, const RecordState& record) {
  KindTable& kind = kinds_.at(record.kind);
  const auto row = static_cast<std::size_t>(rows_.at(record.id));
  std::optional<base::Date> until;
  std::vector<std::int32_t> places;
  for (const KindTable::Children& children : kind.children) {
    std::vector<RecordId> candidates(facts.referring(record.id, *children.kind, *children.by).begin(), facts.referring(record.id, *children.kind, *children.by).end());
    for (const RecordId alias : facts.aliases(record.id)) {
      const auto more = facts.referring(alias, *children.kind, *children.by);
      candidates.insert(candidates.end(), more.begin(), more.end());
    }
    places.clear();
    for (const RecordId id : candidates) {
      const RecordState* child = facts.find(id);
      if (child == nullptr || child->alias_of != 0) continue;
      const register_::Reading parent = register_::read_plain(*child, *children.by, day_);
      const register_::ClosedReading closed = register_::read_closed(*child, day_);
      for (const auto& day : {parent.until, closed.until}) {
        if (day && (!until || *day < *until)) until = day;
      }
      if (closed.closed || parent.value().type() != register_::ValueType::Reference) continue;
      const RecordState* holder = facts.resolve(parent.value().as_reference());
      const auto place = rows_.find(id);
      if (holder != nullptr && holder->id == record.id && place != rows_.end()) places.push_back(place->second);
    }
    kind.table->lists[children.list].set(row, places);
  }
  columns::Column& changes = kind.table->columns[kind.changes];
  changes.set(row, std::min(changes.word(row), day_word(until)));
}

void ColumnImage::put(const FactBase& facts, const RecordState& record) {
  if (!kinds_.contains(record.kind)) return;
  const bool is_new = !rows_.contains(record.id);
  // Whose child it was is found by its own references: the fact base keeps every one it ever had.
  fill(facts, record);
  fill_children(facts, record);
  const Kind& kind = *kinds_.at(record.kind).kind;
  for (const Field& field : kind.fields) {
    if (field.type != FieldType::Reference) continue;
    for (const RecordId target : facts.targets(record, field)) {
      const RecordState* parent = facts.resolve(target);
      if (parent == nullptr || !rows_.contains(parent->id)) continue;
      fill(facts, *parent);
      fill_children(facts, *parent);
    }
  }
  // A record that is new, or merged, is where others point to.
  if (!is_new && record.alias_of == 0 && facts.aliases(record.id).empty()) return;
  const auto point_again = [&](const RecordState& target) {
    const Kind* of = catalogue_.kind(target.kind);
    for (const auto& [referring, by] : catalogue_.referring_to(*of)) {
      for (const RecordId id : facts.referring(target.id, *referring, *by)) {
        if (const RecordState* from = facts.find(id); from != nullptr && rows_.contains(id)) fill(facts, *from), fill_children(facts, *from);
      }
    }
  };
  point_again(record);
  if (const RecordState* kept = facts.resolve(record.id); kept != nullptr && kept->id != record.id) {
    fill(facts, *kept);
    fill_children(facts, *kept);
  }
}

void ColumnImage::move_to(const FactBase& facts, base::Date day) {
  day_ = day;
  std::vector<RecordId> differ;
  for (const auto& [number, kind] : kinds_) {
    const columns::Column& changes = kind.table->columns[kind.changes];
    for (std::size_t row = 0; row < kind.records.size(); ++row) {
      if (changes.word(row) <= day.days()) differ.push_back(kind.records[row]);
    }
  }
  for (const RecordId id : differ) {
    if (const RecordState* record = facts.find(id); record != nullptr) put(facts, *record);
  }
}

std::optional<std::int32_t> ColumnImage::row_of(RecordId record) const {
  const auto found = rows_.find(record);
  return found == rows_.end() ? std::nullopt : std::optional(found->second);
}

bool ColumnImage::is_open(const Kind& kind, std::int32_t row) const {
  const KindTable& table = kinds_.at(kind.number);
  return table.table->columns[table.open].word(static_cast<std::size_t>(row)) == columns::yes;
}

std::size_t ColumnImage::bytes() const {
  std::size_t total = store_.bytes();
  for (const auto& [number, kind] : kinds_) total += kind.records.capacity() * sizeof(RecordId);
  return total + rows_.size() * 40;
}

base::Result<std::vector<std::int32_t>> ColumnImage::rows_where(const Kind& kind, const std::string& text, const std::function<bool(RecordId)>& by_itself) {
  std::shared_ptr<const columns::Program>& program = filters_[std::to_string(kind.number) + ":" + text];
  if (program == nullptr) {
    auto compiled = columns::compile_expression(store_, table(kind), "", type_of_kind(catalogue_, kind, 2), text);
    if (!compiled) {
      filters_.erase(std::to_string(kind.number) + ":" + text);
      return tl::unexpected(compiled.error());
    }
    program = *compiled;
  }
  std::vector<std::int32_t> found;
  columns::Runner runner(program);
  const std::size_t rows = table(kind).rows;
  for (std::size_t first = 0; first < rows; first += columns::block_rows) {
    runner.run(first, std::min(columns::block_rows, rows - first), day_);
    const std::uint8_t* truths = runner.truths();
    for (std::size_t i = 0; i < runner.count(); ++i) {
      const auto row = static_cast<std::int32_t>(first + i);
      if (runner.escaped(i) ? by_itself(record_of(kind, row)) : truths[i] == columns::yes) found.push_back(row);
    }
  }
  return found;
}

}  // namespace yuanqu::population
