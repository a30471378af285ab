// What a plant tells its zone of each month.
#include <boost/json.hpp>
#include <cmath>

#include "centre/application.hpp"
#include "centre/plant_json.hpp"

namespace yuanqu::centre {
namespace {

namespace json = boost::json;
constexpr std::size_t months_shown = 13;

http::Response no_months() {
  return http::problem({base::ErrorCode::NotFound,
                        "这个工厂没有月报，或您看不到全厂。",
                        "This plant tells no months, or you do not see all of it.",
                        {}});
}

double rounded(double value, int decimals) {
  const double scale = std::pow(10.0, decimals);
  return std::round(value * scale) / scale;
}

}  // namespace

// The figures are of the whole plant: they are for who sees all of it.
Months* Application::months_of(const Call& call) {
  for (const telemetry::Area& area : call.plant->model().areas()) {
    if (!call.sees(area.name)) return nullptr;
  }
  return call.plant->months();
}

http::Response Application::months(Call& call) const {
  Months* months = months_of(call);
  if (months == nullptr) return no_months();
  json::array columns, rows;
  for (const telemetry::MonthFigure& figure : months->plan().figures)
    columns.push_back(json::object{{"labels", json_of(figure.labels)},
                                   {"unit", figure.unit},
                                   {"decimals", figure.decimals},
                                   {"tag", call.plant->model().tag(figure.tag).name}});
  for (const MonthState& state : months->newest(months_shown)) {
    json::array values;
    for (std::size_t i = 0; i < state.figures.values.size(); ++i) {
      const auto& value = state.figures.values[i];
      values.push_back(value ? json::value(rounded(*value, months->plan().figures[i].decimals)) : json::value(nullptr));
    }
    json::value why = nullptr;
    if (state.problem) why = json::object{{"zh", state.problem->zh}, {"en", state.problem->en}};
    rows.push_back(
        json::object{{"month", telemetry::to_text(state.month)},
                     {"stage", std::string(name_of(state.stage))},
                     {"values", std::move(values)},
                     {"coverage", rounded(state.figures.coverage, 1)},
                     {"delivery", state.delivery.empty() ? json::value(nullptr) : json::value(state.delivery)},
                     {"stored", state.stored_ms == 0 ? json::value(nullptr) : json::value(state.stored_ms)},
                     {"corrections", state.corrections},
                     {"problem", std::move(why)}});
  }
  return http::Response::json(json::serialize(
      json::object{{"source", months->plan().source},
                   {"key", months->public_key()},
                   {"zone", months->zone().empty() ? json::value(nullptr) : json::value(months->zone())},
                   {"may_deliver", call.account->may(Right::Administer, call.plant->name(), "*")},
                   {"columns", std::move(columns)},
                   {"months", std::move(rows)}}));
}

http::Response Application::month_file(Call& call) const {
  Months* months = months_of(call);
  const auto month = telemetry::read_month(call.path["month"]);
  if (months == nullptr || !month) return no_months();
  auto file = months->file(*month);
  if (!file) return http::problem(file.error());
  http::Response response;
  response.content_type = "text/csv; charset=utf-8";
  response.body = "\xEF\xBB\xBF" + *file;  // so that office programs read it as UTF-8
  return response.with("Content-Disposition",
                       "attachment; filename=\"" + call.plant->name() + "-" + telemetry::to_text(*month) + ".csv\"");
}

http::Response Application::deliver_month(Call& call) {
  Months* months = months_of(call);
  const auto month = telemetry::read_month(call.path["month"]);
  if (months == nullptr || !month) return no_months();
  if (!call.account->may(Right::Administer, call.plant->name(), "*"))
    return http::problem({base::ErrorCode::Forbidden,
                          "报送需要全厂的管理权限。",
                          "Telling the zone needs the right to administer the whole plant.",
                          {}});
  if (months->zone().empty())
    return http::problem({base::ErrorCode::Conflict,
                          "没有指明园区地址（--zone），可以下载文件手工报送。",
                          "No address of the zone is given (--zone); the file can be taken down and delivered by hand.",
                          {}});
  if (*month > telemetry::month_of(call.plant->now_ms()))
    return http::problem(
        {base::ErrorCode::Invalid, "这个月还没有开始。", "This month has not begun.", {.field = "month"}});
  months->deliver(*month);
  return http::Response::json("{}", 202);
}

}  // namespace yuanqu::centre
