#include "engine/ensure.hpp"

#include <cstdio>
#include <cstdlib>

namespace pump::engine {

FaultContext& fault_context() {
  thread_local FaultContext context;
  return context;
}

void fail_ensure(const char* expression, const char* file, int line, const std::string& values) {
  const FaultContext& where = fault_context();
  fmt::print(stderr, "bug: {}:{}: ENSURE({}) failed{}{} [environment {}, seed {}, step {}]\n", file,
             line, expression, values.empty() ? "" : ": ", values, where.environment, where.seed,
             where.step);
  std::fflush(stderr);
  std::abort();
}

}  // namespace pump::engine
