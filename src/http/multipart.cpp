#include "http/multipart.hpp"

#include <unistd.h>
#include <algorithm>
#include <atomic>
#include <cctype>

namespace yuanqu::http {
namespace {

tl::unexpected<base::Error> broken() {
  return base::fail(base::ErrorCode::Invalid, "上传的内容不完整，请重新上传。",
                    "The upload arrived broken; upload it again.");
}

std::filesystem::path fresh_path(const std::filesystem::path& folder) {
  static std::atomic<std::uint64_t> counter{0};
  return folder / ("upload-" + std::to_string(::getpid()) + "-" + std::to_string(counter.fetch_add(1)));
}

// The name without any folders a browser may have sent along.
std::string base_name(std::string name) {
  const auto slash = name.find_last_of("/\\");
  if (slash != std::string::npos) name.erase(0, slash + 1);
  return name;
}

}  // namespace

std::string header_parameter(std::string_view header, std::string_view name) {
  std::size_t at = header.find(';');
  std::string plain;
  while (at != std::string_view::npos) {
    ++at;
    while (at < header.size() && (header[at] == ' ' || header[at] == '\t')) ++at;
    const std::size_t equals = header.find('=', at);
    if (equals == std::string_view::npos) break;
    const std::string key = ascii_lower_case(header.substr(at, equals - at));
    std::string value;
    std::size_t i = equals + 1;
    if (i < header.size() && header[i] == '"') {
      for (++i; i < header.size() && header[i] != '"'; ++i) {
        if (header[i] == '\\' && i + 1 < header.size() && (header[i + 1] == '"' || header[i + 1] == '\\')) ++i;
        value += header[i];
      }
    } else {
      const std::size_t end = std::min(header.find(';', i), header.size());
      value = std::string(header.substr(i, end - i));
      while (!value.empty() && value.back() == ' ') value.pop_back();
      i = end;
    }
    if (key == name) plain = value;
    if (key == std::string(name) + "*" && ascii_lower_case(value).starts_with("utf-8''")) {
      if (auto decoded = percent_decoded(std::string_view(value).substr(7), false)) return *decoded;
    }
    at = header.find(';', i);
  }
  return plain;
}

base::Result<std::unique_ptr<MultipartReader>> MultipartReader::create(std::string_view content_type,
                                                                       std::filesystem::path folder,
                                                                       MultipartLimits limits) {
  const std::string boundary = header_parameter(content_type, "boundary");
  if (!ascii_lower_case(content_type).starts_with("multipart/form-data") || boundary.empty() || boundary.size() > 70) {
    return base::fail(base::ErrorCode::Invalid, "上传应为 multipart/form-data 并带 boundary。",
                      "An upload must be multipart/form-data with a boundary.");
  }
  std::unique_ptr<MultipartReader> reader(new MultipartReader());
  reader->delimiter_ = "\r\n--" + boundary;
  reader->folder_ = std::move(folder);
  reader->limits_ = limits;
  reader->pending_ = "\r\n";  // so that a boundary at the very start is found like any other
  return reader;
}

MultipartReader::~MultipartReader() {
  if (file_ != nullptr) std::fclose(file_);
}

base::Result<void> MultipartReader::take(std::string_view piece) {
  pending_.append(piece);
  while (true) {
    switch (stage_) {
      case Stage::Done: pending_.clear(); return {};
      case Stage::Preamble:
      case Stage::Body: {
        const auto at = pending_.find(delimiter_);
        const std::size_t content =
            at != std::string::npos
                ? at
                : (pending_.size() < delimiter_.size() ? 0 : pending_.size() - delimiter_.size() + 1);
        if (stage_ == Stage::Body && content > 0) {
          if (auto added = add(std::string_view(pending_).substr(0, content)); !added) return added;
        }
        if (at == std::string::npos) {
          pending_.erase(0, content);
          return {};
        }
        if (stage_ == Stage::Body) {
          if (auto ended = end_part(); !ended) return ended;
        }
        pending_.erase(0, at + delimiter_.size());
        stage_ = Stage::AfterBoundary;
        break;
      }
      case Stage::AfterBoundary: {
        if (pending_.size() < 2) return {};
        if (pending_.starts_with("--")) {
          stage_ = Stage::Done;
          break;
        }
        const auto line_end = pending_.find("\r\n");
        if (line_end == std::string::npos) {
          if (pending_.size() > 80) return broken();
          return {};
        }
        pending_.erase(0, line_end);  // the line end stays: a header may be empty
        stage_ = Stage::Header;
        break;
      }
      case Stage::Header: {
        const auto end = pending_.find("\r\n\r\n");
        if (end == std::string::npos) {
          if (pending_.size() > limits_.header_bytes_max) return broken();
          return {};
        }
        const std::string header = pending_.substr(0, end);
        pending_.erase(0, end + 4);
        if (auto begun = begin_part(header); !begun) return begun;
        stage_ = Stage::Body;
        break;
      }
    }
  }
}

base::Result<void> MultipartReader::begin_part(std::string_view header) {
  if (++parts_ > limits_.parts_max) {
    return base::fail(base::ErrorCode::LimitExceeded, "一次上传的部分太多，请分次上传。",
                      "Too many parts in one upload; upload in several.");
  }
  name_.clear();
  text_.clear();
  upload_ = Upload{};
  while (!header.empty()) {
    const auto end = header.find("\r\n");
    const std::string_view line = header.substr(0, end);
    header = end == std::string_view::npos ? std::string_view{} : header.substr(end + 2);
    if (!ascii_lower_case(line).starts_with("content-disposition:")) continue;
    name_ = header_parameter(line, "name");
    if (ascii_lower_case(line).find("filename") == std::string::npos) continue;
    upload_.file_name = base_name(header_parameter(line, "filename"));
    upload_.field = name_;
    upload_.path = fresh_path(folder_);
    file_ = std::fopen(upload_.path.c_str(), "wbx");
    if (file_ == nullptr) {
      upload_.path.clear();
      return base::fail(base::ErrorCode::Unavailable, "无法在数据目录写入上传的文件，请检查磁盘空间与权限。",
                        "The upload cannot be written to the data folder; check disk space and rights.");
    }
  }
  if (name_.empty()) return broken();
  return {};
}

base::Result<void> MultipartReader::add(std::string_view bytes) {
  if (file_ == nullptr) {
    if (text_.size() + bytes.size() > limits_.text_bytes_max) {
      return base::fail(base::ErrorCode::LimitExceeded, "“" + name_ + "”过长。", "\"" + name_ + "\" is too long.",
                        {.field = name_});
    }
    text_.append(bytes);
    return {};
  }
  upload_.size += bytes.size();
  if (upload_.size > limits_.file_bytes_max) {
    const std::string megabytes = std::to_string(limits_.file_bytes_max >> 20);
    return base::fail(base::ErrorCode::LimitExceeded, "文件超过 " + megabytes + " MB，请拆分后上传。",
                      "The file is larger than " + megabytes + " MB; split it and upload the parts.", {.field = name_});
  }
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) {
    return base::fail(base::ErrorCode::Unavailable, "磁盘写满或不可写，请清理空间后重试。",
                      "The disk is full or cannot be written; free some space and try again.");
  }
  return {};
}

base::Result<void> MultipartReader::end_part() {
  if (file_ == nullptr) {
    form_.emplace_back(name_, std::move(text_));
    text_.clear();
    return {};
  }
  const bool closed = std::fclose(file_) == 0;
  file_ = nullptr;
  if (!closed) {
    return base::fail(base::ErrorCode::Unavailable, "磁盘写满或不可写，请清理空间后重试。",
                      "The disk is full or cannot be written; free some space and try again.");
  }
  uploads_.push_back(std::move(upload_));
  upload_ = Upload{};
  return {};
}

base::Result<void> MultipartReader::finish(Request& request) {
  if (stage_ != Stage::Done) return broken();
  request.form = std::move(form_);
  request.uploads = std::move(uploads_);
  return {};
}

}  // namespace yuanqu::http
