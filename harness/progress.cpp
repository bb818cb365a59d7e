#include "harness/progress.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>

#include <fmt/format.h>

#include "harness/report/report.hpp"

namespace pump::harness {
namespace {

constexpr auto kRedraw = std::chrono::milliseconds(200);  // on a terminal
constexpr auto kReprint = std::chrono::seconds(10);       // elsewhere, between finished trials

std::string time_text(double seconds) {
  if (seconds < 90) return fmt::format("{:.0f} s", seconds);
  if (seconds < 90 * 60) return fmt::format("{:.0f} min", seconds / 60);
  return fmt::format("{:.1f} h", seconds / 3600);
}

// A stderr that cannot be written is no reason to stop.
void put(const std::string& text) {
  std::fputs(text.c_str(), stderr);
  std::fflush(stderr);
}

std::size_t terminal_width() {
  winsize size{};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

}  // namespace

std::string progress_text(const SweepProgress& p, double seconds) {
  std::string text = fmt::format("{}/{} done, {} running", p.done, p.trials, p.running);
  if (p.errors > 0) text += fmt::format(", {} error{}", p.errors, p.errors == 1 ? "" : "s");
  const double rate = seconds > 0 ? static_cast<double>(p.steps) / seconds : 0;
  if (rate > 0 && p.running > 0)
    text += fmt::format(", {} steps/s, {} left", steps_text(rate),
                        time_text(static_cast<double>(p.remaining_steps) / rate));
  return text;
}

ProgressDisplay::ProgressDisplay() : terminal_(::isatty(STDERR_FILENO) == 1) {}

void ProgressDisplay::show(const SweepProgress& progress, bool now) {
  const auto time = Clock::now();
  const Clock::duration pause = terminal_ ? Clock::duration(kRedraw) : Clock::duration(kReprint);
  if (!now && time - last_ < pause) return;
  last_ = time;
  const double seconds = std::chrono::duration<double>(time - start_).count();
  const std::string text = progress_text(progress, seconds);
  if (!terminal_ && text == last_text_) return;
  last_text_ = text;
  if (terminal_)
    put(fmt::format("\r\033[K{}", text.substr(0, terminal_width() - 1)));
  else
    put(fmt::format("{}\n", text));
  drawn_ = terminal_;
}

void ProgressDisplay::finish(const SweepProgress& progress) {
  show(progress, true);
  if (drawn_) put("\n");
  drawn_ = false;
}

void ProgressDisplay::print(const std::string& line) {
  clear();
  put(fmt::format("{}\n", line));
}

void ProgressDisplay::clear() {
  if (drawn_) put("\r\033[K");
  drawn_ = false;
}

}  // namespace pump::harness
