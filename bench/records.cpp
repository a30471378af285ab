// What the register and its journal do in a second, beside plain SQLite doing the same inserts in the same run.
//
//   yuanqu_records_bench [ROWS [PART]]     rows of the CSV import, 100,000 when left out; one part: csv, xlsx, single
//
// Everything is on a real folder (TMPDIR) with a synced write-ahead log; both sides use the same pragmas. The machine
// may be busy with other work, so the ratio says more than the figure, and CPU seconds are told beside wall seconds.

#include <sqlite3.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "base/identifiers.hpp"
#include "journal/journal.hpp"
#include "pack/pack.hpp"
#include "register/import.hpp"
#include "register/verify.hpp"
#include "tabular/writer.hpp"

namespace {

namespace fs = std::filesystem;
using namespace yuanqu;

template <class T>
T must(base::Result<T> result) {
  if (!result) throw std::runtime_error(base::to_text(result.error(), false));
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

struct Took {
  double wall_s = 0;
  double cpu_s = 0;
};

Took time_of(const std::function<void()>& work) {
  const auto cpu = [] {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
  };
  const double cpu_before = cpu();
  const auto started = std::chrono::steady_clock::now();
  work();
  return {std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count(), cpu() - cpu_before};
}

void line(const char* what, std::size_t count, const Took& took, double aim, double peer_per_s = 0) {
  const double per_s = static_cast<double>(count) / took.wall_s;
  std::printf("%-44s %9zu %10.0f /s %9.0f /CPU s", what, count, per_s, static_cast<double>(count) / took.cpu_s);
  if (aim > 0) std::printf("   aim %6.0f %s", aim, per_s >= aim ? "met" : "missed");
  if (peer_per_s > 0) std::printf("   %.2f of SQLite", per_s / peer_per_s);
  std::printf("\n");
  std::fflush(stdout);
}

std::vector<std::string> headers_of(const register_::Kind& kind) {
  std::vector<std::string> labels;
  for (const char* name :
       {"uscc", "name", "term_ends_on", "status", "entity_type", "registered_type", "industry", "region",
        "registered_capital", "established_on", "legal_representative", "business_scope"}) {
    const register_::Field* field = kind.field(std::string_view(name));
    if (field == nullptr) throw std::runtime_error(std::string("no field ") + name);
    labels.push_back(field->labels.zh + (field->type == register_::FieldType::Money ? "（万元）" : ""));
  }
  return labels;
}

// Twelve fields as market registration writes them. Synthetic: the registration body is of no real authority.
std::vector<std::string> row_of(std::size_t number, const register_::Kind& kind) {
  const auto code_at = [&](const char* field, std::size_t index) {
    const auto& values = kind.field(std::string_view(field))->values;
    return values[index % values.size()].labels.zh;
  };
  char seventeen[18];
  std::snprintf(seventeen, sizeof seventeen, "91350100M%08zu", number % 100'000'000);
  const std::string code = std::string(seventeen) + base::uscc_check_character(seventeen);
  const std::string text = std::to_string(number);
  char day[11];
  std::snprintf(day, sizeof day, "20%02zu-%02zu-%02zu", number % 25, number % 12 + 1, number % 28 + 1);
  return {code,
          "示例市第" + text + "号试验科技有限公司",
          "2050-12-31",
          code_at("status", number),
          code_at("entity_type", number),
          "有限责任公司（自然人投资或控股）",
          "6513",
          "350100",
          std::to_string(number % 9000 + 10) + "." + std::to_string(number % 100),
          day,
          "张某" + std::to_string(number % 500),
          "软件开发；信息技术咨询服务；技术服务、技术开发、技术咨询、技术交流（第" + text + "项）"};
}

class Zone {
 public:
  Zone(const fs::path& folder, const pack::PackSet& packs) {
    catalogue = must(register_::Catalogue::load(packs));
    auto permissions = must(register_::Permissions::load(packs, *catalogue));
    journal = must(journal::Journal::open(folder, clock));
    records = must(register_::Register::open(*journal, catalogue, permissions));
  }
  base::SystemClock clock;
  std::shared_ptr<const register_::Catalogue> catalogue;
  std::unique_ptr<journal::Journal> journal;
  std::unique_ptr<register_::Register> records;
};

register_::ImportReport import(Zone& zone, const fs::path& file) {
  register_::ImportOptions options;
  options.kind = zone.catalogue->kind("enterprise");
  options.source = zone.catalogue->source("market_registration")->number;
  options.effective_from = base::Date::parse("2026-03-02");
  auto report = must(register_::run_import(*zone.records, register_::Viewer::system(), file, options));
  if (report.rejected != 0) {
    throw std::runtime_error("rejected: " + std::to_string(report.rejected) +
                             ", first: " + report.errors.front().header + " " + report.errors.front().value + " " +
                             report.errors.front().en);
  }
  return report;
}

// The peer: one table with the columns of the file, a unique key, the same pragmas, 2,000 rows a transaction.
class Plain {
 public:
  explicit Plain(const fs::path& file) {
    if (sqlite3_open(file.c_str(), &handle_) != SQLITE_OK) throw std::runtime_error("sqlite3_open");
    run("PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-131072;"
        "PRAGMA wal_autocheckpoint=4000; PRAGMA busy_timeout=60000;"
        "CREATE TABLE IF NOT EXISTS firm(a TEXT UNIQUE,b,c,d,e,f,g,h,i,j,k,l)");
    sqlite3_prepare_v2(handle_, "INSERT INTO firm VALUES(?,?,?,?,?,?,?,?,?,?,?,?)", -1, &insert_, nullptr);
  }
  ~Plain() {
    sqlite3_finalize(insert_);
    sqlite3_close(handle_);
  }
  void run(const char* sql) {
    if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
      throw std::runtime_error(sqlite3_errmsg(handle_));
  }
  void insert(const std::vector<std::string>& row) {
    for (std::size_t i = 0; i < row.size(); ++i)
      sqlite3_bind_text(insert_, static_cast<int>(i + 1), row[i].data(), static_cast<int>(row[i].size()),
                        SQLITE_STATIC);
    if (sqlite3_step(insert_) != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(handle_));
    sqlite3_reset(insert_);
  }

 private:
  sqlite3* handle_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
};

void write_csv(const fs::path& file, std::size_t rows, const register_::Kind& kind) {
  std::ofstream out(file, std::ios::binary);
  const auto put = [&](const std::vector<std::string>& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) out << (i == 0 ? "" : ",") << cells[i];
    out << "\r\n";
  };
  put(headers_of(kind));
  for (std::size_t i = 0; i < rows; ++i) put(row_of(i, kind));
}

void write_xlsx(const fs::path& file, std::size_t rows, const register_::Kind& kind) {
  std::vector<tabular::Column> columns;
  for (const std::string& header : headers_of(kind)) columns.emplace_back().header = header;
  auto writer = must(tabular::create_writer(file, tabular::Format::Xlsx, columns));
  for (std::size_t i = 0; i < rows; ++i) {
    std::vector<tabular::Cell> cells;
    for (std::string& text : row_of(i, kind)) {
      tabular::Cell cell;
      cell.kind = cells.size() == 8                        ? tabular::CellKind::Number
                  : cells.size() == 9 || cells.size() == 2 ? tabular::CellKind::Date
                                                           : tabular::CellKind::Text;
      cell.text = std::move(text);
      cell.column = cells.size() + 1;
      cells.push_back(std::move(cell));
    }
    must(writer->write(cells));
  }
  must(writer->finish());
}

// `clients` threads, each waiting for its own write to be durable before the next.
void by_clients(std::size_t clients, std::size_t each, const std::function<void(std::size_t)>& write) {
  std::vector<std::thread> threads;
  for (std::size_t client = 0; client < clients; ++client) {
    threads.emplace_back([&, client] {
      for (std::size_t i = 0; i < each; ++i) write(client * each + i);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

void run(std::size_t rows, std::string_view part) {
  const auto wanted = [&](std::string_view name) { return part.empty() || part == name; };
  const fs::path root = fs::temp_directory_path() / ("yuanqu-records-bench-" + std::to_string(::getpid()));
  fs::create_directories(root);
  struct Cleanup {
    fs::path root;
    ~Cleanup() { fs::remove_all(root); }
  } cleanup{root};
  const fs::path packs_folder = fs::path(YUANQU_SOURCE_DIR) / "packs";
  const auto packs = must(pack::PackSet::load({packs_folder}, {"core"}));
  std::printf("%-44s %9s %13s %16s\n", "records", "count", "wall", "CPU");

  double plain_per_s = 0;
  {
    Plain plain(root / "plain.db");
    Zone shape(root / "shape", packs);
    const register_::Kind& kind = *shape.catalogue->kind("enterprise");
    std::vector<std::vector<std::string>> made;
    for (std::size_t i = 0; i < rows; ++i) made.push_back(row_of(i, kind));
    write_csv(root / "firms.csv", rows, kind);
    write_xlsx(root / "firms.xlsx", rows * 2 / 5, kind);
    const Took took = time_of([&] {
      for (std::size_t i = 0; i < rows; ++i) {
        if (i % 2000 == 0) plain.run(i == 0 ? "BEGIN IMMEDIATE" : "COMMIT; BEGIN IMMEDIATE");
        plain.insert(made[i]);
      }
      plain.run("COMMIT");
    });
    plain_per_s = static_cast<double>(rows) / took.wall_s;
    line("plain SQLite: rows of 12 columns, one key", rows, took, 0);
  }
  if (wanted("csv")) {
    Zone zone(root / "csv", packs);
    line("import CSV: 12 fields, checks, chain", rows, time_of([&] { import(zone, root / "firms.csv"); }), 20'000,
         plain_per_s);
    line("import CSV again: nothing changes", rows, time_of([&] { import(zone, root / "firms.csv"); }), 0);
    line("verify: chains, folds", rows, time_of([&] {
           if (must(register_::verify(*zone.journal)).problems_total != 0) throw std::runtime_error("verify");
         }),
         200'000);
  }
  if (wanted("xlsx")) {
    Zone zone(root / "xlsx", packs);
    line("import XLSX: 12 fields, checks, chain", rows * 2 / 5, time_of([&] { import(zone, root / "firms.xlsx"); }),
         8'000, plain_per_s);
  }
  if (!wanted("single")) return;
  constexpr std::size_t clients = 64;
  constexpr std::size_t each = 40;
  double single_plain_per_s = 0;
  {
    Zone shape(root / "shape", packs);
    const register_::Kind& kind = *shape.catalogue->kind("enterprise");
    // Each client its own connection, as a program over plain SQLite would have it.
    std::vector<std::unique_ptr<Plain>> plain;
    for (std::size_t i = 0; i < clients; ++i) plain.push_back(std::make_unique<Plain>(root / "plain-single.db"));
    const Took took = time_of([&] {
      by_clients(clients, each, [&](std::size_t number) {
        Plain& own = *plain[number / each];
        own.run("BEGIN IMMEDIATE");
        own.insert(row_of(number, kind));
        own.run("COMMIT");
      });
    });
    single_plain_per_s = static_cast<double>(clients * each) / took.wall_s;
    line("plain SQLite: 64 clients, own connections", clients * each, took, 0);
    Plain shared(root / "plain-shared.db");
    std::mutex turn;
    const Took one = time_of([&] {
      by_clients(clients, each, [&](std::size_t number) {
        const auto row = row_of(number, kind);
        const std::lock_guard hold(turn);
        shared.run("BEGIN IMMEDIATE");
        shared.insert(row);
        shared.run("COMMIT");
      });
    });
    single_plain_per_s = std::max(single_plain_per_s, static_cast<double>(clients * each) / one.wall_s);
    line("plain SQLite: 64 clients, one connection", clients * each, one, 0);
  }
  {
    Zone zone(root / "single", packs);
    const register_::Kind& kind = *zone.catalogue->kind("enterprise");
    const auto source = zone.catalogue->source("market_registration")->number;
    const auto write = [&](std::size_t number) {
      const auto row = row_of(number, kind);
      register_::Write made;
      made.kind = &kind;
      made.source = source;
      made.effective_from = *base::Date::parse("2026-03-02");
      made.values = {{kind.field(std::string_view("uscc"))->number, register_::Value::string(row[0])},
                     {kind.field(std::string_view("name"))->number, register_::Value::string(row[1])},
                     {kind.field(std::string_view("legal_representative"))->number, register_::Value::string(row[10])},
                     {kind.field(std::string_view("business_scope"))->number, register_::Value::string(row[11])}};
      must(zone.records->write(register_::Viewer::system(), {std::move(made)}));
    };
    line("single changes: 64 clients, each durable", clients * each, time_of([&] { by_clients(clients, each, write); }),
         0, single_plain_per_s);
  }
}

}  // namespace

int main(int count, char** arguments) {
  try {
    run(count > 1 ? static_cast<std::size_t>(std::atoll(arguments[1])) : 100'000, count > 2 ? arguments[2] : "");
    return 0;
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "%s\n", problem.what());
    return 1;
  }
}
