#include <charconv>

#include "bpmn/engine.hpp"

namespace yuanqu::bpmn {
namespace {

using base::ErrorCode;
using base::fail;

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (true) {
    std::size_t end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

bool read_number(std::string_view text, std::uint64_t& number) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && !text.empty();
}

bool has_flow(const Process& process, std::string_view id) {
  for (const SequenceFlow& flow : process.flows) {
    if (flow.id == id) return true;
  }
  return false;
}

}  // namespace

// "1 running 7\n3 decide flow_2\n": format, phase, next token; then number, node, flow ("-" for none). Element ids are
// XML names and so hold no blanks.
std::string write(const State& state) {
  std::string text = "1 " + std::string(name_of(state.phase)) + " " + std::to_string(state.next_token) + "\n";
  for (const Token& token : state.tokens) {
    text += std::to_string(token.number) + " " + token.node + " " + (token.flow.empty() ? "-" : token.flow) + "\n";
  }
  return text;
}

base::Result<State> read_state(const Process& process, std::string_view text) {
  auto broken = [&](std::size_t row) {
    return fail(
        ErrorCode::Invalid, "办件的流程状态与流程“" + process.id + "”对不上，请用办件起始时的流程版本打开。",
        "The stored state does not fit procedure \"" + process.id + "\"; open it with the version the case began with.",
        {.row = row});
  };
  State state;
  bool headed = false;
  std::size_t row = 0;
  for (std::string_view line : split(text, '\n')) {
    ++row;
    if (line.empty()) continue;
    auto words = split(line, ' ');
    if (words.size() != 3) return broken(row);
    if (row == 1) {
      bool known = false;
      for (Phase phase : {Phase::NotStarted, Phase::Running, Phase::Finished, Phase::Cancelled}) {
        if (words[1] == name_of(phase)) {
          state.phase = phase;
          known = true;
        }
      }
      if (words[0] != "1" || !known || !read_number(words[2], state.next_token)) return broken(row);
      headed = true;
      continue;
    }
    Token token;
    token.node = words[1];
    if (words[2] != "-") token.flow = words[2];
    if (!read_number(words[0], token.number) || token.number == 0 || token.number >= state.next_token ||
        (!state.tokens.empty() && state.tokens.back().number >= token.number) || process.find(token.node) == nullptr ||
        (!token.flow.empty() && !has_flow(process, token.flow))) {
      return broken(row);
    }
    state.tokens.push_back(std::move(token));
  }
  if (!headed || (state.phase != Phase::Running && !state.tokens.empty())) return broken(row);
  return state;
}

}  // namespace yuanqu::bpmn
