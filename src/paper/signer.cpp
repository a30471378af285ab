#include "paper/signer.hpp"

#include <fcntl.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <vector>

#include "base/hash.hpp"

namespace yuanqu::paper {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using Cms = std::unique_ptr<CMS_ContentInfo, Freed<CMS_ContentInfo_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;

tl::unexpected<base::Error> broken(const std::string& what) {
  char words[256] = {};
  ERR_error_string_n(ERR_get_error(), words, sizeof words);
  ERR_clear_error();
  return fail(ErrorCode::Internal, "签名没有做成（" + what + "），请查看密钥与证书。",
              "The signature failed (" + what + "): " + words);
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long length = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(length)};
}

std::string der_length(std::size_t length) {
  if (length < 128) return std::string(1, static_cast<char>(length));
  std::string digits;
  for (; length > 0; length >>= 8) digits.insert(digits.begin(), static_cast<char>(length & 0xFF));
  return std::string(1, static_cast<char>(0x80 | digits.size())) + digits;
}

// The signed attributes as they are hashed: a DER SET OF, its elements in order of their encodings (X.690, 11.6).
std::string encoded_attributes(CMS_SignerInfo* signer) {
  std::vector<std::string> encodings;
  for (int index = 0; index < CMS_signed_get_attr_count(signer); ++index) {
    unsigned char* der = nullptr;
    const int length = i2d_X509_ATTRIBUTE(CMS_signed_get_attr(signer, index), &der);
    if (length > 0) encodings.emplace_back(reinterpret_cast<char*>(der), static_cast<std::size_t>(length));
    OPENSSL_free(der);
  }
  std::sort(encodings.begin(), encodings.end());
  std::string body;
  for (const std::string& one : encodings) body += one;
  return "\x31" + der_length(body.size()) + body;
}

Result<void> write_synced(const std::filesystem::path& path, const std::string& text, mode_t mode) {
  const std::filesystem::path draft = path.string() + ".new";
  ::unlink(draft.c_str());
  const int file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  bool good = file >= 0;
  for (std::size_t done = 0; good && done < text.size();) {
    const ssize_t wrote = ::write(file, text.data() + done, text.size() - done);
    good = wrote > 0;
    if (good) done += static_cast<std::size_t>(wrote);
  }
  good = good && ::fsync(file) == 0;
  if (file >= 0) ::close(file);
  good = good && ::rename(draft.c_str(), path.c_str()) == 0;
  if (good) {
    const int folder = ::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    good = folder >= 0 && ::fsync(folder) == 0;
    if (folder >= 0) ::close(folder);
  }
  if (good) return {};
  return fail(ErrorCode::Unavailable, "密钥写不进数据目录，请检查空间与权限。",
              "The key cannot be written to the data folder; check space and rights.", {.file = path.string()});
}

Result<std::string> read_text(const std::filesystem::path& path) {
  std::ifstream stream(path);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream) {
    return fail(ErrorCode::Unavailable, "密钥或证书读不出来，请检查权限。",
                "Key or certificate cannot be read; check the rights.", {.file = path.string()});
  }
  return text.str();
}

Result<Certificate> self_signed(EVP_PKEY* key, const std::string& common_name, std::int64_t not_before_ms) {
  Certificate made(X509_new());
  X509* certificate = made.get();
  const std::string serial = base::to_hex(base::sha256(common_name + std::to_string(not_before_ms)));
  std::uint64_t number = 0;
  for (std::size_t at = 0; at < 15; ++at) number = number << 4 | static_cast<std::uint64_t>(serial[at] % 16);
  bool good = certificate != nullptr && X509_set_version(certificate, X509_VERSION_3) == 1 &&
              ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), number | 1) == 1 &&
              ASN1_TIME_set(X509_getm_notBefore(certificate), not_before_ms / 1000) != nullptr &&
              ASN1_TIME_set(X509_getm_notAfter(certificate), not_before_ms / 1000 + 20LL * 366 * 86'400) != nullptr &&
              X509_set_pubkey(certificate, key) == 1;
  X509_NAME* name = good ? X509_get_subject_name(certificate) : nullptr;
  good = good &&
         X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1, 0) == 1 &&
         X509_set_issuer_name(certificate, name) == 1;
  for (const auto& [extension, value] : {std::pair(NID_basic_constraints, "critical,CA:FALSE"),
                                         std::pair(NID_key_usage, "critical,digitalSignature,nonRepudiation")}) {
    X509_EXTENSION* made_extension = good ? X509V3_EXT_conf_nid(nullptr, nullptr, extension, value) : nullptr;
    good = made_extension != nullptr && X509_add_ext(certificate, made_extension, -1) == 1;
    X509_EXTENSION_free(made_extension);
  }
  if (!good || X509_sign(certificate, key, EVP_sha256()) == 0) return broken("certificate");
  return made;
}

}  // namespace

