// Verify, an enterprise file as of a past day, and loading many enterprises. The last takes as many as
// YUANQU_BENCH_ENTERPRISES says (1000000 for the figure in the issue), else 50,000.

#include <benchmark/benchmark.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "base/clock.hpp"
#include "pack/pack.hpp"
#include "register/register.hpp"
#include "register/verify.hpp"

namespace yuanqu::register_ {
namespace {

template <class T>
T need(base::Result<T> result) {
  if (!result) throw std::runtime_error(base::to_text(result.error(), false));
  return std::move(*result);
}

constexpr const char* kind_file = R"(
kind: thing
number: 1
feel: {name: Thing, plural: things}
labels: {zh: 对象, en: Thing}
opens_file: true
keys: [[name]]
title: name
fields:
  - {number: 1, name: name, feel: name, labels: {zh: 名称, en: Name}, type: string, class: public}
  - {number: 2, name: aliases, feel: aliases, labels: {zh: 别名, en: Aliases}, type: list, of: string, class: public}
  - {number: 3, name: people, feel: people, labels: {zh: 人数, en: People}, type: number, scale: 0, class: public}
  - {number: 4, name: turnover, feel: turnover, labels: {zh: 收入, en: Turnover}, type: number, scale: 2, class: public}
  - {number: 5, name: paid_in, feel: paid in, labels: {zh: 资本, en: Paid in}, type: money, unit: 万元, currency: CNY, scale: 2, class: public}
  - {number: 6, name: since, feel: since, labels: {zh: 成立, en: Since}, type: date, class: public}
  - {number: 7, name: class, feel: class, labels: {zh: 规模, en: Class}, type: enumeration, values: [{code: large, labels: {zh: 大, en: Large}}, {code: small, labels: {zh: 小, en: Small}}], class: public}
  - {number: 8, name: telephone, feel: telephone, labels: {zh: 电话, en: Telephone}, type: string, class: personal}
  - {number: 9, name: good, feel: good, labels: {zh: 合格, en: Good}, type: boolean, class: public}
  - {number: 10, name: place, feel: place, labels: {zh: 地址, en: Place}, type: string, class: public}
)";

// A zone over a pack of its own, in a folder that goes with it.
struct Zone {
  Zone() {
    static int count = 0;
    folder = std::filesystem::temp_directory_path() /
             ("yuanqu-bench-" + std::to_string(::getpid()) + "-" + std::to_string(++count));
    std::filesystem::create_directories(folder / "packs/bench/kinds");
    std::filesystem::create_directories(folder / "packs/bench/data");
    std::ofstream(folder / "packs/bench/pack.yaml")
        << "pack: bench\nversion: 1.0.0\nlabels: {zh: 测速, en: Bench}\nlanguages: [zh, en]\n";
    std::ofstream(folder / "packs/bench/data/sources.yaml")
        << "- {number: 1, name: desk, labels: {zh: 窗口, en: Desk}}\n";
    std::ofstream(folder / "packs/bench/data/posts.yaml") << "[]\n";
    std::ofstream(folder / "packs/bench/kinds/thing.yaml") << kind_file;
    packs = need(pack::PackSet::load({folder / "packs"}, {"bench"}));
    catalogue = need(Catalogue::load(packs));
    permissions = need(Permissions::load(packs, *catalogue));
    journal = need(journal::Journal::open(folder / "data", clock));
    records = need(Register::open(*journal, catalogue, permissions));
    kind = catalogue->kind("thing");
  }
  ~Zone() {
    records.reset();
    journal.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }

