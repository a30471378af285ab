#include "population/link_index.hpp"

#include <algorithm>

#include "columns/bytes.hpp"

namespace yuanqu::population {

namespace {
constexpr std::size_t merge_at_least = 1024;
}

void LinkIndex::add(Id target, Id from) {
  const Link link{target, from};
  if (removed_.erase(link) != 0) return;
  if (links_.empty() || links_.back() < link) {  // the usual case while records are loaded in order
    links_.push_back(link);
    return;
  }
  if (std::binary_search(links_.begin(), links_.end(), link)) return;
  added_.insert(link);
  if (added_.size() > std::max(merge_at_least, links_.size() / 8)) merge();
}

void LinkIndex::remove(Id target, Id from) {
  const Link link{target, from};
  if (added_.erase(link) != 0) return;
  if (!std::binary_search(links_.begin(), links_.end(), link)) return;
  removed_.insert(link);
  if (removed_.size() > std::max(merge_at_least, links_.size() / 8)) merge();
}

void LinkIndex::merge() {
  std::vector<Link> all;
  all.reserve(links_.size() + added_.size() - removed_.size());
  auto added = added_.begin();
  for (const Link& link : links_) {
    while (added != added_.end() && *added < link) all.push_back(*added++);
    if (removed_.count(link) == 0) all.push_back(link);
  }
  all.insert(all.end(), added, added_.end());
  links_ = std::move(all);
  added_.clear();
  removed_.clear();
}

std::vector<LinkIndex::Id> LinkIndex::of(Id target) const {
  std::vector<Id> found;
  const Link first{target, INT64_MIN};
  for (auto at = std::lower_bound(links_.begin(), links_.end(), first); at != links_.end() && at->first == target;
       ++at) {
    if (removed_.empty() || removed_.count(*at) == 0) found.push_back(at->second);
  }
  const std::size_t in_order = found.size();
  for (auto at = added_.lower_bound(first); at != added_.end() && at->first == target; ++at)
    found.push_back(at->second);
  std::inplace_merge(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(in_order), found.end());
  return found;
}

void LinkIndex::save(std::string& out) const {
  columns::put(out, static_cast<std::uint64_t>(links_.size() + added_.size() - removed_.size()));
  LinkIndex whole;
  const std::vector<Link>* links = &links_;
  if (!added_.empty() || !removed_.empty()) {
    whole = *this;
    whole.merge();
    links = &whole.links_;
  }
  out.reserve(out.size() + links->size() * sizeof(Packed));
  for (const Link& link : *links) columns::put(out, Packed{link.first, link.second});
}

bool LinkIndex::load(std::string_view& in) {
  std::uint64_t count = 0;
  if (!columns::get(in, count) || in.size() / sizeof(Packed) < count) return false;
  links_.clear();
  links_.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    Packed link{};
    (void)columns::get(in, link);
    links_.emplace_back(link.target, link.from);
  }
  return std::is_sorted(links_.begin(), links_.end());
}

}  // namespace yuanqu::population
