#include "journal/attachments.hpp"

#include <algorithm>
#include <array>
#include <fstream>

#include "base/text.hpp"
#include "journal/journal.hpp"

namespace yuanqu::journal {

using base::ErrorCode;
using base::fail;
using base::Result;
namespace fs = std::filesystem;

namespace {

// What one account may have brought without anything naming it yet.
constexpr std::int64_t unnamed_bytes_max = std::int64_t{1} << 30;
constexpr std::size_t head_bytes = 4096;
constexpr std::size_t tail_bytes = std::size_t{16} << 10;

struct Known {
  std::string_view format;
  std::string_view media_type;
};
constexpr std::array<Known, 12> formats = {{
    {"pdf", "application/pdf"},
    {"png", "image/png"},
    {"jpeg", "image/jpeg"},
    {"webp", "image/webp"},
    {"gif", "image/gif"},
    {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {"ofd", "application/ofd"},
    {"zip", "application/zip"},
    {"ole", "application/x-ole-storage"},
    {"text", "text/plain; charset=utf-8"},
    {"mp4", "video/mp4"},
}};

Result<void> run(Database& database, std::string_view sql, std::string_view hash) {
  auto statement = database.prepare(sql);
  if (!statement) return tl::unexpected(statement.error());
  return statement->bind(1, hash).run();
}

Result<bool> any(Result<Statement> statement) {
  if (!statement) return tl::unexpected(statement.error());
  return statement->step();
}

}  // namespace

namespace {

// The names of a zip's entries stand in its directory at the end; the first ones also at the front.
std::string_view format_of_zip(std::string_view head, std::string_view tail) {
  const auto holds = [&](std::string_view name) {
    return head.find(name) != std::string_view::npos || tail.find(name) != std::string_view::npos;
  };
  if (holds("word/document")) return "docx";
  if (holds("xl/workbook")) return "xlsx";
  return holds("OFD.xml") ? "ofd" : "zip";
}

std::string_view format_of(std::string_view bytes, std::string_view tail) {
  using namespace std::string_view_literals;
  if (bytes.starts_with("%PDF-")) return "pdf";
  if (bytes.starts_with("\x89PNG\r\n\x1a\n"sv)) return "png";
  if (bytes.starts_with("\xff\xd8\xff")) return "jpeg";
  if (bytes.starts_with("GIF87a") || bytes.starts_with("GIF89a")) return "gif";
  if (bytes.size() > 12 && bytes.starts_with("RIFF") && bytes.substr(8, 4) == "WEBP") return "webp";
  if (bytes.size() > 12 && bytes.substr(4, 4) == "ftyp") return "mp4";
  if (bytes.starts_with("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) return "ole";
  if (bytes.starts_with("PK\x03\x04")) return format_of_zip(bytes, tail);
  std::string_view head = bytes.substr(0, std::min(bytes.size(), head_bytes));
  const bool control = std::any_of(head.begin(), head.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t';
  });
  if (control || head.empty()) return "other";
  // The cut may fall inside a character.
  while (head.size() < bytes.size() && !head.empty() && (static_cast<unsigned char>(head.back()) & 0x80) != 0)
    head.remove_suffix(1);
  return base::first_invalid_utf8(head) ? "other" : "text";
}

}  // namespace

std::string_view format_of_content(std::string_view bytes) {
  return format_of(bytes, bytes.substr(bytes.size() - std::min(bytes.size(), tail_bytes)));
}

std::string_view format_of_content(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string head(head_bytes + 8, '\0');
  stream.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(stream.gcount()));
  std::string tail;
  stream.clear();
  stream.seekg(0, std::ios::end);
  if (const auto size = static_cast<std::size_t>(std::max<std::streamoff>(stream.tellg(), 0)); size > head.size()) {
    tail.resize(std::min(size, tail_bytes));
    stream.seekg(-static_cast<std::streamoff>(tail.size()), std::ios::end);
    stream.read(tail.data(), static_cast<std::streamsize>(tail.size()));
  }
  return format_of(head, tail);
}

std::string_view media_type_of(std::string_view format) {
  for (const Known& known : formats) {
    if (known.format == format) return known.media_type;
  }
  return "application/octet-stream";
}

Result<void> create_attachment_tables(Database& database) {
  return database.execute(R"(
CREATE TABLE IF NOT EXISTS attachment(
  hash TEXT PRIMARY KEY,
  size INTEGER NOT NULL,
  format TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS attachment_name(
  hash TEXT NOT NULL,
  owner TEXT NOT NULL,
  id INTEGER NOT NULL,
  PRIMARY KEY(hash, owner, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS attachment_by_owner ON attachment_name(owner, id);
CREATE TABLE IF NOT EXISTS attachment_upload(
  account INTEGER NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY(account, hash)) WITHOUT ROWID;
)");
}

Result<void> Attachments::note(Transaction& transaction, const Attachment& attachment, std::int64_t account) {
  Database& database = transaction.database();
  auto insert = database.prepare("INSERT INTO attachment(hash,size,format) VALUES(?,?,?) ON CONFLICT DO NOTHING");
  if (!insert) return tl::unexpected(insert.error());
  insert->bind_all(attachment.hash, static_cast<std::int64_t>(attachment.size), attachment.format);
  if (auto done = insert->run(); !done) return done;
  if (account == 0) return {};
  auto upload = database.prepare("INSERT INTO attachment_upload(account,hash) VALUES(?,?) ON CONFLICT DO NOTHING");
  if (!upload) return tl::unexpected(upload.error());
  if (auto done = upload->bind_all(account, attachment.hash).run(); !done) return done;
  auto unnamed = database.prepare(
      "SELECT sum(a.size) FROM attachment_upload u JOIN attachment a ON a.hash=u.hash WHERE u.account=? AND NOT "
      "EXISTS(SELECT 1 FROM attachment_name n WHERE n.hash=u.hash)");
  if (!unnamed) return tl::unexpected(unnamed.error());
  auto row = unnamed->bind(1, account).step();
  if (!row) return tl::unexpected(row.error());
  if (*row && unnamed->integer(0) > unnamed_bytes_max) {
    return fail(ErrorCode::LimitExceeded, "您今天上传而没有用到的附件已超过 1 GB。请先保存用到它们的记录，或明天再传。",
                "You have uploaded over 1 GB today that nothing uses yet. Save the records that need it, or go on "
                "tomorrow.");
  }
  return {};
}

Result<Attachment> Attachments::put(const fs::path& file, std::int64_t account) {
  std::error_code problem;
  Attachment attachment;
  attachment.size = fs::file_size(file, problem);
  if (problem || attachment.size == 0)
    return fail(ErrorCode::Invalid, "文件是空的。请重新选择。", "The file is empty. Choose another.",
                {.field = "file"});
  attachment.format = format_of_content(file);
  auto hash = store_.put_file(file);
  if (!hash) return tl::unexpected(hash.error());
  attachment.hash = std::move(*hash);
  auto noted =
      journal_.commit([&](Transaction& transaction) { return note(transaction, attachment, account); },
                      {.actor = account, .batch = 0, .pack_versions = {}, .idempotency_key = {}, .request_digest = {}});
  if (!noted) return tl::unexpected(noted.error());
  return attachment;
}

Result<Attachment> Attachments::store(std::string_view bytes) {
  auto hash = store_.put(bytes);
  if (!hash) return tl::unexpected(hash.error());
  return Attachment{std::move(*hash), bytes.size(), std::string(format_of_content(bytes))};
}

Result<std::optional<Attachment>> Attachments::find(Database& database, std::string_view hash) {
  auto select = database.prepare("SELECT hash,size,format FROM attachment WHERE hash=?");
  if (!select) return tl::unexpected(select.error());
  auto row = select->bind(1, hash).step();
  if (!row) return tl::unexpected(row.error());
  if (!*row) return std::optional<Attachment>{};
  return std::optional<Attachment>(
      {std::string(select->text(0)), static_cast<std::uint64_t>(select->integer(1)), std::string(select->text(2))});
}

Result<bool> Attachments::brought_by(Database& database, std::string_view hash, std::int64_t account) {
  auto select = database.prepare("SELECT 1 FROM attachment_upload WHERE account=? AND hash=?");
  if (select) select->bind_all(account, hash);
  return any(std::move(select));
}

Result<void> Attachments::name(Transaction& transaction, std::string_view hash, std::string_view owner,
                               std::int64_t id) {
  auto insert =
      transaction.database().prepare("INSERT INTO attachment_name(hash,owner,id) VALUES(?,?,?) ON CONFLICT DO NOTHING");
  if (!insert) return tl::unexpected(insert.error());
  return insert->bind_all(hash, owner, id).run();
}

Result<void> Attachments::unname(Transaction& transaction, std::string_view hash, std::string_view owner,
                                 std::int64_t id) {
  auto remove = transaction.database().prepare("DELETE FROM attachment_name WHERE hash=? AND owner=? AND id=?");
  if (!remove) return tl::unexpected(remove.error());
  return remove->bind_all(hash, owner, id).run();
}

Result<bool> Attachments::named_by(Database& database, std::string_view hash, std::string_view owner, std::int64_t id) {
  auto select = database.prepare("SELECT 1 FROM attachment_name WHERE hash=? AND owner=? AND id=?");
  if (select) select->bind_all(hash, owner, id);
  return any(std::move(select));
}

Result<std::vector<std::string>> Attachments::all_named_by(Database& database, std::string_view owner,
                                                           std::int64_t id) {
  auto rows = database.prepare("SELECT hash FROM attachment_name WHERE owner=? AND id=?");
  if (!rows) return tl::unexpected(rows.error());
  rows->bind_all(owner, id);
  std::vector<std::string> hashes;
  for (;;) {
    auto row = rows->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return hashes;
    hashes.emplace_back(rows->text(0));
  }
}

Result<void> Attachments::for_each(Database& database, const std::function<bool(const Attachment&, bool)>& callback) {
  // A folder of before there were attachments, opened for reading only, has no book.
  auto there = any(database.prepare("SELECT 1 FROM sqlite_schema WHERE name='attachment'"));
  if (!there || !*there) return there ? Result<void>{} : tl::unexpected(there.error());
  auto rows = database.prepare(
      "SELECT a.hash,a.size,a.format,EXISTS(SELECT 1 FROM attachment_name n WHERE n.hash=a.hash) FROM attachment a "
      "ORDER BY a.hash");
  if (!rows) return tl::unexpected(rows.error());
  for (;;) {
    auto row = rows->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return {};
    const Attachment attachment{std::string(rows->text(0)), static_cast<std::uint64_t>(rows->integer(1)),
                                std::string(rows->text(2))};
    if (!callback(attachment, rows->integer(3) != 0)) return {};
  }
}

Result<fs::path> Attachments::checked_path(const Attachment& attachment) const {
  if (auto whole = check(attachment); !whole) return tl::unexpected(whole.error());
  return store_.path_of(attachment.hash);
}

Result<std::size_t> Attachments::sweep(std::int64_t age_s) {
  std::vector<std::pair<std::string, fs::path>> old;
  store_.for_each([&](const std::string& hash, const fs::path& path, std::int64_t age) {
    if (age >= age_s) old.emplace_back(hash, path);
  });
  if (old.empty()) return std::size_t{0};
  std::vector<fs::path> unnamed;
  // The book forgets first: a crash in between leaves a file that the next sweep finds again.
  auto forgotten = journal_.commit(
      [&](Transaction& transaction) -> Result<void> {
        unnamed.clear();
        for (const auto& [hash, path] : old) {
          if (!hash.empty()) {
            auto select = transaction.database().prepare("SELECT 1 FROM attachment_name WHERE hash=? LIMIT 1");
            if (select) select->bind(1, hash);
            auto named = any(std::move(select));
            if (!named) return tl::unexpected(named.error());
            if (*named) continue;
            for (const char* sql :
                 {"DELETE FROM attachment WHERE hash=?", "DELETE FROM attachment_upload WHERE hash=?"}) {
              if (auto done = run(transaction.database(), sql, hash); !done) return done;
            }
          }
          unnamed.push_back(path);
        }
        return {};
      },
      {});
  if (!forgotten) return tl::unexpected(forgotten.error());
  for (const fs::path& path : unnamed) store_.remove_older(path, age_s);
  return unnamed.size();
}

}  // namespace yuanqu::journal
