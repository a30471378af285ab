#pragma once
// FactBase: every record's state, found by id, by kind and by what refers to it. What decisions are evaluated on one by
// one.
//
// In memory whole (a copy of some records, another moment of the zone), or *paged*: then the register's store holds the
// states and here are only ids, links and what was asked for last; the plain values of everybody lie in columns
// (column_image.hpp). A state is held by whoever was given it.
//
// One writer or many readers: the owner (Population) guards it. find() may be called by many readers at once.

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "population/link_index.hpp"
#include "register/catalogue.hpp"
#include "register/record.hpp"
#include "register/source_book.hpp"

namespace yuanqu::population {

using journal::Position;
using journal::RecordId;
using register_::Catalogue;
using register_::Field;
using register_::Kind;
using register_::RecordState;
using StatePointer = std::shared_ptr<const RecordState>;

class FactBase {
 public:
  explicit FactBase(const Catalogue& catalogue);
  FactBase(FactBase&&) noexcept;
  ~FactBase();

  // From here on at most about so many facts stay in memory; other states are fetched when they are asked for. `fetch`
  // answers a state as it was put last before settle(), and is called by many threads. While nothing was put it is what
  // the store holds.
  using Fetch = std::function<std::optional<RecordState>(RecordId)>;
  void page(Fetch fetch, std::size_t facts_held);
  // `fetch` knows by now what was put: it need not be kept.
  void settle();

  // Inserts the state or replaces that of the same id.
  void put(RecordState state);
  StatePointer find(RecordId record) const;
  // Follows merges; nullptr when there is no such record.
  StatePointer resolve(RecordId record) const { return find(canonical(record)); }
  // The record this one was merged into, or itself.
  RecordId canonical(RecordId record) const;
  // Records of a kind in ascending id (time) order, merged ones left out.
  std::span<const RecordId> of_kind(const Kind& kind) const;
  // Records of `kind` any fact of whose reference field has ever named `target`, ascending; the caller reads which do
  // on its day.
  std::vector<RecordId> referring(RecordId target, const Kind& kind, const Field& field) const;
  // The records merged into this one.
  std::span<const RecordId> aliases(RecordId record) const;
  // Every record any fact of this record refers to through `field`.
  std::vector<RecordId> targets(const RecordState& state, const Field& field) const;
  std::size_t size() const { return size_; }
  const Catalogue& catalogue() const { return catalogue_; }
  const register_::SourceBook& sources() const { return sources_; }  // what is late, and who consents
  std::size_t bytes() const;                                         // without the states themselves
  std::size_t facts_held() const;

  // Ids and links as bytes, for a snapshot of a paged base; load() fills an empty one and reads what sources and
  // consents say.
  void save(std::string& out) const;
  bool load(std::string_view& in);

 private:
  void link(const RecordState& state, bool add);
  void keep(StatePointer state) const;

  const Catalogue& catalogue_;
  register_::SourceBook sources_;
  std::size_t size_ = 0;
  std::unordered_map<std::uint32_t, std::vector<RecordId>> by_kind_;
  std::unordered_map<std::uint64_t, LinkIndex> referring_;  // by kind number and field number
  std::unordered_map<RecordId, std::vector<RecordId>> aliases_;
  std::unordered_map<RecordId, RecordId> merged_;

  // States: all of them, or (paged) those put since settle() and two generations of what was asked for.
  Fetch fetch_;
  std::size_t facts_max_ = SIZE_MAX;
  std::unordered_map<RecordId, StatePointer> put_;
  mutable std::unique_ptr<std::mutex> asked_mutex_;
  mutable std::unordered_map<RecordId, StatePointer> asked_, asked_before_;
  mutable std::size_t facts_asked_ = 0;
};

}  // namespace yuanqu::population
