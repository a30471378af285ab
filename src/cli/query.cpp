// `yuanqu query KIND` and `yuanqu simulate DECISION`: figures over everybody, written in FEEL.

#include "population/query.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iterator>

#include "cli/commands.hpp"
#include "cli/table_output.hpp"
#include "cli/zone_reader.hpp"
#include "population/simulate.hpp"

namespace yuanqu::cli {

namespace {

struct QueryArguments {
  std::string kind, data, packs, filter, sort, output, as_of;
  std::vector<std::string> group_by, sum, minimum, maximum, mean, columns;
  bool count = false, descending = false, closed = false;
  std::size_t limit = 100;
};

struct SimulateArguments {
  std::string decision, data, packs, model, file, aim, output;
  std::vector<std::string> cells, parameters, group_by, sums;
};

tabular::Cell cell_of(const feel::Value& value) {
  if (value.is_null()) return {};
  const std::string text = feel::to_text(value).value_or("");
  return value.is(feel::Kind::Number) ? number_cell(text) : text_cell(text);
}

int run_query(const QueryArguments& arguments) {
  auto zone = ZoneReader::open(arguments.data, arguments.packs);
  if (!zone) return report(zone.error());
  population::Query query;
  query.kind = (*zone)->records().catalogue().kind(std::string_view(arguments.kind));
  if (query.kind == nullptr)
    return report({base::ErrorCode::Invalid,
                   "没有类型 " + arguments.kind + "。",
                   "There is no kind " + arguments.kind + ".",
                   {}});
  query.filter = arguments.filter;
  query.group_by = arguments.group_by;
  query.columns = arguments.columns;
  query.sort = arguments.sort;
  query.descending = arguments.descending;
  query.closed = arguments.closed;
  query.limit = arguments.limit == 0 ? SIZE_MAX / 2 : arguments.limit;
  if (!arguments.as_of.empty()) {
    query.day = base::Date::parse(arguments.as_of);
    if (!query.day)
      return report({base::ErrorCode::Invalid, "--as-of 应写作 2026-03-02。", "Write --as-of like 2026-03-02.", {}});
  }
  using What = population::Measure::What;
  if (arguments.count) query.measures.push_back({What::Count, {}});
  for (const auto& [what, texts] :
       {std::pair(What::Sum, &arguments.sum), std::pair(What::Minimum, &arguments.minimum),
        std::pair(What::Maximum, &arguments.maximum), std::pair(What::Mean, &arguments.mean)}) {
    for (const std::string& text : *texts) query.measures.push_back({what, text});
  }
  auto answer = population::run_query((*zone)->population(), register_::Viewer::system(), query);
  if (!answer) return report(answer.error());
  const bool grouped = !query.group_by.empty() || !query.measures.empty();
  if (grouped && query.measures.empty()) query.measures.push_back({});
  std::vector<std::string> headers;
  if (!grouped) headers = {"id", speaks_chinese() ? query.kind->labels.zh : query.kind->labels.en};
  for (const std::string& text : grouped ? query.group_by : query.columns) headers.push_back(text);
  for (const auto& measure : query.measures)
    headers.push_back(std::string(population::name_of(measure.what)) +
                      (measure.text.empty() ? "" : " " + measure.text));
  TableOutput table(std::move(headers));
  for (const population::QueryRow& row : answer->rows) {
    std::vector<tabular::Cell> cells;
    if (!grouped) {
      cells.push_back(text_cell(std::to_string(row.record)));
      cells.push_back(text_cell((*zone)->title(row.record)));
    }
    for (const feel::Value& key : row.keys) cells.push_back(cell_of(key));
    for (const feel::Value& value : row.measures) cells.push_back(cell_of(value));
    table.add(std::move(cells));
  }
  if (auto written = table.write(arguments.output); !written) return report(written.error());
  fmt::print(stderr, "{}\n",
             fmt::format(fmt::runtime(speaks_chinese() ? "{} 条记录，{} 行" : "{} records, {} rows"), answer->records,
                         answer->total));
  return 0;
}

base::Result<std::pair<std::string, std::string>> assignment(const std::string& text) {
  const std::size_t at = text.find('=');
  if (at != std::string::npos && at > 0) return std::pair(text.substr(0, at), text.substr(at + 1));
  return base::fail(base::ErrorCode::Invalid, "“" + text + "”应写作 名称=值。",
                    "Write \"" + text + "\" as name=value.");
}

base::Result<population::Proposal> proposal_of(const SimulateArguments& arguments, const population::Decision& decision,
                                               base::Date day) {
  population::Proposal proposal{.decision = &decision, .models = {}, .parameters = {}};
  const population::DecisionVersion* version = decision.version(day);
  population::ModelChange change{.model = arguments.model.empty()
                                              ? (version == nullptr ? decision.versions.back().model : version->model)
                                              : arguments.model,
                                 .texts = {},
                                 .xml = {}};
  for (const std::string& text : arguments.cells) {
    auto cell = assignment(text);
    if (!cell) return tl::unexpected(cell.error());
    change.texts.push_back({cell->first, cell->second});
  }
  if (!arguments.file.empty()) {
    std::ifstream stream(arguments.file, std::ios::binary);
    if (!stream)
      return base::fail(base::ErrorCode::NotFound, "打不开 " + arguments.file + "。",
                        "Cannot open " + arguments.file + ".", {.file = arguments.file});
    change.xml.assign((std::istreambuf_iterator<char>(stream)), {});
  }
  if (!change.texts.empty() || !change.xml.empty()) proposal.models.push_back(std::move(change));
  for (const std::string& text : arguments.parameters) {
    auto parameter = assignment(text);
    if (!parameter) return tl::unexpected(parameter.error());
    proposal.parameters.push_back({parameter->first, parameter->second});
  }
  if (proposal.models.empty() && proposal.parameters.empty()) {
    return base::fail(base::ErrorCode::Invalid, "请用 --cell、--model-file 或 --parameter 说明改什么。",
                      "Say what changes with --cell, --model-file or --parameter.");
  }
  return proposal;
}

int run_simulate(const SimulateArguments& arguments) {
  auto zone = ZoneReader::open(arguments.data, arguments.packs);
  if (!zone) return report(zone.error());
  auto decision = (*zone)->decision(arguments.decision);
  if (!decision) return report(decision.error());
  auto proposal = proposal_of(arguments, **decision, (*zone)->population().today());
  if (!proposal) return report(proposal.error());
  auto proposed = population::propose((*zone)->packs(), (*zone)->population(), *proposal);
  if (!proposed) return report(proposed.error());
  population::SimulationQuery query{
      .group_by = arguments.group_by, .sums = arguments.sums, .aim = arguments.aim, .progress = {}};
  query.progress = [](std::size_t done, std::size_t all) {
    if (all > 10'000 && done % 10'240 == 0) fmt::print(stderr, "{} / {}\n", done, all);
    return true;
  };
  auto simulation =
      population::simulate((*zone)->population(), register_::Viewer::system(), *proposal, *proposed, query);
  if (!simulation) return report(simulation.error());
  const bool zh = speaks_chinese();
  std::vector<std::string> headers = arguments.group_by;
  const std::vector<std::string> names = zh ? std::vector<std::string>{"新增", "失去", "变化", "不变"}
                                            : std::vector<std::string>{"gained", "lost", "changed", "unchanged"};
  for (const std::string& name : names) {
    headers.push_back(name);
    for (const std::string& sum : arguments.sums) headers.push_back(name + " " + sum);
  }
  TableOutput groups(std::move(headers));
  for (const population::SimulationGroup& group : simulation->groups) {
    std::vector<tabular::Cell> cells;
    for (const feel::Value& key : group.keys) cells.push_back(cell_of(key));
    for (const population::SimulationCell& cell : group.cells) {
      cells.push_back(number_cell(std::to_string(cell.records)));
      for (const base::Decimal& sum : cell.sums) cells.push_back(number_cell(sum.to_string()));
    }
    groups.add(std::move(cells));
  }
  if (auto written = groups.write({}); !written) return report(written.error());
  if (simulation->numeric)
    fmt::print("{}: {} → {}\n", zh ? "合计" : "total", simulation->before_total.to_string(),
               simulation->after_total.to_string());
  if (!arguments.output.empty()) {
    TableOutput moved(zh ? std::vector<std::string>{"记录", "名称", "变动", "原结论", "新结论"}
                         : std::vector<std::string>{"record", "title", "movement", "before", "after"});
    for (const population::Moved& one : simulation->moved) {
      moved.add({text_cell(std::to_string(one.subject)), text_cell((*zone)->title(one.subject)),
                 text_cell(std::string(population::name_of(one.movement))), cell_of(one.before), cell_of(one.after)});
    }
    if (auto written = moved.write(arguments.output); !written) return report(written.error());
  }
  return 0;
}

}  // namespace

void add_query(CLI::App& app, Chosen& chosen) {
  auto arguments = std::make_shared<QueryArguments>();
  CLI::App* command = app.add_subcommand("query", "Filter, group, count and sum the records of a kind, in FEEL");
  command->add_option("KIND", arguments->kind, "kind of record, as in the packs")->required();
  command->add_option("--data", arguments->data, "data folder")->required();
  command->add_option("--packs", arguments->packs, "folder of the packs");
  command->add_option("--filter", arguments->filter, "FEEL condition over the kind's fields");
  command->add_option("--group-by", arguments->group_by, "FEEL; may be given several times");
  command->add_option("--sum", arguments->sum, "FEEL number; may be given several times");
  command->add_option("--min", arguments->minimum, "FEEL number");
  command->add_option("--max", arguments->maximum, "FEEL number");
  command->add_option("--mean", arguments->mean, "FEEL number");
  command->add_flag("--count", arguments->count, "count the records of each group");
  command->add_option("--columns", arguments->columns, "FEEL shown beside each record");
  command->add_option("--sort", arguments->sort, "FEEL over a record; over groups the number of a measure");
  command->add_flag("--descending", arguments->descending, "largest first");
  command->add_flag("--closed", arguments->closed, "closed records too");
  command->add_option("--limit", arguments->limit, "at most so many rows; 0: all");
  command->add_option("--as-of", arguments->as_of, "valid day; the zone's day when left out");
  command->add_option("--output", arguments->output, ".csv, .xlsx or .jsonl; the terminal when left out");
  command->callback([arguments, &chosen] { chosen = [arguments] { return run_query(*arguments); }; });
}

void add_simulate(CLI::App& app, Chosen& chosen) {
  auto arguments = std::make_shared<SimulateArguments>();
  CLI::App* command = app.add_subcommand("simulate", "A changed decision against the present one, over everybody");
  command->add_option("DECISION", arguments->decision, "id of the decision, as in the packs")->required();
  command->add_option("--data", arguments->data, "data folder")->required();
  command->add_option("--packs", arguments->packs, "folder of the packs");
  command->add_option("--model", arguments->model, "which model is changed; that in force when left out");
  command->add_option("--model-file", arguments->file, "a whole DMN file in place of it");
  command->add_option("--cell", arguments->cells, "ELEMENT=TEXT: another text in a cell; may be given several times");
  command->add_option("--parameter", arguments->parameters, "NAME=FEEL: another value; may be given several times");
  command->add_option("--group-by", arguments->group_by, "FEEL over the subject");
  command->add_option("--sum", arguments->sums, "FEEL number over the subject");
  command->add_option("--aim", arguments->aim, "outcome wished for; the decision's own when left out");
  command->add_option("--output", arguments->output, "who moves, as .csv, .xlsx or .jsonl");
  command->callback([arguments, &chosen] { chosen = [arguments] { return run_simulate(*arguments); }; });
}

}  // namespace yuanqu::cli