struct Signer::State {
  Key key;
  Certificate certificate;
};

Signer::Signer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Signer::~Signer() = default;

Result<std::shared_ptr<const Signer>> Signer::from_pem(std::string_view key_text, std::string_view certificate_text) {
  const Bio key_bio(BIO_new_mem_buf(key_text.data(), static_cast<int>(key_text.size())));
  const Bio certificate_bio(BIO_new_mem_buf(certificate_text.data(), static_cast<int>(certificate_text.size())));
  auto state = std::make_unique<State>();
  // No password is ever asked for: an encrypted key is refused.
  const auto no_password = [](char*, int, int, void*) { return 0; };
  state->key.reset(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, no_password, nullptr));
  state->certificate.reset(PEM_read_bio_X509(certificate_bio.get(), nullptr, no_password, nullptr));
  ERR_clear_error();
  if (!state->key || !state->certificate) {
    return fail(ErrorCode::Invalid, "密钥或证书不是没有口令的 PEM 文本。",
                "Key or certificate is not PEM text without a password.");
  }
  if (X509_check_private_key(state->certificate.get(), state->key.get()) != 1) {
    ERR_clear_error();
    return fail(ErrorCode::Invalid, "证书与密钥不是一对，请重新选择。", "Certificate and key do not belong together.");
  }
  const int type = EVP_PKEY_get_base_id(state->key.get());
  const int bits = EVP_PKEY_get_bits(state->key.get());
  if (!(type == EVP_PKEY_RSA && bits >= 2048) && !(type == EVP_PKEY_EC && bits >= 256)) {
    return fail(ErrorCode::Invalid, "密钥太弱：RSA 至少 2048 位，椭圆曲线至少 256 位。",
                "The key is too weak: RSA of at least 2048 bits or an elliptic curve of at least 256.");
  }
  const std::uint32_t usage = X509_get_key_usage(state->certificate.get());  // all bits when the extension is absent
  if ((usage & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) == 0) {
    return fail(ErrorCode::Invalid, "这张证书的用途不含签名。", "The certificate's key usage does not allow signing.");
  }
  return std::shared_ptr<const Signer>(new Signer(std::move(state)));
}

