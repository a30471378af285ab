// Several writes as one batch: whole or nothing, and a refusal tells every fault of every row.
#include "api/json_writer.hpp"
#include "api/record_json.hpp"
#include "api/resources.hpp"

namespace yuanqu::api {
namespace {

constexpr std::size_t writes_max = 1000;  // more is an import

base::Result<void> read_row(const Call& call, const Json& row, register_::Write& write) {
  auto name = row.string_at("kind");
  if (!name) return tl::unexpected(name.error());
  write.kind = call.house.records.catalogue().kind(*name);
  if (write.kind == nullptr || write.kind->system || call.viewer.reach(*write.kind) == register_::Reach::None) {
    return base::fail(base::ErrorCode::Invalid, "没有“" + *name + "”这种记录，或您的岗位不能查看。",
                      "There is no kind of record \"" + *name + "\", or your post may not see it.", {.field = "kind"});
  }
  if (const Json* id = row.find("id"); id != nullptr && !id->is_null()) {
    auto record = parse_id(id->text(), "id");
    if (!record) return tl::unexpected(record.error());
    write.record = *record;
  }
  auto version = row.integer_at("version");
  if (!version) return tl::unexpected(version.error());
  write.version = *version;
  return read_write(call, row, write);
}

base::Result<Response> post_records(Call& call) {
  auto body = call.body();
  if (!body) return tl::unexpected(body.error());
  const Json* rows = body->find("writes");
  if (rows == nullptr || !rows->is(Json::Type::Array) || rows->items().empty() || rows->items().size() > writes_max) {
    return base::fail(base::ErrorCode::Invalid,
                      "writes 应是 1 到 " + std::to_string(writes_max) + " 条写入的列表；更多请用导入。",
                      "writes must be a list of 1 to " + std::to_string(writes_max) + " writes; more is an import.",
                      {.field = "writes"});
  }
  std::vector<register_::Write> writes(rows->items().size());
  register_::Faults faults;
  for (std::size_t i = 0; i < writes.size(); ++i) {
    if (auto read = read_row(call, rows->items()[i], writes[i]); !read) {
      base::Error error = read.error();
      error.place.row = i + 1;
      faults.errors.push_back(std::move(error));
    }
  }
  if (!faults.empty()) {
    call.problem_extra = faults_member(faults);
    return tl::unexpected(faults.errors.front());
  }
  auto reply = call.house.records.write(call.viewer, std::move(writes), call.request_key(), &faults);
  if (!reply) {
    call.problem_extra = faults_member(faults);
    return tl::unexpected(reply.error());
  }
  JsonWriter json;
  json.object().member("position", reply->committed.position).member("batch", Id{reply->committed.batch});
  json.key("written").array();
  for (const register_::Written& one : reply->written) {
    json.object().member("id", Id{one.record}).member("version", one.version).member("changed", one.changed);
    json.end_object();
  }
  json.end_array().end_object();
  return Response::json(json.take());
}

}  // namespace

void add_record_batches(Router& router) { router.add(Method::Post, "/records", Ability::Write, post_records); }

}  // namespace yuanqu::api
