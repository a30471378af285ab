#include "api/router.hpp"

#include <gtest/gtest.h>

#include "api/events.hpp"

namespace yuanqu::api {
namespace {

Router sample() {
  Router router;
  for (const char* pattern : {"/records/{kind}", "/records/{kind}.xlsx", "/records/{kind}/{id}",
                              "/records/{kind}/template.xlsx", "/papers/{id}", "/papers/{id}.pdf"}) {
    router.add(Method::Get, pattern, Ability::SignedIn, nullptr);
  }
  router.add(Method::Post, "/records/{kind}", Ability::Write, nullptr);
  return router;
}

std::string matched(const Router& router, Method method, std::vector<std::string> segments) {
  const auto match = router.match(method, segments);
  if (match.route == nullptr) return "none, allowed " + match.allowed;
  std::string text = match.route->pattern;
  for (const auto& [name, value] : match.parameters) text += " " + name + "=" + value;
  return text;
}

TEST(Router, PrefersTheMorePrecisePattern) {
  const Router router = sample();
  EXPECT_EQ(matched(router, Method::Get, {"records", "a"}), "/records/{kind} kind=a");
  EXPECT_EQ(matched(router, Method::Get, {"records", "a.xlsx"}), "/records/{kind}.xlsx kind=a");
  EXPECT_EQ(matched(router, Method::Get, {"records", ".xlsx"}), "/records/{kind} kind=.xlsx");
  EXPECT_EQ(matched(router, Method::Get, {"records", "a", "template.xlsx"}), "/records/{kind}/template.xlsx kind=a");
  EXPECT_EQ(matched(router, Method::Get, {"records", "a", "12"}), "/records/{kind}/{id} kind=a id=12");
  EXPECT_EQ(matched(router, Method::Head, {"papers", "12.pdf"}), "/papers/{id}.pdf id=12");
}

TEST(Router, TellsWhatIsAllowed) {
  const Router router = sample();
  EXPECT_EQ(matched(router, Method::Delete, {"records", "a"}), "none, allowed GET, POST");
  EXPECT_EQ(matched(router, Method::Get, {"nothing"}), "none, allowed ");
}

Event event(std::int64_t position, std::string type = "change") {
  Event made;
  made.position = position;
  made.type = std::move(type);
  made.data = "{\"position\":" + std::to_string(position) + "}";
  return made;
}

TEST(Events, ResumeWhereTheReaderStopped) {
  EventHub hub;
  for (int i = 10; i < 20; ++i) hub.publish(event(i));
  const auto resumed = hub.subscribe(nullptr, 16);
  const auto missed = resumed->take();
  ASSERT_EQ(missed.size(), 3u);
  EXPECT_EQ(missed[0]->position, 17);
  hub.publish(event(20));
  EXPECT_EQ(resumed->take().size(), 1u);
  EXPECT_TRUE(hub.subscribe(nullptr, std::nullopt)->take().empty());
}

TEST(Events, SayResyncWhenTheyCannotResume) {
  EventHub hub(4);
  for (int i = 10; i < 20; ++i) hub.publish(event(i));
  const auto lost = hub.subscribe(nullptr, 12)->take();
  ASSERT_EQ(lost.size(), 1u);
  EXPECT_EQ(lost[0]->type, "resync");
  const auto slow = hub.subscribe(nullptr, std::nullopt);
  for (int i = 20; i < 2000; ++i) hub.publish(event(i));
  const auto caught = slow->take();
  EXPECT_EQ(caught[0]->type, "resync");
  EXPECT_LT(caught.size(), 1100u);
}

TEST(Events, GoOnlyToThoseTheyConcern) {
  EventHub hub;
  int woken = 0;
  const auto mine = hub.subscribe([](const Event& one) { return one.account == 7; }, std::nullopt);
  mine->on_wake([&] { ++woken; });
  hub.publish(event(1));
  Event personal = event(2);
  personal.account = 7;
  hub.publish(personal);
  EXPECT_EQ(woken, 1);
  EXPECT_EQ(mine->take().size(), 1u);
  hub.close();
  EXPECT_TRUE(mine->closed());
}

TEST(Events, HaveTheWireForm) {
  Event one = event(7, "duty");
  EXPECT_EQ(to_wire(one), "id: 7\nevent: duty\ndata: {\"position\":7}\n\n");
}

}  // namespace
}  // namespace yuanqu::api
