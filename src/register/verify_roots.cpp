#include "register/verify_roots.hpp"

#include <algorithm>
#include <map>

namespace yuanqu::register_ {

using base::Result;
using journal::Checkpoint;
using journal::Position;

namespace {

class Roots {
 public:
  Roots(journal::Database& database, const VerifyOptions& options, Position last, VerifyReport& report,
        const std::function<void(VerifyProblem)>& tell)
      : database_(database), options_(options), last_(last), report_(report), tell_(tell) {}

  // One list of checkpoints in order. Those kept outside are the auditor's word, those inside only say what was signed.
  Result<void> check(std::vector<Checkpoint> list, bool outside) {
    std::sort(list.begin(), list.end(), [](const Checkpoint& a, const Checkpoint& b) { return a.number < b.number; });
    const Checkpoint* before = nullptr;
    for (const Checkpoint& one : list) {
      const std::string number = std::to_string(one.number);
      if (!signed_well(one)) {
        tell({"root_forged", 0, 0, one.position, "检查点 " + number + " 的根或签名不成立，或不是由同一把密钥签的。",
              "The root or signature of checkpoint " + number + " does not hold, or another key signed it."});
        before = nullptr;  // what a forged one says of others counts for nothing
        continue;
      }
      if (before != nullptr && before->number == one.number) {
        if (before->root != one.root)
          tell({"root_order", 0, 0, one.position, "检查点 " + number + " 有两个不同的根。",
                "There are two roots of checkpoint " + number + "."});
        continue;
      }
      if (before != nullptr && before->number + 1 == one.number && before->root != one.previous) {
        tell({"root_order", 0, 0, one.position, "检查点 " + number + " 接不上它前面的检查点。",
              "Checkpoint " + number + " does not follow the one before it."});
      }
      if (auto done = compare(one, before, outside); !done) return done;
      before = &one;
    }
    return {};
  }

 private:
  bool signed_well(const Checkpoint& one) {
    if (one.root != journal::root_of(one) || !journal::signature_holds(one)) return false;
    if (!report_.key) report_.key = options_.public_key.value_or(one.key);
    return *report_.key == one.key;
  }

  Result<void> compare(const Checkpoint& one, const Checkpoint* before, bool outside) {
    if (one.position > last_) {
      if (!cut_off_) {
        cut_off_ = true;
        const std::string from = std::to_string(last_ + 1);
        const std::string to = std::to_string(one.position);
        tell({"cut_off", 0, 0, last_ + 1, "第 " + from + " 号变动起被截去：检查点签到第 " + to + " 号。",
              "Changes from " + from + " on were cut off: a checkpoint was signed up to " + to + "."});
      }
      return {};
    }
    // Where the interval began: at the checkpoint before, known from this list or from the folder.
    Position after = 0;
    if (one.number > 1) {
      const auto known = before != nullptr && before->number + 1 == one.number ? std::optional(before->position)
                                                                               : position_of(one.number - 1);
      if (!known) return {};  // the list begins in the middle and the folder has nothing in front of it
      after = *known;
    }
    std::int64_t files = 0;
    auto heads = computed(after, one.position, files);
    if (!heads) return tl::unexpected(heads.error());
    if (*heads == one.heads && files == one.files) {
      if (outside) {
        ++report_.roots;
        report_.covered = std::max(report_.covered, one.position);
      }
      return {};
    }
    const std::string from = std::to_string(after + 1);
    const std::string to = std::to_string(one.position);
    tell({"root_differs", 0, 0, after + 1,
          "第 " + from + " 到 " + to + " 号变动不是检查点 " + std::to_string(one.number) +
              " 签过的那些：其中有被改写的。",
          "Changes " + from + " to " + to + " are not those checkpoint " + std::to_string(one.number) +
              " was signed over: some were rewritten."});
    return {};
  }

  std::optional<Position> position_of(std::int64_t number) const {
    const auto at = positions_.find(number);
    return at == positions_.end() ? std::nullopt : std::optional(at->second);
  }

  Result<journal::Hash> computed(Position after, Position position, std::int64_t& files) {
    const auto known = computed_.find({after, position});
    if (known != computed_.end()) {
      files = known->second.second;
      return known->second.first;
    }
    auto heads = journal::heads_of_interval(database_, after, position, files);
    if (heads) computed_[{after, position}] = {*heads, files};
    return heads;
  }

  void tell(VerifyProblem problem) { tell_(std::move(problem)); }

  journal::Database& database_;
  const VerifyOptions& options_;
  Position last_;
  VerifyReport& report_;
  const std::function<void(VerifyProblem)>& tell_;
  bool cut_off_ = false;
  std::map<std::pair<Position, Position>, std::pair<journal::Hash, std::int64_t>> computed_;

 public:
  std::map<std::int64_t, Position> positions_;  // of the folder's checkpoints
};

}  // namespace

Result<void> verify_roots(journal::Database& database, const VerifyOptions& options, Position last,
                          VerifyReport& report, const std::function<void(VerifyProblem)>& tell) {
  auto inside = journal::checkpoints(database);
  if (!inside) return tl::unexpected(inside.error());
  report.checkpoints = inside->size();
  report.key = options.public_key;
  Roots roots(database, options, last, report, tell);
  for (const Checkpoint& one : *inside) roots.positions_[one.number] = one.position;
  // Those from outside first: theirs is the key when none was named.
  if (auto checked = roots.check(options.roots, true); !checked) return checked;
  return roots.check(std::move(*inside), false);
}

}  // namespace yuanqu::register_
