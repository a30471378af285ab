#pragma once
// Recipes: every version of every recipe of a plant. Versions from packs are released content; versions written by
// people are drafts until another person releases them, and only a released version may be run. Versions are never
// changed or removed. What people wrote and released is kept in a synced log.

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "control/recipe.hpp"
#include "control/record_log.hpp"

namespace yuanqu::control {

using Faults = std::vector<base::Error>;

class Recipes {
 public:
  struct Version {
    std::shared_ptr<const Recipe> recipe;
    std::string author;       // empty: content of a pack
    std::string released_by;  // empty: a draft (or, of a pack, released as content)
    bool released() const { return author.empty() || !released_by.empty(); }
  };

  // `site` and `tags` must outlive this.
  Recipes(const Site& site, Site::TagLookup tags) : site_(site), tags_(std::move(tags)) {}
  // Opens the log of what people wrote; call after every add_content(). A version that no longer fits the site is kept
  // as text, cannot be run, and is told in `unfit`.
  base::Result<void> open(const std::filesystem::path& path, Faults* unfit = nullptr);

  tl::expected<void, Faults> add_content(const std::string& text, const std::string& place);
  // A draft. Its version must be the next one of its recipe.
  tl::expected<std::shared_ptr<const Recipe>, Faults> write(const std::string& user, const std::string& text);
  // By another person than its author.
  base::Result<void> release(const std::string& user, const std::string& name, int version);

  const Version* find(const std::string& name, int version) const;
  const Version* newest_released(const std::string& name) const;
  const std::map<std::string, std::map<int, Version>>& all() const { return versions_; }

 private:
  base::Result<void> put(const std::vector<std::string>& texts);
  const Site& site_;
  Site::TagLookup tags_;
  std::unique_ptr<RecordLog> log_;
  std::map<std::string, std::map<int, Version>> versions_;
};

}  // namespace yuanqu::control
