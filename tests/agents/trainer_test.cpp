#include "agents/trainer.hpp"

#include <cmath>
#include <limits>

#include "engine/error.hpp"
#include "tests/support/agents/corridor_training.hpp"
#include "tests/support/catch.hpp"

namespace pump::agents {
namespace {

using Catch::Approx;

CATCH_TEST_CASE("every objective solves a two-armed bandit and a corridor") {
  for (const std::string& name : objective_names())
    for (const int length : {1, 4}) {
      CATCH_INFO(name << ", length " << length);
      CorridorTraining lesson(small_config(name), length, 3);
      CATCH_CHECK(lesson.forward() == Approx(.5).margin(.02));
      lesson.train(length == 1 ? 6'000 : 20'000);
      CATCH_CHECK(lesson.forward() > .9);
      CATCH_CHECK(!lesson.trainer.diverged());
    }
}

CATCH_TEST_CASE("a leashed bandit ends at the soft optimum") {
  // One choice, reward 1 for an arm, beta: P* = 1 / (1 + e^{-1 / beta}).
  for (const double beta : {.5, 1.}) {
    TrainConfig config = small_config("ppo_kl");
    config.ent_coef = 0;
    config.worlds = 64;
    CorridorTraining lesson(config, 1, 5, 0, beta);
    lesson.train(60'000);
    CATCH_CHECK(lesson.forward() == Approx(1 / (1 + std::exp(-1 / beta))).margin(.03));
  }
}

CATCH_TEST_CASE("training again gives the same bytes, and another seed others") {
  for (const std::string& name : objective_names()) {
    CATCH_INFO(name);
    CorridorTraining once(small_config(name), 4, 3), again(small_config(name), 4, 3);
    CorridorTraining other(small_config(name), 4, 4);
    for (CorridorTraining* lesson : {&once, &again, &other}) lesson->train(1000);
    CATCH_CHECK(once.trainer.save() == again.trainer.save());
    CATCH_CHECK(once.trainer.save() != other.trainer.save());
  }
}

CATCH_TEST_CASE("a trainer saved and loaded elsewhere goes on to the same bytes") {
  for (const std::string& name : objective_names()) {
    CATCH_INFO(name);
    const TrainConfig config = small_config(name);
    CorridorTraining whole(config, 4, 3, .25), half(config, 4, 3, .25), rest(config, 4, 3, .25);
    half.train(1000);
    rest.trainer.load(half.trainer.save(), "checkpoint");
    rest.batch->load(half.batch->save());
    CATCH_CHECK(rest.trainer.steps() == half.trainer.steps());
    for (CorridorTraining* lesson : {&whole, &rest}) lesson->train(3000);
    CATCH_CHECK(whole.trainer.save() == rest.trainer.save());
    CATCH_CHECK(whole.batch->save() == rest.batch->save());
  }
}

CATCH_TEST_CASE("a checkpoint cut short or of another kind is refused") {
  CorridorTraining lesson(small_config("ppo_clip"), 4, 3), fresh(small_config("ppo_clip"), 4, 3);
  lesson.train(200);
  const std::vector<std::byte> bytes = lesson.trainer.save();
  for (const std::size_t kept :
       {std::size_t{0}, std::size_t{5}, bytes.size() / 2, bytes.size() - 1})
    CATCH_CHECK_THROWS_AS(fresh.trainer.load(std::span(bytes).first(kept), "c"), Error);
  CATCH_CHECK_THROWS_AS(fresh.trainer.load(lesson.trainer.policy().save(), "c"), Error);
}

CATCH_TEST_CASE("a loss that stops being finite ends training as diverged") {
  TrainConfig config = small_config("ppo_clip");
  CorridorTraining lesson(config, 4, 3);
  lesson.wish.weights = {std::numeric_limits<double>::infinity()};
  for (int i = 0; i < 20 && !lesson.trainer.diverged(); i++) lesson.trainer.update();
  CATCH_CHECK(lesson.trainer.diverged());
}

CATCH_TEST_CASE("a learning rate may fall to zero over the budget") {
  TrainConfig config = small_config("a2c");
  config.anneal_learning_rate = true;
  CorridorTraining lesson(config, 4, 3);
  const double first = lesson.trainer.update().at("learning_rate");
  lesson.train(5'000);
  const double middle = lesson.trainer.update().at("learning_rate");
  CATCH_CHECK(first == Approx(3e-3));
  CATCH_CHECK(middle == Approx(1.5e-3).epsilon(.05));
}

}  // namespace
}  // namespace pump::agents
