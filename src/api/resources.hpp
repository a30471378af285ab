#pragma once
// The resources, one file per noun. Each adds its routes to the one table; what they do is asked of the room that owns
// the noun.

#include <string_view>

#include "api/router.hpp"

namespace yuanqu::api {

struct Call;
class JsonWriter;

void add_session(Router& router);
void add_clock(Router& router);
void add_calendar(Router& router);  // working days
void add_catalogue(Router& router);
void add_records(Router& router);
void add_record_batches(Router& router);
void add_record_lists(Router& router);
void add_files(Router& router);
void add_decisions(Router& router);
void add_decision_lists(Router& router);  // a decision over everybody
void add_asks(Router& router);            // for what is missing
void add_queries(Router& router);
void add_simulations(Router& router);
void add_publications(Router& router);
void add_reports(Router& router);  // a zone's own workbooks, filled, signed and frozen
void add_overview(Router& router);
void add_duties(Router& router);
void add_cases(Router& router);
void add_case_acts(Router& router);
void add_worklists(Router& router);
void add_inbox(Router& router);
void add_papers(Router& router);
void add_issuers(Router& router);
void add_subscriptions(Router& router);
void add_authorisations(Router& router);
void add_record_files(Router& router);  // lists as workbooks and CSV
void add_attachments(Router& router);
void add_imports(Router& router);
void add_operations(Router& router);  // what happens to a record besides being written
void add_changes(Router& router);     // of a file, of a batch
void add_backups(Router& router);
void add_evidence(Router& router);  // a past decision again; checkpoints
void add_sources(Router& router);   // data sources and the data desk
void add_signed_deliveries(Router& router);
void add_oversight(Router& router);  // access log, permission matrix, hand-over
void add_search(Router& router);
void add_events(Router& router);
void add_description(Router& router);  // /openapi.json

// Members that one resource adds to another's answer.
void write_decisions(JsonWriter& json, Call& call);  // "decisions": […]
void write_services(JsonWriter& json, Call& call);   // "services": […]
void write_case_hits(JsonWriter& json, Call& call, std::string_view text,
                     std::size_t limit);  // a group of the search, when there is any

}  // namespace yuanqu::api
