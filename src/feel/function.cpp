#include "feel/function.hpp"

#include <algorithm>

#include "feel/evaluation.hpp"

namespace yuanqu::feel {
namespace {

class NativeFunction final : public Function {
 public:
  NativeFunction(std::string name, std::vector<Member> parameters, TypePointer result, NativeBody body)
      : name_(std::move(name)),
        parameters_(std::move(parameters)),
        result_(std::move(result)),
        body_(std::move(body)) {}

  std::string_view name() const override { return name_; }
  const std::vector<Member>& parameters() const override { return parameters_; }
  TypePointer result_type() const override { return result_; }
  Value call(Evaluation& evaluation, std::span<const Value> arguments) const override {
    std::vector<Value> converted;
    converted.reserve(arguments.size());
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      converted.push_back(coerce(evaluation, arguments[i], parameters_[i].type, parameters_[i].name));
      // An argument that does not conform makes the call null (10.3.2.13).
      if (converted.back().is_null() && !arguments[i].is_null()) return {};
    }
    return coerce(evaluation, body_(evaluation, converted), result_, name_);
  }

 private:
  std::string name_;
  std::vector<Member> parameters_;
  TypePointer result_;
  NativeBody body_;
};

Value wrong_arguments(Evaluation& evaluation, const Function& function, std::string_view unknown) {
  evaluation.suppress(Suppressed::Code::WrongArguments, 0, [&] {
    std::string list;
    for (const Member& parameter : function.parameters()) list += (list.empty() ? "" : ", ") + parameter.name;
    std::string name(function.name());
    std::string zh = "函数" + (name.empty() ? "" : "“" + name + "”") + "的参数是（" + list + "）";
    std::string en = "The function " + (name.empty() ? "" : "\"" + name + "\" ") + "takes (" + list + ")";
    if (!unknown.empty()) {
      zh += "，没有“" + std::string(unknown) + "”";
      en += ", not \"" + std::string(unknown) + "\"";
    }
    return std::pair(zh + "。", en + ".");
  });
  return {};
}

}  // namespace

Value Function::invoke(Evaluation& evaluation, std::span<const Value> arguments, std::span<const String> names) const {
  const std::vector<Member>& wanted = parameters();
  if (names.empty()) {
    if (arguments.size() != wanted.size()) return wrong_arguments(evaluation, *this, {});
    return call(evaluation, arguments);
  }
  std::vector<Value> bound(wanted.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto place = std::find_if(wanted.begin(), wanted.end(), [&](const Member& m) { return m.name == names[i].view(); });
    if (place == wanted.end()) return wrong_arguments(evaluation, *this, names[i].view());
    bound[static_cast<std::size_t>(place - wanted.begin())] = arguments[i];
  }
  if (names.size() != wanted.size()) return wrong_arguments(evaluation, *this, {});
  return call(evaluation, bound);
}

Value make_function(std::string name, std::vector<Member> parameters, TypePointer result, NativeBody body) {
  return Value::function(
      new NativeFunction(std::move(name), std::move(parameters), std::move(result), std::move(body)));
}

Value call_function(Evaluation& evaluation, const Value& function, std::span<const Value> arguments,
                    std::span<const String> names) {
  if (!function.is(Kind::Function)) {
    evaluation.suppress(Suppressed::Code::UnknownFunction, 0, [&] {
      return std::pair("这里需要函数，得到的是 " + std::string(name_of(function.kind())) + "。",
                       "A function is needed here, not a value of type " + std::string(name_of(function.kind())) + ".");
    });
    return {};
  }
  Evaluation::DepthGuard deeper(evaluation);
  if (!deeper.ok() || !evaluation.step()) return {};
  Value keep = function;  // the callee may replace the variable that holds it
  return keep.function().invoke(evaluation, arguments, names);
}

}  // namespace yuanqu::feel
