#pragma once
// Duties as rows of the data folder's database (internal to the room).

#include "duty/duty.hpp"

namespace yuanqu::duty {

inline constexpr std::string_view duty_columns =
    "id, item, subject, file, occurrence, state, created_on, due_on, expires_on, title_zh, title_en, why_zh, why_en, "
    "outcome, rules,"
    " model, evidence, shown, taken_by, case_id, reason_zh, reason_en, moved_at_ms";

base::Result<void> create_duty_tables(journal::Database& database);
Duty duty_of_row(const journal::Statement& row, const Services& services);
base::Result<void> insert_duty(journal::Database& database, const Duty& duty);
base::Result<void> insert_move(journal::Database& database, std::int64_t duty, const Move& move);

}  // namespace yuanqu::duty
