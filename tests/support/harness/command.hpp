#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

namespace pump::test {

// The real command, under way.
class Command {
 public:
  // stdout and stderr go to files in `scratch`; output, when given, takes stdout instead.
  Command(const std::vector<std::string>& arguments, const std::filesystem::path& scratch,
          const std::filesystem::path& output = {});
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;
  ~Command();

  void signal(int number) const;
  // The exit status; 128 + the signal that ended it.
  int wait();
  bool running();
  std::vector<pid_t> children() const;

 private:
  pid_t process_ = -1;
  int status_ = -1;
};

struct Ran {
  int status = 0;
  std::string out, err;
};
Ran run_pump(const std::vector<std::string>& arguments, const std::filesystem::path& output = {});

// Every file below a folder, by its path in it.
std::string contents_of(const std::filesystem::path& directory);

// True when the condition came within the time.
template <class Condition>
bool within(std::chrono::milliseconds time, Condition&& condition) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < end) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

}  // namespace pump::test
