// Calls, unary tests and conversions to declared types.
#include <algorithm>
#include <map>

#include "columns/feel_compiler.hpp"
#include "feel/expression.hpp"

namespace yuanqu::columns {

using feel::Syntax;
using feel::SyntaxForm;
using feel::Type;
using feel::Value;

namespace {

// What a built-in function answers when it does not answer null.
Form result_of(const std::string& name) {
  static const std::map<std::string, Form, std::less<>> forms = {{"number", Form::Decimal},
                                                                 {"string length", Form::Decimal},
                                                                 {"abs", Form::Decimal},
                                                                 {"modulo", Form::Decimal},
                                                                 {"sqrt", Form::Decimal},
                                                                 {"log", Form::Decimal},
                                                                 {"exp", Form::Decimal},
                                                                 {"decimal", Form::Decimal},
                                                                 {"floor", Form::Decimal},
                                                                 {"ceiling", Form::Decimal},
                                                                 {"round up", Form::Decimal},
                                                                 {"round down", Form::Decimal},
                                                                 {"round half up", Form::Decimal},
                                                                 {"round half down", Form::Decimal},
                                                                 {"count", Form::Decimal},
                                                                 {"sum", Form::Decimal},
                                                                 {"mean", Form::Decimal},
                                                                 {"median", Form::Decimal},
                                                                 {"stddev", Form::Decimal},
                                                                 {"product", Form::Decimal},
                                                                 {"day of year", Form::Decimal},
                                                                 {"week of year", Form::Decimal},
                                                                 {"substring", Form::Text},
                                                                 {"upper case", Form::Text},
                                                                 {"lower case", Form::Text},
                                                                 {"substring before", Form::Text},
                                                                 {"substring after", Form::Text},
                                                                 {"replace", Form::Text},
                                                                 {"string", Form::Text},
                                                                 {"string join", Form::Text},
                                                                 {"day of week", Form::Text},
                                                                 {"month of year", Form::Text},
                                                                 {"contains", Form::Boolean},
                                                                 {"starts with", Form::Boolean},
                                                                 {"ends with", Form::Boolean},
                                                                 {"matches", Form::Boolean},
                                                                 {"list contains", Form::Boolean},
                                                                 {"odd", Form::Boolean},
                                                                 {"even", Form::Boolean},
                                                                 {"all", Form::Boolean},
                                                                 {"any", Form::Boolean},
                                                                 {"is", Form::Boolean},
                                                                 {"not", Form::Boolean},
                                                                 {"before", Form::Boolean},
                                                                 {"after", Form::Boolean},
                                                                 {"meets", Form::Boolean},
                                                                 {"met by", Form::Boolean},
                                                                 {"overlaps", Form::Boolean},
                                                                 {"during", Form::Boolean},
                                                                 {"includes", Form::Boolean},
                                                                 {"starts", Form::Boolean},
                                                                 {"finishes", Form::Boolean},
                                                                 {"coincides", Form::Boolean},
                                                                 {"started by", Form::Boolean},
                                                                 {"finished by", Form::Boolean},
                                                                 {"date", Form::Date},
                                                                 {"years and months duration", Form::Months}};
  const auto found = forms.find(name);
  return found == forms.end() ? Form::Boxed : found->second;
}

std::optional<RoundingWay> rounding_of(const std::string& name) {
  if (name == "decimal") return RoundingWay::HalfEven;
  if (name == "floor") return RoundingWay::Floor;
  if (name == "ceiling") return RoundingWay::Ceiling;
  if (name == "round up") return RoundingWay::Up;
  if (name == "round down") return RoundingWay::Down;
  if (name == "round half up") return RoundingWay::HalfUp;
  if (name == "round half down") return RoundingWay::HalfDown;
  return std::nullopt;
}

}  // namespace

PartPointer FeelCompiler::call(const Syntax& syntax, const Names* names) {
  const Syntax& callee = *syntax.parts[0];
  PartPointer target;
  if (callee.form == SyntaxForm::Name) {
    target = find(names, callee.text);
    if (target == nullptr) return builtin(syntax, names);
  } else {
    target = compile(callee, names);
  }
  if (target->form != Form::Function || functions_ == nullptr) throw no_steps(feel::print(callee));
  std::vector<PartPointer> arguments;
  const auto& parameters = functions_->parameters(target->function);
  if (syntax.names.empty()) {
    if (syntax.parts.size() - 1 != parameters.size()) throw no_steps(feel::print(callee));
    for (std::size_t i = 1; i < syntax.parts.size(); ++i) arguments.push_back(compile(*syntax.parts[i], names));
  } else {
    if (syntax.names.size() != parameters.size()) throw no_steps(feel::print(callee));
    for (const feel::Member& parameter : parameters) {
      const auto given = std::find(syntax.names.begin(), syntax.names.end(), parameter.name);
      if (given == syntax.names.end()) throw no_steps(feel::print(callee));
      arguments.push_back(compile(*syntax.parts[1 + static_cast<std::size_t>(given - syntax.names.begin())], names));
    }
  }
  return functions_->call(target->function, std::move(arguments));
}

PartPointer FeelCompiler::aggregate(const std::string& name, const PartPointer& list) {
  if (name == "count") return builder_.fold(Builder::Fold::Count, list);
  if (name == "sum") return builder_.fold(Builder::Fold::Sum, list);
  if (name == "min") return builder_.fold(Builder::Fold::Minimum, list);
  if (name == "max") return builder_.fold(Builder::Fold::Maximum, list);
  if (name == "all") return builder_.fold(Builder::Fold::Every, list);
  if (name == "any") return builder_.fold(Builder::Fold::Some, list);
  if (name == "mean") {
    const PartPointer element =
        builder_.to_decimal(list->element->form == Form::Null ? throw no_steps(name) : list->element);
    return builder_.arithmetic(
        feel::Operation::Divide,
        builder_.fold(Builder::Fold::Sum, builder_.map(list, builder_.spread(element, list->items))),
        builder_.fold(Builder::Fold::Count, list));
  }
  throw no_steps(name);
}

PartPointer FeelCompiler::builtin(const Syntax& syntax, const Names* names) {
  const std::string& name = syntax.parts[0]->text;
  const std::size_t count = syntax.parts.size() - 1;
  try {
    if (!syntax.names.empty()) throw no_steps(name);
    const auto argument = [&](std::size_t i) { return compile(*syntax.parts[i + 1], names); };
    if (name == "not" && count == 1) {
      const PartPointer value = argument(0);
      if (value->form == Form::Boolean || value->form == Form::Null) return builder_.negate(value);
    }
    if ((name == "count" || name == "sum" || name == "min" || name == "max" || name == "mean" || name == "all" ||
         name == "any") &&
        count == 1) {
      const PartPointer list = argument(0);
      if (list->form == Form::List && !list->is_constant) return aggregate(name, list);
    }
    if ((name == "min" || name == "max" || name == "sum") && count > 1) {
      std::vector<PartPointer> items;
      for (std::size_t i = 0; i < count; ++i) {
        items.push_back(argument(i));
        if (items.back()->form != Form::Number && items.back()->form != Form::Decimal &&
            items.back()->form != Form::Date)
          throw no_steps(name);
      }
      const bool fixed =
          std::all_of(items.begin(), items.end(), [](const PartPointer& item) { return item->is_constant; });
      const bool alike = std::all_of(items.begin(), items.end(), [&](const PartPointer& item) {
        return (item->form == Form::Date) == (items[0]->form == Form::Date);
      });
      if (fixed || !alike || (name == "sum" && items[0]->form == Form::Date)) throw no_steps(name);
      PartPointer result = items[0];
      for (std::size_t i = 1; i < count; ++i) {
        if (name == "sum") {
          result = builder_.arithmetic(feel::Operation::Add, result, items[i]);
          continue;
        }
        // Null when either is null.
        const PartPointer better =
            builder_.compare(name == "min" ? Relation::LessOrEqual : Relation::GreaterOrEqual, result, items[i]);
        const PartPointer chosen = builder_.choose(better, result, items[i]);
        result = builder_.choose(builder_.is_null(better), builder_.null(), chosen);
      }
      return result;
    }
    if (const auto way = rounding_of(name); way && (count == 1 || count == 2)) {
      const PartPointer value = argument(0);
      PartPointer scale = count == 2 ? argument(1) : builder_.constant(Value(0));
      const auto digits = scale->is_constant ? word_at(scale->constant, 0) : std::nullopt;
      if (digits && *digits >= 0 && *digits <= scale_max &&
          (value->form == Form::Number || value->form == Form::Decimal) && !value->is_constant) {
        return builder_.round(*way, static_cast<int>(*digits), value);
      }
    }
    if (name == "list contains" && count == 2) {
      const PartPointer list = argument(0), wanted = argument(1);
      if (list->form == Form::List && !list->is_constant && (wanted->is_constant || is_scalar(wanted->form))) {
        const PartPointer equal = builder_.is_yes(builder_.compare(
            Relation::Equal, list->element, wanted->is_constant ? wanted : builder_.spread(wanted, list->items)));
        return builder_.fold(Builder::Fold::Some, builder_.map(list, builder_.spread(equal, list->items)));
      }
      if (list->is_constant && list->form == Form::List && is_scalar(wanted->form) && !wanted->is_constant &&
          wanted->form != Form::Boxed && wanted->form != Form::Text) {
        PartPointer found = builder_.constant(Value(false));
        for (const Value& item : list->constant.items())
          found = builder_.either(found,
                                  builder_.is_yes(builder_.compare(Relation::Equal, wanted, builder_.constant(item))));
        return found;
      }
    }
    if ((name == "abs") && count == 1) {
      const PartPointer value = argument(0);
      if (value->form == Form::Number && !value->is_constant) {
        return builder_.choose(builder_.compare(Relation::Less, value, builder_.constant(Value(0))),
                               builder_.arithmetic(feel::Operation::Multiply, value, builder_.constant(Value(-1))),
                               value);
      }
    }
  } catch (const NotCompiled& why) {
    return interpret(syntax, names, result_of(name), why);
  }
  return interpret(syntax, names, result_of(name), no_steps(name));
}

PartPointer FeelCompiler::one_test(const Syntax& test, const Names* names, const PartPointer& input) {
  if (test.form == SyntaxForm::Test) {
    const PartPointer bound = compile(*test.parts[0], names);
    static const std::map<feel::Operation, Relation> relations = {
        {feel::Operation::Less, Relation::Less},       {feel::Operation::LessOrEqual, Relation::LessOrEqual},
        {feel::Operation::Greater, Relation::Greater}, {feel::Operation::GreaterOrEqual, Relation::GreaterOrEqual},
        {feel::Operation::Equal, Relation::Equal},     {feel::Operation::NotEqual, Relation::NotEqual}};
    const auto relation = relations.find(test.operation);
    if (relation == relations.end()) throw no_steps(feel::print(test));
    return builder_.compare(relation->second, input, bound);
  }
  if (test.form == SyntaxForm::Interval) {
    const PartPointer low = compile(*test.parts[0], names), high = compile(*test.parts[1], names);
    if (low->is_constant && high->is_constant &&
        (low->form == Form::Null || high->form == Form::Null || low->form != high->form)) {
      const bool numbers = (low->form == Form::Number || low->form == Form::Decimal) &&
                           (high->form == Form::Number || high->form == Form::Decimal);
      if (!numbers) throw no_steps(feel::print(test));
    }
    if (!is_scalar(low->form) || !is_scalar(high->form)) throw no_steps(feel::print(test));
    const PartPointer above =
        builder_.compare(test.low_included ? Relation::GreaterOrEqual : Relation::Greater, input, low);
    const PartPointer below =
        builder_.compare(test.high_included ? Relation::LessOrEqual : Relation::Less, input, high);
    // Unknown above decides before anything else, unlike in a conjunction.
    const PartPointer together = builder_.both(above, below);
    PartPointer open = builder_.is_null(above->form == Form::Boolean ? above : builder_.null());
    if (low->is_constant && high->is_constant) {
      // A constant interval that ends before it begins is null, and nothing is in it.
      if (low->constant.is(feel::Kind::Number) && low->constant.number() > high->constant.number())
        throw no_steps(feel::print(test));
      return together;
    }
    const PartPointer open_below = builder_.is_null(below->form == Form::Boolean ? below : builder_.null());
    return builder_.choose(builder_.either(open, open_below), builder_.null(), together);
  }
  // The cell of a list of texts or numbers: constants are equal or not.
  const PartPointer value = compile(test, names);
  const std::function<bool(const Syntax&)> uses_input = [&](const Syntax& part) {
    if (part.form == SyntaxForm::Name && part.text == "?") return true;
    return std::any_of(part.parts.begin(), part.parts.end(), [&](const auto& p) { return uses_input(*p); });
  };
  if (uses_input(test)) {
    if (value->form != Form::Boolean && value->form != Form::Null) throw no_steps(feel::print(test));
    return value->form == Form::Null ? builder_.null() : value;
  }
  if (value->form == Form::Null) return builder_.is_null(input);
  const bool numbers = (value->form == Form::Number || value->form == Form::Decimal) &&
                       (input->form == Form::Number || input->form == Form::Decimal);
  if (!is_scalar(value->form) || value->form == Form::Boxed || (value->form != input->form && !numbers))
    throw no_steps(feel::print(test));
  if (value->form == Form::Boolean && input->form != Form::Boolean) throw no_steps(feel::print(test));
  return builder_.compare(Relation::Equal, input, value);
}

PartPointer FeelCompiler::test(const Syntax& tests, const Names* names) {
  if (tests.form != SyntaxForm::Tests) throw no_steps(feel::print(tests));
  if (tests.parts.empty()) return builder_.constant(Value(true));
  const PartPointer input = find(names, "?");
  try {
    if (input == nullptr || input->is_constant || !is_scalar(input->form) || input->form == Form::Boxed)
      throw no_steps(feel::print(tests));
    PartPointer result = builder_.constant(Value(false));
    for (const auto& part : tests.parts) result = builder_.either(result, one_test(*part, names, input));
    return tests.negated ? builder_.negate(result) : result;
  } catch (const NotCompiled& why) {
    return interpret(tests, names, Form::Boolean, why);
  }
}

bool FeelCompiler::fits(const PartPointer& part, const feel::TypePointer& type) const {
  if (type == nullptr || part->form == Form::Null) return true;
  if (type->constraint != nullptr) return false;
  if (type->form == Type::Form::Any) return true;
  switch (part->form) {
    case Form::Boolean: return type->form == Type::Form::Boolean;
    case Form::Number:
    case Form::Decimal: return type->form == Type::Form::Number;
    case Form::Text: return type->form == Type::Form::String;
    case Form::Date: return type->form == Type::Form::Date;
    case Form::Months: return type->form == Type::Form::YearsMonthsDuration;
    case Form::Seconds: return type->form == Type::Form::DaysTimeDuration;
    case Form::List:
      if (type->form != Type::Form::List) return false;
      if (part->is_constant)
        return std::all_of(part->constant.items().begin(), part->constant.items().end(),
                           [&](const Value& item) { return fits(Builder::constant(item), type->element); });
      return fits(part->element, type->element);
    case Form::Context:
      if (type->form != Type::Form::Context) return false;
      return std::all_of(type->members.begin(), type->members.end(), [&](const feel::Member& member) {
        const auto found = std::find_if(part->members.begin(), part->members.end(),
                                        [&](const auto& own) { return own.first == member.name; });
        return found != part->members.end() && fits(found->second, member.type);
      });
    case Form::Row:
      // What a model declares of a row was checked when the row was bound; another declaration is checked by the
      // columns' forms.
      if (part->type == type) return true;
      if (type->form != Type::Form::Context) return false;
      return std::all_of(type->members.begin(), type->members.end(), [&](const feel::Member& member) {
        const Member* own = part->table->member(member.name);
        if (own == nullptr || own->what != Member::What::Scalar) return false;
        Part column;
        column.form = part->table->columns[own->column].form();
        return fits(std::make_shared<Part>(column), member.type);
      });
    default: return false;
  }
}

PartPointer FeelCompiler::conform(const PartPointer& part, const feel::TypePointer& type, const std::string& what) {
  if (fits(part, type)) return part;
  const PartPointer boxable = part->form == Form::Row || part->form == Form::List ? as_context(part) : part;
  if (!builder_.can_box(boxable))
    throw NotCompiled{"“" + what + "”须换成声明的类型。", "\"" + what + "\" must be converted to its declared type."};
  Form form = form_of(type);
  int scale = 0;
  const bool number = type->form == Type::Form::Number && part->form == Form::Number;
  if (number) form = Form::Number, scale = part->scale;
  return builder_.slow(
      {boxable}, form, scale,
      [type, what](Frame& frame, std::span<const Value> arguments) {
        return feel::coerce(frame.evaluation(), arguments[0], type, what);
      },
      {builder_.decision, what, "声明的类型要逐值核对。", "The declared type is checked value by value."});
}

}  // namespace yuanqu::columns
