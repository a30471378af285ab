// The OpenAPI description and the table of routes say the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "api/json_reader.hpp"
#include "api/resources.hpp"

namespace yuanqu::api {
namespace {

std::set<std::string> described() {
  std::ifstream stream(YUANQU_SOURCE_DIR "/src/api/openapi.json");
  std::ostringstream text;
  text << stream.rdbuf();
  const auto json = Json::parse(text.str());
  std::set<std::string> routes;
  if (!json) return routes;
  for (const auto& [path, methods] : json->find("paths")->members()) {
    for (const auto& [method, operation] : methods.members()) {
      std::string name;
      for (const char c : method) name += static_cast<char>(c - 32);
      routes.insert(name + " " + path);
    }
  }
  return routes;
}

TEST(Description, NamesEveryRouteAndNoOther) {
  Router router;
  add_session(router);
  add_clock(router);
  add_calendar(router);
  add_publications(router);
  add_catalogue(router);
  add_overview(router);
  add_records(router);
  add_record_batches(router);
  add_record_lists(router);
  add_record_files(router);
  add_files(router);
  add_decisions(router);
  add_decision_lists(router);
  add_asks(router);
  add_queries(router);
  add_simulations(router);
  add_publications(router);
  add_reports(router);
  add_duties(router);
  add_cases(router);
  add_case_acts(router);
  add_worklists(router);
  add_inbox(router);
  add_papers(router);
  add_issuers(router);
  add_subscriptions(router);
  add_authorisations(router);
  add_attachments(router);
  add_imports(router);
  add_operations(router);
  add_changes(router);
  add_evidence(router);
  add_backups(router);
  add_sources(router);
  add_signed_deliveries(router);
  add_oversight(router);
  add_search(router);
  add_events(router);
  add_description(router);
  std::set<std::string> offered{"GET /routes"};
  for (const Route& route : router.routes()) offered.insert(std::string(name_of(route.method)) + " " + route.pattern);
  EXPECT_THAT(described(), testing::ContainerEq(offered));
}

}  // namespace
}  // namespace yuanqu::api
