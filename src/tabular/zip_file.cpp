#include "tabular/zip_file.hpp"

#include <zip.h>

#include "tabular/byte_source.hpp"

namespace yuanqu::tabular {

using base::ErrorCode;

namespace {

constexpr zip_int64_t zip_entries_max = 10'000;

base::Error damaged(const std::string& shown) {
  return {ErrorCode::Invalid,
          "文件已损坏，不是完整的 XLSX。请用表格软件打开后另存。",
          "The file is damaged; it is no whole XLSX. Open it in a spreadsheet program and save it anew.",
          {.file = shown}};
}

}  // namespace

ZipEntry::~ZipEntry() {
  if (handle_ != nullptr) zip_fclose(handle_);
}

base::Result<std::size_t> ZipEntry::read(char* to, std::size_t size) {
  const zip_int64_t got = zip_fread(handle_, to, size);
  if (got < 0) return tl::unexpected(damaged(shown_));
  read_ += static_cast<std::uint64_t>(got);
  if (read_ > limits_.bytes_max) return tl::unexpected(too_large(shown_, limits_.bytes_max));
  if (read_ > ratio_counts_from &&
      static_cast<double>(read_) > limits_.unpack_ratio_max * static_cast<double>(packed_ + 1)) {
    return tl::unexpected(packed_too_tightly(shown_));
  }
  return static_cast<std::size_t>(got);
}

base::Result<std::unique_ptr<ZipContainer>> ZipContainer::check(std::unique_ptr<ZipContainer> container) {
  const zip_int64_t count = zip_get_num_entries(container->handle_, 0);
  if (count > zip_entries_max) {
    return base::fail(ErrorCode::LimitExceeded, "文件里的部件太多，这不像是表格。",
                      "The file has too many parts to be a table.", {.file = container->shown_});
  }
  std::uint64_t total = 0;
  for (zip_int64_t i = 0; i < count; ++i) {
    zip_stat_t stat;
    zip_stat_init(&stat);
    if (zip_stat_index(container->handle_, static_cast<zip_uint64_t>(i), 0, &stat) != 0)
      return tl::unexpected(damaged(container->shown_));
    if ((stat.valid & ZIP_STAT_SIZE) != 0) {
      if (stat.size > container->limits_.bytes_max || total + stat.size > 2 * container->limits_.bytes_max) {
        return tl::unexpected(too_large(container->shown_, container->limits_.bytes_max));
      }
      total += stat.size;
      const double packed = (stat.valid & ZIP_STAT_COMP_SIZE) != 0 ? static_cast<double>(stat.comp_size) : 0;
      if (stat.size > ratio_counts_from &&
          static_cast<double>(stat.size) > container->limits_.unpack_ratio_max * (packed + 1)) {
        return tl::unexpected(packed_too_tightly(container->shown_));
      }
    }
    if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && stat.encryption_method != ZIP_EM_NONE) {
      return base::fail(ErrorCode::Unsupported, "文件加了密码。请去掉密码后再导入。",
                        "The file is protected by a password. Remove it and import again.",
                        {.file = container->shown_});
    }
  }
  return container;
}

base::Result<std::unique_ptr<ZipContainer>> ZipContainer::open(const std::filesystem::path& file, const Limits& limits,
                                                               const std::string& shown) {
  std::unique_ptr<ZipContainer> container(new ZipContainer);
  container->limits_ = limits;
  container->shown_ = shown;
  int code = 0;
  container->handle_ = zip_open(file.c_str(), ZIP_RDONLY, &code);
  if (container->handle_ == nullptr) {
    if (code == ZIP_ER_NOENT || code == ZIP_ER_OPEN) {
      return base::fail(ErrorCode::NotFound, "打不开文件 " + shown + "。请检查文件是否存在、是否可读。",
                        "Cannot open the file " + shown + ". Check that it exists and may be read.", {.file = shown});
    }
    return tl::unexpected(damaged(shown));
  }
  return check(std::move(container));
}

base::Result<std::unique_ptr<ZipContainer>> ZipContainer::open(std::string bytes, const Limits& limits,
                                                               const std::string& shown) {
  std::unique_ptr<ZipContainer> container(new ZipContainer);
  container->limits_ = limits;
  container->shown_ = shown;
  container->bytes_ = std::move(bytes);
  zip_error_t problem;
  zip_error_init(&problem);
  zip_source_t* source = zip_source_buffer_create(container->bytes_.data(), container->bytes_.size(), 0, &problem);
  if (source != nullptr) {
    container->handle_ = zip_open_from_source(source, ZIP_RDONLY, &problem);
    if (container->handle_ == nullptr) zip_source_free(source);
  }
  zip_error_fini(&problem);
  if (container->handle_ == nullptr) return tl::unexpected(damaged(shown));
  return check(std::move(container));
}

ZipContainer::~ZipContainer() {
  if (handle_ != nullptr) zip_discard(handle_);
}

bool ZipContainer::contains(const std::string& name) const {
  return zip_name_locate(handle_, name.c_str(), ZIP_FL_NOCASE) >= 0;
}

base::Result<std::unique_ptr<ZipEntry>> ZipContainer::open_entry(const std::string& name) {
  const zip_int64_t index = zip_name_locate(handle_, name.c_str(), ZIP_FL_NOCASE);
  zip_stat_t stat;
  zip_stat_init(&stat);
  if (index < 0 || zip_stat_index(handle_, static_cast<zip_uint64_t>(index), 0, &stat) != 0)
    return tl::unexpected(damaged(shown_));
  std::unique_ptr<ZipEntry> entry(new ZipEntry);
  entry->shown_ = shown_;
  entry->limits_ = limits_;
  entry->size_ = (stat.valid & ZIP_STAT_SIZE) != 0 ? stat.size : 0;
  entry->packed_ = (stat.valid & ZIP_STAT_COMP_SIZE) != 0 ? stat.comp_size : 0;
  entry->handle_ = zip_fopen_index(handle_, static_cast<zip_uint64_t>(index), 0);
  if (entry->handle_ == nullptr) return tl::unexpected(damaged(shown_));
  return entry;
}

base::Result<std::string> ZipContainer::read_all(const std::string& name, std::uint64_t bytes_max) {
  auto entry = open_entry(name);
  if (!entry) return tl::unexpected(entry.error());
  std::string bytes;
  std::string piece(std::size_t{64} << 10, '\0');
  for (;;) {
    auto got = (*entry)->read(piece.data(), piece.size());
    if (!got) return tl::unexpected(got.error());
    if (*got == 0) return bytes;
    bytes.append(piece, 0, *got);
    if (bytes.size() > bytes_max) return tl::unexpected(too_large(shown_, bytes_max));
  }
}

}  // namespace yuanqu::tabular
