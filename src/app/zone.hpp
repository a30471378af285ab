#pragma once
// Zone: one data folder, opened: packs loaded, every room wired to the next, and one thread that keeps house. All that
// follows from a change or a day (outcomes, duties, cases, papers) happens in settle(), one step after the other, so
// there is one order of events.
//
//   settle():      population catches up → duties (in the same transaction) → cases' steps → until nothing is due
//   advance_to():  for each day: the day as a journal entry → settle() → duties that expire, timers of cases → settle()
//
// The housekeeping thread calls settle() when the journal grew or a step becomes due; answers to people may wait for
// it. A second process on the same folder is refused by the journal's lock.

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "api/change_feed.hpp"
#include "api/events.hpp"
#include "api/house.hpp"
#include "api/import_desk.hpp"
#include "api/page_settings.hpp"
#include "api/source_desk.hpp"
#include "api/verification.hpp"
#include "app/evidence_keeper.hpp"
#include "app/knowledge.hpp"
#include "app/zone_clock.hpp"
#include "casework/casework.hpp"
#include "duty/duty.hpp"
#include "notice/notices.hpp"
#include "pack/pack.hpp"
#include "paper/issuers.hpp"
#include "paper/papers.hpp"
#include "population/levers.hpp"
#include "population/population.hpp"
#include "population/population_as_of.hpp"
#include "register/accounts.hpp"
#include "register/backup_desk.hpp"
#include "register/deliveries.hpp"
#include "register/register.hpp"
#include "register/search.hpp"

namespace yuanqu::app {

struct ZoneOptions {
  std::filesystem::path data;
  std::filesystem::path packs;  // folder of the packs
  std::string verify_address;   // printed on papers; the number is appended
  bool demo = false;            // for a folder that is new; else what the folder says
  std::string centre;           // address of a smart centre, offered in the navigation
  std::function<void(const std::string& line)> log;
  std::function<void(double part)> progress;  // of opening it until begin() is done, 0 … 1
};

class Zone {
 public:
  static base::Result<std::unique_ptr<Zone>> open(ZoneOptions options);
  ~Zone();

  // Loads nothing more, evaluates what is behind, and begins to keep house. Before it, records may be written in bulk
  // without anything following (the demo's generator does).
  base::Result<void> begin();

  // The records the packs bring along; nothing is written when they are there. begin() does it too.
  base::Result<void> load_pack_records();

  base::Result<void> advance_to(std::int64_t account, base::Date day);
  base::Result<void> set_today(base::Date day, std::int64_t account);  // the entry alone, nothing follows yet
  base::Result<void> settle();

  // The working days as the packs' files hold them at this moment, also when they were written after the zone opened.
  base::Result<std::shared_ptr<const population::PublishedCalendar>> offered_calendar() const;
  // Puts them in force: outcomes, deadlines of cases and duties are counted anew, and who is concerned is told of each
  // that moved. `version` is that of the offer somebody looked at; Conflict when the files hold another by now.
  // Reopening the zone does the same.
  base::Result<api::Recounted> publish_calendar(std::int64_t account, const std::string& version);

  ZoneClock& clock() { return clock_; }
  const std::filesystem::path& data() const { return options_.data; }
  bool is_demo() const { return demo_; }
  bool is_new() const { return new_; }  // the folder held nothing before
  register_::Register& records() { return *records_; }
  register_::Accounts& accounts() { return *accounts_; }
  const pack::PackSet& packs() const { return *packs_; }
  const register_::Permissions& permissions() const { return *permissions_; }
  population::Population& population() { return *population_; }
  api::House& house() { return *house_; }

 private:
  explicit Zone(ZoneOptions options);
  base::Result<void> load();
  base::Result<void> wire();
  void wire_duties();
  base::Result<void> on_due(journal::Transaction& transaction, const duty::Duty& duty, base::Date day);
  base::Result<api::HandedOver> hand_over(const register_::Viewer& viewer, const api::HandOver& request);
  base::Result<void> accept_offer(const register_::Viewer& viewer, std::int64_t duty);
  casework::OpenRequest opening_of(const duty::Duty& duty) const;
  base::Result<void> settle_locked();
  base::Result<api::Recounted> recount();
  base::Result<void> tell_due_moved(journal::Transaction& transaction, const duty::Duty& duty,
                                    std::optional<base::Date> before, base::Date day);
  void build_house();
  void keep_house();
  base::Result<void> compact_after_erase();
  void keep_post();
  base::Result<void> open_channels();
  void wake();
  void tell_progress(double part);

  ZoneOptions options_;
  ZoneClock clock_;         // of what is recorded
  base::SystemClock wall_;  // of sessions: moving a demo's day signs nobody out
  bool demo_ = false;
  paper::Standing standing_ = paper::Standing::Copy;
  bool new_ = false;
  int evidence_every_minutes_ = 0;
  std::string evidence_export_;
  register_::BackupPlan backup_plan_;
  // In the order they rest on each other; destroyed in reverse.
  std::unique_ptr<pack::PackSet> packs_;
  std::shared_ptr<const register_::Catalogue> catalogue_;
  std::shared_ptr<const register_::Permissions> permissions_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<register_::Register> records_;
  std::unique_ptr<register_::Accounts> accounts_;
  std::unique_ptr<population::Population> population_;
  population::Levers levers_;
  std::unique_ptr<population::PastPopulations> past_;
  std::unique_ptr<duty::Duties> duties_;
  std::unique_ptr<notice::Notices> notices_;
  std::unique_ptr<paper::Issuers> issuers_;
  std::unique_ptr<paper::Papers> papers_;
  std::unique_ptr<PopulationKnowledge> knowledge_;
  std::unique_ptr<casework::Casework> casework_;
  std::unique_ptr<register_::Search> search_;
  api::EventHub hub_;
  std::unique_ptr<api::ImportDesk> imports_;
  std::unique_ptr<register_::Deliveries> deliveries_;
  std::unique_ptr<api::SourceDesk> sources_;
  std::unique_ptr<api::Verification> verification_;
  std::unique_ptr<register_::BackupDesk> backups_;
  api::PageSettings pages_;
  std::unique_ptr<api::House> house_;
  std::unique_ptr<api::ChangeFeed> feed_;
  std::unique_ptr<EvidenceKeeper> evidence_;

  std::mutex settling_;  // one step at a time
  std::mutex wake_mutex_;
  std::condition_variable wake_signal_;
  bool awake_ = false;
  bool stop_ = false;
  std::int64_t next_sweep_ms_ = 0;  // of attachments
  std::shared_ptr<void> subscription_;
  std::thread keeper_;
  std::condition_variable post_signal_;
  std::thread post_;
};

}  // namespace yuanqu::app
