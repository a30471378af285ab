#include "app/demo_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "app/demo_draws.hpp"
#include "feel/evaluation.hpp"
#include "register/feel_value.hpp"

namespace yuanqu::app {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

class Planner {
 public:
  Planner(const DemoScript& script, base::Date day, const base::Calendar& calendar,
          const std::function<void(double)>& progress)
      : script_(script),
        day_(day),
        calendar_(calendar),
        progress_(progress),
        draws_(script.seed),
        frame_(evaluation_, script.frame_size) {
    for (const auto& [name, parts] : script.coined)
      coined_.emplace(name, CoinedNames(parts.first, parts.second, script.seed));
  }

  Result<DemoPlan> run(std::size_t enterprises) {
    evaluation_.collect(&failures_);
    evaluation_.set_now(day_.days() * 86'400'000, 480);
    frame_[script_.day] = feel::Value(day_);
    frame_[script_.enterprises] = feel::Value(static_cast<std::int64_t>(enterprises));
    if (auto done = run(script_.steps, true); !done) return tl::unexpected(done.error());
    std::stable_sort(plan_.writes.begin(), plan_.writes.end(),
                     [](const PlannedWrite& a, const PlannedWrite& b) { return a.recorded < b.recorded; });
    plan_.records = made_.size();
    return std::move(plan_);
  }

 private:
  using Done = Result<void>;

  base::Place place(const Step& step) const { return {.file = script_.place, .row = step.line}; }
  tl::unexpected<base::Error> refuse(const Step& step, const std::string& zh, const std::string& en) const {
    return fail(ErrorCode::Invalid, zh, en, place(step));
  }

  Result<feel::Value> value(const Step& step, const feel::Expression& expression) {
    evaluation_.reset();
    failures_.clear();
    feel::Value result = expression.evaluate(evaluation_, frame_);
    if (!failures_.empty()) {
      return refuse(step, "脚本的 FEEL “" + expression.text() + "”有误：" + failures_.front().zh,
                    "The script's FEEL \"" + expression.text() + "\" fails: " + failures_.front().en);
    }
    return result;
  }

  Result<double> real(const Step& step, const feel::Expression& expression) {
    auto result = value(step, expression);
    if (!result) return tl::unexpected(result.error());
    if (!result->is(feel::Kind::Number)) return refuse(step, "这里应得到数。", "A number is expected here.");
    return std::stod(result->number().to_string());
  }

  Result<base::Date> date(const Step& step, const feel::Expression& expression) {
    auto result = value(step, expression);
    if (!result) return tl::unexpected(result.error());
    if (!result->is(feel::Kind::Date)) return refuse(step, "这里应得到日期。", "A date is expected here.");
    return result->date();
  }

  Result<std::int64_t> whole(const Step& step, const feel::Expression& expression) {
    auto result = value(step, expression);
    if (!result) return tl::unexpected(result.error());
    const auto number = result->is(feel::Kind::Number) ? result->number().to_int64() : std::nullopt;
    if (!number) return refuse(step, "这里应得到整数。", "A whole number is expected here.");
    return *number;
  }

  static feel::Value rounded(double number, int scale) {
    return feel::Value(base::Decimal::from_scaled(std::llround(number * std::pow(10.0, scale)), scale));
  }

  Done run(const std::vector<Step>& steps, bool outermost) {
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (outermost) draws_.begin(i + 1, 0);
      if (auto done = run(steps[i], outermost, i + 1); !done) return done;
    }
    return {};
  }

  Done run(const Step& step, bool outermost, std::size_t stream) {
    switch (step.kind) {
      case StepKind::Each: return each(step, outermost, stream);
      case StepKind::When: {
        auto holds = value(step, step.expressions[0]);
        if (!holds) return tl::unexpected(holds.error());
        return run(holds->is_true() ? step.body : step.otherwise, false);
      }
      case StepKind::Write: return write(step);
      case StepKind::Story: {
        auto record = whole(step, step.expressions[0]);
        if (!record) return tl::unexpected(record.error());
        plan_.stories.push_back({step.number, step.zh, step.en, static_cast<std::size_t>(*record)});
        return {};
      }
      default: {
        auto drawn = draw(step);
        if (!drawn) return tl::unexpected(drawn.error());
        frame_[step.slot] = std::move(*drawn);
        return {};
      }
    }
  }

