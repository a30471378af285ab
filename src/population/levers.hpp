#pragma once
// Levers: who can change what a field tells, and so what an explanation may advise. Written beside the field in its
// kind file (packs/*/kinds/*.yaml, key `lever`); what says nothing is Fixed. Immutable after loading.

#include <cstdint>
#include <map>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "pack/pack.hpp"
#include "register/catalogue.hpp"

namespace yuanqu::population {

// FirmUp: only towards more is ever advised. Never: a boundary is shown and crossing it is not advised (income,
// headcount, ownership, penalties).
enum class Lever : std::uint8_t { Fixed, Firm, FirmUp, Zone, Never };
std::string_view name_of(Lever lever);  // "fixed", "firm", "firm_up", "zone", "never"

class Levers {
 public:
  // Invalid with file and line for a word that is none of them.
  static base::Result<Levers> load(const pack::PackSet& packs, const register_::Catalogue& catalogue);
  Lever of(const register_::Kind& kind, const register_::Field& field) const;

 private:
  std::map<std::pair<register_::KindNumber, register_::FieldNumber>, Lever> levers_;
};

}  // namespace yuanqu::population
