#include "paper/issuers.hpp"

#include "base/identifiers.hpp"

namespace yuanqu::paper {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;
using journal::Database;

constexpr std::string_view issuer_columns =
    "id, name, registration, subject, fingerprint, state, proposed_by, proposed_at_ms, settled_by, settled_at_ms, key, "
    "certificate";

tl::unexpected<base::Error> never(Standing standing) {
  const bool demo = standing == Standing::Demo;
  return fail(ErrorCode::Forbidden,
              demo ? "演示园区只能出样本，不能安装发证机关。" : "演练和复制的数据目录只能出样本，不能安装发证机关。",
              demo ? "A demo zone issues samples only; no issuer can be installed."
                   : "A rehearsal or a copy issues samples only; no issuer can be installed.");
}

}  // namespace

std::string_view name_of(Standing standing) {
  switch (standing) {
    case Standing::Live: return "live";
    case Standing::Demo: return "demo";
    case Standing::Rehearsal: return "rehearsal";
    case Standing::Copy: return "copy";
  }
  return "copy";
}

std::string_view name_of(Issuer::State state) {
  switch (state) {
    case Issuer::State::Proposed: return "proposed";
    case Issuer::State::Installed: return "installed";
    case Issuer::State::Withdrawn: return "withdrawn";
  }
  return "withdrawn";
}

Result<void> Issuers::create_tables(Database& database) {
  return database.execute(
      "CREATE TABLE IF NOT EXISTS paper_issuer(id INTEGER PRIMARY KEY, name TEXT NOT NULL, registration TEXT NOT NULL,"
      " subject TEXT NOT NULL, fingerprint TEXT NOT NULL, state INTEGER NOT NULL, proposed_by INTEGER NOT NULL,"
      " proposed_at_ms INTEGER NOT NULL, settled_by INTEGER NOT NULL DEFAULT 0, settled_at_ms INTEGER NOT NULL DEFAULT "
      "0,"
      " key TEXT NOT NULL, certificate TEXT NOT NULL);");
}

Result<void> Issuers::open(std::int64_t now_ms) {
  auto sample = Signer::load_or_make(journal_.data_folder() / "keys", "sample",
                                     "样本签发（无法律效力） Yuanqu sample issuer", now_ms);
  if (!sample) return tl::unexpected(sample.error());
  sample_ = std::move(*sample);
  return read_installed(now_ms);
}

Result<void> Issuers::read_installed(std::int64_t now_ms) {
  Issuing next{sample_, true, {}};
  if (standing_ == Standing::Live) {
    auto snapshot = journal_.snapshot();
    if (!snapshot) return tl::unexpected(snapshot.error());
    auto row = snapshot->database().prepare(
        "SELECT name, key, certificate FROM paper_issuer WHERE state = 2 ORDER BY id DESC");
    if (!row) return tl::unexpected(row.error());
    auto found = row->step();
    if (!found) return tl::unexpected(found.error());
    if (*found) {
      auto signer = Signer::from_pem(row->text(1), row->text(2));
      if (!signer) return tl::unexpected(signer.error());
      // A certificate that has run out signs nothing real: papers are samples again until a new one is installed.
      if ((*signer)->holds_at(now_ms)) next = Issuing{std::move(*signer), false, std::string(row->text(0))};
    }
  }
  const std::lock_guard lock(lock_);
  issuing_ = std::move(next);
  return {};
}

Result<std::vector<Issuer>> Issuers::select(Database& database, const std::string& where, std::int64_t number) {
  auto row = database.prepare("SELECT " + std::string(issuer_columns) + " FROM paper_issuer WHERE " + where +
                              " ORDER BY id DESC");
  if (!row) return tl::unexpected(row.error());
  row->bind_all(number);
  std::vector<Issuer> issuers;
  while (true) {
    auto more = row->step();
    if (!more) return tl::unexpected(more.error());
    if (!*more) return issuers;
    issuers.push_back({row->integer(0), std::string(row->text(1)), std::string(row->text(2)), std::string(row->text(3)),
                       std::string(row->text(4)), static_cast<Issuer::State>(row->integer(5)), row->integer(6),
                       row->integer(7), row->integer(8), row->integer(9)});
  }
}

Result<std::vector<Issuer>> Issuers::list() {
  auto snapshot = journal_.snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  return select(snapshot->database(), "id > ?", 0);
}

