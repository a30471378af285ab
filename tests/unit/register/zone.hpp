#pragma once
// A register over the small test pack, in a data folder that goes with the test.

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "journal/journal.hpp"
#include "pack/pack.hpp"
#include "register/register.hpp"

namespace yuanqu::register_::test {

inline std::filesystem::path source_folder() { return YUANQU_SOURCE_DIR; }

inline base::Date day(const char* text) { return *base::Date::parse(text); }

class Zone {
 public:
  explicit Zone(std::vector<std::filesystem::path> roots = {source_folder() / "tests/cases/register/packs"},
                std::vector<std::string> names = {"small"}) {
    static std::atomic<int> count{0};
    folder = std::filesystem::temp_directory_path() /
             ("yuanqu-register-" + std::to_string(::getpid()) + "-" + std::to_string(++count));
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    auto loaded = pack::PackSet::load(roots, names);
    check(loaded);
    packs = std::move(*loaded);
    std::vector<base::Error> faults;
    auto read = Catalogue::load(packs, &faults);
    for (const base::Error& fault : faults) ADD_FAILURE() << base::to_text(fault, false);
    check(read);
    catalogue = *read;
    auto posts = Permissions::load(packs, *catalogue);
    check(posts);
    permissions = *posts;
    open();
  }
  ~Zone() {
    records.reset();
    journal.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }

  void open() {
    records.reset();
    journal.reset();
    auto opened = journal::Journal::open(folder / "data", clock);
    check(opened);
    journal = std::move(*opened);
    auto made = Register::open(*journal, catalogue, permissions);
    check(made);
    records = std::move(*made);
  }

  const Kind& kind(std::string_view name) const { return *catalogue->kind(name); }
  const Field& field(std::string_view kind_name, std::string_view name) const { return *kind(kind_name).field(name); }
  SourceNumber source(std::string_view name) const { return catalogue->source(name)->number; }

  Write write(std::string_view kind_name, std::vector<std::pair<std::string, Value>> values,
              std::string_view from = "register", const char* effective = "2026-01-01", RecordId record = 0) const {
    Write made;
    made.kind = &kind(kind_name);
    made.record = record;
    made.source = source(from);
    made.effective_from = day(effective);
    made.reason = "test";
    for (auto& [name, value] : values) made.values.push_back({field(kind_name, name).number, std::move(value)});
    return made;
  }
  base::Result<Written> put(Write one) {
    auto reply = records->write(Viewer::system(), {std::move(one)});
    if (!reply) return tl::unexpected(reply.error());
    return reply->written.front();
  }
  Viewer viewer(std::string_view post, std::vector<FileId> own = {}) const {
    return Viewer(77, std::string(post), {permissions->post(post)}, std::move(own), permissions);
  }
  Value plain(RecordId record, std::string_view name, const char* on) {
    auto state = records->state(record);
    EXPECT_TRUE(state && *state);
    return read_plain(**state, *catalogue->kind((*state)->kind)->field(name), day(on)).value();
  }
  std::filesystem::path file(const std::string& name, const std::string& content) const {
    std::ofstream(folder / name, std::ios::binary) << content;
    return folder / name;
  }

  std::filesystem::path folder;
  base::ManualClock clock{1'772'400'000'000};
  pack::PackSet packs;
  std::shared_ptr<const Catalogue> catalogue;
  std::shared_ptr<const Permissions> permissions;
  std::unique_ptr<journal::Journal> journal;
  std::unique_ptr<Register> records;

 private:
  template <class T>
  static void check(const base::Result<T>& result) {
    if (!result) throw std::runtime_error(base::to_text(result.error(), false));
  }
};

inline Value text(std::string value) { return Value::string(std::move(value)); }
inline Value number(std::int64_t value) { return Value::number(value, 0); }

}  // namespace yuanqu::register_::test
