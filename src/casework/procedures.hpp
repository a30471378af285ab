#pragma once
// Procedures of the installed packs: parsed once, found by id. A case keeps the version it began with: its file is
// stored by hash when the first case uses it, and read back from there when the pack has moved on.

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "bpmn/model.hpp"
#include "pack/pack.hpp"
#include "register/catalogue.hpp"

namespace yuanqu::casework {

struct Procedure {
  bpmn::Process process;
  std::string xml;
  std::string hash;   // SHA-256 of the file
  std::string place;  // "national/procedures/renewal.bpmn"
  std::string pack;
};

class Procedures {
 public:
  // Refuses a file that cannot be read, a procedure with problems, the same id twice; all faults of all files together.
  static base::Result<std::shared_ptr<const Procedures>> load(const pack::PackSet& packs,
                                                              const register_::Catalogue& catalogue,
                                                              std::vector<base::Error>* faults = nullptr);

  std::shared_ptr<const Procedure> find(std::string_view id) const;
  const std::map<std::string, std::shared_ptr<const Procedure>, std::less<>>& all() const { return by_id_; }
  // A file of the pack the procedure came from ("forms/x.json"); nullptr text when absent.
  base::Result<std::string> file(const Procedure& procedure, std::string_view path) const;

 private:
  std::map<std::string, std::shared_ptr<const Procedure>, std::less<>> by_id_;
  std::map<std::string, std::map<std::string, std::string>, std::less<>> files_;  // pack -> path -> text
};

base::Result<std::shared_ptr<const Procedure>> read_procedure(std::string xml, const std::string& place,
                                                              const std::string& pack);

// Beyond bpmn::check: that every expression is FEEL over the names it may use, that kinds exist.
// `names`: variables a case has from the start.
std::vector<bpmn::Problem> check_expressions(const bpmn::Process& process, const register_::Catalogue& catalogue,
                                             const std::vector<std::string>& names = {});

}  // namespace yuanqu::casework
