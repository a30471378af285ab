// The command path explored: the real guard and the real desk on a virtual clock, through every order of sending,
// losing, delaying, doubling, expiring, crashing (either side, also between keeping and writing), local take-over and
// asking, within the bounds below. After every event the invariants of rules 3, 5, 6 and 9 are checked on what the
// field got. The mutants are the same code with one rule taken out by a test double, or a disk, a link or a person that
// misbehaves: each must break an invariant.

#include <array>
#include <cstdlib>
#include <unordered_set>

#include "base/hash.hpp"
#include "world.hpp"

namespace yuanqu::control {
namespace {

enum class Mutant {
  None,
  SeenNotChecked,
  ExpiryNotChecked,
  EpochNotChecked,
  SequenceNotChecked,
  HolderNotChecked,
  LeaseNotChecked,
  ModeNotChecked,
  StateNotChecked,
  ArmedNotChecked,
  SealNotChecked,
  ClockNotChecked,
  AddressNotChecked,
  LeaseFromReceipt,
  SeenNotKept,
  CentreSendsAgain,
  CentreIgnoresUnknown,
  NoSafeState,
};

constexpr std::array<std::pair<Mutant, const char*>, 17> mutants{{
    {Mutant::SeenNotChecked, "an id that was seen runs again"},
    {Mutant::ExpiryNotChecked, "an expired command runs"},
    {Mutant::EpochNotChecked, "a command of an earlier commander runs"},
    {Mutant::SequenceNotChecked, "a command out of sequence runs"},
    {Mutant::HolderNotChecked, "somebody who is not the commander is obeyed"},
    {Mutant::LeaseNotChecked, "a command runs without the lease"},
    {Mutant::ModeNotChecked, "a command runs although local has the device"},
    {Mutant::StateNotChecked, "a command runs on a state nobody saw"},
    {Mutant::ArmedNotChecked, "a command runs in monitor-only"},
    {Mutant::SealNotChecked, "a forged command runs"},
    {Mutant::ClockNotChecked, "a command runs with clocks apart"},
    {Mutant::AddressNotChecked, "a command for an earlier start runs"},
    {Mutant::LeaseFromReceipt, "a delayed beat extends the lease"},
    {Mutant::SeenNotKept, "ids are forgotten over a crash"},
    {Mutant::CentreSendsAgain, "the centre sends again by itself"},
    {Mutant::CentreIgnoresUnknown, "the centre goes on although a result is unknown"},
    {Mutant::NoSafeState, "nothing is brought to its safe state"},
}};

class MutantGuard : public Guard {
 public:
  MutantGuard(const Site& site, const Key& key, std::string boot, const std::vector<Kept>& kept, Mutant mutant)
      : Guard(site, key, std::move(boot), kept), mutant_(mutant) {}

 protected:
  std::optional<Refusal> examine(Rule rule, const Asked& asked, const EdgePorts& ports) const override {
    const auto out = [&](Mutant mutant, Rule checked) { return mutant_ == mutant && rule == checked; };
    if (out(Mutant::SeenNotChecked, Rule::Seen) || out(Mutant::ExpiryNotChecked, Rule::Expired) ||
        out(Mutant::EpochNotChecked, Rule::Epoch) || out(Mutant::SequenceNotChecked, Rule::Sequence) ||
        out(Mutant::HolderNotChecked, Rule::Holder) || out(Mutant::LeaseNotChecked, Rule::Lease) ||
        out(Mutant::ModeNotChecked, Rule::Mode) || out(Mutant::StateNotChecked, Rule::State) ||
        out(Mutant::ArmedNotChecked, Rule::Armed) || out(Mutant::SealNotChecked, Rule::Seal) ||
        out(Mutant::ClockNotChecked, Rule::ClockNear) || out(Mutant::AddressNotChecked, Rule::Addressed)) {
      return std::nullopt;
    }
    return Guard::examine(rule, asked, ports);
  }
  std::int64_t lease_from(const CentreBeat& beat, std::int64_t mono_ms) const override {
    return mutant_ == Mutant::LeaseFromReceipt ? mono_ms : Guard::lease_from(beat, mono_ms);
  }