  // Each round of an outermost loop draws from a stream of its own.
  Done each(const Step& step, bool outermost, std::size_t stream) {
    std::vector<feel::Value> items;
    std::int64_t count = 0;
    if (step.expressions[0]) {
      auto list = value(step, step.expressions[0]);
      if (!list) return tl::unexpected(list.error());
      if (!list->is(feel::Kind::List)) return refuse(step, "in 应得到列表。", "in must give a list.");
      items = list->items();
      count = static_cast<std::int64_t>(items.size());
    } else {
      auto given = whole(step, step.expressions[1]);
      if (!given) return tl::unexpected(given.error());
      count = *given;
    }
    for (std::int64_t i = 0; i < count; ++i) {
      if (outermost) {
        draws_.begin(stream, static_cast<std::uint64_t>(i) + 1);
        if (progress_ && count > 1000 && i % 256 == 0) progress_(static_cast<double>(i) / static_cast<double>(count));
      }
      frame_[step.slot] = items.empty() ? feel::Value(i + 1) : items[static_cast<std::size_t>(i)];
      if (auto done = run(step.body, false); !done) return done;
    }
    return {};
  }

  Result<feel::Value> draw(const Step& step) {
    switch (step.kind) {
      case StepKind::Is: return value(step, step.expressions[0]);
      case StepKind::All: return feel::Value::list(script_.lists.find(step.list)->second.items);
      case StepKind::Pick: {
        const WeightedList& list = script_.lists.find(step.list)->second;
        const double at = draws_.unit() * list.reach.back();
        const auto found = std::upper_bound(list.reach.begin(), list.reach.end(), at);
        return list.items[std::min(static_cast<std::size_t>(found - list.reach.begin()), list.items.size() - 1)];
      }
      case StepKind::Chance: {
        auto part = real(step, step.expressions[0]);
        if (!part) return tl::unexpected(part.error());
        return feel::Value(draws_.unit() < *part);
      }
      case StepKind::Uniform: {
        auto low = real(step, step.expressions[0]);
        auto high = real(step, step.expressions[1]);
        if (!low) return tl::unexpected(low.error());
        if (!high) return tl::unexpected(high.error());
        if (step.scale == 0)
          return feel::Value(
              static_cast<std::int64_t>(*low) +
              static_cast<std::int64_t>(draws_.below(static_cast<std::uint64_t>(std::max(0.0, *high - *low)) + 1)));
        return rounded(*low + draws_.unit() * (*high - *low), step.scale);
      }
      case StepKind::Lognormal: return lognormal(step);
      case StepKind::WorkingDay: {
        auto from = date(step, step.expressions[0]);
        auto count = whole(step, step.expressions[1]);
        if (!from) return tl::unexpected(from.error());
        if (!count) return tl::unexpected(count.error());
        const auto found =
            *count >= 0 ? calendar_.working_day_after(*from, *count) : calendar_.working_day_before(*from, -*count);
        if (!found) return refuse(step, "超出日历。", "Outside the calendar.");
        return feel::Value(found->date);
      }
      case StepKind::Coined: return feel::Value(coined_.find(step.list)->second.next());
      case StepKind::CreditCode: {
        auto prefix = value(step, step.expressions[0]);
        auto region = value(step, step.expressions[1]);
        if (!prefix) return tl::unexpected(prefix.error());
        if (!region) return tl::unexpected(region.error());
        const bool texts = prefix->is(feel::Kind::String) && region->is(feel::Kind::String);
        std::string code = texts ? credit_code(prefix->text(), region->text(), codes_++, script_.seed) : std::string();
        if (code.empty())
          return refuse(step, "前缀应为两位，区划应为六位数字。",
                        "The prefix has two characters and the region six digits.");
        return feel::Value(code);
      }
      default: return feel::Value();
    }
  }

