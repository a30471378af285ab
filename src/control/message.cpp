#include "control/message.hpp"

#include <sodium.h>

#include <algorithm>
#include <charconv>

#include "base/hash.hpp"
#include "base/secret.hpp"
#include "control/texts.hpp"

namespace yuanqu::control {

using base::ErrorCode;
using base::fail;

std::string_view field(const Fields& fields, std::string_view name) {
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const auto& entry) { return entry.first == name; });
  return found == fields.end() ? std::string_view{} : std::string_view(found->second);
}

std::string canonical_bytes(const Fields& fields) {
  std::vector<std::string> texts;
  for (const auto& [name, text] : fields) {
    if (name != "seal") texts.insert(texts.end(), {name, text});
  }
  return join_texts(texts);
}

namespace {

std::string code_of(const Fields& fields, const Key& key) {
  const std::string bytes = canonical_bytes(fields);
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> code{};
  crypto_auth_hmacsha256(code.data(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), key.data());
  return base::to_hex(std::string_view(reinterpret_cast<const char*>(code.data()), code.size()));
}

// Takes fields one after the other, in the order they were made; anything else is a fault.
class Taker {
 public:
  Taker(const Fields& fields, std::string_view kind) : fields_(fields) { good_ = text("message") == kind; }
  std::string text(std::string_view name) {
    if (next_ < fields_.size() && fields_[next_].first == name) return fields_[next_++].second;
    good_ = false;
    return {};
  }
  template <class Number>
  Number number(std::string_view name) {
    const std::string digits = text(name);
    Number value{};
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || problem != std::errc{} || end != digits.data() + digits.size() ||
        std::to_string(value) != digits) {
      good_ = false;
    }
    return value;
  }
  // A list of groups of `width` texts.
  std::vector<std::vector<std::string>> groups(std::string_view name, std::size_t width) {
    std::vector<std::vector<std::string>> list;
    auto parts = split_texts(text(name));
    if (!parts || parts->size() % width != 0 || parts->size() > 10'000) {
      good_ = false;
      return list;
    }
    for (std::size_t i = 0; i < parts->size(); i += width) {
      list.emplace_back(std::make_move_iterator(parts->begin() + static_cast<std::ptrdiff_t>(i)),
                        std::make_move_iterator(parts->begin() + static_cast<std::ptrdiff_t>(i + width)));
    }
    return list;
  }
  void refuse() { good_ = false; }
  bool good() const {
    const std::size_t rest = fields_.size() - next_;
    return good_ && (rest == 0 || (rest == 1 && fields_.back().first == "seal"));
  }

 private:
  const Fields& fields_;
  std::size_t next_ = 0;
  bool good_ = true;
};

template <class Number>
std::optional<Number> parsed(const std::string& digits) {
  Number value{};
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || end == digits.data() || problem != std::errc{} || std::to_string(value) != digits)
    return std::nullopt;
  return value;
}

tl::unexpected<base::Error> malformed() {
  return fail(ErrorCode::Invalid, "消息的格式不对。两端的程序版本可能不同。",
              "The message is malformed. The programs at both ends may differ in version.");
}

constexpr std::array<std::string_view, 9> verb_names{"operate", "arm",    "disarm",  "take", "release",
                                                     "hold",    "bypass", "restore", "ask"};
constexpr std::array<std::string_view, 10> outcome_names{"accepted",    "written",   "done",      "refused",
                                                         "timed_out",   "tripped",   "cancelled", "write_failed",
                                                         "interrupted", "never_seen"};

template <class Enum, std::size_t Count>
std::optional<Enum> find(const std::array<std::string_view, Count>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

std::string operators_text(const std::vector<Operator>& operators) {
  std::vector<std::string> texts;
  for (const Operator& one : operators) texts.insert(texts.end(), {one.user, one.session, one.station});
  return join_texts(texts);
}

std::vector<Operator> operators_of(const std::vector<std::vector<std::string>>& groups) {
  std::vector<Operator> operators;
  for (const auto& group : groups) operators.push_back({group[0], group[1], group[2]});
  return operators;
}

}  // namespace

