// Who stands behind the papers: shown to everybody inside, changed by two administrators (paper/issuers.hpp).
#include "paper/issuers.hpp"

#include "api/json_writer.hpp"
#include "api/resources.hpp"
#include "api/rooms_json.hpp"

namespace yuanqu::api {
namespace {

base::Result<void> ask_administrator(const Call& call) {
  if (call.viewer.may_act(register_::Act::InstallIssuers)) return {};
  return base::fail(base::ErrorCode::Forbidden, "发证机关由管“发证机关”的岗位安装，两人各办一步。",
                    "Issuers are installed by a post that may do so, two persons a step each.");
}

void write_issuer(JsonWriter& json, Call& call, const paper::Issuer& issuer) {
  json.object()
      .member("id", Id{issuer.id})
      .member("name", issuer.name)
      .member("registration", issuer.registration)
      .member("subject", issuer.subject)
      .member("fingerprint", issuer.fingerprint)
      .member("state", paper::name_of(issuer.state));
  json.member_or_null("proposed_by", account_name(call, issuer.proposed_by))
      .key("proposed_at")
      .instant(issuer.proposed_at_ms);
  json.member_or_null("settled_by", account_name(call, issuer.settled_by)).key("settled_at");
  if (issuer.settled_at_ms == 0) {
    json.null();
  } else {
    json.instant(issuer.settled_at_ms);
  }
  json.end_object();
}

base::Result<Response> get_issuers(Call& call) {
  auto issuers = call.house.papers.issuers()->list();
  if (!issuers) return tl::unexpected(issuers.error());
  const paper::Issuing now = call.house.papers.issuers()->issuing();
  JsonWriter json;
  json.object()
      .member("standing", paper::name_of(call.house.papers.issuers()->standing()))
      .member("sample", now.sample)
      .member("fingerprint", now.signer ? now.signer->fingerprint() : std::string());
  json.key("items").array();
  for (const paper::Issuer& issuer : *issuers) write_issuer(json, call, issuer);
  json.end_array().end_object();
  return Response::json(json.take());
}

base::Result<Response> issuer_response(Call& call, const base::Result<paper::Issuer>& issuer, int status = 200) {
  if (!issuer) return tl::unexpected(issuer.error());
  JsonWriter json;
  write_issuer(json, call, *issuer);
  return Response::json(json.take(), status);
}

base::Result<Response> post_issuer(Call& call) {
  if (auto may = ask_administrator(call); !may) return tl::unexpected(may.error());
  auto body = call.body();
  if (!body) return tl::unexpected(body.error());
  paper::Issuers::Proposal proposal;
  for (const auto& [name, target] :
       {std::pair("name", &proposal.name), std::pair("registration", &proposal.registration),
        std::pair("certificate", &proposal.certificate), std::pair("key", &proposal.key)}) {
    auto text = body->string_at(name);
    if (!text) return tl::unexpected(text.error());
    *target = *text;
  }
  return issuer_response(
      call, call.house.papers.issuers()->propose(call.account->id, proposal, call.house.clock.now_ms()), 201);
}

base::Result<Response> settle_issuer(Call& call, bool confirm) {
  if (auto may = ask_administrator(call); !may) return tl::unexpected(may.error());
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  return issuer_response(
      call, confirm ? call.house.papers.issuers()->confirm(call.account->id, *id, call.house.clock.now_ms())
                    : call.house.papers.issuers()->withdraw(call.account->id, *id));
}

}  // namespace

void add_issuers(Router& router) {
  router.add(Method::Get, "/issuers", Ability::SignedIn, get_issuers);
  router.add(Method::Post, "/issuers", Ability::Write, post_issuer);
  router.add(Method::Post, "/issuers/{id}/confirm", Ability::Write,
             [](Call& call) { return settle_issuer(call, true); });
  router.add(Method::Post, "/issuers/{id}/withdraw", Ability::Write,
             [](Call& call) { return settle_issuer(call, false); });
}

}  // namespace yuanqu::api
