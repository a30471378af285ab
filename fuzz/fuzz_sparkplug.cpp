// Rooms: telemetry pack feel journal tabular base
// Sparkplug: the bytes as a payload (what decodes encodes again to the same), then as the messages of an edge node to a
// host: each begins with a byte that chooses topic and time and a length.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "telemetry/sparkplug_edge.hpp"
#include "telemetry/sparkplug_host.hpp"

namespace {

using namespace yuanqu::telemetry;

void must(bool condition) {
  if (!condition) std::abort();
}

const PlantModel& plant() {
  static const PlantModel model = std::move(*PlantModel::read(
      "plant: p\nlabels: {zh: a, en: a}\nlinks: [{name: e, sparkplug: {group: G, node: N}}]\nareas: [{name: a, labels: "
      "{zh: a, en: a}, equipment: [{name: c, labels: {zh: a, "
      "en: a}, link: e, device: D, tags: [{name: t, labels: {zh: a, en: a}, type: number, source: {metric: m}}]}]}]\n",
      "p"));
  return model;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  if (const auto payload = decode_sparkplug(rest)) {
    const auto again = decode_sparkplug(encode_sparkplug(*payload));
    must(again.has_value() && again->metrics.size() == payload->metrics.size() && again->seq == payload->seq);
    for (const SparkplugMetric& metric : payload->metrics) (void)typed(metric, metric.type);
  }
  SparkplugHost host(plant());
  SparkplugEdge edge({.group = "G", .node = "N", .primary_host = "h"});
  must(edge.define("D", "m", SparkplugType::Double).has_value());
  (void)edge.begin_session(0, 0);
  (void)edge.connected(0);
  static const char* topics[] = {"spBv1.0/G/NBIRTH/N",   "spBv1.0/G/NDEATH/N",  "spBv1.0/G/NDATA/N",
                                 "spBv1.0/G/DBIRTH/N/D", "spBv1.0/G/DDATA/N/D", "spBv1.0/G/DDEATH/N/D",
                                 "spBv1.0/STATE/yuanqu", "spBv1.0/G/NCMD/N",    "spBv1.0/G/DCMD/N/D",
                                 "spBv1.0/STATE/h"};
  std::int64_t now = 0;
  while (rest.size() >= 2) {
    const auto choice = static_cast<std::uint8_t>(rest[0]);
    const std::size_t length = std::min<std::size_t>(static_cast<std::uint8_t>(rest[1]), rest.size() - 2);
    const std::string_view payload = rest.substr(2, length);
    rest.remove_prefix(2 + length);
    now += choice & 0x80 ? 3'000 : 10;
    for (const Point& point : host.message(topics[(choice & 0x7F) % 10], payload, false, now, now).points)
      must(check(point).has_value());
    (void)host.tick(now, now);
    (void)edge.message(topics[(choice & 0x7F) % 10], payload, false, now);
  }
  return 0;
}
