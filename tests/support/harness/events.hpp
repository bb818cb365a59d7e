#pragma once

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace pump::test {

// What a TensorBoard event file says, read from the formats' descriptions and with none of the
// writer's code. Anything unexpected throws.
struct Event {
  double wall_time = -1;
  std::int64_t step = 0;
  std::string file_version;
  std::map<std::string, float> scalars;  // by tag
};
std::vector<Event> read_events(std::string_view file);

// One bit at a time, unmasked: slow, and unlike a table hard to get wrong.
std::uint32_t slow_crc32c(std::string_view bytes);

}  // namespace pump::test
