#include "cli/csv_slices.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "cli/decide_columns.hpp"

namespace yuanqu::cli {

namespace {
constexpr std::size_t slice_bytes = 2u << 20;

// Line ends, eight bytes at a time.
std::size_t lines_in(std::string_view bytes) {
  constexpr std::uint64_t low = 0x7F7F7F7F7F7F7F7FULL, ends = 0x0A0A0A0A0A0A0A0AULL;
  std::size_t lines = 0, at = 0;
  for (; at + 8 <= bytes.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, 8);
    word ^= ends;  // a line end is a zero byte: the only one that stays without its high bit
    lines += static_cast<std::size_t>(std::popcount(~(((word & low) + low) | word | low)));
  }
  for (; at < bytes.size(); ++at) lines += bytes[at] == '\n' ? 1 : 0;
  return lines;
}
}  // namespace

base::Result<std::unique_ptr<CsvSlices>> CsvSlices::open(const std::filesystem::path& path) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) {
    return base::fail(base::ErrorCode::NotFound, "输入文件 " + path.string() + " 打不开；请检查路径和权限。",
                      "The input file " + path.string() + " cannot be opened; check its path and permissions.",
                      {.file = path.string()});
  }
  std::setvbuf(file, nullptr, _IONBF, 0);
  std::unique_ptr<CsvSlices> slices(new CsvSlices(file));
  std::string first;
  std::size_t lines = 0;
  if (!slices->next(first, lines)) {
    return base::fail(base::ErrorCode::Invalid, "输入文件是空的；第一行应是表头。",
                      "The input file is empty; its first line must be the header.", {.file = path.string()});
  }
  std::size_t at = first.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  read_csv_record(first, at, 0, slices->header_);
  slices->lines_ =
      static_cast<std::size_t>(std::count(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
  slices->rest_.insert(0, first, at, std::string::npos);
  return slices;
}

CsvSlices::~CsvSlices() { std::fclose(file_); }

// How many bytes from the front are whole records: up to the last line end outside quotation marks.
std::size_t CsvSlices::whole_records(std::string_view bytes) const {
  if (std::memchr(bytes.data(), '"', bytes.size()) == nullptr) {
    const auto last = bytes.rfind('\n');
    return last == std::string_view::npos ? 0 : last + 1;
  }
  std::size_t whole = 0;
  bool quoted = false, cell_empty = true;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const char c = bytes[at];
    if (quoted) {
      if (c == '"') {
        if (at + 1 < bytes.size() && bytes[at + 1] == '"') {
          ++at;
          cell_empty = false;
        } else {
          quoted = false;
        }
      } else {
        cell_empty = false;
      }
    } else if (c == '"' && cell_empty) {
      quoted = true;
    } else if (c == ',' || c == '\n') {
      cell_empty = true;
      if (c == '\n') whole = at + 1;
    } else {
      cell_empty = false;
    }
  }
  return whole;
}

bool CsvSlices::fill(std::string& bytes, std::size_t wanted) {
  const std::size_t before = bytes.size();
  bytes.resize(before + wanted);
  const std::size_t read = std::fread(bytes.data() + before, 1, wanted, file_);
  bytes.resize(before + read);
  total_ += read;
  over_ = read < wanted;
  return read != 0;
}

bool CsvSlices::next(std::string& bytes, std::size_t& lines_before) {
  lines_before = lines_;
  bytes.swap(rest_);
  rest_.clear();
  std::size_t whole = bytes.size() >= slice_bytes || over_ ? whole_records(bytes) : 0;
  while (whole == 0 && !over_) {
    fill(bytes, std::max(slice_bytes, bytes.size() + slice_bytes) - bytes.size());
    whole = whole_records(bytes);
  }
  if (over_) whole = bytes.size();
  rest_.assign(bytes, whole);
  bytes.resize(whole);
  lines_ += lines_in(bytes);
  return !bytes.empty();
}

}  // namespace yuanqu::cli
