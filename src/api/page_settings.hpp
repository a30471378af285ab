#pragma once
// What packs say about pages that are more than one kind's list: packs/<pack>/pages/*.yaml (described in
// packs/README.md). The figures of the overview, which kind holds standing authorisations, the demo's roles. A faulty
// file is refused with file and reason.

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "pack/pack.hpp"
#include "register/catalogue.hpp"

namespace yuanqu::api {

// Records of a kind grouped by an outcome, or by a field, whose codes may be rolled up to a level of a code list.
struct FigureSettings {
  std::string name;
  pack::Label labels;
  std::string decision;                   // by outcome; empty: by field
  const register_::Kind* kind = nullptr;  // by field
  const register_::Field* field = nullptr;
  const register_::CodeList* codes = nullptr;
  int level = 0;
};

struct AuthorisationSettings {
  const register_::Kind* kind = nullptr;
  const register_::Field* file = nullptr;  // reference to the record whose file it joins
  const register_::Field* number = nullptr;
  std::string number_prefix;
  const register_::Field* covers = nullptr;           // list of codes it speaks for
  const register_::Kind* covered_kind = nullptr;      // records one of which a request may name instead …
  std::vector<const register_::Field*> covered_code;  // … and the way from it to its code: a reference, then the code
  const register_::Field* given_on = nullptr;
  const register_::Field* until = nullptr;
  const register_::Field* revoked_on = nullptr;
  const register_::Field* given_by = nullptr;
  const register_::Field* paper = nullptr;    // attachment: the scan of one given on paper
  const register_::Source* source = nullptr;  // of an authorisation given on the page
};

// A way into the demo: a post, and the person it stands for.
struct DemoRoleSettings {
  std::string post;
  pack::Label name;
  pack::Label description;
  std::vector<std::int64_t> stories;  // whose firms somebody of an own-files post belongs to
};

struct PageSettings {
  std::vector<FigureSettings> figures;
  std::vector<DemoRoleSettings> demo_roles;
  std::optional<AuthorisationSettings> authorisations;
  std::string centre;  // address of the smart centre beside this zone, by the one who serves it; empty: none

  static base::Result<PageSettings> load(const pack::PackSet& packs, const register_::Catalogue& catalogue);
};

}  // namespace yuanqu::api
