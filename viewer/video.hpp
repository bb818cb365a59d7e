#pragma once

#include <cstdio>
#include <filesystem>

#include "viewer/window.hpp"

namespace pump::viewer {

inline constexpr int kVideoRate = 30;  // pictures a second

// Pictures as a film, through ffmpeg: .mp4 or .gif by the file's name. pump::Error where there is
// no ffmpeg, or it fails.
class Video {
 public:
  explicit Video(const std::filesystem::path& file);
  Video(const Video&) = delete;
  Video& operator=(const Video&) = delete;
  ~Video();

  void add(const Picture& picture);  // all of one size
  void finish();                     // without it there is no film

 private:
  std::filesystem::path file_, part_;
  int width_ = 0, height_ = 0;
  std::FILE* pipe_ = nullptr;
};

}  // namespace pump::viewer