void seal(Fields& fields, const Key& key) {
  std::erase_if(fields, [](const auto& entry) { return entry.first == "seal"; });
  std::string code = code_of(fields, key);
  fields.emplace_back("seal", std::move(code));
}

bool sealed_by(const Fields& fields, const Key& key) {
  const auto seals = std::count_if(fields.begin(), fields.end(), [](const auto& f) { return f.first == "seal"; });
  return seals == 1 && base::equal_in_constant_time(field(fields, "seal"), code_of(fields, key));
}

std::string_view name_of(Verb verb) { return verb_names[static_cast<std::size_t>(verb)]; }
std::optional<Verb> verb_of(std::string_view name) { return find<Verb>(verb_names, name); }
std::string_view name_of(Outcome outcome) { return outcome_names[static_cast<std::size_t>(outcome)]; }
std::optional<Outcome> outcome_of(std::string_view name) { return find<Outcome>(outcome_names, name); }
bool is_final(Outcome outcome) { return outcome != Outcome::Accepted && outcome != Outcome::Written; }

Fields to_fields(const Command& command) {
  std::vector<std::string> parameters, expected;
  for (const auto& [name, text] : command.parameters) parameters.insert(parameters.end(), {name, text});
  for (const auto& [tag, age] : command.expected) expected.insert(expected.end(), {tag, std::to_string(age)});
  return {{"message", "command"},
          {"id", command.id},
          {"verb", std::string(name_of(command.verb))},
          {"plant", command.plant},
          {"site", command.site},
          {"boot", command.boot},
          {"device", command.device},
          {"action", command.action},
          {"subject", command.subject},
          {"minutes", std::to_string(command.minutes)},
          {"parameters", join_texts(parameters)},
          {"operators", operators_text(command.operators)},
          {"expected", join_texts(expected)},
          {"expected_hash", command.expected_hash},
          {"issued_ms", std::to_string(command.issued_ms)},
          {"expires_ms", std::to_string(command.expires_ms)},
          {"epoch", std::to_string(command.epoch)},
          {"sequence", std::to_string(command.sequence)}};
}

base::Result<Command> command_from(const Fields& fields) {
  Taker take(fields, "command");
  Command command;
  command.id = take.text("id");
  const auto verb = verb_of(take.text("verb"));
  command.verb = verb.value_or(Verb::Ask);
  command.plant = take.text("plant");
  command.site = take.text("site");
  command.boot = take.text("boot");
  command.device = take.text("device");
  command.action = take.text("action");
  command.subject = take.text("subject");
  command.minutes = take.number<std::int64_t>("minutes");
  for (auto& group : take.groups("parameters", 2)) {
    command.parameters.emplace_back(std::move(group[0]), std::move(group[1]));
  }
  command.operators = operators_of(take.groups("operators", 3));
  for (auto& group : take.groups("expected", 2)) {
    const auto age = parsed<std::int64_t>(group[1]);
    if (!age) take.refuse();
    command.expected.emplace_back(std::move(group[0]), age.value_or(0));
  }
  command.expected_hash = take.text("expected_hash");
  command.issued_ms = take.number<std::int64_t>("issued_ms");
  command.expires_ms = take.number<std::int64_t>("expires_ms");
  command.epoch = take.number<std::uint64_t>("epoch");
  command.sequence = take.number<std::uint64_t>("sequence");
  if (!verb || command.id.empty() || command.id.size() > 64 || !take.good()) return malformed();
  return command;
}

Fields to_fields(const CentreBeat& beat) {
  return {{"message", "centre_beat"},
          {"boot", beat.boot},
          {"start", beat.start},
          {"number", std::to_string(beat.number)},
          {"centre_ms", std::to_string(beat.centre_ms)},
          {"echo_mono", std::to_string(beat.echo_mono)},
          {"held_ms", std::to_string(beat.held_ms)}};
}

