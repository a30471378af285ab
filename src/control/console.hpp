#pragma once
// Console: what people at the centre do to one plant: arm, take, select, approve, operate, hold, bypass, run recipes.
// Every act is checked here against rights (deny by default), the idle lock, the selection and the second person, and
// recorded in the audit; the agent checks again whatever it can (guard.hpp). Times out, runs batches and tells what
// stands now (view.hpp). It comes up in monitor-only. Not thread-safe: one thread, tick() every 50 ms or so.

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "control/audit.hpp"
#include "control/batch.hpp"
#include "control/desk.hpp"
#include "control/recipes.hpp"
#include "control/rights.hpp"

namespace yuanqu::control {

inline constexpr std::int64_t select_valid_ms = 10'000;
inline constexpr std::int64_t idle_lock_ms = 300'000;  // of control; looking is never locked

// Ports whose record() is the audit: what the centre derives from.
class AuditedPorts : public CentrePorts {
 public:
  explicit AuditedPorts(Audit& audit) : audit_(audit) {}
  base::Result<void> record(std::string_view what, const Details& details) final {
    return audit_.append(what, details);
  }
  bool record_failed() const final { return audit_.failed(); }
  std::string new_id() override;  // a random UUID

 private:
  Audit& audit_;
};

using Actor = Operator;  // user, session, station: as the session of the screen says, never as the request says

enum class SelectedWhat : std::uint8_t { Action, Recipe, Resume, Bypass };
std::string_view name_of(SelectedWhat what);

struct LiveValue {
  std::string name;  // as the expressions call it
  std::string tag;
  Reading reading;
};

struct Selection {
  std::string id;
  SelectedWhat what = SelectedWhat::Action;
  std::string device, action;  // Action
  std::string recipe;          // Recipe, Resume
  int version = 0;
  std::string batch;      // Resume
  bool skip = false;      // Resume: go on behind the step that was held
  std::string interlock;  // Bypass
  int minutes = 0;
  Parameters parameters;
  std::vector<LiveValue> values;
  std::vector<InterlockState> interlocks;
  std::string expected_hash;
  std::string read_back;  // hash over all that is shown: who approves says which read-back was seen
  bool needs_approval = false;
  Actor requester;
  std::optional<Actor> approver;
  std::int64_t made_ms = 0;
  std::int64_t valid_until_ms = 0;  // shown
  std::int64_t valid_until_mono = 0;
};

struct View;

class Console {
 public:
  // All references must outlive the console.
  Console(const Site& site, Recipes& recipes, const Rights& rights, const Key& key, CentrePorts& ports);
  // Batches that were under way when the centre last ended come back as held. Call once, before the first tick.
  base::Result<void> open(const std::filesystem::path& batches);

  void tick();
  void receive(const Fields& fields) { desk_.receive(fields, ports_); }
  void link(bool up) { desk_.link(up, ports_); }

  // The idle lock. unlock(): the session has just proven who it is; touch(): a person did something at the screen,
  // which keeps it open but does not open it.
  void unlock(const Actor& actor);
  void touch(const Actor& actor);
  void forget(const std::string& session);  // it ended
  bool locked(const Actor& actor) const;

  base::Result<std::string> arm(const Actor& actor);
  base::Result<std::string> disarm(const Actor& actor);
  base::Result<std::string> take(const Actor& actor, const std::string& device);
  base::Result<std::string> release(const Actor& actor,
                                    const std::string& device);  // one's own; any with the right to arm
  base::Result<std::string> hold_device(const Actor& actor, const std::string& device);
  base::Result<std::string> restore(const Actor& actor, const std::string& interlock);  // ends a bypass
  base::Result<std::string> ask(const Actor& actor, const std::string& command);

  base::Result<Selection> select(const Actor& actor, const std::string& device, const std::string& action,
                                 const Parameters& parameters);
  base::Result<Selection> select_recipe(const Actor& actor, const std::string& recipe, const Parameters& parameters,
                                        int version = 0);  // 0: the newest that is released
  base::Result<Selection> select_resume(const Actor& actor, const std::string& batch, bool skip);
  base::Result<Selection> select_bypass(const Actor& actor, const std::string& interlock, int minutes);
  base::Result<void> approve(const Actor& actor, const std::string& selection, const std::string& read_back);
  // The id of the command or batch. A selection serves once.
  base::Result<std::string> operate(const Actor& actor, const std::string& selection);
  base::Result<void> withdraw(const Actor& actor, const std::string& selection);

  base::Result<void> hold(const Actor& actor, const std::string& batch);
  base::Result<void> stop(const Actor& actor, const std::string& batch);
  base::Result<void> abort(const Actor& actor, const std::string& batch);

  base::Result<std::string> write_recipe(const Actor& actor, const std::string& text, Faults* faults);
  base::Result<void> release_recipe(const Actor& actor, const std::string& recipe, int version);

  View view() const;
  const Desk& desk() const { return desk_; }
  const std::vector<Batch>& batches() const { return batches_; }
  const SentCommand* command(const std::string& id) const { return desk_.sent(id); }

 private:
  base::Result<void> may(const Actor& actor, const std::string& area, Right right, bool needs_open_lock = true) const;
  base::Result<const Device*> device_of(const std::string& name) const;
  base::Result<std::string> issue(const Actor& actor, Verb verb, const std::string& device, const std::string& subject);
  base::Result<Selection> keep(Selection selection, const Actor& actor);
  base::Result<Batch*> batch_of(const std::string& id);
  base::Result<void> may_run(const Actor& actor, const Recipe& recipe, Right right, bool needs_open_lock = true) const;
  base::Result<std::string> operate_action(const Selection& selection, std::vector<Operator> people);
  base::Result<std::string> start(const Selection& selection, std::vector<Operator> people);
  base::Result<std::string> continue_batch(const Selection& selection, std::vector<Operator> people);
  std::string area_of(const Selection& selection) const;
  base::Result<void> keep_batch(const Batch& batch);
  bool bypassed(const std::string& interlock) const;
  void tick_batches();

  const Site& site_;
  Recipes& recipes_;
  const Rights& rights_;
  CentrePorts& ports_;
  Desk desk_;
  Runner runner_;
  std::map<std::string, Selection> selections_;
  std::map<std::string, std::int64_t> touched_mono_;  // session
  std::vector<Batch> batches_;
  std::map<std::string, std::string> kept_batches_;  // id → as last kept
  std::unique_ptr<RecordLog> batch_log_;
};

}  // namespace yuanqu::control
