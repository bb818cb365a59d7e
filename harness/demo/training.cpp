#include "harness/demo/training.hpp"

#include <fmt/format.h>

#include "harness/interrupt.hpp"

namespace pump::harness {

void Training::set(const std::string& id, double share) {
  const std::lock_guard lock(mutex_);
  id_ = id;
  share_ = share;
}

TrialResult Training::run(const TrialSpec& spec, const std::filesystem::path& folder,
                          const Background& background, const std::function<bool()>& wanted) {
  const std::string id = trial_id(spec);
  const auto budget = static_cast<double>(spec.budget_steps);
  set(id, 0);
  struct Over {
    Training& training;
    ~Over() { training.set("", 0); }
  } over{*this};
  return run_trial(spec, folder, [&](std::uint64_t steps, const TrialResult&) {
    set(id, static_cast<double>(steps) / budget);
    return !background.stopping() && !background.hurried() && wanted();
  });
}

engine::Work Training::work(const std::string& name, const std::string& id) const {
  const std::lock_guard lock(mutex_);
  if (id_ == id) return {fmt::format("{}: training", name), share_};
  return {fmt::format("{}: waits to be trained", name), 0};
}

}  // namespace pump::harness
