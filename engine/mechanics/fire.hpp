#pragma once

#include "engine/chance.hpp"
#include "engine/mechanics/cells.hpp"

// Fire on cells: it passes to fuel that shares a side with it, and dies where no fuel is left
// around it. `fuel` is all that can burn; a cell is fuel until it burns.
namespace pump::engine {

template <int W, int H>
constexpr CellSet<W, H> catching_cells(const CellSet<W, H>& burning, const CellSet<W, H>& burnt,
                                       const CellSet<W, H>& fuel) {
  return (neighbours(burning) & fuel) - burning - burnt;
}

// Each cell beside the fire catches it with probability p, in order of index.
template <int W, int H>
void spread_fire(CellSet<W, H>& burning, const CellSet<W, H>& burnt, const CellSet<W, H>& fuel,
                 double p, Chance& chance) {
  catching_cells(burning, burnt, fuel).for_each([&](int cell) {
    if (chance.flip(p)) burning.insert(cell);
  });
}

// Burning cells with nothing left to pass the fire to go out.
template <int W, int H>
void burn_out(CellSet<W, H>& burning, CellSet<W, H>& burnt, const CellSet<W, H>& fuel) {
  const CellSet<W, H> left = neighbours((fuel - burning) - burnt);
  burnt = burnt | (burning - left);
  burning = burning & left;
}

}  // namespace pump::engine
