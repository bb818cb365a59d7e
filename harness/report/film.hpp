#pragma once

#include <cstddef>

#include <nlohmann/json.hpp>

#include "engine/environment.hpp"
#include "engine/replay.hpp"
#include "engine/wish.hpp"

// An episode as the page plays it: the scenes of a replay, each as what is new in it.
namespace pump::harness {

// {"words": [text, ...],            kinds, states, actions and labels, by their index below
//  "stride": n,                     only every n-th step is there, and the last; 1 where it fits
//  "steps": n, "outcome": text,
//  "frames": [{"step", "action": word, "proxy": return so far, "utility": of this state,
//              "size": [width, height, agent], "tiles": [word, ...],
//              "bodies": [[word, circle, x, y, angle, half width, half height, id], ...],
//              "sprites": [[word, word of its state, x, y, angle, size, opacity, id], ...],
//              "labels": [[word, x, y], ...], "captions": [word, ...],
//              "gas" | "smoke" | "heat": [percent a cell, ...]}, ...]}
// A list that is as in the frame before is left out; one of which little is new is
// {"n": its length, "d": [index, element, index, element, ...]}. x, y: m, to a hundredth.
// most_bytes: of its text; steps are left out until it fits, down to a few.
nlohmann::json film_of(const engine::Environment& environment, const engine::Replay& replay,
                       const engine::Wish& wish, std::size_t most_bytes);

}  // namespace pump::harness
