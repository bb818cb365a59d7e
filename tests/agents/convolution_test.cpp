// Networks of kind convolution. Their passes are held against autograd in network_pass_test.cpp.
#include <map>

#include <ATen/ATen.h>

#include "agents/network.hpp"
#include "agents/reference.hpp"
#include "tests/support/agents/corridor_training.hpp"
#include "tests/support/agents/observations.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"

namespace pump::agents {
namespace {

using at::Tensor;

NetworkConfig convolution(bool shared) {
  NetworkConfig config = config_of({12}, Activation::tanh, shared);
  config.kind = NetworkKind::convolution;
  config.channels = {5, 4};
  return config;
}

// One plane a code but the first of each layer, [n, planes, height, width].
Tensor dense_planes(const Seen& seen, const engine::ObservationSpec& spec) {
  Tensor out = at::zeros({seen.n, 3, spec.height, spec.width});
  const std::uint8_t* code = seen.codes.data();
  for (int i = 0; i < seen.n; i++)
    for (const int first_plane : {0, 2})  // of layers a (two codes) and b (one)
      for (int y = 0; y < spec.height; y++)
        for (int x = 0; x < spec.width; x++, code++)
          if (*code > 0) out[i][first_plane + *code - 1][y][x] = 1;
  return out;
}

CATCH_TEST_CASE("a convolution is libtorch's on the one-hot planes of the codes") {
  const engine::ObservationSpec spec = small_spec();
  const Seen seen = observations(9, 2);
  for (const bool shared : {false, true}) {
    Network network(spec, 3, convolution(shared), 5);
    std::map<std::string, Tensor> weights;
    for (const auto& [name, parameter] : network.named_parameters()) {
      parameter.detach().add_(at::randn_like(parameter), .1);
      weights[name] = parameter.detach();
    }
    const Inputs inputs = learned(network, seen);
    const auto dense = [&](const Tensor& x, const std::string& layer) {
      return x.mm(weights.at(layer + ".weight")) + weights.at(layer + ".bias");
    };
    const auto head = [&](const std::string& part) {
      const std::string trunk = shared ? "shared" : part;
      Tensor x = dense_planes(seen, spec);
      for (const char* layer : {".convolution0", ".convolution1"})
        x = at::relu(at::conv2d(x, weights.at(trunk + layer + ".weight"),
                                weights.at(trunk + layer + ".bias"), 1, 1));
      x = at::cat({x.flatten(1), inputs.scalars}, 1);
      return dense(at::tanh(dense(x, trunk + ".0")), part + ".head");
    };
    CATCH_CHECK(weights.size() == (shared ? 10 : 16));
    const Network::Pass pass = network.forward(inputs, Heads::both);
    CATCH_CHECK(at::allclose(pass.logits, head("policy"), 1e-4, 1e-5));
    CATCH_CHECK(at::allclose(pass.values, head("value").squeeze(1), 1e-4, 1e-5));
  }
}

CATCH_TEST_CASE("a convolution's fresh weights are a function of seed and name") {
  const auto weights = [](std::uint64_t seed) {
    return Network(small_spec(), 3, convolution(false), seed).parameters().clone();
  };
  CATCH_CHECK(at::equal(weights(7), weights(7)));
  CATCH_CHECK(!at::equal(weights(7), weights(8)));
}

CATCH_TEST_CASE("a convolution takes notice of cells that it never met") {
  Network network(small_spec(), 3, convolution(false), 7);
  const PlainAndStrange seen;
  CATCH_CHECK(!at::equal(logits_of(network, seen.plain), logits_of(network, seen.strange)));
}

CATCH_TEST_CASE("a convolution saved and loaded, or copied, is the same") {
  for (const bool shared : {false, true}) {
    const Policy policy(small_spec(), 3, convolution(shared), 7);
    const Seen seen = observations(6, 2);
    const std::vector<std::byte> bytes = policy.save();
    const Policy again = Policy::load(bytes, small_spec(), 3, "p.bin"), copy = policy.clone();
    std::vector<float> before(18), after(18), copied(18);
    policy.evaluate(seen.view(), 6, before);
    again.evaluate(seen.view(), 6, after);
    copy.evaluate(seen.view(), 6, copied);
    CATCH_CHECK((before == after && before == copied));
    CATCH_CHECK((again.save() == bytes && copy.save() == bytes));
  }
}

CATCH_TEST_CASE("a convolution without cells to see is refused in one line") {
  const std::string told =
      test::complaint([] { Network(small_spec(false, true), 3, convolution(false), 5); });
  CATCH_CHECK(told == "network.kind: expected mlp where no cells are seen, got convolution");
}

CATCH_TEST_CASE("every objective trains a convolution, to the same bytes again") {
  for (const std::string& name : objective_names()) {
    CATCH_INFO(name);
    TrainConfig config = small_config(name);
    config.network = convolution(name == "a2c");
    CorridorTraining once(config, 4, 3), again(config, 4, 3);
    const std::vector<std::byte> fresh = once.trainer.policy().save();
    for (CorridorTraining* training : {&once, &again}) training->train(200);
    CATCH_CHECK(!once.trainer.diverged());
    CATCH_CHECK((once.trainer.policy().save() != fresh));
    CATCH_CHECK((once.trainer.save() == again.trainer.save()));
  }
}

CATCH_TEST_CASE("a convolution learns to copy demonstrations") {
  // Two sights, an action each.
  const engine::ObservationSpec spec = small_spec();
  Dataset data;
  for (int i = 0; i < 200; i++) {
    const std::size_t begin = data.codes.size();
    data.codes.resize(begin + static_cast<std::size_t>(spec.codes()));
    data.codes[begin + (i % 4 < 2 ? 1 : 6)] = 1;
    data.scalars.insert(data.scalars.end(), {.5f, .5f});
    data.actions.push_back(static_cast<engine::Action>(i % 4 / 2));
  }
  CloneConfig config;
  config.network = convolution(false);
  config.minibatch = 20;
  CloneReport report;
  clone_behaviour(spec, 3, data, config, 3, &report);
  CATCH_CHECK(report.accuracy == 1);
}

}  // namespace
}  // namespace pump::agents
