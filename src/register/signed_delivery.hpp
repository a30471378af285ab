#pragma once
// Signed deliveries: figures that an enterprise's own system sends without anybody signing in. The record of the data
// source names the respondent and its public key; what is signed is source, period, moment and file together, so
// nothing of it can be changed, and an older one cannot come back in place of a newer.
//
//   statement({"yuanqu delivery 1", code, "2026-10-01", "1793491200000", sha256 of the file as hex})

#include <string>
#include <string_view>

#include "register/deliveries.hpp"

namespace yuanqu::register_ {

struct SignedDelivery {
  std::string source;  // its code
  std::string period;  // any day of it, "2026-10-01"
  std::int64_t issued_ms = 0;
  std::string file;  // its bytes
  std::string signature;
};

std::string statement_of(const SignedDelivery& delivery);

// Whom it writes as: no account, but one that may write the fields the source tells, in the respondent's file alone.
Viewer signatory(const Schedule& schedule);

// What a delivery is to the zone.
struct Admitted {
  Schedule schedule;
  base::Date period;
  std::optional<DeliveryRecord> known;  // the same one came before: nothing is to be done
};
// Unknown source, no key, wrong signature: Forbidden, in the same words, so that nobody learns which. Conflict: one
// issued later is already here. Invalid: issued more than a quarter of an hour ahead of `now_ms`.
base::Result<Admitted> admit(Register& records, const SignedDelivery& delivery, std::int64_t now_ms);

}  // namespace yuanqu::register_
