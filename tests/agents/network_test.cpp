#include <torch/torch.h>

#include "agents/network.hpp"

#include <cmath>

#include "agents/kernels.hpp"
#include "engine/chance.hpp"
#include "engine/error.hpp"
#include "tests/support/catch.hpp"

namespace pump::agents {
namespace {

using Catch::Approx;
using torch::Tensor;

engine::ObservationSpec small_spec() {
  engine::ObservationSpec spec;
  spec.width = 3;
  spec.height = 3;
  spec.layers = {{"a", {"none", "x", "y"}}, {"b", {"none", "z"}}};
  spec.scalars = {"p", "q"};
  return spec;
}

// Made-up observations: one cell in three differs.
struct Seen {
  std::vector<std::uint8_t> codes;
  std::vector<float> scalars;
  int n;
  Observations view() const { return {codes, scalars}; }
};
Seen observations(int n, std::uint64_t seed) {
  const engine::ObservationSpec spec = small_spec();
  Seen seen{{}, {}, n};
  for (int i = 0; i < n; i++) {
    engine::Chance chance({seed, engine::Stream::reset, static_cast<std::uint32_t>(i), 0, 0});
    for (const engine::LayerSpec& layer : spec.layers)
      for (int cell = 0; cell < spec.cells(); cell++)
        seen.codes.push_back(chance.flip(1. / 3)
                                 ? static_cast<std::uint8_t>(
                                       1 + chance.below(static_cast<int>(layer.codes.size()) - 1))
                                 : std::uint8_t{0});
    for (int s = 0; s < 2; s++) seen.scalars.push_back(static_cast<float>(chance.uniform()));
  }
  return seen;
}

NetworkConfig config_of(std::vector<int> hidden, Activation activation, bool shared) {
  NetworkConfig config;
  config.hidden = std::move(hidden);
  config.activation = activation;
  config.shared_trunk = shared;
  return config;
}

const std::vector<NetworkConfig> kShapes = {
    config_of({8}, Activation::tanh, false),       config_of({8, 6}, Activation::tanh, false),
    config_of({8}, Activation::relu, true),        config_of({8, 6}, Activation::tanh, true),
    config_of({7, 6, 5}, Activation::relu, false), config_of({7, 6, 5}, Activation::tanh, true)};

Inputs learned(Network& network, const Seen& seen) {
  SparseObservations sparse;
  network.learn(seen.view(), seen.n, sparse);
  return make_inputs(sparse, torch::kCPU);
}

CATCH_TEST_CASE("a sparse layer is a dense layer on one-hot codes, with its gradients") {
  const engine::ObservationSpec spec = small_spec();
  const Seen seen = observations(5, 1);
  Vocabulary vocabulary(spec);
  SparseObservations sparse;
  vocabulary.learn(seen.view(), seen.n, sparse);
  const Inputs inputs = make_inputs(sparse, torch::kCPU, torch::kDouble);
  Tensor one_hot = torch::zeros({seen.n, vocabulary.size()}, torch::kDouble);
  for (int i = 0; i < seen.n; i++)
    for (int k = sparse.offsets[static_cast<std::size_t>(i)];
         k < sparse.offsets[static_cast<std::size_t>(i) + 1]; k++)
      one_hot[i][sparse.rows[static_cast<std::size_t>(k)]] += 1;

  torch::manual_seed(0);
  const auto options = torch::TensorOptions(torch::kDouble).requires_grad(true);
  const Tensor bias = torch::randn({4}, options), weights = torch::randn({2, 4}, options);
  const Tensor table = torch::randn({vocabulary.size(), 4}, options);
  const Tensor out = sparse_affine(inputs, bias, weights, table);
  const Tensor dense = bias + inputs.scalars.mm(weights) + one_hot.mm(table);
  CATCH_CHECK(torch::allclose(out, dense));
  const std::vector<Tensor> leaves = {bias, weights, table};
  const auto first = torch::autograd::grad({out.pow(3).sum()}, leaves, {}, true, true);
  const auto expected = torch::autograd::grad({dense.pow(3).sum()}, leaves, {}, true, true);
  for (std::size_t i = 0; i < leaves.size(); i++)
    CATCH_CHECK(torch::allclose(first[i], expected[i]));
  // Twice, as natural gradients need.
  const auto second = torch::autograd::grad({first[2].pow(2).sum()}, leaves);
  const auto wanted = torch::autograd::grad({expected[2].pow(2).sum()}, leaves);
  for (std::size_t i = 0; i < leaves.size(); i++)
    CATCH_CHECK(torch::allclose(second[i], wanted[i]));
}

CATCH_TEST_CASE("passes by hand agree with autograd, for every shape of network") {
  for (const NetworkConfig& shape : kShapes) {
    Network network(small_spec(), 3, shape, 5);
    const Inputs inputs = learned(network, observations(6, 2));
    network.parameters().mul_(3);  // away from the near-uniform start
    const Tensor logits = network.logits(inputs), values = network.values(inputs);
    torch::manual_seed(1);
    const Tensor to_logits = torch::randn_like(logits), to_values = torch::randn_like(values);
    network.gradients().zero_();
    ((logits * to_logits).sum() + (values * to_values).sum()).backward();
    const Tensor expected = network.gradients().clone();

    const Network::Pass pass = network.forward(inputs, Network::Heads::both);
    CATCH_CHECK(torch::allclose(pass.logits.clone(), logits, 1e-4, 1e-5));
    CATCH_CHECK(torch::allclose(pass.values.clone(), values, 1e-4, 1e-5));
    network.gradients().zero_();
    network.backward(pass, to_logits, to_values);
    CATCH_CHECK(torch::allclose(network.gradients(), expected, 1e-3, 1e-4));

    const Network::Pass policy = network.forward(inputs, Network::Heads::policy);
    CATCH_CHECK(torch::equal(policy.logits.clone(), pass.logits.clone()));
    const Network::Pass value = network.forward(inputs, Network::Heads::value);
    CATCH_CHECK(torch::allclose(value.values.clone(), pass.values.clone(), 1e-5, 1e-6));
  }
}

CATCH_TEST_CASE("gradients of one head alone agree with autograd") {
  for (const NetworkConfig& shape : kShapes) {
    Network network(small_spec(), 3, shape, 5);
    const Inputs inputs = learned(network, observations(6, 2));
    for (const bool policy : {true, false}) {
      network.gradients().zero_();
      (policy ? network.logits(inputs).pow(2).sum() : network.values(inputs).pow(2).sum())
          .backward();
      const Tensor expected = network.gradients().clone();
      const Network::Pass pass =
          network.forward(inputs, policy ? Network::Heads::policy : Network::Heads::value);
      network.gradients().zero_();
      network.backward(pass, policy ? 2 * pass.logits.clone() : Tensor(),
                       policy ? Tensor() : 2 * pass.values.clone());
      CATCH_CHECK(torch::allclose(network.gradients(), expected, 1e-3, 1e-5));
    }
  }
}

CATCH_TEST_CASE("a shared trunk learns of values only where it is told to") {
  for (const NetworkConfig& shape : kShapes) {
    Network network(small_spec(), 3, shape, 5);
    const Inputs inputs = learned(network, observations(6, 2));
    const Network::Pass pass = network.forward(inputs, Network::Heads::both);
    const auto gradients = [&](const Tensor& to_logits, const Tensor& to_values,
                               Network::Reach reach) {
      network.gradients().zero_();
      network.backward(pass, to_logits, to_values, reach);
      return network.gradients().clone();
    };
    torch::manual_seed(1);
    const Tensor to_logits = torch::randn({6, 3}), to_values = torch::randn({6});
    const Tensor everything = gradients({}, to_values, Network::Reach::everything);
    const Tensor own = gradients({}, to_values, Network::Reach::own_layers);
    if (!shape.shared_trunk) {
      CATCH_CHECK(torch::equal(own, everything));
      continue;
    }
    for (const auto& [name, parameter] : network.named_parameters()) {
      const auto part = [at = parameter.storage_offset(), size = parameter.numel()](
                            const Tensor& x) { return x.narrow(0, at, size); };
      CATCH_CHECK(torch::equal(
          part(own), name.starts_with("value.") ? part(everything) : torch::zeros_like(part(own))));
    }
    CATCH_CHECK(own.abs().sum().item<double>() > 0);
    CATCH_CHECK(torch::allclose(gradients(to_logits, to_values, Network::Reach::own_layers),
                                gradients(to_logits, {}, Network::Reach::everything) + own, 1e-5,
                                1e-6));
  }
}

CATCH_TEST_CASE("the tangent is the change of the logits along a direction") {
  for (const NetworkConfig& shape : kShapes) {
    Network network(small_spec(), 3, shape, 5);
    const Inputs inputs = learned(network, observations(6, 2));
    network.parameters().mul_(3);
    torch::manual_seed(2);
    const Tensor direction = torch::randn_like(network.parameters());
    const Tensor to_logits = torch::randn({6, 3});
    for (const auto heads : {Network::Heads::policy, Network::Heads::both}) {
      const Network::Pass pass = network.forward(inputs, heads);
      network.gradients().zero_();
      network.backward(pass, to_logits, {});
      // <J v, u> = <v, Jᵀ u>.
      const Tensor change = network.tangent(pass, direction);
      CATCH_CHECK((change.clone() * to_logits).sum().item<double>() ==
                  Approx((network.gradients() * direction).sum().item<double>()).epsilon(1e-4));
    }
  }
}

CATCH_TEST_CASE("tanh is right to 3e-7, everywhere") {
  const Tensor x = torch::cat({torch::linspace(-12, 12, 100'001), torch::zeros({1})}).view({1, -1});
  Tensor y = x.clone();
  activate_in_place(y, Activation::tanh);
  CATCH_CHECK((y - torch::tanh(x.to(torch::kDouble))).abs().max().item<double>() < 3e-7);
}

CATCH_TEST_CASE("fresh weights are a function of seed and name, whenever a row is first met") {
  const Seen all = observations(20, 3), few = observations(2, 3);
  Network at_once(small_spec(), 3, {}, 7), in_turn(small_spec(), 3, {}, 7);
  Network other(small_spec(), 3, {}, 8);
  const Inputs inputs = learned(at_once, all);
  learned(in_turn, observations(4, 99));  // other rows first
  const Inputs same = learned(in_turn, all);
  CATCH_CHECK(torch::allclose(at_once.values(inputs), in_turn.values(same), 1e-4, 1e-6));
  CATCH_CHECK(!torch::allclose(at_once.values(inputs), other.values(learned(other, all))));
}

CATCH_TEST_CASE("cells never met in training count as usual") {
  Network network(small_spec(), 3, {}, 7);
  Seen plain = observations(1, 4);
  std::fill(plain.codes.begin(), plain.codes.end(), std::uint8_t{0});
  Seen strange = plain;
  strange.codes[2] = 2;
  SparseObservations a, b;
  network.encode(plain.view(), 1, a);
  network.encode(strange.view(), 1, b);
  CATCH_CHECK(torch::equal(network.logits(make_inputs(a, torch::kCPU)),
                           network.logits(make_inputs(b, torch::kCPU))));
  learned(network, strange);
  SparseObservations c;
  network.encode(strange.view(), 1, c);
  CATCH_CHECK(!torch::equal(network.logits(make_inputs(a, torch::kCPU)),
                            network.logits(make_inputs(c, torch::kCPU))));
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

}  // namespace
}  // namespace pump::agents
