// What everybody costs in memory and how soon a restart is ready: enterprises with 60 fields and five children of ten
// fields each, twenty decisions on each, as the population holds them. States are made up from their ids when they are
// asked for, as a store would answer. YUANQU_BENCH_ROWS: how many enterprises.
#include <benchmark/benchmark.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "columns/bytes.hpp"
#include "population/column_assessor.hpp"
#include "population/held_outcomes.hpp"

namespace yuanqu::population {
namespace {

using base::Date;
using register_::Value;

constexpr int fields_of_firm = 60, fields_of_child = 10, children = 5, decisions_held = 20;
constexpr std::size_t changes_later = 100'000;

std::size_t firm_count() {
  const char* wanted = std::getenv("YUANQU_BENCH_ROWS");
  return wanted == nullptr ? 1'000'000 : std::strtoull(wanted, nullptr, 10);
}

template <class T>
T need(base::Result<T> result) {
  if (!result) throw std::runtime_error(base::to_text(result.error(), false));
  return std::move(*result);
}
void need(const base::Result<void>& result) {
  if (!result) throw std::runtime_error(base::to_text(result.error(), false));
}

double processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}
double resident_gib() {
  std::ifstream in("/proc/self/statm");
  std::size_t whole = 0, resident = 0;
  in >> whole >> resident;
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1 << 30);
}

std::string field(int number, const std::string& name, const std::string& rest) {
  return "  - {number: " + std::to_string(number) + ", name: " + name + ", feel: " + name + ", labels: {zh: " + name +
         ", en: " + name + "}, class: public, " + rest + "}\n";
}
// Of ten fields: six numbers, a code, a date, a truth, a text of its own every sixtieth.
std::string type_of_place(int place) {
  switch (place % 10) {
    case 6: return "type: string";
    case 7: return "type: date";
    case 8: return "type: boolean";
    default: return "type: number, scale: 2";
  }
}

