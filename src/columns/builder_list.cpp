// Rows of tables and lists of items.
#include <algorithm>

#include "columns/builder.hpp"

namespace yuanqu::columns {

using feel::Value;

PartPointer Builder::row(const Table& table, Reg index, int domain, feel::TypePointer type) {
  if (std::find(program_.tables_read.begin(), program_.tables_read.end(), &table) == program_.tables_read.end())
    program_.tables_read.push_back(&table);
  if (program_.tracks && table.changes != SIZE_MAX && facts_noted_.insert(index).second) {
    // What was read of these rows may differ from that day on, whatever is made of it.
    const Reg days = load_column(table, table.changes, index, domain);
    effect("facts change", {days}, [=](Frame& frame) {
      const std::int32_t* from = frame.in<std::int32_t>(days);
      for (std::size_t i = 0; i < frame.size(domain); ++i) {
        if (from[i] == null32) continue;
        std::int32_t& until = frame.facts_until[frame.root(domain, i)];
        until = std::min(until, from[i]);
      }
    });
  }
  auto made = std::make_shared<Part>();
  made->form = Form::Row;
  made->domain = domain;
  made->reg = index;
  made->table = &table;
  made->type = std::move(type);
  return made;
}

namespace {

feel::TypePointer type_of_member(const feel::TypePointer& type, std::string_view name) {
  if (type == nullptr) return nullptr;
  const feel::Member* member = type->member(name);
  return member == nullptr ? nullptr : member->type;
}

template <class From, class To>
void load_at(Frame& frame, const Column& column, Reg index, Reg out, To null) {
  const From* data = reinterpret_cast<const From*>(column.data());
  To* to = frame.out<To>(out);
  const std::size_t count = frame.size_of(out);
  for (std::size_t i = 0; i < count; ++i) {
    const std::int32_t at = frame.row_at(index, i);
    const From word = at == null32 ? std::numeric_limits<From>::min() : data[at];
    to[i] = word == std::numeric_limits<From>::min() ? null : static_cast<To>(word);
  }
}

void load(Frame& frame, const Column& column, Reg index, Reg out) {
  const Vector& rows = frame.vector(index);
  const std::size_t count = frame.size_of(out);
  const Form form = column.form();
  if (form == Form::Boxed) {
    Value* to = frame.out_boxed(out);
    for (std::size_t i = 0; i < count; ++i) {
      const std::int32_t at = frame.row_at(index, i);
      if (at != null32) to[i] = column.boxed()[static_cast<std::size_t>(at)];
    }
    return;
  }
  const bool straight = rows.base >= 0;
  const std::size_t first = straight ? static_cast<std::size_t>(rows.base) : 0;
  const std::byte* data = column.data() + first * static_cast<std::size_t>(column.width());
  if (form == Form::Boolean) {
    if (straight) {
      frame.vector(out).data = data;
      return;
    }
    std::uint8_t* to = frame.out<std::uint8_t>(out);
    for (std::size_t i = 0; i < count; ++i) {
      const std::int32_t at = frame.row_at(index, i);
      to[i] = at == null32 ? unknown : static_cast<std::uint8_t>(column.data()[at]);
    }
    return;
  }
  const bool narrow = width_of(form) == 4;
  if (straight && column.width() == static_cast<int>(width_of(form))) {
    frame.vector(out).data = data;
  } else if (straight) {
    switch (column.width()) {
      case 1:
        narrow ? frame.kernel.widen_1_to_4(data, frame.out<std::int32_t>(out), count)
               : frame.kernel.widen_1_to_8(data, frame.out<std::int64_t>(out), count);
        break;
      case 2:
        narrow ? frame.kernel.widen_2_to_4(data, frame.out<std::int32_t>(out), count)
               : frame.kernel.widen_2_to_8(data, frame.out<std::int64_t>(out), count);
        break;
      default: frame.kernel.widen_4_to_8(data, frame.out<std::int64_t>(out), count); break;
    }
  } else {
    switch (column.width()) {
      case 1:
        narrow ? load_at<std::int8_t>(frame, column, index, out, null32)
               : load_at<std::int8_t>(frame, column, index, out, null64);
        break;
      case 2:
        narrow ? load_at<std::int16_t>(frame, column, index, out, null32)
               : load_at<std::int16_t>(frame, column, index, out, null64);
        break;
      case 4:
        narrow ? load_at<std::int32_t>(frame, column, index, out, null32)
               : load_at<std::int32_t>(frame, column, index, out, null64);
        break;
      default: load_at<std::int64_t>(frame, column, index, out, null64); break;
    }
  }
  const Column::Bounds bounds = straight ? column.bounds(first, count) : column.bounds();
  frame.vector(out).low = bounds.low;
  frame.vector(out).high = bounds.high;
}

}  // namespace

Reg Builder::load_column(const Table& table, std::size_t place, Reg index, int domain) {
  if (index == program_.rows) program_.columns_read.push_back(place);
  const Column& column = table.columns[place];
  return step("load", table.name + "/" + std::to_string(place) + "," + std::to_string(index), column.form(),
              column.scale(), domain, {index}, [=, owner = &table](Reg out) {
                return [=](Frame& frame) { load(frame, owner->columns[place], index, out); };
              });
}

PartPointer Builder::member(const PartPointer& base, std::string_view name) {
  const std::function<PartPointer(const Member&)> read = [&](const Member& member) -> PartPointer {
    const Table& table = *base->table;
    const Reg index = base->reg;
    if (member.what == Member::What::Context) {
      auto made = std::make_shared<Part>();
      made->form = Form::Context;
      made->domain = base->domain;
      const bool always = program_.rows == index;
      if (member.presence != SIZE_MAX) {
        const Reg held = load_column(table, member.presence, index, base->domain);
        made->presence = negate(is_null(scalar(table.columns[member.presence].form(), 0, base->domain, held)))->reg;
      } else if (!always) {
        made->presence = named(index, base->domain)->reg;
      }
      for (const Member& part : member.members) made->members.emplace_back(part.name, read(part));
      return made;
    }
    if (member.what == Member::What::List) {
      const int items = add_domain(base->domain);
      const Reg rows = add_register(Form::Index, 0, items);
      program_.steps.push_back({"children",
                                [=, owner = base->table, list = member.list, domain = base->domain](Frame& frame) {
                                  const ChildList& children = owner->lists[list];
                                  DomainState& made = frame.domain(items);
                                  const std::size_t parents = frame.size(domain);
                                  made.offsets.resize(parents + 1);
                                  std::int32_t total = 0;
                                  for (std::size_t p = 0; p < parents; ++p) {
                                    made.offsets[p] = total;
                                    const std::int32_t at = frame.row_at(index, p);
                                    if (at != null32)
                                      total +=
                                          static_cast<std::int32_t>(children.of(static_cast<std::size_t>(at)).size());
                                  }
                                  made.offsets[parents] = total;
                                  made.size = static_cast<std::size_t>(total);
                                  made.parent.resize(made.size);
                                  std::int32_t* to = frame.out<std::int32_t>(rows);
                                  for (std::size_t p = 0; p < parents; ++p) {
                                    const std::int32_t at = frame.row_at(index, p);
                                    if (at == null32) continue;
                                    std::int32_t* place = to + made.offsets[p];
                                    std::int32_t* owner_of = made.parent.data() + made.offsets[p];
                                    for (const std::int32_t child : children.of(static_cast<std::size_t>(at))) {
                                      *place++ = child;
                                      *owner_of++ = static_cast<std::int32_t>(p);
                                    }
                                  }
                                },
                                {index},
                                {rows},
                                items,
                                false});
      auto made = std::make_shared<Part>();
      made->form = Form::List;
      made->domain = base->domain;
      made->items = items;
      if (member.presence != SIZE_MAX) {
        made->presence =
            is_yes(scalar(Form::Boolean, 0, base->domain, load_column(table, member.presence, index, base->domain)))
                ->reg;
      } else if (index != program_.rows) {
        made->presence = named(index, base->domain)->reg;
      }
      const feel::TypePointer type = type_of_member(base->type, name);
      made->element = row(*member.table, rows, items,
                          type != nullptr && type->form == feel::Type::Form::List ? type->element : nullptr);
      if (!member.item.empty()) made->element = this->member(made->element, member.item);
      return made;
    }
    const Column& column = table.columns[member.column];
    const Form form = column.form();
    const Reg reg = load_column(table, member.column, index, base->domain);
    if (member.what == Member::What::Reference)
      return row(*member.table, reg, base->domain, type_of_member(base->type, name));
    return scalar(form, column.scale(), base->domain, reg);
  };
  const std::string key = base->table->name + "/" + std::string(name) + "/" + std::to_string(base->reg);
  if (const auto found = members_.find(key); found != members_.end()) return found->second;
  const Member* member = base->table->member(name);
  if (member == nullptr) return nullptr;
  const PartPointer made = read(*member);
  members_.emplace(key, made);
  return made;
}

PartPointer Builder::map(const PartPointer& list, PartPointer element) {
  auto made = std::make_shared<Part>(*list);
  made->element = std::move(element);
  return made;
}

PartPointer Builder::filter(const PartPointer& list, const PartPointer& condition) {
  if (condition->is_constant && condition->constant.is_true()) return list;
  const int from = list->items, items = add_domain(list->domain);
  const Reg kept = add_register(Form::Index, 0, items);
  const bool nothing = condition->form != Form::Boolean || condition->is_constant;
  const Reg on = nothing ? none : vector_of(condition, from);
  program_.steps.push_back({"filter",
                            [=, domain = list->domain](Frame& frame) {
                              const DomainState& source = frame.domain(from);
                              DomainState& made = frame.domain(items);
                              const std::size_t parents = frame.size(domain);
                              made.offsets.resize(parents + 1);
                              made.offsets[0] = 0;
                              made.parent.clear();
                              made.size = source.size;  // room for all
                              std::int32_t* to = frame.out<std::int32_t>(kept);
                              std::int32_t count = 0;
                              const std::uint8_t* truth = on == none ? nullptr : frame.in<std::uint8_t>(on);
                              for (std::size_t p = 0; p < parents; ++p) {
                                for (std::int32_t i = source.offsets[p]; truth != nullptr && i < source.offsets[p + 1];
                                     ++i) {
                                  if (truth[i] != yes) continue;
                                  to[count++] = i;
                                  made.parent.push_back(static_cast<std::int32_t>(p));
                                }
                                made.offsets[p + 1] = count;
                              }
                              made.size = static_cast<std::size_t>(count);
                            },
                            {on, parent_rows(from)},
                            {kept},
                            items,
                            false});
  auto made = std::make_shared<Part>(*list);
  made->items = items;
  made->element = gather(list->element, kept, items);
  return made;
}

PartPointer Builder::pick(const PartPointer& list, const PartPointer& position_in) {
  if (position_in->form == Form::Null) return null();
  if (position_in->form != Form::Number)
    throw NotCompiled{"列表位置须是数。", "A position in a list must be a number."};
  const int domain = deeper(list->domain, position_in->domain);
  const PartPointer held = spread(list, domain);
  const Reg position = vector_of(position_in, domain);
  const int from = held->items;
  const std::int64_t unit = power_of_ten(position_in->scale);
  const Reg index = step("pick", "", Form::Index, 0, domain, {position, parent_rows(from), held->presence},
                         [=, presence = held->presence](Reg out) {
                           return [=](Frame& frame) {
                             const DomainState& items = frame.domain(from);
                             const std::int64_t* at = frame.in<std::int64_t>(position);
                             std::int32_t* to = frame.out<std::int32_t>(out);
                             const std::size_t count = frame.size_of(out);
                             for (std::size_t p = 0; p < count; ++p) {
                               to[p] = null32;
                               if (at[p] == null64 || at[p] % unit != 0 ||
                                   (presence != none && frame.in<std::uint8_t>(presence)[p] != yes))
                                 continue;
                               const std::int64_t wanted = at[p] / unit, size = items.offsets[p + 1] - items.offsets[p];
                               if (wanted >= 1 && wanted <= size)
                                 to[p] = items.offsets[p] + static_cast<std::int32_t>(wanted - 1);
                               if (wanted < 0 && -wanted <= size)
                                 to[p] = items.offsets[p + 1] + static_cast<std::int32_t>(wanted);
                             }
                           };
                         });
  return gather(held->element, index, domain);
}

PartPointer Builder::pack(std::vector<PartPointer> parts) {
  int domain = 0;
  for (const PartPointer& part : parts) {
    if (!part->is_constant) domain = deeper(domain, part->domain);
  }
  const auto size = static_cast<std::int32_t>(parts.size());
  // Which of the parts an item is, and its row.
  const int items = add_domain(domain);
  const Reg which = add_register(Form::Index, 0, items);
  program_.steps.push_back({"items",
                            [=](Frame& frame) {
                              DomainState& made = frame.domain(items);
                              const std::size_t parents = frame.size(domain);
                              made.size = parents * static_cast<std::size_t>(size);
                              made.offsets.resize(parents + 1);
                              made.parent.resize(made.size);
                              std::int32_t* to = frame.out<std::int32_t>(which);
                              for (std::size_t p = 0; p <= parents; ++p)
                                made.offsets[p] = static_cast<std::int32_t>(p) * size;
                              for (std::size_t i = 0; i < made.size; ++i) {
                                made.parent[i] = static_cast<std::int32_t>(i / static_cast<std::size_t>(size));
                                to[i] = static_cast<std::int32_t>(i % static_cast<std::size_t>(size));
                              }
                            },
                            {domain == 0 ? program_.rows : parent_rows(domain)},
                            {which},
                            items,
                            false});
  PartPointer element = null();
  // Constants (the days of a calendar, say) are looked up, however many there are.
  const bool fixed = std::all_of(parts.begin(), parts.end(), [](const PartPointer& part) {
    return part->is_constant && (is_scalar(part->form) || part->form == Form::Null);
  });
  if (fixed) element = by_index(which, items, parts);
  for (std::int32_t i = size - 1; i >= 0 && !fixed; --i) {
    const Reg on = step("is item", std::to_string(which) + "," + std::to_string(i), Form::Boolean, 0, items, {which},
                        [=](Reg out) {
                          return [=](Frame& frame) {
                            const std::int32_t* from = frame.in<std::int32_t>(which);
                            std::uint8_t* to = frame.out<std::uint8_t>(out);
                            for (std::size_t k = 0; k < frame.size_of(out); ++k) to[k] = from[k] == i ? yes : no;
                          };
                        });
    element = choose(scalar(Form::Boolean, 0, items, on), spread(parts[static_cast<std::size_t>(i)], items), element);
  }
  auto made = std::make_shared<Part>();
  made->form = Form::List;
  made->domain = domain;
  made->items = items;
  made->element = spread(element, items);
  return made;
}

PartPointer Builder::choose_list(const PartPointer& condition, PartPointer a, PartPointer b, int domain) {
  const auto empty = [](const PartPointer& part) {
    return part->is_constant && part->constant.is(feel::Kind::List) && part->constant.items().empty();
  };
  for (PartPointer* part : {&a, &b}) {
    if ((*part)->is_constant && (*part)->form == Form::List && !empty(*part)) {
      std::vector<PartPointer> items;
      for (const Value& item : (*part)->constant.items()) items.push_back(constant(item));
      *part = pack(std::move(items));
    }
  }
  const bool a_held = !a->is_constant && a->form == Form::List, b_held = !b->is_constant && b->form == Form::List;
  if (!a_held && !b_held) throw NotCompiled{"常数列表之间的选择。", "A choice between constant lists."};
  const PartPointer x = a_held ? spread(a, domain) : nullptr, y = b_held ? spread(b, domain) : nullptr;
  const Reg on = vector_of(condition, domain);
  const int items = add_domain(domain), from_a = a_held ? x->items : -1, from_b = b_held ? y->items : -1;
  const Reg at_a = add_register(Form::Index, 0, items), at_b = add_register(Form::Index, 0, items);
  std::vector<Reg> in{on};
  if (a_held) in.push_back(parent_rows(from_a));
  if (b_held) in.push_back(parent_rows(from_b));
  program_.steps.push_back({"choose list",
                            [=](Frame& frame) {
                              DomainState& made = frame.domain(items);
                              const std::size_t parents = frame.size(domain);
                              const std::uint8_t* truth = frame.in<std::uint8_t>(on);
                              std::vector<std::int32_t> first, second;
                              made.offsets.assign(1, 0);
                              made.parent.clear();
                              for (std::size_t p = 0; p < parents; ++p) {
                                const bool taken = truth[p] == yes;
                                const int from = taken ? from_a : from_b;
                                if (from >= 0) {
                                  const DomainState& source = frame.domain(from);
                                  for (std::int32_t i = source.offsets[p]; i < source.offsets[p + 1]; ++i) {
                                    first.push_back(taken ? i : null32);
                                    second.push_back(taken ? null32 : i);
                                    made.parent.push_back(static_cast<std::int32_t>(p));
                                  }
                                }
                                made.offsets.push_back(static_cast<std::int32_t>(first.size()));
                              }
                              made.size = first.size();
                              std::copy(first.begin(), first.end(), frame.out<std::int32_t>(at_a));
                              std::copy(second.begin(), second.end(), frame.out<std::int32_t>(at_b));
                            },
                            in,
                            {at_a, at_b},
                            items,
                            false});
  auto made = std::make_shared<Part>();
  made->form = Form::List;
  made->domain = domain;
  made->items = items;
  const PartPointer from_first = a_held ? gather(x->element, at_a, items) : null(),
                    from_second = b_held ? gather(y->element, at_b, items) : null();
  made->element = spread(choose(named(at_a, items), from_first, from_second), items);
  const auto there = [&](const PartPointer& part) {
    return part->form == Form::Null                      ? constant(Value(false))
           : part->is_constant || part->presence == none ? constant(Value(true))
                                                         : scalar(Form::Boolean, 0, part->domain, part->presence);
  };
  const PartPointer presence = choose(condition, there(a), there(b));
  if (!(presence->is_constant && presence->constant.is_true())) made->presence = vector_of(presence, domain);
  return made;
}

}  // namespace yuanqu::columns
