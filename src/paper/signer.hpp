#pragma once
// A signer: a private key with its certificate, and CMS signatures as PAdES baseline B-B asks for (ETSI EN 319 142-1):
// detached, SHA-256, with the signing certificate (v2) among the signed attributes and without a signing time in the
// CMS (the time stands in the PDF's signature dictionary). RSA signatures are deterministic: equal bytes give an equal
// signature. Keys lie in PEM files only the owner may read. Immutable; safe from several threads.

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace yuanqu::paper {

class Signer {
 public:
  // The key `<name>.key` and certificate `<name>.crt` of the folder; both are made when neither is there (RSA 2048,
  // self-signed for twenty years from `not_before_ms` on, the common name as given), synced before this returns.
  static base::Result<std::shared_ptr<const Signer>> load_or_make(const std::filesystem::path& folder,
                                                                  const std::string& name,
                                                                  const std::string& common_name,
                                                                  std::int64_t not_before_ms);
  // From PEM texts. Refused when they do not belong together, the key is weaker than RSA 2048 or an elliptic curve of
  // 256 bits, or the certificate may not sign.
  static base::Result<std::shared_ptr<const Signer>> from_pem(std::string_view key, std::string_view certificate);
  ~Signer();

  base::Result<std::string> sign(std::string_view bytes) const;  // CMS, DER
  std::string subject() const;                                   // of the certificate, as one line
  std::string fingerprint() const;                               // SHA-256 of the certificate, 64 hex digits
  std::string certificate() const;                               // PEM
  // Whether the certificate holds at that moment.
  bool holds_at(std::int64_t now_ms) const;

 private:
  struct State;
  explicit Signer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace yuanqu::paper
