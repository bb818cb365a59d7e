// A class at the window: lessons by their keys, sliders by the mouse, and what is drawn of them.
#include "harness/demo/demo.hpp"

#include <chrono>
#include <thread>

#include "harness/files.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"
#include "tests/support/harness/scratch.hpp"
#include "tests/support/viewer/pictures.hpp"
#include "tests/support/viewer/seat.hpp"
#include "tests/support/viewer/shell.hpp"

using namespace pump::harness;
using pump::engine::Command;
using pump::engine::Desk;
using pump::engine::Slider;
using pump::test::as_stored;
using pump::test::contains;
using pump::test::difference;
using pump::test::Scratch;
using pump::test::Seat;
using pump::test::shell;
using pump::test::window_options;
using pump::viewer::Picture;

namespace {

const std::string kPump = PUMP_BINARY;

// A teacher's own.
const std::string kSixth =
    "title: Mine\n"
    "about: a lesson of the test's own\n"
    "order: 6\n"
    "minutes: 1\n"
    "pages:\n"
    "  - title: Which way?\n"
    "    text: Somebody types.\n"
    "    question: What comes of it?\n"
    "    answers: [it is repaired, it is skipped]\n"
    "    right: 2\n"
    "    reveal: Skipped.\n"
    "    watch: [{environment: unit_test, policy: 'demo:skip', wish: green}]\n"
    "  - title: A leash\n"
    "    text: Move it.\n"
    "    solve:\n"
    "      environment: unit_test\n"
    "      wish: green\n"
    "      reference: prior\n"
    "      leash: [0, 0.5, 1, 1.5, 2]\n"
    "      beta: 2\n"
    "      weights: true\n";

Lesson sixth() {
  const Scratch scratch;
  write_text(scratch / "sixth.yaml", kSixth);
  return load_lesson((scratch / "sixth.yaml").string());
}

void wait(Demo& demo) {
  while (demo.busy()) {
    demo.advance(0);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

double value_of(const Demo& demo, const std::string& word) {
  const auto desk = demo.desk();
  for (const Desk::Part& part : desk->parts)
    if (const auto* slider = std::get_if<Slider>(&part); slider && contains(slider->text, word))
      return slider->value;
  CATCH_FAIL("no slider " << word);
  return 0;
}

}  // namespace

CATCH_TEST_CASE("each lesson runs to its end by its own keys") {
  for (const Lesson& lesson : all_lessons()) {
    if (lesson.order == 0) continue;
    CATCH_INFO(lesson.name);
    Demo demo(lesson, 0);
    Seat seat(window_options(1000, 700), demo);
    seat.click(100, 100);  // the keys go where the pointer is
    seat.obey();
    for (std::size_t page = 1; page <= lesson.pages.size(); page++) {
      CATCH_CHECK(demo.desk()->title == lesson.title + ", " + std::to_string(page) + " of " +
                                            std::to_string(lesson.pages.size()));
      if (demo.asks()) {
        seat.press("1");
        seat.obey();
      }
      CATCH_CHECK_FALSE(demo.asks());
      CATCH_CHECK_FALSE(demo.over());
      seat.press("Return");
      seat.obey();
    }
    CATCH_CHECK(demo.over());
  }
}

CATCH_TEST_CASE("a sixth lesson needs no compiler, and is gone through by the command") {
  const Scratch scratch;
  write_text(scratch / "sixth.yaml", kSixth);
  const std::string file = (scratch / "sixth.yaml").string();
  // Somebody presses its keys until it is over. The window goes while the last one is down, and
  // the hand with it: it is let go of, or the next test's hand could not press it.
  const auto ran =
      shell(kPump + " demo " + file + " & demo=$!; " +
            "for i in $(seq 100); do kill -0 $demo 2>/dev/null || break; " +
            "xdotool search --name 'Outcome Pump: Mine' mousemove --window %1 60 60 key "
            "2 Down Return; sleep .3; done; xdotool keyup 2 keyup Down keyup Return; wait $demo");
  CATCH_INFO(ran.said);
  CATCH_CHECK(ran.status == 0);

  write_text(scratch / "bad.yaml", kSixth + "      leesh: [0]\n");
  const auto bad = shell(kPump + " demo " + (scratch / "bad.yaml").string());
  CATCH_CHECK(bad.status == 2);
  CATCH_CHECK(std::count(bad.said.begin(), bad.said.end(), '\n') == 1);
  CATCH_CHECK(contains(bad.said, "bad.yaml:22: "));
  CATCH_CHECK(contains(bad.said, "leash"));
}

CATCH_TEST_CASE("the leash is moved by the mouse and by the arrows, and the bars follow") {
  Demo demo(sixth(), 1);
  wait(demo);
  Seat seat(window_options(1280, 800), demo);
  const Picture before = seat.picture();
  seat.click(100, 100);
  seat.obey();
  CATCH_CHECK(value_of(demo, "beta") == 2);
  seat.press("Down");
  seat.obey();
  CATCH_CHECK(value_of(demo, "beta") == 1.5);
  seat.press("Down Down Down Down");
  seat.obey();
  CATCH_CHECK(value_of(demo, "beta") == 0);
  wait(demo);
  CATCH_CHECK(difference(before, seat.picture()).strong > .001);
  seat.press("Up");
  seat.obey();
  CATCH_CHECK(value_of(demo, "beta") == .5);
  seat.click(1050, 245);  // the middle of it
  seat.obey();
  CATCH_CHECK(value_of(demo, "beta") == 1);
}

CATCH_TEST_CASE("a weight is dragged to where the pointer is, and G grants the wish") {
  Demo demo(sixth(), 1);
  wait(demo);
  Seat seat(window_options(1280, 800), demo);
  seat.click(100, 100);
  seat.obey();
  seat.press("w");
  seat.obey();
  CATCH_CHECK(value_of(demo, "green") == 1);
  seat.click(1013, 119);  // nearly at the end of the slider of `green`, which goes from -2 to 2
  seat.obey();
  CATCH_CHECK(value_of(demo, "green") == Catch::Approx(1.85).margin(.15));
  seat.press("g");
  seat.obey();
  wait(demo);
  const auto desk = demo.desk();
  bool granted = false;
  for (const Desk::Part& part : desk->parts)
    if (const auto* words = std::get_if<pump::engine::Words>(&part))
      granted = granted || contains(words->text, "Most probably");
  CATCH_CHECK(granted);
}

CATCH_TEST_CASE("the list is chosen from by number; Escape leaves a lesson, and closes the list") {
  Demo demo(all_lessons());
  Seat seat(window_options(1000, 700), demo);
  seat.click(100, 100);
  seat.obey();
  seat.press("1");
  seat.obey();
  CATCH_CHECK(demo.desk()->title == "The wish, 1 of 5");
  seat.press("Escape");
  seat.obey();
  CATCH_CHECK(seat.is_open());
  CATCH_CHECK(demo.desk()->title == "lessons");
  seat.press("Escape");
  seat.obey();
  CATCH_CHECK_FALSE(seat.is_open());
}

CATCH_TEST_CASE("pump demo lists what there is, and refuses what there is not") {
  const auto list = shell(kPump + " demo --list");
  CATCH_CHECK(list.status == 0);
  for (const Lesson& lesson : all_lessons()) CATCH_CHECK(contains(list.said, lesson.title));
  for (const auto& [words, expected] : std::initializer_list<std::pair<std::string, std::string>>{
           {"the_whish", "the_wish"},
           {"the_wish --page 9", "1 to 5"},
           {"the_wish --screenshot /nowhere/a.png", "a.png"},
           {"the_wish --page 2 --screenshot /tmp/never.png --press q", "--press"},
           {"the_wish --press 1", "--screenshot"}}) {
    const auto ran = shell(kPump + " demo " + words);
    CATCH_INFO(words << "\n" << ran.said);
    CATCH_CHECK(ran.status == 2);
    CATCH_CHECK(std::count(ran.said.begin(), ran.said.end(), '\n') == 1);
    CATCH_CHECK(contains(ran.said, expected));
  }
}

// ---- Stills ------------------------------------------------------------------------------------

namespace {

struct Still {
  const char *lesson, *name;
  std::size_t page;  // from 1
  std::vector<std::string> keys;
  int step;     // -1: the last
  bool learnt;  // what it shows was trained, so that another machine's may differ
};
const std::vector<Still> kStills = {
    {"the_wish", "lesson_the_wish.png", 2, {"3"}, -1, false},
    {"patching", "lesson_patching.png", 2, {"1"}, -1, false},
    {"two_objectives", "lesson_two_objectives.png", 1, {"2"}, -1, true},
    {"leash_or_luck", "lesson_leash_or_luck.png", 2, {"2"}, -1, true},
    {"one_token", "lesson_one_token.png", 2, {"2", "a"}, -1, false},
    {"wish", "demo_wish.png", 1, {}, -1, true},
};

Picture take(const Still& still) {
  Demo demo(load_lesson(still.lesson), still.page - 1);
  wait(demo);
  for (const std::string& key : still.keys) {
    demo.apply(*pump::engine::command_of(*demo.desk(), key));
    wait(demo);
  }
  demo.apply(still.step < 0 ? Command{Command::Kind::last}
                            : Command{Command::Kind::seek, still.step});
  Seat seat(window_options(1280, 800), demo);
  return seat.picture();
}

}  // namespace

CATCH_TEST_CASE("the lessons look as in the lesson plan") {
  for (const Still& still : kStills)
    if (!still.learnt) CATCH_CHECK(as_stored(take(still), still.name, 3, .012));
}

CATCH_TEST_CASE("store the lessons' stills", "[.store]") {
  for (const Still& still : kStills) save(take(still), pump::test::stored_picture(still.name));
}
