#include <torch/torch.h>

#include "agents/optimiser.hpp"

#include "engine/error.hpp"
#include "tests/support/catch.hpp"

namespace pump::agents {
namespace {

using Catch::Approx;
using torch::Tensor;

// Some steps of ours and of libtorch's on the same made-up gradients.
template <class Reference>
void compare(FlatOptimiser ours, Reference&& make_reference) {
  torch::manual_seed(3);
  Tensor mine = torch::randn({10});
  Tensor theirs = mine.clone().requires_grad_();
  auto reference = make_reference(std::vector<Tensor>{theirs});
  for (int step = 0; step < 20; step++) {
    const Tensor gradient = torch::randn({10});
    theirs.mutable_grad() = gradient.clone();
    reference.step();
    ours.step(mine, gradient, .01);
  }
  CATCH_CHECK(torch::allclose(mine, theirs.detach(), 1e-5, 1e-6));
}

CATCH_TEST_CASE("Adam, RMSprop and plain descent step as libtorch's do") {
  compare(FlatOptimiser(Optimiser::adam, 1e-5, 0, 10, torch::kCPU), [](auto parameters) {
    return torch::optim::Adam(parameters, torch::optim::AdamOptions(.01).eps(1e-5));
  });
  compare(FlatOptimiser(Optimiser::rmsprop, 1e-5, .99, 10, torch::kCPU), [](auto parameters) {
    return torch::optim::RMSprop(parameters,
                                 torch::optim::RMSpropOptions(.01).eps(1e-5).alpha(.99));
  });
  compare(FlatOptimiser(Optimiser::sgd, 0, 0, 10, torch::kCPU), [](auto parameters) {
    return torch::optim::SGD(parameters, torch::optim::SGDOptions(.01));
  });
}

CATCH_TEST_CASE("weights that come into use later step as if their gradients had been zero") {
  FlatOptimiser growing(Optimiser::adam, 1e-8, 0, 4, torch::kCPU);
  FlatOptimiser whole(Optimiser::adam, 1e-8, 0, 4, torch::kCPU);
  Tensor a = torch::ones({4}), b = torch::ones({4});
  const Tensor early = torch::tensor({1.f, 2.f, 0.f, 0.f}), late = torch::ones({4});
  growing.step(a.narrow(0, 0, 2), early.narrow(0, 0, 2), .1);
  growing.step(a, late, .1);
  whole.step(b, early, .1);
  whole.step(b, late, .1);
  CATCH_CHECK(torch::equal(a, b));
}

CATCH_TEST_CASE("gradients are scaled to the norm, or left alone") {
  Tensor gradient = torch::tensor({3.f, 4.f});
  CATCH_CHECK(clip_gradients(gradient, 10) == Approx(5));
  CATCH_CHECK(torch::equal(gradient, torch::tensor({3.f, 4.f})));
  CATCH_CHECK(clip_gradients(gradient, 1) == Approx(5));
  CATCH_CHECK(gradient.norm().item<double>() == Approx(1).epsilon(1e-5));
  CATCH_CHECK(clip_gradients(gradient, 0) == Approx(1).epsilon(1e-5));
}

}  // namespace
}  // namespace pump::agents
