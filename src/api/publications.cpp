// Rules of the zone's own: a simulated draft handed in by its author, published or given back by another person.

#include "population/publications.hpp"

#include "api/outcome_json.hpp"
#include "api/resources.hpp"
#include "api/simulation_draft.hpp"

namespace yuanqu::api {
namespace {

using population::Publication;
using population::Publications;

Publications publications_of(Call& call) { return {call.house.journal, call.house.packs, call.house.population}; }

void write_publication(JsonWriter& json, Call& call, const Publication& publication) {
  const auto name_of_account = [&](std::int64_t account) {
    const auto found = account == 0 ? base::Result<std::optional<register_::Account>>(std::nullopt)
                                    : call.house.accounts.find(account);
    return found && *found ? (*found)->shown_name : std::string{};
  };
  const population::Decision* decision = call.house.population.programs().decisions().find(publication.rule.decision);
  const pack::Label label =
      decision == nullptr ? pack::Label{publication.rule.decision, publication.rule.decision} : decision->labels;
  json.object()
      .member("id", Id{publication.rule.id})
      .member("draft", Id{publication.draft})
      .member("decision", publication.rule.decision)
      .labels("labels", label.zh, label.en)
      .member("title", publication.title)
      .member("valid_from", publication.rule.valid_from)
      .member("basis", publication.rule.basis)
      .member("state", population::name_of(publication.state))
      .member("author", name_of_account(publication.author))
      .key("handed_in_at")
      .instant(publication.handed_in_ms);
  json.member_or_null("settled_by", name_of_account(publication.settled_by)).key("settled_at");
  if (publication.settled_ms == 0) {
    json.null();
  } else {
    json.instant(publication.settled_ms);
  }
  const bool waits = publication.state == Publication::State::Waiting && call.account;
  const bool own = call.account && call.account->id == publication.author;
  json.member_or_null("remark", publication.remark)
      .member("may_settle", waits && !own && call.viewer.may_act(register_::Act::PublishRules))
      .member("may_withdraw", waits && own)
      .end_object();
}

base::Result<Response> publication_response(Call& call, const base::Result<Publication>& publication,
                                            int status = 200) {
  if (!publication) return tl::unexpected(publication.error());
  JsonWriter json;
  write_publication(json, call, *publication);
  return Response::json(json.take(), status);
}

base::Result<Response> post_publication(Call& call) {
  auto draft = draft_of(call);
  if (!draft) return tl::unexpected(draft.error());
  auto body = call.body();
  if (!body) return tl::unexpected(body.error());
  auto from = body->string_at("valid_from");
  auto basis = body->string_at("basis");
  if (!from) return tl::unexpected(from.error());
  if (!basis) return tl::unexpected(basis.error());
  const auto day = base::Date::parse(*from);
  if (!day) {
    return base::fail(base::ErrorCode::Invalid, "施行日期应写作 2026-03-02。", "Write the day of effect as 2026-03-02.",
                      {.field = "valid_from"});
  }
  const population::Decision* decision = call.house.population.programs().decisions().find(draft->decision);
  auto change = Json::parse(draft->change);
  if (!change) return tl::unexpected(change.error());
  auto proposal = read_proposal(*decision, *change);
  if (!proposal) return tl::unexpected(proposal.error());
  return publication_response(
      call, publications_of(call).hand_in(call.viewer, *draft, *proposal, *day, *basis, call.house.clock.now_ms()),
      201);
}

base::Result<Response> get_publications(Call& call) {
  auto found = publications_of(call).list(std::string(call.query("decision")), 200);
  if (!found) return tl::unexpected(found.error());
  JsonWriter json;
  json.object().key("items").array();
  for (const Publication& one : *found) {
    if (may_see_drafts(call, one.rule.decision)) write_publication(json, call, one);
  }
  json.end_array()
      .member("may_hand_in", call.account.has_value() && call.viewer.may_act(register_::Act::DraftRules))
      .member("earliest", base::Date::from_days(call.house.population.today().days() + 1))
      .end_object();
  return Response::json(json.take());
}

base::Result<Response> settle(Call& call, Publication::State state) {
  auto id = call.id();
  if (!id) return tl::unexpected(id.error());
  Publications publications = publications_of(call);
  auto found = publications.find(*id);
  if (!found) return tl::unexpected(found.error());
  if (!may_see_drafts(call, found->rule.decision)) {
    return base::fail(base::ErrorCode::NotFound, "没有这份送审的规则。", "There is no such rule handed in.",
                      {.field = "id"});
  }
  const std::int64_t now = call.house.clock.now_ms();
  if (state == Publication::State::Published)
    return publication_response(call, publications.publish(call.viewer, *id, now));
  if (state == Publication::State::Withdrawn)
    return publication_response(call, publications.withdraw(call.viewer, *id, now));
  auto body = call.body();
  if (!body) return tl::unexpected(body.error());
  auto remark = body->string_at("remark");
  if (!remark) return tl::unexpected(remark.error());
  return publication_response(call, publications.give_back(call.viewer, *id, *remark, now));
}

}  // namespace

void add_publications(Router& router) {
  router.add(Method::Post, "/simulations/{id}/publication", Ability::Write, post_publication);
  router.add(Method::Get, "/publications", Ability::SignedIn, get_publications);
  router.add(Method::Post, "/publications/{id}/publish", Ability::Write,
             [](Call& call) { return settle(call, Publication::State::Published); });
  router.add(Method::Post, "/publications/{id}/return", Ability::Write,
             [](Call& call) { return settle(call, Publication::State::Returned); });
  router.add(Method::Post, "/publications/{id}/withdraw", Ability::Write,
             [](Call& call) { return settle(call, Publication::State::Withdrawn); });
}

}  // namespace yuanqu::api
