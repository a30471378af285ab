#pragma once
// Use: what somebody who reads facts for a purpose may read of them, and which facts are not there because their source
// is late. The plain field is then the fact of the most trusted source that allows the purpose, is not behind its
// schedule, is present and fresh. A null for want of permission or of a delivery has its own reason, so that a
// condition on it is unknown and never unmet.
//
// A source allows a purpose (Source::purposes), allows it when the file consents (with_consent), or does not; a
// schedule record of the zone may narrow that further for one kind. Sources without a list allow everything.

#include <string>
#include <string_view>
#include <vector>

#include "register/catalogue.hpp"
#include "register/record.hpp"
#include "register/source_book.hpp"

namespace yuanqu::register_ {

enum class Allowance : std::uint8_t { Free, WithConsent, Never };

class Use {
 public:
  Use() = default;  // the house's own look at a record: everything
  Use(const Catalogue& catalogue, std::string purpose);

  const std::string& purpose() const { return purpose_; }
  Allowance allowance(SourceNumber source) const;
  // Every source a value of this field may come from forbids the purpose: such a field can never be read.
  bool forbids(const Field& field) const;
  bool unrestricted() const { return unrestricted_; }

  Reading read(const SourceBook& book, const RecordState& state, const Field& field, base::Date day) const;
  Reading read_source(const SourceBook& book, const RecordState& state, const Field& field, SourceNumber source,
                      base::Date day) const;
  // The state without the facts this use may not read on that day: for what is derived from a whole record.
  RecordState readable(const SourceBook& book, const RecordState& state, base::Date day,
                       std::optional<base::Date>& until) const;

 private:
  Reading of_source(const SourceBook& book, const RecordState& state, const Field& field, SourceNumber source,
                    base::Date day) const;
  bool allowed(const SourceBook& book, const RecordState& state, SourceNumber source, base::Date day,
               std::optional<base::Date>& until) const;

  std::string purpose_;
  bool unrestricted_ = true;
  std::vector<Allowance> allowances_;  // by source number
};

}  // namespace yuanqu::register_
