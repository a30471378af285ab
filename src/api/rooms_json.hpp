#pragma once
// Duties, cases, papers and notices as JSON: shared by their own resources, the file page and the overview.

#include <span>

#include "api/call.hpp"
#include "api/json_writer.hpp"
#include "casework/casework.hpp"
#include "duty/duty.hpp"
#include "journal/attachments.hpp"
#include "notice/notices.hpp"
#include "paper/papers.hpp"

namespace yuanqu::api {

void write_duty(JsonWriter& json, Call& call, const duty::Duty& duty, Titles& titles);
void write_step(JsonWriter& json, std::span<const casework::Task> tasks);  // the member: the task that waits, or null
void write_case(JsonWriter& json, Call& call, const casework::Case& one, Titles& titles);  // with its braces
void write_case_members(JsonWriter& json, Call& call, const casework::Case& one, Titles& titles);
void write_paper(JsonWriter& json, Call& call, const paper::Paper& paper, Titles& titles);
void write_notice(JsonWriter& json, const notice::Notice& notice, Titles& titles);

// Working days from the zone's day to `day`; negative when it has passed.
std::int64_t working_days_left(const Call& call, base::Date day);
// "zh"/"en" labels, or null when both are empty.
void write_label_or_null(JsonWriter& json, std::string_view name, const pack::Label& label);
// A page of records of a list that is paged by the id of its last item.
base::Result<std::int64_t> id_of_cursor(std::string_view cursor);

// ---- cases
// What a rule found, without the facts the viewer may not read: those are named, their values are not.
void write_evidence(JsonWriter& json, Call& call, const std::string& evidence);
void write_task(JsonWriter& json, Call& call, const casework::TaskItem& item);
base::Result<Response> case_response(Call& call, std::int64_t case_id);  // the whole case
base::Result<std::int64_t> task_of(Call& call);                          // the path's task, which must be of its case
// A stored file as an answer: shown where a browser can, else downloaded under its name.
base::Result<Response> attachment_response(Call& call, const journal::Attachment& file, const std::string& name);
base::Result<register_::Account> account_at(Call& call, const Json& body, std::string_view key);  // of a colleague
void add_faults(Call& call, const std::vector<base::Error>& faults);  // all faults of a form, with the refusal

}  // namespace yuanqu::api