base::Result<CentreBeat> centre_beat_from(const Fields& fields) {
  Taker take(fields, "centre_beat");
  CentreBeat beat;
  beat.boot = take.text("boot");
  beat.start = take.text("start");
  beat.number = take.number<std::uint64_t>("number");
  beat.centre_ms = take.number<std::int64_t>("centre_ms");
  beat.echo_mono = take.number<std::int64_t>("echo_mono");
  beat.held_ms = take.number<std::int64_t>("held_ms");
  if (!take.good()) return malformed();
  return beat;
}

Fields to_fields(const Report& report) {
  return {{"message", "report"},
          {"command", report.command},
          {"boot", report.boot},
          {"device", report.device},
          {"outcome", std::string(name_of(report.outcome))},
          {"refusal", report.refusal},
          {"reason_zh", report.reason.zh},
          {"reason_en", report.reason.en},
          {"epoch", std::to_string(report.epoch)},
          {"next_sequence", std::to_string(report.next_sequence)},
          {"at_ms", std::to_string(report.at_ms)}};
}

base::Result<Report> report_from(const Fields& fields) {
  Taker take(fields, "report");
  Report report;
  report.command = take.text("command");
  report.boot = take.text("boot");
  report.device = take.text("device");
  const auto outcome = outcome_of(take.text("outcome"));
  report.refusal = take.text("refusal");
  report.reason.zh = take.text("reason_zh");
  report.reason.en = take.text("reason_en");
  report.epoch = take.number<std::uint64_t>("epoch");
  report.next_sequence = take.number<std::uint64_t>("next_sequence");
  report.at_ms = take.number<std::int64_t>("at_ms");
  if (!outcome || !take.good()) return malformed();
  report.outcome = *outcome;
  return report;
}

Fields to_fields(const EdgeBeat& beat) {
  std::vector<std::string> devices, bypasses;
  for (const DeviceBeat& device : beat.devices) {
    devices.insert(devices.end(), {device.device, std::to_string(device.epoch), device.holder.user,
                                   device.holder.session, device.holder.station, std::to_string(device.next_sequence),
                                   device.mode, device.running, device.safe});
  }
  for (const BypassBeat& bypass : beat.bypasses) {
    bypasses.insert(bypasses.end(),
                    {bypass.interlock, std::to_string(bypass.left_ms), operators_text(bypass.operators)});
  }
  return {{"message", "edge_beat"},
          {"boot", beat.boot},
          {"site", beat.site},
          {"mono", std::to_string(beat.mono)},
          {"edge_ms", std::to_string(beat.edge_ms)},
          {"armed", beat.armed ? "1" : "0"},
          {"lease_left_ms", std::to_string(beat.lease_left_ms)},
          {"clock", beat.clock},
          {"devices", join_texts(devices)},
          {"bypasses", join_texts(bypasses)}};
}

base::Result<EdgeBeat> edge_beat_from(const Fields& fields) {
  Taker take(fields, "edge_beat");
  EdgeBeat beat;
  beat.boot = take.text("boot");
  beat.site = take.text("site");
  beat.mono = take.number<std::int64_t>("mono");
  beat.edge_ms = take.number<std::int64_t>("edge_ms");
  beat.armed = take.number<int>("armed") == 1;
  beat.lease_left_ms = take.number<std::int64_t>("lease_left_ms");
  beat.clock = take.text("clock");
  for (auto& group : take.groups("devices", 9)) {
    const auto epoch = parsed<std::uint64_t>(group[1]);
    const auto sequence = parsed<std::uint64_t>(group[5]);
    if (!epoch || !sequence) return malformed();
    beat.devices.push_back({group[0], *epoch, {group[2], group[3], group[4]}, *sequence, group[6], group[7], group[8]});
  }
  for (auto& group : take.groups("bypasses", 3)) {
    const auto left = parsed<std::int64_t>(group[1]);
    const auto people = split_texts(group[2]);
    if (!left || !people || people->size() % 3 != 0) return malformed();
    BypassBeat bypass{group[0], *left, {}};
    for (std::size_t i = 0; i < people->size(); i += 3) {
      bypass.operators.push_back({(*people)[i], (*people)[i + 1], (*people)[i + 2]});
    }
    beat.bypasses.push_back(std::move(bypass));
  }
  if (!take.good()) return malformed();
  return beat;
}

}  // namespace yuanqu::control
