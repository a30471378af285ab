#include "cli/decide_worker.hpp"

#include <chrono>

#include "base/clock.hpp"
#include "cli/commands.hpp"

namespace yuanqu::cli {

using feel::Value;

namespace {

dmn::EvaluatorOptions options_of(const DecideArguments& arguments) {
  dmn::EvaluatorOptions made;
  made.collect_failures = arguments.explain || !arguments.nulls.empty();
  made.trace = arguments.explain;
  return made;
}

void report_row(const base::Error& error, Slice& slice) {
  ++slice.bad;
  const bool chinese = speaks_chinese();
  slice.problems += (chinese ? "第 " : "row ") + std::to_string(error.place.row) + (chinese ? " 行" : "");
  if (!error.place.field.empty())
    slice.problems += (chinese ? "，字段 " : ", field ") + error.place.field;
  else if (error.place.column != 0)
    slice.problems += (chinese ? "，第 " : ", column ") + std::to_string(error.place.column) + (chinese ? " 列" : "");
  slice.problems += (chinese ? "：" + error.zh : ": " + error.en) + "\n";
}

}  // namespace

Worker::Worker(std::shared_ptr<const dmn::ModelSet> models, dmn::ElementIndex element,
               const std::vector<dmn::ElementIndex>& inputs, const RowPlan& plan, const ResultWriter& writer,
               const DecideArguments& arguments, std::optional<base::Date> day)
    : element_(element),
      inputs_(inputs),
      plan_(plan),
      writer_(writer),
      arguments_(arguments),
      evaluator_(models, options_of(arguments)) {
  is_service_ = models->elements()[element].kind == dmn::ElementKind::Service;
  if (day)
    evaluator_.set_day(*day);
  else
    evaluator_.set_now(base::SystemClock().now_ms(), 480);
}

void Worker::work(Slice& slice) {
  slice.out.clear();
  slice.explanations.clear();
  slice.problems.clear();
  slice.nulls.clear();
  slice.bad = 0;
  std::vector<base::Result<std::vector<std::optional<Value>>>> values;
  values.reserve(slice.count);
  for (std::size_t i = 0; i < slice.count; ++i) values.push_back(plan_.values(slice.rows[i]));
  std::vector<Value> results(slice.count);
  const auto start = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < slice.count; ++i) {
    if (values[i]) results[i] = evaluate(*values[i], slice.rows[i].number, slice);
  }
  slice.evaluating = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  for (std::size_t i = 0; i < slice.count; ++i) {
    if (!values[i]) report_row(values[i].error(), slice);
    writer_.append(slice.out, results[i]);
  }
}

void Worker::work_on(const RawRow& row, std::string& out, Slice& slice) {
  auto values = plan_.values(row);
  Value result;
  if (values)
    result = evaluate(*values, row.number, slice);
  else
    report_row(values.error(), slice);
  writer_.append(out, result);
}

Value Worker::evaluate(const std::vector<std::optional<Value>>& values, std::size_t row, Slice& slice) {
  evaluator_.begin();
  if (is_service_) {
    std::vector<std::pair<std::string, Value>> named;
    const auto& parameters = evaluator_.models().elements()[element_].parameters;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values[i]) named.emplace_back(parameters[i].name, *values[i]);
    }
    return explained(evaluator_.invoke(element_, named), row, slice);
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i]) evaluator_.set(inputs_[i], *values[i]);
  }
  if (!arguments_.explain && arguments_.nulls.empty()) return evaluator_.value_of(element_);
  return explained(evaluator_.evaluate(element_), row, slice);
}

Value Worker::explained(dmn::Outcome outcome, std::size_t row, Slice& slice) {
  if (!arguments_.nulls.empty() && has_null(outcome.value))
    slice.nulls += null_reasons(row, evaluator_.models().elements()[element_].name, outcome, speaks_chinese());
  if (arguments_.explain) {
    slice.explanations += explanation_of(row, evaluator_.models().elements()[element_].name, outcome,
                                         evaluator_.trace(), speaks_chinese());
  }
  return std::move(outcome.value);
}

}  // namespace yuanqu::cli
