// Decisions over a million enterprises in columns: what an enterprise costs, with and without `until`; a hundred
// decisions, a dozen of them over children; one changed fact; a filter; memory and snapshots. Data are invented by
// fixed draws. YUANQU_BENCH_ROWS: how many.
#include <benchmark/benchmark.h>

#include <fstream>
#include <random>
#include <sstream>

#include "columns/compile.hpp"
#include "columns/runner.hpp"

namespace yuanqu::columns {
namespace {

std::size_t row_count() {
  const char* wanted = std::getenv("YUANQU_BENCH_ROWS");
  return wanted == nullptr ? 1'000'000 : std::strtoull(wanted, nullptr, 10);
}
base::Date bench_day() { return *base::Date::parse("2025-12-31"); }

std::string text_of(const std::string& name) {
  std::ifstream in(std::string(YUANQU_SOURCE_DIR) + "/" + name, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::shared_ptr<const dmn::ModelSet> model_of(const std::string& xml) {
  auto model = dmn::read_model(xml, "bench");
  return *dmn::ModelSet::compile({*model});
}

// Enterprises with the columns of the reference model, and five yearly returns each.
struct Zone {
  Store store;
  Table *firms, *returns;

  Zone() {
    const std::size_t rows = row_count();
    std::mt19937_64 random(20251231);
    const auto below = [&](std::uint64_t n) { return static_cast<std::int64_t>(random() % n); };
    firms = &store.add("Enterprise");
    returns = &store.add("annual returns");
    const char* codes[] = {"A01", "A04", "B06", "C13", "C26", "C27", "C34", "C39", "D44", "E47",
                           "E50", "F51", "F52", "H61", "H62", "I65", "K70", "L72", "M73", "N77"};
    for (const char* code : codes) store.dictionary.code_of(code);
    const char* names[] = {"industry",      "employees",  "assets",         "income",
                           "revenue",       "rd expense", "rd staff ratio", "hnte valid until",
                           "registered on", "restricted", "blacklisted"};
    const Form forms[] = {Form::Text,   Form::Number, Form::Number, Form::Number,  Form::Number, Form::Number,
                          Form::Number, Form::Date,   Form::Date,   Form::Boolean, Form::Boolean};
    for (std::size_t c = 0; c < 11; ++c) firms->add_scalar(names[c], forms[c], c >= 2 && c <= 6 ? 2 : 0);
    firms->resize(rows);
    const std::int64_t day = bench_day().days();
    const std::int64_t scales[] = {10, 100, 1000, 10000, 100000, 400000};
    for (std::size_t row = 0; row < rows; ++row) {
      const auto maybe = [&](std::size_t column, std::int64_t word) {
        if (below(100) >= 5) firms->columns[column].set(row, word);
      };
      const std::int64_t revenue = below(static_cast<std::uint64_t>(scales[below(6)] * 2)) * 100 + below(100);
      maybe(0, below(20));
      maybe(1, 1 + revenue / 100 / (20 + below(100)) + below(60));
      maybe(2, revenue * (20 + below(280)) / 100);
      maybe(3, revenue * (below(40) - 10) / 100);
      maybe(4, revenue);
      maybe(5, revenue * below(1000) / 10000);
      maybe(6, below(4000));
      if (below(100) >= 60) firms->columns[7].set(row, day - 1095 + below(2190));
      maybe(8, day - below(13000));
      maybe(9, below(20) == 0 ? yes : no);
      maybe(10, below(33) == 0 ? yes : no);
    }
    returns->add_scalar("year", Form::Number);
    returns->add_scalar("revenue", Form::Number, 2);
    returns->add_scalar("employees", Form::Number);
    returns->add_scalar("assets", Form::Number, 2);
    returns->resize(rows * 5);
    firms->lists.emplace_back();
    firms->lists[0].resize(rows);
    firms->members.push_back({.name = "annual returns", .what = Member::What::List, .table = returns, .list = 0});
    for (std::size_t row = 0; row < rows; ++row) {
      std::int32_t children[5];
      for (std::size_t year = 0; year < 5; ++year) {
        const std::size_t at = row * 5 + year;
        children[year] = static_cast<std::int32_t>(at);
        returns->columns[0].set(at, 2021 + static_cast<std::int64_t>(year));
        returns->columns[1].set(at, below(4000000));
        returns->columns[2].set(at, below(900));
        returns->columns[3].set(at, below(9000000));
      }
      firms->lists[0].set(row, children);
    }
  }
};
Zone& zone() {
  static Zone made;
  return made;
}

std::shared_ptr<const Program> decision_of(const std::shared_ptr<const dmn::ModelSet>& models, const char* name,
                                           bool track) {
  const auto decision = *models->find(dmn::ElementKind::Decision, name);
  std::vector<Binding> bindings;
  for (const auto input : models->inputs_of(decision))
    bindings.push_back(
        {input, models->elements()[input].name == "Today" ? Binding::What::Day : Binding::What::Row, {}, {}});
  return *compile_decision(zone().store, *zone().firms, models, decision, bindings, {.track = track});
}
const std::shared_ptr<const dmn::ModelSet>& reference() {
  static const auto models = model_of(text_of("bench/models/reference.dmn"));
  return models;
}
void all_rows(Runner& runner) {
  const std::size_t rows = zone().firms->rows;
  for (std::size_t first = 0; first < rows; first += block_rows) {
    runner.run(first, std::min(block_rows, rows - first), bench_day());
    benchmark::DoNotOptimize(runner.program().result.get());
  }
}
void per_row(benchmark::State& state, std::size_t rows) {
  state.counters["ns_a_row"] = benchmark::Counter(
      static_cast<double>(rows) * 1e-9, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void reference_decision(benchmark::State& state) {
  Runner runner(decision_of(reference(), "Assessment", false));
  for (auto _ : state) all_rows(runner);
  per_row(state, zone().firms->rows);
}
BENCHMARK(reference_decision)->Unit(benchmark::kMillisecond);

// The outcome and the first later day on which it differs: the rows with a horizon are asked again on that day, and so
// on.
void reference_decision_with_until(benchmark::State& state) {
  const auto program = decision_of(reference(), "Assessment", true);
  Runner first(program), again(program);
  std::vector<std::int32_t> rows, days;
  const std::int32_t last = static_cast<std::int32_t>(bench_day().plus_months(120)->days());
  const Part& result = *program->result;
  for (auto _ : state) {
    for (std::size_t at = 0; at < zone().firms->rows; at += block_rows) {
      const std::size_t count = std::min(block_rows, zone().firms->rows - at);
      first.run(at, count, bench_day());
      rows.clear();
      days.clear();
      for (std::size_t i = 0; i < count; ++i) {
        if (first.horizons()[i] > last) continue;
        rows.push_back(static_cast<std::int32_t>(at + i));
        days.push_back(first.horizons()[i]);
      }
      while (!rows.empty()) {
        again.run(rows, days);
        std::size_t kept = 0;
        for (std::size_t i = 0; i < rows.size(); ++i) {
          bool same = true;
          for (const auto& [name, member] : result.members)
            same = same && first.frame().word(member->reg, static_cast<std::size_t>(rows[i]) - at) ==
                               again.frame().word(member->reg, i);
          if (!same || again.horizons()[i] > last) continue;
          rows[kept] = rows[i];
          days[kept++] = again.horizons()[i];
        }
        rows.resize(kept);
        days.resize(kept);
      }
    }
  }
  per_row(state, zone().firms->rows);
}
BENCHMARK(reference_decision_with_until)->Unit(benchmark::kMillisecond);

// A hundred decisions: the reference model's with other bounds, and a dozen over the yearly returns.
void hundred_decisions(benchmark::State& state) {
  std::vector<std::unique_ptr<Runner>> runners;
  const std::string model = text_of("bench/models/reference.dmn");
  for (int shift = 0; runners.size() < 88; ++shift) {
    std::string xml = model;
    for (const char* bound : {"300<", "5000<", "40000<", "2000<", "100<"}) {
      const std::string from = std::string("&gt;= ") + bound,
                        to = "&gt;= " + std::to_string(std::atoi(bound) + shift) + "<";
      for (std::size_t at = xml.find(from); at != std::string::npos; at = xml.find(from, at + to.size()))
        xml.replace(at, from.size(), to);
    }
    const auto models = model_of(xml);
    for (const char* name : {"Size class", "Small low-profit", "High-tech", "Tax"})
      runners.push_back(std::make_unique<Runner>(decision_of(models, name, false)));
  }
  for (int bound = 1; runners.size() < 100; ++bound) {
    const std::string staff = std::to_string(bound * 40);
    const std::string texts[] = {
        "Enterprise.annual returns[year = max(Enterprise.annual returns.year)][1].employees >= " + staff,
        "sum(Enterprise.annual returns[year > 2022].revenue) / 3 >= " + staff,
        "count(Enterprise.annual returns[employees > " + staff + "]) >= 2"};
    for (const std::string& text : texts)
      runners.push_back(
          std::make_unique<Runner>(*compile_expression(zone().store, *zone().firms, "Enterprise", nullptr, text)));
  }
  for (auto _ : state) {
    for (auto& runner : runners) all_rows(*runner);
  }
  state.counters["decisions"] = static_cast<double>(runners.size());
  per_row(state, zone().firms->rows * runners.size());
}
BENCHMARK(hundred_decisions)->Unit(benchmark::kMillisecond)->Iterations(1);

// One fact is changed and the twenty decisions that may read it are asked for that row.
void one_changed_fact(benchmark::State& state) {
  std::vector<std::unique_ptr<Runner>> runners;
  while (runners.size() < 20) {
    for (const char* name : {"Size class", "Small low-profit", "High-tech", "Tax", "Assessment"})
      runners.push_back(std::make_unique<Runner>(decision_of(reference(), name, false)));
  }
  std::size_t row = 12345 % zone().firms->rows;
  for (auto _ : state) {
    row = (row * 7919 + 1) % zone().firms->rows;
    zone().firms->columns[4].set(row, static_cast<std::int64_t>(row % 2000000));
    for (auto& runner : runners) runner->run(row, 1, bench_day());
  }
}
BENCHMARK(one_changed_fact)->Unit(benchmark::kMicrosecond);

void filter(benchmark::State& state) {
  Runner runner(*compile_expression(zone().store, *zone().firms, "", nullptr,
                                    "revenue >= 2000 and employees < 300 and not(blacklisted)"));
  std::size_t found = 0;
  for (auto _ : state) {
    found = 0;
    for (std::size_t first = 0; first < zone().firms->rows; first += block_rows) {
      runner.run(first, std::min(block_rows, zone().firms->rows - first), bench_day());
      const std::uint8_t* truths = runner.truths();
      for (std::size_t i = 0; i < runner.count(); ++i) found += truths[i] == yes ? 1 : 0;
    }
  }
  state.counters["found"] = static_cast<double>(found);
  per_row(state, zone().firms->rows);
}
BENCHMARK(filter)->Unit(benchmark::kMillisecond);

// Sixty fields and five children of ten fields: bytes a value, and how long the snapshot takes to come back.
void memory_and_snapshot(benchmark::State& state) {
  const std::size_t rows = row_count();
  std::mt19937_64 random(1);
  const auto lay_out = [](Store& store) {
    Table& firms = store.add("firms");
    Table& children = store.add("children");
    const auto add = [](Table& table, int fields) {
      for (int f = 0; f < fields; ++f) {
        const Form forms[] = {Form::Text, Form::Number, Form::Number, Form::Date, Form::Boolean, Form::Text};
        table.add_scalar("f" + std::to_string(f), forms[f % 6], f % 6 == 1 ? 2 : 0);
      }
    };
    add(firms, 60);
    add(children, 10);
    firms.lists.emplace_back();
  };
  Store store;
  lay_out(store);
  Table &firms = *store.tables[0], &children = *store.tables[1];
  firms.resize(rows);
  children.resize(rows * 5);
  for (int code = 0; code < 3000; ++code) store.dictionary.code_of("a code of a list " + std::to_string(code));
  for (Table* table : {&firms, &children}) {
    for (std::size_t c = 0; c < table->columns.size(); ++c) {
      Column& column = table->columns[c];
      for (std::size_t row = 0; row < table->rows; ++row) {
        const std::uint64_t draw = random();
        if (draw % 20 == 0) continue;
        const std::uint64_t value = draw >> 8;
        switch (column.form()) {
          case Form::Boolean: column.set(row, value % 2 == 0 ? yes : no); break;
          case Form::Date: column.set(row, static_cast<std::int64_t>(value % 20000)); break;
          case Form::Text:
            column.set(row, c == 0 && table == &firms ? store.dictionary.code_of("name of firm " + std::to_string(row))
                                                      : static_cast<std::int64_t>(value % (c % 12 == 5 ? 3000 : 100)));
            break;
          default:
            column.set(row, static_cast<std::int64_t>(value % (column.scale() == 2 ? 40'000'000'00ULL : 5000ULL)));
        }
      }
    }
  }
  for (std::size_t row = 0; row < rows; ++row) {
    std::int32_t own[5];
    for (std::int32_t i = 0; i < 5; ++i) own[i] = static_cast<std::int32_t>(row * 5) + i;
    firms.lists[0].set(row, own);
  }
  const std::filesystem::path file = std::filesystem::temp_directory_path() / "yuanqu-bench-columns";
  if (!store.save(file, "bench")) state.SkipWithError("the snapshot cannot be written");
  for (auto _ : state) {
    Store again;
    lay_out(again);
    if (!again.load(file)) state.SkipWithError("the snapshot cannot be read");
  }
  state.counters["GiB"] = static_cast<double>(store.bytes()) / (1 << 30);
  state.counters["bytes_a_value"] = static_cast<double>(store.bytes()) / static_cast<double>(rows * 110);
  std::filesystem::remove(file);
}
BENCHMARK(memory_and_snapshot)->Unit(benchmark::kMillisecond)->Iterations(1);

}  // namespace
}  // namespace yuanqu::columns
