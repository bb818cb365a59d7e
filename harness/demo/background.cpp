#include "harness/demo/background.hpp"

#include <utility>

#include "agents/compute.hpp"

namespace pump::harness {

Background::Background() : thread_([this] { run(); }) {}

Background::~Background() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Background::start(Job job) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  wake_.notify_all();
}

void Background::start_first(Job job) {
  {
    const std::lock_guard lock(mutex_);
    first_.push_back(std::move(job));
  }
  wake_.notify_all();
}

void Background::deliver() {
  std::deque<Delivery> done;
  {
    const std::lock_guard lock(mutex_);
    done.swap(done_);
  }
  for (const Delivery& delivery : done) delivery();
}

bool Background::busy() const {
  const std::lock_guard lock(mutex_);
  return under_way_ || !first_.empty() || !jobs_.empty() || !done_.empty();
}

bool Background::hurried() const {
  const std::lock_guard lock(mutex_);
  return !first_.empty();
}

void Background::forget() {
  const std::lock_guard lock(mutex_);
  first_.clear();
  jobs_.clear();
  done_.clear();
  era_++;
}

void Background::run() {
  agents::initialise_thread();
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || !first_.empty() || !jobs_.empty(); });
    if (stopping_) return;
    std::deque<Job>& queue = first_.empty() ? jobs_ : first_;
    Job job = std::move(queue.front());
    queue.pop_front();
    under_way_ = true;
    era_of_job_ = era_.load();
    lock.unlock();
    Delivery delivery = job();
    job = nullptr;  // what it holds goes in this thread
    lock.lock();
    under_way_ = false;
    if (delivery && era_ == era_of_job_) done_.push_back(std::move(delivery));
  }
}

}  // namespace pump::harness
