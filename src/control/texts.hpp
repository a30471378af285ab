#pragma once
// A list of texts as one byte string and back: each with its length before it, so that nothing needs escaping.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace yuanqu::control {

std::string join_texts(const std::vector<std::string>& texts);
std::optional<std::vector<std::string>> split_texts(std::string_view bytes);  // nullopt for what join_texts cannot give

}  // namespace yuanqu::control
