#pragma once
// A whole control loop in memory, on a virtual clock: the real guard, the real centre's side, a field that answers, a
// network whose messages the test delivers, loses or doubles, and disks that survive crashes.

#include <gtest/gtest.h>

#include <deque>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "control/console.hpp"
#include "control/guard.hpp"

namespace yuanqu::control {

inline std::string case_file(const std::string& name) {
  std::ifstream in(std::string(YUANQU_SOURCE_DIR) + "/tests/cases/control/" + name);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Tags that are written; every other tag named by the case files is only read.
inline Site::TagKnowledge bench_tag(const std::string& tag) {
  static const std::set<std::string> written{"倾翻台.目标", "倾翻台.启动", "机车.目的", "机车.行驶", "阀.开"};
  static const std::set<std::string> read{"倾翻台.角度", "倾翻台.转动中", "倾翻台.远程", "倾翻台.罐车到位",
                                          "机车.位置",   "机车.行驶中",   "机车.远程",   "机车.线路空闲",
                                          "阀.已开",     "阀.远程"};
  return {written.contains(tag) || read.contains(tag), written.contains(tag)};
}
inline bool bench_area(const std::string& area) { return area == "line" || area == "water"; }

inline const Site& bench_site() {
  static const Site site = [] {
    auto read = Site::read(case_file("site.yaml"), "site.yaml", bench_tag, bench_area);
    if (!read) {
      for (const base::Error& fault : read.error()) ADD_FAILURE() << to_text(fault, false);
      std::abort();
    }
    return std::move(*read);
  }();
  return site;
}

inline Key bench_key(unsigned char first = 7) {
  Key key{};
  key[0] = first;
  return key;
}

// The controllers and what they move. A copy is another field.
struct Field {
  struct Cell {
    feel::Value value;
    std::int64_t read_mono = 0;  // when the agent read it last
    Quality quality = Quality::Good;
  };
  std::map<std::string, Cell> cells;
  bool stuck = false;   // nothing moves, whatever is written
  bool deaf = false;    // writings are not acknowledged
  bool unread = false;  // the agent cannot read: values grow old

  Field() {
    for (const char* tag : {"倾翻台.远程", "机车.远程", "阀.远程", "机车.线路空闲"})
      cells[tag].value = feel::Value(true);
    for (const char* tag : {"倾翻台.转动中", "机车.行驶中", "阀.已开", "倾翻台.启动", "机车.行驶", "阀.开"})
      cells[tag].value = feel::Value(false);
    for (const char* tag : {"倾翻台.角度", "倾翻台.目标", "机车.位置", "机车.目的"}) cells[tag].value = feel::Value(0);
    cells["倾翻台.罐车到位"].value = feel::Value(true);
  }
  bool on(const std::string& tag) const { return cells.at(tag).value.is_true(); }
  // The field moves and is read again.
  void pass(std::int64_t mono) {
    if (!stuck) {
      if (on("倾翻台.启动")) {
        cells["倾翻台.角度"].value = cells["倾翻台.目标"].value;
        cells["倾翻台.启动"].value = feel::Value(false);
      }
      if (on("机车.行驶")) {
        cells["机车.位置"].value = cells["机车.目的"].value;
        cells["机车.行驶"].value = feel::Value(false);
      }
      cells["阀.已开"].value = cells["阀.开"].value;
    }
    cells["倾翻台.转动中"].value = cells["倾翻台.启动"].value;
    cells["机车.行驶中"].value = cells["机车.行驶"].value;
    if (unread) return;
    for (auto& [tag, cell] : cells) cell.read_mono = mono;
  }
  Reading read(const std::string& tag, std::int64_t mono) const {
    const auto found = cells.find(tag);
    if (found == cells.end()) return {};
    const std::int64_t age = mono - found->second.read_mono;
    return {found->second.value, found->second.quality, age > 2'000, age};
  }
};

struct Written {
  std::string command;  // the command under way at the device, "" for a safe state
  std::string tag;
  std::string value;
  std::int64_t mono = 0;
};

struct Recorded {
  std::string what;
  Details details;
};

struct Loop {
  std::int64_t mono = 1'000'000;
  std::int64_t edge_offset = 0;  // of the agent's wall clock against the centre's
  static constexpr std::int64_t epoch_ms = 1'772'400'000'000;
  Field field;
  std::vector<Kept> disk;       // the agent's
  std::vector<Recorded> audit;  // the centre's
  std::deque<Fields> to_edge, to_centre;
  std::vector<Written> written;
  bool edge_disk_full = false;
  bool audit_full = false;
  bool link = true;  // false: everything that is sent is lost
  int ids = 0;

  class EdgeSide : public EdgePorts {
   public:
    EdgeSide(Loop& loop, const Guard* guard) : loop_(loop), guard_(guard) {}
    Reading read(const std::string& tag) const override { return loop_.field.read(tag, loop_.mono); }
    EdgeTime now() const override { return {Loop::epoch_ms + loop_.mono + loop_.edge_offset, loop_.mono}; }
    bool keep(const Kept& record) override {
      if (loop_.edge_disk_full) return false;
      loop_.disk.push_back(record);
      return true;
    }
    bool write(const std::vector<std::pair<std::string, feel::Value>>& writings) override {
      std::string running;
      for (const auto& [name, device] : guard_->state().devices) {
        if (device.running && device.running->since_mono == loop_.mono) running = device.running->command.id;
      }
      for (const auto& [tag, value] : writings) loop_.written.push_back({running, tag, plain_text(value), loop_.mono});
      if (loop_.field.deaf) return false;
      for (const auto& [tag, value] : writings) loop_.field.cells[tag].value = value;
      return true;
    }
    void send(Fields fields) override {
      if (loop_.link) loop_.to_centre.push_back(std::move(fields));
    }

   private:
    Loop& loop_;
    const Guard* guard_;
  };

  class CentreSide : public CentrePorts {
   public:
    explicit CentreSide(Loop& loop) : loop_(loop) {}
    // What the agent read, as it stands at the centre.
    Reading read(const std::string& tag) const override { return loop_.field.read(tag, loop_.mono); }
    std::int64_t now_ms() const override { return Loop::epoch_ms + loop_.mono; }
    std::int64_t mono_ms() const override { return loop_.mono + 77; }  // clocks of two machines
    std::string new_id() override { return "id-" + std::to_string(++loop_.ids); }
    base::Result<void> record(std::string_view what, const Details& details) override {
      if (loop_.audit_full)
        return base::fail(base::ErrorCode::Unavailable, "审计磁盘已满。", "The audit's disk is full.");
      loop_.audit.push_back({std::string(what), details});
      return {};
    }
    bool record_failed() const override { return loop_.audit_full; }
    void send(Fields fields) override {
      if (loop_.link) loop_.to_edge.push_back(std::move(fields));
    }

   private:
    Loop& loop_;
  };
};

// The loop with a console at its centre.
class Bench : public ::testing::Test {
 protected:
  Loop loop;
  const Site& site = bench_site();
  Guard guard{site, bench_key(), "boot-1"};
  Loop::EdgeSide edge{loop, &guard};
  Loop::CentreSide centre{loop};
  Recipes recipes{site, bench_tag};
  Rights rights;
  Console console{site, recipes, rights, bench_key(), centre};
  Actor wang{"wang", "session-1", "station-1"};
  Actor li{"li", "session-2", "station-2"};

  void SetUp() override {
    for (const char* user : {"wang", "li"}) {
      for (const Right right : {Right::Operate, Right::Approve, Right::Arm, Right::Bypass, Right::RunRecipes}) {
        rights.add({user, "bench", "*", right});
      }
    }
    loop.field.pass(loop.mono);
    console.link(true);
    console.unlock(wang);
    console.unlock(li);
    run(600);
  }

  void deliver() {
    while (!loop.to_edge.empty() || !loop.to_centre.empty()) {
      if (!loop.to_edge.empty()) {
        const Fields fields = std::move(loop.to_edge.front());
        loop.to_edge.pop_front();
        guard.receive(fields, edge);
      }
      if (!loop.to_centre.empty()) {
        const Fields fields = std::move(loop.to_centre.front());
        loop.to_centre.pop_front();
        console.receive(fields);
      }
    }
  }
  // Time passes in steps of 50 ms; everything that is sent arrives.
  void run(std::int64_t ms) {
    for (const std::int64_t until = loop.mono + ms; loop.mono < until;) {
      loop.mono += 50;
      loop.field.pass(loop.mono);
      guard.tick(edge);
      console.tick();
      deliver();
    }
  }
  void restart_edge() {
    guard = Guard(site, bench_key(), "boot-" + std::to_string(loop.mono), loop.disk);
    loop.to_edge.clear();
  }
  void arm() {
    const auto armed = console.arm(wang);
    ASSERT_TRUE(armed) << armed.error().en;
    run(100);
    ASSERT_TRUE(console.desk().armed());
  }
  void take(const std::string& device, const Actor& actor) {
    const auto taken = console.take(actor, device);
    ASSERT_TRUE(taken) << taken.error().en;
    run(100);
    ASSERT_EQ(console.desk().device(device)->holder, actor);
  }
  void ready(const std::string& device) {
    arm();
    take(device, wang);
  }
  // Everything a hazardous action needs; the command is on its way afterwards.
  base::Result<std::string> tilt_to(int angle) {
    auto selection = console.select(wang, "tilt", "tilt_to", {{"target", feel::Value(angle)}});
    if (!selection) return tl::unexpected(selection.error());
    if (auto approved = console.approve(li, selection->id, selection->read_back); !approved)
      return tl::unexpected(approved.error());
    return console.operate(wang, selection->id);
  }
  base::Result<std::string> simple(const std::string& device, const std::string& action,
                                   const Parameters& parameters = {}) {
    auto selection = console.select(wang, device, action, parameters);
    if (!selection) return tl::unexpected(selection.error());
    return console.operate(wang, selection->id);
  }
  std::string outcome(const std::string& id) const {
    const SentCommand* sent = console.command(id);
    if (sent == nullptr) return "none";
    if (sent->standing == Standing::Unknown) return "unknown";
    std::string text(sent->outcome ? name_of(*sent->outcome) : "nothing");
    return sent->refusal.empty() ? text : text + " " + sent->refusal;
  }
  std::size_t writes_of(const std::string& tag, const std::string& value) const {
    std::size_t count = 0;
    for (const Written& one : loop.written) count += one.tag == tag && one.value == value ? 1 : 0;
    return count;
  }
};

}  // namespace yuanqu::control
