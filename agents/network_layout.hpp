#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agents/config.hpp"
#include "engine/environment.hpp"

namespace pump::agents {

// Whom a layer serves. Without a shared trunk nothing is `shared`.
enum class Part : std::uint8_t { shared, policy, value };

// x W + b, and behind it the activation unless it is a head.
struct DenseLayer {
  std::string name;
  Part part;
  bool head;
  int in, out;
  std::int64_t weight, bias;  // where [in][out] and [out] begin
};
// 3 x 3 cells, stride 1, zeros around the edge, relu behind it.
struct ConvolutionLayer {
  std::string name;
  Part part;
  int in, out;                // planes
  std::int64_t weight, bias;  // where [out][in][3][3] and [out] begin
};
inline constexpr int kKernel = 3;  // cells across

// Where the weights of a network lie in one flat array. A convolution's come first, then
//   MLP: the first layer's bias, and weights of the scalars; every further layer; and last the
//        first layer's table, [rows met][columns], which may grow
//   convolution: dense layers, whose first reads all planes of all cells and then the scalars
// With separate trunks an MLP's first layer holds both side by side, the policy's columns first.
struct NetworkLayout {
  // pump::Error when a convolution is to see no cells.
  NetworkLayout(const engine::ObservationSpec& spec, int actions, const NetworkConfig& config);

  bool convolutional;
  int scalars, cells, planes;  // planes: of one-hot codes but the usual ones
  int width = 0, columns = 0;  // of an MLP's first layer: one trunk's, and all
  std::int64_t first_bias = 0, first_scalars = 0;
  std::vector<ConvolutionLayer> convolutions;  // shared, or the policy's and then the value's
  std::vector<DenseLayer> layers;              // shared, policy, value: each ends in its head
  std::int64_t table = 0;                      // weights before the table

 private:
  void add_convolutions(const NetworkConfig& config, Part part);
  void add_trunk(const NetworkConfig& config, Part part);
  void add(Part part, bool head, const std::string& name, int in, int out);
};

}  // namespace pump::agents
