#pragma once
// Records a pack brings along (packs/<pack>/records/<name>.csv, described in packs/README.md): national content that
// the zone completes with its own facts. Each table is imported like any other file, by the kind's key, from the source
// its .yaml names; a zone's own facts come from more trusted sources and stay. A second run changes nothing, so it may
// run whenever a zone opens. The whole content or nothing: a refused row is an error with file, row and field.

#include "base/error.hpp"
#include "pack/pack.hpp"
#include "register/register.hpp"

namespace yuanqu::register_ {

// Answers how many records were created or changed.
base::Result<std::size_t> load_pack_records(Register& records, const pack::PackSet& packs);

}  // namespace yuanqu::register_
