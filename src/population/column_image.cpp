#include "population/column_image.hpp"

#include <algorithm>

#include "columns/bytes.hpp"
#include "population/kind_type.hpp"
#include "register/feel_value.hpp"

namespace yuanqu::population {

using columns::Form;
using register_::FieldType;

namespace {

constexpr std::size_t not_held = SIZE_MAX;
constexpr std::size_t texts_kept_max = 500;

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
        table.members.push_back({.name = field.feel,
                                 .what = columns::Member::What::Reference,
                                 .column = table.columns.size() - 1,
                                 .table = kinds_[field.to_kind].table});
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
        table.members.push_back({.name = field.feel,
                                 .what = columns::Member::What::List,
                                 .table = &items,
                                 .list = table.lists.size() - 1,
                                 .item = "item",
                                 .presence = table.columns.size() - 1});
      } else {
        table.add_scalar(field.feel, form_of(field.type), field.type == FieldType::Number ? field.scale : 0);
        made.column_of_field.back() = table.columns.size() - 1;
      }
    }
    for (const auto& [child, by] : catalogue.referring_to(*kind)) {
      if (table.member(child->feel_plural) != nullptr) continue;
      table.lists.emplace_back();
      made.children.push_back({child, by, table.lists.size() - 1});
      table.members.push_back({.name = child->feel_plural,
                               .what = columns::Member::What::List,
                               .table = kinds_[child->number].table,
                               .list = table.lists.size() - 1});
    }
    table.columns.emplace_back(Form::Boolean);
    made.open = table.columns.size() - 1;
    table.columns.emplace_back(Form::Date);
    made.changes = table.columns.size() - 1;
    table.changes = made.changes;
  }
}

std::int32_t ColumnImage::add_row(KindTable& kind, RecordId record) {
  const std::int32_t row = rows_.add(*kind.kind, record);
  if (static_cast<std::size_t>(row) >= kind.table->rows) {
    kind.table->resize(static_cast<std::size_t>(row) + 1);
    kind.files.resize(kind.table->rows);
    kind.merged.resize(kind.table->rows);
  }
  return row;
}

void ColumnImage::build(const FactBase& facts, base::Date day) {
  day_ = day;
  for (auto& [number, kind] : kinds_) {
    for (const RecordId id : facts.of_kind(*kind.kind)) rows_.add(*kind.kind, id);
    kind.table->resize(rows_.records(*kind.kind).size());
    kind.files.resize(kind.table->rows);
    kind.merged.resize(kind.table->rows);
  }
  // Each state is read once: whose child it is is noted on the way.
  LinkDays days;
  for (auto& [number, kind] : kinds_) {
    for (const RecordId id : facts.of_kind(*kind.kind)) {
      const auto record = facts.find(id);
      if (record == nullptr) continue;
      fill(facts, *record);
      note_link_days(facts, *record, days);
    }
  }
  build_children(facts, days);
}

void ColumnImage::note_link_days(const FactBase& facts, const RecordState& child, LinkDays& days) const {
  const Kind& kind = *kinds_.at(child.kind).kind;
  const register_::ClosedReading closed = register_::read_closed(child, day_);
  for (const Field& field : kind.fields) {
    if (field.type != FieldType::Reference) continue;
    std::optional<base::Date> first = register_::read_plain(child, field, day_).until;
    if (closed.until && (!first || *closed.until < *first)) first = closed.until;
    if (!first) continue;
    for (const RecordId target : facts.targets(child, field)) {
      const auto [known, added] = days.try_emplace(facts.canonical(target), *first);
      if (!added && *first < known->second) known->second = *first;
    }
  }
}

