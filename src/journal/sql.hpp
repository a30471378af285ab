#pragma once
// A thin owner of SQLite: connections, cached prepared statements, errors as values. Rooms that keep tables of their
// own in the data folder's database (duties, cases, outcomes) use it inside a journal Transaction (writing) or a
// Snapshot (reading). A Database belongs to one thread at a time. Text is UTF-8. Columns count from 0, parameters
// from 1.

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace yuanqu::journal {

struct Blob {
  std::string_view bytes;
};
struct NullValue {};

template <std::size_t Size>
Blob blob_of(const std::array<std::uint8_t, Size>& bytes) {
  return Blob{{reinterpret_cast<const char*>(bytes.data()), bytes.size()}};
}
// The bytes of a blob into an array; what it is short of is zero, what it has over is left out.
template <std::size_t Size>
void copy_blob(std::array<std::uint8_t, Size>& to, std::string_view bytes) {
  to.fill(0);
  std::memcpy(to.data(), bytes.data(), std::min(Size, bytes.size()));
}

// A statement borrowed from the connection's cache; given back, reset and without bindings, when it is destroyed.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&& other) noexcept;
  ~Statement();

  Statement& bind(int parameter, std::int64_t value);
  Statement& bind(int parameter, int value) { return bind(parameter, static_cast<std::int64_t>(value)); }
  Statement& bind(int parameter, std::uint32_t value) { return bind(parameter, static_cast<std::int64_t>(value)); }
  Statement& bind(int parameter, bool value) { return bind(parameter, static_cast<std::int64_t>(value)); }
  Statement& bind(int parameter, double value);
  Statement& bind(int parameter, std::string_view text);  // bytes must live until step() has returned
  Statement& bind(int parameter, const std::string& text) { return bind(parameter, std::string_view(text)); }
  Statement& bind(int parameter, const char* text) { return bind(parameter, std::string_view(text)); }
  Statement& bind(int parameter, Blob blob);
  Statement& bind(int parameter, NullValue);
  Statement& bind(int parameter, std::optional<std::int64_t> value);
  template <class... Values>
  Statement& bind_all(const Values&... values) {
    int parameter = 0;
    (bind(++parameter, values), ...);
    return *this;
  }

  base::Result<bool> step();  // true: a row stands ready; false: done
  base::Result<void> run();   // steps to the end and resets, ready to be bound again
  void reset();

  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string_view text(int column) const;  // until the next step
  std::string_view blob(int column) const;
  bool is_null(int column) const;

 private:
  friend class Database;
  Statement(class Database* owner, sqlite3_stmt* handle) : owner_(owner), handle_(handle) {}
  class Database* owner_ = nullptr;
  sqlite3_stmt* handle_ = nullptr;
  int bind_problem_ = 0;
};

enum class OpenMode { ReadWrite, ReadOnly };

class Database {
 public:
  static base::Result<std::unique_ptr<Database>> open(const std::filesystem::path& path, OpenMode mode);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  base::Result<void> execute(std::string_view sql);  // one or more statements without parameters
  base::Result<Statement> prepare(std::string_view sql);
  // The single integer of a query of one row; nullopt when there is no row or it is null.
  base::Result<std::optional<std::int64_t>> integer(std::string_view sql);
  std::int64_t changes() const;  // rows touched by the last statement
  sqlite3* handle() { return handle_; }
  // The disk reported an error or the file is damaged: what was last written may or may not be there. A full disk is
  // not a failed one.
  bool disk_failed() const { return disk_failed_; }

 private:
  friend class Statement;
  Database() = default;
  void give_back(sqlite3_stmt* statement);
  base::Error error(int code, std::string_view doing) const;
  sqlite3* handle_ = nullptr;
  struct Cache;
  std::unique_ptr<Cache> cache_;
  std::filesystem::path path_;
  mutable bool disk_failed_ = false;
};

}  // namespace yuanqu::journal
