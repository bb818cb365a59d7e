#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include "agents/network.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "agents/kernels.hpp"
#include "engine/error.hpp"
#include "tests/support/agents/observations.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"

namespace pump::agents {
namespace {

using at::Tensor;
using Catch::Approx;

CATCH_TEST_CASE("a sparse layer is a dense layer on one-hot codes, with its gradients") {
  const engine::ObservationSpec spec = small_spec();
  const Seen seen = observations(5, 1);
  Vocabulary vocabulary(spec);
  SparseObservations sparse;
  vocabulary.learn(seen.view(), seen.n, sparse);
  const Inputs inputs = make_inputs(sparse, at::kCPU, at::kDouble);
  Tensor one_hot = at::zeros({seen.n, vocabulary.size()}, at::kDouble);
  for (int i = 0; i < seen.n; i++)
    for (int k = sparse.offsets[static_cast<std::size_t>(i)];
         k < sparse.offsets[static_cast<std::size_t>(i) + 1]; k++)
      one_hot[i][sparse.rows[static_cast<std::size_t>(k)]] += 1;

  at::manual_seed(0);
  const auto leaf = [](at::IntArrayRef shape) {
    return at::randn(shape, at::kDouble).requires_grad_();
  };
  const Tensor bias = leaf({4}), weights = leaf({2, 4}), table = leaf({vocabulary.size(), 4});
  const Tensor out = sparse_affine(inputs, bias, weights, table);
  const Tensor dense = bias + inputs.scalars.mm(weights) + one_hot.mm(table);
  CATCH_CHECK(at::allclose(out, dense));
  const std::vector<Tensor> leaves = {bias, weights, table};
  const auto first = torch::autograd::grad({out.pow(3).sum()}, leaves, {}, true, true);
  const auto expected = torch::autograd::grad({dense.pow(3).sum()}, leaves, {}, true, true);
  for (std::size_t i = 0; i < leaves.size(); i++) CATCH_CHECK(at::allclose(first[i], expected[i]));
  // Twice, as natural gradients need.
  const auto second = torch::autograd::grad({first[2].pow(2).sum()}, leaves);
  const auto wanted = torch::autograd::grad({expected[2].pow(2).sum()}, leaves);
  for (std::size_t i = 0; i < leaves.size(); i++) CATCH_CHECK(at::allclose(second[i], wanted[i]));
}

CATCH_TEST_CASE("tanh is right to 3e-7, everywhere") {
  const Tensor x = at::cat({at::linspace(-12, 12, 100'001), at::zeros({1})}).view({1, -1});
  Tensor y = x.clone();
  const std::vector<float> no_bias(static_cast<std::size_t>(x.size(1)));
  activate(matrix_of<float>(y), no_bias.data(), Activation::tanh);
  CATCH_CHECK((y - at::tanh(x.to(at::kDouble))).abs().max().item<double>() < 3e-7);
}

CATCH_TEST_CASE("fresh weights are a function of seed and name, whenever a row is first met") {
  const Seen all = observations(20, 3);
  Network at_once(small_spec(), 3, {}, 7), in_turn(small_spec(), 3, {}, 7);
  Network other(small_spec(), 3, {}, 8);
  const Inputs inputs = learned(at_once, all);
  learned(in_turn, observations(4, 99));  // other rows first
  const Inputs same = learned(in_turn, all);
  CATCH_CHECK(at::allclose(at_once.values(inputs), in_turn.values(same), 1e-4, 1e-6));
  CATCH_CHECK(!at::allclose(at_once.values(inputs), other.values(learned(other, all))));
}

CATCH_TEST_CASE("cells never met in training count as usual") {
  Network network(small_spec(), 3, {}, 7);
  const PlainAndStrange seen;
  CATCH_CHECK(at::equal(logits_of(network, seen.plain), logits_of(network, seen.strange)));
  learned(network, seen.strange);
  CATCH_CHECK(!at::equal(logits_of(network, seen.plain), logits_of(network, seen.strange)));
}

CATCH_TEST_CASE("a policy saved and loaded is the same; anything else is refused") {
  const engine::ObservationSpec spec = small_spec();
  Policy policy(spec, 3, config_of({8, 6}, Activation::relu, true), 7);
  const Seen seen = observations(6, 2);
  learned(policy.network(), seen);
  const std::vector<std::byte> bytes = policy.save();
  const Policy again = Policy::load(bytes, spec, 3, "p.bin");
  std::vector<float> before(18), after(18), values(6), values_again(6);
  policy.evaluate(seen.view(), 6, before, values);
  again.evaluate(seen.view(), 6, after, values_again);
  CATCH_CHECK((before == after));
  CATCH_CHECK((values == values_again));
  CATCH_CHECK((again.save() == bytes));

  for (const std::size_t kept :
       {std::size_t{0}, std::size_t{3}, bytes.size() / 2, bytes.size() - 1})
    CATCH_CHECK_THROWS_AS(Policy::load(std::span(bytes).first(kept), spec, 3, "p.bin"), Error);
  std::vector<std::byte> longer = bytes;
  longer.push_back(std::byte{1});
  CATCH_CHECK_THROWS_AS(Policy::load(longer, spec, 3, "p.bin"), Error);
  CATCH_CHECK_THROWS_AS(Policy::load(bytes, spec, 4, "p.bin"), Error);
}

CATCH_TEST_CASE("a policy that claims larger layers than it has is refused before they are made") {
  const Policy policy(small_spec(), 3, config_of({8, 6}, Activation::relu, true), 7);
  const std::vector<std::byte> saved = policy.save();
  const auto content = unsealed(saved, "p.bin");
  std::vector<std::byte> bytes(content.begin(), content.end());
  const std::array<std::int32_t, 2> widths = {8, 6}, claimed = {16'000, 16'000};
  const auto at = std::search(bytes.begin(), bytes.end(), std::as_bytes(std::span(widths)).begin(),
                              std::as_bytes(std::span(widths)).end());
  CATCH_REQUIRE(at != bytes.end());
  std::ranges::copy(std::as_bytes(std::span(claimed)), at);
  const std::string told =
      test::complaint([&] { Policy::load(sealed(bytes), small_spec(), 3, "p.bin"); });
  CATCH_CHECK(told.find(" weights, got ") != std::string::npos);
}

}  // namespace
}  // namespace pump::agents
