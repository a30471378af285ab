#pragma once
// Matrix: who may do what on a day, laid out for people who answer for it: every post × kind × field with the rights it
// has over any file, over its own and over files shared by consent; and who holds the posts, by account, by record or
// standing in for somebody. Made from the same rules and records a Viewer asks, so it shows what is enforced.

#include <string>
#include <vector>

#include "register/accounts.hpp"
#include "register/register.hpp"

namespace yuanqu::register_ {

struct MatrixRow {
  const Post* post = nullptr;
  const Kind* kind = nullptr;
  const Field* field = nullptr;
  std::uint8_t any = 0, own = 0, consent = 0;  // bits of May
  std::string purposes;                        // of the consent
  std::string write_sources;                   // names; "" every source the field takes
};

struct MatrixHolder {
  std::string account;
  std::string shown_name;
  std::string post;
  enum class Why : std::uint8_t { Account, Holding, StandsIn } why = Why::Account;
  std::string instead_of;  // account that is away
  bool away = false;       // reads, while the deputy acts
  FileId within = 0;       // the place the post is limited to; 0: everywhere
};
std::string_view name_of(MatrixHolder::Why why);

std::string rights_text(std::uint8_t may);  // "read write", "read_masked reveal"; "" for none

// Rows without any right are left out. Kinds of the house itself are not listed.
std::vector<MatrixRow> permission_matrix(const Catalogue& catalogue, const Permissions& permissions);
base::Result<std::vector<MatrixHolder>> matrix_holders(Register& records, Accounts& accounts, base::Date day);

// May read both, and access logs: who audits, and who writes the records of who holds a post.
bool may_oversee(const Viewer& viewer, const Catalogue& catalogue);

}  // namespace yuanqu::register_
