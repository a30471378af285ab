#pragma once
// The resources, one file per noun. Each adds its routes to the one table; what they do is asked of the room that owns the noun.

#include "api/router.hpp"

namespace yuanqu::api {

void add_session(Router& router);
void add_clock(Router& router);
void add_catalogue(Router& router);
void add_records(Router& router);
void add_record_files(Router& router);  // lists as workbooks and CSV
void add_imports(Router& router);
void add_search(Router& router);
void add_events(Router& router);
void add_description(Router& router);  // /openapi.json

}  // namespace yuanqu::api
