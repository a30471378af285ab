#include "api/change_feed.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "api/json_writer.hpp"

namespace yuanqu::api {
namespace {

constexpr std::size_t changes_told_max = 200;

}  // namespace

ChangeFeed::ChangeFeed(journal::Journal& journal, const register_::Catalogue& catalogue, EventHub& hub)
    : journal_(journal), catalogue_(catalogue), hub_(hub), told_(journal.position()) {
  subscription_ = journal_.subscribe([this](journal::Position position) { tell(position); });
}

void ChangeFeed::tell(journal::Position position) {
  if (position <= told_) return;
  const journal::Position after = told_;
  told_ = position;
  Event event;
  event.type = "change";
  event.position = position;
  std::set<std::string> kinds;
  std::set<std::int64_t> records;
  std::set<std::int64_t> files;
  std::size_t seen = 0;
  auto snapshot = journal_.snapshot();
  if (!snapshot) return;
  const auto read = journal::changes_after(snapshot->database(), after, changes_told_max + 1,
                                           [&](const journal::StoredChange& change) {
                                             const register_::Kind* kind = catalogue_.kind(change.kind);
                                             ++seen;
                                             if (kind == nullptr || kind->system || change.sequence > position)
                                               return change.sequence < position;
                                             kinds.insert(kind->name);
                                             records.insert(change.record);
                                             files.insert(change.file);
                                             return true;
                                           });
  if (!read || seen == 0) return;
  const bool many = seen > changes_told_max;
  JsonWriter json;
  json.object().member("position", position).member("many", many).key("kinds").array();
  for (const std::string& kind : kinds) json.value(kind);
  json.end_array().key("files").array();
  if (!many) {
    for (const std::int64_t file : files) json.value(Id{file});
  }
  json.end_array().key("records").array();
  if (!many) {
    for (const std::int64_t record : records) json.value(Id{record});
  }
  json.end_array().end_object();
  event.data = json.take();
  // An owner hears only of what concerns the own file; of a great many changes everybody hears that there were some.
  if (!many) event.files.assign(files.begin(), files.end());
  hub_.publish(std::move(event));
}

void publish_clock(EventHub& hub, base::Date today, journal::Position position) {
  JsonWriter json;
  json.object().member("position", position).member("today", today).end_object();
  Event event;
  event.position = position;
  event.type = "clock";
  event.data = json.take();
  hub.publish(std::move(event));
}

void publish_outcomes(EventHub& hub, base::Date today, journal::Position position) {
  JsonWriter json;
  json.object().member("position", position).member("today", today).end_object();
  Event event;
  event.position = position;
  event.type = "outcome";
  event.data = json.take();
  hub.publish(std::move(event));
}

void publish_duty(EventHub& hub, const duty::Duty& duty, journal::Position position) {
  JsonWriter json;
  json.object()
      .member("position", position)
      .member("id", Id{duty.id})
      .member("service", duty.item == nullptr ? std::string{} : duty.item->name);
  json.member("state", duty::name_of(duty.state))
      .member("subject", Id{duty.subject})
      .member("file", Id{duty.file})
      .end_object();
  Event event;
  event.position = position;
  event.type = "duty";
  event.data = json.take();
  event.files = {duty.file};
  hub.publish(std::move(event));
}

void publish_work(EventHub& hub, std::string_view type, journal::Position position, std::int64_t id,
                  std::int64_t file) {
  JsonWriter json;
  json.object().member("position", position).member_or_null("id", Id{id}).member_or_null("file", Id{file}).end_object();
  Event event;
  event.position = position;
  event.type = std::string(type);
  event.data = json.take();
  if (file != 0) event.files = {file};
  hub.publish(std::move(event));
}

}  // namespace yuanqu::api
