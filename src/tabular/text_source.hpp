#pragma once
// UTF-8 text in whole lines from a ByteSource: finds the encoding at the first bytes that tell (a byte order mark, or
// the first that are not ASCII) and converts from there.

#include <memory>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/text.hpp"
#include "tabular/byte_source.hpp"

namespace yuanqu::tabular {

class TextSource {
 public:
  TextSource(std::unique_ptr<ByteSource> bytes, std::optional<base::Encoding> encoding, std::string shown);
  // Appends the next piece, cut after a line feed except at the end; false at the end. Converting is by line, so bytes
  // of one character are never torn apart: neither GB18030 nor UTF-8 uses 0x0A inside a character.
  base::Result<bool> read(std::string& text);
  std::optional<base::Encoding> encoding() const { return encoding_; }
  bool guessed() const { return guessed_; }  // not told by a mark
  double progress() const { return bytes_->progress(); }

 private:
  base::Result<void> convert(std::string_view piece, std::string& text);
  std::unique_ptr<ByteSource> bytes_;
  std::optional<base::Encoding> encoding_;
  std::string shown_;
  std::string pending_;
  bool begun_ = false;
  bool ended_ = false;
  bool guessed_ = false;
  std::size_t lines_ = 0;
};

}  // namespace yuanqu::tabular
