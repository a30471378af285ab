// Rooms: control
// What reaches the control room from outside: messages of the wire (any bytes, sealed or not) and the files of a pack.
// First byte: what the rest is.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "control/message.hpp"
#include "control/recipe.hpp"
#include "control/texts.hpp"

using namespace yuanqu::control;

namespace {

Site::TagKnowledge every_tag(const std::string& tag) { return {!tag.empty(), true}; }

void message(std::string_view bytes) {
  const auto texts = split_texts(bytes);
  if (!texts) return;
  if (join_texts(*texts) != bytes) __builtin_trap();
  Fields fields;
  for (std::size_t i = 0; i + 1 < texts->size(); i += 2) fields.emplace_back((*texts)[i], (*texts)[i + 1]);
  // What is understood is understood in one way only, and written back as it came.
  const Key key{};
  int understood = 0;
  const auto same = [&](const Fields& again) {
    ++understood;
    if (canonical_bytes(again) != canonical_bytes(fields)) __builtin_trap();
  };
  if (const auto one = command_from(fields)) same(to_fields(*one));
  if (const auto one = centre_beat_from(fields)) same(to_fields(*one));
  if (const auto one = report_from(fields)) same(to_fields(*one));
  if (const auto one = edge_beat_from(fields)) ++understood;
  if (understood > 1) __builtin_trap();
  Fields sealed = fields;
  seal(sealed, key);
  if (!sealed_by(sealed, key)) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  static const auto any_area = [](const std::string&) { return true; };
  static const Site site =
      Site::read(
          "plant: p\nedge: {group: G, node: N}\ninputs: {a: t}\ndevices:\n- device: d\n  labels: {zh: 甲, en: D}\n  "
          "area: x\n  remote_when: a = 1\n"
          "  safe_state: {kind: stop, write: {w: 0}, confirmed_by: a = 0, within_ms: 9}\n  actions:\n  - action: go\n  "
          "  labels: {zh: 走, en: Go}\n"
          "    expected_state: [{input: a, max_age_ms: 9}]\n    write: {w: 1}\n    feedback: a = 1\n    within_ms: 9\n",
          "site", every_tag, any_area)
          .value_or(Site{});
  switch (data[0] % 3) {
    case 0: message(rest); break;
    case 1: (void)Site::read(rest, "fuzz", every_tag, any_area); break;
    default: (void)Recipe::read(rest, "fuzz", site, every_tag); break;
  }
  return 0;
}