// The lists of everybody from the children's own references: rows were given in the order of ids, which is the order of
// a list. Parents others were merged into have their aliases' children behind their own, and are done one by one.
void ColumnImage::build_children(const FactBase& facts, const LinkDays& days) {
  for (auto& [number, kind] : kinds_) {
    columns::Table& table = *kind.table;
    for (const KindTable::Children& children : kind.children) {
      const KindTable& of = kinds_.at(children.kind->number);
      const std::size_t field = static_cast<std::size_t>(children.by - children.kind->fields.data());
      const columns::Column& parent = of.table->columns[of.column_of_field[field]];
      const columns::Column& open = of.table->columns[of.open];
      std::vector<std::uint32_t> begins(table.rows + 1);
      const auto parent_of = [&](std::size_t child) {
        return open.word(child) == columns::yes ? parent.word(child) : columns::null64;
      };
      for (std::size_t child = 0; child < of.table->rows; ++child) {
        if (const std::int64_t row = parent_of(child); row != columns::null64)
          ++begins[static_cast<std::size_t>(row) + 1];
      }
      for (std::size_t row = 0; row < table.rows; ++row) begins[row + 1] += begins[row];
      std::vector<std::int32_t> rows(begins.back());
      std::vector<std::uint32_t> next(begins.begin(), begins.end() - 1);
      for (std::size_t child = 0; child < of.table->rows; ++child) {
        if (const std::int64_t row = parent_of(child); row != columns::null64)
          rows[next[static_cast<std::size_t>(row)]++] = static_cast<std::int32_t>(child);
      }
      for (std::size_t row = 0; row < table.rows; ++row) {
        table.lists[children.list].set(row, std::span(rows).subspan(begins[row], begins[row + 1] - begins[row]));
      }
    }
    columns::Column& changes = table.columns[kind.changes];
    for (const RecordId id : facts.of_kind(*kind.kind)) {
      const auto row = static_cast<std::size_t>(*rows_.row_of(id));
      if (!facts.aliases(id).empty()) {
        const auto record = facts.find(id);
        if (record != nullptr) fill_children(facts, *record);
      } else if (const auto day = days.find(id); day != days.end()) {
        changes.set(row, std::min(changes.word(row), day_word(day->second)));
      }
    }
  }
}

