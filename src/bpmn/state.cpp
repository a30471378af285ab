#include <charconv>
#include <unordered_set>

#include "bpmn/engine.hpp"

namespace yuanqu::bpmn {
namespace {

using base::ErrorCode;
using base::fail;

constexpr std::string_view parts = "woirc";  // Way, Whole, One, Rest, Watch as in Part: w o i r c

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> found;
  while (true) {
    std::size_t end = text.find(at);
    found.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return found;
    text.remove_prefix(end + 1);
  }
}

template <class Number>
bool read_number(std::string_view text, Number& number) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && !text.empty();
}

// number/node/flow/scope/index/part; element ids are XML names and so hold neither blanks nor slashes.
void write_token(std::string& text, const Token& token) {
  text += std::to_string(token.number) + "/" + token.node + "/" + token.flow + "/" + std::to_string(token.scope) + "/" +
          std::to_string(token.index) + "/" + parts[static_cast<std::size_t>(token.part)];
}

class StateReader {
 public:
  explicit StateReader(const Process& process) {
    for (const Node& node : process.nodes) nodes_.insert(node.id);
    for (const SequenceFlow& flow : process.flows) flows_.insert(flow.id);
  }

  bool token(std::string_view text, Token& token) const {
    auto fields = split(text, '/');
    if (fields.size() != 6 || fields[5].size() != 1) return false;
    const std::size_t part = parts.find(fields[5][0]);
    if (part == std::string_view::npos || !read_number(fields[0], token.number) ||
        !read_number(fields[3], token.scope) || !read_number(fields[4], token.index))
      return false;
    token.node = fields[1];
    token.flow = fields[2];
    token.part = static_cast<Part>(part);
    return fits(token);
  }

  // "3 decide flow_2", as the first format has it.
  bool old_token(const std::vector<std::string_view>& words, Token& token) const {
    if (!read_number(words[0], token.number)) return false;
    token.node = words[1];
    if (words[2] != "-") token.flow = words[2];
    return fits(token);
  }

  bool past(std::string_view text, Past& past) const {  // scope done fence made,made token token
    auto words = split(text, ' ');
    if (words.size() < 5 || !read_number(words[0], past.scope) || !read_number(words[1], past.done)) return false;
    past.fence = words[2] == "1";
    if (words[3] != "-") {
      for (std::string_view number : split(words[3], ',')) {
        if (!read_number(number, past.made.emplace_back())) return false;
      }
    }
    for (std::size_t index = 4; index < words.size(); ++index) {
      if (!token(words[index], past.took.emplace_back())) return false;
    }
    return true;
  }

 private:
  bool fits(const Token& token) const {
    return token.number != 0 && nodes_.contains(token.node) && (token.flow.empty() || flows_.contains(token.flow));
  }
  std::unordered_set<std::string_view> nodes_;
  std::unordered_set<std::string_view> flows_;
};

}  // namespace

std::string write(const State& state) {
  std::string text = "2 " + std::string(name_of(state.phase)) + " " + std::to_string(state.next_token) + "\n";
  for (const Token& token : state.tokens) {
    text += "t ";
    write_token(text, token);
    text += "\n";
  }
  for (const Past& past : state.past) {
    text += "p " + std::to_string(past.scope) + " " + std::to_string(past.done) + (past.fence ? " 1 " : " 0 ");
    for (std::size_t index = 0; index < past.made.size(); ++index)
      text += (index == 0 ? "" : ",") + std::to_string(past.made[index]);
    if (past.made.empty()) text += "-";
    for (const Token& token : past.took) {
      text += " ";
      write_token(text, token);
    }
    text += "\n";
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
  const StateReader reader(process);
  int format = 0;
  std::size_t row = 0;
  for (std::string_view line : split(text, '\n')) {
    ++row;
    if (line.empty()) continue;
    if (row == 1) {
      auto words = split(line, ' ');
      bool known = false;
      for (Phase phase : {Phase::NotStarted, Phase::Running, Phase::Finished, Phase::Cancelled}) {
        if (words.size() != 3 || words[1] != name_of(phase)) continue;
        state.phase = phase;
        known = true;
      }
      if (!known || !read_number(words[0], format) || format < 1 || format > 2 ||
          !read_number(words[2], state.next_token))
        return broken(row);
      continue;
    }
    if (format == 2 && line.starts_with("p ")) {
      if (!reader.past(line.substr(2), state.past.emplace_back())) return broken(row);
      continue;
    }
    Token token;
    auto words = split(line, ' ');
    const bool read = format == 2   ? line.starts_with("t ") && reader.token(line.substr(2), token)
                      : format == 1 ? words.size() == 3 && reader.old_token(words, token)
                                    : false;
    const bool ordered = state.tokens.empty() || state.tokens.back().number < token.number;
    if (!read || !ordered || token.number >= state.next_token ||
        (token.scope != 0 && state.find(token.scope) == nullptr))
      return broken(row);
    state.tokens.push_back(std::move(token));
  }
  if (format == 0 || (state.phase != Phase::Running && !state.tokens.empty())) return broken(row);
  return state;
}

}  // namespace yuanqu::bpmn
