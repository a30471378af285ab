#include "tabular/byte_sink.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

namespace yuanqu::tabular {

using base::ErrorCode;

namespace {

base::Error cannot_write(const std::filesystem::path& file) {
  const std::string detail = std::strerror(errno);
  return {ErrorCode::Unavailable,
          "无法写入 " + file.filename().string() + "：" + detail + "。请检查权限和磁盘空间。",
          "Cannot write " + file.filename().string() + ": " + detail + ". Check the rights and the space on the disk.",
          {.file = file.filename().string()}};
}

class FileSink final : public ByteSink {
 public:
  explicit FileSink(std::filesystem::path file) : file_(std::move(file)), temporary_(file_.string() + ".part") {}
  ~FileSink() override {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!done_) ::unlink(temporary_.c_str());
  }
  base::Result<void> open() {
    descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (descriptor_ < 0) return tl::unexpected(cannot_write(file_));
    return {};
  }
  base::Result<void> write(std::string_view bytes) override {
    buffer_ += bytes;
    return buffer_.size() < (std::size_t{256} << 10) ? base::Result<void>{} : flush();
  }
  base::Result<void> finish() override {
    if (auto flushed = flush(); !flushed) return flushed;
    if (::close(std::exchange(descriptor_, -1)) != 0) return tl::unexpected(cannot_write(file_));
    if (auto moved = put_in_place(temporary_, file_); !moved) return moved;
    done_ = true;
    return {};
  }

 private:
  base::Result<void> flush() {
    std::string_view rest = buffer_;
    while (!rest.empty()) {
      const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return tl::unexpected(cannot_write(file_));
      rest.remove_prefix(static_cast<std::size_t>(written));
    }
    buffer_.clear();
    return {};
  }
  std::filesystem::path file_;
  std::filesystem::path temporary_;
  std::string buffer_;
  int descriptor_ = -1;
  bool done_ = false;
};

class FunctionSink final : public ByteSink {
 public:
  explicit FunctionSink(Sink sink) : sink_(std::move(sink)) {}
  base::Result<void> write(std::string_view bytes) override {
    buffer_ += bytes;
    return buffer_.size() < (std::size_t{64} << 10) ? base::Result<void>{} : finish();
  }
  base::Result<void> finish() override {
    if (buffer_.empty()) return {};
    auto done = sink_(buffer_);
    buffer_.clear();
    return done;
  }

 private:
  Sink sink_;
  std::string buffer_;
};

class GzipSink final : public ByteSink {
 public:
  explicit GzipSink(std::unique_ptr<ByteSink> inner) : inner_(std::move(inner)) {
    deflateInit2(&stream_, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  }
  ~GzipSink() override { deflateEnd(&stream_); }
  base::Result<void> write(std::string_view bytes) override { return pack(bytes, Z_NO_FLUSH); }
  base::Result<void> finish() override {
    if (auto packed = pack({}, Z_FINISH); !packed) return packed;
    return inner_->finish();
  }

 private:
  base::Result<void> pack(std::string_view bytes, int flush) {
    std::string in(bytes);
    stream_.next_in = reinterpret_cast<Bytef*>(in.data());
    stream_.avail_in = static_cast<uInt>(in.size());
    std::vector<char> out(std::size_t{32} << 10);
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(out.data());
      stream_.avail_out = static_cast<uInt>(out.size());
      deflate(&stream_, flush);
      if (auto done = inner_->write({out.data(), out.size() - stream_.avail_out}); !done) return done;
    } while (stream_.avail_out == 0);
    return {};
  }
  std::unique_ptr<ByteSink> inner_;
  z_stream stream_{};
};

}  // namespace

base::Result<void> put_in_place(const std::filesystem::path& written, const std::filesystem::path& file) {
  const int descriptor = ::open(written.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  if (descriptor >= 0) ::close(descriptor);
  if (!synced || ::rename(written.c_str(), file.c_str()) != 0) return tl::unexpected(cannot_write(file));
  const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  if (const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); directory >= 0) {
    ::fsync(directory);
    ::close(directory);
  }
  return {};
}

base::Result<std::unique_ptr<ByteSink>> file_sink(const std::filesystem::path& file) {
  auto sink = std::make_unique<FileSink>(file);
  if (auto opened = sink->open(); !opened) return tl::unexpected(opened.error());
  return sink;
}

std::unique_ptr<ByteSink> function_sink(Sink sink) { return std::make_unique<FunctionSink>(std::move(sink)); }
std::unique_ptr<ByteSink> gzip_sink(std::unique_ptr<ByteSink> inner) {
  return std::make_unique<GzipSink>(std::move(inner));
}

}  // namespace yuanqu::tabular
