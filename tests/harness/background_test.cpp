#include "harness/demo/background.hpp"

#include <chrono>
#include <thread>
#include <vector>

#include "tests/support/catch.hpp"

using pump::harness::Background;

namespace {

void wait(Background& background) {
  while (background.busy()) {
    background.deliver();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

}  // namespace

CATCH_TEST_CASE("jobs run elsewhere in order, and deliver here") {
  Background background;
  std::vector<int> order;  // written where deliver() is called: no lock
  const auto here = std::this_thread::get_id();
  for (int i = 0; i < 20; i++)
    background.start([&, i]() -> Background::Delivery {
      CATCH_CHECK(std::this_thread::get_id() != here);
      return [&, i] {
        CATCH_CHECK(std::this_thread::get_id() == here);
        order.push_back(i);
      };
    });
  wait(background);
  std::vector<int> expected;
  for (int i = 0; i < 20; i++) expected.push_back(i);
  CATCH_CHECK(order == expected);
}

CATCH_TEST_CASE("what is wanted first overtakes what waits; what is forgotten never comes") {
  Background background;
  std::atomic<bool> go = false;
  std::vector<int> order;
  const auto job = [&](int i) {
    return [&, i]() -> Background::Delivery { return [&, i] { order.push_back(i); }; };
  };
  const auto blocker = [&](int i) {
    return [&, i]() -> Background::Delivery {
      while (!go && !background.stopping())
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      return [&, i] { order.push_back(i); };
    };
  };
  background.start(blocker(0));
  background.start(job(1));
  background.start_first(job(2));
  go = true;
  wait(background);
  CATCH_CHECK((order == std::vector<int>{0, 2, 1} || order == std::vector<int>{2, 0, 1}));
  order.clear();
  go = false;
  background.start(blocker(3));
  std::this_thread::sleep_for(std::chrono::milliseconds(20));  // it is under way
  background.start(job(4));
  background.forget();  // stops the one, drops the other
  background.start(job(5));
  wait(background);
  CATCH_CHECK(order == std::vector<int>{5});
}
