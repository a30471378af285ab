#pragma once
// The kinds of record the house itself needs, written as a pack would write them. Their numbers are from 60001.

#include <string_view>

#include "register/record.hpp"

namespace yuanqu::register_ {

inline constexpr KindNumber zone_day_kind = 60001;
inline constexpr FieldNumber zone_day_field = 1;
inline constexpr RecordId zone_day_record = 1;  // the one record of its kind, in a file of its own

inline constexpr std::string_view system_kinds = R"(
kind: zone_day
number: 60001
feel: {name: Zone day, plural: zone days}
labels: {zh: 本区日期, en: Zone's day}
opens_file: true
keys: [[today]]
title: today
fields:
  - {number: 1, name: today, feel: today, labels: {zh: 今日, en: Today}, type: date, class: public}
)";

}  // namespace yuanqu::register_
