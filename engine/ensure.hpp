#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/core.h>

namespace pump::engine {

// Where the program is, for the message of a failed ENSURE. Set by whoever steps a world.
struct FaultContext {
  const char* environment = "-";
  std::uint64_t seed = 0;
  std::int64_t step = -1;
};
FaultContext& fault_context();

// Prints one line (expression, values, environment, seed, step) to stderr and aborts.
[[noreturn]] void fail_ensure(const char* expression, const char* file, int line,
                              const std::string& values);

}  // namespace pump::engine

// A bug if it does not hold; on in every build. Further arguments are an fmt format and its values.
#define ENSURE(expression, ...)                                                                    \
  do {                                                                                             \
    if (!(expression)) [[unlikely]]                                                                \
      ::pump::engine::fail_ensure(#expression, __FILE__, __LINE__, ::fmt::format("" __VA_ARGS__)); \
  } while (false)
