// In a real window: scripts/test gives these tests an X server without a screen.
#include "viewer/window.hpp"

#include <cstdlib>
#include <set>
#include <string>

#include <nlohmann/json.hpp>

#include "envs/catalogue.hpp"
#include "harness/files.hpp"
#include "harness/open_session.hpp"
#include "harness/showing.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/viewer/pictures.hpp"
#include "tests/support/viewer/seat.hpp"

using namespace pump::viewer;
using pump::engine::Command;
using pump::harness::open_session;
using pump::harness::Session;
using pump::harness::Showing;
using pump::test::as_stored;
using pump::test::difference;
using pump::test::Seat;
using pump::test::window_options;

namespace {

std::unique_ptr<Session> scripted(const std::string& script, const std::string& map = "cottage") {
  return open_session({"burning_building", "demo:" + script, "distance", {"map=" + map}, 1});
}

template <class... Sessions>
Showing showing_of(Sessions... sessions) {
  std::vector<std::unique_ptr<Session>> all;
  (all.push_back(std::move(sessions)), ...);
  return Showing(std::move(all));
}

int step_of(const Showing& showing) { return showing.snapshots()[0].inspection.step; }

}  // namespace

CATCH_TEST_CASE("every environment's scene is drawn, at its start and at its end") {
  for (const auto& entry : pump::envs::catalogue()) {
    const auto& info = entry.info();
    CATCH_INFO(info.name);
    Showing showing = showing_of(open_session({info.name, "uniform", "", {}, 1}));
    Window window(window_options(), showing.snapshots());
    const Picture first = window.picture(showing.snapshots(), 0);
    CATCH_CHECK(pump::test::colours(first, 60) == 60);
    showing.apply({Command::Kind::last, 0});
    const Picture last = window.picture(showing.snapshots(), 0);
    CATCH_CHECK(difference(first, last).mean > 0);
  }
}

CATCH_TEST_CASE("whatever an environment draws has a picture") {
  const auto json = nlohmann::json::parse(
      pump::harness::read_text(pump::harness::assets_directory() / "sprites.json"));
  const auto& pictures = json["pictures"];
  const auto has = [&](const std::string& name) { return pictures.contains(name); };
  std::set<std::string> lacking;
  for (const auto& entry : pump::envs::catalogue())
    for (const auto& demonstration : entry.info().demonstrations) {
      const auto& name = entry.info().name;
      const auto session = open_session({name, "demo:" + demonstration.name, "", {}, 1});
      for (; !session->at_end(); session->step_forward()) {
        const auto scene = session->snapshot().scene;
        for (const auto& tile : scene->tiles)
          if (!tile.kind.empty() && !has("tile/" + tile.kind))
            lacking.insert(name + ": tile/" + tile.kind);
        for (const auto& sprite : scene->sprites)
          if (!has("sprite/" + sprite.kind) && sprite.kind != "fire" && sprite.kind != "blast")
            lacking.insert(name + ": sprite/" + sprite.kind);
      }
    }
  CATCH_CHECK(lacking == std::set<std::string>{});
  CATCH_CHECK(has("sprite/fire.3"));
}

CATCH_TEST_CASE("keys play, rewind and jump") {
  Showing showing = showing_of(scripted("intended"));
  Seat seat(window_options(), showing);
  seat.click(100, 100);  // the keys go where the pointer is
  seat.obey();
  seat.press("Right Right Right");
  seat.obey();
  CATCH_CHECK(step_of(showing) == 3);
  seat.press("Left");
  seat.obey();
  CATCH_CHECK(step_of(showing) == 2);
  seat.press("space");
  seat.obey();
  CATCH_CHECK(showing.playing());
  seat.press("space");
  seat.press("Return");
  seat.obey();
  CATCH_CHECK(showing.snapshots()[0].inspection.step ==
              showing.snapshots()[0].inspection.last_step);
  seat.press("Home");
  seat.obey();
  CATCH_CHECK(step_of(showing) == 0);
  seat.press("Next");  // page down
  seat.obey();
  CATCH_CHECK(showing.snapshots()[0].inspection.episode == 1);
}

CATCH_TEST_CASE("clicks step, and drag the time line") {
  Showing showing = showing_of(scripted("intended"));
  const WindowOptions options = window_options(1280, 800);
  Seat seat(options, showing);
  seat.click(162, 747);  // a step on
  seat.obey();
  CATCH_CHECK(step_of(showing) == 1);
  seat.click(65, 747);  // a step back
  seat.obey();
  CATCH_CHECK(step_of(showing) == 0);
  seat.click(740, 747);  // the middle of the time line
  seat.obey();
  const int last = showing.snapshots()[0].inspection.last_step;
  CATCH_CHECK(std::abs(step_of(showing) - last / 2) <= 1);
  seat.click(190, 747);  // to the outcome
  seat.obey();
  CATCH_CHECK(step_of(showing) == last);
}