struct Pack {
  Pack() {
    folder = std::filesystem::temp_directory_path() / ("yuanqu-population-bench-" + std::to_string(::getpid()));
    const auto put = [&](const std::string& name, const std::string& text) {
      std::filesystem::create_directories((folder / "wide" / name).parent_path());
      std::ofstream(folder / "wide" / name) << text;
    };
    put("pack.yaml", "pack: wide\nversion: 1.0.0\nlabels: {zh: 宽, en: Wide}\nlanguages: [zh, en]\n");
    put("data/sources.yaml", "- {number: 1, name: registry, labels: {zh: 登记, en: Registry}}\n");
    put("data/posts.yaml",
        "- post: officer\n  number: 1\n  labels: {zh: 经办, en: Officer}\n  rules:\n    - {kinds: all, classes: "
        "[public], relation: any, may: [read]}\n");
    std::string firm =
        "kind: firm\nnumber: 1\nfeel: {name: Firm, plural: firms}\nlabels: {zh: 公司, en: Firm}\nopens_file: "
        "true\nkeys: [[name]]\ntitle: name\nfields:\n" +
        field(1, "name", "type: string");
    for (int i = 2; i <= fields_of_firm; ++i) firm += field(i, "f" + std::to_string(i), type_of_place(i));
    std::string year =
        "kind: yearly\nnumber: 2\nfeel: {name: Yearly, plural: yearlies}\nlabels: {zh: 年报, en: Yearly}\nbelongs_to: "
        "firm\nkeys: [[firm, g2]]\ntitle: g2\nfields:\n" +
        field(1, "firm", "type: reference, to: firm");
    for (int i = 2; i <= fields_of_child; ++i) year += field(i, "g" + std::to_string(i), type_of_place(i));
    put("kinds/firm.yaml", firm);
    put("kinds/yearly.yaml", year);
    std::string list = "decisions:\n",
                model =
                    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><definitions "
                    "xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" id=\"wide\" name=\"wide\" "
                    "namespace=\"urn:bench:wide\">"
                    "<itemDefinition name=\"tYearly\"><itemComponent "
                    "name=\"g2\"><typeRef>number</typeRef></itemComponent><itemComponent "
                    "name=\"g3\"><typeRef>number</typeRef></itemComponent></itemDefinition>"
                    "<itemDefinition name=\"tYearlies\" "
                    "isCollection=\"true\"><typeRef>tYearly</typeRef></itemDefinition><itemDefinition name=\"tFirm\">";
    for (int i = 2; i <= fields_of_firm; ++i) {
      const int place = i % 10;
      model += "<itemComponent name=\"f" + std::to_string(i) + "\"><typeRef>" +
               (place == 6   ? "string"
                : place == 7 ? "date"
                : place == 8 ? "boolean"
                             : "number") +
               "</typeRef></itemComponent>";
    }
    model +=
        "<itemComponent name=\"yearlies\"><typeRef>tYearlies</typeRef></itemComponent></itemDefinition><inputData "
        "id=\"firm\" name=\"Firm\"><variable name=\"Firm\" typeRef=\"tFirm\"/></inputData>"
        "<inputData id=\"today\" name=\"Today\"><variable name=\"Today\" typeRef=\"date\"/></inputData>";
    for (int d = 1; d <= decisions_held; ++d) {
      const std::string n = std::to_string(d), a = std::to_string(2 + d % 4), b = std::to_string(12 + d % 4),
                        day = std::to_string(7 + 10 * (d % 5));
      list += "  - decision: d" + n + "\n    number: " + n + "\n    labels: {zh: 判定" + n + ", en: Decision " + n +
              "}\n    subject: firm\n    versions: [{model: wide.dmn, name: D" + n + ", valid_from: 2020-01-01}]\n";
      const std::string third =
          d % 4 == 0 ? "count(Firm.yearlies[g3 &gt;= 5000])" : "Firm.f" + std::to_string(22 + d % 3);
      model +=
          "<decision id=\"d" + n + "\" name=\"D" + n + "\"><variable name=\"D" + n +
          "\" typeRef=\"string\"/><informationRequirement><requiredInput href=\"#firm\"/></informationRequirement>"
          "<informationRequirement><requiredInput href=\"#today\"/></informationRequirement><decisionTable id=\"t" +
          n +
          "\" hitPolicy=\"FIRST\">"
          "<input id=\"a" +
          n + "\"><inputExpression id=\"ae" + n + "\" typeRef=\"number\"><text>Firm.f" + a +
          "</text></inputExpression></input>"
          "<input id=\"b" +
          n + "\"><inputExpression id=\"be" + n + "\" typeRef=\"number\"><text>Firm.f" + b +
          "</text></inputExpression></input>"
          "<input id=\"c" +
          n + "\"><inputExpression id=\"ce" + n + "\" typeRef=\"number\"><text>" + third +
          "</text></inputExpression></input>"
          "<input id=\"e" +
          n + "\"><inputExpression id=\"ee" + n + "\" typeRef=\"boolean\"><text>Firm.f" + day +
          " &gt; Today</text></inputExpression></input><output id=\"o" + n + "\" typeRef=\"string\"/>";
      const char* cells[4][5] = {{"&gt;= 7000", "&gt;= 5000", "-", "true", "\"large\""},
                                 {"[2000..7000)", "-", "&gt;= 2", "-", "\"middle\""},
                                 {"-", "&lt; 1000", "-", "-", "\"small\""},
                                 {"-", "-", "-", "-", "\"other\""}};
      for (int r = 0; r < 4; ++r) {
        model += "<rule id=\"r" + n + "_" + std::to_string(r) + "\">";
        for (int c = 0; c < 4; ++c)
          model += "<inputEntry id=\"i" + n + "_" + std::to_string(r) + std::to_string(c) + "\"><text>" + cells[r][c] +
                   "</text></inputEntry>";
        model += "<outputEntry id=\"x" + n + "_" + std::to_string(r) + "\"><text>" + cells[r][4] +
                 "</text></outputEntry></rule>";
      }
      model += "</decisionTable></decision>";
    }
    put("decisions/decisions.yaml", list);
    put("decisions/wide.dmn", model + "</definitions>");
    packs = std::make_unique<pack::PackSet>(need(pack::PackSet::load({folder}, {"wide"})));
    catalogue = need(register_::Catalogue::load(*packs));
    auto decisions = need(Decisions::load(*packs, *catalogue));
    programs = need(Programs::compile(*packs, *catalogue, decisions));
  }
  ~Pack() { std::filesystem::remove_all(folder); }
  std::filesystem::path folder;
  std::unique_ptr<pack::PackSet> packs;
  std::shared_ptr<const register_::Catalogue> catalogue;
  std::shared_ptr<const Programs> programs;
};

