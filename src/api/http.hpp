#pragma once
// The words of HTTP that the resources use; the server, and what a request and a response are, live in src/http.

#include "http/message.hpp"
#include "http/problem.hpp"

namespace yuanqu::api {

using http::matches_tag;
using http::Method;
using http::name_of;
using http::percent_encoded;
using http::problem;
using http::problem_text;
using http::Request;
using http::Response;
using http::status_of;
using http::Upload;

inline constexpr std::string_view workbook_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

}  // namespace yuanqu::api
