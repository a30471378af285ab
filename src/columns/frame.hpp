#pragma once
// Frame: the vectors of one run of a program (internal to the room). Steps read and write it; it is reused from run to
// run.

#include <memory>
#include <vector>

#include "base/date.hpp"
#include "columns/kernels.hpp"
#include "columns/program.hpp"
#include "feel/evaluation.hpp"

namespace yuanqu::columns {

struct Vector {
  const void* data = nullptr;
  std::int64_t base = -1;           // Index: rows from here on, one after the other; -1: as in data
  std::int64_t low = 0, high = -1;  // bounds of what is not null (Number, Months, Seconds); low > high: all is null
};

struct DomainState {
  std::size_t size = 0;
  std::vector<std::int32_t> parent;   // row of the parent domain each row belongs to
  std::vector<std::int32_t> offsets;  // of each row of the parent domain, and the end
};

// What a step keeps from run to run.
struct Memory {
  virtual ~Memory() = default;
};

class Frame {
 public:
  Frame(const Program& program_given, Dictionary* writable);

  std::size_t size(int domain) const { return domains[static_cast<std::size_t>(domain)].size; }
  std::size_t size_of(Reg reg) const { return size(program.registers[static_cast<std::size_t>(reg)].domain); }
  Vector& vector(Reg reg) { return vectors[static_cast<std::size_t>(reg)]; }
  template <class T>
  const T* in(Reg reg) {
    return static_cast<const T*>(vector(reg).data);
  }
  template <class T>
  T* out(Reg reg) {
    return static_cast<T*>(room(reg, size_of(reg) * sizeof(T)));
  }
  feel::Value* out_boxed(Reg reg);
  // The row of the table an index names; null32 for none.
  std::int32_t row_at(Reg index, std::size_t i) {
    const Vector& rows = vector(index);
    return rows.base >= 0 ? static_cast<std::int32_t>(rows.base + static_cast<std::int64_t>(i))
                          : static_cast<const std::int32_t*>(rows.data)[i];
  }
  DomainState& domain(int number) { return domains[static_cast<std::size_t>(number)]; }

  // The row of domain 0 that this row belongs to.
  std::size_t root(int domain_number, std::size_t row) const {
    while (domain_number != 0) {
      row = static_cast<std::size_t>(domains[static_cast<std::size_t>(domain_number)].parent[row]);
      domain_number = program.parents[static_cast<std::size_t>(domain_number)];
    }
    return row;
  }
  void escape(int domain_number, std::size_t row) {
    escaped[root(domain_number, row)] = 1;
    any_escaped = true;
  }
  void escape_all() {
    std::fill(escaped.begin(), escaped.end(), std::uint8_t{1});
    any_escaped = true;
  }
  // The value could differ on that day.
  void lower(int domain_number, std::size_t row, std::int64_t day) {
    const std::size_t at = root(domain_number, row);
    if (day > days[at] && day < horizons[at]) horizons[at] = static_cast<std::int32_t>(day);
  }

  // The value of a part for one row of its domain.
  feel::Value value(const Part& part, std::size_t row);
  // The word of a scalar (form.hpp) as 64 bits; not for Boxed and Decimal.
  std::int64_t word(Reg reg, std::size_t row);

  template <class T>
  T& memory(std::size_t place) {
    if (memories[place] == nullptr) memories[place] = std::make_unique<T>();
    return static_cast<T&>(*memories[place]);
  }

  void forget() {
    for (auto& one : memories) one.reset();
  }

  const Program& program;
  Texts texts;
  std::vector<Vector> vectors;
  std::vector<DomainState> domains;
  std::vector<std::uint8_t> escaped;
  bool any_escaped = false;
  std::vector<std::int32_t> days;             // one a row of domain 0
  std::vector<std::int32_t> horizons;         // INT32_MAX: none
  std::vector<std::int32_t> facts_until;      // the first day on which what was read may differ by itself
  std::unique_ptr<dmn::Evaluator> evaluator;  // of programs with models
  feel::Evaluation plain;
  feel::Evaluation& evaluation() { return evaluator == nullptr ? plain : evaluator->evaluation(); }
  const Kernels& kernel = kernels();

 private:
  void* room(Reg reg, std::size_t bytes);
  struct Buffer {
    std::unique_ptr<std::byte[]> bytes;
    std::size_t capacity = 0;
    std::vector<feel::Value> boxed;
  };
  std::vector<Buffer> buffers;
  std::vector<std::unique_ptr<Memory>> memories;
};

}  // namespace yuanqu::columns