const Date day = *Date::parse("2026-03-02");

// Ids from 1: the firms, then their children, five after five.
RecordState state_of(const Pack& pack, RecordId id, std::size_t firms, std::uint64_t salt = 0) {
  std::uint64_t random = static_cast<std::uint64_t>(id) * 0x9E3779B97F4A7C15ULL + salt;
  const auto next = [&] {
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    return random;
  };
  const bool child = static_cast<std::size_t>(id) > firms;
  const RecordId firm = child ? static_cast<RecordId>((static_cast<std::size_t>(id) - firms - 1) / children) + 1 : id;
  const Kind& kind = *pack.catalogue->kind(child ? "yearly" : "firm");
  RecordState state{.id = id, .file = firm, .chain = firm, .kind = kind.number, .version = id, .created = id};
  for (const Field& one : kind.fields) {
    Value value;
    switch (one.type) {
      case register_::FieldType::Reference: value = Value::reference(firm); break;
      case register_::FieldType::String:
        value = Value::string(one.number == 1 ? "firm number " + std::to_string(id)
                                              : "code " + std::to_string(next() % 90));
        break;
      case register_::FieldType::Date:
        value = Value::date(Date::from_days(day.days() - 900 + static_cast<std::int64_t>(next() % 1800)));
        break;
      case register_::FieldType::Boolean: value = Value::boolean(next() % 2 == 0); break;
      default:
        value = Value::number(static_cast<std::int64_t>(next() % (one.number % 3 == 0 ? 1'000'000 : 30'000)), 2);
        break;
    }
    if (one.number > 2 && next() % 20 == 0) continue;
    state.facts.push_back({.field = one.number,
                           .source = 1,
                           .effective_from = Date::from_days(day.days() - 100),
                           .sequence = id,
                           .recorded_at_ms = 1,
                           .batch = 1,
                           .value = std::move(value)});
  }
  return state;
}

// Everything the population keeps of these firms.
struct Held {
  explicit Held(const Pack& made)
      : pack(made),
        facts(*made.catalogue),
        image(*made.catalogue),
        columns(made.programs, image, facts),
        firms(firm_count()) {
    for (const DecisionProgram& program : pack.programs->all())
      outcomes.emplace_back(image.rows(), *program.decision->kind);
    facts.page([this](RecordId id) { return std::optional(state_of(pack, id, firms)); }, 4'000'000);
  }
  const Pack& pack;
  FactBase facts;
  ColumnImage image;
  ColumnAssessor columns;
  std::vector<HeldOutcomes> outcomes;
  std::size_t firms;
  std::size_t outcome_bytes() const {
    std::size_t total = 0;
    for (const HeldOutcomes& of : outcomes) total += of.bytes();
    return total;
  }
};

void everybody_in_memory(benchmark::State& state) {
  const Pack pack;
  const std::filesystem::path file = pack.folder / "population.snapshot";
  constexpr double gib = 1 << 30;
  for (auto _ : state) {
    const double empty = resident_gib();
    {
      Held held(pack);
      const std::size_t records = held.firms * (1 + children);
      for (std::size_t id = 1; id <= records; ++id) {
        held.facts.put(state_of(pack, static_cast<RecordId>(id), held.firms));
        if (id % 4096 == 0) held.facts.settle();
      }
      held.facts.settle();
      held.image.build(held.facts, day);
      state.counters["fact_GiB"] = static_cast<double>(held.facts.bytes() + held.image.bytes()) / gib;
      const double before = processor_seconds();
      for (std::size_t p = 0; p < held.outcomes.size(); ++p) {
        const DecisionProgram& program = pack.programs->all()[p];
        base::Error why;
        if (!held.columns.can(program, &why)) throw std::runtime_error(base::to_text(why, false));
        const auto subjects = held.facts.of_kind(*program.decision->kind);
        for (std::size_t first = 0; first < subjects.size(); first += 65536) {
          const auto part = subjects.subspan(first, std::min<std::size_t>(65536, subjects.size() - first));
          const auto answers = held.columns.assess(program, part);
          for (std::size_t i = 0; i < part.size(); ++i) {
            if (!answers[i].answered || !answers[i].until_known)
              throw std::runtime_error("a row was not answered by columns");
            held.outcomes[p].put({.subject = part[i],
                                  .applies = answers[i].applies,
                                  .value = answers[i].value,
                                  .until = answers[i].until,
                                  .look_again = answers[i].look_again});
          }
        }
      }
      state.counters["decide_ns_an_outcome"] =
          (processor_seconds() - before) * 1e9 / static_cast<double>(held.firms * held.outcomes.size());
      state.counters["bytes_an_outcome"] =
          static_cast<double>(held.outcome_bytes()) / static_cast<double>(held.firms * held.outcomes.size());
      state.counters["all_GiB"] =
          static_cast<double>(held.facts.bytes() + held.image.bytes() + held.outcome_bytes()) / gib;
      state.counters["resident_GiB"] = resident_gib() - empty;
      std::string mark;
      held.facts.save(mark);
      for (const HeldOutcomes& of : held.outcomes) of.save(mark);
      need(held.image.save(file, mark));
    }
    state.counters["file_GiB"] = static_cast<double>(std::filesystem::file_size(file)) / gib;
    Held held(pack);
    const double start = processor_seconds();
    const auto clock = std::chrono::steady_clock::now();
    {
      const std::string mark = need(held.image.load(file));
      std::string_view in = mark;
      if (!held.facts.load(in)) throw std::runtime_error("links");
      for (HeldOutcomes& of : held.outcomes) {
        if (!of.load(in)) throw std::runtime_error("outcomes");
      }
    }
    state.counters["load_s_of_processor"] = processor_seconds() - start;
    const double then = processor_seconds();
    std::size_t marked = 0;
    for (std::size_t i = 0; i < changes_later; ++i) {
      const auto id = static_cast<RecordId>(1 + (i * 7919) % (held.firms * (1 + children)));
      RecordState changed = state_of(pack, id, held.firms);
      changed.facts.back().value = state_of(pack, id, held.firms, 77).facts.back().value;
      const StatePointer before = held.facts.find(id);
      const Touched touched = touched_by(held.facts, before.get(), changed);
      held.facts.put(std::move(changed));
      const StatePointer after = held.facts.find(id);
      for (const DecisionProgram& program : pack.programs->all())
        marked += program.subjects_of(held.facts, *after, touched).size();
      held.image.put(held.facts, *after);
      if (i % 4096 == 0) held.facts.settle();
    }
    held.facts.settle();
    benchmark::DoNotOptimize(marked);
    state.counters["changes_s_of_processor"] = processor_seconds() - then;
    state.counters["ready_s_by_the_clock"] =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - clock).count();
  }
}
BENCHMARK(everybody_in_memory)->Iterations(1)->Unit(benchmark::kSecond);

}  // namespace
}  // namespace yuanqu::population
