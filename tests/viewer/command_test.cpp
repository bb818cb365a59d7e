// The command itself, as somebody types it.
#include <cstdlib>
#include <filesystem>
#include <string>

#include "harness/files.hpp"
#include "harness/golden.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"
#include "tests/support/harness/scratch.hpp"
#include "tests/support/viewer/pictures.hpp"
#include "tests/support/viewer/shell.hpp"

using pump::harness::read_text;
using pump::test::contains;
using pump::test::Scratch;
using pump::test::shell;
using Ran = pump::test::ShellRan;
namespace fs = std::filesystem;

namespace {

const std::string kPump = PUMP_BINARY;
const std::string kExplosion =
    kPump + " watch --env burning_building --policy demo:explosion --wish distance";

int lines(const std::string& text) {
  return static_cast<int>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

CATCH_TEST_CASE("without a display: one clear line, status 2") {
  for (const std::string display : {"env -u DISPLAY ", "DISPLAY= ", "DISPLAY=:4711 "})
    for (const std::string& command :
         {kExplosion, kPump + " play burning_building",
          kPump + " train --environment burning_building --wish distance --objective ppo_clip "
                  "--out /tmp/never --watch"}) {
      const Ran ran = shell(display + command);
      CATCH_INFO(display << command << "\n" << ran.said);
      CATCH_CHECK(ran.status == 2);
      CATCH_CHECK(lines(ran.said) == 1);
      CATCH_CHECK(contains(ran.said, "xvfb-run"));
      CATCH_CHECK_FALSE(fs::exists("/tmp/never"));
    }
}

CATCH_TEST_CASE("a screenshot is what the window shows, at a step and between two") {
  const Scratch scratch;
  const auto shot = [&](const std::string& more, const std::string& name) {
    const Ran ran = shell(kExplosion + " " + more + " --screenshot " + (scratch / name).string());
    CATCH_INFO(ran.said);
    CATCH_REQUIRE(ran.status == 0);
    return pump::viewer::load_picture(scratch / name);
  };
  const auto first = shot("--step 0", "a.png"), again = shot("--step 0", "b.png");
  CATCH_CHECK((first.width == 1280 && first.height == 800));
  CATCH_CHECK(pump::test::difference(first, again).mean == 0);
  CATCH_CHECK(pump::test::difference(first, shot("--step 3.5", "c.png")).mean > .1);
  const auto small = shot("--size 640x480 --theme dark --bare", "d.png");
  CATCH_CHECK((small.width == 640 && small.height == 480));
}

CATCH_TEST_CASE("what cannot be watched or written is one line and status 2") {
  const Scratch scratch;
  const std::string file = (scratch / "a").string();
  for (const auto& [more, word] : std::initializer_list<std::pair<std::string, std::string>>{
           {"--size 12x", "--size"},
           {"--size 99999x100", "--size"},
           {"--step -1", "--step"},
           {"--step nan", "--step"},
           {"--text nan", "--text"},
           {"--theme pink", "--theme"},
           {"--video " + file + ".avi", ".mp4"},
           {"--screenshot " + file + "/none/a.png", "a.png"},
           {"--policy uniform --policy uniform --policy uniform --policy uniform", "4"},
           {"--set map=castle", "castle"}}) {
    const Ran ran = shell(kExplosion + " " + more);
    CATCH_INFO(more << "\n" << ran.said);
    CATCH_CHECK(ran.status == 2);
    CATCH_CHECK(lines(ran.said) == 1);
    CATCH_CHECK(contains(ran.said, word));
  }
  CATCH_CHECK(shell(kPump + " watch").status == 2);
  const std::string train = kPump + " train --environment burning_building --wish distance --out " +
                            file + " --objective ";
  const Ran yardstick = shell(train + "best_of_n --watch");
  CATCH_CHECK((yardstick.status == 2 && contains(yardstick.said, "best_of_n")));
  CATCH_CHECK(shell(train + "ppo_clip --theme dark").status ==
              2);  // of a window that none asked for
  CATCH_CHECK(fs::is_empty(scratch.path()));
}

CATCH_TEST_CASE("a video is made by ffmpeg, or the line says what is missing") {
  const Scratch scratch;
  const bool has_ffmpeg = std::system("command -v ffmpeg >/dev/null 2>&1") == 0;
  const fs::path file = scratch / "a.gif";
  const Ran ran = shell(kExplosion + " --size 400x320 --video " + file.string());
  CATCH_INFO(ran.said);
  CATCH_CHECK(ran.status == (has_ffmpeg ? 0 : 2));
  CATCH_CHECK(fs::exists(file) == has_ffmpeg);
  const Ran nowhere =
      shell(kExplosion + " --size 400x320 --video " + file.string() + "/none/b.gif");
  CATCH_CHECK((nowhere.status == 2 && lines(nowhere.said) == 1));
  CATCH_CHECK(contains(nowhere.said, has_ffmpeg ? "b.gif" : "ffmpeg"));
  const Ran without = shell("PATH=" + scratch.path().string() + " " + kExplosion + " --video " +
                            (scratch / "b.mp4").string());
  CATCH_CHECK(without.status == 2);
  CATCH_CHECK(contains(without.said, "ffmpeg"));
}

CATCH_TEST_CASE("a trial with a window on it leaves the bytes of one without") {
  const Scratch scratch;
  const std::string train =
      kPump +
      " train --environment burning_building --wish distance --objective ppo_clip "
      "--set steps=30000 --set evaluation_episodes=16 --out ";
  const fs::path alone = scratch / "alone", watched = scratch / "watched";
  CATCH_REQUIRE(shell(train + alone.string()).status == 0);
  // Somebody closes the window when the trial is over.
  const Ran ran = shell(
      train + watched.string() + " --watch & trial=$!; for i in $(seq 600); do sleep .1; [ -f " +
      (watched / "result.json").string() +
      " ] && break; done; sleep 1; for i in $(seq 100); do xdotool search --name 'Outcome Pump' "
      "mousemove --window %1 60 60 key Escape && break; sleep .1; done; xdotool keyup Escape; "
      "wait $trial");
  CATCH_INFO(ran.said);
  CATCH_CHECK(ran.status == 0);
  CATCH_CHECK_FALSE(contains(ran.said, "without a window"));
  for (const auto& entry : fs::recursive_directory_iterator(alone)) {
    if (!entry.is_regular_file()) continue;
    const fs::path other = watched / fs::relative(entry.path(), alone);
    CATCH_INFO(other);
    CATCH_CHECK(read_text(entry.path()) == read_text(other));
  }
}
