#include "centre/operations.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "centre/body.hpp"
#include "centre/operations_json.hpp"
#include "control/alarms.hpp"
#include "control/plant_content.hpp"

namespace yuanqu::centre {
namespace {

namespace json = boost::json;
constexpr std::int64_t first_word_ms = 30'000;

int whole_at(const json::object& object, const char* key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_int64() && value->get_int64() >= 0 && value->get_int64() < 1'000'000
             ? static_cast<int>(value->get_int64())
             : 0;
}

base::Result<feel::Value> parameter_of(const json::value& value, const std::string& name) {
  if (value.is_bool()) return feel::Value(value.get_bool());
  std::string text;
  if (value.is_string()) text = std::string(value.get_string());
  if (value.is_int64()) text = std::to_string(value.get_int64());
  if (value.is_double()) text = json::serialize(value);
  if (const auto number = base::Decimal::parse(text)) return feel::Value(*number);
  return base::fail(base::ErrorCode::Invalid, "参数 " + name + " 应为数或是否。",
                    "Parameter " + name + " must be a number or true/false.", {.field = name});
}

base::Result<control::Parameters> parameters_of(const json::object& body) {
  control::Parameters parameters;
  const json::value* given = body.if_contains("parameters");
  if (given == nullptr || !given->is_object()) return parameters;
  for (const auto& entry : given->get_object()) {
    const std::string name(entry.key());
    auto value = parameter_of(entry.value(), name);
    if (!value) return tl::unexpected(value.error());
    parameters.emplace_back(name, std::move(*value));
  }
  return parameters;
}

template <class T>
base::Result<json::object> named(const char* name, base::Result<T>&& result) {
  if (!result) return tl::unexpected(result.error());
  return json::object{{name, *result}};
}
base::Result<json::object> plain(base::Result<void>&& result) {
  if (!result) return tl::unexpected(result.error());
  return json::object{};
}

}  // namespace

class Operations::Ports final : public control::AuditedPorts {
 public:
  Ports(control::Audit& audit, const Setup& setup)
      : AuditedPorts(audit), live_(*setup.live), clock_(*setup.clock), steady_ms_(setup.steady_ms), send_(setup.send) {}
  std::int64_t now_ms() const override { return clock_.now_ms(); }
  std::int64_t mono_ms() const override { return steady_ms_(); }
  void send(control::Fields fields) override { send_(fields); }
  control::Reading read(const std::string& tag) const override {
    control::Reading reading;
    const auto state = live_.state(tag, steady_ms_());
    if (!state) return reading;
    reading.value = feel_value(state->value);
    reading.quality = state->quality.is_good()        ? control::Quality::Good
                      : state->quality.is_uncertain() ? control::Quality::Uncertain
                                                      : control::Quality::Bad;
    reading.stale = state->stale;
    reading.age_ms = std::max<std::int64_t>(0, state->standing_ms);
    return reading;
  }

