#pragma once
// Json: a parsed request body. Numbers stay the text that was sent, so no digit is lost on the way to a decimal.
// Limits: depth 32, the size the server allows for a body. A key twice in one object is refused: which one counts would
// be a guess.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace yuanqu::api {

class Json {
 public:
  enum class Type { Null, Boolean, Number, String, Array, Object };
  using Member = std::pair<std::string, Json>;

  static base::Result<Json> parse(std::string_view text);

  Type type() const { return type_; }
  bool is_null() const { return type_ == Type::Null; }
  bool is(Type type) const { return type_ == type; }
  bool boolean() const { return boolean_; }
  const std::string& text() const { return text_; }  // String: its content; Number: its digits
  const std::vector<Json>& items() const { return items_; }
  const std::vector<Member>& members() const { return members_; }

  std::string to_text() const;                   // as JSON again, numbers as they were sent
  const Json* find(std::string_view key) const;  // nullptr when absent or not an object

  // Members with a type, as requests need them: absent and null give the empty answer, another type an Invalid error
  // naming the member.
  base::Result<std::string> string_at(std::string_view key) const;
  base::Result<std::optional<std::int64_t>> integer_at(
      std::string_view key) const;  // a whole number, also written as a string

 private:
  friend class JsonBuilder;
  Type type_ = Type::Null;
  bool boolean_ = false;
  std::string text_;
  std::vector<Json> items_;
  std::vector<Member> members_;
};

}  // namespace yuanqu::api
