#include "tests/support/viewer/pictures.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <set>

namespace pump::test {

namespace fs = std::filesystem;

Difference difference(const viewer::Picture& a, const viewer::Picture& b) {
  if (a.width != b.width || a.height != b.height) return {255, 1};
  double sum = 0, strong = 0;
  for (std::size_t i = 0; i < a.rgba.size(); i += 4) {
    int most = 0;
    for (std::size_t k = 0; k < 3; k++) {
      const int d = std::abs(int{a.rgba[i + k]} - int{b.rgba[i + k]});
      sum += d;
      most = std::max(most, d);
    }
    strong += most > 64;
  }
  const double pixels = static_cast<double>(a.rgba.size()) / 4;
  return {sum / (3 * pixels), strong / pixels};
}

int colours(const viewer::Picture& picture, int enough) {
  std::set<int> seen;
  for (std::size_t i = 0; i < picture.rgba.size() && static_cast<int>(seen.size()) < enough; i += 4)
    seen.insert(picture.rgba[i] << 16 | picture.rgba[i + 1] << 8 | picture.rgba[i + 2]);
  return static_cast<int>(seen.size());
}

fs::path stored_picture(const std::string& name) {
  return fs::path(PUMP_SOURCE_DIR) / "docs" / "pictures" / name;
}

bool as_stored(const viewer::Picture& picture, const std::string& name, double most_mean,
               double most_strong) {
  const fs::path stored = stored_picture(name);
  Difference by{255, 1};
  if (fs::exists(stored)) by = difference(picture, viewer::load_picture(stored));
  if (by.mean <= most_mean && by.strong <= most_strong) return true;
  const fs::path came = fs::temp_directory_path() / ("pump_came_" + name);
  viewer::save(picture, came);
  std::cerr << stored << ": expected, got " << came << ", which differs by " << by.mean
            << " of 255 on average and strongly in " << 100 * by.strong << " % of the pixels\n";
  return false;
}

}  // namespace pump::test
