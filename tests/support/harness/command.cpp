#include "tests/support/harness/command.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <map>

#include "harness/files.hpp"
#include "tests/support/harness/scratch.hpp"

namespace pump::test {
namespace {

namespace fs = std::filesystem;

void send_to(int descriptor, const fs::path& file) {
  const int opened = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
  ::dup2(opened, descriptor);
}

int status_of(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

Command::Command(const std::vector<std::string>& arguments, const fs::path& scratch,
                 const fs::path& output) {
  std::vector<std::string> words = {PUMP_BINARY};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const fs::path out = output.empty() ? scratch / "stdout" : output, err = scratch / "stderr";
  process_ = ::fork();
  if (process_ != 0) return;
  send_to(STDOUT_FILENO, out);
  send_to(STDERR_FILENO, err);
  ::execv(argv[0], argv.data());
  ::_exit(127);
}

Command::~Command() {
  if (!running()) return;
  signal(SIGKILL);
  wait();
}

void Command::signal(int number) const { ::kill(process_, number); }

bool Command::running() {
  if (status_ >= 0) return false;
  int status = 0;
  if (::waitpid(process_, &status, WNOHANG) != process_) return true;
  status_ = status_of(status);
  return false;
}

int Command::wait() {
  if (status_ >= 0) return status_;
  int status = 0;
  ::waitpid(process_, &status, 0);
  return status_ = status_of(status);
}

std::vector<pid_t> Command::children() const {
  std::ifstream in("/proc/" + std::to_string(process_) + "/task/" + std::to_string(process_) +
                   "/children");
  std::vector<pid_t> found;
  for (pid_t child; in >> child;) found.push_back(child);
  return found;
}

Ran run_pump(const std::vector<std::string>& arguments, const fs::path& output) {
  const Scratch scratch;
  Ran ran;
  ran.status = Command(arguments, scratch.path(), output).wait();
  if (output.empty()) ran.out = harness::read_text(scratch / "stdout");
  ran.err = harness::read_text(scratch / "stderr");
  return ran;
}

std::string contents_of(const fs::path& directory) {
  std::map<fs::path, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(directory))
    if (entry.is_regular_file())
      files[entry.path().lexically_relative(directory)] = harness::read_text(entry.path());
  std::string all;
  for (const auto& [file, text] : files) all += "== " + file.string() + "\n" + text + "\n";
  return all;
}

}  // namespace pump::test
