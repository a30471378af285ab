#pragma once
// Search: one box over titles, former names, codes and their tails, pinyin and initials (with polyphones), for every
// kind that declares `search:`. An index in memory, built from the current records and kept up with the journal. A
// search over 20,000 firms is one pass over a few megabytes. Safe from every thread.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "register/register.hpp"

namespace yuanqu::register_ {

enum class MatchedBy { Title, FormerName, Code, Pinyin, Initials, Other };
std::string_view name_of(MatchedBy matched_by);  // "title", "former_name", "code", "pinyin", "initials", "other"

struct SearchHit {
  RecordId record = 0;
  FileId file = 0;
  std::string title;
  std::string matched;  // the text that matched
  FieldNumber field = 0;
  MatchedBy matched_by = MatchedBy::Title;
};

struct SearchGroup {
  const Kind* kind = nullptr;
  std::vector<SearchHit> hits;  // best first
  std::size_t total = 0;
};

class Search {
 public:
  // Pinyin comes from the packs: data/pinyin.csv (columns character,readings: "行,xing2 hang2", main reading first) and
  // data/pinyin_phrases.csv (phrase,readings: "银行,yin2 hang2"); tone digits or marks are optional. Without them names
  // are still found.
  static base::Result<std::unique_ptr<Search>> build(Register& records, const pack::PackSet& packs);
  ~Search();

  // Groups in order of kinds with the better hits first; only what the viewer may know and read. `text` is matched
  // after folding width, case and blanks; several words must all match.
  std::vector<SearchGroup> find(const Viewer& viewer, std::string_view text, std::size_t limit_per_kind = 8) const;
  // Takes in the changes up to the journal's position (called by itself after each commit; tests call it to be sure).
  base::Result<void> catch_up();

  struct State;  // implementation

 private:
  Search();
  std::shared_ptr<State> state_;  // shared with a listener that may be running while this is destroyed
};

}  // namespace yuanqu::register_
