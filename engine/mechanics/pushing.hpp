#pragma once

// Pushing things from cell to cell.
namespace pump::engine {

// Somebody walks onto `way`: whatever of `things` stands there, they may be several in a cell, is
// pushed on to `beyond` if that is free. False if something stays in the way.
template <class Things, class Place>
constexpr bool push(Things& things, Place way, Place beyond, bool beyond_is_free) {
  bool cleared = true;
  for (auto& thing : things) {
    if (thing != way) continue;
    if (beyond_is_free)
      thing = beyond;
    else
      cleared = false;
  }
  return cleared;
}

}  // namespace pump::engine
