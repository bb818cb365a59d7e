#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/demo/exhibits.hpp"
#include "harness/demo/training.hpp"
#include "harness/demo/wish_panel.hpp"

namespace pump::harness {

// A trained policy's shares by kind, gone through exactly.
struct Dot {
  double beta = 0;
  std::vector<double> kinds;
};

// A world gone through exactly: a wish granted, the leash, and the states that decide.
class SolveExhibit final : public Exhibit {
 public:
  SolveExhibit(const SolveSpec& spec, Workshop& shop)
      : spec_(spec),
        shop_(shop),
        world_(shop.worlds.of(spec)),
        environment_(make_environment(spec.environment, spec.parameters)),
        panel_(environment_->info(), spec.wish),
        beta_(spec.beta),
        loophole_(spec.loophole) {
    stand_still();
    grant();
  }

  void reveal() override {
    revealed_ = true;
    show_future();
  }

  void look(bool at) override;
  bool ready() const override;
  void add_to(engine::Desk& desk) const override;  // solve_desk.cpp
  void press(engine::DeskId button) override;
  void slide(engine::DeskId slider, double value) override;

 private:
  enum Id : engine::DeskId {
    kLeash = kExhibitIds + 60,
    kLoophole,
    kTurning,  // and so on, one a state
  };
  void stand_still() {
    std::vector<std::unique_ptr<Session>> sessions;
    sessions.push_back(still_session(environment_, "before the wish"));
    show(std::move(sessions));
    shown_.clear();
  }
  void grant();
  void start(Background::Job work, bool first, std::function<void(const std::string&)> failed);
  void ask(double beta);
  void ask_turnings();
  TrialSpec trial_of(std::size_t index) const;
  void train(std::size_t index);
  void show_future();
  void show_turning(std::size_t turning);
  const Answer* answer() const {
    const auto found = answers_.find(beta_);
    return found == answers_.end() ? nullptr : &found->second;
  }
  // What is looked at of an answer.
  const Granted& seen_of(const Answer& answer) const {
    return loophole_ && answer.loophole ? *answer.loophole : answer.granted;
  }
  std::vector<double> by_kind(const std::vector<double>& outcomes) const;

  void add_answer(engine::Desk& desk, const Answer& answer) const;
  void add_spending(engine::Desk& desk, const Future& future) const;
  void add_leash(engine::Desk& desk, const Answer& answer) const;
  void add_curves(engine::Desk& desk) const;
  void add_turnings(engine::Desk& desk) const;
  engine::Shares shares(const Answer& answer) const;

  SolveSpec spec_;
  Workshop& shop_;
  std::shared_ptr<SolvedWorld> world_;  // asked in the background alone
  std::shared_ptr<const engine::Environment> environment_;
  WishPanel panel_;
  double beta_;
  bool loophole_;  // whether that plays
  bool revealed_ = false;
  // Counts the wishes granted: what is found of an older one is of no use.
  std::shared_ptr<std::atomic<int>> wishes_ = std::make_shared<std::atomic<int>>(0);
  std::shared_ptr<std::set<double>> solved_;  // betas, in the background alone
  std::map<double, Answer> answers_;          // by beta
  std::vector<Turning> turnings_;
  bool turnings_known_ = false;
  std::optional<std::size_t> turning_;  // that is shown
  std::vector<Dot> dots_;
  std::map<double, std::string> failures_;  // of training, by beta
  std::shared_ptr<Training> training_ = std::make_shared<Training>();
  std::vector<std::size_t> shown_;  // states of the future that is shown
};

}  // namespace pump::harness