  // Ten fields, different for each number.
  Write ten_fields(std::int64_t number, RecordId record, std::int64_t day) const {
    Write write{
        .kind = kind, .record = record, .source = 1, .effective_from = base::Date::from_days(day), .reason = "bench"};
    const std::string text = std::to_string(number);
    write.values = {{1, Value::string("示例企业" + text)},
                    {2, Value::list({Value::string("旧名" + text)})},
                    {3, Value::number(number % 5000, 0)},
                    {4, Value::number(number % 1'000'000, 2)},
                    {5, Value::money(100 + number % 900, 0, "CNY")},
                    {6, Value::date(base::Date::from_days(10'000 + number % 9000))},
                    {7, Value::enumeration(number % 2 == 0 ? "small" : "large")},
                    {8, Value::string("1380000" + std::to_string(1000 + number % 9000))},
                    {9, Value::boolean(number % 3 == 0)},
                    {10, Value::string("示例路" + text + "号")}};
    return write;
  }
  std::vector<RecordId> fill(std::int64_t enterprises, std::int64_t changes_each) {
    std::vector<RecordId> made;
    for (std::int64_t round = 0; round < changes_each; ++round) {
      for (std::int64_t from = 0; from < enterprises; from += 5000) {
        std::vector<Write> writes;
        for (std::int64_t i = from; i < std::min(enterprises, from + 5000); ++i)
          writes.push_back(
              ten_fields(i + round * 7919, round == 0 ? 0 : made[static_cast<std::size_t>(i)], 20'000 + round));
        auto reply = need(records->write(Viewer::system(), std::move(writes)));
        if (round == 0) {
          for (const Written& one : reply.written) made.push_back(one.record);
        }
      }
    }
    return made;
  }

  std::filesystem::path folder;
  base::SystemClock clock;
  pack::PackSet packs;
  std::shared_ptr<const Catalogue> catalogue;
  std::shared_ptr<const Permissions> permissions;
  std::unique_ptr<journal::Journal> journal;
  std::unique_ptr<Register> records;
  const Kind* kind = nullptr;
};

// Chains, digests, fold and comparison; 100,000 changes of ten fields, four for each file.
void VerifyChanges(benchmark::State& state) {
  static Zone zone;
  if (zone.journal->position() == 0) zone.fill(25'000, 4);
  VerifyOptions options;
  options.threads = static_cast<unsigned>(state.range(0));
  std::uint64_t changes = 0;
  for (auto _ : state) {
    auto report = need(verify(*zone.journal, options));
    if (report.problems_total != 0) throw std::runtime_error("verify found problems");
    changes += report.changes;
  }
  state.counters["changes/s"] = benchmark::Counter(static_cast<double>(changes), benchmark::Counter::kIsRate);
}
BENCHMARK(VerifyChanges)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

// A file of 200 changes, read as of a past day: with all that is known (0), and with what was known half-way (1).
void FileAsOfAPastDay(benchmark::State& state) {
  static Zone zone;
  static FileId file = 0;
  static Position half = 0;
  if (file == 0) {
    file = zone.fill(1, 1).front();
    for (std::int64_t i = 1; i < 200; ++i) {
      (void)need(zone.records->write(Viewer::system(), {zone.ten_fields(i * 31, file, 20'000 + i)}));
      if (i == 100) half = zone.journal->position();
    }
  }
  const AsOf as_of{base::Date::from_days(20'060), state.range(0) == 0 ? std::nullopt : std::optional(half)};
  for (auto _ : state) benchmark::DoNotOptimize(need(zone.records->read_file(Viewer::system(), file, as_of)));
}
BENCHMARK(FileAsOfAPastDay)->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

// Enterprises written durably in batches of 5,000, and every current record read once, as a population does at start.
void LoadEnterprises(benchmark::State& state) {
  const char* asked = std::getenv("YUANQU_BENCH_ENTERPRISES");
  const std::int64_t enterprises = asked == nullptr ? 50'000 : std::atoll(asked);
  Zone zone;
  const auto began = std::chrono::steady_clock::now();
  zone.fill(enterprises, 1);
  const double writing = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  std::int64_t loaded = 0;
  for (auto _ : state) {
    auto walked = zone.records->for_each([&](RecordState&& record) {
      loaded += record.facts.empty() ? 0 : 1;
      return true;
    });
    if (!walked) throw std::runtime_error("cannot load");
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  state.counters["enterprises"] = static_cast<double>(enterprises);
  state.counters["written/s"] = static_cast<double>(enterprises) / writing;
  state.counters["loaded/s"] = benchmark::Counter(static_cast<double>(loaded), benchmark::Counter::kIsRate);
  state.counters["peak_MiB"] = static_cast<double>(usage.ru_maxrss) / 1024.0;
}
BENCHMARK(LoadEnterprises)->Iterations(1)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace yuanqu::register_
