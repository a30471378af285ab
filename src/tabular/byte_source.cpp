#include "tabular/byte_source.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>

namespace yuanqu::tabular {

using base::ErrorCode;

namespace {

class FileSource final : public ByteSource {
 public:
  FileSource(const std::filesystem::path& file, std::uint64_t size) : stream_(file, std::ios::binary), size_(size) {}
  bool is_open() const { return stream_.is_open(); }
  base::Result<std::size_t> read(char* to, std::size_t size) override {
    stream_.read(to, static_cast<std::streamsize>(size));
    if (stream_.bad())
      return base::fail(ErrorCode::Unavailable, "读文件时磁盘出错。",
                        "The disk reported an error while reading the file.");
    const auto got = static_cast<std::size_t>(stream_.gcount());
    at_ += got;
    return got;
  }
  double progress() const override { return size_ == 0 ? 1 : static_cast<double>(at_) / static_cast<double>(size_); }

 private:
  std::ifstream stream_;
  std::uint64_t size_;
  std::uint64_t at_ = 0;
};

class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::shared_ptr<const std::string> bytes) : bytes_(std::move(bytes)) {}
  base::Result<std::size_t> read(char* to, std::size_t size) override {
    const std::size_t count = std::min(size, bytes_->size() - at_);
    std::memcpy(to, bytes_->data() + at_, count);
    at_ += count;
    return count;
  }
  double progress() const override {
    return bytes_->empty() ? 1 : static_cast<double>(at_) / static_cast<double>(bytes_->size());
  }

 private:
  std::shared_ptr<const std::string> bytes_;
  std::size_t at_ = 0;
};

// Passes plain bytes through and unpacks gzip, members one after another included.
class UnpackingSource final : public ByteSource {
 public:
  UnpackingSource(std::unique_ptr<ByteSource> inner, Limits limits, std::string shown)
      : inner_(std::move(inner)), limits_(limits), shown_(std::move(shown)) {}
  ~UnpackingSource() override {
    if (packed_) inflateEnd(&stream_);
  }

  base::Result<std::size_t> read(char* to, std::size_t size) override {
    if (!begun_) {
      if (auto done = begin(); !done) return tl::unexpected(done.error());
    }
    auto got = packed_ ? unpack(to, size) : pass(to, size);
    if (!got) return got;
    out_ += *got;
    if (out_ > limits_.bytes_max) return tl::unexpected(too_large(shown_, limits_.bytes_max));
    if (packed_ && out_ > ratio_counts_from &&
        static_cast<double>(out_) > limits_.unpack_ratio_max * static_cast<double>(in_)) {
      return tl::unexpected(packed_too_tightly(shown_));
    }
    return got;
  }
  double progress() const override { return inner_->progress(); }

 private:
  base::Result<void> begin() {
    begun_ = true;
    auto got = fill();
    if (!got) return tl::unexpected(got.error());
    packed_ =
        end_ >= 2 && static_cast<unsigned char>(buffer_[0]) == 0x1f && static_cast<unsigned char>(buffer_[1]) == 0x8b;
    if (packed_ && inflateInit2(&stream_, 15 + 16) != Z_OK)
      return base::fail(ErrorCode::Unavailable, "内存不足，无法解压。", "Not enough memory to unpack.");
    return {};
  }
  base::Result<std::size_t> fill() {
    auto got = inner_->read(buffer_.data(), buffer_.size());
    if (!got) return got;
    at_ = 0;
    end_ = *got;
    in_ += *got;
    return got;
  }
  base::Result<std::size_t> pass(char* to, std::size_t size) {
    if (at_ == end_) {
      auto got = fill();
      if (!got || *got == 0) return got;
    }
    const std::size_t count = std::min(size, end_ - at_);
    std::memcpy(to, buffer_.data() + at_, count);
    at_ += count;
    return count;
  }
  base::Result<std::size_t> unpack(char* to, std::size_t size) {
    if (finished_) return std::size_t{0};
    stream_.next_out = reinterpret_cast<Bytef*>(to);
    stream_.avail_out = static_cast<uInt>(size);
    while (stream_.avail_out == size) {
      if (at_ == end_) {
        auto got = fill();
        if (!got) return got;
        if (*got == 0)
          return base::fail(ErrorCode::Invalid, "压缩文件不完整。请重新传送。",
                            "The compressed file is cut off. Send it again.", {.file = shown_});
      }
      stream_.next_in = reinterpret_cast<Bytef*>(buffer_.data() + at_);
      stream_.avail_in = static_cast<uInt>(end_ - at_);
      const int code = inflate(&stream_, Z_NO_FLUSH);
      at_ = end_ - stream_.avail_in;
      if (code == Z_STREAM_END) {
        if (at_ == end_) {
          auto got = fill();
          if (!got) return got;
        }
        if (at_ == end_) {
          finished_ = true;
          break;
        }
        if (inflateReset(&stream_) != Z_OK) finished_ = true;
      } else if (code != Z_OK && code != Z_BUF_ERROR) {
        return base::fail(ErrorCode::Invalid, "压缩文件已损坏。请重新传送。",
                          "The compressed file is damaged. Send it again.", {.file = shown_});
      }
    }
    return size - stream_.avail_out;
  }

  std::unique_ptr<ByteSource> inner_;
  Limits limits_;
  std::string shown_;
  std::vector<char> buffer_ = std::vector<char>(std::size_t{64} << 10);
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  std::uint64_t in_ = 0;
  std::uint64_t out_ = 0;
  bool begun_ = false;
  bool packed_ = false;
  bool finished_ = false;
  z_stream stream_{};
};

}  // namespace

base::Error too_large(const std::string& shown, std::uint64_t bytes_max) {
  const std::string limit =
      bytes_max < (std::uint64_t{1} << 20) ? std::to_string(bytes_max) + " B" : std::to_string(bytes_max >> 20) + " MB";
  return {ErrorCode::LimitExceeded,
          "文件展开后超过 " + limit + "。请拆成几份再导入。",
          "The file is over " + limit + " when unpacked. Split it and import the parts.",
          {.file = shown}};
}

base::Error packed_too_tightly(const std::string& shown) {
  return {ErrorCode::LimitExceeded,
          "文件压缩比异常，可能是压缩炸弹，已拒绝。请用表格软件另存后再试。",
          "The file unpacks to far more than a table would; it was refused as a possible bomb. Save it anew from a "
          "spreadsheet program.",
          {.file = shown}};
}

ByteSourceMaker file_source(std::filesystem::path file, Limits limits, std::string shown) {
  return [file = std::move(file), limits, shown = std::move(shown)]() -> base::Result<std::unique_ptr<ByteSource>> {
    std::error_code problem;
    const std::uint64_t size = std::filesystem::file_size(file, problem);
    auto raw = std::make_unique<FileSource>(file, size);
    if (problem || !raw->is_open()) {
      return base::fail(ErrorCode::NotFound, "打不开文件 " + shown + "。请检查文件是否存在、是否可读。",
                        "Cannot open the file " + shown + ". Check that it exists and may be read.", {.file = shown});
    }
    return std::make_unique<UnpackingSource>(std::move(raw), limits, shown);
  };
}

ByteSourceMaker memory_source(std::string bytes, Limits limits, std::string shown) {
  return [held = std::make_shared<const std::string>(std::move(bytes)), limits,
          shown = std::move(shown)]() -> base::Result<std::unique_ptr<ByteSource>> {
    return std::make_unique<UnpackingSource>(std::make_unique<MemorySource>(held), limits, shown);
  };
}

}  // namespace yuanqu::tabular
