#pragma once
// The status line and headers of an answer, with the headers every answer carries.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace yuanqu::http {

// `size` is absent for a stream. The security headers allow the pages' own scripts and nothing else: no foreign host,
// no frame, no inline script. Inline styles are allowed because the component library writes them.
std::string response_head(const Response& response, std::optional<std::uint64_t> size, bool keep_alive,
                          std::string_view trace_id);

}  // namespace yuanqu::http
