#include "journal/checkpoint.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <map>

namespace yuanqu::journal {

using base::ErrorCode;
using base::fail;
using base::Result;
namespace fs = std::filesystem;

namespace {

constexpr std::string_view root_prefix = "yuanqu checkpoint 1";
constexpr const char* key_name = "checkpoint.key";

struct Digest {
  crypto_generichash_state state;
  Digest() { crypto_generichash_init(&state, nullptr, 0, 32); }
  void add(std::string_view bytes) {
    crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  }
  void add(const Hash& hash) { crypto_generichash_update(&state, hash.data(), hash.size()); }
  void add(std::int64_t number) {
    std::array<unsigned char, 8> bytes{};
    auto rest = static_cast<std::uint64_t>(number);
    for (auto& byte : bytes) {
      byte = static_cast<unsigned char>(rest);
      rest >>= 8;
    }
    crypto_generichash_update(&state, bytes.data(), bytes.size());
  }
  Hash finish() {
    Hash hash{};
    crypto_generichash_final(&state, hash.data(), hash.size());
    return hash;
  }
};

template <std::size_t Size>
std::string hex_of(const std::array<std::uint8_t, Size>& bytes) {
  std::string hex(Size * 2 + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), bytes.data(), bytes.size());
  hex.pop_back();
  return hex;
}

template <std::size_t Size>
bool from_hex(std::string_view hex, std::array<std::uint8_t, Size>& bytes) {
  std::size_t length = 0;
  return hex.size() == Size * 2 &&
         sodium_hex2bin(bytes.data(), bytes.size(), hex.data(), hex.size(), nullptr, &length, nullptr) == 0 &&
         length == Size;
}

// The value of a member of the one flat object a line is: a number, or a text without escapes.
std::optional<std::string_view> member(std::string_view line, std::string_view name) {
  const std::string quoted = "\"" + std::string(name) + "\":";
  const std::size_t at = line.find(quoted);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view rest = line.substr(at + quoted.size());
  while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
  if (!rest.empty() && rest.front() == '"') {
    rest.remove_prefix(1);
    const std::size_t end = rest.find('"');
    if (end == std::string_view::npos) return std::nullopt;
    return rest.substr(0, end);
  }
  return rest.substr(0, rest.find_first_of(",} "));
}

bool number_of(std::string_view line, std::string_view name, std::int64_t& number) {
  const auto text = member(line, name);
  if (!text) return false;
  const auto read = std::from_chars(text->data(), text->data() + text->size(), number);
  return read.ec == std::errc{} && read.ptr == text->data() + text->size();
}

struct SecretKey {
  std::array<std::uint8_t, crypto_sign_SECRETKEYBYTES> bytes{};
  ~SecretKey() { sodium_memzero(bytes.data(), bytes.size()); }
};

tl::unexpected<base::Error> cannot(const std::string& zh, const std::string& en, const fs::path& file) {
  const std::string why = std::strerror(errno);
  return fail(ErrorCode::Unavailable, zh + " " + file.string() + "：" + why + "。",
              en + " " + file.string() + ": " + why + ".", {.file = file.string()});
}

// Writes everything and syncs before it answers.
Result<void> write_synced(const fs::path& file, int flags, mode_t mode, std::string_view text) {
  const int handle = ::open(file.c_str(), flags | O_CLOEXEC, mode);
  if (handle < 0) return cannot("打不开", "Cannot open", file);
  while (!text.empty()) {
    const ssize_t written = ::write(handle, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      auto problem = cannot("写不进", "Cannot write", file);
      ::close(handle);
      return problem;
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  const bool synced = ::fsync(handle) == 0;
  auto problem = cannot("写不进", "Cannot write", file);
  ::close(handle);
  if (!synced) return problem;
  return {};
}

Result<void> read_key(const fs::path& folder, SecretKey& secret) {
  const fs::path file = folder / key_name;
  std::error_code ignored;
  if (!fs::exists(file, ignored)) {
    PublicKey unused{};
    crypto_sign_keypair(unused.data(), secret.bytes.data());
    return write_synced(file, O_WRONLY | O_CREAT | O_EXCL, S_IRUSR | S_IWUSR, hex_of(secret.bytes) + "\n");
  }
  std::ifstream stream(file);
  std::string hex;
  std::getline(stream, hex);
  const bool good = from_hex(hex, secret.bytes);
  sodium_memzero(hex.data(), hex.size());
  if (good) return {};
  return fail(ErrorCode::Invalid, "检查点的密钥文件读不懂，请移走它，系统会另建一个。",
              "The key of checkpoints cannot be read; move it away and a new one is made.", {.file = file.string()});
}

}  // namespace

Hash root_of(const Checkpoint& checkpoint) {
  Digest digest;
  digest.add(root_prefix);
  digest.add(checkpoint.number);
  digest.add(checkpoint.position);
  digest.add(checkpoint.made_at_ms);
  digest.add(checkpoint.files);
  digest.add(checkpoint.heads);
  digest.add(checkpoint.previous);
  return digest.finish();
}

bool signature_holds(const Checkpoint& checkpoint) {
  return crypto_sign_verify_detached(checkpoint.signature.data(), checkpoint.root.data(), checkpoint.root.size(),
                                     checkpoint.key.data()) == 0;
}

std::string to_line(const Checkpoint& checkpoint) {
  return "{\"checkpoint\": " + std::to_string(checkpoint.number) +
         ", \"position\": " + std::to_string(checkpoint.position) +
         ", \"made_at_ms\": " + std::to_string(checkpoint.made_at_ms) +
         ", \"files\": " + std::to_string(checkpoint.files) + ", \"heads\": \"" + hex_of(checkpoint.heads) +
         "\", \"previous\": \"" + hex_of(checkpoint.previous) + "\", \"root\": \"" + hex_of(checkpoint.root) +
         "\", \"key\": \"" + hex_of(checkpoint.key) + "\", \"signature\": \"" + hex_of(checkpoint.signature) + "\"}";
}

Result<Checkpoint> checkpoint_from_line(std::string_view line) {
  Checkpoint made;
  const auto bytes = [&](std::string_view name, auto& into) {
    const auto text = member(line, name);
    return text && from_hex(*text, into);
  };
  if (!number_of(line, "checkpoint", made.number) || !number_of(line, "position", made.position) ||
      !number_of(line, "made_at_ms", made.made_at_ms) || !number_of(line, "files", made.files) ||
      !bytes("heads", made.heads) || !bytes("previous", made.previous) || !bytes("root", made.root) ||
      !bytes("key", made.key) || !bytes("signature", made.signature)) {
    return fail(ErrorCode::Invalid, "这一行不是导出的检查点。", "The line is no exported checkpoint.");
  }
  return made;
}

Result<std::vector<Checkpoint>> read_checkpoints(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    return fail(ErrorCode::NotFound, "打不开检查点文件 " + file.string() + "。",
                "The file of checkpoints cannot be opened: " + file.string() + ".", {.file = file.string()});
  }
  std::vector<Checkpoint> found;
  std::string line;
  for (std::size_t row = 1; std::getline(stream, line); ++row) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty()) continue;
    auto one = checkpoint_from_line(line);
    if (!one) {
      one.error().place = {.file = file.string(), .row = row};
      return tl::unexpected(one.error());
    }
    found.push_back(*one);
  }
  return found;
}

