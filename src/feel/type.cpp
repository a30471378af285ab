#include "feel/type.hpp"

#include <array>

#include "feel/evaluation.hpp"
#include "feel/function.hpp"

namespace yuanqu::feel {
namespace {

using TypeForm = Type::Form;

struct Named {
  std::string_view name;
  TypeForm form;
};
constexpr std::array<Named, 19> names = {{
    {"Any", TypeForm::Any},
    {"Null", TypeForm::Null},
    {"boolean", TypeForm::Boolean},
    {"number", TypeForm::Number},
    {"string", TypeForm::String},
    {"date", TypeForm::Date},
    {"time", TypeForm::Time},
    {"date and time", TypeForm::DateTime},
    {"days and time duration", TypeForm::DaysTimeDuration},
    {"years and months duration", TypeForm::YearsMonthsDuration},
    {"dateTime", TypeForm::DateTime},
    {"dayTimeDuration", TypeForm::DaysTimeDuration},
    {"yearMonthDuration", TypeForm::YearsMonthsDuration},
    {"context", TypeForm::Context},
    {"list", TypeForm::List},
    {"function", TypeForm::Function},
    {"range", TypeForm::Range},
    {"any", TypeForm::Any},
    {"null", TypeForm::Null},
}};

std::shared_ptr<Type> make(TypeForm form) {
  auto type = std::make_shared<Type>();
  type->form = form;
  type->open_context = form == TypeForm::Context;
  type->open_function = form == TypeForm::Function;
  return type;
}

bool is_any(const TypePointer& type) { return !type || type->form == TypeForm::Any; }

TypeForm form_of(Kind kind) {
  switch (kind) {
    case Kind::Boolean: return TypeForm::Boolean;
    case Kind::Number: return TypeForm::Number;
    case Kind::Date: return TypeForm::Date;
    case Kind::YearsMonthsDuration: return TypeForm::YearsMonthsDuration;
    case Kind::DaysTimeDuration: return TypeForm::DaysTimeDuration;
    case Kind::Time: return TypeForm::Time;
    case Kind::DateTime: return TypeForm::DateTime;
    case Kind::String: return TypeForm::String;
    case Kind::List: return TypeForm::List;
    case Kind::Context: return TypeForm::Context;
    case Kind::Range: return TypeForm::Range;
    case Kind::Function: return TypeForm::Function;
    default: return TypeForm::Null;
  }
}

// Evaluation is given where constraints count and null may stand for a part; without it the question is `instance of`.
bool fits(Evaluation* evaluation, const Value& value, const TypePointer& type) {
  if (is_any(type)) return evaluation != nullptr || !value.is_null();
  if (value.is_null()) return type->form == TypeForm::Null;
  if (form_of(value.kind()) != type->form) return false;
  auto part_fits = [&](const Value& part, const TypePointer& part_type) {
    return part.is_null() || fits(evaluation, part, part_type);
  };
  switch (type->form) {
    case TypeForm::List:
      for (const Value& item : value.items()) {
        if (!part_fits(item, type->element)) return false;
      }
      break;
    case TypeForm::Context:
      for (const Member& member : type->members) {
        const Value* entry = value.context().find(member.name);
        if (entry == nullptr || !part_fits(*entry, member.type)) return false;
      }
      break;
    case TypeForm::Range:
      if (!part_fits(value.range().low, type->element) || !part_fits(value.range().high, type->element)) return false;
      break;
    case TypeForm::Function:
      if (!type->open_function && !conforms(type_of(value), type)) return false;
      break;
    default: break;
  }
  return evaluation == nullptr || !type->constraint || type->constraint->admits(*evaluation, value);
}

}  // namespace

TypePointer Type::any() { return simple(TypeForm::Any); }

TypePointer Type::simple(Form form) {
  static const std::array<TypePointer, static_cast<std::size_t>(TypeForm::Unknown) + 1> all = [] {
    std::array<TypePointer, static_cast<std::size_t>(TypeForm::Unknown) + 1> types;
    for (std::size_t i = 0; i < types.size(); ++i) types[i] = make(static_cast<TypeForm>(i));
    return types;
  }();
  return all[static_cast<std::size_t>(form)];
}

TypePointer Type::list_of(TypePointer element) {
  auto type = make(TypeForm::List);
  type->element = std::move(element);
  return type;
}

TypePointer Type::range_of(TypePointer element) {
  auto type = make(TypeForm::Range);
  type->element = std::move(element);
  return type;
}

TypePointer Type::context_of(std::vector<Member> members) {
  auto type = make(TypeForm::Context);
  type->members = std::move(members);
  type->open_context = false;
  return type;
}

TypePointer Type::function_of(std::vector<Member> parameters, TypePointer result) {
  auto type = make(TypeForm::Function);
  type->members = std::move(parameters);
  type->element = std::move(result);
  type->open_function = false;
  return type;
}

TypePointer Type::builtin(std::string_view name) {
  for (const Named& named : names) {
    if (named.name == name) return simple(named.form);
  }
  return nullptr;
}

const Member* Type::member(std::string_view member_name) const {
  for (const Member& member : members) {
    if (member.name == member_name) return &member;
  }
  return nullptr;
}

std::string Type::to_string() const {
  auto print = [](const TypePointer& type) { return type ? type->to_string() : std::string("Any"); };
  if (!name.empty()) return name;
  switch (form) {
    case TypeForm::List: return "list<" + print(element) + ">";
    case TypeForm::Range: return "range<" + print(element) + ">";
    case TypeForm::Context: {
      if (members.empty()) return "context";
      std::string text;
      for (const Member& member : members) text += (text.empty() ? "" : ", ") + member.name + ": " + print(member.type);
      return "context<" + text + ">";
    }
    case TypeForm::Function: {
      if (open_function) return "function";
      std::string text;
      for (const Member& member : members) text += (text.empty() ? "" : ", ") + print(member.type);
      return "function<" + text + "> -> " + print(element);
    }
    default:
      for (const Named& named : names) {
        if (named.form == form) return std::string(named.name);
      }
      return "Any";
  }
}

TypePointer type_of(const Value& value) {
  switch (value.kind()) {
    case Kind::List: {
      TypePointer element;
      for (const Value& item : value.items()) {
        if (item.is_null()) continue;
        TypePointer type = type_of(item);
        if (!element) {
          element = type;
        } else if (conforms(element, type)) {
          element = type;
        } else if (!conforms(type, element)) {
          return Type::list_of(nullptr);
        }
      }
      return Type::list_of(element);
    }
    case Kind::Context: {
      std::vector<Member> members;
      for (const Entry& entry : value.context().entries) {
        members.push_back({std::string(entry.key.view()), entry.value.is_null() ? nullptr : type_of(entry.value)});
      }
      return Type::context_of(std::move(members));
    }
    case Kind::Range:
      return Type::range_of(type_of(value.range().low.is_null() ? value.range().high : value.range().low));
    case Kind::Function: return Type::function_of(value.function().parameters(), value.function().result_type());
    default: return Type::simple(form_of(value.kind()));
  }
}

bool conforms(const TypePointer& from, const TypePointer& to) {
  if (is_any(to) || from == to) return true;
  if (from && from->form == TypeForm::Null) return true;
  if (is_any(from) || from->form != to->form) return false;
  switch (from->form) {
    case TypeForm::List:
    case TypeForm::Range: return conforms(from->element, to->element);
    case TypeForm::Context:
      for (const Member& wanted : to->members) {
        const Member* member = from->member(wanted.name);
        if (member == nullptr || !conforms(member->type, wanted.type)) return false;
      }
      return true;
    case TypeForm::Function:
      if (to->open_function) return true;
      if (from->open_function || from->members.size() != to->members.size()) return false;
      for (std::size_t i = 0; i < to->members.size(); ++i) {
        if (!conforms(to->members[i].type, from->members[i].type)) return false;
      }
      return conforms(from->element, to->element);
    case TypeForm::Unknown: return from->name == to->name;
    default: return true;
  }
}

bool equivalent(const TypePointer& a, const TypePointer& b) { return conforms(a, b) && conforms(b, a); }

bool instance_of(const Value& value, const TypePointer& type) { return fits(nullptr, value, type); }

bool admits(Evaluation& evaluation, const Value& value, const TypePointer& type) {
  return value.is_null() || fits(&evaluation, value, type);
}

Value coerce(Evaluation& evaluation, const Value& value, const TypePointer& type, std::string_view what) {
  if (is_any(type) || value.is_null() || admits(evaluation, value, type)) return value;
  if (value.is(Kind::List) && type->form != TypeForm::List && value.items().size() == 1) {
    const Value& item = value.items().front();
    if (admits(evaluation, item, type)) return item;
  }
  if (!value.is(Kind::List) && type->form == TypeForm::List) {
    Value list = Value::list({value});
    if (admits(evaluation, list, type)) return list;
  }
  if (value.is(Kind::Date) && type->form == TypeForm::DateTime) {
    Value converted(DateTime::midnight_utc(value.date()));
    if (evaluation.horizon() != nullptr) note_use(*evaluation.horizon(), value);
    if (admits(evaluation, converted, type)) return converted;
  }
  evaluation.suppress(Suppressed::Code::DoesNotConform, 0, [&] {
    std::string shown = to_literal(value);
    if (shown.size() > 80) shown = std::string(name_of(value.kind()));
    return std::pair(
        "“" + std::string(what) + "”的值 " + shown + " 不符合类型 " + type->to_string() + "。",
        "The value " + shown + " of \"" + std::string(what) + "\" is not of type " + type->to_string() + ".");
  });
  return {};
}

}  // namespace yuanqu::feel
