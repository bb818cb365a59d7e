#include "harness/demo/exhibit.hpp"

#include <type_traits>

#include "harness/demo/exhibits.hpp"

namespace pump::harness {
namespace {

class WatchExhibit final : public Exhibit {
 public:
  explicit WatchExhibit(const WatchSpec& spec) {
    std::vector<std::unique_ptr<Session>> sessions;
    for (const WatchRequest& panel : spec.panels) sessions.push_back(open_session(panel));
    show(std::move(sessions));
  }
  void reveal() override { showing().play_one(); }
};

}  // namespace

void Exhibit::show(std::vector<std::unique_ptr<Session>> sessions) {
  Showing next(std::move(sessions));
  if (showing_) next.keep_pace_of(*showing_);
  showing_.emplace(std::move(next));
}

Background::Job Exhibit::job(Background::Job work, std::function<void(const std::string&)> failed) {
  return [alive = std::weak_ptr<int>(alive_), work = std::move(work),
          failed = std::move(failed)]() -> Background::Delivery {
    Background::Delivery found;
    try {
      found = work();
    } catch (const std::exception& error) {
      found = [failed, what = std::string(error.what())] { failed(what); };
    }
    if (!found) return {};
    return [alive, found = std::move(found)] {
      if (!alive.expired()) found();
    };
  };
}

std::unique_ptr<Exhibit> make_exhibit(const Exhibited& what, Workshop& workshop) {
  return std::visit(
      [&](const auto& spec) -> std::unique_ptr<Exhibit> {
        using Spec = std::decay_t<decltype(spec)>;
        if constexpr (std::is_same_v<Spec, WatchSpec>)
          return std::make_unique<WatchExhibit>(spec);
        else if constexpr (std::is_same_v<Spec, SolveSpec>)
          return solve_exhibit(spec, workshop);
        else
          return train_exhibit(spec, workshop);
      },
      what.what);
}

std::unique_ptr<Session> still_session(std::shared_ptr<const engine::Environment> environment,
                                       const std::string& title) {
  engine::Replay nothing = engine::record(*environment, 0, 0, 0, {});
  return std::make_unique<Session>(title, std::move(environment), std::nullopt,
                                   replay_driver(std::move(nothing), ""));
}

std::unique_ptr<Session> replay_session(std::shared_ptr<const engine::Environment> environment,
                                        const engine::Wish& wish, engine::Replay replay,
                                        const std::string& title) {
  return std::make_unique<Session>(title, std::move(environment), wish,
                                   replay_driver(std::move(replay), ""));
}

}  // namespace pump::harness
