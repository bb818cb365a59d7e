#pragma once

#include <string>

#include "engine/error.hpp"

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

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace pump::test
