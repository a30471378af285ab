#include "register/import_row.hpp"

#include <algorithm>

#include "base/identifiers.hpp"
#include "base/text.hpp"
#include "register/pattern.hpp"
#include "register/record_store.hpp"
#include "register/text_value.hpp"

namespace yuanqu::register_ {

using base::Result;
using journal::Transaction;

RowReader::RowReader(const Kind& kind, std::vector<ColumnMapping> mapping, std::optional<base::Date> effective_from,
                     bool system_1904)
    : kind_(kind), mapping_(std::move(mapping)), effective_from_(effective_from), system_1904_(system_1904) {}

void RowReader::fault(ImportRow& row, const ColumnMapping& column, const tabular::Cell& cell,
                      const base::Error& error) const {
  row.errors.push_back({row.number, column.column, column.header, column.field, cell.text, error.zh, error.en});
}

void RowReader::read(tabular::Row&& from, ImportRow& row) const {
  row.number = from.number;
  std::optional<base::Date> day = effective_from_;
  bool day_given = false;
  for (const ColumnMapping& column : mapping_) {
    if (column.column == 0 || column.column > from.cells.size()) continue;
    const tabular::Cell& cell = from.cells[column.column - 1];
    if (column.effective_from) {
      static const Field date_field = [] {
        Field field;
        field.type = FieldType::Date;
        return field;
      }();
      auto value = value_of_cell(date_field, cell, {}, system_1904_);
      if (!value) {
        fault(row, column, cell, value.error());
      } else if (!value->is_null()) {
        day = value->as_date();
      }
      day_given = day_given || (value && !value->is_null());
      if (column.field == 0) continue;
    }
    const Field* field = column.field == 0 ? nullptr : kind_.field(column.field);
    if (field == nullptr) continue;
    if (field->type == FieldType::Reference) {
      const auto at = std::find_if(row.references.begin(), row.references.end(),
                                   [&](const ImportRow::Reference& one) { return one.field == field; });
      if (at == row.references.end()) {
        row.references.push_back({field, {column.column - 1}});
      } else {
        at->columns.push_back(column.column - 1);
      }
      continue;
    }
    if (cell.empty()) continue;  // an empty cell says nothing; it clears nothing
    if (!column.unit_known) {
      fault(row, column, cell,
            {base::ErrorCode::Invalid,
             "列名里的单位“" + column.unit + "”不能换算成“" + field->unit + "”。请改用" + field->unit + "。",
             "The unit “" + column.unit + "” in the header does not convert into “" + field->unit +
                 "”. Give the figures in " + field->unit + ".",
             {}});
      continue;
    }
    auto value = value_of_cell(*field, cell, column.unit, system_1904_);
    if (!value) {
      fault(row, column, cell, value.error());
    } else if (!value->is_null()) {
      row.values.push_back({field->number, std::move(*value)});
    }
  }
  if (from.excess) {
    row.errors.push_back({row.number,
                          0,
                          {},
                          0,
                          {},
                          "这一行比表头多出内容，可能是分隔符或引号有误。",
                          "The row has cells beyond the header; a delimiter or quote may be wrong."});
  }
  if (day) {
    row.effective_from = *day;
  } else if (row.errors.empty() || !day_given) {
    row.errors.push_back(
        {row.number, 0, {}, 0, {}, "没有写明数据从哪一天起有效。", "The day from which the values hold is missing."});
  }
  row.cells = std::move(from.cells);
}

void RowReader::locate_faults(ImportRow& row) const {
  for (RowError& error : row.errors) {
    if (error.field == 0 || !error.header.empty()) continue;
    const auto at = std::find_if(mapping_.begin(), mapping_.end(), [&](const ColumnMapping& column) {
      return column.field == error.field && (error.column == 0 || column.column == error.column);
    });
    if (at == mapping_.end()) continue;
    error.column = at->column;
    error.header = at->header;
    if (at->column <= row.cells.size() && !row.cells[at->column - 1].empty())
      error.value = row.cells[at->column - 1].text;
  }
}

void RowWriter::forget() {
  references_.clear();
  seen_.clear();
}

Result<std::optional<RecordId>> RowWriter::create_reference(Transaction& transaction, const Field& field,
                                                            const Kind& target, const std::string& text,
                                                            base::Date day) {
  // By its name where that is a key, else by the last single-field key: what needs no code, so that the record stands
  // as "not yet identified".
  Write write;
  write.kind = &target;
  write.effective_from = day;
  write.reason = reason_;
  std::vector<FieldNumber> tried;
  for (auto key = target.keys.rbegin(); key != target.keys.rend(); ++key) {
    if (key->size() == 1 && target.field(key->front())->type != FieldType::List) tried.push_back(key->front());
  }
  std::stable_partition(tried.begin(), tried.end(), [&](FieldNumber number) { return number == target.title; });
  for (const FieldNumber number : tried) {
    const Field& key_field = *target.field(number);
    tabular::Cell cell;
    cell.kind = tabular::CellKind::Text;
    cell.text = text;
    auto value = value_of_cell(key_field, cell, {});
    if (!value || value->is_null()) continue;
    // A text of the form of a code is a code, right or wrong, and no name.
    const bool a_code = std::any_of(target.keys.begin(), target.keys.end(), [&](const auto& other) {
      if (other.size() != 1 || other.front() == number) return false;
      const Field& code = *target.field(other.front());
      return code.pattern && code.pattern->matches(base::normal_identifier(text));
    });
    if (a_code) continue;
    write.values = {{key_field.number, std::move(*value)}};
    // The source that told may not be one the target's field listens to; then it counts as the least trusted one.
    write.source = key_field.trust_of(options_.source) >= 0 || key_field.sources.empty() ? options_.source
                                                                                         : key_field.sources.back();
    Faults faults;
    auto written = records_.write(transaction, viewer_, write, &faults);
    if (written) return std::optional<RecordId>(written->record);
    if (written.error().code == base::ErrorCode::Unavailable || written.error().code == base::ErrorCode::Internal)
      return tl::unexpected(written.error());
  }
  (void)field;
  return std::optional<RecordId>{};
}

Result<std::optional<RecordId>> RowWriter::find_reference(Transaction& transaction, ImportRow& row, const Field& field,
                                                          const std::string& text, std::string& problem_zh,
                                                          std::string& problem_en) {
  const Kind& target = *records_.catalogue().kind(field.to_kind);
  const std::string known_as = std::to_string(target.number) + "/" + text;
  if (const auto known = references_.find(known_as); known != references_.end())
    return std::optional<RecordId>(known->second);
  Register::State& state = records_.internals();
  if (auto indexed = state.index_keys(transaction.database(), target); !indexed) return tl::unexpected(indexed.error());
  tabular::Cell cell;
  cell.kind = tabular::CellKind::Text;
  cell.text = text;
  for (std::size_t key = 0; key < target.keys.size(); ++key) {
    if (target.keys[key].size() != 1) continue;
    auto value = value_of_cell(*target.field(target.keys[key].front()), cell, {});
    if (!value || value->is_null() || value->type() == ValueType::Unreadable) continue;
    auto found = state.find_by_key(transaction.database(), target, key, {*value}, row.effective_from);
    if (!found) return tl::unexpected(found.error());
    if (found->size() > 1) {
      problem_zh = "“" + text + "”对应 " + std::to_string(found->size()) + " 条" + target.labels.zh +
                   "记录，无法确定是哪一条。请改用更明确的编号。";
      problem_en = "“" + text + "” fits " + std::to_string(found->size()) + " records of " + target.labels.en +
                   ". Use a code that fits one.";
      return std::optional<RecordId>{};
    }
    if (found->size() == 1) {
      references_[known_as] = found->front();
      return std::optional<RecordId>(found->front());
    }
  }
  if (problem_zh.empty()) {
    problem_zh = "找不到“" + text + "”这条" + target.labels.zh + "记录。请核对，或先导入它。";
    problem_en =
        "There is no record of " + target.labels.en + " for “" + text + "”. Check it, or import that one first.";
  }
  return std::optional<RecordId>{};
}

Result<void> RowWriter::resolve_references(Transaction& transaction, ImportRow& row) {
  for (const ImportRow::Reference& reference : row.references) {
    const Field& field = *reference.field;
    std::optional<RecordId> found;
    std::string problem_zh;
    std::string problem_en;
    const tabular::Cell* last = nullptr;
    for (std::size_t at : reference.columns) {
      const tabular::Cell& cell = row.cells[at];
      const std::string text(base::trimmed(cell.text));
      if (cell.empty() || text.empty() || text == "-") continue;
      last = &cell;
      auto one = find_reference(transaction, row, field, text, problem_zh, problem_en);
      if (!one) return tl::unexpected(one.error());
      if (*one && found && *found != **one) {
        row.errors.push_back({row.number,
                              cell.column,
                              {},
                              field.number,
                              cell.text,
                              "几列所指的“" + field.labels.zh + "”不是同一条记录。请核对。",
                              "The columns that name “" + field.labels.en + "” mean different records. Check them."});
        return {};
      }
      if (*one) found = *one;
    }
    if (last == nullptr) continue;
    if (!found && options_.missing_reference == MissingReference::Create &&
        problem_zh.find("无法确定") == std::string::npos) {
      const Kind& target = *records_.catalogue().kind(field.to_kind);
      auto created =
          create_reference(transaction, field, target, std::string(base::trimmed(last->text)), row.effective_from);
      if (!created) return tl::unexpected(created.error());
      if (*created)
        references_[std::to_string(target.number) + "/" + std::string(base::trimmed(last->text))] = **created;
      found = *created;
    }
    if (found) {
      row.values.push_back({field.number, Value::reference(*found)});
    } else {
      row.errors.push_back({row.number, last->column, {}, field.number, last->text, problem_zh, problem_en});
    }
  }
  return {};
}

Result<std::optional<RecordId>> RowWriter::find_record(Transaction& transaction, ImportRow& row, std::string& seen_as) {
  const Kind& kind = *options_.kind;
  Register::State& state = records_.internals();
  if (auto indexed = state.index_keys(transaction.database(), kind); !indexed) return tl::unexpected(indexed.error());
  const auto given = [&](FieldNumber field) -> const Value* {
    const auto at =
        std::find_if(row.values.begin(), row.values.end(), [&](const FieldWrite& one) { return one.field == field; });
    return at == row.values.end() || at->value.type() == ValueType::Unreadable ? nullptr : &at->value;
  };
  bool first_key_given = false;
  bool any_key = false;
  for (std::size_t key = 0; key < kind.keys.size(); ++key) {
    std::vector<Value> values;
    for (FieldNumber field : kind.keys[key]) {
      const Value* value = given(field);
      // A list holds what a record is also known by (former names): the row's name is looked for among them.
      if (kind.field(field)->type == FieldType::List) value = given(kind.title);
      if (value != nullptr && value->type() != ValueType::List) values.push_back(*value);
    }
    if (values.size() != kind.keys[key].size()) continue;
    any_key = true;
    if (seen_as.empty()) {
      seen_as = std::to_string(key);
      for (const Value& value : values) seen_as += "/" + key_text(value);
      seen_as += "@" + std::to_string(row.effective_from.days());
    }
    if (key == 0) first_key_given = true;
    auto found = state.find_by_key(transaction.database(), kind, key, values, row.effective_from);
    if (!found) return tl::unexpected(found.error());
    if (key > 0 && first_key_given) {
      // Found by a name while the row also gives the code: only a record without a code can be meant, another code is
      // another record.
      std::erase_if(*found, [&](RecordId candidate) {
        auto other = state.load(transaction.database(), candidate);
        if (!other || !*other) return true;
        return std::any_of(kind.keys.front().begin(), kind.keys.front().end(), [&](FieldNumber field) {
          const auto facts = (*other)->facts_of(field);
          return std::any_of(facts.begin(), facts.end(), [](const Fact& fact) { return !fact.value.is_null(); });
        });
      });
    }
    if (found->size() > 1) {
      std::string shown;
      for (const Value& value : values) shown += (shown.empty() ? "" : " ") + value.to_text();
      row.errors.push_back(
          {row.number,
           0,
           {},
           kind.keys[key].front(),
           shown,
           "“" + shown + "”对应 " + std::to_string(found->size()) + " 条记录，无法确定是哪一条。请补上编号。",
           "“" + shown + "” fits " + std::to_string(found->size()) + " records. Add the code that tells which."});
      return std::optional<RecordId>{};
    }
    if (found->size() == 1) return std::optional<RecordId>(found->front());
  }
  if (!any_key) {
    row.errors.push_back({row.number,
                          0,
                          {},
                          0,
                          {},
                          "这一行没有能认出记录的编号或名称。",
                          "The row has nothing that tells which record it means."});
  }
  return std::optional<RecordId>{};
}

Result<void> RowWriter::write(Transaction& transaction, ImportRow& row) {
  if (auto resolved = resolve_references(transaction, row); !resolved) return resolved;
  std::optional<RecordId> record;
  std::string seen_as;
  if (row.errors.empty()) {
    auto found = find_record(transaction, row, seen_as);
    if (!found) return tl::unexpected(found.error());
    record = *found;
  }
  if (!row.errors.empty()) {
    row.result = ImportRow::Result::Rejected;
    return {};
  }
  Write write;
  write.kind = options_.kind;
  write.record = record.value_or(0);
  write.values = row.values;
  write.source = options_.source;
  write.effective_from = row.effective_from;
  write.reason = reason_;
  const auto [first, fresh] = seen_.emplace(seen_as, row.number);
  if (!fresh && record) {
    auto state = records_.state(transaction.database(), *record);
    if (!state) return tl::unexpected(state.error());
    if (*state &&
        !values_that_change(**state, *options_.kind, row.values, options_.source, row.effective_from).empty()) {
      row.errors.push_back(
          {row.number,
           0,
           {},
           0,
           {},
           "与第 " + std::to_string(first->second) + " 行是同一条记录、同一天，但内容不同。请只留一行。",
           "The same record and day as row " + std::to_string(first->second) +
               ", with other values. Keep one of them."});
      row.result = ImportRow::Result::Rejected;
      return {};
    }
  }
  Faults faults;
  auto written = records_.write(transaction, viewer_, write, &faults);
  if (!written) {
    const auto code = written.error().code;
    if (code == base::ErrorCode::Unavailable || (code == base::ErrorCode::Internal && faults.empty()))
      return tl::unexpected(written.error());
    if (faults.empty()) faults.errors.push_back(written.error());
    for (const base::Error& error : faults.errors) {
      const Field* field = options_.kind->field(std::string_view(error.place.field));
      std::string value;
      for (const FieldWrite& one : row.values) {
        if (field != nullptr && one.field == field->number) value = one.value.to_text();
      }
      row.errors.push_back({row.number, 0, {}, field == nullptr ? 0 : field->number, value, error.zh, error.en});
    }
    row.result = ImportRow::Result::Rejected;
    if (fresh) seen_.erase(first);
    return {};
  }
  row.findings = std::move(written->findings);
  row.record = written->record;
  row.file = written->file;
  row.result = !written->changed ? ImportRow::Result::Unchanged
               : record          ? ImportRow::Result::Changed
                                 : ImportRow::Result::Created;
  return {};
}

}  // namespace yuanqu::register_
