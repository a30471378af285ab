#pragma once
// Compares an answer with what a scenario expects.
//   objects   every member named must be there and match; others are not looked at
//   arrays    element by element; an element "…" stands for any number of elements (also none)
//   "*"       anything but null;  "**" anything, also null
//   "a*b"     a text with anything in place of the star
//   "=> name" anything but null, kept as ${name} for later requests
//   ">= 3"    a number not smaller; "> 3", "<= 3" and "< 3" likewise
// A number may be written as a number or a string: "42" and 42 are one.

#include <map>
#include <string>

#include "api/json_reader.hpp"

namespace scenarios {

using Captures = std::map<std::string, std::string>;

// "" when it matches, else where and why not.
std::string mismatch(const yuanqu::api::Json& expected, const yuanqu::api::Json& found, Captures& captures,
                     const std::string& path = "");
bool glob(const std::string& pattern, const std::string& text);
std::string with_captures(const std::string& text, const Captures& captures);  // ${name} replaced

}  // namespace scenarios
