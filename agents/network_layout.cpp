#include "agents/network_layout.hpp"

#include "engine/ensure.hpp"
#include "engine/error.hpp"

namespace pump::agents {

namespace {

int planes_of(const engine::ObservationSpec& spec) {
  int planes = 0;
  for (const engine::LayerSpec& layer : spec.layers)
    planes += static_cast<int>(layer.codes.size()) - 1;
  return planes;
}

const char* name_of(Part part) {
  return part == Part::shared ? "shared." : part == Part::policy ? "policy." : "value.";
}

}  // namespace

NetworkLayout::NetworkLayout(const engine::ObservationSpec& spec, int actions,
                             const NetworkConfig& config)
    : convolutional(config.kind == NetworkKind::convolution),
      scalars(static_cast<int>(spec.scalars.size())),
      cells(spec.cells()),
      planes(planes_of(spec)) {
  ENSURE(!config.hidden.empty() && actions >= 1, "{} hidden layers, {} actions",
         config.hidden.size(), actions);
  if (convolutional && (cells == 0 || planes == 0))
    throw Error("network.kind: expected mlp where no cells are seen, got convolution");
  const std::vector<Part> trunks =
      config.shared_trunk ? std::vector{Part::shared} : std::vector{Part::policy, Part::value};
  if (convolutional) {
    for (const Part part : trunks) add_convolutions(config, part);
  } else {
    width = config.hidden.front();
    columns = width * static_cast<int>(trunks.size());
    first_bias = table;
    first_scalars = first_bias + columns;
    table = first_scalars + static_cast<std::int64_t>(scalars) * columns;
  }
  if (config.shared_trunk) add_trunk(config, Part::shared);
  for (const Part part : {Part::policy, Part::value}) {
    if (!config.shared_trunk) add_trunk(config, part);
    add(part, true, "head", config.hidden.back(), part == Part::policy ? actions : 1);
  }
}

void NetworkLayout::add(Part part, bool head, const std::string& name, int in, int out) {
  const std::int64_t weights = static_cast<std::int64_t>(in) * out;
  layers.push_back({name_of(part) + name, part, head, in, out, table, table + weights});
  table += weights + out;
}

void NetworkLayout::add_convolutions(const NetworkConfig& config, Part part) {
  int in = planes;
  for (std::size_t i = 0; i < config.channels.size(); i++) {
    const int out = config.channels[i];
    const std::int64_t weights = static_cast<std::int64_t>(in) * out * kKernel * kKernel;
    convolutions.push_back({name_of(part) + ("convolution" + std::to_string(i)), part, in, out,
                            table, table + weights});
    table += weights + out;
    in = out;
  }
}

// The hidden layers: all of them behind a convolution; of an MLP, all but the first.
void NetworkLayout::add_trunk(const NetworkConfig& config, Part part) {
  int in = convolutional ? config.channels.back() * cells + scalars : config.hidden.front();
  for (std::size_t i = convolutional ? 0 : 1; i < config.hidden.size(); i++) {
    add(part, false, std::to_string(i), in, config.hidden[i]);
    in = config.hidden[i];
  }
}

}  // namespace pump::agents
