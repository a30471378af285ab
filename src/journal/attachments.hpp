#pragma once
// Attachments: files that records, cases and papers rest on, by content hash in the data folder
// (`attachments/ab/cdef…`, see content_store.hpp), and the book of who names them. A file is synced before anything can
// name it; naming is part of the transaction that writes what rests on it. What nobody names is removed a day after it
// was last put.
//
// The way of a file: put() stores it and notes who brought it; the work that rests on it checks with find() (and
// brought_by(), so that nobody reaches another's file by its hash) and calls name() in its transaction.
//
// Safe from every thread; what takes a Transaction or its Database belongs to its work.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "journal/content_store.hpp"
#include "journal/sql.hpp"

namespace yuanqu::journal {

class Journal;
class Transaction;

// What a file is, told by its first bytes and never by its name: "pdf", "png", "jpeg", "webp", "gif", "zip" (which
// docx, xlsx and OFD are too: "docx", "xlsx", "ofd"), "ole" (doc, xls of old), "text" (UTF-8), "mp4", "other".
std::string_view format_of_content(const std::filesystem::path& file);
std::string_view format_of_content(std::string_view bytes);
std::string_view media_type_of(std::string_view format);  // "application/pdf" …

struct Attachment {
  std::string hash;  // SHA-256, 64 hex digits
  std::uint64_t size = 0;
  std::string format;
};

class Attachments {
 public:
  Attachments(Journal& journal, std::filesystem::path folder) : journal_(journal), store_(std::move(folder)) {}

  // Stores and syncs a file and notes that `account` brought it; when this returns, the book has it durably.
  base::Result<Attachment> put(const std::filesystem::path& file, std::int64_t account);
  // The same for bytes of our own making, in two steps: store() before the transaction, note() inside it.
  base::Result<Attachment> store(std::string_view bytes);
  base::Result<void> note(Transaction& transaction, const Attachment& attachment, std::int64_t account = 0);

  // ---- in a transaction or snapshot
  static base::Result<std::optional<Attachment>> find(Database& database, std::string_view hash);
  // Whether the account brought this file itself.
  static base::Result<bool> brought_by(Database& database, std::string_view hash, std::int64_t account);
  // Something durable rests on the file: (owner, id) such as ("record", its id), ("case", its id). Twice is once.
  static base::Result<void> name(Transaction& transaction, std::string_view hash, std::string_view owner,
                                 std::int64_t id);
  static base::Result<void> unname(Transaction& transaction, std::string_view hash, std::string_view owner,
                                   std::int64_t id);
  static base::Result<bool> named_by(Database& database, std::string_view hash, std::string_view owner,
                                     std::int64_t id);
  static base::Result<std::vector<std::string>> all_named_by(Database& database, std::string_view owner,
                                                             std::int64_t id);
  // Every file in the book in order of hash, with whether it is named: what a backup copies and verify checks.
  static base::Result<void> for_each(Database& database, const std::function<bool(const Attachment&, bool named)>&);

  // ---- the files
  base::Result<std::string> read(std::string_view hash) const { return store_.get(hash); }
  // Answers the path only when the bytes are whole.
  base::Result<std::filesystem::path> checked_path(const Attachment& attachment) const;
  base::Result<void> check(const Attachment& attachment) const {
    return store_.check(attachment.hash, attachment.size);
  }
  const std::filesystem::path& folder() const { return store_.folder(); }

  // Removes files that nobody names and that were last put over `age_s` ago, and what a dead writer left; answers how
  // many. Run daily.
  base::Result<std::size_t> sweep(std::int64_t age_s = 86'400);

 private:
  Journal& journal_;
  ContentStore store_;
};

// The book's tables; repeatable.
base::Result<void> create_attachment_tables(Database& database);

}  // namespace yuanqu::journal
