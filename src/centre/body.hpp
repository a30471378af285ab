#pragma once
// Bodies of requests, one JSON object and small, and of answers.

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "http/message.hpp"

namespace yuanqu::centre {

// An empty body is an empty object; Invalid for anything that is no object.
base::Result<boost::json::object> read_body(const std::string& text);
std::string text_in(const boost::json::object& object, const char* key);  // "" when absent or no text
std::int64_t whole_in(const boost::json::object& object, const char* key, std::int64_t fallback = 0);
bool truth_in(const boost::json::object& object, const char* key);
std::vector<std::string> texts_in(const boost::json::object& object, const char* key);
http::Response answer_json(const boost::json::value& value, int status = 200);

}  // namespace yuanqu::centre
