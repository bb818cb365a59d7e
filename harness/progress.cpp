#include "harness/progress.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
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

// ", 31k steps/s, 12 s left"; nothing before there is a rate. seconds_left: none is by the rate.
std::string rate_text(std::uint64_t steps, std::optional<std::uint64_t> remaining_steps,
                      double seconds, std::optional<double> seconds_left = {}) {
  const double rate = seconds > 0 ? static_cast<double>(steps) / seconds : 0;
  if (rate <= 0) return "";
  std::string text = fmt::format(", {} steps/s", steps_text(rate));
  if (!seconds_left && remaining_steps) seconds_left = static_cast<double>(*remaining_steps) / rate;
  if (seconds_left) text += fmt::format(", {} left", time_text(*seconds_left));
  return text;
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
  if (p.running == 0) return text;
  return text + rate_text(p.steps, p.remaining_steps, seconds, p.seconds_left);
}

std::string progress_text(const TrialProgress& p, double seconds) {
  const auto words = [](std::uint64_t steps) { return steps_text(static_cast<double>(steps)); };
  std::string text = p.budget_steps
                         ? fmt::format("{}/{} steps", words(p.steps), words(*p.budget_steps))
                         : fmt::format("{} steps", words(p.steps));
  if (p.proxy_return) text += fmt::format(", proxy return {:.3g}", *p.proxy_return);
  if (p.uhr) text += fmt::format(", UHR {:.0f} %", 100 * *p.uhr);
  if (p.kl_to_reference) text += fmt::format(", KL {:.2g} nats a decision", *p.kl_to_reference);
  std::optional<std::uint64_t> remaining;
  if (p.budget_steps) remaining = *p.budget_steps - std::min(p.steps, *p.budget_steps);
  return text + rate_text(p.steps - p.steps_before, remaining, seconds);
}

ProgressDisplay::ProgressDisplay() : terminal_(::isatty(STDERR_FILENO) == 1) {}

double ProgressDisplay::seconds() const {
  return std::chrono::duration<double>(Clock::now() - start_).count();
}

void ProgressDisplay::show(const std::string& text, bool now) {
  const auto time = Clock::now();
  const Clock::duration pause = terminal_ ? Clock::duration(kRedraw) : Clock::duration(kReprint);
  if (!now && time - last_ < pause) return;
  last_ = time;
  if (!terminal_ && text == last_text_) return;
  last_text_ = text;
  if (terminal_)
    put(fmt::format("\r\033[K{}", text.substr(0, terminal_width() - 1)));
  else
    put(fmt::format("{}\n", text));
  drawn_ = terminal_;
}

void ProgressDisplay::finish(const std::string& text) {
  show(text, true);
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