  Result<feel::Value> lognormal(const Step& step) {
    auto median = real(step, step.expressions[0]);
    auto sigma = real(step, step.expressions[1]);
    if (!median) return tl::unexpected(median.error());
    if (!sigma) return tl::unexpected(sigma.error());
    double number = *median * std::exp(*sigma * draws_.normal());
    for (int bound : {2, 3}) {
      const auto& expression = step.expressions[static_cast<std::size_t>(bound)];
      if (!expression) continue;
      auto limit = real(step, expression);
      if (!limit) return tl::unexpected(limit.error());
      number = bound == 2 ? std::max(number, *limit) : std::min(number, *limit);
    }
    return rounded(number, step.scale);
  }

  Done write(const Step& step) {
    auto effective = date(step, step.expressions[0]);
    if (!effective) return tl::unexpected(effective.error());
    base::Date recorded = *effective;
    if (step.expressions[1]) {
      auto given = date(step, step.expressions[1]);
      if (!given) return tl::unexpected(given.error());
      recorded = *given;
    }
    PlannedWrite write{.recorded = recorded, .effective = *effective, .step = &step};
    if (step.expressions[2]) {
      auto record = whole(step, step.expressions[2]);
      if (!record) return tl::unexpected(record.error());
      write.record = static_cast<std::size_t>(*record);
      if (write.record == 0 || write.record > made_.size())
        return refuse(step, "of 应指向已写的记录。", "of must name a record written before.");
      write.recorded = std::max(write.recorded, made_[write.record - 1]);
    } else {
      write.first = true;
    }
    for (const Step::Cell& cell : step.cells) {
      auto given = value(step, cell.value);
      if (!given) return tl::unexpected(given.error());
      if (given->is_null()) continue;
      auto converted = convert(step, *cell.field, *given, write);
      if (!converted) return tl::unexpected(converted.error());
      write.values.emplace_back(cell.field, std::move(*converted));
    }
    if (write.first) {
      made_.push_back(write.recorded);
      write.record = made_.size();
      frame_[step.slot] = feel::Value(static_cast<std::int64_t>(write.record));
      if (step.collects) feel::Value::append(frame_[step.into], frame_[step.slot]);
    }
    if (write.recorded > day_) return {};
    if (write.first || !write.values.empty() || step.closes) plan_.writes.push_back(std::move(write));
    return {};
  }

  Result<register_::Value> convert(const Step& step, const register_::Field& field, const feel::Value& given,
                                   PlannedWrite& write) const {
    if (field.type == register_::FieldType::Reference) {
      const auto record = given.is(feel::Kind::Number) ? given.number().to_int64() : std::nullopt;
      if (!record || *record < 1 || static_cast<std::size_t>(*record) > made_.size()) {
        return refuse(step, "字段 " + field.name + " 应指向已写的记录。",
                      "The field " + field.name + " must name a record written before.");
      }
      write.recorded = std::max(write.recorded, made_[static_cast<std::size_t>(*record) - 1]);
      return register_::Value::reference(*record);
    }
    if (field.type == register_::FieldType::Money && given.is(feel::Kind::Number)) {
      if (const auto scaled = given.number().to_scaled(field.scale))
        return register_::Value::money(*scaled, field.scale, field.currency);
    } else if (auto converted = register_::from_feel(field, given)) {
      return *converted;
    }
    return refuse(step, "字段 " + field.name + " 不能取 " + feel::to_literal(given) + "。",
                  "The field " + field.name + " cannot be " + feel::to_literal(given) + ".");
  }

  const DemoScript& script_;
  base::Date day_;
  const base::Calendar& calendar_;
  const std::function<void(double)>& progress_;
  Draws draws_;
  std::map<std::string, CoinedNames, std::less<>> coined_;
  std::uint64_t codes_ = 0;
  feel::Evaluation evaluation_;
  feel::Frame frame_;
  std::vector<feel::Suppressed> failures_;
  DemoPlan plan_;
  std::vector<base::Date> made_;  // day on which each record was first recorded
};

}  // namespace

Result<DemoPlan> plan_demo(const DemoScript& script, base::Date day, std::size_t enterprises,
                           const base::Calendar& calendar, const std::function<void(double part)>& progress) {
  Planner planner(script, day, calendar, progress);
  return planner.run(enterprises);
}

}  // namespace yuanqu::app
