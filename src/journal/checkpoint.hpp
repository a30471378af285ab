#pragma once
// Checkpoint: a signed root over the heads of every file's chain, made on a schedule and kept outside the data folder.
// It is what makes a chain that was rewritten whole, or whose tail was cut off, show.
//
//   heads = BLAKE2b-256 over (file ‖ sequence ‖ hash) of the last change of each file that changed in the interval
//           (position of the checkpoint before, position], in order of file, numbers as eight little-endian bytes.
//   root  = BLAKE2b-256("yuanqu checkpoint 1" ‖ number ‖ position ‖ made_at ‖ files ‖ heads ‖ previous root).
//   signature = Ed25519 over root, with the key of the data folder.
//
// A file that did not change in an interval has its head in an earlier one, and each root contains the root before it:
// so every root stands for all heads, and costs only what changed. See docs/records.md.

#include <array>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "journal/journal.hpp"

namespace yuanqu::journal {

using PublicKey = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;

struct Checkpoint {
  std::int64_t number = 0;  // from 1, dense
  Position position = 0;    // everything up to here is covered
  std::int64_t made_at_ms = 0;
  std::int64_t files = 0;  // that changed in the interval
  Hash heads{};
  Hash previous{};  // the root before it; zero for the first
  Hash root{};
  PublicKey key{};
  Signature signature{};
};

Hash root_of(const Checkpoint& checkpoint);
bool signature_holds(const Checkpoint& checkpoint);

// One line of JSON with hexadecimal texts, without the line break: what is exported.
std::string to_line(const Checkpoint& checkpoint);
base::Result<Checkpoint> checkpoint_from_line(std::string_view line);
// Every line of an exported file, in the order of the file. Place carries file and row.
base::Result<std::vector<Checkpoint>> read_checkpoints(const std::filesystem::path& file);

// The heads of the interval (after, position] as the database has them now. One pass over the changes of the interval.
base::Result<Hash> heads_of_interval(Database& database, Position after, Position position, std::int64_t& files);

base::Result<std::vector<Checkpoint>> checkpoints(Database& database);  // by number

// Makes a checkpoint at the journal's position and stores it; nullopt when nothing was recorded since the last one. The
// key is made at the first call and stays in the data folder, readable by its owner alone.
base::Result<std::optional<Checkpoint>> make_checkpoint(Journal& journal);

// Gives the lines of the checkpoints not yet sent to `target` to `send`, and notes them as sent when it answers without
// an error. Answers how many.
base::Result<std::size_t> send_checkpoints(Journal& journal, const std::string& target,
                                           const std::function<base::Result<void>(const std::string& lines)>& send);

// Appends to the file the checkpoints whose number it does not hold yet, synced. Answers how many.
base::Result<std::size_t> export_checkpoints(Journal& journal, const std::filesystem::path& file);

// The number of the last checkpoint that lies at `target`: in the file, or as sent to an address. 0: none.
base::Result<std::int64_t> exported_up_to(Journal& journal, const std::string& target);

}  // namespace yuanqu::journal