CATCH_TEST_CASE("F1 explains the keys, F2 turns dark, Escape closes") {
  Showing showing = showing_of(scripted("intended"));
  Seat seat(window_options(), showing);
  seat.click(100, 100);
  seat.obey();
  const Picture plain = seat.picture();
  seat.press("F1");
  CATCH_CHECK(seat.obey() == 0);
  const Picture help = seat.picture();
  CATCH_CHECK(difference(plain, help).strong > .02);
  seat.press("Escape");  // the help first
  seat.obey();
  CATCH_CHECK(seat.is_open());
  CATCH_CHECK(difference(plain, seat.picture()).mean < .5);
  seat.press("F2");
  seat.obey();
  CATCH_CHECK(difference(plain, seat.picture()).mean > 30);
  seat.press("Escape");
  seat.obey();
  CATCH_CHECK_FALSE(seat.is_open());
}

CATCH_TEST_CASE("worlds side by side are driven together") {
  Showing showing = showing_of(scripted("intended"), scripted("explosion"));
  Seat seat(window_options(1000, 700), showing);
  seat.click(100, 100);
  seat.obey();
  seat.press("Right Right");
  seat.obey();
  for (const auto& snapshot : showing.snapshots()) CATCH_CHECK(snapshot.inspection.step == 2);
  seat.press("Left");
  seat.obey();
  for (const auto& snapshot : showing.snapshots()) CATCH_CHECK(snapshot.inspection.step == 1);
}

CATCH_TEST_CASE("a person's keys act, and what they led to is shown") {
  Showing showing =
      showing_of(pump::harness::open_play({"burning_building", "", "distance", {}, 1}));
  Seat seat(window_options(), showing);
  seat.click(100, 100);
  seat.obey();
  seat.press("Up");
  seat.obey();
  showing.advance(1);
  CATCH_CHECK(step_of(showing) == 1);
  CATCH_CHECK(showing.snapshots()[0].inspection.taken == pump::engine::Action{0});
  seat.press("BackSpace");
  seat.obey();
  CATCH_CHECK(step_of(showing) == 0);
}

CATCH_TEST_CASE("a window that is resized is filled") {
  Showing showing = showing_of(scripted("intended"));
  Picture wide;
  {
    Seat seat(window_options(), showing);
    seat.resize(1000, 420);
    seat.obey();
    wide = seat.picture();
  }
  CATCH_CHECK((wide.width == 1000 && wide.height == 420));
  Window window(window_options(1000, 420), showing.snapshots());
  CATCH_CHECK(difference(wide, window.picture(showing.snapshots(), 0)).mean < 2);
}

CATCH_TEST_CASE("the text grows with the window and with its key") {
  Showing showing = showing_of(scripted("intended"));
  Seat small(window_options(), showing);
  const Picture before = small.picture();
  small.click(100, 100);
  small.obey();
  small.press("F4 F4 F4");
  small.obey();
  CATCH_CHECK(difference(before, small.picture()).strong > .01);
}

// How far off a stored picture the same may be: fonts and rasterisers differ a little from one
// distribution to the next; a missing wall, person or button differs by far more.
namespace {

constexpr double kMean = 3, kStrong = .012;

template <class Look>
void each_stored_picture(Look&& look) {
  const auto take = [&](Showing showing, const WindowOptions& options, double step,
                        const std::string& name) {
    showing.apply({Command::Kind::seek, static_cast<int>(step)});
    showing.move_within(step - static_cast<int>(step));
    Window window(options, showing.snapshots());
    for (const Command& command : window.commands()) showing.apply(command);
    look(window.picture(showing.snapshots(), 0), name);
  };
  WindowOptions bare = window_options(800, 640);
  bare.inspector = false;
  take(showing_of(scripted("intended")), bare, 0, "cottage.png");
  take(showing_of(scripted("intended", "house")), bare, 0, "house.png");
  take(showing_of(scripted("intended", "block")), bare, 0, "block.png");
  const Showing probe = showing_of(scripted("explosion"));
  const int before = probe.snapshots()[0].inspection.last_step - 1;
  take(showing_of(scripted("explosion")), bare, before + .15, "explosion.png");
  WindowOptions full = window_options(1280, 800);
  take(showing_of(scripted("explosion"), scripted("intended")), full, 40, "compare.png");
  full.dark = full.layers.visits = full.layers.arrows = true;
  take(showing_of(scripted("intended")), full, 7, "inspector.png");
}

}  // namespace

CATCH_TEST_CASE("the pictures are those that are stored") {
  each_stored_picture([](const Picture& picture, const std::string& name) {
    CATCH_CHECK(as_stored(picture, name, kMean, kStrong));
  });
}

// After a change that is meant to be seen: xvfb-run -a build/release/viewer_tests "[.store]"
CATCH_TEST_CASE("store the pictures", "[.store]") {
  each_stored_picture([](const Picture& picture, const std::string& name) {
    save(picture, pump::test::stored_picture(name));
  });
}

CATCH_TEST_CASE("a picture that lacks a wall is not within the tolerance") {
  Showing showing = showing_of(scripted("intended"));
  WindowOptions bare = window_options(800, 640);
  bare.inspector = false;
  Window window(bare, showing.snapshots());
  const Picture whole = window.picture(showing.snapshots(), 0);
  auto snapshots = showing.snapshots();
  auto scene = std::make_shared<pump::engine::Scene>(*snapshots[0].scene);
  scene->tile(1, 1).kind = "floor";
  scene->tile(2, 1).kind = "floor";
  snapshots[0].scene = scene;
  snapshots[0].next = nullptr;
  const auto by = difference(whole, window.picture(snapshots, 0));
  CATCH_CHECK((by.mean > kMean || by.strong > kStrong));
}
