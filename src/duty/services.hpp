#pragma once
// Services: the service items of the packs (packs/*/services/*.yaml, described in packs/README.md): which outcome makes
// the zone owe what to whom. Immutable after loading; a faulty item is refused with file, line and reason.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "feel/text.hpp"
#include "pack/pack.hpp"
#include "population/decisions.hpp"

namespace yuanqu::duty {

using pack::Label;

enum class Fires { Holds, Becomes };
enum class CallsFor { Notify, Offer, Act };
std::string_view name_of(Fires fires);
std::string_view name_of(CallsFor calls_for);

struct ServiceItem {
  std::uint32_t number = 0;
  std::string name;
  Label labels;
  const population::Decision* decision = nullptr;
  std::string applies;  // FEEL; empty: every subject of the decision
  Fires fires = Fires::Becomes;
  std::string when;        // FEEL
  std::string occurrence;  // FEEL text
  CallsFor calls_for = CallsFor::Notify;
  std::string procedure;  // process id; offer and act
  std::string message;    // message template; may be empty
  std::string to;         // "file" or "role:<post>"
  feel::Texts title, why;
  std::string due;  // FEEL date; may be empty
  std::optional<int> deadline_working_days;
  std::string expires;                 // FEEL date: the last day on which the duty makes sense; may be empty
  std::optional<Label> withdraw;       // reason when `when` no longer holds; nullopt: the duty stays
  std::vector<std::string> show;       // FEEL paths
  std::map<std::string, Label> guide;  // 办事指南: conditions, materials, clock, fee … in the pack's words
  Label basis;
  // The subject says of two records that they may be one: its reference fields that name the one to be merged and the
  // one that stays.
  struct Merge {
    register_::FieldNumber record = 0, into = 0;
  };
  std::optional<Merge> merge;
  std::string place;

  // The post that owes; empty when it is the file's owner.
  std::string_view role() const;
};

class Services {
 public:
  static base::Result<std::shared_ptr<const Services>> load(const pack::PackSet& packs,
                                                            const population::Decisions& decisions);
  const std::vector<ServiceItem>& all() const { return items_; }  // by number
  const ServiceItem* find(std::string_view name) const;
  const ServiceItem* find(std::uint32_t number) const;

 private:
  std::vector<ServiceItem> items_;
};

}  // namespace yuanqu::duty
