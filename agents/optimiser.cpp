#include "agents/optimiser.hpp"

#include <cmath>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "agents/kernels.hpp"

namespace pump::agents {

namespace {

constexpr double kBeta1 = .9, kBeta2 = .999;

std::vector<float> floats(const at::Tensor& tensor) {
  const at::Tensor here = tensor.to(at::kCPU).contiguous();
  return {here.data_ptr<float>(), here.data_ptr<float>() + here.numel()};
}

std::span<float> numbers(const at::Tensor& tensor) {
  return {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
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
    if (parameters.is_cpu()) {
      rmsprop(static_cast<float>(alpha_), static_cast<float>(learning_rate),
              static_cast<float>(eps_), numbers(gradients), numbers(square), numbers(parameters));
      return;
    }
    square.mul_(alpha_).addcmul_(gradients, gradients, 1 - alpha_);
    parameters.addcdiv_(gradients, square.sqrt().add_(eps_), -learning_rate);
    return;
  }
  // The moments start at 0 and are scaled up to what they are the mean of.
  const double t = static_cast<double>(steps_);
  const double rate = learning_rate / (1 - std::pow(kBeta1, t));
  const double root_scale = 1 / std::sqrt(1 - std::pow(kBeta2, t));
  at::Tensor mean = mean_.narrow(0, 0, n);
  if (parameters.is_cpu()) {
    adam({static_cast<float>(kBeta1), static_cast<float>(kBeta2), static_cast<float>(rate),
          static_cast<float>(root_scale), static_cast<float>(eps_)},
         numbers(gradients), numbers(mean), numbers(square), numbers(parameters));
    return;
  }
  mean.mul_(kBeta1).add_(gradients, 1 - kBeta1);
  square.mul_(kBeta2).addcmul_(gradients, gradients, 1 - kBeta2);
  parameters.addcdiv_(mean, square.sqrt().mul_(root_scale).add_(eps_), -rate);
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
