#pragma once
// Insights as JSON: an outcome with every condition, the facts behind it, the ways to the outcome wished for, what
// would turn it and what is missing. Who may not read a fact gets neither its value nor a margin that would tell it:
// `withheld`.

#include "api/call.hpp"
#include "api/json_writer.hpp"
#include "population/insight.hpp"

namespace yuanqu::api {

// Every field the decision reads is open to the viewer in all files: what lists of reasons over everybody ask.
// Forbidden otherwise, with the field.
base::Result<void> demand_every_field(const Call& call, const population::Decision& decision, bool export_too = false);

// Of one individual's file as well: what is open elsewhere is personal data there.
bool may_read_reasons(const Call& call, const population::Decision& decision, std::int64_t file,
                      bool export_too = false);

// A day alone is read from the zone's population; what was known then needs one of its own, and Unavailable says that
// it is being built.
base::Result<std::unique_ptr<population::Insight>> insight_as_of(Call& call, const population::Decision& decision,
                                                                 std::int64_t record, const register_::AsOf& as_of,
                                                                 const population::InsightOptions& options);
void write_insight(JsonWriter& json, Call& call, const population::Insight& insight, const population::Levers& levers,
                   Titles& titles);
// One condition as a list shows it: values readable, no facts.
void write_failed_condition(JsonWriter& json, const population::Condition& condition);
void write_missing_share(JsonWriter& json, const Call& call, const population::UnknownShare& share);
// "注册成立时长 200 天，须 >= 365 天" in words of the condition.
std::string condition_text(const population::Condition& condition, bool chinese);

}  // namespace yuanqu::api
