#include "agents/optimiser.hpp"

#include <cmath>

#include <ATen/ATen.h>

#include "engine/ensure.hpp"

namespace pump::agents {

namespace {

constexpr double kBeta1 = .9, kBeta2 = .999;

std::vector<float> floats(const at::Tensor& tensor) {
  const at::Tensor here = tensor.to(at::kCPU).contiguous();
  return {here.data_ptr<float>(), here.data_ptr<float>() + here.numel()};
}

void restore(at::Tensor& tensor, ByteReader& in) {
  auto saved = in.array<float>(static_cast<std::size_t>(tensor.numel()), "optimiser values");
  tensor.copy_(at::from_blob(saved.data(), tensor.sizes()));
}

}  // namespace

FlatOptimiser::FlatOptimiser(Optimiser kind, double eps, double rmsprop_alpha,
                             std::int64_t capacity, const at::Device& device)
    : kind_(kind), eps_(eps), alpha_(rmsprop_alpha) {
  const auto options = at::TensorOptions(at::kFloat).device(device);
  mean_ = at::zeros({kind == Optimiser::adam ? capacity : 0}, options);
  square_ = at::zeros({kind == Optimiser::sgd ? 0 : capacity}, options);
}

void FlatOptimiser::step(at::Tensor parameters, const at::Tensor& gradients, double learning_rate) {
  at::NoGradGuard no_grad;
  const std::int64_t n = parameters.size(0);
  steps_++;
  if (kind_ == Optimiser::sgd) {
    parameters.add_(gradients, -learning_rate);
    return;
  }
  at::Tensor square = square_.narrow(0, 0, n);
  if (kind_ == Optimiser::rmsprop) {
    square.mul_(alpha_).addcmul_(gradients, gradients, 1 - alpha_);
    parameters.addcdiv_(gradients, square.sqrt().add_(eps_), -learning_rate);
    return;
  }
  at::Tensor mean = mean_.narrow(0, 0, n);
  mean.mul_(kBeta1).add_(gradients, 1 - kBeta1);
  square.mul_(kBeta2).addcmul_(gradients, gradients, 1 - kBeta2);
  const double t = static_cast<double>(steps_);
  const double mean_left = 1 - std::pow(kBeta1, t), square_left = 1 - std::pow(kBeta2, t);
  const at::Tensor root = square.sqrt().div_(std::sqrt(square_left)).add_(eps_);
  parameters.addcdiv_(mean, root, -learning_rate / mean_left);
}

void FlatOptimiser::save(ByteWriter& out) const {
  out.value(steps_);
  out.array(floats(mean_));
  out.array(floats(square_));
}

void FlatOptimiser::load(ByteReader& in) {
  steps_ = in.value<std::int64_t>();
  restore(mean_, in);
  restore(square_, in);
}

double clip_gradients(at::Tensor gradients, double max_norm) {
  at::NoGradGuard no_grad;
  const double norm = gradients.norm().item<double>();
  if (max_norm > 0 && norm > max_norm) gradients.mul_(max_norm / (norm + 1e-6));
  return norm;
}

}  // namespace pump::agents
