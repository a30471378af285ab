// Signed deliveries: an enterprise's own system tells figures of itself without anybody signing in. The same request
// again is answered with how far the first one is, so a sender simply repeats it until it is stored.

#include <fstream>

#include "api/call.hpp"
#include "api/json_writer.hpp"
#include "api/resources.hpp"
#include "api/source_desk.hpp"
#include "register/signed_delivery.hpp"

namespace yuanqu::api {
namespace {

base::Result<register_::SignedDelivery> read_delivery(const Call& call) {
  auto body = call.body();
  if (!body) return tl::unexpected(body.error());
  register_::SignedDelivery delivery;
  for (const auto& [name, into] : {std::pair("source", &delivery.source), std::pair("period", &delivery.period),
                                   std::pair("file", &delivery.file), std::pair("signature", &delivery.signature)}) {
    auto text = body->string_at(name);
    if (!text) return tl::unexpected(text.error());
    if (text->empty())
      return base::fail(base::ErrorCode::Invalid, std::string("缺少 ") + name + "。",
                        std::string(name) + " is missing.", {.field = name});
    *into = std::move(*text);
  }
  auto issued = body->integer_at("issued");
  if (!issued) return tl::unexpected(issued.error());
  if (!*issued || **issued <= 0)
    return base::fail(base::ErrorCode::Invalid, "缺少签发时刻 issued（毫秒）。",
                      "issued, the moment of signing in milliseconds, is missing.", {.field = "issued"});
  delivery.issued_ms = **issued;
  return delivery;
}

Response signed_response(const register_::Schedule& schedule, std::string_view state,
                         const register_::DeliveryRecord* delivery = nullptr) {
  JsonWriter json;
  json.object().member("source", schedule.code).member("state", state);
  json.key("delivery");
  if (delivery == nullptr) {
    json.null();
  } else {
    json.object().member("id", Id{delivery->record}).member("number", delivery->number);
    json.member("rows", delivery->rows).member("to_desk", delivery->refused).end_object();
  }
  json.end_object();
  return Response::json(json.take(), delivery == nullptr ? 202 : 200);
}

base::Result<Response> post_signed_delivery(Call& call) {
  auto delivery = read_delivery(call);
  if (!delivery) return tl::unexpected(delivery.error());
  auto admitted = register_::admit(call.house.records, *delivery, call.house.clock.now_ms());
  if (!admitted) return tl::unexpected(admitted.error());
  const register_::Schedule& schedule = admitted->schedule;
  if (admitted->known) return signed_response(schedule, "stored", &*admitted->known);
  const std::string file_name = schedule.code + " " + delivery->period + ".csv";
  // The one that runs may be this one, or one before it: then it is waited for. What failed is told once and may come
  // again.
  if (const auto run = call.house.sources->run_of(schedule.record)) {
    const bool ended = run->state == DeliveryRun::State::Done || run->state == DeliveryRun::State::Failed;
    if (!ended) return signed_response(schedule, run->signature == delivery->signature ? "queued" : "busy");
    if (run->signature == delivery->signature && run->state == DeliveryRun::State::Failed && run->problem) {
      call.house.sources->forget(schedule.record);
      return tl::unexpected(*run->problem);
    }
  }
  const std::filesystem::path file = call.house.sources->folder() / ("signed-" + call.request.trace_id + ".csv");
  std::ofstream stream(file, std::ios::binary);
  stream << delivery->file;
  stream.close();
  if (!stream)
    return base::fail(base::ErrorCode::Unavailable, "报送的文件无法保存，请检查数据目录的空间与权限。",
                      "The file cannot be kept; check space and rights of the data folder.");
  register_::DeliveryRequest request;
  request.schedule = schedule.record;
  request.period = admitted->period;
  request.file_name = file_name;
  request.issued_ms = delivery->issued_ms;
  request.signature = delivery->signature;
  auto taken = call.house.sources->receive(std::move(request), file, register_::signatory(schedule));
  if (!taken) {
    std::error_code ignored;
    std::filesystem::remove(file, ignored);
    return tl::unexpected(taken.error());
  }
  return signed_response(schedule, "queued");
}

}  // namespace

void add_signed_deliveries(Router& router) {
  router.add(Method::Post, "/signed-deliveries", Ability::Open, post_signed_delivery);
}

}  // namespace yuanqu::api
