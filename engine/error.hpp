#pragma once

#include <stdexcept>
#include <string>

namespace pump {

// Bad input: a config, a file or an argument that cannot be used. One line that says where, what
// was expected and what came ("file:line: key: expected ..., got ..."). Caught once, in `main`:
// exit code 2.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace pump
