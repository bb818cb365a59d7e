#include "viewer/video.hpp"

#include <csignal>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include "engine/error.hpp"

namespace pump::viewer {
namespace {

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

// A GIF has a palette of its own making, or its colours would be poor.
std::string encoding(const std::string& extension) {
  if (extension == ".gif")
    return "-vf "
           "'fps=15,scale=min(iw\\,800):-1:flags=lanczos,split[a][b];[a]palettegen=max_colors=128["
           "p];"
           "[b][p]paletteuse=dither=none:diff_mode=rectangle'";
  return "-c:v libx264 -preset veryfast -crf 20 -pix_fmt yuv420p -vf "
         "'pad=ceil(iw/2)*2:ceil(ih/2)*2'";
}

}  // namespace

Video::Video(const std::filesystem::path& file) : file_(file), part_(file) {
  const std::string extension = file.extension().string();
  part_.replace_extension(".part" + extension);  // a film that was there stays until this one is
  if (extension != ".mp4" && extension != ".gif")
    throw Error(fmt::format("--video: expected a name that ends in .mp4 or .gif, got \"{}\"",
                            file.string()));
  if (std::system("command -v ffmpeg >/dev/null 2>&1") != 0)
    throw Error("--video: expected ffmpeg (package ffmpeg), got none");
  std::signal(SIGPIPE, SIG_IGN);  // an ffmpeg that gives up is seen where it is written to
}

Video::~Video() {
  if (!pipe_) return;
  pclose(pipe_);
  std::error_code ignored;
  std::filesystem::remove(part_, ignored);  // not whole
}

void Video::add(const Picture& picture) {
  if (pipe_ && (picture.width != width_ || picture.height != height_))
    throw Error(fmt::format("--video: expected pictures of {}x{}, got one of {}x{}", width_,
                            height_, picture.width, picture.height));
  if (!pipe_) {
    width_ = picture.width;
    height_ = picture.height;
    const std::string command =
        fmt::format("ffmpeg -y -loglevel quiet -f rawvideo -pix_fmt rgba -s {}x{} -r {} -i - {} {}",
                    picture.width, picture.height, kVideoRate, encoding(file_.extension().string()),
                    quoted(std::filesystem::absolute(part_).string()));
    pipe_ = popen(command.c_str(), "w");
    if (!pipe_) throw Error("--video: expected ffmpeg to start, got a failure");
  }
  if (std::fwrite(picture.rgba.data(), 1, picture.rgba.size(), pipe_) != picture.rgba.size())
    throw Error(fmt::format("{}: expected ffmpeg to write it, got a failure", file_.string()));
}

void Video::finish() {
  std::FILE* pipe = std::exchange(pipe_, nullptr);
  std::error_code error;
  if (pipe && pclose(pipe) == 0)
    std::filesystem::rename(part_, file_, error);
  else
    error = std::make_error_code(std::errc::io_error);
  if (!error) return;
  std::filesystem::remove(part_, error);
  throw Error(fmt::format("{}: expected ffmpeg to write it, got a failure", file_.string()));
}

}  // namespace pump::viewer
