#include "agents/network.hpp"

#include <cmath>
#include <numbers>
#include <set>

#include <ATen/ATen.h>

#include "agents/initialise.hpp"
#include "engine/ensure.hpp"

namespace pump::agents {

namespace {

using at::Tensor;

constexpr std::uint32_t kMagic = 0x314e504f;  // "OPN1"

// Orthogonal weights with gain sqrt(2), a near-uniform first policy, an unscaled value head
// (Andrychowicz et al. 2021, sections 3.2 and B.2; Huang et al. 2022, detail 2).
constexpr double kHiddenGain = std::numbers::sqrt2, kPolicyGain = .01, kValueGain = 1;
// A row of the table is added for each of some ten cells that differ.
const double kRowDeviation = std::sqrt(2.0 / 10);

std::int64_t width_of(const NetworkConfig& config) { return config.hidden.front(); }

}  // namespace

Network::Network(const engine::ObservationSpec& spec, int actions, const NetworkConfig& config,
                 std::uint64_t seed, const at::Device& device)
    : spec_(spec),
      actions_(actions),
      config_(config),
      seed_(seed),
      device_(device),
      vocabulary_(spec) {
  ENSURE(!config.hidden.empty() && actions >= 1, "{} hidden layers, {} actions",
         config.hidden.size(), actions);
  allocate(at::kCPU);
  bind();
  initialise();
  move_to(device);
}

Network::Network(const Network& other)
    : spec_(other.spec_),
      actions_(other.actions_),
      config_(other.config_),
      seed_(other.seed_),
      device_(other.device_),
      vocabulary_(other.vocabulary_),
      quiet_(other.quiet_) {
  allocate(device_);
  {
    at::NoGradGuard no_grad;
    flat_.copy_(other.flat_);
  }
  bind();
}

std::int64_t Network::first_width() const {
  return width_of(config_) * (config_.shared_trunk ? 1 : 2);
}

void Network::allocate(const at::Device& device) {
  const auto scalars = static_cast<std::int64_t>(spec_.scalars.size());
  std::int64_t trunk = 0;
  for (std::size_t i = 1; i < config_.hidden.size(); i++)
    trunk += (config_.hidden[i - 1] + 1) * config_.hidden[i];
  const std::int64_t heads = (config_.hidden.back() + 1) * (actions_ + 1);
  dense_ = (scalars + 1) * first_width() + trunk * (config_.shared_trunk ? 1 : 2) + heads;
  flat_ = at::zeros({dense_ + first_width() * vocabulary_.capacity()}, device);
  flat_gradient_ = at::zeros_like(flat_);
}

// A parameter that lives in the flat tensors, gradient and all.
Tensor Network::leaf(std::int64_t at, at::IntArrayRef shape) {
  const std::int64_t size = c10::multiply_integers(shape);
  Tensor parameter = flat_.narrow(0, at, size).view(shape).detach();
  parameter.requires_grad_(true);
  parameter.mutable_grad() = flat_gradient_.narrow(0, at, size).view(shape);
  return parameter;
}

void Network::bind() {
  std::int64_t at = 0;
  const auto next = [&](at::IntArrayRef shape) {
    const Tensor parameter = leaf(at, shape);
    at += parameter.numel();
    return parameter;
  };
  first_bias_ = next({first_width()});
  scalar_weights_ = next({static_cast<std::int64_t>(spec_.scalars.size()), first_width()});
  const auto add = [&](Layers& layers, const std::string& name, int in, int out) {
    layers.push_back({name, next({in, out}), next({out})});
  };
  shared_.clear();
  policy_.clear();
  value_.clear();
  const auto trunk = [&](Layers& layers, const std::string& name) {
    for (std::size_t i = 1; i < config_.hidden.size(); i++)
      add(layers, name + std::to_string(i), config_.hidden[i - 1], config_.hidden[i]);
  };
  if (config_.shared_trunk) trunk(shared_, "shared.");
  if (!config_.shared_trunk) trunk(policy_, "policy.");
  add(policy_, "policy.head", config_.hidden.back(), actions_);
  if (!config_.shared_trunk) trunk(value_, "value.");
  add(value_, "value.head", config_.hidden.back(), 1);
  ENSURE(at == dense_, "{} of {} weights", at, dense_);
  bind_table();
}

void Network::bind_table() { table_ = leaf(dense_, {vocabulary_.size(), first_width()}); }

void Network::initialise() {
  at::NoGradGuard no_grad;
  const auto fill = [&](Layers& layers) {
    for (Layer& layer : layers) {
      const double gain = layer.name == "policy.head"  ? kPolicyGain
                          : layer.name == "value.head" ? kValueGain
                                                       : kHiddenGain;
      fill_orthogonal(
          {layer.weight.data_ptr<float>(), static_cast<std::size_t>(layer.weight.numel())},
          static_cast<int>(layer.weight.size(0)), static_cast<int>(layer.weight.size(1)), gain,
          seed_, layer.name);
    }
  };
  fill(shared_);
  fill(policy_);
  fill(value_);
  const double deviation = std::sqrt(2.0 / std::max<std::size_t>(1, spec_.scalars.size()));
  fill_normal(
      {scalar_weights_.data_ptr<float>(), static_cast<std::size_t>(scalar_weights_.numel())},
      deviation, seed_, "first.scalars");
}

void Network::initialise_rows(int from) {
  at::NoGradGuard no_grad;
  const auto width = static_cast<std::size_t>(first_width());
  const int rows = vocabulary_.size();
  Tensor fresh = at::empty({rows - from, first_width()});
  for (int row = from; row < rows; row++)
    fill_normal({fresh.data_ptr<float>() + static_cast<std::size_t>(row - from) * width, width},
                kRowDeviation, seed_, "first.table",
                static_cast<std::uint32_t>(vocabulary_.pairs()[static_cast<std::size_t>(row)]));
  if (quiet_) fresh.narrow(1, 0, width_of(config_)).zero_();
  bind_table();
  table_.narrow(0, from, rows - from).copy_(fresh);
}

void Network::move_to(const at::Device& device) {
  if (device == device_ && flat_.device() == device) return;
  device_ = device;
  flat_ = flat_.to(device);
  flat_gradient_ = at::zeros_like(flat_);
  bind();
}

void Network::encode(const Observations& observations, int n, SparseObservations& out) const {
  vocabulary_.encode(observations, n, out);
}

void Network::learn(const Observations& observations, int n, SparseObservations& out) {
  const int known = vocabulary_.size();
  vocabulary_.learn(observations, n, out);
  if (vocabulary_.size() > known) initialise_rows(known);
}

void Network::meet(std::span<const std::int32_t> pairs) {
  const int known = vocabulary_.size();
  ENSURE(std::equal(vocabulary_.pairs().begin(), vocabulary_.pairs().end(), pairs.begin()),
         "{} pairs that are not the first of {}", known, pairs.size());
  if (static_cast<std::size_t>(known) == pairs.size()) return;
  vocabulary_.restore(pairs);
  initialise_rows(known);
}

Tensor Network::activate(const Tensor& x) const {
  return config_.activation == Activation::tanh ? at::tanh(x) : at::relu(x);
}

Tensor Network::first(const Inputs& inputs, std::int64_t column, std::int64_t width) const {
  if (width == first_width())
    return activate(sparse_affine(inputs, first_bias_, scalar_weights_, table_));
  return activate(sparse_affine(inputs, first_bias_.narrow(0, column, width),
                                scalar_weights_.narrow(1, column, width),
                                table_.narrow(1, column, width)));
}

// Dense layers, with the activation between them but not after a head.
Tensor Network::through(Tensor x, const Layers& layers) const {
  for (const Layer& layer : layers) {
    x = at::addmm(layer.bias, x, layer.weight);
    if (!layer.name.ends_with("head")) x = activate(x);
  }
  return x;
}

Tensor Network::logits(const Inputs& inputs) const {
  const Tensor x = first(inputs, 0, width_of(config_));
  return through(through(x, shared_), policy_);
}

Tensor Network::values(const Inputs& inputs) const {
  const std::int64_t width = width_of(config_);
  const Tensor x = first(inputs, first_width() - width, width);
  return through(through(x, shared_), value_).squeeze(1);
}

std::vector<std::pair<std::string, Tensor>> Network::named_parameters() const {
  std::vector<std::pair<std::string, Tensor>> out = {{"first.bias", first_bias_},
                                                     {"first.scalars", scalar_weights_}};
  for (const Layers* layers : {&shared_, &policy_, &value_})
    for (const Layer& layer : *layers) {
      out.emplace_back(layer.name + ".weight", layer.weight);
      out.emplace_back(layer.name + ".bias", layer.bias);
    }
  out.emplace_back("first.table", table_);
  return out;
}

void Network::save(ByteWriter& out) const {
  out.value(kMagic);
  out.value(static_cast<std::int32_t>(spec_.codes()));
  out.value(static_cast<std::int32_t>(vocabulary_.capacity()));
  out.value(static_cast<std::int32_t>(spec_.scalars.size()));
  out.value(static_cast<std::int32_t>(actions_));
  out.array(config_.hidden);
  out.value(static_cast<std::int32_t>(config_.activation));
  out.value(static_cast<std::int32_t>(config_.shared_trunk));
  out.value(seed_);
  out.value(static_cast<std::uint8_t>(quiet_));
  out.array(vocabulary_.pairs());
  const Tensor weights = parameters().to(at::kCPU).contiguous();
  out.array(
      std::span<const float>(weights.data_ptr<float>(), static_cast<std::size_t>(weights.numel())));
}

namespace {

NetworkConfig read_config(ByteReader& in) {
  constexpr int kWidest = 1 << 14, kDeepest = 64;
  NetworkConfig config;
  config.hidden = in.array<int>();
  if (config.hidden.empty() || config.hidden.size() > kDeepest)
    in.refuse(fmt::format("1 to {} hidden layers", kDeepest), config.hidden.size());
  for (const int width : config.hidden)
    if (width < 1 || width > kWidest) in.refuse(fmt::format("a width to {}", kWidest), width);
  const auto activation = in.value<std::int32_t>(), shared = in.value<std::int32_t>();
  if (activation < 0 || activation > 1) in.refuse("activation 0 or 1", activation);
  if (shared < 0 || shared > 1) in.refuse("shared trunk 0 or 1", shared);
  config.activation = static_cast<Activation>(activation);
  config.shared_trunk = shared == 1;
  return config;
}

std::vector<std::int32_t> read_pairs(ByteReader& in, int capacity) {
  const auto pairs = in.array<std::int32_t>();
  std::set<std::int32_t> seen;
  for (const std::int32_t pair : pairs)
    if (pair < 0 || pair >= capacity || !seen.insert(pair).second)
      in.refuse(fmt::format("different pairs from 0 to {}", capacity - 1), pair);
  return pairs;
}

}  // namespace

std::unique_ptr<Network> Network::read(ByteReader& in, const engine::ObservationSpec& spec,
                                       int actions) {
  if (const auto magic = in.value<std::uint32_t>(); magic != kMagic)
    in.refuse("a policy", fmt::format("something else (it starts with {:08x})", magic));
  const auto expect = [&in](int expected, const char* what) {
    const auto got = in.value<std::int32_t>();
    if (got != expected) in.refuse(fmt::format("a policy for {} {}", expected, what), got);
  };
  const int capacity = Vocabulary(spec).capacity();
  expect(spec.codes(), "observed codes");
  expect(capacity, "pairs of cell and code");
  expect(static_cast<int>(spec.scalars.size()), "observed scalars");
  expect(actions, "actions");
  const NetworkConfig config = read_config(in);
  const auto seed = in.value<std::uint64_t>();
  const bool quiet = in.value<std::uint8_t>() != 0;
  const std::vector<std::int32_t> pairs = read_pairs(in, capacity);
  // Before anything is made of them: widths are only as large as what follows.
  for (const int width : config.hidden)
    if (static_cast<std::size_t>(width) > in.left() / sizeof(float))
      in.refuse("weights for every layer", fmt::format("a layer of {} and too few bytes", width));
  auto network = std::make_unique<Network>(spec, actions, config, seed);
  network->quiet_ = quiet;
  network->vocabulary_.restore(pairs);
  network->bind_table();
  at::NoGradGuard no_grad;
  Tensor weights = network->parameters();
  const auto saved = in.array<float>(static_cast<std::size_t>(weights.numel()), "weights");
  weights.copy_(at::from_blob(const_cast<float*>(saved.data()), weights.sizes()));
  return network;
}

}  // namespace pump::agents
