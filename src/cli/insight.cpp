// `yuanqu explain`, `yuanqu near-miss`, `yuanqu forecast`: what people see of decisions, on a zone's data folder.

#include "population/insight.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>

#include "cli/commands.hpp"
#include "cli/table_output.hpp"
#include "cli/zone_reader.hpp"
#include "population/forecast.hpp"

namespace yuanqu::cli {

namespace {

struct Arguments {
  std::string decision, record, data, packs, as_of, aim, output;
  bool no_fixes = false;
  std::size_t conditions = 1, days = 90, limit = 0;
};

std::string label_of(const population::Decision& decision, const feel::Value& value) {
  if (value.is(feel::Kind::String)) {
    if (const auto* label = decision.label(value.text())) return speaks_chinese() ? label->labels.zh : label->labels.en;
  }
  return value.is_null() ? (speaks_chinese() ? "未知" : "unknown") : feel::to_text(value).value_or("");
}

std::string mark_of(population::Verdict verdict) {
  return verdict == population::Verdict::Met ? "✓" : verdict == population::Verdict::Unmet ? "✗" : "?";
}

std::string margin_of(const population::Condition& condition) {
  return condition.distance ? condition.distance->margin.to_string() : std::string();
}

void print_fixes(const population::Insight& insight, const std::vector<population::Fix>& fixes, const char* heading) {
  if (fixes.empty()) return;
  fmt::print("\n{}\n", heading);
  for (const population::Fix& fix : fixes) {
    std::string line;
    for (const auto& change : fix.changes) {
      const population::Leaf& leaf = insight.facts->leaves()[change.leaf];
      line += (line.empty() ? "  " : "; ") + (speaks_chinese() ? leaf.field->labels.zh : leaf.field->labels.en) + " " +
              leaf.value().to_text() + " → " + change.value.to_text() +
              (leaf.field->unit.empty() ? "" : " " + leaf.field->unit);
    }
    fmt::print("{}\n", line);
  }
}

int run_explain(const Arguments& arguments) {
  auto zone = ZoneReader::open(arguments.data, arguments.packs);
  if (!zone) return report(zone.error());
  auto decision = (*zone)->decision(arguments.decision);
  if (!decision) return report(decision.error());
  auto record = (*zone)->record(*(*decision)->kind, arguments.record);
  if (!record) return report(record.error());
  const auto day =
      arguments.as_of.empty() ? std::optional((*zone)->population().today()) : base::Date::parse(arguments.as_of);
  if (!day)
    return report({base::ErrorCode::Invalid, "--as-of 应写作 2026-03-02。", "Write --as-of like 2026-03-02.", {}});
  auto levers = population::Levers::load((*zone)->packs(), (*zone)->records().catalogue());
  if (!levers) return report(levers.error());
  population::InsightOptions options{.aim = arguments.aim, .levers = arguments.no_fixes ? nullptr : &*levers};
  auto insight = population::insight_of((*zone)->population(), **decision, *record, *day, options);
  if (!insight) return report(insight.error());
  const bool zh = speaks_chinese();
  const population::Insight& found = **insight;
  fmt::print(
      "{}  {}: {}\n\n", (*zone)->title(found.outcome.subject), zh ? (*decision)->labels.zh : (*decision)->labels.en,
      found.facts->now().applies ? label_of(**decision, found.facts->now().value) : (zh ? "不适用" : "does not apply"));
  TableOutput table(
      zh ? std::vector<std::string>{"", "判定表", "行", "条件", "现值", "界限", "差距", "依据的数据"}
         : std::vector<std::string>{"", "table", "rule", "condition", "value", "bound", "margin", "facts"});
  for (std::size_t i = 0; i < found.reasons.conditions.size(); ++i) {
    const population::Condition& condition = found.reasons.conditions[i];
    std::string facts;
    for (const std::size_t index : found.reasons.facts[i]) {
      const population::Leaf& leaf = found.facts->leaves()[index];
      const auto* source = leaf.fact ? (*zone)->records().catalogue().source(leaf.fact->source) : nullptr;
      facts += (facts.empty() ? "" : "; ") + (zh ? leaf.field->labels.zh : leaf.field->labels.en) + " " +
               leaf.value().to_text() + leaf.field->unit +
               (source == nullptr ? ""
                                  : " (" + (zh ? source->labels.zh : source->labels.en) + " " +
                                        leaf.fact->effective_from.to_string() + ")");
    }
    table.add({text_cell(mark_of(condition.verdict)), text_cell(condition.decision),
               text_cell(condition.rule == 0 ? "" : std::to_string(condition.rule)), text_cell(condition.label),
               text_cell(feel::to_text(condition.value).value_or("")), text_cell(condition.bound),
               text_cell(margin_of(condition)), text_cell(facts)});
  }
  if (auto written = table.write(arguments.output); !written) return report(written.error());
  print_fixes(found, found.fixes.advised,
              zh ? "可改变结论的最小改动（各组均已重新判定验证）："
                 : "Smallest changes that turn it, each proven by evaluating:");
  print_fixes(found, found.fixes.cliffs, zh ? "界限（只说明，不建议）：" : "Cliffs, shown and never advised:");
  if (!found.fixes.ended)
    fmt::print("{}\n", zh ? "（未搜索完，可能还有更小的改动）" : "(the search did not end; a smaller set may exist)");
  for (const population::Missing& missing : found.reasons.missing) {
    fmt::print("{} {} {}\n", zh ? "缺：" : "missing:",
               missing.field == nullptr ? (zh ? missing.kind->labels.zh : missing.kind->labels.en)
                                        : (zh ? missing.field->labels.zh : missing.field->labels.en),
               missing.about);
  }
  return 0;
}

int run_near_miss(const Arguments& arguments) {
  auto zone = ZoneReader::open(arguments.data, arguments.packs);
  if (!zone) return report(zone.error());
  auto decision = (*zone)->decision(arguments.decision);
  if (!decision) return report(decision.error());
  auto found = population::near_misses(
      (*zone)->population(),
      {.decision = *decision, .aim = arguments.aim, .conditions_max = arguments.conditions, .allowed = {}});
  if (!found) return report(found.error());
  const bool zh = speaks_chinese();
  TableOutput table(
      zh ? std::vector<std::string>{"记录", "名称", "不满足", "条件", "现值", "界限", "差"}
         : std::vector<std::string>{"record", "title", "failed", "condition", "value", "bound", "short by"});
  std::size_t shown = 0;
  for (const population::NearMiss& miss : *found) {
    if (arguments.limit != 0 && shown++ == arguments.limit) break;
    for (const population::Condition& condition : miss.failed) {
      table.add({text_cell(std::to_string(miss.subject)), text_cell((*zone)->title(miss.subject)),
                 number_cell(std::to_string(miss.way.unmet)), text_cell(condition.label),
                 text_cell(feel::to_text(condition.value).value_or("")), text_cell(condition.bound),
                 condition.distance ? number_cell(condition.distance->margin.absolute().to_string()) : text_cell("")});
    }
  }
  if (auto written = table.write(arguments.output); !written) return report(written.error());
  fmt::print(stderr, "{}\n", fmt::format(fmt::runtime(zh ? "{} 家" : "{} records"), found->size()));
  return 0;
}

int run_forecast(const Arguments& arguments) {
  auto zone = ZoneReader::open(arguments.data, arguments.packs);
  if (!zone) return report(zone.error());
  const population::Decision* only = nullptr;
  if (!arguments.decision.empty()) {
    auto decision = (*zone)->decision(arguments.decision);
    if (!decision) return report(decision.error());
    only = *decision;
  }
  const base::Date today = (*zone)->population().today();
  const bool zh = speaks_chinese();
  TableOutput table(zh ? std::vector<std::string>{"日期", "判定", "记录", "名称", "现在", "届时"}
                       : std::vector<std::string>{"day", "decision", "record", "title", "now", "then"});
  const auto changes = population::forecast((*zone)->population(), *today.plus_days(1),
                                            today.plus_days(static_cast<int>(arguments.days)).value_or(today), only);
  for (const population::ComingChange& change : changes) {
    table.add({date_cell(change.outcome.until->to_string()),
               text_cell(zh ? change.decision->labels.zh : change.decision->labels.en),
               text_cell(std::to_string(change.outcome.subject)), text_cell((*zone)->title(change.outcome.subject)),
               text_cell(label_of(*change.decision, change.outcome.value)),
               text_cell(change.then_applies ? label_of(*change.decision, change.then)
                                             : (zh ? "不再适用" : "no longer applies"))});
  }
  if (auto written = table.write(arguments.output); !written) return report(written.error());
  fmt::print(stderr, "{}\n",
             fmt::format(fmt::runtime(zh ? "{} 天内有 {} 项变化" : "{1} changes within {0} days"), arguments.days,
                         changes.size()));
  return 0;
}

std::shared_ptr<Arguments> common(CLI::App* command) {
  auto arguments = std::make_shared<Arguments>();
  command->add_option("--data", arguments->data, "data folder")->required();
  command->add_option("--packs", arguments->packs, "folder of the packs");
  command->add_option("--output", arguments->output, ".csv, .xlsx or .jsonl; the terminal when left out");
  return arguments;
}

}  // namespace

void add_explain(CLI::App& app, Chosen& chosen) {
  CLI::App* command =
      app.add_subcommand("explain", "Explain an outcome: every condition, its facts, and what would turn it");
  auto arguments = common(command);
  command->add_option("DECISION", arguments->decision, "id of the decision, as in the packs")->required();
  command->add_option("RECORD", arguments->record, "id, or the value of a key: credit code, number, name")->required();
  command->add_option("--as-of", arguments->as_of, "valid day; the zone's day when left out");
  command->add_option("--aim", arguments->aim, "outcome wished for; the decision's own when left out");
  command->add_flag("--no-fixes", arguments->no_fixes, "do not look for changes that would turn it");
  command->callback([arguments, &chosen] { chosen = [arguments] { return run_explain(*arguments); }; });
}

void add_near_miss(CLI::App& app, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("near-miss", "Everyone who fails few conditions of a decision, by margin");
  auto arguments = common(command);
  command->add_option("DECISION", arguments->decision, "id of the decision, as in the packs")->required();
  command->add_option("--conditions", arguments->conditions, "at most so many conditions failed")
      ->check(CLI::Range(1, 9));
  command->add_option("--aim", arguments->aim, "outcome wished for; the decision's own when left out");
  command->add_option("--limit", arguments->limit, "at most so many records");
  command->callback([arguments, &chosen] { chosen = [arguments] { return run_near_miss(*arguments); }; });
}

void add_forecast(CLI::App& app, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("forecast", "What changes within the coming days, by what is recorded now");
  auto arguments = common(command);
  command->add_option("--days", arguments->days, "so many days ahead")->check(CLI::Range(1, 3700));
  command->add_option("--decision", arguments->decision, "of one decision only");
  command->callback([arguments, &chosen] { chosen = [arguments] { return run_forecast(*arguments); }; });
}

}  // namespace yuanqu::cli
