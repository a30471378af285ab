#include "match.hpp"

#include <cstdlib>

namespace scenarios {

using yuanqu::api::Json;

bool glob(const std::string& pattern, const std::string& text) {
  std::size_t p = 0, t = 0, star = std::string::npos, back = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      back = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string::npos) {
      p = star + 1;
      t = ++back;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::string with_captures(const std::string& text, const Captures& captures) {
  std::string out;
  std::size_t at = 0;
  while (true) {
    const auto open = text.find("${", at);
    const auto close = open == std::string::npos ? open : text.find('}', open);
    if (close == std::string::npos) return out + text.substr(at);
    const auto found = captures.find(text.substr(open + 2, close - open - 2));
    out += text.substr(at, open - at);
    out += found == captures.end() ? text.substr(open, close - open + 1) : found->second;
    at = close + 1;
  }
}

namespace {

std::string shown(const Json& json) {
  std::string text = json.to_text();
  return text.size() > 300 ? text.substr(0, 300) + " …" : text;
}

bool compares(const std::string& rule, double found) {
  const bool or_equal = rule.size() > 1 && rule[1] == '=';
  const double bound = std::strtod(rule.c_str() + (or_equal ? 2 : 1), nullptr);
  if (rule[0] == '>') return or_equal ? found >= bound : found > bound;
  return or_equal ? found <= bound : found < bound;
}

std::string text_mismatch(const std::string& expected, const Json& found, Captures& captures, const std::string& path) {
  const std::string wrong = path + ": expected " + expected + ", found " + shown(found);
  if (expected == "**") return {};
  if (expected == "*") return found.is_null() ? wrong : std::string{};
  if (expected.starts_with("=> ")) {
    if (found.is_null()) return wrong;
    captures[expected.substr(3)] =
        found.is(Json::Type::Object) || found.is(Json::Type::Array) ? found.to_text() : found.text();
    return {};
  }
  const bool scalar = found.is(Json::Type::String) || found.is(Json::Type::Number);
  if (!scalar) return wrong;
  const bool rule = expected.size() > 1 && (expected[0] == '>' || expected[0] == '<') &&
                    expected.find_first_not_of("<>=0123456789.- ") == std::string::npos;
  if (rule) return compares(expected, std::strtod(found.text().c_str(), nullptr)) ? std::string{} : wrong;
  return glob(expected, found.text()) ? std::string{} : wrong;
}

bool is_gap(const Json& json) { return json.is(Json::Type::String) && json.text() == "…"; }

std::string list_mismatch(const Json& expected, std::size_t e, const Json& found, std::size_t f, Captures& captures,
                          const std::string& path) {
  if (e == expected.items().size()) {
    return f == found.items().size()
               ? std::string{}
               : path + ": " + std::to_string(found.items().size() - f) + " more than expected: " + shown(found);
  }
  if (is_gap(expected.items()[e])) {
    std::string why = path + ": nothing in the list matches " +
                      (e + 1 < expected.items().size() ? shown(expected.items()[e + 1]) : std::string("…")) + " in " +
                      shown(found);
    for (std::size_t from = f; from <= found.items().size(); ++from) {
      Captures tried = captures;
      if (list_mismatch(expected, e + 1, found, from, tried, path).empty()) {
        captures = std::move(tried);
        return {};
      }
    }
    return why;
  }
  if (f == found.items().size()) return path + ": too few, expected also " + shown(expected.items()[e]);
  std::string wrong =
      scenarios::mismatch(expected.items()[e], found.items()[f], captures, path + "[" + std::to_string(f) + "]");
  return wrong.empty() ? list_mismatch(expected, e + 1, found, f + 1, captures, path) : wrong;
}

}  // namespace

std::string mismatch(const Json& expected, const Json& found, Captures& captures, const std::string& path) {
  const std::string wrong = path + ": expected " + shown(expected) + ", found " + shown(found);
  switch (expected.type()) {
    case Json::Type::String: return text_mismatch(expected.text(), found, captures, path);
    case Json::Type::Null: return found.is_null() ? std::string{} : wrong;
    case Json::Type::Boolean:
      return found.is(Json::Type::Boolean) && found.boolean() == expected.boolean() ? std::string{} : wrong;
    case Json::Type::Number: return found.text() == expected.text() && !found.is_null() ? std::string{} : wrong;
    case Json::Type::Array:
      return found.is(Json::Type::Array) ? list_mismatch(expected, 0, found, 0, captures, path) : wrong;
    case Json::Type::Object:
      if (!found.is(Json::Type::Object)) return wrong;
      for (const auto& [name, value] : expected.members()) {
        const Json* member = found.find(name);
        if (member == nullptr) return path + "." + name + ": not there; found " + shown(found);
        if (std::string inner = scenarios::mismatch(value, *member, captures, path + "." + name); !inner.empty())
          return inner;
      }
      return {};
  }
  return wrong;
}

}  // namespace scenarios
