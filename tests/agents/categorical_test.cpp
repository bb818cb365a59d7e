#include <torch/torch.h>

#include "agents/categorical.hpp"

#include <cmath>
#include <limits>

#include "tests/support/catch.hpp"

namespace pump::agents {
namespace {

using Catch::Approx;
using torch::Tensor;

CATCH_TEST_CASE("the distance from the old policy is its sum over actions") {
  // π_old = (1/2, 1/2), π = (1/4, 3/4): 1/2 log 2 + 1/2 log(2/3) = .1438 nats.
  const Tensor logits = torch::tensor({0., std::log(3.)}).view({1, 2});
  const Tensor old = torch::tensor({std::log(.5), std::log(.5)}).view({1, 2});
  const Categorical now(logits, torch::tensor({0}), old);
  CATCH_CHECK(now.kl_from_old().item<double>() == Approx(.14384).epsilon(1e-4));
  // It pulls towards the old policy: π − π_old = (−1/4, 1/4).
  now.kl_from_old().sum().backward();
  const Tensor gradient = now.logits_gradient();
  CATCH_CHECK(gradient[0][0].item<double>() == Approx(-.25));
  CATCH_CHECK(gradient[0][1].item<double>() == Approx(.25));
}

CATCH_TEST_CASE("what the old policy never did costs nothing") {
  const Tensor logits = torch::zeros({1, 2}, torch::kDouble);
  const Tensor old =
      torch::tensor({0., -std::numeric_limits<double>::infinity()}, torch::kDouble).view({1, 2});
  const Categorical now(logits, torch::tensor({0}), old);
  CATCH_CHECK(now.kl_from_old().item<double>() == Approx(std::log(2.)));
}

CATCH_TEST_CASE("gradients of all three readings agree with autograd") {
  for (const torch::Dtype type : {torch::kDouble, torch::kFloat}) {
    torch::manual_seed(4);
    const Tensor logits = torch::randn({7, 5}, type).requires_grad_();
    const Tensor chosen = torch::randint(5, {7}, torch::kLong);
    const Tensor old = torch::log_softmax(torch::randn({7, 5}, type), 1);
    const auto loss = [](const Tensor& log_probs, const Tensor& entropy, const Tensor& kl) {
      return (log_probs.exp() * 3 + entropy.square() + kl.square() * 2 + kl).sum();
    };
    const Tensor all = torch::log_softmax(logits, 1);
    loss(all.gather(1, chosen.unsqueeze(1)).squeeze(1), -(all.exp() * all).sum(1),
         (old.exp() * (old - all)).sum(1))
        .backward();

    const Categorical now(logits.detach(), chosen, old);
    loss(now.log_probs(), now.entropy(), now.kl_from_old()).backward();
    const Tensor error = (now.logits_gradient() - logits.grad()).norm() / logits.grad().norm();
    CATCH_CHECK(error.item<double>() < (type == torch::kDouble ? 1e-10 : 1e-5));
  }
}

}  // namespace
}  // namespace pump::agents
