#include "centre/handovers.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>

#include "base/secret.hpp"

namespace yuanqu::centre {
namespace {

namespace json = boost::json;

std::string text_at(const json::object& object, const char* key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}
std::int64_t number_at(const json::object& object, const char* key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

json::object json_of(const Signature& one) {
  return {{"user", one.user}, {"station", one.station}, {"at", one.at_ms}, {"incoming", one.incoming}};
}
Signature signature_of(const json::object& object) {
  const json::value* incoming = object.if_contains("incoming");
  return {text_at(object, "user"), text_at(object, "station"), number_at(object, "at"),
          incoming != nullptr && incoming->is_bool() && incoming->get_bool()};
}

}  // namespace

base::Result<std::unique_ptr<Handovers>> Handovers::open(const std::filesystem::path& file) {
  auto handovers = std::make_unique<Handovers>();
  handovers->file_ = file;
  std::ifstream stream(file);
  std::string line;
  std::size_t row = 0;
  while (std::getline(stream, line)) {
    ++row;
    boost::system::error_code ec;
    const json::value read = json::parse(line, ec);
    if (ec || !read.is_object()) {
      // The last line may be torn: it was never acknowledged.
      if (stream.peek() == std::ifstream::traits_type::eof()) break;
      return base::fail(base::ErrorCode::Invalid, "交接班记录有一行读不懂，请从备份恢复。",
                        "A line of the hand-overs cannot be read; restore the file from a backup.",
                        {.file = file.string(), .row = row});
    }
    const json::object& object = read.get_object();
    if (const json::value* signs = object.if_contains("sign"); signs != nullptr && signs->is_object()) {
      for (Handover& one : handovers->all_) {
        if (one.id == text_at(object, "id")) one.signatures.push_back(signature_of(signs->get_object()));
      }
      continue;
    }
    Handover one;
    one.id = text_at(object, "id");
    one.shift = text_at(object, "shift");
    one.shift_zh = text_at(object, "shift_zh");
    one.shift_en = text_at(object, "shift_en");
    one.day = text_at(object, "day");
    one.made_ms = number_at(object, "made");
    one.made_by = text_at(object, "by");
    one.notes = text_at(object, "notes");
    if (const json::value* facts = object.if_contains("facts"); facts != nullptr && facts->is_array()) {
      for (const json::value& fact : facts->get_array()) {
        if (fact.is_object())
          one.facts.push_back({text_at(fact.get_object(), "zh"), text_at(fact.get_object(), "en"),
                               text_at(fact.get_object(), "value")});
      }
    }
    if (const json::value* outgoing = object.if_contains("outgoing"); outgoing != nullptr && outgoing->is_object())
      one.signatures.push_back(signature_of(outgoing->get_object()));
    handovers->all_.push_back(std::move(one));
  }
  return handovers;
}

base::Result<void> Handovers::append(const std::string& line) {
  const auto fails = [&] {
    return base::fail(base::ErrorCode::Unavailable, "交接班记录写不进去，请检查磁盘空间与权限。",
                      "The hand-over cannot be written; check disk space and rights.", {.file = file_.string()});
  };
  const int out = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (out < 0) return fails();
  const std::string whole = line + "\n";
  const bool good = ::write(out, whole.data(), whole.size()) == static_cast<ssize_t>(whole.size()) && ::fsync(out) == 0;
  ::close(out);
  if (!good) return fails();
  return {};
}

base::Result<Handover> Handovers::add(Handover handover, const Signature& outgoing) {
  const std::lock_guard lock(mutex_);
  handover.id = base::random_token(9);
  handover.signatures = {outgoing};
  json::array facts;
  for (const HandoverFact& fact : handover.facts)
    facts.push_back(json::object{{"zh", fact.zh}, {"en", fact.en}, {"value", fact.value}});
  const json::object line{{"id", handover.id},
                          {"shift", handover.shift},
                          {"shift_zh", handover.shift_zh},
                          {"shift_en", handover.shift_en},
                          {"day", handover.day},
                          {"made", handover.made_ms},
                          {"by", handover.made_by},
                          {"notes", handover.notes},
                          {"facts", std::move(facts)},
                          {"outgoing", json_of(outgoing)}};
  if (auto written = append(json::serialize(line)); !written) return tl::unexpected(written.error());
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
  if (auto written = append(json::serialize(json::object{{"id", id}, {"sign", json_of(signature)}})); !written)
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
