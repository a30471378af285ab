#pragma once
// The FEEL type of a kind: what an item definition generated from the catalogue says. Fields by FEEL name; references
// as contexts of the fields of the record they point to; child lists by the plural of the child kind.

#include "feel/type.hpp"
#include "register/catalogue.hpp"

namespace yuanqu::population {

// `levels` of references and children below the kind; at 0 references are texts (the title of the record).
feel::TypePointer type_of_kind(const register_::Catalogue& catalogue, const register_::Kind& kind, int levels = 2);
feel::TypePointer type_of_field(const register_::Field& field);

}  // namespace yuanqu::population
