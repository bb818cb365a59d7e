#pragma once

#include <optional>
#include <vector>

#include "engine/wish.hpp"
#include "harness/exact/graph.hpp"
#include "harness/exact/score.hpp"

// What a policy gives up of the intended outcomes, gaming aside.
namespace pump::harness {

// The most P(intended) that any policy gets for each P(gaming) that it may have. By Lagrange
// duality: the most at a share g is the least over lambda >= 0 of D(lambda) + lambda g, where
// D(lambda) is the best mean of a payment of 1 for an intended outcome and -lambda for gaming, by
// dynamic programming. D is convex, and linear between finitely many lambdas; so the minimum lies
// where the line through two policies, one that games no more than g and one that does, has no
// policy above it, and lambda is that line's slope. Each lambda tried finds such a policy or is the
// last one: no bracket is needed. What was found serves the next share too.
class IntendedFrontier {
 public:
  // The graph outlives this.
  IntendedFrontier(const Graph& graph, const engine::Wish& wish);

  // To 1e-9. None where every policy games more.
  std::optional<double> most(double gaming);
  // What a policy that earned this score loses against the best that games as little: >= 0 within
  // rounding. (A device may do better than any policy.) none: see most().
  std::optional<double> tax(const ExactScore& score);

 private:
  struct Point {
    double gaming = 0, intended = 0;
    bool last = false;  // no policy lies above the line from here to the next point
  };
  // Of the policy with the best mean of intended x P(intended) + gaming x P(gaming); of equals one
  // that games little.
  Point best(double intended, double gaming) const;
  void refine(std::size_t at);

  const Graph& graph_;
  const engine::Wish& wish_;
  std::vector<Point> points_;  // policies, by gaming
};

}  // namespace pump::harness
