#pragma once
// Issuers: who stands behind the papers. Until an issuer is installed every paper is a sample, signed by the data
// folder's own sample key. Installing takes two administrators: one proposes registration, certificate and key, another
// confirms; who and when is kept for ever. In a demo, a rehearsal or a copy nothing can be proposed or confirmed, so
// such a folder never issues anything but samples. Table: paper_issuer. The sample key lies in the data folder's
// `keys`, an installed one in the table. Safe from every thread.

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "journal/journal.hpp"
#include "paper/signer.hpp"

namespace yuanqu::paper {

// What a data folder is; only a live one may issue what could be taken for real or send anything outside.
enum class Standing : std::uint8_t { Live, Demo, Rehearsal, Copy };
std::string_view name_of(Standing standing);  // "live", …

struct Issuer {
  enum class State : std::uint8_t { Proposed = 1, Installed = 2, Withdrawn = 3 };
  std::int64_t id = 0;
  std::string name;          // as it signs
  std::string registration;  // unified social credit code of the authority
  std::string subject;       // of the certificate
  std::string fingerprint;   // SHA-256 of the certificate
  State state = State::Proposed;
  std::int64_t proposed_by = 0;  // account
  std::int64_t proposed_at_ms = 0;
  std::int64_t settled_by = 0;  // who confirmed or withdrew
  std::int64_t settled_at_ms = 0;
};
std::string_view name_of(Issuer::State state);  // "proposed", "installed", "withdrawn"

// With what the next paper is issued.
struct Issuing {
  std::shared_ptr<const Signer> signer;
  bool sample = true;
  std::string name;  // of the issuer
};

class Issuers final : public journal::Participant {
 public:
  Issuers(journal::Journal& journal, Standing standing) : journal_(journal), standing_(standing) {}

  // Makes the sample key when there is none and reads the installed issuer. After the participant was added.
  base::Result<void> open(std::int64_t now_ms);

  struct Proposal {
    std::string name;
    std::string registration;
    std::string certificate;  // PEM
    std::string key;          // PEM, without a password
  };
  base::Result<Issuer> propose(std::int64_t account, const Proposal& proposal, std::int64_t now_ms);
  // By another account than the proposer's: an earlier issuer is withdrawn by it.
  base::Result<Issuer> confirm(std::int64_t account, std::int64_t issuer, std::int64_t now_ms);
  base::Result<Issuer> withdraw(std::int64_t account, std::int64_t issuer);
  base::Result<std::vector<Issuer>> list();  // newest first

  Issuing issuing() const;
  Standing standing() const { return standing_; }

  std::string_view name() const override { return "issuer"; }
  base::Result<void> create_tables(journal::Database& database) override;
  base::Result<void> apply(journal::Transaction&, std::span<const journal::StoredChange>) override { return {}; }

 private:
  base::Result<Issuer> settle(std::int64_t account, std::int64_t issuer, Issuer::State state);
  base::Result<std::vector<Issuer>> select(journal::Database& database, const std::string& where, std::int64_t number);
  base::Result<void> read_installed(std::int64_t now_ms);

  journal::Journal& journal_;
  Standing standing_;
  mutable std::mutex lock_;  // guards issuing_
  std::shared_ptr<const Signer> sample_;
  Issuing issuing_;
};

}  // namespace yuanqu::paper
