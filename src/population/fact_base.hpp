#pragma once
// FactBase: every record's state in memory, found by id, by kind and by what refers to it. The image decisions are evaluated on.
// One writer or many readers: the owner (Population) guards it.

#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

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

class FactBase {
 public:
  explicit FactBase(const Catalogue& catalogue) : catalogue_(catalogue), sources_(catalogue) {}

  // Inserts the state or replaces that of the same id.
  void put(RecordState state);
  const RecordState* find(RecordId record) const;
  // Follows merges; nullptr when there is no such record.
  const RecordState* resolve(RecordId record) const;
  // Records of a kind in ascending id (time) order, merged ones left out.
  std::span<const RecordId> of_kind(const Kind& kind) const;
  // Records of `kind` any fact of whose reference field has ever named `target`; the caller reads which do on its day.
  std::span<const RecordId> referring(RecordId target, const Kind& kind, const Field& field) const;
  // The records merged into this one.
  std::span<const RecordId> aliases(RecordId record) const;
  // Every record any fact of this record refers to through `field`.
  std::vector<RecordId> targets(const RecordState& state, const Field& field) const;
  std::size_t size() const { return states_.size(); }
  const Catalogue& catalogue() const { return catalogue_; }
  const register_::SourceBook& sources() const { return sources_; }  // what is late, and who consents

 private:
  struct Link {
    RecordId target;
    std::uint64_t field;  // kind number and field number
    friend bool operator==(const Link&, const Link&) = default;
  };
  struct LinkHash {
    std::size_t operator()(const Link& link) const noexcept {
      return static_cast<std::size_t>(static_cast<std::uint64_t>(link.target) * 0x9E3779B97F4A7C15ULL ^ (link.field * 0xC2B2AE3D27D4EB4FULL));
    }
  };
  void link(const RecordState& state, bool add);

  const Catalogue& catalogue_;
  register_::SourceBook sources_;
  std::unordered_map<RecordId, std::unique_ptr<RecordState>> states_;
  std::unordered_map<std::uint32_t, std::vector<RecordId>> by_kind_;
  std::unordered_map<Link, std::vector<RecordId>, LinkHash> referring_;
  std::unordered_map<RecordId, std::vector<RecordId>> aliases_;
};

}  // namespace yuanqu::population
