#include <chrono>

#include "api/json_writer.hpp"
#include "api/resources.hpp"
#include "api/value_json.hpp"

namespace yuanqu::api {
namespace {

// Where a page shows a record: records that open a file have a page of their own, others are shown on their file's.
std::string page_of(const register_::Kind& kind, const register_::SearchHit& hit) {
  std::string address = "/files/" + std::to_string(hit.file);
  if (!kind.opens_file) address += "?record=" + std::to_string(hit.record);
  return address;
}

base::Result<Response> get_search(Call& call) {
  auto limit = call.limit(8, 50);
  if (!limit) return tl::unexpected(limit.error());
  const auto started = std::chrono::steady_clock::now();
  const std::string_view text = call.query("q");
  JsonWriter json;
  json.object().key("groups").array();
  Titles titles(call);
  if (!text.empty()) {
    for (const register_::SearchGroup& group : call.house.search.find(call.viewer, text, *limit)) {
      json.object()
          .member("kind", group.kind->name)
          .labels("label", group.kind->labels.zh, group.kind->labels.en)
          .member("total", group.total);
      json.key("items").array();
      for (const register_::SearchHit& hit : group.hits) {
        json.object().member("id", Id{hit.record}).member("title", hit.title).member("href", page_of(*group.kind, hit));
        json.member_or_null("subtitle", hit.file != hit.record && hit.file != 0 ? std::string_view(titles.of(hit.file))
                                                                                : std::string_view{});
        json.member_or_null("matched", hit.matched == hit.title ? std::string_view{} : std::string_view(hit.matched));
        json.member("matched_by", register_::name_of(hit.matched_by)).member_or_null("file", Id{hit.file}).end_object();
      }
      json.end_array().end_object();
    }
  }
  write_case_hits(json, call, text, *limit);
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - started;
  json.end_array().member("took_ms", took.count()).end_object();
  return Response::json(json.take());
}

}  // namespace

void add_search(Router& router) { router.add(Method::Get, "/search", Ability::SignedIn, get_search); }

}  // namespace yuanqu::api
