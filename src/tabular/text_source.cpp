#include "tabular/text_source.hpp"

#include <algorithm>

namespace yuanqu::tabular {

using base::Encoding;
using base::ErrorCode;

namespace {

constexpr std::size_t piece_bytes = std::size_t{256} << 10;
constexpr std::size_t line_bytes_max = std::size_t{64} << 20;

bool is_ascii(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_wide(Encoding encoding) {
  return encoding == Encoding::Utf16LittleEndian || encoding == Encoding::Utf16BigEndian;
}

// Where the last whole line ends; npos when there is none. Before `known` there is no line feed.
std::size_t end_of_lines(std::string_view bytes, std::size_t known, bool wide, bool little) {
  if (!wide) {
    const std::size_t at = bytes.substr(known).rfind('\n');
    return at == std::string_view::npos ? at : known + at + 1;
  }
  const std::size_t first = std::max<std::size_t>(known & ~std::size_t{1}, 2);
  for (std::size_t at = bytes.size() & ~std::size_t{1}; at >= first; at -= 2) {
    const char low = little ? bytes[at - 2] : bytes[at - 1];
    const char high = little ? bytes[at - 1] : bytes[at - 2];
    if (low == '\n' && high == 0) return at;
  }
  return std::string_view::npos;
}

void append_utf16(std::string_view bytes, bool little, std::string& text) {
  const auto unit = [&](std::size_t at) {
    const auto a = static_cast<unsigned char>(bytes[at]);
    const auto b = static_cast<unsigned char>(bytes[at + 1]);
    return static_cast<char32_t>(little ? a | (b << 8) : (a << 8) | b);
  };
  for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) {
    char32_t code = unit(at);
    if (code >= 0xD800 && code < 0xDC00 && at + 3 < bytes.size()) {
      const char32_t low = unit(at + 2);
      if (low >= 0xDC00 && low < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        at += 2;
      }
    }
    base::append_code_point(text, code);
  }
}

}  // namespace

TextSource::TextSource(std::unique_ptr<ByteSource> bytes, std::optional<Encoding> encoding, std::string shown)
    : bytes_(std::move(bytes)), encoding_(encoding), shown_(std::move(shown)) {}

base::Result<void> TextSource::convert(std::string_view piece, std::string& text) {
  if (!encoding_ && !is_ascii(piece)) {
    encoding_ = base::detect_encoding(piece);
    guessed_ = true;
  }
  const Encoding encoding = encoding_.value_or(Encoding::Utf8);
  if (is_wide(encoding)) {
    append_utf16(piece, encoding == Encoding::Utf16LittleEndian, text);
  } else if (encoding == Encoding::Gb18030) {
    auto converted = base::from_gb18030(piece);
    if (!converted) {
      const std::size_t bad = base::first_invalid_utf8(piece).value_or(0);
      const auto before =
          static_cast<std::size_t>(std::count(piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(bad), '\n'));
      return base::fail(
          ErrorCode::Invalid, "文件的文字编码既不是 UTF-8 也不是 GB18030（GBK）。请在表格软件中另存为“CSV UTF-8”。",
          "The text is neither UTF-8 nor GB18030 (GBK). Save it as “CSV UTF-8” from a spreadsheet program.",
          {.file = shown_, .row = lines_ + before + 1});
    }
    text += *converted;
  } else {
    if (const auto bad = base::first_invalid_utf8(piece)) {
      const std::size_t line =
          lines_ + 1 +
          static_cast<std::size_t>(std::count(piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(*bad), '\n'));
      return base::fail(ErrorCode::Invalid, "这一行的文字编码与前面不同（不是 UTF-8）。请用表格软件另存为“CSV UTF-8”。",
                        "The encoding changes on this line (it is not UTF-8). Save the file as “CSV UTF-8” from a "
                        "spreadsheet program.",
                        {.file = shown_, .row = line});
    }
    text += piece;
  }
  lines_ += static_cast<std::size_t>(std::count(piece.begin(), piece.end(), '\n'));
  return {};
}

base::Result<bool> TextSource::read(std::string& text) {
  while (!ended_) {
    std::size_t before = pending_.size();
    pending_.resize(before + piece_bytes);
    auto got = bytes_->read(pending_.data() + before, piece_bytes);
    if (!got) return tl::unexpected(got.error());
    pending_.resize(before + *got);
    ended_ = *got == 0;
    if (!begun_ && (pending_.size() >= 4 || ended_)) {
      begun_ = true;
      before = 0;  // the mark goes
      const auto byte = [&](std::size_t i) {
        return i < pending_.size() ? static_cast<unsigned char>(pending_[i]) : 0;
      };
      if (byte(0) == 0xEF && byte(1) == 0xBB && byte(2) == 0xBF) {
        encoding_ = Encoding::Utf8;
        pending_.erase(0, 3);
      } else if (byte(0) == 0xFF && byte(1) == 0xFE) {
        encoding_ = Encoding::Utf16LittleEndian;
        pending_.erase(0, 2);
      } else if (byte(0) == 0xFE && byte(1) == 0xFF) {
        encoding_ = Encoding::Utf16BigEndian;
        pending_.erase(0, 2);
      }
    }
    const bool wide = encoding_ && is_wide(*encoding_);
    const std::size_t end =
        ended_ ? pending_.size() : end_of_lines(pending_, before, wide, encoding_ == Encoding::Utf16LittleEndian);
    if (end == std::string::npos) {
      if (pending_.size() > line_bytes_max) {
        return base::fail(ErrorCode::LimitExceeded, "有一行超过 64 MB。这不像是表格，请检查文件。",
                          "One line is over 64 MB. This is no table; check the file.",
                          {.file = shown_, .row = lines_ + 1});
      }
      continue;
    }
    if (end == 0) continue;
    if (auto done = convert(std::string_view(pending_).substr(0, end), text); !done)
      return tl::unexpected(done.error());
    pending_.erase(0, end);
    return true;
  }
  return false;
}

}  // namespace yuanqu::tabular
