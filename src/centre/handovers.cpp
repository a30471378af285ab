#include "centre/handovers.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "base/secret.hpp"
#include "centre/body.hpp"

namespace yuanqu::centre {
namespace {

namespace json = boost::json;

json::object signature_json(const Signature& one) {
  return {{"user", one.user}, {"station", one.station}, {"at", one.at_ms}, {"incoming", one.incoming}};
}
Signature signature_of(const json::object& object) {
  const json::value* incoming = object.if_contains("incoming");
  return {text_in(object, "user"), text_in(object, "station"), whole_in(object, "at"),
          incoming != nullptr && incoming->is_bool() && incoming->get_bool()};
}

}  // namespace

base::Result<std::unique_ptr<Handovers>> Handovers::open(const std::filesystem::path& file) {
  auto handovers = std::make_unique<Handovers>();
  auto lines = JsonLines::open(file, [&](const json::object& object) {
    if (const json::value* signs = object.if_contains("sign"); signs != nullptr && signs->is_object()) {
      for (Handover& one : handovers->all_) {
        if (one.id == text_in(object, "id")) one.signatures.push_back(signature_of(signs->get_object()));
      }
      return;
    }
    Handover one;
    one.id = text_in(object, "id");
    one.shift = text_in(object, "shift");
    one.shift_zh = text_in(object, "shift_zh");
    one.shift_en = text_in(object, "shift_en");
    one.day = text_in(object, "day");
    one.made_ms = whole_in(object, "made");
    one.made_by = text_in(object, "by");
    one.notes = text_in(object, "notes");
    if (const json::value* areas = object.if_contains("areas"); areas != nullptr && areas->is_array()) {
      for (const json::value& area : areas->get_array()) {
        if (area.is_string()) one.areas.emplace_back(area.get_string());
      }
    }
    if (const json::value* facts = object.if_contains("facts"); facts != nullptr && facts->is_array()) {
      for (const json::value& fact : facts->get_array()) {
        if (fact.is_object())
          one.facts.push_back({text_in(fact.get_object(), "zh"), text_in(fact.get_object(), "en"),
                               text_in(fact.get_object(), "value")});
      }
    }
    if (const json::value* outgoing = object.if_contains("outgoing"); outgoing != nullptr && outgoing->is_object())
      one.signatures.push_back(signature_of(outgoing->get_object()));
    handovers->all_.push_back(std::move(one));
  });
  if (!lines) return tl::unexpected(lines.error());
  handovers->lines_ = std::move(*lines);
  return handovers;
}

base::Result<Handover> Handovers::add(Handover handover, const Signature& outgoing) {
  const std::lock_guard lock(mutex_);
  handover.id = base::random_token(9);
  handover.signatures = {outgoing};
  json::array facts;
  for (const HandoverFact& fact : handover.facts)
    facts.push_back(json::object{{"zh", fact.zh}, {"en", fact.en}, {"value", fact.value}});
  json::array areas;
  for (const std::string& area : handover.areas) areas.emplace_back(area);
  const json::object line{{"id", handover.id},
                          {"shift", handover.shift},
                          {"shift_zh", handover.shift_zh},
                          {"shift_en", handover.shift_en},
                          {"day", handover.day},
                          {"made", handover.made_ms},
                          {"by", handover.made_by},
                          {"notes", handover.notes},
                          {"areas", std::move(areas)},
                          {"facts", std::move(facts)},
                          {"outgoing", signature_json(outgoing)}};
  if (auto written = lines_.append(line); !written) return tl::unexpected(written.error());
  all_.push_back(handover);
  return handover;
}

base::Result<void> Handovers::sign(const std::string& id, const Signature& incoming) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(all_.begin(), all_.end(), [&](const Handover& one) { return one.id == id; });
  if (found == all_.end())
    return base::fail(base::ErrorCode::NotFound, "没有这份交接班记录。", "There is no such hand-over.");
  if (found->made_by == incoming.user)
    return base::fail(base::ErrorCode::Conflict, "交班人不能自己接班，请由接班的人签字。",
                      "Who leaves cannot sign for who comes; the coming shift signs.");
  if (std::any_of(found->signatures.begin(), found->signatures.end(),
                  [](const Signature& one) { return one.incoming; }))
    return base::fail(base::ErrorCode::Conflict, "已经签过接班。", "The coming shift has signed already.");
  Signature signature = incoming;
  signature.incoming = true;
  if (auto written = lines_.append(json::object{{"id", id}, {"sign", signature_json(signature)}}); !written)
    return written;
  found->signatures.push_back(signature);
  return {};
}

std::vector<Handover> Handovers::newest(std::size_t most) const {
  const std::lock_guard lock(mutex_);
  std::vector<Handover> list(all_.rbegin(), all_.rend());
  if (list.size() > most) list.resize(most);
  return list;
}

std::optional<Handover> Handovers::find(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  for (const Handover& one : all_) {
    if (one.id == id) return one;
  }
  return std::nullopt;
}

}  // namespace yuanqu::centre