Result<Issuer> Issuers::propose(std::int64_t account, const Proposal& proposal, std::int64_t now_ms) {
  if (standing_ != Standing::Live) return never(standing_);
  if (proposal.name.empty())
    return fail(ErrorCode::Invalid, "请写明发证机关的名称。", "Give the issuer's name.", {.field = "name"});
  if (base::check_uscc(proposal.registration)) {
    return fail(ErrorCode::Invalid, "发证机关的统一社会信用代码不对，请核对 18 位代码。",
                "The issuer's unified social credit code is wrong; check its 18 characters.",
                {.field = "registration"});
  }
  auto signer = Signer::from_pem(proposal.key, proposal.certificate);
  if (!signer) return tl::unexpected(signer.error());
  if (!(*signer)->holds_at(now_ms)) {
    return fail(ErrorCode::Invalid, "这张证书今天不在有效期内。", "The certificate does not hold today.",
                {.field = "certificate"});
  }
  Issuer made;
  auto committed = journal_.commit(
      [&](journal::Transaction& transaction) -> Result<void> {
        made = {transaction.new_id(),
                proposal.name,
                proposal.registration,
                (*signer)->subject(),
                (*signer)->fingerprint(),
                Issuer::State::Proposed,
                account,
                transaction.recorded_at_ms(),
                0,
                0};
        auto row = transaction.database().prepare("INSERT INTO paper_issuer(" + std::string(issuer_columns) +
                                                  ") VALUES(?,?,?,?,?,?,?,?,0,0,?,?)");
        if (!row) return tl::unexpected(row.error());
        return row
            ->bind_all(made.id, made.name, made.registration, made.subject, made.fingerprint,
                       static_cast<int>(made.state), made.proposed_by, made.proposed_at_ms, proposal.key,
                       proposal.certificate)
            .run();
      },
      {.actor = account});
  if (!committed) return tl::unexpected(committed.error());
  return made;
}

Result<Issuer> Issuers::settle(std::int64_t account, std::int64_t issuer, Issuer::State state) {
  Issuer settled;
  auto committed = journal_.commit(
      [&](journal::Transaction& transaction) -> Result<void> {
        Database& database = transaction.database();
        auto found = select(database, "id = ?", issuer);
        if (!found) return tl::unexpected(found.error());
        if (found->empty()) return fail(ErrorCode::NotFound, "没有这个发证机关。", "There is no such issuer.");
        settled = found->front();
        const bool installing = state == Issuer::State::Installed;
        if (installing && settled.state != Issuer::State::Proposed) {
          return fail(ErrorCode::Conflict, "它已经确认或撤回过了。", "It has been confirmed or withdrawn already.");
        }
        if (installing && settled.proposed_by == account) {
          return fail(ErrorCode::Forbidden, "提出的人不能自己确认，请另一位管理员确认。",
                      "Whoever proposed may not confirm; another administrator must.");
        }
        if (installing) {
          auto earlier =
              database.prepare("UPDATE paper_issuer SET state = 3, settled_by = ?, settled_at_ms = ? WHERE state = 2");
          if (!earlier) return tl::unexpected(earlier.error());
          if (auto done = earlier->bind_all(account, transaction.recorded_at_ms()).run(); !done) return done;
        }
        settled.state = state;
        settled.settled_by = account;
        settled.settled_at_ms = transaction.recorded_at_ms();
        auto row =
            database.prepare("UPDATE paper_issuer SET state = ?, settled_by = ?, settled_at_ms = ? WHERE id = ?");
        if (!row) return tl::unexpected(row.error());
        return row->bind_all(static_cast<int>(state), account, settled.settled_at_ms, issuer).run();
      },
      {.actor = account});
  if (!committed) return tl::unexpected(committed.error());
  return settled;
}

Result<Issuer> Issuers::confirm(std::int64_t account, std::int64_t issuer, std::int64_t now_ms) {
  if (standing_ != Standing::Live) return never(standing_);
  auto settled = settle(account, issuer, Issuer::State::Installed);
  if (!settled) return settled;
  if (auto read = read_installed(now_ms); !read) return tl::unexpected(read.error());
  return settled;
}

Result<Issuer> Issuers::withdraw(std::int64_t account, std::int64_t issuer) {
  auto settled = settle(account, issuer, Issuer::State::Withdrawn);
  if (!settled) return settled;
  if (auto read = read_installed(settled->settled_at_ms); !read) return tl::unexpected(read.error());
  return settled;
}

Issuing Issuers::issuing() const {
  const std::lock_guard lock(lock_);
  return issuing_;
}

}  // namespace yuanqu::paper
