// Lists to one value: count, sum, min, max, every, some.
#include <algorithm>

#include "columns/builder.hpp"

namespace yuanqu::columns {

using feel::Value;

PartPointer Builder::fold(Fold what, const PartPointer& list) {
  const int items = list->items, domain = list->domain;
  const Reg presence = list->presence;
  const auto there = [=](Frame& frame, std::size_t row) {
    return presence == none || frame.in<std::uint8_t>(presence)[row] == yes;
  };
  const std::string key = std::to_string(items) + "," + std::to_string(presence) + ",";
  if (what == Fold::Count) {
    return scalar(Form::Number, 0, domain,
                  step("count", key, Form::Number, 0, domain, {parent_rows(items), presence}, [=](Reg out) {
                    return [=](Frame& frame) {
                      const DomainState& state = frame.domain(items);
                      std::int64_t* to = frame.out<std::int64_t>(out);
                      const std::size_t count = frame.size_of(out);
                      for (std::size_t p = 0; p < count; ++p)
                        to[p] = there(frame, p) ? state.offsets[p + 1] - state.offsets[p] : null64;
                      frame.vector(out).low = 0;
                      frame.vector(out).high = static_cast<std::int64_t>(state.size);
                    };
                  }));
  }
  const PartPointer element = list->element;
  if (what == Fold::Every || what == Fold::Some) {
    if (element->form != Form::Boolean && element->form != Form::Null)
      throw NotCompiled{"条件须为真假值。", "A condition must be true or false."};
    const Reg truth = element->form == Form::Null
                          ? vector_of(std::make_shared<Part>(Part{.form = Form::Boolean, .is_constant = true}), items)
                          : vector_of(element, items);
    return scalar(Form::Boolean, 0, domain,
                  step(what == Fold::Every ? "every" : "some", key + std::to_string(truth), Form::Boolean, 0, domain,
                       {truth, parent_rows(items), presence}, [=](Reg out) {
                         return [=](Frame& frame) {
                           const DomainState& state = frame.domain(items);
                           const std::uint8_t* from = frame.in<std::uint8_t>(truth);
                           std::uint8_t* to = frame.out<std::uint8_t>(out);
                           const std::size_t count = frame.size_of(out);
                           for (std::size_t p = 0; p < count; ++p) {
                             std::uint8_t held = what == Fold::Every ? yes : no;
                             for (std::int32_t i = state.offsets[p]; i < state.offsets[p + 1]; ++i)
                               held = what == Fold::Every ? std::min(held, from[i]) : std::max(held, from[i]);
                             to[p] = there(frame, p) ? held : unknown;
                           }
                         };
                       }));
  }
  // Numbers add up; numbers, dates and durations have a least and a greatest. One null makes the whole null, and so
  // does an empty list.
  if (element->form == Form::Null) return null();
  const bool sum = what == Fold::Sum;
  if (element->form == Form::Decimal) {
    const Reg from = vector_of(element, items);
    return scalar(Form::Decimal, 0, domain,
                  step("fold decimals", key + std::to_string(static_cast<int>(what)) + "," + std::to_string(from),
                       Form::Decimal, 0, domain, {from, parent_rows(items), presence}, [=](Reg out) {
                         return [=](Frame& frame) {
                           const DomainState& state = frame.domain(items);
                           const base::Decimal* numbers = frame.in<base::Decimal>(from);
                           base::Decimal* to = frame.out<base::Decimal>(out);
                           const std::size_t count = frame.size_of(out);
                           for (std::size_t p = 0; p < count; ++p) {
                             std::optional<base::Decimal> total;
                             for (std::int32_t i = state.offsets[p]; i < state.offsets[p + 1]; ++i) {
                               if (columns::is_null(numbers[i])) {
                                 total.reset();
                                 break;
                               }
                               if (i == state.offsets[p])
                                 total = sum ? base::add(base::Decimal(), numbers[i]) : numbers[i];
                               else if (sum)
                                 total = base::add(*total, numbers[i]);
                               else if (what == Fold::Minimum ? numbers[i] < *total : numbers[i] > *total)
                                 total = numbers[i];
                               if (!total) break;
                             }
                             to[p] = total && there(frame, p) ? *total : null_decimal();
                           }
                         };
                       }));
  }
  const Form form = element->form;
  const bool whole =
      form == Form::Number || (!sum && (form == Form::Date || form == Form::Months || form == Form::Seconds));
  if (!whole) throw NotCompiled{"这些项没有向量算法。", "There is no vector step for these items."};
  note_use(element);
  const Reg from = vector_of(element, items);
  auto made = scalar(form, element->scale, domain,
                     step("fold", key + std::to_string(static_cast<int>(what)) + "," + std::to_string(from), form,
                          element->scale, domain, {from, parent_rows(items), presence}, [=](Reg out) {
                            return [=](Frame& frame) {
                              const DomainState& state = frame.domain(items);
                              const std::size_t count = frame.size_of(out);
                              std::int64_t* words = form == Form::Date ? nullptr : frame.out<std::int64_t>(out);
                              std::int32_t* days = form == Form::Date ? frame.out<std::int32_t>(out) : nullptr;
                              for (std::size_t p = 0; p < count; ++p) {
                                std::int64_t total = null64;
                                if (there(frame, p)) {
                                  for (std::int32_t i = state.offsets[p]; i < state.offsets[p + 1]; ++i) {
                                    const std::int64_t word = frame.word(from, static_cast<std::size_t>(i));
                                    if (word == null64) {
                                      total = null64;
                                      break;
                                    }
                                    if (i == state.offsets[p]) {
                                      total = word;
                                    } else if (!sum) {
                                      total = what == Fold::Minimum ? std::min(total, word) : std::max(total, word);
                                    } else if (__builtin_add_overflow(total, word, &total) || total == null64) {
                                      frame.escape(domain, p);
                                      total = null64;
                                      break;
                                    }
                                  }
                                }
                                if (days != nullptr)
                                  days[p] = total == null64 ? null32 : static_cast<std::int32_t>(total);
                                else
                                  words[p] = total;
                              }
                              if (words != nullptr)
                                frame.kernel.bounds(words, count, &frame.vector(out).low, &frame.vector(out).high);
                            };
                          }));
  return made;
}

}  // namespace yuanqu::columns
