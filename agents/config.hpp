#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pump::agents {

enum class NetworkKind { mlp, convolution };
enum class Activation { tanh, relu };
enum class Optimiser { adam, rmsprop, sgd };
enum class Device { automatic, cpu, cuda };
enum class OccupancyOf { state, state_action };
enum class Divergence { kl, chi2 };
enum class OutcomeCodes { final_signals, oracle };

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
  // A return that the horizon cut off goes on with the value of the last state: only where that
  // state does not show that the horizon is near.
  bool bootstrap_truncated = false;
  double clip_coef = .2;
  bool clip_value_loss = false;
  bool normalise_advantages = true;
  double ent_coef = .05, vf_coef = .5, max_grad_norm = .5;
  double kl_coef = 0;                 // beta of the leash to the reference, nats -> reward
  bool kl_length_normalised = false;  // paid per episode as a mean over its decisions, not a sum
  double kl_target = 0;               // nats an episode; 0: kl_coef stays fixed
  double kl_horizon = 10000;          // episodes, of the adaptive controller (Ziegler et al. 2019)

  // natural_gradient, trpo
  int cg_iterations = 10;         // of conjugate gradients
  double cg_damping = .1;         // added to the Fisher matrix's diagonal
  int fisher_stride = 1;          // one decision in so many speaks for the Fisher matrix
  double natural_step_size = .1;  // alpha of the fixed step
  double max_kl = .01;            // delta of the trust region, nats a decision
  int line_search_steps = 10;     // each halves the step
  int value_epochs = 5;           // passes of the value function over `minibatches`

  // ppo_penalty
  double penalty_coef = 1;      // beta at the start
  double penalty_target = .01;  // nats a decision

  // grpo, dr_grpo
  int group_size = 8;  // worlds that share their resets; `worlds` is a multiple of it

  // ppo_occupancy
  double occupancy_gamma = .99;  // discount of occupancies; under 1
  OccupancyOf occupancy_of = OccupancyOf::state;
  Divergence occupancy_divergence = Divergence::kl;
  bool occupancy_tabular = false;  // counts of states seen instead of a classifier
  int occupancy_epochs = 4;        // of the classifier, an update
  double occupancy_learning_rate = 1e-3;

  // ppo_outcome
  OutcomeCodes outcome_code = OutcomeCodes::final_signals;
  double outcome_quantum = .25;  // of a final signal, in its unit
  int outcome_episodes = 256;    // fresh ones of the policy, an update
  int outcome_reference_episodes = 10'000;
  bool outcome_given_success = false;
  double outcome_max_kl = 0;  // nats; 0: no trust region
};

}  // namespace pump::agents
