#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pump::agents {

enum class NetworkKind { mlp, convolution };
enum class Activation { tanh, relu };
enum class Optimiser { adam, rmsprop, sgd };
enum class Device { automatic, cpu, cuda };

struct NetworkConfig {
  NetworkKind kind = NetworkKind::mlp;
  std::vector<int> channels = {16, 32};  // of the convolutions before the hidden layers
  std::vector<int> hidden = {64, 64};
  Activation activation = Activation::tanh;
  bool shared_trunk = false;
};

// Everything an objective can be told. A named objective reads some of it and ignores the rest;
// which, and where each default comes from, is written in its own file. Read from
// configs/objectives/NAME/{paper,common}.yaml.
struct TrainConfig {
  std::string objective = "ppo_clip";
  NetworkConfig network;
  Device device = Device::automatic;

  int worlds = 32;
  int rollout_steps = 128;  // steps a world an update; 0: one whole episode a world
  int epochs = 4, minibatches = 4;
  Optimiser optimiser = Optimiser::adam;
  double learning_rate = 7e-4;
  bool anneal_learning_rate = false;  // linearly to 0 over the budget
  double optimiser_eps = 1e-5;
  double rmsprop_alpha = .99;
  double gamma = 1, gae_lambda = .95;
  double clip_coef = .2;
  bool clip_value_loss = false;
  bool normalise_advantages = true;
  double ent_coef = .05, vf_coef = .5, max_grad_norm = .5;
  double kl_coef = 0;         // beta of the leash to the reference, nats -> reward
  double kl_target = 0;       // nats an episode; 0: kl_coef stays fixed
  double kl_horizon = 10000;  // episodes, of the adaptive controller (Ziegler et al. 2019)
};

}  // namespace pump::agents
