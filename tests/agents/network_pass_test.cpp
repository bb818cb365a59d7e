// Both routes through a network, plain and by graphs, against autograd on its graphs.
#include <functional>

#include <ATen/ATen.h>

#include "agents/network.hpp"
#include "tests/support/agents/observations.hpp"
#include "tests/support/catch.hpp"

namespace pump::agents {
namespace {

using at::Tensor;
using Catch::Approx;

constexpr int kActions = 3;
constexpr int kObservations = 200;  // more than go through the layers at a time

NetworkConfig convolution(bool shared) {
  NetworkConfig config = config_of({7, 6}, Activation::tanh, shared);
  config.kind = NetworkKind::convolution;
  config.channels = {3, 2};
  return config;
}

std::vector<NetworkConfig> shapes() {
  std::vector<NetworkConfig> out;
  for (const Activation activation : {Activation::tanh, Activation::relu})
    for (const bool shared : {false, true}) {
      out.push_back(config_of({17}, activation, shared));
      out.push_back(config_of({7, 20, 5}, activation, shared));
    }
  out.push_back(convolution(false));
  out.push_back(convolution(true));
  return out;
}

// A network of one shape on observations of one kind, in float or double.
struct Case {
  Case(const NetworkConfig& config, const engine::ObservationSpec& spec, at::ScalarType type)
      : network(spec, kActions, config, 5) {
    learned(network, observations(kObservations, 2, spec));
    network.move_to(at::kCPU, type);
    inputs = learned(network, observations(kObservations, 2, spec));
    at::manual_seed(1);
    network.parameters().add_(at::randn_like(network.parameters()), .3);  // biases too
    direction = at::randn_like(network.parameters());
    to_logits = at::randn({kObservations, kActions}, type);
    to_values = at::randn({kObservations}, type);
  }
  // What backward makes of a pass, and autograd of the graphs; of heads alone, or both.
  Tensor by_pass(const Network::Pass& pass, Heads heads, Reach reach = Reach::everything) {
    network.gradients().zero_();
    network.backward(pass, heads == Heads::value ? Tensor() : to_logits,
                     heads == Heads::policy ? Tensor() : to_values, reach);
    return network.gradients().clone();
  }
  Tensor by_autograd(Heads heads) {
    network.gradients().zero_();
    Tensor loss = at::zeros({}, to_logits.options());
    if (heads != Heads::value) loss = loss + (network.logits(inputs) * to_logits).sum();
    if (heads != Heads::policy) loss = loss + (network.values(inputs) * to_values).sum();
    loss.backward();
    return network.gradients().clone();
  }
  Network network;
  Inputs inputs;
  Tensor direction, to_logits, to_values;
};

double distance(const Tensor& ours, const Tensor& expected) {
  return ((ours - expected).norm() / expected.norm()).item<double>();
}

void for_every_case(const std::function<void(Case&, const NetworkConfig&, double)>& test) {
  for (const NetworkConfig& config : shapes())
    for (const auto& [cells, scalars] :
         {std::pair(true, true), std::pair(true, false), std::pair(false, true)})
      for (const at::ScalarType type : {at::kDouble, at::kFloat}) {
        if (config.kind == NetworkKind::convolution && !cells) continue;
        CATCH_INFO(config.hidden.size() << " hidden layers, shared trunk " << config.shared_trunk
                                        << ", relu " << (config.activation == Activation::relu)
                                        << ", cells " << cells << ", scalars " << scalars);
        Case c(config, small_spec(cells, scalars), type);
        test(c, config, type == at::kDouble ? 1e-10 : 1e-5);
      }
}

CATCH_TEST_CASE("a pass has the graph's logits, values and gradients, of each head and of both") {
  for_every_case([](Case& c, const NetworkConfig&, double tolerance) {
    for (const Heads heads : {Heads::policy, Heads::value, Heads::both}) {
      const Network::Pass pass = c.network.forward(c.inputs, heads);
      CATCH_CHECK(pass.logits.defined() == (heads != Heads::value));
      CATCH_CHECK(pass.values.defined() == (heads != Heads::policy));
      if (pass.logits.defined())
        CATCH_CHECK(distance(pass.logits, c.network.logits(c.inputs).detach()) < tolerance);
      if (pass.values.defined())
        CATCH_CHECK(distance(pass.values, c.network.values(c.inputs).detach()) < tolerance);
      CATCH_CHECK(distance(c.by_pass(pass, heads), c.by_autograd(heads)) < tolerance);
    }
  });
}

CATCH_TEST_CASE("of a pass with both heads, either may be learnt from alone, again and again") {
  for_every_case([](Case& c, const NetworkConfig&, double tolerance) {
    const Network::Pass pass = c.network.forward(c.inputs, Heads::both);
    for (const Heads heads : {Heads::policy, Heads::value, Heads::policy})
      CATCH_CHECK(distance(c.by_pass(pass, heads), c.by_autograd(heads)) < tolerance);
  });
}

CATCH_TEST_CASE("gradients add to those that are there") {
  for_every_case([](Case& c, const NetworkConfig&, double tolerance) {
    const Network::Pass pass = c.network.forward(c.inputs, Heads::both);
    const Tensor once = c.by_pass(pass, Heads::both);
    c.network.backward(pass, c.to_logits, c.to_values);
    CATCH_CHECK(distance(c.network.gradients(), 2 * once) < tolerance);
  });
}

CATCH_TEST_CASE("a shared trunk learns of values only where it is told to") {
  for_every_case([](Case& c, const NetworkConfig& config, double tolerance) {
    const Network::Pass pass = c.network.forward(c.inputs, Heads::both);
    const Tensor everything = c.by_pass(pass, Heads::value);
    const Tensor own = c.by_pass(pass, Heads::value, Reach::own_layers);
    if (!config.shared_trunk) {
      CATCH_CHECK(at::equal(own, everything));
      return;
    }
    for (const auto& [name, parameter] : c.network.named_parameters()) {
      const std::int64_t at = parameter.storage_offset(), size = parameter.numel();
      const Tensor expected = everything.narrow(0, at, size);
      CATCH_CHECK(at::equal(own.narrow(0, at, size),
                            name.starts_with("value.") ? expected : at::zeros_like(expected)));
    }
    CATCH_CHECK(own.abs().sum().item<double>() > 0);
    CATCH_CHECK(distance(c.by_pass(pass, Heads::both, Reach::own_layers),
                         c.by_pass(pass, Heads::policy) + own) < tolerance);
  });
}

CATCH_TEST_CASE("the tangent is the change of the logits along a direction") {
  for_every_case([](Case& c, const NetworkConfig&, double tolerance) {
    for (const Heads heads : {Heads::policy, Heads::both}) {
      const Network::Pass pass = c.network.forward(c.inputs, heads);
      const Tensor change = c.network.tangent(pass, c.direction);
      CATCH_CHECK(change.sizes() == pass.logits.sizes());
      // <J v, u> = <v, Jᵀ u>, for every u that looks at one decision alone.
      for (const int i : {0, kObservations - 1}) {
        const Tensor only = at::zeros_like(c.to_logits);
        only[i] = c.to_logits[i];
        c.network.gradients().zero_();
        c.network.backward(pass, only, {});
        const double expected = (c.network.gradients() * c.direction).sum().item<double>();
        CATCH_CHECK((change * only).sum().item<double>() ==
                    Approx(expected).epsilon(10 * tolerance).margin(10 * tolerance));
      }
    }
  });
}

CATCH_TEST_CASE("gradients and tangents are slopes") {
  constexpr double kStep = 1e-7;
  for (const NetworkConfig& config : shapes()) {
    if (config.activation == Activation::relu) continue;  // has corners
    Case c(config, small_spec(), at::kDouble);
    const Network::Pass pass = c.network.forward(c.inputs, Heads::both);
    const Tensor gradient = c.by_pass(pass, Heads::both);
    const Tensor change = c.network.tangent(pass, c.direction);
    const auto moved = [&](double step) {
      c.network.parameters().add_(c.direction, step);
      Network::Pass there = c.network.forward(c.inputs, Heads::both);
      c.network.parameters().sub_(c.direction, step);
      return there;
    };
    const Network::Pass up = moved(kStep), down = moved(-kStep);
    const Tensor slope = (up.logits - down.logits) / (2 * kStep);
    const Tensor values_slope = (up.values - down.values) / (2 * kStep);
    CATCH_CHECK(distance(change, slope) < 1e-6);
    CATCH_CHECK((gradient * c.direction).sum().item<double>() ==
                Approx((slope * c.to_logits).sum().item<double>() +
                       (values_slope * c.to_values).sum().item<double>())
                    .epsilon(1e-6));
  }
}

CATCH_TEST_CASE("evaluating gives the numbers of a pass") {
  for (const NetworkConfig& config : shapes()) {
    Case c(config, small_spec(), at::kFloat);
    SparseObservations seen;
    c.network.encode(observations(kObservations, 2).view(), kObservations, seen);
    std::vector<float> logits(kObservations * kActions), values(kObservations);
    c.network.evaluate(seen, logits, values);
    const Network::Pass pass = c.network.forward(c.inputs, Heads::both);
    CATCH_CHECK(distance(at::tensor(logits), pass.logits.flatten()) < 1e-6);
    CATCH_CHECK(distance(at::tensor(values), pass.values) < 1e-6);
    std::vector<float> alone(logits.size());
    c.network.evaluate(seen, alone);
    CATCH_CHECK(alone == logits);
  }
}

}  // namespace
}  // namespace pump::agents
