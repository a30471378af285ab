#include "register/backup_desk.hpp"

#include <algorithm>

#include "register/matrix.hpp"

namespace yuanqu::register_ {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {
constexpr std::int64_t hour_ms = 3'600'000;
constexpr double part_copied = 0.5;  // of the progress told, the rest is the verification
}  // namespace

BackupDesk::BackupDesk(Register& records, const base::Clock& clock, BackupPlan plan,
                       std::function<void(const std::string& line)> log)
    : records_(records), clock_(clock), plan_(std::move(plan)), log_(std::move(log)) {}

BackupDesk::~BackupDesk() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  if (waiting_.joinable()) waiting_.join();
  if (working_.joinable()) working_.join();
}

bool BackupDesk::may_back_up(const Viewer& viewer) const {
  return viewer.is_system() || (viewer.may_act(Act::BackUp) && !viewer.away());
}

Result<void> BackupDesk::may_look(const Viewer& viewer) const {
  if (may_back_up(viewer) || may_oversee(viewer, records_.catalogue())) return {};
  return fail(ErrorCode::Forbidden, "备份由系统管理和审计查看。", "Administrators and auditors see the backups.");
}

Result<std::vector<BackupInfo>> BackupDesk::list(const Viewer& viewer) const {
  if (auto may = may_look(viewer); !may) return tl::unexpected(may.error());
  auto all = backups_of(plan_.series);
  if (all) std::reverse(all->begin(), all->end());
  return all;
}

Result<BackupDesk::State> BackupDesk::state(const Viewer& viewer) const {
  if (auto may = may_look(viewer); !may) return tl::unexpected(may.error());
  const std::lock_guard lock(mutex_);
  return state_;
}

// Durable before anything begins: that somebody made a copy of everything is never unknown.
Result<void> BackupDesk::admit(const Viewer& viewer, const std::string& what) {
  if (!may_back_up(viewer)) {
    return fail(ErrorCode::Forbidden, "备份由系统管理岗位进行。请联系系统管理员。",
                "Administrators make backups; ask one of them.");
  }
  if (viewer.is_system()) return {};
  return records_.looks().keep(
      {{.at_ms = clock_.now_ms(), .account = viewer.account(), .what = LookKind::Request, .reason = what}});
}

Result<bool> BackupDesk::start(const Viewer& viewer) {
  if (auto admitted = admit(viewer, "BACKUP"); !admitted) return tl::unexpected(admitted.error());
  return begin([this] { return make(false); });
}

Result<bool> BackupDesk::check(const Viewer& viewer, const std::string& name) {
  if (auto may = may_look(viewer); !may) return tl::unexpected(may.error());
  auto all = backups_of(plan_.series);
  if (!all) return tl::unexpected(all.error());
  const auto found =
      std::find_if(all->begin(), all->end(), [&](const BackupInfo& one) { return one.folder.filename() == name; });
  if (found == all->end()) return fail(ErrorCode::NotFound, "没有这份备份。", "There is no such backup.");
  return begin([this, one = *found] { return verify_one(one); });
}

bool BackupDesk::begin(std::function<Result<void>()> work) {
  const std::lock_guard lock(mutex_);
  if (state_.running || stop_) return false;
  if (working_.joinable()) working_.join();  // it has ended: running is false
  state_ = State{.running = true, .begun_at_ms = clock_.now_ms()};
  working_ = std::thread([this, work = std::move(work)] {
    auto done = work();
    if (!done && log_) log_("backup: " + base::to_text(done.error(), false));
    const std::lock_guard ended(mutex_);
    state_.running = state_.verifying = false;
    state_.ended_at_ms = clock_.now_ms();
    state_.problem = done ? std::nullopt : std::optional(done.error());
  });
  return true;
}

void BackupDesk::tell(double part) {
  const std::lock_guard lock(mutex_);
  state_.part = std::max(state_.part, part);
}

Result<void> BackupDesk::make(bool scheduled) {
  auto made = make_backup(plan_.data, plan_.series, clock_, [this](double part) { tell(part * part_copied); });
  if (!made) return tl::unexpected(made.error());
  if (auto verified = verify_one(*made); !verified) return verified;
  if (!scheduled || plan_.kept == 0) return {};
  auto removed = remove_oldest(plan_.series, plan_.kept);
  if (!removed) return tl::unexpected(removed.error());
  return {};
}

Result<void> BackupDesk::verify_one(const BackupInfo& backup) {
  double before = 0;
  {
    const std::lock_guard lock(mutex_);
    state_.verifying = true;
    state_.name = backup.folder.filename().string();
    before = state_.part > 0 ? part_copied : 0;
  }
  auto report = check_backup(backup, clock_, [this, before](double part) { tell(before + part * (1 - before)); });
  if (!report) return tl::unexpected(report.error());
  if (report->problems_total > 0 && log_) log_("backup: " + state_.name + " does not verify");
  return {};
}

void BackupDesk::keep_schedule() {
  if (plan_.every_hours > 0 && !waiting_.joinable()) waiting_ = std::thread([this] { wait_for_hours(); });
}

// Due when the newest backup is so old, also after a restart.
void BackupDesk::wait_for_hours() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    lock.unlock();
    const auto all = backups_of(plan_.series);
    const std::int64_t now = clock_.now_ms();
    std::int64_t last = 0;
    for (const BackupInfo& one : all ? *all : std::vector<BackupInfo>{}) last = std::max(last, one.made_at_ms);
    if (!all && log_) log_("backup: " + base::to_text(all.error(), false));
    if (all && now - last >= plan_.every_hours * hour_ms) begin([this] { return make(true); });
    lock.lock();
    changed_.wait_for(lock, std::chrono::minutes(1), [this] { return stop_; });
  }
}

}  // namespace yuanqu::register_
