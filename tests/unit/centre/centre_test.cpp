#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "base/secret.hpp"
#include "centre/application.hpp"
#include "centre/screen_alarms.hpp"
#include "control/plant_content.hpp"

namespace yuanqu::centre {
namespace {

namespace json = boost::json;

constexpr const char* small_plant = R"(plant: small
labels: {zh: 小厂, en: Small}
simulated: true
areas:
  - name: north
    labels: {zh: 北区, en: North}
    equipment:
      - name: pump
        labels: {zh: 泵, en: Pump}
        tags:
          - {name: 泵.压力, labels: {zh: 泵压力, en: Pump pressure}, type: number, unit: bar, decimals: 1, source: {manual: true}, alarms: [{name: high, kind: high, limit: 5, priority: high, labels: {zh: 高, en: High}}]}
  - name: south
    labels: {zh: 南区, en: South}
    equipment:
      - name: fan
        labels: {zh: 风机, en: Fan}
        tags:
          - {name: 风机.转速, labels: {zh: 风机转速, en: Fan speed}, type: number, source: {manual: true}}
)";

class Centre : public ::testing::Test {
 protected:
  Centre() : folder_(std::filesystem::temp_directory_path() / ("yuanqu-centre-" + base::random_token(6))) {
    std::filesystem::create_directories(folder_);
    open();
  }
  ~Centre() override {
    application_.reset();
    std::filesystem::remove_all(folder_);
  }

  // The small plant, or one of a pack with its devices.
  void open(control::PlantContent content = {}) {
    application_.reset();
    PlantSetup plant;
    plant.model = std::move(content.model);
    plant.site = std::move(content.site);
    plant.recipes = std::move(content.recipes);
    if (plant.model != nullptr) return open(std::move(plant));
    auto model = telemetry::PlantModel::read(small_plant, "small.yaml");
    ASSERT_TRUE(model) << model.error().front().en;
    plant.model = std::make_unique<telemetry::PlantModel>(std::move(*model));
    auto views = read_views(
        "plant: small\nshifts: [{name: day, labels: {zh: 白班, en: Day}, begins: '08:00'}]\nmeasures: [{tag: 泵.压力, "
        "labels: {zh: 压力, en: Pressure}}]\n",
        "small", *plant.model);
    ASSERT_TRUE(views) << views.error().en;
    plant.views = std::move(*views);
    open(std::move(plant));
  }
  void open(PlantSetup plant) {
    plant.folder = folder_ / plant.model->name();
    plant.clock = &clock_;
    plant.broker.port = 1;  // nobody listens there
    plant.log = [](const std::string&) {};
    auto opened = Plant::open(std::move(plant));
    ASSERT_TRUE(opened) << opened.error().en;
    plant_ = opened->get();
    ApplicationSetup setup;
    setup.plants.push_back(std::move(*opened));
    auto accounts = Accounts::open(folder_ / "accounts.json");
    ASSERT_TRUE(accounts);
    setup.accounts = std::move(*accounts);
    accounts_ = setup.accounts.get();
    setup.folder = folder_;
    setup.clock = &clock_;
    application_ = std::make_unique<Application>(std::move(setup));
  }

  void account(const std::string& name, const std::string& area, std::vector<Right> rights,
               const char* plant = "small") {
    const auto known = accounts_->find(name);
    auto put = accounts_->put({name, name, name, {{plant, area, std::move(rights)}}, false, 0}, "a long password",
                              known ? known->version : 0, base::PasswordCost::Minimal);
    ASSERT_TRUE(put) << put.error().en;
  }