 private:
  Mutant mutant_;
};

const Operator commander{"wang", "session-1", "station-1"};
const Operator other{"li", "session-2", "station-2"};

struct CrashHere {};  // thrown by a port: the process ends between two effects

// One state of the whole: copied at every branch.
struct World {
  Mutant mutant = Mutant::None;
  Loop loop;
  Guard const* watched = nullptr;
  MutantGuard guard;
  Desk desk;
  int sends = 0, losses = 0, doubles = 0, crashes = 0, takeovers = 0, waits = 0, asks = 0, forgeries = 0, moves = 0,
      steps = 0;
  int boots = 1, starts = 1, jumps = 0, arms = 0, retries = 0;
  std::set<std::string> pressed;        // commands that a person asked for
  bool link = true;                     // beats pass
  std::optional<Fields> held_beat;      // one beat that the network delays
  std::int64_t last_sent_beat = 0;      // loop time at which the newest beat the agent heard was sent
  int acts = 0;                         // a person pressed operate
  std::set<std::string> promised;       // commands of which the agent said that they never came and never will run
  std::map<std::string, int> executed;  // command → how often the field got it
  std::string broken;                   // the invariant that does not hold

  explicit World(Mutant one)
      : mutant(one), guard(bench_site(), bench_key(), "boot-1", {}, one), desk(bench_site(), bench_key(), "start-1") {
    loop.field.stuck = true;  // what was commanded goes on until it is made safe
    loop.field.pass(loop.mono);
  }
};

// The ports of one event; `crash_after` effects the process ends.
class ModelEdge : public EdgePorts {
 public:
  ModelEdge(World& world, int crash_after = -1) : world_(world), crash_after_(crash_after) {}
  Reading read(const std::string& tag) const override { return world_.loop.field.read(tag, world_.loop.mono); }
  EdgeTime now() const override {
    return {Loop::epoch_ms + world_.loop.mono + world_.loop.edge_offset, world_.loop.mono};
  }
  bool keep(const Kept& record) override {
    effect();
    if (world_.mutant != Mutant::SeenNotKept) world_.loop.disk.push_back(record);
    return true;
  }
  bool write(const std::vector<std::pair<std::string, feel::Value>>& writings) override {
    effect();
    const bool go = std::any_of(writings.begin(), writings.end(), [](const auto& one) { return one.second.is_true(); });
    if (go) {
      executed();
    } else if (world_.mutant == Mutant::NoSafeState) {
      return true;
    }
    for (const auto& [tag, value] : writings) world_.loop.field.cells[tag].value = value;
    return true;
  }
  void send(Fields fields) override {
    effect();
    if (field(fields, "outcome") == "never_seen") world_.promised.insert(std::string(field(fields, "command")));
    if (world_.link || field(fields, "message") == "report") world_.loop.to_centre.push_back(std::move(fields));
  }
  std::optional<Command> delivering;

 private:
  void effect() {
    if (crash_after_ == 0) throw CrashHere{};
    if (crash_after_ > 0) --crash_after_;
  }
  // The field gets a command: everything the rules promise about it, checked from outside.
  void executed() {
    World& w = world_;
    const Command& command = *delivering;
    const auto breaks = [&](const char* what) {
      if (w.broken.empty()) w.broken = what;
    };
    const auto& device = w.guard.state().devices.at("loco");
    const std::int64_t wall = Loop::epoch_ms + w.loop.mono;  // true time: the agent's clock may be wrong
    if (++w.executed[command.id] > 1) breaks("rule 3: a command ran twice");
    if (!w.pressed.contains(command.id)) breaks("rule 5: it ran although no person had asked for it");
    if (w.promised.contains(command.id)) breaks("rule 5: it ran although the agent had said that it never would");
    int total = 0;
    for (const auto& [id, count] : w.executed) total += count;
    if (total > w.acts) breaks("rule 5: more was done than persons asked for");
    if (now().wall_ms > command.expires_ms) breaks("rule 3: it ran after its expiry");
    if (std::abs(now().wall_ms - wall) > 100) breaks("rule 3: it ran with clocks apart");
    if (!sealed_by(fields_of, bench_key())) breaks("rule 3: it ran without a seal");
    if (w.loop.mono > w.last_sent_beat + bench_site().lease_ms) breaks("rule 6: it ran without the lease");
    if (!w.loop.field.on("机车.远程")) breaks("rule 9: it ran although local has the device");
    if (!(command.operators.front() == device.holder)) breaks("rule 9: somebody else than the commander was obeyed");
    if (command.epoch != device.epoch) breaks("rule 9: a command of an earlier commander ran");
    if (command.boot != w.guard.state().boot) breaks("rule 15: a command for an earlier start ran");
    if (!w.guard.state().armed) breaks("rule 15: it ran in monitor-only");
    const auto hash = state_hash(*bench_site().device("loco")->action("drive_to"), *this);
    if (!hash || *hash != command.expected_hash) breaks("rule 3: it ran on a state nobody saw");
    const auto kept =
        std::any_of(w.loop.disk.begin(), w.loop.disk.end(), [&](const Kept& one) { return one.command == command.id; });
    if (!kept) breaks("rule 3: it ran before it was kept");
    // Whoever sent a later one had no answer to an earlier one: order is part of the promise.
    if (command.sequence + 1 != device.next_sequence) breaks("rule 3: it ran out of sequence");
  }

