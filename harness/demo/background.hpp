#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace pump::harness {

// Work beside a window, in a thread of its own, one job after another. What a job has found it
// hands over as a function, which runs where deliver() is called: nobody else needs a lock.
class Background {
 public:
  using Delivery = std::function<void()>;
  using Job = std::function<Delivery()>;  // must not throw

  Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;
  ~Background();  // forgets the jobs not begun, and waits for the one under way

  void start(Job job);
  void start_first(Job job);  // ahead of those that wait, behind others like it
  void deliver();
  bool busy() const;  // something waits, is under way, or is to be delivered
  void forget();      // the jobs that wait; that under way should stop
  // Asked by a job: one that is wanted first waits. Whoever can go on later makes way.
  bool hurried() const;
  // Asked by a job: nobody waits for it any more.
  bool stopping() const { return stopping_ || era_ != era_of_job_; }

 private:
  void run();

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> first_, jobs_;
  std::deque<Delivery> done_;
  bool under_way_ = false;
  std::atomic<bool> stopping_ = false;
  std::atomic<unsigned> era_ = 0, era_of_job_ = 0;
  std::thread thread_;  // the last, so that it finds the others made
};

}  // namespace pump::harness
