#include <ATen/ATen.h>

#include "agents/categorical.hpp"

#include <cmath>
#include <limits>

#include "tests/support/catch.hpp"

namespace pump::agents {
namespace {

using at::Tensor;
using Catch::Approx;

CATCH_TEST_CASE("the distance from the old policy is its sum over actions") {
  // π_old = (1/2, 1/2), π = (1/4, 3/4): 1/2 log 2 + 1/2 log(2/3) = .1438 nats.
  const Tensor logits = at::tensor({0., std::log(3.)}).view({1, 2});
  const Tensor old = at::tensor({std::log(.5), std::log(.5)}).view({1, 2});
  const Categorical now(logits, at::tensor({0}, at::kLong), old);
  CATCH_CHECK(now.kl_from_old().item<double>() == Approx(.14384).epsilon(1e-4));
  // It pulls towards the old policy: π − π_old = (−1/4, 1/4).
  now.kl_from_old().sum().backward();
  const Tensor gradient = now.logits_gradient();
  CATCH_CHECK(gradient[0][0].item<double>() == Approx(-.25));
  CATCH_CHECK(gradient[0][1].item<double>() == Approx(.25));
}

CATCH_TEST_CASE("what the old policy never did costs nothing") {
  const Tensor logits = at::zeros({1, 2}, at::kDouble);
  const Tensor old =
      at::tensor({0., -std::numeric_limits<double>::infinity()}, at::kDouble).view({1, 2});
  const Categorical now(logits, at::tensor({0}, at::kLong), old);
  CATCH_CHECK(now.kl_from_old().item<double>() == Approx(std::log(2.)));
}

CATCH_TEST_CASE("gradients of all three readings agree with autograd") {
  for (const at::ScalarType type : {at::kDouble, at::kFloat}) {
    at::manual_seed(4);
    const Tensor logits = at::randn({7, 5}, type).requires_grad_();
    const Tensor chosen = at::randint(5, {7}, at::kLong);
    const Tensor old = at::log_softmax(at::randn({7, 5}, type), 1);
    const auto loss = [](const Tensor& log_probs, const Tensor& entropy, const Tensor& kl) {
      return (log_probs.exp() * 3 + entropy.square() + kl.square() * 2 + kl).sum();
    };
    const Tensor all = at::log_softmax(logits, 1);
    loss(all.gather(1, chosen.unsqueeze(1)).squeeze(1), -(all.exp() * all).sum(1),
         (old.exp() * (old - all)).sum(1))
        .backward();

    const Categorical now(logits.detach(), chosen, old);
    loss(now.log_probs(), now.entropy(), now.kl_from_old()).backward();
    const Tensor error = (now.logits_gradient() - logits.grad()).norm() / logits.grad().norm();
    CATCH_CHECK(error.item<double>() < (type == at::kDouble ? 1e-10 : 1e-5));
  }
}

}  // namespace
}  // namespace pump::agents
