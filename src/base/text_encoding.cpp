// The parts of text.hpp that need ICU: foreign encodings and letter case.

#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/stringpiece.h>
#include <unicode/ucnv.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "base/text.hpp"

namespace yuanqu::base {
namespace {

struct CloseConverter {
  void operator()(UConverter* converter) const { ucnv_close(converter); }
};
using Converter = std::unique_ptr<UConverter, CloseConverter>;

Error cannot_open(std::string_view name) {
  return Error{ErrorCode::Internal,
               "无法使用编码 " + std::string(name) + "：请检查 ICU 的安装。",
               "The encoding " + std::string(name) + " is not available: check the installation of ICU.",
               {}};
}

// A converter that stops at the first sequence it cannot turn, instead of writing a substitute.
Result<Converter> open(std::string_view name) {
  UErrorCode status = U_ZERO_ERROR;
  Converter converter(ucnv_open(std::string(name).c_str(), &status));
  if (U_FAILURE(status)) return tl::unexpected<Error>(cannot_open(name));
  ucnv_setToUCallBack(converter.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
  ucnv_setFromUCallBack(converter.get(), UCNV_FROM_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
  if (U_FAILURE(status)) return tl::unexpected<Error>(cannot_open(name));
  return converter;
}

// From one encoding to another; on a fault the offset of the source byte it stopped near.
Result<std::string> convert(std::string_view bytes, std::string_view from, std::string_view to) {
  auto source = open(from);
  if (!source) return tl::unexpected<Error>(source.error());
  auto target = open(to);
  if (!target) return tl::unexpected<Error>(target.error());
  std::string text;
  text.reserve(bytes.size() + bytes.size() / 2);
  std::vector<char> buffer(16384);
  std::vector<UChar> pivot(4096);
  UChar* pivot_source = pivot.data();
  UChar* pivot_target = pivot.data();
  const char* at = bytes.data();
  const char* const end = bytes.data() + bytes.size();
  bool first = true;
  for (;;) {
    char* out = buffer.data();
    UErrorCode status = U_ZERO_ERROR;
    ucnv_convertEx(target->get(), source->get(), &out, buffer.data() + buffer.size(), &at, end, pivot.data(),
                   &pivot_source, &pivot_target, pivot.data() + pivot.size(), first, true, &status);
    first = false;
    text.append(buffer.data(), static_cast<std::size_t>(out - buffer.data()));
    if (status == U_BUFFER_OVERFLOW_ERROR) continue;
    if (U_FAILURE(status)) {
      const auto offset = static_cast<std::size_t>(at - bytes.data());
      return fail(ErrorCode::Invalid,
                  "第 " + std::to_string(offset) + " 字节附近不是有效的 " + std::string(from) +
                      " 文字：请把文件另存为 UTF-8 再导入。",
                  "Near byte " + std::to_string(offset) + " the text is not valid " + std::string(from) +
                      ": save the file as UTF-8 and try again.",
                  {.offset = offset});
    }
    return text;
  }
}

template <class Map>
std::string map_case(std::string_view text, Map map) {
  // ICU takes lengths as int32; such texts do not occur, and giving them back as they are is the harmless answer.
  if (text.size() > 0x3FFFFFFF) return std::string(text);
  std::string result;
  icu::StringByteSink<std::string> sink(&result, static_cast<int32_t>(text.size()));
  UErrorCode status = U_ZERO_ERROR;
  map(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())), sink, status);
  return U_FAILURE(status) ? std::string(text) : result;
}

}  // namespace

std::string lower_case(std::string_view text) {
  if (std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
    std::string lower(text);
    for (char& c : lower) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return lower;
  }
  return map_case(text, [](icu::StringPiece piece, icu::ByteSink& sink, UErrorCode& status) {
    icu::CaseMap::utf8ToLower("", 0, piece, sink, nullptr, status);
  });
}

std::string upper_case(std::string_view text) {
  if (std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
    std::string upper(text);
    for (char& c : upper) {
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return upper;
  }
  return map_case(text, [](icu::StringPiece piece, icu::ByteSink& sink, UErrorCode& status) {
    icu::CaseMap::utf8ToUpper("", 0, piece, sink, nullptr, status);
  });
}

Encoding detect_encoding(std::string_view first_bytes) {
  if (first_bytes.substr(0, 3) == "\xEF\xBB\xBF") return Encoding::Utf8;
  if (first_bytes.substr(0, 2) == "\xFF\xFE") return Encoding::Utf16LittleEndian;
  if (first_bytes.substr(0, 2) == "\xFE\xFF") return Encoding::Utf16BigEndian;
  const std::optional<std::size_t> fault = first_invalid_utf8(first_bytes);
  if (!fault) return Encoding::Utf8;
  // A character cut at the end of the sample: a lead byte followed by nothing but continuations.
  if (first_bytes.size() - *fault < 4) {
    const std::string_view tail = first_bytes.substr(*fault);
    const auto lead = static_cast<unsigned char>(tail[0]);
    const std::size_t length = lead >= 0xF0 && lead <= 0xF4 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
    const bool continued = std::all_of(tail.begin() + 1, tail.end(),
                                       [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; });
    if (lead <= 0xF4 && tail.size() < length && continued) return Encoding::Utf8;
  }
  return Encoding::Gb18030;
}

Result<DecodedText> decode_text(std::string_view bytes) {
  DecodedText decoded;
  if (bytes.substr(0, 2) == "\xFF\xFE") {
    decoded.encoding = Encoding::Utf16LittleEndian;
  } else if (bytes.substr(0, 2) == "\xFE\xFF") {
    decoded.encoding = Encoding::Utf16BigEndian;
  } else if (const auto fault = first_invalid_utf8(bytes)) {
    if (bytes.substr(0, 3) == "\xEF\xBB\xBF") {
      return fail(
          ErrorCode::Invalid, "第 " + std::to_string(*fault) + " 字节处不是有效的 UTF-8：请把文件重新另存为 UTF-8。",
          "Byte " + std::to_string(*fault) + " is not valid UTF-8: save the file as UTF-8 again.", {.offset = *fault});
    }
    decoded.encoding = Encoding::Gb18030;
  } else {
    decoded.text = without_byte_order_mark(bytes);
    return decoded;
  }
  const std::size_t mark = decoded.encoding == Encoding::Gb18030 ? 0 : 2;
  auto text = convert(bytes.substr(mark), name_of(decoded.encoding), "UTF-8");
  if (!text) return tl::unexpected<Error>(text.error());
  decoded.text = std::move(*text);
  return decoded;
}

Result<std::string> from_gb18030(std::string_view bytes) { return convert(bytes, "GB18030", "UTF-8"); }
Result<std::string> to_gb18030(std::string_view text) { return convert(text, "UTF-8", "GB18030"); }

}  // namespace yuanqu::base
