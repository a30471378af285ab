#pragma once
// Records, facts and changes as JSON, and a request's values as writes. Shared by the resources that show records.

#include "api/call.hpp"
#include "api/json_writer.hpp"
#include "register/register.hpp"

namespace yuanqu::api {

// The members of a RecordItem, without the braces, so that a list can add outcomes.
void write_record_members(JsonWriter& json, const register_::RecordView& record, Titles& titles);
void write_record(JsonWriter& json, const register_::RecordView& record, Titles& titles);
void write_finding(JsonWriter& json, const register_::Finding& finding, const register_::Kind& kind);
void write_fact(JsonWriter& json, const Call& call, const register_::RecordView& record,
                const register_::FieldView& view, Titles& titles);
void write_change(JsonWriter& json, Call& call, const register_::ChangeView& change, Titles& titles);

// Reads {values, source, effective_from, reason} into `write`; every faulty field is in the error's sentence, the first
// is its place.
base::Result<void> read_write(const Call& call, const Json& body, register_::Write& write);

// Reads {source, effective_from, reason} alone, as operations need them; the zone's day when no day is given.
base::Result<void> read_operation(const Call& call, const Json& body, register_::Write& write);
// "faults": […] for a refusal, with the row of a batch each stands in; "" when there is none.
std::string faults_member(const register_::Faults& faults);

std::string_view source_name(const Call& call, register_::SourceNumber number);  // "" for none

}  // namespace yuanqu::api
