#include "columns/row_reasons.hpp"

namespace yuanqu::columns {

using feel::Type;
using feel::TypePointer;
using feel::Value;

namespace {

bool declares(const TypePointer& type) {
  return type != nullptr && type->form == Type::Form::Context && !type->members.empty();
}

bool absent(const Table& table, const Member& member, std::size_t row) {
  if (member.presence == SIZE_MAX) return false;
  const Column& column = table.columns[member.presence];
  const std::int64_t word = column.word(row);
  return column.form() == Form::Boolean ? word == unknown : word == null64;
}

Value member_value(const Store& store, const Table& table, const Member& member, std::size_t row,
                   const TypePointer& type, int levels) {
  switch (member.what) {
    case Member::What::Scalar: return table.columns[member.column].value(row, store.dictionary);
    case Member::What::Reference: {
      const std::int64_t target = table.columns[member.column].word(row);
      if (target == null64) return {};
      return row_value(store, *member.table, static_cast<std::size_t>(target), type, levels - 1);
    }
    case Member::What::List: {
      if (absent(table, member, row)) return {};
      const TypePointer element = type != nullptr && type->form == Type::Form::List ? type->element : nullptr;
      std::vector<Value> items;
      for (const std::int32_t at : table.lists[member.list].of(row)) {
        const auto item = static_cast<std::size_t>(at);
        items.push_back(member.item.empty() ? row_value(store, *member.table, item, element, levels - 1)
                                            : member_value(store, *member.table, *member.table->member(member.item),
                                                           item, element, levels));
      }
      return Value::list(std::move(items));
    }
    case Member::What::Context: break;
  }
  if (absent(table, member, row)) return {};
  std::vector<feel::Entry> entries;
  for (const Member& part : member.members) {
    const feel::Member* declared = declares(type) ? type->member(part.name) : nullptr;
    entries.push_back({feel::String(part.name),
                       member_value(store, table, part, row, declared == nullptr ? nullptr : declared->type, levels)});
  }
  return Value::context(std::move(entries));
}

}  // namespace

Value row_value(const Store& store, const Table& table, std::size_t row, const TypePointer& type, int levels) {
  std::vector<feel::Entry> entries;
  if (declares(type)) {
    for (const feel::Member& declared : type->members) {
      if (const Member* member = table.member(declared.name)) {
        entries.push_back(
            {feel::String(declared.name), member_value(store, table, *member, row, declared.type, levels)});
      }
    }
  } else {
    for (const Member& member : table.members) {
      const bool further = member.what == Member::What::Reference || member.what == Member::What::List;
      if (levels > 0 || !further)
        entries.push_back({feel::String(member.name), member_value(store, table, member, row, nullptr, levels)});
    }
  }
  return Value::context(std::move(entries));
}

RowReasons::RowReasons(std::shared_ptr<const Program> program)
    : program_(std::move(program)), evaluator_(program_->models) {}

dmn::Outcome RowReasons::of(std::size_t row, base::Date day) {
  const Table& table = *program_->table;
  evaluator_.set_day(day);
  evaluator_.begin();
  for (const Binding& binding : program_->bindings) {
    const TypePointer& type = program_->models->elements()[binding.input].type;
    switch (binding.what) {
      case Binding::What::Row: evaluator_.set(binding.input, row_value(*program_->store, table, row, type)); break;
      case Binding::What::Member:
        if (const Member* member = table.member(binding.member))
          evaluator_.set(binding.input, member_value(*program_->store, table, *member, row, type, 2));
        break;
      case Binding::What::Constant: evaluator_.set(binding.input, binding.constant); break;
      case Binding::What::Day: evaluator_.set(binding.input, Value(day)); break;
    }
  }
  return evaluator_.evaluate(program_->decision);
}

}  // namespace yuanqu::columns
