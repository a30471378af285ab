// What no vector step exists for: one value after the other, remembered by what goes in where that is plain.
#include <unordered_map>

#include "columns/builder.hpp"
#include "feel/horizon.hpp"

namespace yuanqu::columns {

using feel::Value;

namespace {

struct Answer {
  Value value;
  std::int32_t after = INT32_MAX;  // days until it could differ
};

struct Known : Memory {
  std::unordered_map<std::string, Answer> answers;
};
constexpr std::size_t known_max = 200'000;

}  // namespace

bool Builder::can_box(const PartPointer& part) const {
  if (part->is_constant || is_scalar(part->form) || part->form == Form::Null || part->form == Form::Function)
    return true;
  if (part->form == Form::Context) {
    for (const auto& [name, member] : part->members) {
      if (!can_box(member) || (!member->is_constant && member->domain != part->domain)) return false;
    }
    return true;
  }
  return part->form == Form::List && can_box(part->element) &&
         (part->element->is_constant || part->element->domain == part->items);
}

PartPointer Builder::slow(std::vector<PartPointer> inputs, Form form, int scale, Slow function, const SlowPart& why) {
  int domain = 0;
  for (const PartPointer& input : inputs) {
    if (!can_box(input)) throw NotCompiled{why.zh, why.en};
    if (!input->is_constant && input->form != Form::Null && input->form != Form::Function)
      domain = deeper(domain, input->domain);
  }
  bool moves = false;
  Reg code = none;  // all inputs are functions of this one text
  bool by_code = true, plain = true;
  std::vector<Reg> in, key;
  for (PartPointer& input : inputs) {
    if (input->is_constant || input->form == Form::Null || input->form == Form::Function) continue;
    input = spread(input, domain);
    moves = moves || input->moves;
    const std::function<void(const Part&)> read = [&](const Part& part) {
      for (const Reg reg : {part.reg, part.presence}) {
        if (reg != none) in.push_back(reg);
      }
      for (const auto& [name, member] : part.members) read(*member);
      if (part.form == Form::List && !part.is_constant) {
        in.push_back(parent_rows(part.items));
        read(*part.element);
      }
    };
    read(*input);
    const Reg own = input->form == Form::Text && input->of_code == none ? input->reg : input->of_code;
    if (own == none || (code != none && code != own)) by_code = false;
    code = own;
    if (!is_scalar(input->form) || input->form == Form::Boxed || input->form == Form::Decimal) plain = false;
    if (is_scalar(input->form)) key.push_back(input->reg);
  }
  if (by_code && code != none) {
    key = {code};
    plain = true;
    in.push_back(code);
  }
  const Reg held =
      guard == nullptr || guard->is_constant || !within(domain, guard->domain) ? none : vector_of(guard, domain);
  if (held != none) in.push_back(held);
  if (moves && program_.tracks && program_.today != none) in.push_back(program_.today);
  const std::size_t place = add_state();
  const bool tracks = program_.tracks && moves;
  const Reg reg = step("slow", "", form, scale, domain, in, [&](Reg out) {
    return [=](Frame& frame) {
      const std::size_t count = frame.size_of(out);
      Known& known = frame.memory<Known>(place);
      const auto open = [&](std::size_t i) { return held == none || frame.in<std::uint8_t>(held)[i] == yes; };
      std::uint8_t* truths = nullptr;
      std::int32_t* narrow = nullptr;
      std::int64_t* words = nullptr;
      base::Decimal* decimals = nullptr;
      Value* values = nullptr;
      switch (form) {
        case Form::Boolean: truths = frame.out<std::uint8_t>(out); break;
        case Form::Date:
        case Form::Text: narrow = frame.out<std::int32_t>(out); break;
        case Form::Decimal: decimals = frame.out<base::Decimal>(out); break;
        case Form::Boxed: values = frame.out_boxed(out); break;
        default: words = frame.out<std::int64_t>(out); break;
      }
      std::vector<Value> arguments(inputs.size());
      std::string name;
      const auto answer_for = [&](std::size_t i) {
        for (std::size_t k = 0; k < inputs.size(); ++k)
          arguments[k] = frame.value(*inputs[k], inputs[k]->is_constant ? 0 : i);
        feel::Evaluation& evaluation = frame.evaluation();
        evaluation.reset();
        Answer answer;
        if (tracks) {
          const std::int32_t today = frame.days[frame.root(domain, i)];
          feel::Horizon horizon(base::Date::from_days(today));
          evaluation.track(&horizon);
          answer.value = function(frame, arguments);
          feel::note_use(horizon, answer.value);
          evaluation.track(nullptr);
          if (const auto day = horizon.first_change())
            answer.after = static_cast<std::int32_t>(std::min<std::int64_t>(day->days() - today, INT32_MAX - 1));
        } else {
          answer.value = function(frame, arguments);
        }
        answer.value.set_motion({});
        return answer;
      };
      for (std::size_t i = 0; i < count; ++i) {
        Answer answer;
        if (open(i)) {
          if (plain) {
            name.clear();
            for (const Reg one : key) {
              const std::int64_t word = frame.word(one, i);
              name.append(reinterpret_cast<const char*>(&word), sizeof word);
            }
            if (tracks) {
              const std::int32_t today = frame.days[frame.root(domain, i)];
              name.append(reinterpret_cast<const char*>(&today), sizeof today);
            }
            const auto found = known.answers.find(name);
            if (found != known.answers.end()) {
              answer = found->second;
            } else {
              if (known.answers.size() >= known_max) known.answers.clear();
              answer = answer_for(i);
              known.answers.emplace(name, answer);
            }
          } else {
            answer = answer_for(i);
          }
          if (answer.after != INT32_MAX)
            frame.lower(domain, i, std::int64_t{frame.days[frame.root(domain, i)]} + answer.after);
        }
        if (values != nullptr) {
          values[i] = std::move(answer.value);
          continue;
        }
        if (decimals != nullptr) {
          decimals[i] = answer.value.is(feel::Kind::Number) ? answer.value.number() : null_decimal();
          if (!answer.value.is(feel::Kind::Number) && !answer.value.is_null()) frame.escape(domain, i);
          continue;
        }
        std::int64_t word = null64;
        if (form == Form::Text) {
          if (answer.value.is(feel::Kind::String)) word = frame.texts.code_of(answer.value.text());
          if (!answer.value.is(feel::Kind::String) && !answer.value.is_null()) frame.escape(domain, i);
        } else if (!to_word(form, scale, answer.value, nullptr, word)) {
          frame.escape(domain, i);
        }
        if (truths != nullptr) truths[i] = static_cast<std::uint8_t>(word);
        if (narrow != nullptr) narrow[i] = word == null64 ? null32 : static_cast<std::int32_t>(word);
        if (words != nullptr) words[i] = word;
      }
      if (words != nullptr) frame.kernel.bounds(words, count, &frame.vector(out).low, &frame.vector(out).high);
    };
  });
  program_.slow_parts.push_back(why);
  program_.slow_parts.back().reg = reg;
  auto made = std::make_shared<Part>(*scalar(form, scale, domain, reg));
  if (by_code && code != none && held == none) made->of_code = code;
  return made;
}

}  // namespace yuanqu::columns
