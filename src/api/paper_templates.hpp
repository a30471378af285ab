#pragma once
// Templates of papers as resources; added with the papers.

#include "api/router.hpp"

namespace yuanqu::api {

void add_paper_templates(Router& router);

}  // namespace yuanqu::api
