#pragma once
// Faults on demand: what stands between a signal and what its sensor shows.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace yuanqu::simulator {

class Faults {
 public:
  enum class Kind { Drift, Stuck, Broken };

  void set(std::size_t signal, const std::string& name, Kind kind, double per_minute, double value, double seconds);
  void set_silent(const std::string& device) { silent_.insert(device); }
  void note(const std::string& words) { noted_.insert(words); }  // a fault of the plant itself, for the list
  // Ends what begins with these words; empty ends all. How many ended.
  std::size_t clear(std::string_view words);
  bool silent(std::string_view device) const { return silent_.count(std::string(device)) != 0; }
  // What the sensor shows for the true value.
  double shown(std::size_t signal, double value, double seconds) const;
  std::vector<std::string> list() const;
  bool none() const { return broken_.empty(); }

 private:
  struct Fault {
    std::string name;
    Kind kind = Kind::Drift;
    double per_minute = 0;
    double value = 0;  // held by a stuck point
    double since_s = 0;
  };
  static std::string words_of(const Fault& fault);
  std::map<std::size_t, Fault> broken_;
  std::set<std::string> silent_;
  std::set<std::string> noted_;
};

}  // namespace yuanqu::simulator
