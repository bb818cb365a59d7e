#include "harness/build_info.hpp"

#include <fmt/format.h>

#include "agents/compute.hpp"
#include "engine/environment.hpp"
#include "harness/files.hpp"

namespace pump::harness {

const BuildInfo& this_build() {
  static const BuildInfo build = [] {
    const agents::ComputeInfo compute = agents::compute_info();
    const std::vector<std::byte> program = read_bytes("/proc/self/exe");
    return BuildInfo{
        PUMP_VERSION,     PUMP_BUILD_TYPE,    fmt::format("{:016x}", engine::hash_state(program)),
        compute.libtorch, PUMP_BOX2D_VERSION, compute.blas};
  }();
  return build;
}

std::string to_text(const BuildInfo& build) {
  return fmt::format("{} {} {}, libtorch {}, Box2D {}, {}", build.version, build.type,
                     build.executable, build.libtorch, build.box2d, build.blas);
}

}  // namespace pump::harness