Result<Hash> heads_of_interval(Database& database, Position after, Position position, std::int64_t& files) {
  auto rows = database.prepare(
      "SELECT file, sequence, hash FROM change WHERE sequence > ? AND sequence <= ? ORDER BY sequence");
  if (!rows) return tl::unexpected(rows.error());
  rows->bind_all(after, position);
  std::map<FileId, std::pair<Position, Hash>> heads;
  for (;;) {
    auto row = rows->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) break;
    auto& [sequence, hash] = heads[rows->integer(0)];
    sequence = rows->integer(1);
    copy_blob(hash, rows->blob(2));
  }
  Digest digest;
  for (const auto& [file, head] : heads) {
    digest.add(file);
    digest.add(head.first);
    digest.add(head.second);
  }
  files = static_cast<std::int64_t>(heads.size());
  return digest.finish();
}

Result<std::vector<Checkpoint>> checkpoints(Database& database) {
  std::vector<Checkpoint> found;
  auto table = database.integer("SELECT count(*) FROM sqlite_schema WHERE type='table' AND name='checkpoint'");
  if (!table) return tl::unexpected(table.error());
  if (table->value_or(0) == 0) return found;  // a folder of an earlier program, opened for reading
  auto rows = database.prepare(
      "SELECT number, position, made_at, files, heads, previous, root, public_key, signature FROM checkpoint ORDER BY "
      "number");
  if (!rows) return tl::unexpected(rows.error());
  for (;;) {
    auto row = rows->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return found;
    Checkpoint& one = found.emplace_back();
    one.number = rows->integer(0);
    one.position = rows->integer(1);
    one.made_at_ms = rows->integer(2);
    one.files = rows->integer(3);
    copy_blob(one.heads, rows->blob(4));
    copy_blob(one.previous, rows->blob(5));
    copy_blob(one.root, rows->blob(6));
    copy_blob(one.key, rows->blob(7));
    copy_blob(one.signature, rows->blob(8));
  }
}

