#pragma once
// Condition: the text after WHERE with its parameters. Values are bound, never written into the text, so that a text
// stays one prepared statement however often it is asked, and no value is ever read as SQL.
//
//   Condition where;
//   where.add("file = ?", file).add("state = ?", state);
//   auto statement = where.prepare(database, "SELECT id FROM t", "ORDER BY id LIMIT 50");

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "journal/sql.hpp"

namespace yuanqu::journal {

class Condition {
 public:
  // Joined to what is there with AND; as many values as the text has question marks.
  template <class... Values>
  Condition& add(std::string_view text, const Values&... values) {
    if (!text_.empty()) text_ += " AND ";
    text_ += text;
    (keep(values), ...);
    return *this;
  }

  // "column IN (?,?,…)"; never true for an empty list.
  template <class Value>
  Condition& add_any(std::string_view column, const std::vector<Value>& values) {
    if (!text_.empty()) text_ += " AND ";
    text_ += any(column, values.size());
    for (const Value& value : values) keep(value);
    return *this;
  }

  // (a OR b OR …) of other conditions; never true for none.
  Condition& add_either(const std::vector<Condition>& ways) {
    std::string text;
    for (const Condition& way : ways) {
      text += (text.empty() ? "" : " OR ") + ("(" + way.text() + ")");
      for (const auto& value : way.values_) values_.push_back(value);
    }
    if (!text_.empty()) text_ += " AND ";
    text_ += text.empty() ? "0" : "(" + text + ")";
    return *this;
  }

  // EXISTS(`head` AND inner): a condition on rows of another table.
  Condition& add_exists(std::string_view head, const Condition& inner) {
    if (!text_.empty()) text_ += " AND ";
    text_ += "EXISTS(" + std::string(head) + " AND " + inner.text() + ")";
    for (const auto& value : inner.values_) values_.push_back(value);
    return *this;
  }

  std::string text() const { return text_.empty() ? "1" : text_; }

  // `head` WHERE text `tail`, with the values bound (see bind).
  base::Result<Statement> prepare(Database& database, std::string_view head, std::string_view tail = {}) const {
    auto statement = database.prepare(std::string(head) + " WHERE " + text() + " " + std::string(tail));
    if (!statement) return statement;
    bind(*statement, 1);
    return statement;
  }

  // Binds the values to the parameters from `first` on. Texts are not copied: the condition must outlive the
  // statement's use.
  void bind(Statement& statement, int first) const {
    for (const auto& value : values_) {
      if (const auto* number = std::get_if<std::int64_t>(&value))
        statement.bind(first++, *number);
      else
        statement.bind(first++, std::string_view(std::get<std::string>(value)));
    }
  }

 private:
  static std::string any(std::string_view column, std::size_t count) {
    if (count == 0) return "0";
    std::string text = std::string(column) + " IN (";
    for (std::size_t index = 0; index < count; ++index) text += index == 0 ? "?" : ",?";
    return text + ")";
  }

  template <class Value>
  void keep(const Value& value) {
    if constexpr (std::is_integral_v<Value>)
      values_.emplace_back(static_cast<std::int64_t>(value));
    else
      values_.emplace_back(std::string(value));
  }

  std::string text_;
  std::vector<std::variant<std::int64_t, std::string>> values_;
};

}  // namespace yuanqu::journal
