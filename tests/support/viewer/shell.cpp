#include "tests/support/viewer/shell.hpp"

#include <cstdio>
#include <cstdlib>

namespace pump::test {

ShellRan shell(const std::string& line) {
  FILE* pipe = popen(("( " + line + " ) 2>&1").c_str(), "r");
  ShellRan ran;
  for (int c; (c = std::fgetc(pipe)) != EOF;) ran.said += static_cast<char>(c);
  ran.status = WEXITSTATUS(pclose(pipe));
  return ran;
}

}  // namespace pump::test