void ColumnImage::fill_field(KindTable& kind, std::size_t index, std::size_t row, const register_::Value& value,
                             const FactBase& facts) {
  const std::size_t column = kind.column_of_field[index];
  if (column == not_held) return;
  const Field& field = kind.kind->fields[index];
  columns::Column& words = kind.table->columns[column];
  if (field.type == FieldType::Reference) {
    std::int64_t at = columns::null64;
    if (value.type() == register_::ValueType::Reference) {
      if (const auto target = rows_.row_of(facts.canonical(value.as_reference()))) at = *target;
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
  const bool standing = !closed.closed && record.alias_of == 0;
  const bool known = first && *first <= day_;
  kind.files[row] = record.file;
  kind.merged[row] = record.alias_of != 0;
  kind.table->columns[kind.open].set(row, !standing ? columns::no : known ? columns::yes : columns::unknown);
  kind.table->columns[kind.changes].set(row, day_word(until));
}

// The children a record has on the day, in the order the projection gives them.
void ColumnImage::fill_children(const FactBase& facts, const RecordState& record) {
  KindTable& kind = kinds_.at(record.kind);
  const auto row = static_cast<std::size_t>(*rows_.row_of(record.id));
  std::optional<base::Date> until;
  std::vector<std::int32_t> places;
  for (const KindTable::Children& children : kind.children) {
    std::vector<RecordId> candidates = facts.referring(record.id, *children.kind, *children.by);
    for (const RecordId alias : facts.aliases(record.id)) {
      const auto more = facts.referring(alias, *children.kind, *children.by);
      candidates.insert(candidates.end(), more.begin(), more.end());
    }
    places.clear();
    for (const RecordId id : candidates) {
      const auto child = facts.find(id);
      if (child == nullptr || child->alias_of != 0) continue;
      const register_::Reading parent = register_::read_plain(*child, *children.by, day_);
      const register_::ClosedReading closed = register_::read_closed(*child, day_);
      for (const auto& day : {parent.until, closed.until}) {
        if (day && (!until || *day < *until)) until = day;
      }
      if (closed.closed || parent.value().type() != register_::ValueType::Reference) continue;
      const auto place = rows_.row_of(id);
      if (facts.canonical(parent.value().as_reference()) == record.id && place) places.push_back(*place);
    }
    kind.table->lists[children.list].set(row, places);
  }
  columns::Column& changes = kind.table->columns[kind.changes];
  changes.set(row, std::min(changes.word(row), day_word(until)));
}

void ColumnImage::put(const FactBase& facts, const RecordState& record) {
  if (!kinds_.contains(record.kind)) return;
  const bool is_new = !rows_.row_of(record.id);
  // Whose child it was is found by its own references: the fact base keeps every one it ever had.
  fill(facts, record);
  fill_children(facts, record);
  const Kind& kind = *kinds_.at(record.kind).kind;
  for (const Field& field : kind.fields) {
    if (field.type != FieldType::Reference) continue;
    for (const RecordId target : facts.targets(record, field)) {
      const auto parent = facts.resolve(target);
      if (parent == nullptr || !rows_.row_of(parent->id)) continue;
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
        if (const auto from = facts.find(id); from != nullptr && rows_.row_of(id))
          fill(facts, *from), fill_children(facts, *from);
      }
    }
  };
  point_again(record);
  if (const auto kept = facts.resolve(record.id); kept != nullptr && kept->id != record.id) {
    fill(facts, *kept);
    fill_children(facts, *kept);
  }
}

void ColumnImage::move_to(const FactBase& facts, base::Date day) {
  day_ = day;
  std::vector<RecordId> differ;
  for (const auto& [number, kind] : kinds_) {
    const columns::Column& changes = kind.table->columns[kind.changes];
    const auto records = rows_.records(*kind.kind);
    for (std::size_t row = 0; row < kind.table->rows; ++row) {
      const std::int64_t word = changes.word(row);
      if (word != columns::null64 && word <= day.days()) differ.push_back(records[row]);
    }
  }
  for (const RecordId id : differ) {
    if (const auto record = facts.find(id); record != nullptr) put(facts, *record);
  }
}

bool ColumnImage::is_open(const Kind& kind, std::int32_t row) const {
  const KindTable& table = kinds_.at(kind.number);
  return table.table->columns[table.open].word(static_cast<std::size_t>(row)) == columns::yes;
}

bool ColumnImage::is_closed(const Kind& kind, std::int32_t row) const {
  const KindTable& table = kinds_.at(kind.number);
  return table.table->columns[table.open].word(static_cast<std::size_t>(row)) == columns::no;
}

const columns::Column* ColumnImage::column(const Kind& kind, const Field& field) const {
  const KindTable& table = kinds_.at(kind.number);
  const std::size_t column = table.column_of_field[static_cast<std::size_t>(&field - kind.fields.data())];
  const bool plain =
      field.type != FieldType::Reference && field.type != FieldType::Money && field.type != FieldType::List;
  return column == not_held || !plain ? nullptr : &table.table->columns[column];
}

std::size_t ColumnImage::bytes() const {
  std::size_t total = store_.bytes();
  for (const auto& [number, kind] : kinds_)
    total += kind.files.capacity() * sizeof(journal::FileId) + kind.merged.capacity() / 8;
  return total + rows_.bytes();
}

base::Result<void> ColumnImage::save(const std::filesystem::path& file, std::string_view mark) const {
  std::string head;
  columns::put(head, static_cast<std::int32_t>(day_.days()));
  rows_.save(head);
  for (const Kind* kind : catalogue_.kinds()) {
    const KindTable& table = kinds_.at(kind->number);
    columns::put(head, static_cast<std::uint64_t>(table.files.size()));
    columns::put_array(head, table.files.data(), table.files.size());
    for (const bool merged : table.merged) columns::put(head, static_cast<std::uint8_t>(merged));
  }
  head.append(mark);
  return store_.save(file, head);
}

base::Result<std::string> ColumnImage::load(const std::filesystem::path& file) {
  auto head = store_.load(file);
  if (!head) return head;
  std::string_view in = *head;
  const auto damaged = [&] {
    return base::fail(base::ErrorCode::Invalid, "快照 " + file.string() + " 已损坏；将从日志重建。",
                      "The snapshot " + file.string() + " is damaged; it is made again from the journal.",
                      {.file = file.string()});
  };
  std::int32_t day = 0;
  if (!columns::get(in, day) || !rows_.load(in)) return damaged();
  day_ = base::Date::from_days(day);
  for (const Kind* kind : catalogue_.kinds()) {
    KindTable& table = kinds_.at(kind->number);
    std::uint64_t count = 0;
    std::vector<std::uint8_t> merged;
    if (!columns::get(in, count) || count != table.table->rows || rows_.records(*kind).size() < count) return damaged();
    if (!columns::get_array(in, table.files, count) || !columns::get_array(in, merged, count)) return damaged();
    table.merged.assign(merged.begin(), merged.end());
  }
  return std::string(in);
}

base::Result<std::shared_ptr<const columns::Program>> ColumnImage::compile(const Kind& kind,
                                                                           const feel::TypePointer& type,
                                                                           const std::string& text) {
  const std::string key = std::to_string(kind.number) + ":" + type->to_string() + ":" + text;
  if (const auto known = texts_compiled_.find(key); known != texts_compiled_.end()) return known->second;
  auto compiled = columns::compile_expression(store_, table(kind), "", type, text);
  if (!compiled) return compiled;
  if (texts_compiled_.size() >= texts_kept_max) texts_compiled_.clear();
  texts_compiled_[key] = *compiled;
  return compiled;
}

std::vector<std::int32_t> ColumnImage::rows_where(const Kind& kind,
                                                  const std::shared_ptr<const columns::Program>& program,
                                                  const std::function<bool(RecordId)>& by_itself) const {
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
