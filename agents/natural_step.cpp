#include "agents/natural_step.hpp"

#include <cmath>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

namespace pump::agents {

using at::Tensor;

FisherProduct::FisherProduct(Network& network, const Network::Pass& pass, double damping)
    : network_(network),
      pass_(pass),
      damping_(damping),
      probabilities_(at::softmax(pass.logits, 1)) {}

Tensor FisherProduct::operator()(const Tensor& v) const {
  at::NoGradGuard no_grad;
  const Tensor change = network_.tangent(pass_, v);
  const Tensor mean = (probabilities_ * change).sum(1, true);
  const auto n = static_cast<double>(change.size(0));
  network_.gradients().zero_();
  network_.backward(pass_, probabilities_ * (change - mean) / n, Tensor());
  return network_.gradients() + damping_ * v;
}

Tensor conjugate_gradient(const std::function<Tensor(const Tensor&)>& product, const Tensor& b,
                          int iterations, double tolerance) {
  at::NoGradGuard no_grad;
  Tensor x = at::zeros_like(b), residual = b.clone(), direction = b.clone();
  double square = residual.dot(residual).item<double>();
  const double enough = tolerance * square;
  for (int i = 0; i < iterations && square > enough; i++) {
    const Tensor image = product(direction);
    const double curvature = direction.dot(image).item<double>();
    if (!(curvature > 0)) break;  // of rounding, or not finite
    const double length = square / curvature;
    x.add_(direction, length);
    residual.sub_(image, length);
    const double next = residual.dot(residual).item<double>();
    direction.mul_(next / square).add_(residual);
    square = next;
  }
  return x;
}

LineSearch search_line(Tensor parameters, const Tensor& step, double now, double max_kl, int steps,
                       const std::function<Candidate()>& evaluate) {
  at::NoGradGuard no_grad;
  const Tensor start = parameters.clone();
  double fraction = 1;
  for (int i = 0; i < steps; i++, fraction /= 2) {
    parameters.copy_(start).add_(step, fraction);
    const Candidate candidate = evaluate();
    if (candidate.loss < now && candidate.kl <= max_kl) return {fraction, candidate};
  }
  parameters.copy_(start);
  return {0, {now, 0}};
}

}  // namespace pump::agents
