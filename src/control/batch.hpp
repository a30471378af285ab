#pragma once
// Batch: one run of one version of a recipe, and the runner that moves it. A batch sends one command at a time and goes
// on only when the field has reported; whatever else happens (a refusal, a time-out, an unknown result, a lost link or
// device) holds it, with the reason, and a person decides: resume, stop or abort. Nothing resumes by itself.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "control/desk.hpp"
#include "control/recipe.hpp"

namespace yuanqu::control {

enum class BatchState : std::uint8_t {
  Running,
  Holding,
  Held,
  Restarting,
  Stopping,
  Stopped,
  Aborting,
  Aborted,
  Complete
};
std::string_view name_of(BatchState state);
inline bool is_final(BatchState state) {
  return state == BatchState::Stopped || state == BatchState::Aborted || state == BatchState::Complete;
}

// Where a step stands.
enum class Stage : std::uint8_t { Taking, Waiting, Commanding, Following, Confirming };
std::string_view name_of(Stage stage);

struct StepRecord {
  std::string phase;
  std::string step;
  std::int64_t began_ms = 0;
  std::int64_t ended_ms = 0;  // 0: not yet
  std::string command;        // id; empty: none was sent
  std::string result;         // running | done | held | aborted
  Words reason;
};

struct Batch {
  std::string id;
  std::shared_ptr<const Recipe> recipe;
  Parameters parameters;
  std::vector<Operator> operators;  // who started it; who approved
  BatchState state = BatchState::Running;
  Stage stage = Stage::Taking;
  std::size_t phase = 0;
  std::size_t step = 0;
  std::size_t path = 0;    // of the abort path
  std::size_t taking = 0;  // device being taken
  std::string command;     // the one under way
  std::int64_t stage_since_mono = 0;
  std::int64_t step_since_mono = 0;
  std::int64_t began_ms = 0;
  std::int64_t changed_ms = 0;  // of the state
  bool skip = false;            // resume behind the step that was held
  Words reason;                 // why it is held, stopped or aborted
  std::vector<StepRecord> history;
  bool closed() const { return is_final(state); }
  const Step& now() const { return recipe->phases[phase].steps[step]; }
};

// Reads the parameters of a command out of those of the recipe.
base::Result<Command> command_of(const RecipeCommand& command, const Batch& batch, const Site& site,
                                 const Readings& readings);

class Runner {
 public:
  Runner(const Site& site, Desk& desk) : site_(site), desk_(desk) {}
  // Every change of a batch's state is recorded before anything follows from it.
  void advance(Batch& batch, CentrePorts& ports);
  void hold(Batch& batch, Words reason, CentrePorts& ports);
  void stop(Batch& batch, Words reason, CentrePorts& ports);
  void abort(Batch& batch, Words reason, CentrePorts& ports);
  void resume(Batch& batch, bool skip, CentrePorts& ports);

 private:
  void change(Batch& batch, BatchState state, Words reason, CentrePorts& ports);
  void enter(Batch& batch, Stage stage, CentrePorts& ports);
  void begin_step(Batch& batch, CentrePorts& ports);
  void end_step(Batch& batch, const char* result, CentrePorts& ports);
  void run_step(Batch& batch, CentrePorts& ports);
  void run_abort(Batch& batch, CentrePorts& ports);
  void take_devices(Batch& batch, CentrePorts& ports);
  void hold_devices(Batch& batch, CentrePorts& ports);
  bool devices_safe(const Batch& batch, const CentrePorts& ports) const;
  bool send(Batch& batch, const RecipeCommand& command, CentrePorts& ports, base::Error* why);

  const Site& site_;
  Desk& desk_;
};

}  // namespace yuanqu::control
