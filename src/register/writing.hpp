#pragma once
// Writing: one write on its way. Collects faults, so that a form shows all of them. For this room's .cpp files only:
// puts are in register_write.cpp, the other operations in writing_operations.cpp.

#include "register/record_store.hpp"
#include "register/register.hpp"
#include "register/register_state.hpp"

namespace yuanqu::register_ {

class Writing {
 public:
  Writing(Register::State& state, journal::Transaction& transaction, const Viewer& viewer, const Write& write,
          Faults* faults)
      : state_(state), transaction_(transaction), viewer_(viewer), write_(write), faults_(faults) {}
  base::Result<Written> run();

 private:
  const Kind& kind() const { return *write_.kind; }
  journal::Database& database() { return transaction_.database(); }
  // Notes a fault; the write goes on looking for more and is refused at the end.
  void fault(base::Error error) {
    if (!first_) first_ = error;
    if (faults_ != nullptr) faults_->errors.push_back(std::move(error));
  }
  template <class T>
  bool ok(const base::Result<T>& result) {
    if (result) return true;
    fault(result.error());
    return false;
  }
  base::Result<void> find_record();
  void refuse_field(const Field& field);

  // Puts and clears.
  base::Result<Written> put();
  base::Result<FileId> file_of_new(RecordId id);
  void check_twice();
  void check_field(const FieldWrite& one);
  void check_reference(const Field& field, const Value& value);
  void check_required();
  void check_first_key();
  void check_place();
  void check_new_home();
  void sign();

  // The others.
  base::Result<void> may_write_title(FileId file) const;
  base::Result<Written> close();
  base::Result<Written> merge();
  base::Result<Written> void_changes();
  base::Result<void> may_void(const journal::StoredChange& change) const;
  base::Result<Written> erase();
  void set_alias(RecordId into);
  base::Result<void> fold_again();

  base::Result<void> append(journal::Operation operation, std::string values);
  Written done(bool changed);

  Register::State& state_;
  journal::Transaction& transaction_;
  const Viewer& viewer_;
  const Write& write_;
  Faults* faults_;
  RecordState record_;  // as it is stored
  RecordState seen_;    // as it is read: the same with converted facts
  bool exists_ = false;
  std::optional<FileId> place_;  // where a new file will lie
  std::vector<FieldWrite> changed_;
  std::optional<base::Error> first_;
};

}  // namespace yuanqu::register_
