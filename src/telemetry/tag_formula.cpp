#include "telemetry/tag_formula.hpp"

#include "base/decimal.hpp"

namespace yuanqu::telemetry {

namespace {
constexpr int offset_minutes = 8 * 60;
}

feel::Value to_feel(const Value& value) {
  if (const auto* truth = std::get_if<bool>(&value)) return feel::Value(*truth);
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return feel::Value(base::Decimal(*integer));
  if (const auto* text = std::get_if<std::string>(&value)) return feel::Value(*text);
  if (std::holds_alternative<std::monostate>(value)) return {};
  const auto number = base::Decimal::parse(to_text(value));
  return number ? feel::Value(*number) : feel::Value();
}

std::optional<Value> from_feel(const feel::Value& value, ValueType type) {
  switch (type) {
    case ValueType::Boolean:
      if (value.is(feel::Kind::Boolean)) return Value(value.boolean());
      return std::nullopt;
    case ValueType::Text:
      if (value.is(feel::Kind::String)) return Value(std::string(value.text()));
      return std::nullopt;
    default: break;
  }
  if (!value.is(feel::Kind::Number)) return std::nullopt;
  if (type == ValueType::Number) return Value(value.number().to_double());
  auto parsed = parse_value(value.number().to_string(), type);
  return parsed ? std::optional(std::move(*parsed)) : std::nullopt;
}

struct TagFormula::Parts {
  Inputs inputs;
  std::vector<feel::Slot> slots;
  feel::Expression expression;
  std::size_t frame_size = 0;
  feel::Evaluation evaluation;
};

TagFormula::TagFormula(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
TagFormula::TagFormula(TagFormula&&) noexcept = default;
TagFormula& TagFormula::operator=(TagFormula&&) noexcept = default;
TagFormula::~TagFormula() = default;

const Inputs& TagFormula::inputs() const { return parts_->inputs; }

base::Result<TagFormula> TagFormula::compile(const TagExpression& expression) {
  auto parts = std::make_unique<Parts>();
  feel::Scope scope;
  for (const auto& [name, tag] : expression.inputs) parts->slots.push_back(scope.declare(name));
  parts->inputs = expression.inputs;
  auto compiled = feel::compile(expression.text, scope);
  if (!compiled) return tl::unexpected(compiled.error());
  parts->expression = std::move(*compiled);
  parts->frame_size = scope.frame_size();
  return TagFormula(std::move(parts));
}

feel::Value TagFormula::evaluate(const ValueOf& value_of, std::int64_t time_ms) {
  parts_->evaluation.reset();
  parts_->evaluation.set_now(time_ms, offset_minutes);
  feel::Frame frame(parts_->evaluation, parts_->frame_size);
  for (std::size_t i = 0; i < parts_->slots.size(); ++i) {
    const Value* value = value_of(parts_->inputs[i].second);
    frame[parts_->slots[i]] = value == nullptr ? feel::Value() : to_feel(*value);
  }
  return parts_->expression.evaluate(parts_->evaluation, frame);
}

}  // namespace yuanqu::telemetry