 private:
  static feel::Value feel_value(const telemetry::Value& value) {
    if (const bool* truth = std::get_if<bool>(&value)) return feel::Value(*truth);
    if (const auto* text = std::get_if<std::string>(&value)) return feel::Value(*text);
    if (std::holds_alternative<std::monostate>(value)) return feel::Value();
    const auto number = base::Decimal::parse(telemetry::to_text(value));
    return number ? feel::Value(*number) : feel::Value();
  }
  const telemetry::LivePicture& live_;
  const base::Clock& clock_;
  std::function<std::int64_t()> steady_ms_;
  std::function<void(const control::Fields&)> send_;
};

Operations::Operations(control::Site site) : site_(std::move(site)) {}
Operations::~Operations() = default;

base::Result<std::unique_ptr<Operations>> Operations::open(Setup setup) {
  std::unique_ptr<Operations> made(new Operations(std::move(setup.site)));
  made->audit_file_ = setup.folder / "audit.log";
  auto audit = control::Audit::open(made->audit_file_, *setup.clock);
  if (!audit) return tl::unexpected(audit.error());
  made->audit_ = std::move(*audit);
  made->ports_ = std::make_unique<Ports>(*made->audit_, setup);
  made->opened_ms_ = made->ports_->mono_ms();
  made->recipes_ = std::make_unique<control::Recipes>(made->site_, control::tags_of(setup.live->plant()));
  for (const auto& [place, text] : setup.recipes) {
    if (auto added = made->recipes_->add_content(text, place); !added) return tl::unexpected(added.error().front());
  }
  if (auto opened = made->recipes_->open(setup.folder / "recipes.log"); !opened) return tl::unexpected(opened.error());
  made->console_ =
      std::make_unique<control::Console>(made->site_, *made->recipes_, made->rights_, setup.key, *made->ports_);
  if (auto opened = made->console_->open(setup.folder / "batches.log"); !opened) return tl::unexpected(opened.error());
  return made;
}

void Operations::tick() { console_->tick(); }
void Operations::receive(const control::Fields& fields) { console_->receive(fields); }
void Operations::link(bool up) { console_->link(up); }
void Operations::unlock(const control::Actor& actor) { console_->unlock(actor); }
void Operations::forget(const std::string& session) { console_->forget(session); }
bool Operations::locked(const control::Actor& actor) const { return console_->locked(actor); }

std::set<std::string, std::less<>> Operations::standing() const {
  const control::View view = console_->view();
  std::set<std::string, std::less<>> ids;
  for (const control::ControlAlarm& alarm : view.alarms) ids.emplace(control::declaration_of(alarm.id));
  // An agent that was never heard since the start is missed as well, once it had time to speak.
  if (view.agent_silent_ms < 0 && ports_->mono_ms() - opened_ms_ > first_word_ms) ids.emplace("link");
  return ids;
}

void Operations::set_rights(const std::vector<Account>& accounts) {
  control::Rights rights;
  for (const Account& account : accounts) {
    if (account.disabled) continue;
    for (const Grant& grant : account.grants) {
      if (grant.plant != "*" && grant.plant != site_.plant) continue;
      for (const Right right : grant.rights) {
        if (const auto known = control::right_of(name_of(right)))
          rights.add({account.name, site_.plant, grant.area, *known});
      }
    }
  }
  rights_ = std::move(rights);
}

base::Result<json::object> Operations::act(const control::Actor& actor, std::string_view verb,
                                           const json::object& body) {
  console_->touch(actor);
  const std::string device = text_in(body, "device"), batch = text_in(body, "batch"),
                    selection = text_in(body, "selection");
  if (verb == "arm") return named("command", console_->arm(actor));
  if (verb == "disarm") return named("command", console_->disarm(actor));
  if (verb == "take") return named("command", console_->take(actor, device));
  if (verb == "release") return named("command", console_->release(actor, device));
  if (verb == "hold_device") return named("command", console_->hold_device(actor, device));
  if (verb == "restore") return named("command", console_->restore(actor, text_in(body, "interlock")));
  if (verb == "ask") return named("command", console_->ask(actor, text_in(body, "command")));
  if (verb == "operate") return named("id", console_->operate(actor, selection));
  if (verb == "approve") return plain(console_->approve(actor, selection, text_in(body, "read_back")));
  if (verb == "withdraw") return plain(console_->withdraw(actor, selection));
  if (verb == "hold") return plain(console_->hold(actor, batch));
  if (verb == "stop") return plain(console_->stop(actor, batch));
  if (verb == "abort") return plain(console_->abort(actor, batch));
  if (verb.starts_with("select")) {
    auto parameters = parameters_of(body);
    if (!parameters) return tl::unexpected(parameters.error());
    base::Result<control::Selection> selected;
    if (verb == "select") {
      selected = console_->select(actor, device, text_in(body, "action"), *parameters);
    } else if (verb == "select_recipe") {
      selected = console_->select_recipe(actor, text_in(body, "recipe"), *parameters, whole_at(body, "version"));
    } else if (verb == "select_resume") {
      const json::value* skip = body.if_contains("skip");
      selected = console_->select_resume(actor, batch, skip != nullptr && skip->is_bool() && skip->get_bool());
    } else if (verb == "select_bypass") {
      selected = console_->select_bypass(actor, text_in(body, "interlock"), whole_at(body, "minutes"));
    } else {
      return base::fail(base::ErrorCode::NotFound, "没有这个操作。", "There is no such act.");
    }
    if (!selected) return tl::unexpected(selected.error());
    return json::object{
        {"selection", selected->id}, {"read_back", selected->read_back}, {"valid_until", selected->valid_until_ms}};
  }
  return base::fail(base::ErrorCode::NotFound, "没有这个操作。", "There is no such act.");
}

json::object Operations::picture() const { return picture_json(console_->view(), site_, *recipes_); }
json::object Operations::site_json() const { return declarations_json(site_, *recipes_); }

}  // namespace yuanqu::centre
