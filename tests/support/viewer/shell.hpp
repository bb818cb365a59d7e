#pragma once

#include <string>

namespace pump::test {

struct ShellRan {
  int status = 0;
  std::string said;  // both streams
};
// With what a shell can say: another environment, something beside the command.
ShellRan shell(const std::string& line);

}  // namespace pump::test
