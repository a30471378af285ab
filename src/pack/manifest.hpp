#pragma once
// Reading pack.yaml. Unknown entries are refused: a misspelt `needs` must not pass unseen.

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "pack/pack.hpp"

namespace yuanqu::pack {

// `place` names the file in errors.
base::Result<Manifest> read_manifest(const std::string& text, const std::string& place);

// "1.10.0" against "1.9": less, equal or greater than zero, number by number; a missing part is 0.
int compare_versions(std::string_view a, std::string_view b);

}  // namespace yuanqu::pack
