#include "columns/frame.hpp"

namespace yuanqu::columns {

using feel::Value;

Frame::Frame(const Program& program_given, Dictionary* writable)
    : program(program_given),
      texts(program.store->dictionary, writable),
      vectors(program.registers.size()),
      domains(program.parents.size()),
      buffers(program.registers.size()),
      memories(program.states) {
  if (program.models != nullptr) {
    dmn::EvaluatorOptions options;
    options.collect_failures = false;
    evaluator = std::make_unique<dmn::Evaluator>(program.models, options);
  }
}

void* Frame::room(Reg reg, std::size_t bytes) {
  Buffer& buffer = buffers[static_cast<std::size_t>(reg)];
  if (buffer.capacity < bytes || buffer.bytes == nullptr) {
    buffer.capacity = bytes + bytes / 2 + 64;
    buffer.bytes = std::make_unique<std::byte[]>(buffer.capacity);
  }
  Vector& made = vector(reg);
  made.data = buffer.bytes.get();
  made.base = -1;
  return buffer.bytes.get();
}

Value* Frame::out_boxed(Reg reg) {
  Buffer& buffer = buffers[static_cast<std::size_t>(reg)];
  buffer.boxed.assign(size_of(reg), Value());
  vector(reg).data = buffer.boxed.data();
  return buffer.boxed.data();
}

std::int64_t Frame::word(Reg reg, std::size_t row) {
  switch (program.registers[static_cast<std::size_t>(reg)].form) {
    case Form::Boolean: return in<std::uint8_t>(reg)[row];
    case Form::Date:
    case Form::Text: {
      const std::int32_t word = in<std::int32_t>(reg)[row];
      return word == null32 ? null64 : word;
    }
    case Form::Index: {
      const std::int32_t at = row_at(reg, row);
      return at == null32 ? null64 : at;
    }
    default: return in<std::int64_t>(reg)[row];
  }
}

Value Frame::value(const Part& part, std::size_t row) {
  if (part.is_constant) return part.constant;
  switch (part.form) {
    case Form::Null: return {};
    case Form::Boxed: return in<Value>(part.reg)[row];
    case Form::Decimal: {
      const base::Decimal number = in<base::Decimal>(part.reg)[row];
      return is_null(number) ? Value() : Value(number);
    }
    case Form::Context: {
      if (part.presence != none && in<std::uint8_t>(part.presence)[row] != yes) return {};
      std::vector<feel::Entry> entries;
      entries.reserve(part.members.size());
      for (const auto& [name, member] : part.members)
        entries.push_back(
            {feel::String(name), value(*member, member->domain == part.domain ? row : root(part.domain, row))});
      return Value::context(std::move(entries));
    }
    case Form::List: {
      if (part.presence != none && in<std::uint8_t>(part.presence)[row] != yes) return {};
      const DomainState& items = domain(part.items);
      std::vector<Value> made;
      for (std::int32_t i = items.offsets[row]; i < items.offsets[row + 1]; ++i)
        made.push_back(value(*part.element, static_cast<std::size_t>(i)));
      return Value::list(std::move(made));
    }
    case Form::Function: return evaluator == nullptr ? Value() : evaluator->value_of(part.function);
    case Form::Row:
    case Form::Index: return {};
    default: {
      const std::int64_t at = word(part.reg, row);
      if (part.form == Form::Text) return at == null64 ? Value() : Value(texts.text(static_cast<std::int32_t>(at)));
      Value made = to_value(part.form, part.scale, at, program.store->dictionary);
      if (part.moves && program.tracks && made.is(feel::Kind::Date)) made.set_motion(part.motion);
      return made;
    }
  }
}

}  // namespace yuanqu::columns
