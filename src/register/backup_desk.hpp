#pragma once
// BackupDesk: the series of backups of a zone that is served. Lists it for who oversees the zone, makes and verifies
// one at a time on a thread of its own for who holds the act back_up, and by schedule. Who asked for a backup stands in
// the access log before it begins. Nothing of a backup leaves through the interface: it holds every secret of the zone;
// its folder is the machine's administrator's. Safe from every thread.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "register/backup.hpp"
#include "register/register.hpp"

namespace yuanqu::register_ {

struct BackupPlan {
  std::filesystem::path data;
  std::filesystem::path series;
  int every_hours = 0;   // 0: by hand only
  std::size_t kept = 0;  // of the series after a scheduled one; 0: all
};

class BackupDesk {
 public:
  BackupDesk(Register& records, const base::Clock& clock, BackupPlan plan,
             std::function<void(const std::string& line)> log);
  ~BackupDesk();  // waits for the one that is being made

  struct State {
    bool running = false;
    bool verifying = false;  // the copy is made
    double part = 0;
    std::string name;                               // of the one being verified
    std::int64_t begun_at_ms = 0, ended_at_ms = 0;  // 0: not yet
    std::optional<base::Error> problem;             // why the last could not be done
  };

  // Forbidden for who neither oversees nor makes backups.
  base::Result<std::vector<BackupInfo>> list(const Viewer& viewer) const;  // newest first
  base::Result<State> state(const Viewer& viewer) const;
  // Forbidden without the act back_up. False when one is being made already.
  base::Result<bool> start(const Viewer& viewer);
  // Verifies one again, for who may see the list. NotFound: no such backup.
  base::Result<bool> check(const Viewer& viewer, const std::string& name);
  bool may_back_up(const Viewer& viewer) const;
  const BackupPlan& plan() const { return plan_; }
  void keep_schedule();  // from now on

 private:
  base::Result<void> may_look(const Viewer& viewer) const;
  base::Result<void> admit(const Viewer& viewer, const std::string& what);
  bool begin(std::function<base::Result<void>()> work);
  base::Result<void> make(bool scheduled);
  base::Result<void> verify_one(const BackupInfo& backup);
  void tell(double part);
  void wait_for_hours();

  Register& records_;
  const base::Clock& clock_;
  BackupPlan plan_;
  std::function<void(const std::string& line)> log_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  State state_;
  bool stop_ = false;
  std::thread working_, waiting_;
};

}  // namespace yuanqu::register_