Result<std::optional<Checkpoint>> make_checkpoint(Journal& journal) {
  SecretKey secret;
  if (auto read = read_key(journal.data_folder(), secret); !read) return tl::unexpected(read.error());
  Checkpoint made;
  {
    auto snapshot = journal.snapshot();
    if (!snapshot) return tl::unexpected(snapshot.error());
    auto before = checkpoints(snapshot->database());
    if (!before) return tl::unexpected(before.error());
    made.position = snapshot->position();
    const Position after = before->empty() ? 0 : before->back().position;
    if (made.position <= after) return std::optional<Checkpoint>{};
    made.number = before->empty() ? 1 : before->back().number + 1;
    if (!before->empty()) made.previous = before->back().root;
    auto heads = heads_of_interval(snapshot->database(), after, made.position, made.files);
    if (!heads) return tl::unexpected(heads.error());
    made.heads = *heads;
  }
  std::memcpy(made.key.data(), secret.bytes.data() + 32,
              made.key.size());  // libsodium keeps the public half behind the seed
  auto stored = journal.commit(
      [&](Transaction& transaction) -> Result<void> {
        made.made_at_ms = transaction.recorded_at_ms();
        made.root = root_of(made);
        crypto_sign_detached(made.signature.data(), nullptr, made.root.data(), made.root.size(), secret.bytes.data());
        auto insert = transaction.database().prepare(
            "INSERT INTO checkpoint(number, position, made_at, files, heads, previous, root, public_key, signature) "
            "VALUES(?,?,?,?,?,?,?,?,?)");
        if (!insert) return tl::unexpected(insert.error());
        insert->bind_all(made.number, made.position, made.made_at_ms, made.files, blob_of(made.heads),
                         blob_of(made.previous), blob_of(made.root), blob_of(made.key), blob_of(made.signature));
        return insert->run();
      },
      {});
  if (!stored) return tl::unexpected(stored.error());
  return std::optional(made);
}

Result<std::size_t> send_checkpoints(Journal& journal, const std::string& target,
                                     const std::function<Result<void>(const std::string& lines)>& send) {
  std::string lines;
  std::size_t count = 0;
  std::int64_t last = 0;
  {
    auto snapshot = journal.snapshot();
    if (!snapshot) return tl::unexpected(snapshot.error());
    auto sent = snapshot->database().prepare("SELECT number FROM checkpoint_sent WHERE target = ?");
    if (!sent) return tl::unexpected(sent.error());
    auto row = sent->bind(1, target).step();
    if (!row) return tl::unexpected(row.error());
    if (*row) last = sent->integer(0);
    auto all = checkpoints(snapshot->database());
    if (!all) return tl::unexpected(all.error());
    for (const Checkpoint& one : *all) {
      if (one.number <= last) continue;
      lines += to_line(one) + "\n";
      last = one.number;
      ++count;
    }
  }
  if (count == 0) return count;
  if (auto done = send(lines); !done) return tl::unexpected(done.error());
  auto noted = journal.commit(
      [&](Transaction& transaction) -> Result<void> {
        auto insert =
            transaction.database().prepare("INSERT OR REPLACE INTO checkpoint_sent(target, number) VALUES(?,?)");
        if (!insert) return tl::unexpected(insert.error());
        insert->bind_all(target, last);
        return insert->run();
      },
      {});
  if (!noted) return tl::unexpected(noted.error());
  return count;
}

Result<std::size_t> export_checkpoints(Journal& journal, const fs::path& file) {
  std::int64_t last = 0;
  std::error_code ignored;
  if (fs::exists(file, ignored)) {
    auto there = read_checkpoints(file);
    if (!there) return tl::unexpected(there.error());
    for (const Checkpoint& one : *there) last = std::max(last, one.number);
  }
  auto snapshot = journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto all = checkpoints(snapshot->database());
  if (!all) return tl::unexpected(all.error());
  std::string text;
  std::size_t count = 0;
  for (const Checkpoint& one : *all) {
    if (one.number <= last) continue;
    text += to_line(one) + "\n";
    ++count;
  }
  if (count == 0) return count;
  if (auto written = write_synced(file, O_WRONLY | O_CREAT | O_APPEND, 0644, text); !written)
    return tl::unexpected(written.error());
  return count;
}

Result<std::int64_t> exported_up_to(Journal& journal, const std::string& target) {
  if (!target.starts_with("http://") && !target.starts_with("https://")) {
    std::error_code ignored;
    if (!std::filesystem::exists(target, ignored)) return 0;
    auto there = read_checkpoints(target);
    if (!there) return tl::unexpected(there.error());
    return there->empty() ? 0 : there->back().number;
  }
  auto snapshot = journal.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  auto row = snapshot->database().prepare("SELECT number FROM checkpoint_sent WHERE target=?");
  if (!row) return tl::unexpected(row.error());
  auto found = row->bind(1, target).step();
  if (!found) return tl::unexpected(found.error());
  return *found ? row->integer(0) : 0;
}

}  // namespace yuanqu::journal
