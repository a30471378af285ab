#include "journal/sql.hpp"

#include <sqlite3.h>

#include <unordered_map>
#include <utility>
#include <vector>

namespace yuanqu::journal {

using base::ErrorCode;

// Statements that nobody has borrowed, by their text. Preparing costs more than running most of ours.
struct Database::Cache {
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  std::unordered_map<std::string, std::vector<sqlite3_stmt*>, Hash, std::equal_to<>> idle;
  std::size_t size = 0;
  static constexpr std::size_t size_max = 512;
};

Statement::Statement(Statement&& other) noexcept
    : owner_(std::exchange(other.owner_, nullptr)),
      handle_(std::exchange(other.handle_, nullptr)),
      bind_problem_(other.bind_problem_) {}

Statement& Statement::operator=(Statement&& other) noexcept {
  std::swap(owner_, other.owner_);
  std::swap(handle_, other.handle_);
  std::swap(bind_problem_, other.bind_problem_);
  return *this;
}

Statement::~Statement() {
  if (handle_ != nullptr) owner_->give_back(handle_);
}

Statement& Statement::bind(int parameter, std::int64_t value) {
  if (const int code = sqlite3_bind_int64(handle_, parameter, value); code != SQLITE_OK) bind_problem_ = code;
  return *this;
}

Statement& Statement::bind(int parameter, double value) {
  if (const int code = sqlite3_bind_double(handle_, parameter, value); code != SQLITE_OK) bind_problem_ = code;
  return *this;
}

Statement& Statement::bind(int parameter, std::string_view text) {
  const char* data = text.data() == nullptr ? "" : text.data();
  if (const int code = sqlite3_bind_text64(handle_, parameter, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
      code != SQLITE_OK)
    bind_problem_ = code;
  return *this;
}

Statement& Statement::bind(int parameter, Blob blob) {
  const char* data = blob.bytes.data() == nullptr ? "" : blob.bytes.data();
  if (const int code = sqlite3_bind_blob64(handle_, parameter, data, blob.bytes.size(), SQLITE_STATIC);
      code != SQLITE_OK)
    bind_problem_ = code;
  return *this;
}

Statement& Statement::bind(int parameter, NullValue) {
  if (const int code = sqlite3_bind_null(handle_, parameter); code != SQLITE_OK) bind_problem_ = code;
  return *this;
}

Statement& Statement::bind(int parameter, std::optional<std::int64_t> value) {
  return value ? bind(parameter, *value) : bind(parameter, NullValue{});
}

base::Result<bool> Statement::step() {
  if (bind_problem_ != 0) return tl::unexpected(owner_->error(bind_problem_, sqlite3_sql(handle_)));
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  auto problem = owner_->error(code, sqlite3_sql(handle_));
  sqlite3_reset(handle_);
  return tl::unexpected(std::move(problem));
}

base::Result<void> Statement::run() {
  for (;;) {
    auto row = step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) break;
  }
  reset();
  return {};
}

void Statement::reset() {
  sqlite3_reset(handle_);
  bind_problem_ = 0;
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(handle_, column); }
double Statement::real(int column) const { return sqlite3_column_double(handle_, column); }

std::string_view Statement::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
  return data == nullptr ? std::string_view{}
                         : std::string_view(data, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column)));
}

std::string_view Statement::blob(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(handle_, column));
  return data == nullptr ? std::string_view{}
                         : std::string_view(data, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column)));
}

bool Statement::is_null(int column) const { return sqlite3_column_type(handle_, column) == SQLITE_NULL; }

base::Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& path, OpenMode mode) {
  std::unique_ptr<Database> database(new Database);
  database->cache_ = std::make_unique<Cache>();
  database->path_ = path;
  const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                    (mode == OpenMode::ReadWrite ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
  if (const int code = sqlite3_open_v2(path.c_str(), &database->handle_, flags, nullptr); code != SQLITE_OK) {
    return tl::unexpected(database->error(code, "open"));
  }
  sqlite3_busy_timeout(database->handle_, 10'000);
  return database;
}

Database::~Database() {
  if (cache_) {
    for (auto& [text, statements] : cache_->idle) {
      for (sqlite3_stmt* statement : statements) sqlite3_finalize(statement);
    }
  }
  sqlite3_close_v2(handle_);
}

base::Result<void> Database::execute(std::string_view sql) {
  const std::string text(sql);
  if (const int code = sqlite3_exec(handle_, text.c_str(), nullptr, nullptr, nullptr); code != SQLITE_OK)
    return tl::unexpected(error(code, sql));
  return {};
}

base::Result<Statement> Database::prepare(std::string_view sql) {
  if (const auto it = cache_->idle.find(sql); it != cache_->idle.end() && !it->second.empty()) {
    sqlite3_stmt* statement = it->second.back();
    it->second.pop_back();
    --cache_->size;
    return Statement(this, statement);
  }
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                      &statement, nullptr);
  if (code != SQLITE_OK) return tl::unexpected(error(code, sql));
  return Statement(this, statement);
}

void Database::give_back(sqlite3_stmt* statement) {
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  if (cache_->size >= Cache::size_max) {
    sqlite3_finalize(statement);
    return;
  }
  cache_->idle[sqlite3_sql(statement)].push_back(statement);
  ++cache_->size;
}

base::Result<std::optional<std::int64_t>> Database::integer(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return tl::unexpected(statement.error());
  auto row = statement->step();
  if (!row) return tl::unexpected(row.error());
  if (!*row || statement->is_null(0)) return std::optional<std::int64_t>{};
  return std::optional<std::int64_t>{statement->integer(0)};
}

std::int64_t Database::changes() const { return sqlite3_changes64(handle_); }

base::Error Database::error(int code, std::string_view doing) const {
  const std::string detail = std::string(handle_ != nullptr ? sqlite3_errmsg(handle_) : sqlite3_errstr(code)) + " (" +
                             std::to_string(code) + ")";
  const base::Place place{.file = path_.filename().string()};
  switch (code & 0xff) {
    case SQLITE_FULL:
      return {ErrorCode::Unavailable, "磁盘已满，没有写入。请腾出空间后再试。",
              "The disk is full; nothing was written. Free some space and try again.", place};
    case SQLITE_IOERR:
      disk_failed_ = true;
      return {ErrorCode::Unavailable, "读写磁盘出错：" + detail + "。请检查磁盘，必要时从备份恢复。",
              "The disk reported an error: " + detail + ". Check the disk; restore from a backup if need be.", place};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      disk_failed_ = true;
      return {ErrorCode::Unavailable, "数据库文件已损坏：" + detail + "。请从备份恢复，并运行 yuanqu verify。",
              "The database file is damaged: " + detail + ". Restore from a backup and run yuanqu verify.", place};
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return {ErrorCode::Unavailable, "打不开数据库：" + detail + "。请检查数据文件夹的权限。",
              "Cannot open the database: " + detail + ". Check the rights of the data folder.", place};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorCode::Unavailable, "数据库正被占用。请稍后再试。", "The database is in use. Try again shortly.",
              place};
    case SQLITE_CONSTRAINT:
      return {ErrorCode::Conflict, "与已有记录冲突：" + detail + "。",
              "This conflicts with what is stored: " + detail + ".", place};
    default:
      return {ErrorCode::Internal, "数据库语句失败：" + detail + "：" + std::string(doing),
              "A database statement failed: " + detail + ": " + std::string(doing), place};
  }
}

}  // namespace yuanqu::journal
