#include "harness/slurm_commands.hpp"

#include <sys/wait.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <sstream>

#include <fmt/format.h>

#include "engine/error.hpp"
#include "harness/config_value.hpp"
#include "harness/files.hpp"

namespace pump::harness {

namespace fs = std::filesystem;

SlurmAnswer ask_slurm(const std::vector<std::string>& words) {
  const TemporaryFolder folder;
  const fs::path complaint = folder.path() / "complaint";
  // Not ended by Ctrl-C, which is for this process: Slurm may have heard it already.
  std::string line = "trap '' INT; ";
  for (const std::string& word : words) line += in_shell_quotes(word) + " ";
  std::FILE* pipe = ::popen((line + "2>" + in_shell_quotes(complaint.string())).c_str(), "r");
  if (!pipe) throw Error(fmt::format("{}: expected to be run, got a failure", words.front()));
  SlurmAnswer said;
  char buffer[4096];
  for (;;) {
    const std::size_t got = std::fread(buffer, 1, sizeof buffer, pipe);
    said.out.append(buffer, got);
    if (got == 0 && !(std::ferror(pipe) && errno == EINTR)) break;
    std::clearerr(pipe);
  }
  const int ended = ::pclose(pipe);
  said.status = WIFEXITED(ended) ? WEXITSTATUS(ended) : 128;
  said.complaint = read_text(complaint);
  return said;
}

std::string job_number(const std::string& command, const std::string& text, const char* ends) {
  const std::string job = text.substr(0, text.find_first_of(ends));
  if (job.empty() || job.find_first_not_of("0123456789") != std::string::npos)
    throw Error(fmt::format("{}: expected a job's number, got {}", command, in_quotes(text)));
  return job;
}

std::optional<std::set<int>> tasks_of(const std::string& job) {
  const SlurmAnswer said =
      ask_slurm({"squeue", "--noheader", "--array", "--jobs=" + job, "--format=%K"});
  if (said.status != 0) {
    if (said.complaint.find("Invalid job id") != std::string::npos) return std::set<int>{};
    return std::nullopt;
  }
  std::set<int> tasks;
  std::istringstream lines(said.out);
  for (int task = 0; lines >> task;) tasks.insert(task);
  if (!lines.eof()) return std::nullopt;  // no list of numbers
  return tasks;
}

std::optional<std::string> job_named(const std::string& name) {
  const SlurmAnswer said = ask_slurm({"squeue", "--noheader", "--name=" + name, "--format=%F"});
  if (said.status != 0)
    throw Error(fmt::format("squeue: expected to be told what runs, got: {}",
                            one_line(said.complaint, 500)));
  if (said.out.empty()) return std::nullopt;
  return job_number("squeue", said.out, " \n");
}

}  // namespace pump::harness
