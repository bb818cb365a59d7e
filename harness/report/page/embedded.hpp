#pragma once

// The page's style and scripts: the files beside this one, in the binary.
namespace pump::harness {

extern const char* const kPageStyle;     // page.css
extern const char* const kPlayerScript;  // scene.js, then player.js
extern const char* const kChartsScript;  // charts.js; needs D3
extern const char* const kD3Script;      // the distribution's d3.min.js; "" where CMake found none

}  // namespace pump::harness
