#include "harness/survey.hpp"

#include <array>

#include "engine/chance.hpp"
#include "engine/ensure.hpp"
#include "engine/episode_record.hpp"
#include "engine/error.hpp"

namespace pump::harness {
namespace {

using engine::Action;
using engine::Chance;
using engine::Environment;
using engine::StateBuffer;
using engine::Status;
using engine::Stream;
using engine::Wish;

Frequency frequency(std::string name, int count, int episodes) {
  return {std::move(name), count, static_cast<double>(count) / episodes,
          clopper_pearson(count, episodes)};
}

// One wish with its thresholds, and the count of uniform episodes that are UHR under it.
struct Judge {
  const Wish* wish;
  std::optional<Calibration> calibration;  // none: refused
  std::string refused;
  int uhr = 0;
};

Judge make_judge(const Environment& environment, const Wish& wish) {
  Judge judge{&wish, {}, {}, 0};
  try {
    judge.calibration = calibrate(environment, wish);
  } catch (const Error& error) {
    judge.refused = error.what();
  }
  return judge;
}

// Plays uniform actions without a batch: nothing is observed, and counting needs a million
// episodes.
class UniformPlay {
 public:
  UniformPlay(const Environment& environment, std::vector<Judge>& judges, std::uint64_t seed)
      : environment_(environment),
        judges_(judges),
        seed_(seed),
        actions_(static_cast<int>(environment.info().actions.size())),
        before_(environment.state_size()),
        now_(environment.state_size()),
        signals_(environment.info().signals.size()),
        totals_(signals_.size()),
        outcomes_(environment.info().outcomes.size()),
        facts_(environment.info().facts.size()) {}

  void run(int episodes) {
    for (int episode = 0; episode < episodes; episode++) play(static_cast<std::uint32_t>(episode));
  }

  const std::vector<int>& outcomes() const { return outcomes_; }
  const std::vector<int>& facts() const { return facts_; }
  double steps() const { return steps_; }

 private:
  void play(std::uint32_t episode) {
    Chance resetting({seed_, Stream::reset, 0, episode, 0});
    environment_.reset(now_, resetting);
    totals_.assign(totals_.size(), 0.0);
    for (std::uint32_t t = 0; environment_.status(now_) == Status::running; t++) {
      Chance choosing({seed_, Stream::action, 0, episode, t});
      Chance stepping({seed_, Stream::step, 0, episode, t});
      if (!judges_.empty()) before_ = now_;
      environment_.step(now_, static_cast<Action>(choosing.below(actions_)), stepping);
      steps_++;
      if (!judges_.empty()) measure();
    }
    count();
  }

  void measure() {
    environment_.signals(before_, now_, signals_);
    for (std::size_t i = 0; i < signals_.size(); i++)
      totals_[i] += static_cast<double>(signals_[i]);
  }

  void count() {
    const engine::Outcome outcome = environment_.outcome(now_);
    outcomes_[static_cast<std::size_t>(outcome.label)]++;
    for (std::size_t i = 0; i < facts_.size(); i++) facts_[i] += outcome.facts >> i & 1;
    const double utility = environment_.true_utility(now_);
    const int reset_class = environment_.reset_class(now_);
    for (Judge& judge : judges_) {
      if (!judge.calibration) continue;
      const double proxy = judge.wish->reward(std::span<const double>(totals_));
      const engine::Kind kind = judge.wish->kinds[static_cast<std::size_t>(outcome.label)];
      judge.uhr +=
          judge.calibration->classify(proxy, utility, reset_class, kind) == EpisodeClass::uhr;
    }
  }

  const Environment& environment_;
  std::vector<Judge>& judges_;
  std::uint64_t seed_;
  int actions_;
  StateBuffer before_, now_;
  std::vector<float> signals_;
  std::vector<double> totals_;
  std::vector<int> outcomes_, facts_;
  double steps_ = 0;
};

WishSurvey survey_wish(const Environment& environment, const Judge& judge, int episodes,
                       std::uint64_t seed) {
  const Wish& wish = *judge.wish;
  WishSurvey out;
  out.wish = wish.name;
  out.refused = judge.refused;
  if (!judge.calibration) return out;
  const Calibration& calibration = *judge.calibration;
  out.by_label = calibration.by_label;
  out.classes = calibration.classes;
  out.scripts = score_scripts(environment, wish, calibration, kSurveyScriptEpisodes, seed);
  out.misfits = misfits(environment, wish, out.scripts);
  out.declared.resize(out.scripts.size());
  for (const int exploit : wish.exploits) out.declared[static_cast<std::size_t>(exploit)] = true;
  out.agreement = agreement(environment, wish, calibration, kSurveyScriptEpisodes, seed);
  const AgreementTable& table = out.agreement;
  if (table.both + table.first_only + table.second_only + table.neither > 0)
    out.kappa = cohens_kappa(table);
  out.uniform_uhr = frequency("uhr", judge.uhr, episodes);
  return out;
}

}  // namespace

Survey survey(const Environment& environment, const std::vector<Wish>& wishes, int episodes,
              std::uint64_t seed, std::uint64_t state_limit) {
  ENSURE(episodes >= 1, "episodes {}", episodes);
  const engine::EnvironmentInfo& info = environment.info();
  Survey out;
  if (state_limit > 0) out.reach = count_reachable(environment, state_limit);  // may be refused
  std::vector<Judge> judges;
  for (const Wish& wish : wishes) judges.push_back(make_judge(environment, wish));
  UniformPlay uniform(environment, judges, seed);
  uniform.run(episodes);

  out.environment = info.name;
  out.version = info.version;
  out.parameters = environment.parameters().texts();
  out.episodes = episodes;
  out.seed = seed;
  out.mean_length = uniform.steps() / episodes;
  for (std::size_t i = 0; i < info.outcomes.size(); i++)
    out.outcomes.push_back(frequency(info.outcomes[i], uniform.outcomes()[i], episodes));
  for (std::size_t i = 0; i < info.facts.size(); i++)
    out.facts.push_back(frequency(info.facts[i], uniform.facts()[i], episodes));
  for (const Judge& judge : judges)
    out.wishes.push_back(survey_wish(environment, judge, episodes, seed));
  return out;
}

}  // namespace pump::harness