Result<std::shared_ptr<const Signer>> Signer::load_or_make(const std::filesystem::path& folder, const std::string& name,
                                                           const std::string& common_name, std::int64_t not_before_ms) {
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  const std::filesystem::path key_path = folder / (name + ".key"), certificate_path = folder / (name + ".crt");
  // The certificate is written last: without it the pair was not finished and is made anew.
  if (!std::filesystem::exists(certificate_path, problem)) {
    const Key key(EVP_RSA_gen(2048));
    if (!key) return broken("key");
    auto certificate = self_signed(key.get(), common_name, not_before_ms);
    if (!certificate) return tl::unexpected(certificate.error());
    const Bio key_bio(BIO_new(BIO_s_mem())), certificate_bio(BIO_new(BIO_s_mem()));
    if (PEM_write_bio_PrivateKey(key_bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1 ||
        PEM_write_bio_X509(certificate_bio.get(), certificate->get()) != 1)
      return broken("PEM");
    if (auto written = write_synced(key_path, text_of(key_bio.get()), 0600); !written)
      return tl::unexpected(written.error());
    if (auto written = write_synced(certificate_path, text_of(certificate_bio.get()), 0644); !written)
      return tl::unexpected(written.error());
  }
  auto key = read_text(key_path);
  if (!key) return tl::unexpected(key.error());
  auto certificate = read_text(certificate_path);
  if (!certificate) return tl::unexpected(certificate.error());
  return from_pem(*key, *certificate);
}

Result<std::string> Signer::sign(std::string_view bytes) const {
  const Cms cms(CMS_sign(nullptr, nullptr, nullptr, nullptr, CMS_PARTIAL | CMS_DETACHED | CMS_BINARY));
  if (!cms || CMS_set_detached(cms.get(), 1) != 1) return broken("CMS");
  CMS_SignerInfo* signer = CMS_add1_signer(cms.get(), state_->certificate.get(), state_->key.get(), EVP_sha256(),
                                           CMS_PARTIAL | CMS_BINARY | CMS_DETACHED | CMS_NOSMIMECAP | CMS_CADES);
  if (signer == nullptr) return broken("signer");
  // CMS_final() would add a signing time, which PAdES forbids: the attributes are completed and signed here.
  const auto digest = base::sha256(bytes);
  if (CMS_signed_add1_attr_by_NID(signer, NID_pkcs9_contentType, V_ASN1_OBJECT, OBJ_nid2obj(NID_pkcs7_data), -1) != 1 ||
      CMS_signed_add1_attr_by_NID(signer, NID_pkcs9_messageDigest, V_ASN1_OCTET_STRING, digest.data(),
                                  static_cast<int>(digest.size())) != 1)
    return broken("attributes");
  const std::string attributes = encoded_attributes(signer);
  const DigestContext context(EVP_MD_CTX_new());
  std::size_t length = 0;
  const auto* data = reinterpret_cast<const unsigned char*>(attributes.data());
  if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, state_->key.get()) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &length, data, attributes.size()) != 1)
    return broken("digest");
  std::vector<unsigned char> signature(length);
  if (EVP_DigestSign(context.get(), signature.data(), &length, data, attributes.size()) != 1) return broken("digest");
  X509_ALGOR* algorithm = nullptr;
  CMS_SignerInfo_get0_algs(signer, nullptr, nullptr, nullptr, &algorithm);
  const bool rsa = EVP_PKEY_get_base_id(state_->key.get()) == EVP_PKEY_RSA;
  X509_ALGOR_set0(algorithm, OBJ_nid2obj(rsa ? NID_sha256WithRSAEncryption : NID_ecdsa_with_SHA256),
                  rsa ? V_ASN1_NULL : V_ASN1_UNDEF, nullptr);
  if (ASN1_OCTET_STRING_set(CMS_SignerInfo_get0_signature(signer), signature.data(), static_cast<int>(length)) != 1)
    return broken("signature");
  const Bio out(BIO_new(BIO_s_mem()));
  if (i2d_CMS_bio(out.get(), cms.get()) != 1) return broken("DER");
  return text_of(out.get());
}

std::string Signer::subject() const {
  const Bio out(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(out.get(), X509_get_subject_name(state_->certificate.get()), 0,
                     XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB);
  return text_of(out.get());
}

std::string Signer::fingerprint() const {
  unsigned char hash[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  X509_digest(state_->certificate.get(), EVP_sha256(), hash, &length);
  constexpr char digits[] = "0123456789abcdef";
  std::string hex;
  for (unsigned int at = 0; at < length; ++at) (hex += digits[hash[at] >> 4]) += digits[hash[at] & 15];
  return hex;
}

std::string Signer::certificate() const {
  const Bio out(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(out.get(), state_->certificate.get());
  return text_of(out.get());
}

bool Signer::holds_at(std::int64_t now_ms) const {
  std::time_t moment = now_ms / 1000;
  return X509_cmp_time(X509_get0_notBefore(state_->certificate.get()), &moment) < 0 &&
         X509_cmp_time(X509_get0_notAfter(state_->certificate.get()), &moment) > 0;
}

}  // namespace yuanqu::paper
