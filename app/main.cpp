#include <cstdio>

int main() {
  std::puts("outcome pump");
  return 0;
}
