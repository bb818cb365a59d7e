#include "harness/worker.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include <fmt/format.h>

#include "engine/error.hpp"

namespace pump::harness {
namespace {

struct Pipe {
  int read = -1, write = -1;
};

Pipe make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    throw Error(fmt::format("worker: expected a pipe, got: {}", std::strerror(errno)));
  return {ends[0], ends[1]};
}

// In the child, between fork and exec: only what is safe there.
[[noreturn]] void become_worker(pid_t parent, int orders, int answers, int complaints) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // never outlives the parent, however that ends
  if (::getppid() != parent) ::_exit(1);
  ::signal(SIGINT, SIG_IGN);  // Ctrl-C goes to the whole group; the parent decides
  ::signal(SIGTERM, SIG_DFL);
  ::signal(SIGPIPE, SIG_DFL);  // nobody reads the answers any more: end
  ::dup2(orders, STDIN_FILENO);
  ::dup2(answers, STDOUT_FILENO);
  ::dup2(complaints, STDERR_FILENO);
  ::execl("/proc/self/exe", "pump", "worker", static_cast<char*>(nullptr));
  ::_exit(127);
}

}  // namespace

Worker::Worker() {
  const Pipe orders = make_pipe(), answers = make_pipe(), complaints = make_pipe();
  const pid_t parent = ::getpid();
  process_ = ::fork();
  if (process_ == 0) become_worker(parent, orders.read, answers.write, complaints.write);
  for (const int end : {orders.read, answers.write, complaints.write}) ::close(end);
  orders_ = orders.write;
  answers_ = answers.read;
  complaints_ = complaints.read;
  for (const int end : {answers_, complaints_}) ::fcntl(end, F_SETFL, O_NONBLOCK);
  if (process_ < 0)
    throw Error(fmt::format("worker: expected a process, got: {}", std::strerror(errno)));
}

Worker::~Worker() {
  for (const int end : {orders_, answers_, complaints_}) ::close(end);
  if (process_ <= 0) return;
  // A trial goes on from its last checkpoint, so nothing is lost by the hard way.
  ::kill(process_, SIGKILL);
  while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void Worker::send(const std::string& line) {
  const std::string text = line + "\n";
  for (std::size_t sent = 0; sent < text.size();) {
    const ssize_t n = ::write(orders_, text.data() + sent, text.size() - sent);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return;  // EPIPE: dead
    sent += static_cast<std::size_t>(n);
  }
}

void Worker::ask_to_stop() const {
  if (process_ > 0) ::kill(process_, SIGTERM);
}

std::vector<std::string> Worker::take(int from, std::string& text) {
  char buffer[1 << 16];
  for (;;) {
    const ssize_t n = ::read(from, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    text.append(buffer, static_cast<std::size_t>(n));
  }
  std::vector<std::string> lines;
  std::size_t start = 0;
  for (std::size_t end; (end = text.find('\n', start)) != std::string::npos; start = end + 1)
    lines.push_back(text.substr(start, end - start));
  text.erase(0, start);
  return lines;
}

std::optional<std::string> Worker::ended() {
  int status = 0;
  if (process_ <= 0 || ::waitpid(process_, &status, WNOHANG) != process_) return std::nullopt;
  process_ = -1;
  if (WIFSIGNALED(status))
    return fmt::format("ended by signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status)));
  return fmt::format("ended with status {}", WEXITSTATUS(status));
}

}  // namespace pump::harness
