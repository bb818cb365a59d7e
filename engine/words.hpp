#pragma once

#include <algorithm>
#include <string>

namespace pump::engine {

// "carried_out_alive" as people write it.
inline std::string in_words(std::string name) {
  std::ranges::replace(name, '_', ' ');
  return name;
}

}  // namespace pump::engine
