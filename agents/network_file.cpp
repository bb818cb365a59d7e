// Networks as bytes.
#include <set>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "agents/network.hpp"

namespace pump::agents {

namespace {

using at::Tensor;

constexpr std::uint32_t kMagic = 0x324e504f;  // "OPN2"

}  // namespace

void Network::save(ByteWriter& out) const {
  out.value(kMagic);
  out.value(static_cast<std::int32_t>(spec_.codes()));
  out.value(static_cast<std::int32_t>(vocabulary_.capacity()));
  out.value(static_cast<std::int32_t>(spec_.scalars.size()));
  out.value(static_cast<std::int32_t>(actions_));
  out.value(static_cast<std::int32_t>(config_.kind));
  out.array(config_.channels);
  out.array(config_.hidden);
  out.value(static_cast<std::int32_t>(config_.activation));
  out.value(static_cast<std::int32_t>(config_.shared_trunk));
  out.value(seed_);
  out.value(static_cast<std::uint8_t>(quiet_));
  out.array(vocabulary_.pairs());
  const Tensor weights = parameters().to(at::kCPU, at::kFloat).contiguous();
  out.array(
      std::span<const float>(weights.data_ptr<float>(), static_cast<std::size_t>(weights.numel())));
}

namespace {

std::vector<int> read_widths(ByteReader& in, const char* what) {
  constexpr int kWidest = 1 << 14, kDeepest = 64;
  const auto widths = in.array<int>();
  if (widths.empty() || widths.size() > kDeepest)
    in.refuse(fmt::format("1 to {} {}", kDeepest, what), widths.size());
  for (const int width : widths)
    if (width < 1 || width > kWidest) in.refuse(fmt::format("a width to {}", kWidest), width);
  return widths;
}

int read_choice(ByteReader& in, const char* what) {
  const auto choice = in.value<std::int32_t>();
  if (choice < 0 || choice > 1) in.refuse(fmt::format("{} 0 or 1", what), choice);
  return choice;
}

NetworkConfig read_config(ByteReader& in) {
  NetworkConfig config;
  config.kind = static_cast<NetworkKind>(read_choice(in, "kind"));
  config.channels = read_widths(in, "convolutions");
  config.hidden = read_widths(in, "hidden layers");
  config.activation = static_cast<Activation>(read_choice(in, "activation"));
  config.shared_trunk = read_choice(in, "shared trunk") == 1;
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
  // Before anything is made of them: layers are only as large as what follows.
  const NetworkLayout layout(spec, actions, config);
  const std::int64_t weights_saved =
      layout.table + layout.columns * static_cast<std::int64_t>(pairs.size());
  if (weights_saved > static_cast<std::int64_t>(in.left() / sizeof(float)))
    in.refuse(fmt::format("{} weights", weights_saved), fmt::format("{} bytes", in.left()));
  auto network = std::make_unique<Network>(spec, actions, config, seed);
  network->quiet_ = quiet;
  if (config.kind == NetworkKind::mlp) {  // a convolution knows all pairs from the start
    network->vocabulary_.restore(pairs);
    network->bind_table();
  }
  at::NoGradGuard no_grad;
  Tensor weights = network->parameters();
  const auto saved = in.array<float>(static_cast<std::size_t>(weights.numel()), "weights");
  weights.copy_(at::from_blob(const_cast<float*>(saved.data()), weights.sizes()));
  return network;
}

}  // namespace pump::agents
