#pragma once

#include <filesystem>
#include <string>

#include "viewer/window.hpp"

namespace pump::test {

struct Difference {
  double mean = 0;    // of all channels, of 255
  double strong = 0;  // share of pixels with a channel that differs by more than 64
};
// Of two pictures of one size.
Difference difference(const viewer::Picture& a, const viewer::Picture& b);
// How many different colours there are, at most `enough`.
int colours(const viewer::Picture& picture, int enough);

// Where the picture of this name is stored.
std::filesystem::path stored_picture(const std::string& name);
// Against the stored one. Where it differs by more than the
// tolerance, or is missing, what came is kept in the temporary directory, and false returned.
bool as_stored(const viewer::Picture& picture, const std::string& name, double most_mean,
               double most_strong);

}  // namespace pump::test
