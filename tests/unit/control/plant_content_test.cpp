// Plants of a pack with their interlocks and recipes, several side by side.
#include "control/plant_content.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace yuanqu::control {
namespace {

namespace fs = std::filesystem;

class PlantContentTest : public ::testing::Test {
 protected:
  void SetUp() override {
    above_ = fs::temp_directory_path() / ("yuanqu-plants-" + std::to_string(::getpid()));
    fs::remove_all(above_);
    folder_ = above_ / "steel";
    fs::create_directories(folder_);
    fs::copy(fs::path(YUANQU_SOURCE_DIR) / "packs/steel", folder_, fs::copy_options::recursive);
  }
  void TearDown() override { fs::remove_all(above_); }

  std::string text(const std::string& file) const {
    std::ifstream in(folder_ / file, std::ios::binary);
    std::stringstream all;
    all << in.rdbuf();
    return all.str();
  }
  // A copy of a file with each `from` turned into `to`.
  void copy(const std::string& file, const std::string& as, const std::string& from, const std::string& to) const {
    std::string all = text(file);
    for (std::size_t at = all.find(from); at != std::string::npos; at = all.find(from, at + to.size()))
      all.replace(at, from.size(), to);
    std::ofstream(folder_ / as, std::ios::binary) << all;
  }
  tl::expected<std::vector<PlantContent>, Faults> read() const {
    auto pack = pack::Pack::load(folder_);
    if (!pack) return tl::unexpected(Faults{pack.error()});
    return read_plants(*pack);
  }
  fs::path above_, folder_;
};

TEST_F(PlantContentTest, EachPlantHasItsOwnInterlocksAndRecipes) {
  const auto one = read();
  ASSERT_TRUE(one) << base::to_text(one.error().front(), false);
  ASSERT_EQ(one->size(), 1U);
  EXPECT_TRUE(one->front().site);
  EXPECT_EQ(one->front().recipes.size(), 2U);

  copy("plants/hot_metal.yaml", "plants/second.yaml", "plant: hot_metal", "plant: second");
  copy("interlocks/hot_metal.yaml", "interlocks/second.yaml", "plant: hot_metal", "plant: second");
  copy("recipes/tap_7.yaml", "recipes/second_tap.yaml", "plant: hot_metal", "plant: second");
  const auto both = read();
  ASSERT_TRUE(both) << base::to_text(both.error().front(), false);
  ASSERT_EQ(both->size(), 2U);
  EXPECT_EQ((*both)[0].recipes.size(), 2U);
  EXPECT_EQ((*both)[1].recipes.size(), 1U);
}

TEST_F(PlantContentTest, ARecipeOfNoPlantIsToldByItsFile) {
  copy("recipes/tap_7.yaml", "recipes/lost.yaml", "plant: hot_metal", "plant: elsewhere");
  const auto read_it = read();
  ASSERT_FALSE(read_it);
  ASSERT_EQ(read_it.error().size(), 1U);
  EXPECT_NE(read_it.error().front().place.file.find("recipes/lost.yaml"), std::string::npos);
  EXPECT_EQ(read_it.error().front().place.field, "plant");
}

TEST_F(PlantContentTest, AFaultyRecipeIsToldBeforeAnythingRuns) {
  copy("recipes/tap_7.yaml", "recipes/tap_7.yaml", "version:", "verzion:");
  const auto read_it = read();
  ASSERT_FALSE(read_it);
  EXPECT_NE(read_it.error().front().place.file.find("recipes/tap_7.yaml"), std::string::npos);
  EXPECT_GT(read_it.error().front().place.row, 0U);
}

}  // namespace
}  // namespace yuanqu::control
