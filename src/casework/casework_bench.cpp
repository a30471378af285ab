// Case starts and task completions a second: durable (synchronous SQLite, WAL), 64 clients in flight, so that they
// share commits. A start is one case with its first step worked off up to its task; a completion is that task done and
// the case closed. `rows` is how many rows one of them writes, counted by SQLite.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/clock.hpp"
#include "casework/casework.hpp"
#include "casework/rows.hpp"

namespace yuanqu::casework {
namespace {

constexpr int clients = 64;

constexpr std::string_view procedure =
    R"(<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:yuanqu="urn:yuanqu:bpmn:1">
<process id="ask" isExecutable="true"><extensionElements><yuanqu:procedure version="1" subject="*"/></extensionElements>
<startEvent id="s"/><userTask id="a"><extensionElements><yuanqu:assignment role="officer"/><yuanqu:output name="answer" expression="result.answer"/></extensionElements></userTask><endEvent id="e" name="done"/>
<sequenceFlow id="f" sourceRef="s" targetRef="a"/><sequenceFlow id="g" sourceRef="a" targetRef="e"/></process></definitions>)";

class House : public Knowledge {
 public:
  House() : folder_(std::filesystem::temp_directory_path() / ("yuanqu-casework-bench-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(folder_);
    file("pack.yaml", "pack: small\nversion: 1.0.0\nlabels: {zh: 小, en: Small}\nlanguages: [zh, en]\n");
    file("data/sources.yaml", "- {number: 1, name: office, labels: {zh: 窗口, en: Office}}\n");
    file("data/posts.yaml",
         "- {post: officer, number: 1, labels: {zh: 办, en: O}, rules: [{kinds: all, classes: all, relation: any, may: "
         "[read, write]}]}\n");
    file("procedures/ask.bpmn", procedure);
    auto packs = pack::PackSet::load({folder_ / "packs"});
    auto catalogue = packs ? register_::Catalogue::load(*packs) : tl::unexpected(packs.error());
    auto permissions =
        catalogue ? register_::Permissions::load(*packs, **catalogue) : tl::unexpected(catalogue.error());
    auto opened = journal::Journal::open(folder_ / "data", clock_, {.readers_max = clients});
    if (!permissions || !opened) return;
    permissions_ = *permissions;
    journal = std::move(*opened);
    auto made = register_::Register::open(*journal, *catalogue, permissions_);
    auto procedures = Procedures::load(*packs, **catalogue);
    if (!made || !procedures) return;
    records = std::move(*made);
    cases = std::make_unique<Casework>(*journal, *records, *procedures, *this, clock_);
    ready = journal->add_participant(*cases).has_value() &&
            records->set_today(*base::Date::parse("2026-03-02"), 0, "bench").has_value();
  }
  ~House() override {
    cases.reset();
    records.reset();
    journal.reset();
    std::filesystem::remove_all(folder_);
  }

  bool may_read_outcome(const register_::Viewer&, const bpmn::Decision&, journal::FileId) override { return true; }
  base::Result<Subject> subject(journal::RecordId, base::Date) override { return Subject{}; }
  base::Result<Ruling> decide(const bpmn::Decision&, journal::RecordId, base::Date,
                              const feel::ContextScope&) override {
    return Ruling{};
  }
  WorkingDays working_days() override { return days_; }

  register_::Viewer officer() const { return {7, "甲", {permissions_->post("officer")}, {}, permissions_}; }

  // `count` starts from 64 threads, worked off up to their tasks.
  void start(int count) {
    parallel(count, [&](int) {
      OpenRequest request;
      request.procedure = "ask";
      request.origin = "bench " + std::to_string(next_++);
      benchmark::DoNotOptimize(cases->open(request));
    });
    while (true) {
      auto ran = cases->run_jobs(256);
      if (!ran || *ran == 0) return;
    }
  }

  std::vector<std::int64_t> tasks(std::size_t count) {
    auto list = cases->worklist(officer(), {.limit = count});
    std::vector<std::int64_t> ids;
    if (list) {
      for (const TaskItem& item : *list) ids.push_back(item.task.id);
    }
    return ids;
  }

  void complete(const std::vector<std::int64_t>& ids) {
    const auto viewer = officer();
    parallel(static_cast<int>(ids.size()), [&](int index) {
      auto done = cases->complete(viewer, ids[static_cast<std::size_t>(index)], R"({"answer":7})", "");
      if (!done) ++failed;
    });
  }

  std::int64_t written() {
    std::int64_t rows = 0;
    auto counted = journal->commit(
        [&](journal::Transaction& transaction) -> base::Result<void> {
          auto total = transaction.database().integer("SELECT total_changes()");
          if (!total) return tl::unexpected(total.error());
          rows = total->value_or(0);
          return {};
        },
        journal::BatchInfo{});
    return counted ? rows : 0;
  }

  std::unique_ptr<journal::Journal> journal;
  std::unique_ptr<register_::Register> records;
  std::unique_ptr<Casework> cases;
  bool ready = false;
  std::atomic<int> failed{0};

 private:
  template <class Act>
  void parallel(int count, Act act) {
    std::atomic<int> at{0};
    std::vector<std::thread> threads;
    for (int client = 0; client < clients; ++client) {
      threads.emplace_back([&] {
        for (int index = at++; index < count; index = at++) act(index);
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  void file(const std::string& path, std::string_view text) {
    const auto where = folder_ / "packs" / "small" / path;
    std::filesystem::create_directories(where.parent_path());
    std::ofstream(where) << text;
  }

  std::filesystem::path folder_;
  WorkingDays days_{std::make_shared<base::Calendar>(), {}};
  base::SystemClock clock_;
  std::shared_ptr<const register_::Permissions> permissions_;
  std::atomic<std::int64_t> next_{0};
};

void case_starts(benchmark::State& state) {
  House house;
  if (!house.ready) return state.SkipWithError("the house could not be opened");
  const int count = static_cast<int>(state.range(0));
  std::int64_t rows = 0;
  for (auto _ : state) {
    const std::int64_t before = house.written();
    house.start(count);
    rows += house.written() - before;
  }
  const auto total = static_cast<double>(state.iterations()) * count;
  state.counters["starts"] = benchmark::Counter(total, benchmark::Counter::kIsRate);
  state.counters["rows"] = static_cast<double>(rows) / total;
}

void task_completions(benchmark::State& state) {
  House house;
  if (!house.ready) return state.SkipWithError("the house could not be opened");
  const int count = static_cast<int>(state.range(0));
  std::int64_t rows = 0;
  for (auto _ : state) {
    state.PauseTiming();
    house.start(count);
    const auto ids = house.tasks(static_cast<std::size_t>(count));
    const std::int64_t before = house.written();
    state.ResumeTiming();
    house.complete(ids);
    state.PauseTiming();
    rows += house.written() - before;
    state.ResumeTiming();
  }
  if (house.failed > 0) state.SkipWithError("a completion was refused");
  const auto total = static_cast<double>(state.iterations()) * count;
  state.counters["completions"] = benchmark::Counter(total, benchmark::Counter::kIsRate);
  state.counters["rows"] = static_cast<double>(rows) / total;
}

BENCHMARK(case_starts)->Arg(4096)->MeasureProcessCPUTime()->UseRealTime()->Iterations(3)->Unit(benchmark::kMillisecond);
BENCHMARK(task_completions)
    ->Arg(4096)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Iterations(3)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace yuanqu::casework
