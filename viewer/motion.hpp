#pragma once

#include "engine/scene.hpp"

namespace pump::viewer {

// A scene `fraction` of the way from one to the next. What has the same kind and id glides and
// turns; what comes or goes fades; what went too far to have walked jumps halfway. Tiles and texts
// are those of `from`.
engine::Scene between(const engine::Scene& from, const engine::Scene& to, float fraction);

}  // namespace pump::viewer
