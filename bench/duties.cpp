// The duties of a year: 100,000 licences of 20,000 firms under the shipped packs, with terms that end over five years,
// while the day moves on one by one for a year. Counted is everything that follows from a day: outcomes, transitions,
// duties in the store (durable). Neither cases nor messages are made. YUANQU_BENCH_LICENCES: how many.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <utility>

#include "base/clock.hpp"
#include "base/identifiers.hpp"
#include "duty/duty.hpp"
#include "register/pack_records.hpp"

namespace yuanqu::duty {
namespace {

using base::Date;
using register_::Value;

constexpr std::size_t licences_of_firm = 5, writes_at_a_time = 2'000;
constexpr std::array<const char*, 8> codes{"FOOD_BIZ", "FOOD_PROD", "MD_BIZ3",    "DRUG_BIZ",
                                           "PUB_HYG",  "SAFE_PROD", "LABOR_DISP", "POLLUTE"};
const Date first_day = *Date::parse("2026-03-02");

template <class T>
T need(base::Result<T> result) {
  if (!result) throw std::runtime_error(base::to_text(result.error(), false));
  return std::move(*result);
}
void need(const base::Result<void>& result) {
  if (!result) throw std::runtime_error(base::to_text(result.error(), false));
}

std::size_t licence_count() {
  const char* wanted = std::getenv("YUANQU_BENCH_LICENCES");
  return wanted == nullptr ? 100'000 : std::strtoull(wanted, nullptr, 10);
}

class Zone {
 public:
  explicit Zone(std::size_t licences)
      : folder_(std::filesystem::temp_directory_path() / ("yuanqu-duty-bench-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(folder_);
    packs_ = std::make_unique<pack::PackSet>(
        need(pack::PackSet::load({std::filesystem::path(YUANQU_SOURCE_DIR) / "packs"}, {"national"})));
    catalogue_ = need(register_::Catalogue::load(*packs_));
    auto permissions = need(register_::Permissions::load(*packs_, *catalogue_));
    journal_ = need(journal::Journal::open(folder_, clock_));
    records = need(register_::Register::open(*journal_, catalogue_, permissions));
    need(records->set_today(first_day, 0, "bench"));
    (void)need(register_::load_pack_records(*records, *packs_));
    fill(licences);
    auto decisions = need(population::Decisions::load(*packs_, *catalogue_));
    auto programs = need(population::Programs::compile(*packs_, *catalogue_, decisions));
    auto services = need(Services::load(*packs_, *decisions));
    population = need(population::Population::open(*records, programs));
    duties = std::make_unique<Duties>(*journal_, services);
    duties->attach(*population);
    population->add_listener(*duties);
    need(journal_->add_participant(*duties));
    need(population->catch_up());
  }
  ~Zone() {
    population.reset();
    duties.reset();
    records.reset();
    journal_.reset();
    std::filesystem::remove_all(folder_);
  }
  std::int64_t count(std::string_view sql) {
    auto snapshot = need(journal_->snapshot());
    return need(snapshot.database().integer(sql)).value_or(0);
  }

  std::unique_ptr<register_::Register> records;
  std::unique_ptr<population::Population> population;
  std::unique_ptr<Duties> duties;

 private:
  register_::Write write(const char* kind, std::vector<std::pair<const char*, Value>> values, const char* source) {
    register_::Write one;
    one.kind = catalogue_->kind(std::string_view(kind));
    one.source = catalogue_->source(source)->number;
    one.effective_from = *Date::parse("2025-01-01");
    one.reason = "bench";
    for (auto& [name, value] : values)
      one.values.push_back({one.kind->field(std::string_view(name))->number, std::move(value)});
    return one;
  }
  std::vector<register_::RecordId> store(std::vector<register_::Write> writes) {
    std::vector<register_::RecordId> ids;
    for (const auto& written : need(records->write(register_::Viewer::system(), std::move(writes))).written)
      ids.push_back(written.record);
    return ids;
  }
  void fill(std::size_t licences) {
    std::map<std::string, register_::RecordId> types;
    const register_::Kind& type = *catalogue_->kind("licence_type");
    need(records->for_each(
        [&](register_::RecordState&& state) {
          if (state.kind == type.number)
            types[register_::read_plain(state, *type.field("code"), first_day).value().text()] = state.id;
          return true;
        },
        nullptr));
    std::vector<register_::Write> writes;
    std::vector<register_::RecordId> firms;
    const auto flush = [&](bool are_firms) {
      const auto ids = store(std::exchange(writes, {}));
      if (are_firms) firms.insert(firms.end(), ids.begin(), ids.end());
    };
    for (std::size_t i = 0; i < licences / licences_of_firm; ++i) {
      std::string organisation = std::to_string(10'000'000 + i);
      organisation += base::organisation_check_character(organisation);
      const std::string code = "91980171" + organisation;
      writes.push_back(write("enterprise",
                             {{"uscc", Value::string(code + base::uscc_check_character(code))},
                              {"name", Value::string("示例" + std::to_string(i))},
                              {"status", Value::enumeration("operating")},
                              {"entity_type", Value::enumeration("limited_company")}},
                             "market_registration"));
      if (writes.size() == writes_at_a_time) flush(true);
    }
    flush(true);
    for (std::size_t i = 0; i < licences; ++i) {
      writes.push_back(
          write("licence",
                {{"enterprise", Value::reference(firms[i / licences_of_firm])},
                 {"number", Value::string("Z" + std::to_string(i))},
                 {"type", Value::reference(types.at(codes[i % codes.size()]))},
                 {"valid_to", Value::date(*first_day.plus_days(static_cast<std::int64_t>(i * 7919 % 1826) + 1))},
                 {"status", Value::enumeration("valid")}},
                "licensing_authority"));
      if (writes.size() == writes_at_a_time) flush(false);
    }
    flush(false);
  }

  std::filesystem::path folder_;
  base::SystemClock clock_;
  std::unique_ptr<pack::PackSet> packs_;
  std::shared_ptr<const register_::Catalogue> catalogue_;
  std::unique_ptr<journal::Journal> journal_;
};

void duties_of_a_year(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    Zone zone(licence_count());
    const std::int64_t before = zone.count("SELECT count(*) FROM duty");
    state.ResumeTiming();
    for (int i = 1; i <= 365; ++i) {
      const Date day = *first_day.plus_days(i);
      need(zone.records->set_today(day, 0, "bench"));
      need(zone.population->catch_up());
      need(zone.duties->advance(day));
    }
    state.PauseTiming();
    state.counters["licences"] = static_cast<double>(licence_count());
    state.counters["duties"] = static_cast<double>(zone.count("SELECT count(*) FROM duty") - before);
    state.ResumeTiming();
  }
}

BENCHMARK(duties_of_a_year)->MeasureProcessCPUTime()->UseRealTime()->Iterations(1)->Unit(benchmark::kSecond);

}  // namespace
}  // namespace yuanqu::duty
