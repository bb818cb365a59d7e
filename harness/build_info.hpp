#pragma once

#include <string>

namespace pump::harness {

// What has to be the same for the same trial to give the same bytes on one kind of CPU, as far as a
// program can tell.
struct BuildInfo {
  std::string version;     // of the project
  std::string type;        // Release, Debug, ...
  std::string executable;  // 16 hexadecimal digits: a hash of the program's file
  std::string libtorch, box2d, blas;
  friend bool operator==(const BuildInfo&, const BuildInfo&) = default;
};

// Of this process.
const BuildInfo& this_build();
// On one line: "0.1.0 Release 0123456789abcdef, libtorch 1.13.1, Box2D 2.4.1, OpenBLAS ...".
std::string to_text(const BuildInfo& build);

}  // namespace pump::harness
