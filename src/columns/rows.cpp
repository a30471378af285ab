#include "columns/rows.hpp"

#include <algorithm>

#include "columns/feel_compiler.hpp"

namespace yuanqu::columns {

using feel::Kind;
using feel::Type;
using feel::Value;

namespace {

// The value of one member in every row of a table; nullptr where there is none.
using Values = std::vector<const Value*>;

class Maker {
 public:
  explicit Maker(Store& store) : store_(store) {}

  // Adds the member to the table and fills it. `odd` marks rows of that table that do not fit.
  Member add(Table& table, const std::string& name, const feel::TypePointer& type, const Values& values,
             std::vector<std::uint8_t>& odd, int depth) {
    Member member{.name = name};
    const bool context = type != nullptr && type->form == Type::Form::Context && !type->members.empty();
    if (context && depth < 8) {
      member.what = Member::What::Context;
      for (const feel::Member& part : type->members) {
        Values inner(values.size(), nullptr);
        for (std::size_t row = 0; row < values.size(); ++row) {
          if (values[row] == nullptr || !values[row]->is(Kind::Context)) {
            odd[row] = 1;  // a context that is not there is not the same as one of nulls
            continue;
          }
          inner[row] = values[row]->context().find(part.name);
          if (inner[row] == nullptr) odd[row] = 1;
        }
        member.members.push_back(add(table, part.name, part.type, inner, odd, depth + 1));
      }
      return member;
    }
    if (type != nullptr && type->form == Type::Form::List && depth < 8) {
      Table& items = store_.add(table.name + "/" + name);
      Values inner;
      std::vector<std::int32_t> owner;
      for (std::size_t row = 0; row < values.size(); ++row) {
        if (values[row] == nullptr || !values[row]->is(Kind::List)) {
          odd[row] = 1;
          continue;
        }
        for (const Value& item : values[row]->items()) {
          inner.push_back(&item);
          owner.push_back(static_cast<std::int32_t>(row));
        }
      }
      items.resize(inner.size());
      std::vector<std::uint8_t> odd_items(inner.size(), 0);
      Member item = add(items, "item", type->element, inner, odd_items, depth + 1);
      member.what = Member::What::List;
      member.table = &items;
      if (item.what == Member::What::Context) {
        items.members = std::move(item.members);
      } else {
        items.members.push_back(std::move(item));
        member.item = "item";
      }
      table.lists.emplace_back();
      table.lists.back().resize(values.size());
      member.list = table.lists.size() - 1;
      std::vector<std::int32_t> children;
      for (std::size_t i = 0; i < owner.size(); ++i) {
        if (odd_items[i] != 0) odd[static_cast<std::size_t>(owner[i])] = 1;
        children.push_back(static_cast<std::int32_t>(i));
        if (i + 1 == owner.size() || owner[i + 1] != owner[i]) {
          table.lists.back().set(static_cast<std::size_t>(owner[i]), children);
          children.clear();
        }
      }
      return member;
    }
    Form form = form_of(type);
    int scale = 0;
    if (form == Form::Decimal) {
      form = Form::Number;
      for (const Value* value : values) {
        if (value != nullptr && value->is(Kind::Number)) scale = std::max(scale, std::min(value->number().scale(), 9));
      }
    }
    table.columns.emplace_back(form, scale);
    Column& column = table.columns.back();
    column.resize(values.size());
    for (std::size_t row = 0; row < values.size(); ++row) {
      if (values[row] != nullptr && !column.set_value(row, *values[row], store_.dictionary)) odd[row] = 1;
    }
    member.column = table.columns.size() - 1;
    return member;
  }

 private:
  Store& store_;
};

}  // namespace

RowTable make_rows(Store& store, const std::vector<RowInput>& inputs, const std::vector<std::vector<Value>>& rows) {
  RowTable made;
  made.table = &store.add("rows");
  made.table->rows = rows.size();
  made.odd.assign(rows.size(), 0);
  Maker maker(store);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    Values values;
    for (const auto& row : rows) values.push_back(i < row.size() ? &row[i] : nullptr);
    Member member = maker.add(*made.table, inputs[i].name, inputs[i].type, values, made.odd, 0);
    made.table->members.push_back(std::move(member));
  }
  return made;
}

}  // namespace yuanqu::columns
