#include "tests/support/harness/visitor.hpp"

#include "harness/files.hpp"
#include "tests/support/harness/scratch.hpp"

namespace pump::test {

harness::Lesson lesson_of(const std::string& pages) {
  const Scratch scratch;
  harness::write_text(scratch / "mine.yaml", "title: Mine\nabout: x\npages:\n" + pages);
  return harness::load_lesson((scratch / "mine.yaml").string());
}

std::string page_of(const std::string& exhibit) {
  return "  - title: One\n    text: Look.\n" + exhibit;
}

}  // namespace pump::test
