#pragma once
// Pack: a folder of standard files that hold a zone's knowledge (kinds, code lists, calendars, parameters, decisions,
// procedures, forms, services, pages, papers, cases). This room finds packs, reads pack.yaml, orders packs by what they
// need, lists their files with content hashes, and hands out bytes. It parses no content of other rooms. A Pack is
// immutable after loading.
//
// pack.yaml:
//   pack: core                     # snake_case, equal to the folder's name
//   version: 1.4.0                 # digits separated by dots
//   labels: {zh: 核心, en: Core}
//   needs: [national, {pack: geo, at_least: 1.2}]
//   languages: [zh, en]

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace yuanqu::pack {

struct Label {
  std::string zh;
  std::string en;
};

struct Need {
  std::string pack;
  std::string at_least;  // empty: any version
};

struct Manifest {
  std::string name;
  std::string version;
  Label labels;
  std::vector<Need> needs;
  std::vector<std::string> languages;
};

struct File {
  std::string path;                // inside the pack, with '/': "kinds/licence.yaml"
  std::filesystem::path location;  // on disk
  std::string hash;                // SHA-256 of the content, 64 hex digits
  std::uint64_t size = 0;
};

class Pack {
 public:
  // Reads pack.yaml and lists the files of the known folders (hidden files and editors' leftovers are passed over; a
  // symbolic link that leaves the pack is refused). Errors carry file and line.
  static base::Result<Pack> load(const std::filesystem::path& folder);

  const Manifest& manifest() const { return manifest_; }
  const std::string& name() const { return manifest_.name; }
  const std::filesystem::path& folder() const { return folder_; }
  // Files below one of the known folders ("kinds", "data", "decisions" …), sorted by path, so every machine sees one
  // order.
  std::vector<File> files(std::string_view below) const;
  // Those whose name ends with `ending` (".yaml", ".dmn" …).
  std::vector<File> files(std::string_view below, std::string_view ending) const;
  std::span<const File> files() const { return files_; }
  const File* find(std::string_view path) const;
  // The bytes of a file; refused when they no longer have the hash that was listed (the pack changed under a running
  // process).
  base::Result<std::string> read(const File& file) const;
  base::Result<std::string> read(std::string_view path) const;
  // "core/kinds/licence.yaml": how places name a file of a pack.
  std::string place_of(const File& file) const { return manifest_.name + "/" + file.path; }
  // One hash over the manifest and every file: what evidence and stored changes name as the pack's content.
  const std::string& hash() const { return hash_; }

 private:
  Manifest manifest_;
  std::filesystem::path folder_;
  std::vector<File> files_;
  std::string hash_;
};

// The packs of a zone, each after everything it needs.
class PackSet {
 public:
  // Loads the named packs and, from the same roots, what they need. An unknown name, a missing need, a version too old
  // and a circle of needs are refused. An entry of `names` that holds a '/' is a folder. No names: every pack found in
  // the roots.
  static base::Result<PackSet> load(const std::vector<std::filesystem::path>& roots,
                                    const std::vector<std::string>& names = {});

  std::span<const Pack> packs() const { return packs_; }
  const Pack* find(std::string_view name) const;
  // "core 1.4.0, national 2023.5": stored with every batch of changes.
  std::string versions() const;
  const std::string& hash() const { return hash_; }

 private:
  std::vector<Pack> packs_;
  std::string hash_;
};

// Names of pack folders directly below `root`, sorted.
base::Result<std::vector<std::string>> find_packs(const std::filesystem::path& root);

// The folders a pack may have.
std::span<const std::string_view> known_folders();

}  // namespace yuanqu::pack
