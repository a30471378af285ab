#include "centre/plant.hpp"

#include <boost/json.hpp>
#include <fstream>

#include "base/hash.hpp"
#include "base/secret.hpp"
#include "centre/inflow.hpp"
#include "control/alarms.hpp"

namespace yuanqu::centre {
namespace {

namespace json = boost::json;
constexpr auto step = std::chrono::milliseconds(50);
constexpr auto mirror_every = std::chrono::seconds(10);
constexpr std::int64_t picture_ms = 200;  // operations are written out for screens at most this often

// The key that centre and agent share: made once, 32 bytes as hex, readable by the owner alone.
base::Result<control::Key> shared_key(const std::filesystem::path& file);

}  // namespace

Plant::Plant(PlantSetup& setup)
    : model_(std::move(setup.model)), views_(std::move(setup.views)), clock_(*setup.clock), log_(std::move(setup.log)) {
  ready_ = {std::make_shared<const std::string>(no_operations), 1};
}

base::Result<std::unique_ptr<Plant>> Plant::open(PlantSetup setup) {
  std::unique_ptr<Plant> plant(new Plant(setup));
  std::error_code problem;
  std::filesystem::create_directories(setup.folder, problem);
  if (problem)
    return base::fail(base::ErrorCode::Unavailable, "建不了目录 " + setup.folder.string() + "，请检查权限与空间。",
                      "The folder " + setup.folder.string() + " cannot be made; check rights and space.");
  if (setup.site) plant->declare_conditions(*setup.site);
  plant->live_ = std::make_unique<telemetry::LivePicture>(*plant->model_);
  auto recorder = telemetry::Recorder::open(setup.folder, *plant->model_, *setup.clock);
  if (!recorder) return tl::unexpected(recorder.error());
  plant->recorder_ = std::move(*recorder);
  auto alarms = AlarmDesk::open(setup.folder / "alarms.sqlite", *plant->model_, *plant->live_, plant->moment());
  if (!alarms) return tl::unexpected(alarms.error());
  plant->alarms_ = std::move(*alarms);
  auto handovers = Handovers::open(setup.folder / "handovers.jsonl");
  if (!handovers) return tl::unexpected(handovers.error());
  plant->handovers_ = std::move(*handovers);

  if (!setup.mirror.empty())
    plant->mirror_ = std::make_unique<telemetry::Mirror>(*plant->model_, plant->recorder_->history(), setup.mirror);
  auto inflow = Inflow::open(
      {.plant = plant->model_.get(),
       .live = plant->live_.get(),
       .recorder = plant->recorder_.get(),
       .alarms = &plant->alarms_->engine(),
       .recorded = plant->mirror_ ? [mirror = plant->mirror_.get()](
                                        std::span<const telemetry::Point> points) { mirror->recorded(points); }
                                  : telemetry::PointSink::Recorded(),
       .clock = setup.clock,
       .broker = setup.broker,
       .log = plant->log_});
  if (!inflow) return tl::unexpected(inflow.error());
  plant->inflow_ = std::move(*inflow);
  if (setup.site) {
    auto key = shared_key(setup.folder / "agent.key");
    if (!key) return tl::unexpected(key.error());
    if (auto follows = plant->inflow_->follow_agent(setup.site->group, setup.site->node); !follows)
      return tl::unexpected(follows.error());
    for (const control::Device& device : setup.site->devices) plant->operated_areas_.push_back(device.area);
    Operations::Setup operations;
    operations.site = std::move(*setup.site);
    operations.recipes = std::move(setup.recipes);
    operations.key = *key;
    operations.folder = setup.folder;
    operations.live = plant->live_.get();
    operations.clock = setup.clock;
    operations.steady_ms = &Plant::steady_ms;
    operations.send = [raw = plant.get()](const control::Fields& fields) { raw->inflow_->send_to_agent(fields); };
    auto opened = Operations::open(std::move(operations));
    if (!opened) return tl::unexpected(opened.error());
    plant->operations_ = std::move(*opened);
  }
  if (setup.months) {
    auto months = Months::open({.plan = std::move(*setup.months),
                                .plant = plant->model_->name(),
                                .history = &plant->recorder_->history(),
                                .clock = setup.clock,
                                .folder = setup.folder,
                                .zone = setup.zone,
                                .log = plant->log_});
    if (!months) return tl::unexpected(months.error());
    plant->months_ = std::move(*months);
    plant->months_->start();
  }
  if (plant->mirror_) plant->follow_mirror(setup.mirror);
  plant->beat_ms_ = steady_ms();
  plant->engine_ = std::thread([raw = plant.get()] { raw->run(); });
  return plant;
}

Plant::~Plant() {
  stopping_ = true;
  if (engine_.joinable()) engine_.join();
  mirror_worker_.reset();
  months_.reset();
  inflow_.reset();
}

// The alarms of control stand in the one list: each as a tag of the plant with one alarm.
void Plant::declare_conditions(const control::Site& site) {
  using telemetry::AlarmPriority;
  const auto label = [](const control::Words& words) { return telemetry::Label{words.zh, words.en}; };
  for (const control::DeclaredAlarm& alarm : control::declared_alarms(site)) {
    telemetry::PlantModel::Condition condition;
    condition.name = "control." + alarm.id;
    condition.area = alarm.area.empty() ? "control" : alarm.area;
    condition.area_labels = {"远程控制", "Remote control"};
    condition.equipment_labels = {"远程控制", "Remote control"};
    condition.labels = label(alarm.text);
    condition.advice = label(alarm.advice);
    condition.priority = alarm.urgency == control::Urgency::Critical ? AlarmPriority::Critical
                         : alarm.urgency == control::Urgency::High   ? AlarmPriority::High
                                                                     : AlarmPriority::Medium;
    conditions_[alarm.id].tag = model_->add_condition(condition);
  }
}

void Plant::tell_conditions() {
  const auto standing = with_operations([](Operations& it) { return it.standing(); });
  std::vector<telemetry::Point> points;
  for (auto& [id, condition] : conditions_) {
    const bool stands = standing.contains(id);
    if (condition.told == stands) continue;
    condition.told = stands;
    points.push_back({.tag = condition.tag, .source_time_ms = clock_.now_ms(), .value = stands});
  }
  if (!points.empty()) inflow_->tell(std::move(points));
}

void Plant::follow_mirror(const std::string& address) {
  mirror_worker_ = std::make_unique<Worker>([this, address, away = false]() mutable -> std::chrono::milliseconds {
    const std::int64_t before = mirror_->sent_until();
    const auto sent = mirror_->follow(clock_.now_ms());
    if (!sent && !away) log_(name() + ": " + base::to_text(sent.error(), false));
    if (sent && (away || before == 0))
      log_(name() + ": the mirror at " + address + " is filled again, " + std::to_string(*sent) + " points were sent");
    away = !sent;
    return mirror_every;
  });
}

void Plant::set_rights(const std::vector<Account>& accounts) {
  if (operations_) with_operations([&](Operations& it) { it.set_rights(accounts); });
}

Plant::Ready Plant::operations_json() const {
  const std::lock_guard lock(ready_mutex_);
  return ready_;
}

void Plant::refresh_operations() {
  std::string text = json::serialize(with_operations([](Operations& it) { return it.picture(); }));
  const std::lock_guard lock(ready_mutex_);
  if (*ready_.text == text) return;
  ready_ = {std::make_shared<const std::string>(std::move(text)), ready_.version + 1};
}

base::Result<void> Plant::simulate(const std::string& fault) {
  if (!model_->simulated())
    return base::fail(base::ErrorCode::Unsupported, "只有模拟工厂才能制造故障。",
                      "Faults can be made only in a simulated plant.");
  return inflow_->send_fault(fault);
}

void Plant::run() {
  std::uint64_t alarms_version = 0;
  std::int64_t alarms_ms = 0, listed_ms = 0, written_ms = 0;
  bool link_up = false;
  while (!stopping_) {
    const telemetry::Moment now = moment();
    beat_ms_ = now.steady_ms;
    inflow_->tick(now.steady_ms);
    if (now.steady_ms - alarms_ms >= 100) {
      alarms_ms = now.steady_ms;
      if (auto observed = alarms_->engine().observe(*live_, now); !observed)
        log_(base::to_text(observed.error(), false));
      // Values in the list are the newest; they are written out again once a second.
      const std::uint64_t version = alarms_->version();
      if (version != alarms_version || now.steady_ms - listed_ms >= 1000) {
        alarms_version = version;
        listed_ms = now.steady_ms;
        screen_alarms_.update(alarms_->list(now.steady_ms));
      }
    }
    if (operations_) {
      const bool up = inflow_->connected();
      with_operations([&](Operations& it) {
        if (up != link_up) it.link(up);
        for (const control::Fields& fields : inflow_->from_agent()) it.receive(fields);
        it.tick();
      });
      link_up = up;
      if (now.steady_ms - written_ms >= picture_ms) {
        written_ms = now.steady_ms;
        refresh_operations();
        tell_conditions();
      }
    }
    std::this_thread::sleep_for(step);
  }
}

namespace {

base::Result<control::Key> shared_key(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) {
    if (auto made = replace_file(file, base::to_hex(base::random_bytes(sizeof(control::Key))) + "\n"); !made)
      return tl::unexpected(made.error());
  }
  std::ifstream stream(file);
  std::string text;
  stream >> text;
  const auto bytes = base::from_hex(text);
  control::Key key{};
  if (!bytes || bytes->size() != key.size())
    return base::fail(base::ErrorCode::Invalid, "密钥文件 " + file.string() + " 不对：应为 64 个十六进制字符。",
                      "The key file " + file.string() + " is wrong: it must hold 64 hexadecimal digits.",
                      {.file = file.string()});
  std::copy(bytes->begin(), bytes->end(), key.begin());
  return key;
}

}  // namespace

}  // namespace yuanqu::centre
