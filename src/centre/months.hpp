#pragma once
// Months: what a plant tells its zone of each month, and how far the telling is. A month that is over and has had an
// hour to settle is worked out from history, signed with the plant's own key and sent to the zone until it is stored
// there; when points that come later change a figure, the month is signed and sent again as a correction. What was
// signed is on disk before it leaves, so a kill between two steps repeats a step and never tells something else.
//
//   <folder>/months.jsonl     what was signed, what became of it      <folder>/delivery.key   the secret key
//
// Without a zone's address nothing is sent; the figures are there all the same. Safe from every thread.

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/signature.hpp"
#include "centre/json_lines.hpp"
#include "centre/worker.hpp"
#include "telemetry/month_plan.hpp"

namespace yuanqu::centre {

struct MonthState {
  enum class Stage { Running, Settling, Empty, Waiting, Stored, Refused };
  telemetry::Month month;
  Stage stage = Stage::Running;
  telemetry::MonthFigures figures;
  std::string delivery;                // number the zone gave it
  std::int64_t stored_ms = 0;          // 0: never
  int corrections = 0;                 // times the zone stored it again; what was refused is none
  std::optional<base::Error> problem;  // why it is not told yet
};
std::string_view name_of(MonthState::Stage stage);

class Months {
 public:
  struct Setup {
    telemetry::MonthPlan plan;
    std::string plant;
    const telemetry::History* history = nullptr;
    const base::Clock* clock = nullptr;
    std::filesystem::path folder;
    std::string zone;  // "http://localhost:8080"; empty: nothing is sent
    std::function<void(const std::string&)> log;
  };
  static base::Result<std::unique_ptr<Months>> open(Setup setup);

  const telemetry::MonthPlan& plan() const { return setup_.plan; }
  const std::string& public_key() const { return key_.public_hex; }
  const std::string& zone() const { return setup_.zone; }
  // The month that runs and those before it, newest first; worked out anew unless that took long, then at most a minute
  // ago.
  std::vector<MonthState> newest(std::size_t most);
  base::Result<std::string> file(telemetry::Month month) const;  // as the zone would get it
  // Tells a month now, also one that is not over: what there is of it. It happens soon after.
  void deliver(telemetry::Month month);
  // One round of what the thread does: every month that is due. Answers how many were stored by it. For tests; the
  // thread of open() does the same every ten minutes.
  std::size_t round();
  void start();  // the thread

 private:
  struct Told {
    std::int64_t issued_ms = 0, stored_ms = 0;
    std::string file, signature, delivery;
    int times_stored = 0;
    std::optional<base::Error> problem;
  };
  explicit Months(Setup setup) : setup_(std::move(setup)) {}
  base::Result<telemetry::MonthFigures> figures(telemetry::Month month) const;
  MonthState::Stage stage_of(telemetry::Month month, const Told* told, const telemetry::MonthFigures& figures,
                             std::int64_t now_ms) const;
  base::Result<bool> tell(telemetry::Month month, bool asked);
  base::Result<std::string> send(telemetry::Month month, const Told& told) const;
  base::Result<Told> sign(telemetry::Month month, std::string file);

  Setup setup_;
  base::SigningKey key_;
  std::mutex rounds_;  // one at a time
  mutable std::mutex mutex_;
  JsonLines lines_;
  std::map<telemetry::Month, Told> told_;
  std::int64_t last_issued_ms_ = 0;
  std::vector<telemetry::Month> asked_;
  std::map<telemetry::Month, std::pair<std::int64_t, telemetry::MonthFigures>>
      shown_;  // until when, by telemetry::steady_now_ms()
  std::unique_ptr<Worker> worker_;
};

}  // namespace yuanqu::centre
