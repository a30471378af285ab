#include "pack/pack.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "pack/manifest.hpp"

namespace yuanqu::pack {
namespace {

namespace fs = std::filesystem;

class PackTest : public ::testing::Test {
 protected:
  void SetUp() override {
    root = fs::temp_directory_path() / ("yuanqu-packs-" + std::to_string(::getpid()));
    fs::remove_all(root);
    fs::create_directories(root);
  }
  void TearDown() override { fs::remove_all(root); }
  void write(const std::string& path, const std::string& text) {
    fs::create_directories((root / path).parent_path());
    std::ofstream(root / path, std::ios::binary) << text;
  }
  void pack(const std::string& name, const std::string& more = {}) {
    write(name + "/pack.yaml", "pack: " + name + "\nversion: 1.2.0\n" + more);
  }
  fs::path root;
};

TEST_F(PackTest, ListsFilesSortedWithHashes) {
  pack("core", "labels: {zh: 核心, en: Core}\nlanguages: [zh, en]\n");
  write("core/kinds/b.yaml", "b");
  write("core/kinds/a.yaml", "a");
  write("core/kinds/.a.yaml.swp", "x");
  write("core/data/list.csv", "1");
  write("core/README.md", "not of the pack's folders");
  auto loaded = Pack::load(root / "core");
  ASSERT_TRUE(loaded) << base::to_text(loaded.error(), false);
  EXPECT_EQ(loaded->manifest().labels.zh, "核心");
  std::vector<std::string> paths;
  for (const File& file : loaded->files()) paths.push_back(file.path);
  EXPECT_THAT(paths, ::testing::ElementsAre("data/list.csv", "kinds/a.yaml", "kinds/b.yaml"));
  EXPECT_EQ(loaded->files("kinds", ".yaml").size(), 2U);
  EXPECT_EQ(*loaded->read("kinds/a.yaml"), "a");
  EXPECT_EQ(loaded->find("kinds/a.yaml")->hash, "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb");
  const std::string before = loaded->hash();
  write("core/kinds/a.yaml", "changed");
  EXPECT_FALSE(loaded->read("kinds/a.yaml"));
  EXPECT_NE(Pack::load(root / "core")->hash(), before);
}

TEST_F(PackTest, OrdersByNeeds) {
  pack("zone", "needs: [national]\n");
  pack("national", "needs: [{pack: core, at_least: 1.1}]\n");
  pack("core");
  auto set = PackSet::load({root}, {"zone"});
  ASSERT_TRUE(set) << base::to_text(set.error(), false);
  EXPECT_EQ(set->versions(), "core 1.2.0, national 1.2.0, zone 1.2.0");
  EXPECT_EQ(PackSet::load({root})->versions(), set->versions());
  EXPECT_EQ(PackSet::load({}, {(root / "core").string() + "/"})->versions(), "core 1.2.0");
}

TEST_F(PackTest, RefusesCirclesMissingAndOldNeeds) {
  pack("a", "needs: [b]\n");
  pack("b", "needs: [a]\n");
  auto circle = PackSet::load({root}, {"a"});
  ASSERT_FALSE(circle);
  EXPECT_NE(circle.error().en.find("need each other"), std::string::npos);
  pack("c", "needs: [nowhere]\n");
  auto missing = PackSet::load({root}, {"c"});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, base::ErrorCode::NotFound);
  pack("d", "needs: [{pack: e, at_least: 1.10}]\n");
  pack("e");
  auto old = PackSet::load({root}, {"d"});
  ASSERT_FALSE(old);
  EXPECT_EQ(old.error().code, base::ErrorCode::Unsupported);
}

TEST_F(PackTest, NamesFileAndLineOfAFaultyManifest) {
  write("x/pack.yaml", "pack: x\nversion: 1.0.0\nned: [core]\n");
  auto unknown = Pack::load(root / "x");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().place.file, "x/pack.yaml");
  EXPECT_EQ(unknown.error().place.row, 3U);
  write("x/pack.yaml", "pack: x\nversion: [\n");
  EXPECT_GT(Pack::load(root / "x").error().place.row, 0U);
  write("x/pack.yaml", "pack: y\nversion: 1\n");
  EXPECT_EQ(Pack::load(root / "x").error().place.field, "pack");
  EXPECT_FALSE(Pack::load(root / "nowhere"));
}

TEST_F(PackTest, RefusesLinksThatLeaveThePack) {
  pack("core");
  fs::create_directories(root / "core/data");
  fs::create_symlink("/etc/hostname", root / "core/data/list.csv");
  auto loaded = Pack::load(root / "core");
  ASSERT_FALSE(loaded);
  EXPECT_NE(loaded.error().en.find("leaves the pack"), std::string::npos);
}

TEST(Versions, CompareByNumber) {
  EXPECT_LT(compare_versions("1.9", "1.10.0"), 0);
  EXPECT_EQ(compare_versions("1.2", "1.2.0"), 0);
  EXPECT_GT(compare_versions("2", "1.99.99"), 0);
}

}  // namespace
}  // namespace yuanqu::pack
