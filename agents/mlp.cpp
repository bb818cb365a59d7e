#include "agents/mlp.hpp"

#include <algorithm>

namespace pump::agents {

namespace {

// So many observations go through all layers before the next do: what one layer leaves is still in
// the cache when another reads it. A multiple of the rows that multiply takes at a time.
constexpr std::int64_t kBlock = 192;

template <class T>
SparseBatch<T> part_of(const SparseBatch<T>& batch, std::int64_t from, std::int64_t count) {
  return {{batch.lists.offsets + from, batch.lists.rows}, batch.scalars.middle_rows(from, count)};
}

std::size_t index(Part part) { return static_cast<std::size_t>(part); }

template <class T>
Matrix<T> weight_of(T* weights, const DenseLayer& layer) {
  return {weights + layer.weight, layer.in, layer.out};
}

}  // namespace

// Some observations of a record, or of another array of the same shape.
template <class T>
struct Mlp::Records {
  T* data;
  std::int64_t all, from, count;

  Matrix<T> first(std::int64_t width, const Columns& columns) const {
    return {data + from * width + columns.from, count, columns.count, width};
  }
  Matrix<T> output(const Layer& layer) const {
    return {data + all * layer.output + from * layer.out, count, layer.out};
  }
  Matrix<T> input(const Layer& layer) const {
    const Source& source = layer.input;
    return {data + all * source.at + from * source.width + source.column, count, layer.in,
            source.width};
  }
};

Mlp::Mlp(const NetworkLayout& layout, const NetworkConfig& config)
    : layout_(layout),
      activation_(config.activation),
      shared_(config.shared_trunk),
      record_size_(layout.columns) {
  const Source first{0, layout.columns, 0};
  std::array<Source, 3> sources = {first, first, first};
  if (!shared_) sources[index(Part::value)].column = layout.width;
  for (const DenseLayer& layer : layout.layers) {
    if (layer.head && layer.part == Part::policy) policy_head_ = layers_.size();
    layers_.push_back({layer, record_size_, sources[index(layer.part)]});
    const Source output{record_size_, layer.out, 0};
    if (layer.part == Part::shared)
      sources.fill(output);
    else
      sources[index(layer.part)] = output;
    record_size_ += layer.out;
  }
}

Mlp::Columns Mlp::columns_of(bool policy, bool value) const {
  if (shared_ || (policy && value)) return {0, layout_.columns};
  return {policy ? 0 : layout_.width, layout_.width};
}

// scalars W + the sum of each observation's table rows.
template <class T>
void Mlp::first_product(const T* weights, const SparseBatch<T>& batch, const Columns& columns,
                        const Matrix<T>& out) const {
  const Matrix<const T> of_scalars{weights + layout_.first_scalars, layout_.scalars,
                                   layout_.columns};
  const Matrix<const T> table{weights + layout_.table, 0, layout_.columns};  // rows as listed
  multiply(batch.scalars, of_scalars.middle_columns(columns.from, columns.count), out);
  add_rows(out, table.middle_columns(columns.from, columns.count), batch.lists);
}

template <class T>
void Mlp::forward(const T* weights, const SparseBatch<T>& batch, Heads heads, T* record) const {
  const bool policy = heads != Heads::value, value = heads != Heads::policy;
  const Parts wanted = {true, policy, value};
  const Columns columns = columns_of(policy, value);
  for (std::int64_t from = 0; from < batch.size(); from += kBlock) {
    const std::int64_t count = std::min(kBlock, batch.size() - from);
    const Records<T> block{record, batch.size(), from, count};
    const Matrix<T> first = block.first(layout_.columns, columns);
    first_product(weights, part_of(batch, from, count), columns, first);
    activate(first, weights + layout_.first_bias + columns.from, activation_);
    for (const Layer& layer : layers_) {
      if (!wanted[index(layer.part)]) continue;
      const Matrix<T> out = block.output(layer);
      multiply(block.input(layer), weight_of(weights, layer), out);
      layer.head ? add_bias(out, weights + layer.bias)
                 : activate(out, weights + layer.bias, activation_);
    }
  }
}

// Every dense layer's weights transposed, each where the layer's own would be.
template <class T>
std::vector<T> Mlp::turned_weights(const T* weights) const {
  std::vector<T> turned(static_cast<std::size_t>(layout_.table));
  for (const Layer& layer : layers_)
    transpose(weight_of(weights, layer), turned.data() + layer.weight);
  return turned;
}

template <class T>
void Mlp::first_backward(const SparseBatch<T>& batch, const Columns& columns,
                         const Matrix<T>& gradient, const Matrix<const T>& output,
                         T* gradients) const {
  const Matrix<T> of_scalars{gradients + layout_.first_scalars, layout_.scalars, layout_.columns};
  const Matrix<T> table{gradients + layout_.table, 0, layout_.columns};  // rows as listed
  activation_backward(gradient, output, activation_);
  add_columns<T>(gradient, gradients + layout_.first_bias + columns.from);
  multiply(batch.scalars.transposed(), gradient,
           of_scalars.middle_columns(columns.from, columns.count), Result::added);
  add_to_rows<T>(table.middle_columns(columns.from, columns.count), gradient, batch.lists);
}

template <class T>
void Mlp::backward(const T* weights, const SparseBatch<T>& batch, const T* record,
                   const T* logits_gradient, const T* values_gradient, Reach reach,
                   T* gradients) const {
  const bool policy = logits_gradient != nullptr, value = values_gradient != nullptr;
  const bool from_value = value && (!shared_ || reach == Reach::everything);  // into the trunk
  const Parts reached = {policy || from_value, policy, value};
  const Columns columns = columns_of(policy, from_value);
  const std::vector<T> turned = turned_weights(weights);
  std::vector<T> scratch(static_cast<std::size_t>(std::min(kBlock, batch.size()) * record_size_));
  for (std::int64_t from = 0; from < batch.size(); from += kBlock) {
    const std::int64_t count = std::min(kBlock, batch.size() - from);
    const Records<const T> kept{record, batch.size(), from, count};
    const Records<T> gradient{scratch.data(), count, 0, count};
    for (std::size_t i = layers_.size(); i-- > 0;) {
      const Layer& layer = layers_[i];
      if (!reached[index(layer.part)]) continue;
      const Matrix<T> g = gradient.output(layer);
      if (layer.head) {
        const T* given = layer.part == Part::policy ? logits_gradient : values_gradient;
        std::copy_n(given + from * layer.out, count * layer.out, g.data);
      } else {
        activation_backward(g, kept.output(layer), activation_);
      }
      add_columns<T>(g, gradients + layer.bias);
      multiply(kept.input(layer).transposed(), g, weight_of(gradients, layer), Result::added);
      if (layer.part == Part::value && !from_value) continue;
      // Of a shared trunk's two readers the policy's head comes second.
      const bool second = shared_ && layer.part == Part::policy && from_value;
      multiply(g, Matrix<const T>{turned.data() + layer.weight, layer.out, layer.in},
               gradient.input(layer), second ? Result::added : Result::replaced);
    }
    if (reached[index(Part::shared)])
      first_backward(part_of(batch, from, count), columns, gradient.first(layout_.columns, columns),
                     kept.first(layout_.columns, columns), gradients);
  }
}

template <class T>
void Mlp::tangent(const T* weights, const SparseBatch<T>& batch, const T* record,
                  const T* direction, T* out) const {
  const Columns columns = columns_of(true, false);
  std::vector<T> scratch(static_cast<std::size_t>(std::min(kBlock, batch.size()) * record_size_));
  for (std::int64_t from = 0; from < batch.size(); from += kBlock) {
    const std::int64_t count = std::min(kBlock, batch.size() - from);
    const Records<const T> kept{record, batch.size(), from, count};
    const Records<T> change{scratch.data(), count, 0, count};
    const Matrix<T> first = change.first(layout_.columns, columns);
    first_product(direction, part_of(batch, from, count), columns, first);
    add_bias(first, direction + layout_.first_bias);
    activation_backward(first, kept.first(layout_.columns, columns), activation_);
    for (const Layer& layer : layers_) {
      if (layer.part == Part::value) continue;
      const Matrix<T> d = change.output(layer);
      multiply(change.input(layer), weight_of(weights, layer), d);
      multiply(kept.input(layer), weight_of(direction, layer), d, Result::added);
      add_bias(d, direction + layer.bias);
      if (!layer.head) activation_backward(d, kept.output(layer), activation_);
    }
    const Matrix<T> logits = change.output(layers_[policy_head_]);
    std::copy_n(logits.data, count * logits.columns, out + from * logits.columns);
  }
}

#define PUMP_MLP_OF(T)                                                                       \
  template void Mlp::forward(const T*, const SparseBatch<T>&, Heads, T*) const;              \
  template void Mlp::backward(const T*, const SparseBatch<T>&, const T*, const T*, const T*, \
                              Reach, T*) const;                                              \
  template void Mlp::tangent(const T*, const SparseBatch<T>&, const T*, const T*, T*) const;
PUMP_MLP_OF(float)
PUMP_MLP_OF(double)
#undef PUMP_MLP_OF

}  // namespace pump::agents