 public:
  Fields fields_of;

 private:
  World& world_;
  int crash_after_;
};

class ModelCentre : public CentrePorts {
 public:
  explicit ModelCentre(World& world) : world_(world) {}
  Reading read(const std::string& tag) const override { return world_.loop.field.read(tag, world_.loop.mono); }
  std::int64_t now_ms() const override { return Loop::epoch_ms + world_.loop.mono; }
  std::int64_t mono_ms() const override { return world_.loop.mono; }
  std::string new_id() override { return "id-" + std::to_string(++world_.loop.ids); }
  base::Result<void> record(std::string_view, const Details&) override { return {}; }
  bool record_failed() const override { return false; }
  void send(Fields fields) override { world_.loop.to_edge.push_back(std::move(fields)); }

 private:
  World& world_;
};

bool is_beat(const Fields& fields) { return field(fields, "message").ends_with("beat"); }

void to_guard(World& w, const Fields& fields, int crash_after = -1) {
  ModelEdge edge(w, crash_after);
  edge.fields_of = fields;
  if (auto command = command_from(fields)) edge.delivering = std::move(*command);
  if (auto beat = centre_beat_from(fields)) w.last_sent_beat = std::max(w.last_sent_beat, beat->echo_mono);
  const bool armed = w.guard.state().armed;
  const std::string holder = w.guard.state().devices.at("loco").holder.user;
  w.guard.receive(fields, edge);
  if (!armed && w.guard.state().armed && edge.delivering && edge.delivering->boot != w.guard.state().boot) {
    w.broken = "rule 15: armed by what was meant for an earlier start";
  }
  if (!armed && holder.empty() && !w.guard.state().devices.at("loco").holder.empty())
    w.broken = "rule 15: taken in monitor-only";
}

// Beats do not make states of their own: they pass at once while the link is good; `held_beat` is the one that is late.
void pass_beats(World& w) {
  for (std::size_t i = 0; i < w.loop.to_edge.size();) {
    if (!is_beat(w.loop.to_edge[i])) {
      ++i;
      continue;
    }
    const Fields beat = w.loop.to_edge[i];
    w.loop.to_edge.erase(w.loop.to_edge.begin() + static_cast<std::ptrdiff_t>(i));
    if (w.link) {
      to_guard(w, beat);
    } else if (!w.held_beat) {
      w.held_beat = beat;
    }
  }
  for (std::size_t i = 0; i < w.loop.to_centre.size();) {
    if (!is_beat(w.loop.to_centre[i])) {
      ++i;
      continue;
    }
    const Fields beat = w.loop.to_centre[i];
    w.loop.to_centre.erase(w.loop.to_centre.begin() + static_cast<std::ptrdiff_t>(i));
    ModelCentre centre(w);
    if (w.link) w.desk.receive(beat, centre);
  }
}

void check_standing(World& w) {
  const auto breaks = [&](const char* what) {
    if (w.broken.empty()) w.broken = what;
  };
  // Rule 6: the lease, one tick, the time the declared safe state may take to finish a step, and the time the agent's
  // process stood still (then the controller's own watchdog acts, which is not in this model).
  const auto& safe = bench_site().device("loco")->safe_state;
  if (w.loop.field.on("机车.行驶") && w.loop.field.on("机车.远程") &&
      w.loop.mono > w.last_sent_beat + bench_site().lease_ms + safe.finish_within_ms + 250 + w.jumps * 1'100) {
    breaks("rule 6: no safe state after the lease");
  }
  if (w.guard.state().armed && w.loop.mono > w.last_sent_beat + bench_site().lease_ms)
    breaks("rule 6: armed without the lease");
}

// The mutant that retries: the same wish under a new id, as soon as a result is unknown.
void send_again(World& w) {
  const SentCommand* open = w.desk.open_on("loco");
  if (w.mutant != Mutant::CentreSendsAgain || open == nullptr || open->standing != Standing::Unknown || w.retries++ > 0)
    return;
  ModelCentre centre(w);
  Command again = open->command;
  again.id = centre.new_id();
  again.issued_ms = centre.now_ms();
  again.expires_ms = again.issued_ms + 2'000;
  Fields fields = to_fields(again);
  seal(fields, bench_key());
  w.loop.to_edge.push_back(std::move(fields));
}

void wait(World& w, std::int64_t ms) {
  for (std::int64_t passed = 0; passed < ms; passed += 250) {
    w.loop.mono += 250;
    w.loop.field.pass(w.loop.mono);
    ModelEdge edge(w);
    w.guard.tick(edge);
    ModelCentre centre(w);
    w.desk.tick(centre);
    send_again(w);
    pass_beats(w);
    check_standing(w);
  }
}

Command drive(World& w, const Operator& who) {
  ModelCentre centre(w);
  Command command;
  command.device = "loco";
  command.action = "drive_to";
  command.parameters = {{"to", "3"}};
  command.operators = {who};
  command.expected = {{"机车.位置", 1500}};
  command.expected_hash = state_hash(*bench_site().device("loco")->action("drive_to"), centre).value_or("");
  return command;
}

// What the centre does on a person's act; the misbehaving centres are here.
bool press(World& w) {
  ModelCentre centre(w);
  Command command = drive(w, commander);
  if (command.expected_hash.empty()) return false;
  const SentCommand* open = w.desk.open_on("loco");
  const bool unsettled = open != nullptr;
  const auto id = w.desk.issue(command, centre);
  if (id && unsettled) w.broken = "rule 5: sent on although an earlier result is not known";
  if (!id) {
    // A centre that ignores what is unknown sends all the same, with the next sequence it believes in.
    const DeviceBeat* device = w.desk.device("loco");
    if (w.mutant != Mutant::CentreIgnoresUnknown || w.desk.open_on("loco") == nullptr || device == nullptr)
      return false;
    command.id = centre.new_id();
    command.plant = "bench";
    command.site = bench_site().hash;
    command.boot = w.desk.edge()->boot;
    command.epoch = device->epoch;
    command.sequence = device->next_sequence;
    command.issued_ms = centre.now_ms();
    command.expires_ms = command.issued_ms + 2'000;
    Fields fields = to_fields(command);
    seal(fields, bench_key());
    w.loop.to_edge.push_back(std::move(fields));
    ++w.acts;
    if (unsettled) w.broken = "rule 5: sent on although an earlier result is not known";
    return true;
  }
  ++w.acts;
  w.pressed.insert(*id);
  return true;
}

void restart_guard(World& w) {
  w.guard = MutantGuard(bench_site(), bench_key(), "boot-" + std::to_string(++w.boots), w.loop.disk, w.mutant);
  w.held_beat.reset();
}

// Every event that may come next.
struct Event {
  char kind;
  std::size_t which = 0;
};

std::vector<Event> events(const World& w) {
  std::vector<Event> list;
  if (w.sends < 2) list.push_back({'s'});
  if (w.asks < 1 && w.desk.open_on("loco") != nullptr) list.push_back({'?'});
  if (w.jumps < 1) list.push_back({'j'});
  if (w.arms < 1 && w.desk.edge()) {
    list.push_back({'A'});
    list.push_back({'q'});
  }
  for (std::size_t i = 0; i < w.loop.to_edge.size(); ++i) {
    list.push_back({'e', i});
    if (w.losses < 1) list.push_back({'x', i});
    if (w.doubles < 1) list.push_back({'d', i});
    if (w.crashes < 1) {
      list.push_back({'0', i});  // the agent ends before it keeps, between keeping and writing, after writing
      list.push_back({'1', i});
      list.push_back({'2', i});
      list.push_back({'3', i});
    }
  }
  for (std::size_t i = 0; i < w.loop.to_centre.size(); ++i) {
    list.push_back({'c', i});
    if (w.losses < 1) list.push_back({'y', i});
  }
  if (w.waits < 3) {
    list.push_back({'w', 500});
    list.push_back({'w', 1'250});
    list.push_back({'w', 2'500});
  }
  if (w.takeovers < 1) list.push_back({'t'});
  if (w.takeovers == 1 && !w.loop.field.on("机车.远程")) list.push_back({'T'});
  if (w.crashes < 1) list.push_back({'C'});
  if (w.moves < 1) list.push_back({'m'});
  if (w.link && w.losses < 1) list.push_back({'l'});
  if (!w.link) list.push_back({'L'});
  if (w.held_beat) list.push_back({'h'});
  if (w.forgeries < 1) {
    list.push_back({'f'});
    list.push_back({'o'});
  }
  if (w.forgeries < 1 && w.loop.edge_offset == 0) list.push_back({'k'});
  if (w.boots > 1 && w.forgeries < 1) list.push_back({'a'});
  return list;
}

// A person brings control up again: arm, take.
void control_up(World& w) {
  ModelCentre centre(w);
  wait(w, 500);
  for (const Verb verb : {Verb::Arm, Verb::Take}) {
    Command command;
    command.verb = verb;
    if (verb == Verb::Take) command.device = "loco";
    command.operators = {commander};
    (void)w.desk.issue(command, centre);
    for (int i = 0; i < 4 && (!w.loop.to_edge.empty() || !w.loop.to_centre.empty()); ++i) {
      if (!w.loop.to_edge.empty()) {
        const Fields fields = w.loop.to_edge.back();
        if (field(fields, "verb") == name_of(verb)) {
          w.loop.to_edge.pop_back();
          to_guard(w, fields);
        }
      }
      while (!w.loop.to_centre.empty()) {
        const Fields fields = w.loop.to_centre.front();
        w.loop.to_centre.pop_front();
        w.desk.receive(fields, centre);
      }
    }
  }
}

bool apply(World& w, const Event& event) {
  ++w.steps;
  ModelCentre centre(w);
  const auto pick = [&](std::deque<Fields>& queue) {
    const Fields fields = queue[event.which];
    queue.erase(queue.begin() + static_cast<std::ptrdiff_t>(event.which));
    return fields;
  };
  switch (event.kind) {
    case 's':
      ++w.sends;
      if (!press(w)) return false;
      break;
    case '?': {
      ++w.asks;
      Command ask;
      ask.verb = Verb::Ask;
      ask.device = "loco";
      ask.subject = w.desk.open_on("loco")->command.id;
      ask.operators = {commander};
      if (!w.desk.issue(ask, centre)) return false;
      break;
    }
    case 'e': to_guard(w, pick(w.loop.to_edge)); break;
    case 'x':
      ++w.losses;
      pick(w.loop.to_edge);
      break;
    case 'y':
      ++w.losses;
      pick(w.loop.to_centre);
      break;
    case 'd': {
      ++w.doubles;
      w.loop.to_edge.push_back(w.loop.to_edge[event.which]);
      break;
    }
    case '0':
    case '1':
    case '2':
    case '3': {
      ++w.crashes;
      const Fields fields = pick(w.loop.to_edge);
      w.loop.to_edge.push_back(fields);  // and the network brings it once more
      try {
        to_guard(w, fields, event.kind - '0');
      } catch (const CrashHere&) {
      }
      restart_guard(w);
      break;
    }
    case 'c': w.desk.receive(pick(w.loop.to_centre), centre); break;
    case 'w':
      ++w.waits;
      wait(w, static_cast<std::int64_t>(event.which));
      break;
    case 'j':  // the agent's process stood still
      ++w.jumps;
      w.loop.mono += 1'100;
      w.loop.field.pass(w.loop.mono);
      break;
    case 'A':  // a person pressed arm once more, or took the device, and the message is under way
    case 'q': {
      ++w.arms;
      Command command;
      command.id = "again";
      command.verb = event.kind == 'A' ? Verb::Arm : Verb::Take;
      command.plant = "bench";
      command.site = bench_site().hash;
      command.boot = w.desk.edge()->boot;
      if (event.kind == 'q') command.device = "loco";
      command.operators = {commander};
      command.issued_ms = centre.now_ms();
      command.expires_ms = command.issued_ms + 2'000;
      Fields fields = to_fields(command);
      seal(fields, bench_key());
      w.loop.to_edge.push_back(std::move(fields));
      break;
    }
    case 't': {
      ++w.takeovers;
      w.loop.field.cells["机车.远程"].value = feel::Value(false);
      break;
    }
    case 'T': {
      ++w.takeovers;
      wait(w, 250);
      w.loop.field.cells["机车.远程"].value = feel::Value(true);
      control_up(w);
      break;
    }
    case 'C':
      ++w.crashes;
      w.desk = Desk(bench_site(), bench_key(), "start-" + std::to_string(++w.starts));
      w.desk.link(true, centre);
      wait(w, 500);
      break;
    case 'm':
      ++w.moves;
      w.loop.field.cells["机车.位置"].value = feel::Value(7);
      break;
    case 'l':
      ++w.losses;
      w.link = false;
      break;
    case 'L': w.link = true; break;
    case 'h': {
      const Fields beat = *w.held_beat;
      w.held_beat.reset();
      to_guard(w, beat);
      break;
    }
    case 'f':    // somebody without the key
    case 'o': {  // another operator of the same centre, who is not the commander
      ++w.forgeries;
      const DeviceBeat* device = w.desk.device("loco");
      if (device == nullptr || !w.desk.edge()) return false;
      Command command = drive(w, event.kind == 'f' ? commander : other);
      if (command.expected_hash.empty()) return false;
      command.id = "forged";
      command.plant = "bench";
      command.site = bench_site().hash;
      command.boot = w.desk.edge()->boot;
      command.epoch = device->epoch;
      command.sequence = device->next_sequence;
      command.issued_ms = centre.now_ms();
      command.expires_ms = command.issued_ms + 2'000;
      if (event.kind == 'o') {
        ++w.acts;
        w.pressed.insert(command.id);
      }
      Fields fields = to_fields(command);
      seal(fields, bench_key(event.kind == 'f' ? 99 : 7));
      w.loop.to_edge.push_back(std::move(fields));
      break;
    }
    case 'k':
      ++w.forgeries;
      w.loop.edge_offset = -180;
      break;
    case 'a':
      ++w.forgeries;
      control_up(w);
      break;  // after a restart of the agent
    default: return false;
  }
  pass_beats(w);
  return true;
}

std::string fingerprint(const World& w) {
  std::string text;
  const auto add = [&](const auto& value) {
    if constexpr (std::is_convertible_v<decltype(value), std::string_view>)
      text += value;
    else
      text += std::to_string(value);
    text += '|';
  };
  const auto& g = w.guard.state();
  const auto& d = w.desk.state();
  for (const int count : {w.sends, w.losses, w.doubles, w.crashes, w.takeovers, w.waits, w.asks, w.forgeries, w.moves,
                          w.boots, w.starts, w.acts, w.jumps, w.arms, w.retries})
    add(count);
  add(w.loop.mono);
  add(w.loop.edge_offset);
  add(w.link ? 1 : 0);
  add(w.held_beat ? canonical_bytes(*w.held_beat) : std::string());
  add(w.last_sent_beat);
  for (const Fields& fields : w.loop.to_edge) add(canonical_bytes(fields));
  for (const Fields& fields : w.loop.to_centre) add(canonical_bytes(fields));
  for (const auto& [tag, cell] : w.loop.field.cells) add(plain_text(cell.value));
  add(g.armed ? 1 : 0);
  add(g.lease_until_mono);
  add(g.centre_start);
  for (const auto& [name, device] : g.devices) {
    add(device.epoch);
    add(device.next_sequence);
    add(device.holder.user);
    add(device.running ? device.running->command.id : std::string());
    add(static_cast<int>(device.safe));
    add(device.safe_since);
    add(device.finish_until);
  }
  for (const auto& [id, kept] : g.seen) {
    add(id);
    add(static_cast<int>(kept.outcome));
  }
  add(d.armed ? 1 : 0);
  for (const auto& [id, sent] : d.sent) {
    add(id);
    add(static_cast<int>(sent.standing));
    add(sent.deadline_mono);
  }
  if (d.edge) {
    add(d.edge->boot);
    add(d.edge->armed ? 1 : 0);
    for (const DeviceBeat& device : d.edge->devices) {
      add(device.epoch);
      add(device.next_sequence);
      add(device.holder.user);
    }
  }
  for (const auto& [id, count] : w.executed) {
    add(id);
    add(count);
  }
  return text;
}

struct Explored {
  std::size_t states = 0;
  std::size_t executions = 0;  // states in which the field had got a command
  std::string broken;
  std::string path;
};

World beginning(Mutant mutant) {
  World w(mutant);
  ModelCentre centre(w);
  w.desk.link(true, centre);
  control_up(w);
  return w;
}

// Breadth first, so that what breaks is shown by a shortest path.
Explored explore(Mutant mutant, int depth, std::size_t most, bool running = false) {
  Explored result;
  std::deque<std::pair<World, std::string>> queue;
  std::unordered_set<std::string> seen;
  queue.emplace_back(beginning(mutant), "");
  if (running) {  // begin while a command runs, where what is looked for lies deep
    EXPECT_TRUE(apply(queue.front().first, {'s'}));
    EXPECT_TRUE(apply(queue.front().first, {'e'}));
    EXPECT_EQ(queue.front().first.executed.size(), 1U);
  }
  EXPECT_TRUE(queue.front().first.guard.state().armed);
  EXPECT_EQ(queue.front().first.guard.state().devices.at("loco").holder, commander);
  while (!queue.empty() && result.states < most) {
    const auto [world, path] = std::move(queue.front());
    queue.pop_front();
    ++result.states;
    result.executions += world.executed.empty() ? 0 : 1;
    if (static_cast<int>(path.size()) >= 2 * depth) continue;
    for (const Event& event : events(world)) {
      World next = world;
      if (!apply(next, event)) continue;
      const std::string way = path + event.kind + std::to_string(event.which % 10);
      if (!next.broken.empty()) {
        result.broken = next.broken;
        result.path = way;
        return result;
      }
      if (seen.insert(base::to_hex(base::sha256(fingerprint(next)))).second) queue.emplace_back(std::move(next), way);
    }
  }
  return result;
}

TEST(ModelTest, EveryInterleavingKeepsRules3And5And6And9) {
  const char* deeper = std::getenv("YUANQU_MODEL_DEPTH");  // the long proof goes further
  const int depth = deeper == nullptr ? 4 : std::atoi(deeper);
  const Explored explored = explore(Mutant::None, depth, 20'000'000);
  EXPECT_EQ(explored.broken, "") << explored.path;
  EXPECT_GT(explored.states, 1'000U);
  EXPECT_GT(explored.executions, 100U);
  const Explored while_running = explore(Mutant::None, depth, 20'000'000, true);
  EXPECT_EQ(while_running.broken, "") << "while a command runs: " << while_running.path;
  std::printf(
      "model: %zu states to depth %d, %zu of them after a command reached the field; %zu more from a running command\n",
      explored.states, depth, explored.executions, while_running.states);
}

class MutantTest : public ::testing::TestWithParam<std::pair<Mutant, const char*>> {};
TEST_P(MutantTest, IsCaught) {
  const Explored explored = explore(GetParam().first, 6, 60'000, GetParam().first == Mutant::NoSafeState);
  EXPECT_NE(explored.broken, "") << GetParam().second << ": nothing noticed in " << explored.states << " states";
  std::printf("%s: %s (%s)\n", GetParam().second, explored.broken.c_str(), explored.path.c_str());
}
INSTANTIATE_TEST_SUITE_P(ModelTest, MutantTest, ::testing::ValuesIn(mutants), [](const auto& one) {
  std::string name;
  bool capital = true;
  for (const char* c = one.param.second; *c != 0; ++c) {
    if (*c == ' ' || *c == '-') {
      capital = true;
      continue;
    }
    name += capital ? static_cast<char>(std::toupper(*c)) : *c;
    capital = false;
  }
  return name;
});

}  // namespace
}  // namespace yuanqu::control
