#pragma once
// http::Request bodies: one JSON object, small.

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace yuanqu::centre {

// An empty body is an empty object; Invalid for anything that is no object.
base::Result<boost::json::object> read_body(const std::string& text);
std::string text_in(const boost::json::object& object, const char* key);  // "" when absent or no text
std::int64_t whole_in(const boost::json::object& object, const char* key, std::int64_t fallback = 0);
bool truth_in(const boost::json::object& object, const char* key);
std::vector<std::string> texts_in(const boost::json::object& object, const char* key);

}  // namespace yuanqu::centre
