#include "simulator/faults.hpp"

#include <limits>

namespace yuanqu::simulator {

void Faults::set(std::size_t signal, const std::string& name, Kind kind, double per_minute, double value,
                 double seconds) {
  broken_[signal] = Fault{name, kind, per_minute, value, seconds};
}

double Faults::shown(std::size_t signal, double value, double seconds) const {
  const auto found = broken_.find(signal);
  if (found == broken_.end()) return value;
  switch (found->second.kind) {
    case Kind::Drift: return value + found->second.per_minute * (seconds - found->second.since_s) / 60.0;
    case Kind::Stuck: return found->second.value;
    case Kind::Broken: return std::numeric_limits<double>::quiet_NaN();
  }
  return value;
}

std::string Faults::words_of(const Fault& fault) {
  switch (fault.kind) {
    case Kind::Drift: return "drift " + fault.name;
    case Kind::Stuck: return "stuck " + fault.name;
    case Kind::Broken: return "broken " + fault.name;
  }
  return fault.name;
}

std::size_t Faults::clear(std::string_view words) {
  std::size_t ended =
      std::erase_if(broken_, [&](const auto& entry) { return words_of(entry.second).starts_with(words); });
  ended +=
      std::erase_if(silent_, [&](const std::string& device) { return ("link_loss " + device).starts_with(words); });
  ended += std::erase_if(noted_, [&](const std::string& noted) { return noted.starts_with(words); });
  return ended;
}

std::vector<std::string> Faults::list() const {
  std::vector<std::string> all(noted_.begin(), noted_.end());
  for (const auto& [signal, fault] : broken_) all.push_back(words_of(fault));
  for (const std::string& device : silent_) all.push_back("link_loss " + device);
  return all;
}

}  // namespace yuanqu::simulator
