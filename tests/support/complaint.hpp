#pragma once

#include <string>

#include "engine/error.hpp"
#include "tests/support/text.hpp"

namespace pump::test {

// The pump::Error that the code raises, or "" when it raises none.
template <class F>
std::string complaint(F&& code) {
  try {
    code();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace pump::test