  http::Response call(const std::string& method, const std::string& target, const std::string& cookie = {},
                      const std::string& body = {}, bool own_page = true) {
    http::Request request;
    for (const http::Method one :
         {http::Method::Get, http::Method::Post, http::Method::Put, http::Method::Patch, http::Method::Delete}) {
      if (http::name_of(one) == method) request.method = one;
    }
    EXPECT_TRUE(read_target("/api/v1/centre" + target, request));
    request.body = body;
    if (!cookie.empty()) request.headers.emplace_back("cookie", "yuanqu_centre=" + cookie);
    if (own_page) request.headers.emplace_back("x-yuanqu", "1");
    return application_->answer(request);
  }
  std::string sign_in(const std::string& name, const std::string& station = "desk 1") {
    const http::Response response =
        call("POST", "/session", {},
             json::serialize(json::object{{"name", name}, {"password", "a long password"}, {"station", station}}));
    EXPECT_EQ(response.status, 200) << response.body;
    for (const auto& [header, value] : response.headers) {
      if (header == "Set-Cookie") return value.substr(14, value.find(';') - 14);
    }
    return {};
  }

  std::filesystem::path folder_;
  base::SystemClock clock_;
  std::unique_ptr<Application> application_;
  Plant* plant_ = nullptr;
  Accounts* accounts_ = nullptr;
};

std::string filled(std::string_view pattern) {
  std::string out(pattern);
  for (const auto& [hole, value] :
       {std::pair("{plant}", "small"), std::pair("{station}", "desk"), std::pair("{name}", "x"),
        std::pair("{month}", "2026-01"), std::pair("{verb}", "acknowledge"), std::pair("{id}", "x")}) {
    if (const auto at = out.find(hole); at != std::string::npos) out.replace(at, std::string_view(hole).size(), value);
  }
  return out;
}

TEST_F(Centre, EveryRouteRefusesWhoMayNotEnter) {
  account("nobody", "*", {});  // signed in, no right at all
  account("viewer", "*", {Right::View});
  const std::string nobody = sign_in("nobody"), viewer = sign_in("viewer");
  std::size_t closed = 0;
  for (const Route& route : routes()) {
    const std::string method(route.method), target = filled(route.pattern);
    if (method != "GET") {
      EXPECT_EQ(call(method, target, viewer, {}, false).status, 403) << "a foreign page: " << route.pattern;
    }
    if (route.access == Access::Everybody) continue;
    ++closed;
    EXPECT_EQ(call(method, target).status, 401) << method << " " << route.pattern;
    EXPECT_EQ(call(method, target, "not-a-token").status, 401) << method << " " << route.pattern;
    if (route.access == Access::Plant) {
      EXPECT_EQ(call(method, target, nobody).status, 404) << method << " " << route.pattern;
    }
    if (route.right != Right::View) {
      EXPECT_EQ(call(method, target, viewer).status, 403) << method << " " << route.pattern;
    }
    EXPECT_EQ(call("PATCH", target, viewer).status, 405) << route.pattern;
  }
  EXPECT_GT(closed, 20u);
  EXPECT_EQ(call("GET", "/plants/other/model", viewer).status, 404);
  EXPECT_EQ(call("GET", "/nowhere", viewer).status, 404);
}

TEST_F(Centre, AnAccountSeesOnlyItsAreas) {
  account("north", "north", {Right::View, Right::Acknowledge});
  const std::string cookie = sign_in("north");
  const http::Response model = call("GET", "/plants/small/model", cookie);
  ASSERT_EQ(model.status, 200) << model.body;
  const json::value read = json::parse(model.body);
  ASSERT_EQ(read.at("tags").as_array().size(), 1u);
  EXPECT_EQ(read.at("tags").at(0).at("name").as_string(), "泵.压力");
  EXPECT_EQ(call("GET", "/plants/small/values?tag=%E9%A3%8E%E6%9C%BA.%E8%BD%AC%E9%80%9F", cookie).status, 404);
  EXPECT_EQ(call("GET", "/plants/small/history?tag=%E9%A3%8E%E6%9C%BA.%E8%BD%AC%E9%80%9F", cookie).status, 404);
  const http::Response value = call("GET", "/plants/small/values?tag=%E6%B3%B5.%E5%8E%8B%E5%8A%9B", cookie);
  ASSERT_EQ(value.status, 200);
  EXPECT_NE(value.body.find("\"value\":null"), std::string::npos)
      << "never a zero for what is not known: " << value.body;
}

TEST_F(Centre, OperationsAndAuditAreForWhoSeesEveryAreaADeviceStandsIn) {
  auto pack = pack::Pack::load(std::filesystem::path(YUANQU_SOURCE_DIR) / "packs/steel");
  ASSERT_TRUE(pack);
  auto plants = control::read_plants(*pack);
  ASSERT_TRUE(plants);
  open(std::move(plants->front()));
  account("all", "*", {Right::View, Right::Audit}, "hot_metal");
  account("one", "tilting", {Right::View, Right::Audit}, "hot_metal");
  const std::string all = sign_in("all"), one = sign_in("one");
  const auto available = [&](const std::string& cookie, const std::string& what) {
    return json::parse(call("GET", "/plants/hot_metal/" + what, cookie).body).at("available").as_bool();
  };
  for (int tries = 0; tries < 100 && !available(all, "operations"); ++tries)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_TRUE(available(all, "operations"));
  EXPECT_TRUE(available(all, "site"));
  EXPECT_EQ(call("GET", "/plants/hot_metal/audit", all).status, 200);
  EXPECT_FALSE(available(one, "operations"));
  EXPECT_FALSE(available(one, "site"));
  for (const char* form : {"audit", "audit.csv", "audit.jsonl"})
    EXPECT_EQ(call("GET", std::string("/plants/hot_metal/") + form, one).status, 403);
}

TEST_F(Centre, ARightTakenAwayIsGoneAtOnce) {
  account("viewer", "*", {Right::View});
  const std::string cookie = sign_in("viewer");
  EXPECT_EQ(call("GET", "/plants/small/model", cookie).status, 200);
  account("viewer", "north", {Right::View});
  EXPECT_EQ(call("GET", "/plants/small/model", cookie).status, 401);
}

TEST_F(Centre, WrongPasswordsRestForAMinute) {
  account("viewer", "*", {Right::View});
  const std::string body = R"({"name":"viewer","password":"wrong","station":"desk"})";
  for (int i = 0; i < 5; ++i) EXPECT_EQ(call("POST", "/session", {}, body).status, 401);
  EXPECT_EQ(call("POST", "/session", {}, body).status, 429);
  EXPECT_EQ(call("POST", "/session", {}, R"({"name":"viewer","password":"a long password","station":"desk"})").status,
            429);
  EXPECT_EQ(call("POST", "/session", {}, R"({"demo":"demo.operator","station":"desk"})").status, 401)
      << "no demo, no tap";
}

TEST_F(Centre, AnAcknowledgedAlarmIsStillAcknowledgedAfterARestart) {
  account("operator", "*", {Right::View, Right::Acknowledge});
  const std::int64_t now = clock_.now_ms();
  const telemetry::Point point{0, now, now, telemetry::Value(9.0), telemetry::Quality::good, 0};
  plant_->live().apply(std::span(&point, 1), Plant::steady_ms());
  ASSERT_TRUE(plant_->alarms().engine().points(std::span(&point, 1), plant_->moment()));
  const auto raised = plant_->alarms().list(Plant::steady_ms());
  ASSERT_EQ(raised.size(), 1u);
  std::string cookie = sign_in("operator");
  EXPECT_EQ(call("POST", "/plants/small/alarms/acknowledge", cookie, R"({"ids":["77"]})").status, 404);
  EXPECT_EQ(call("POST", "/plants/small/alarms/shelve", cookie, R"({"id":"0"})").status, 422);
  ASSERT_EQ(call("POST", "/plants/small/alarms/acknowledge", cookie, "{\"ids\":[\"" + raised[0].id + "\"]}").status,
            200);
  open();
  const auto after = plant_->alarms().list(Plant::steady_ms());
  ASSERT_EQ(after.size(), 1u);
  const json::value alarm = json::parse(after[0].json);
  EXPECT_TRUE(alarm.at("acknowledged").as_bool());
  EXPECT_TRUE(alarm.at("active").as_bool());
  EXPECT_EQ(alarm.at("by").as_string(), "operator");
  cookie = sign_in("operator");
  const http::Response journal = call("GET", "/plants/small/alarms/journal", cookie);
  EXPECT_NE(journal.body.find("\"event\":\"acknowledged\""), std::string::npos) << journal.body;
  EXPECT_EQ(call("GET", "/plants/small/alarms/journal.csv", cookie).status, 200);
  EXPECT_EQ(call("GET", "/plants/small/alarms/journal.xlsx", cookie).body.substr(0, 2), "PK");
}

TEST_F(Centre, AHandOverIsSignedByTwoPersons) {
  account("leaving", "*", {Right::View, Right::Acknowledge});
  account("coming", "*", {Right::View, Right::Acknowledge});
  const std::string leaving = sign_in("leaving"), coming = sign_in("coming", "desk 2");
  EXPECT_EQ(call("POST", "/plants/small/handovers", leaving, R"({"shift":"day","notes":""})").status, 422);
  const http::Response made =
      call("POST", "/plants/small/handovers", leaving, R"({"shift":"day","notes":"3# pump <hot>"})");
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string id(json::parse(made.body).at("id").as_string());
  EXPECT_EQ(call("POST", "/plants/small/handovers/" + id + "/sign", leaving).status, 409);
  EXPECT_EQ(call("POST", "/plants/small/handovers/" + id + "/sign", coming).status, 200);
  EXPECT_EQ(call("POST", "/plants/small/handovers/" + id + "/sign", coming).status, 409);
  open();
  const http::Response printed = call("GET", "/plants/small/handovers/" + id + "/print?language=en", sign_in("coming"));
  EXPECT_NE(printed.body.find("3# pump &lt;hot&gt;"), std::string::npos) << printed.body;
  EXPECT_NE(printed.body.find("coming"), std::string::npos);
  EXPECT_NE(printed.body.find("<td>—</td>"), std::string::npos) << "a value that was never received is a dash";
}

TEST(ScreenAlarms, AScreenThatComesBackMissesNothing) {
  ScreenAlarms alarms;
  const auto all = [](const std::string&) { return true; };
  alarms.update({{"1", "north", "{1}"}, {"2", "south", "{2}"}});
  const AlarmChanges first = alarms.since(0, all);
  EXPECT_TRUE(first.whole);
  EXPECT_EQ(first.changed.size(), 2u);
  alarms.update({{"1", "north", "{1b}"}, {"3", "south", "{3}"}});
  const AlarmChanges next = alarms.since(first.version, all);
  EXPECT_FALSE(next.whole);
  EXPECT_EQ(next.changed, (std::vector<std::string>{"{1b}", "{3}"}));
  EXPECT_EQ(next.gone, (std::vector<std::string>{"2"}));
  alarms.update({{"1", "north", "{1b}"}, {"3", "south", "{3}"}});
  EXPECT_EQ(alarms.version(), next.version) << "nothing changed";
  EXPECT_TRUE(alarms.since(next.version + 7, all).whole) << "a version from another run";
  EXPECT_EQ(alarms.since(0, [](const std::string& area) { return area == "north"; }).changed.size(), 1u);
  for (int i = 0; i < 5000; ++i) alarms.update({{std::to_string(100 + i), "north", "{}"}});
  EXPECT_TRUE(alarms.since(first.version, all).whole) << "too old to tell the difference";
}

TEST(Views, ATagThatThePlantDoesNotHaveIsRefused) {
  auto model = telemetry::PlantModel::read(small_plant, "small.yaml");
  ASSERT_TRUE(model);
  const auto read =
      read_views("plant: small\nmimics:\n  - {page: a, shapes: [{kind: value, tag: 泵.流量}]}\n", "small", *model);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().place.row, 3u);
  EXPECT_FALSE(
      read_views("plant: small\nmimics:\n  - {page: a, shapes: [{kind: box, equipment: motor}]}\n", "small", *model));
  EXPECT_FALSE(read_views("colour: red", "small", *model));
  EXPECT_FALSE(read_views("[", "small", *model));
}

}  // namespace
}  // namespace yuanqu::centre
