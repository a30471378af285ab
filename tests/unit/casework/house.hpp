#pragma once
// A small zone for casework's tests: a pack with shops, permits and mandates written to a temporary folder, the real
// journal, register, papers and notices on it, and a Knowledge that answers from the register.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "base/clock.hpp"
#include "casework/casework.hpp"
#include "casework/standard_services.hpp"
#include "notice/notices.hpp"
#include "paper/papers.hpp"
#include "population/kind_type.hpp"
#include "register/feel_value.hpp"
#include "register/register.hpp"

namespace yuanqu::casework {

// The renewal of a permit, in small: lane by rule, a yes awaited, a person for what is unknown, the new term, the
// paper, the message.
inline constexpr std::string_view renewal_bpmn = R"xml(<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:yuanqu="urn:yuanqu:bpmn:1" id="d" targetNamespace="urn:t">
<bpmn:process id="renewal" name="续证" isExecutable="true">
  <bpmn:extensionElements><yuanqu:procedure version="1" subject="permit" en="Renewal"/></bpmn:extensionElements>
  <bpmn:startEvent id="start"/>
  <bpmn:businessRuleTask id="allowed" name="有无授权"><bpmn:extensionElements><yuanqu:decision name="authorised" result="authorised"/></bpmn:extensionElements></bpmn:businessRuleTask>
  <bpmn:exclusiveGateway id="has_yes" default="no_yes"/>
  <bpmn:userTask id="ask_holder" name="等企业确认"><bpmn:extensionElements>
    <yuanqu:assignment role="owner"/><yuanqu:input name="until" expression="Permit.valid to + @&quot;P1Y&quot;"/>
    <yuanqu:completedBy change="mandate" when="count(Permit.shop.mandates[revoked = null]) > 0"/></bpmn:extensionElements></bpmn:userTask>
  <bpmn:exclusiveGateway id="together"/>
  <bpmn:businessRuleTask id="read_lane" name="核对条件"><bpmn:extensionElements><yuanqu:decision name="lane" result="lane"/></bpmn:extensionElements></bpmn:businessRuleTask>
  <bpmn:exclusiveGateway id="which_lane" default="to_person"/>
  <bpmn:userTask id="approve" name="人工核定"><bpmn:extensionElements>
    <yuanqu:assignment role="approver"/><yuanqu:form ref="forms/approve.json"/><yuanqu:deadline workingDays="5"/>
    <yuanqu:output name="decision" expression="result.decision"/></bpmn:extensionElements></bpmn:userTask>
  <bpmn:exclusiveGateway id="approved" default="to_returned"/>
  <bpmn:exclusiveGateway id="go"/>
  <bpmn:intermediateCatchEvent id="wait" name="等到生效日前"><bpmn:timerEventDefinition><bpmn:timeDate>= Permit.valid to - @"P10D"</bpmn:timeDate></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>
  <bpmn:serviceTask id="record" name="记入新期限" implementation="urn:yuanqu:service:change_record"><bpmn:extensionElements>
    <yuanqu:input name="values" expression="{&quot;valid to&quot;: Permit.valid to + @&quot;P1Y&quot;, &quot;renewals&quot;: Permit.renewals + 1}"/></bpmn:extensionElements></bpmn:serviceTask>
  <bpmn:serviceTask id="issue" name="出证" implementation="urn:yuanqu:service:issue_paper"><bpmn:extensionElements>
    <yuanqu:input name="template" expression="&quot;shop_permit&quot;"/><yuanqu:output name="paper" expression="result"/></bpmn:extensionElements></bpmn:serviceTask>
  <bpmn:serviceTask id="tell" name="通知" implementation="urn:yuanqu:service:send_message"><bpmn:extensionElements>
    <yuanqu:input name="template" expression="&quot;renewed&quot;"/><yuanqu:input name="paper" expression="paper.id"/></bpmn:extensionElements></bpmn:serviceTask>
  <bpmn:endEvent id="renewed" name="已续期"><bpmn:extensionElements><yuanqu:labels en="Renewed"/></bpmn:extensionElements></bpmn:endEvent>
  <bpmn:endEvent id="returned" name="已退回"><bpmn:extensionElements><yuanqu:labels en="Returned"/></bpmn:extensionElements></bpmn:endEvent>
  <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="allowed"/>
  <bpmn:sequenceFlow id="f2" sourceRef="allowed" targetRef="has_yes"/>
  <bpmn:sequenceFlow id="with_yes" sourceRef="has_yes" targetRef="together"><bpmn:conditionExpression>authorised</bpmn:conditionExpression></bpmn:sequenceFlow>
  <bpmn:sequenceFlow id="no_yes" sourceRef="has_yes" targetRef="ask_holder"/>
  <bpmn:sequenceFlow id="f3" sourceRef="ask_holder" targetRef="together"/>
  <bpmn:sequenceFlow id="f4" sourceRef="together" targetRef="read_lane"/>
  <bpmn:sequenceFlow id="f5" sourceRef="read_lane" targetRef="which_lane"/>
  <bpmn:sequenceFlow id="to_automatic" sourceRef="which_lane" targetRef="go"><bpmn:conditionExpression>lane = "automatic"</bpmn:conditionExpression></bpmn:sequenceFlow>
  <bpmn:sequenceFlow id="to_wait" sourceRef="which_lane" targetRef="wait"><bpmn:conditionExpression>lane = "later"</bpmn:conditionExpression></bpmn:sequenceFlow>
  <bpmn:sequenceFlow id="to_person" sourceRef="which_lane" targetRef="approve"/>
  <bpmn:sequenceFlow id="f6" sourceRef="approve" targetRef="approved"/>
  <bpmn:sequenceFlow id="to_go" sourceRef="approved" targetRef="go"><bpmn:conditionExpression>decision = "renew"</bpmn:conditionExpression></bpmn:sequenceFlow>
  <bpmn:sequenceFlow id="to_returned" sourceRef="approved" targetRef="returned"/>
  <bpmn:sequenceFlow id="f7" sourceRef="wait" targetRef="go"/>
  <bpmn:sequenceFlow id="f8" sourceRef="go" targetRef="record"/>
  <bpmn:sequenceFlow id="f9" sourceRef="record" targetRef="issue"/>
  <bpmn:sequenceFlow id="f10" sourceRef="issue" targetRef="tell"/>
  <bpmn:sequenceFlow id="f11" sourceRef="tell" targetRef="renewed"/>
</bpmn:process></bpmn:definitions>)xml";

class House : public Knowledge {
 public:
  explicit House(std::string name, std::map<std::string, std::string> more = {}) : more_files(std::move(more)) {
    folder_ = std::filesystem::temp_directory_path() / ("yuanqu-casework-" + std::to_string(::getpid()) + "-" + name);
    std::filesystem::remove_all(folder_);
    write_pack();
    open();
  }
  ~House() override {
    close();
    std::filesystem::remove_all(folder_);
  }

  void close() {
    cases.reset();
    notices.reset();
    papers.reset();
    records.reset();
    journal.reset();
  }

  // As after a kill: nothing in memory is left, everything is read from the folder again.
  void open() {
    close();
    auto packs = pack::PackSet::load({folder_ / "packs"});
    ASSERT_TRUE(packs) << packs.error().en;
    std::vector<base::Error> faults;
    auto catalogue = register_::Catalogue::load(*packs, &faults);
    for (const base::Error& fault : faults) ADD_FAILURE() << base::to_text(fault, false);
    ASSERT_TRUE(catalogue);
    auto permissions = register_::Permissions::load(*packs, **catalogue);
    ASSERT_TRUE(permissions) << permissions.error().en;
    permissions_ = *permissions;
    auto opened = journal::Journal::open(folder_ / "data", clock);
    ASSERT_TRUE(opened) << opened.error().en;
    journal = std::move(*opened);
    auto made = register_::Register::open(*journal, *catalogue, *permissions);
    ASSERT_TRUE(made) << made.error().en;
    records = std::move(*made);
    auto templates = paper::Templates::load(*packs, &faults);
    for (const base::Error& fault : faults) ADD_FAILURE() << base::to_text(fault, false);
    ASSERT_TRUE(templates);
    papers = std::make_unique<paper::Papers>(*journal, *templates);
    ASSERT_TRUE(journal->add_participant(*papers));
    notices = std::make_unique<notice::Notices>(*journal);
    ASSERT_TRUE(journal->add_participant(*notices));
    auto procedures = Procedures::load(*packs, **catalogue, &faults);
    for (const base::Error& fault : faults) ADD_FAILURE() << base::to_text(fault, false);
    ASSERT_TRUE(procedures);
    cases = std::make_unique<Casework>(*journal, *records, *procedures, *this, clock);
    cases->tell_with(*notices);
    add_standard_services(*cases, {*records, *papers, *notices, "office"});
    ASSERT_TRUE(journal->add_participant(*cases));
  }

  // ---- Knowledge
  base::Result<Subject> subject(journal::RecordId record, base::Date day) override {
    auto state = records->state(record);
    if (!state) return tl::unexpected(state.error());
    if (!*state) return base::fail(base::ErrorCode::NotFound, "没有", "no such record");
    const register_::Kind& kind = *records->catalogue().kind((*state)->kind);
    Subject made;
    made.record = record;
    made.file = (*state)->file;
    made.kind = kind.number;
    made.title = register_::read_plain(**state, *kind.field(kind.title), day).value().to_text();
    made.value = {kind.feel_name, context(**state, day, true), population::type_of_kind(records->catalogue(), kind)};
    return made;
  }

  base::Result<Ruling> decide(const bpmn::Decision& decision, journal::RecordId subject_id, base::Date day,
                              const feel::ContextScope&) override {
    ++decided;
    if (decision.name == "authorised") {
      auto found = subject(subject_id, day);
      if (!found) return tl::unexpected(found.error());
      feel::ContextScope scope;
      scope.set(found->value);
      auto holds = scope.evaluate("count(Permit.shop.mandates[revoked = null]) > 0");
      if (!holds) return tl::unexpected(holds.error());
      return Ruling{*holds, "{\"decision\":\"authorised\"}"};
    }
    if (failure) return tl::unexpected(*failure);
    return Ruling{lane, "{\"decision\":\"lane\"}"};
  }

  bool may_read_outcome(const register_::Viewer&, const bpmn::Decision& decision, journal::FileId) override {
    return !closed_decisions.contains(decision.name);
  }
  std::set<std::string> closed_decisions;  // that nobody may read
  WorkingDays working_days() override { return {std::make_shared<base::Calendar>(published), version}; }

  // ---- doing
  journal::RecordId put(const char* kind_name, std::map<std::string, register_::Value> values,
                        journal::RecordId record = 0, const char* source = "office") {
    const register_::Kind& kind = *records->catalogue().kind(kind_name);
    register_::Write write;
    write.kind = &kind;
    write.record = record;
    write.source = records->catalogue().source(source)->number;
    write.effective_from = *base::Date::parse("2025-01-01");
    write.reason = "test";
    for (auto& [name, value] : values) write.values.push_back({kind.field(name)->number, value});
    auto reply = records->write(register_::Viewer::system(), {write});
    EXPECT_TRUE(reply) << (reply ? "" : reply.error().en);
    return reply ? reply->written.front().record : 0;
  }

  void set_day(const char* day) { EXPECT_TRUE(records->set_today(*base::Date::parse(day), 0, "test")); }

  // A shop with a permit to 2026-04-01 and, if wanted, its mandate. Answers the permit.
  journal::RecordId shop(const std::string& name, bool mandate) {
    shop_id = put("shop", {{"name", register_::Value::string(name)}});
    auto permit = put("permit", {{"shop", register_::Value::reference(shop_id)},
                                 {"number", register_::Value::string("P-" + name)},
                                 {"valid_to", register_::Value::date(*base::Date::parse("2026-04-01"))},
                                 {"renewals", register_::Value::number(0, 0)}});
    if (mandate) give_mandate();
    return permit;
  }
  void give_mandate() {
    put("mandate", {{"shop", register_::Value::reference(shop_id)},
                    {"number", register_::Value::string("M" + std::to_string(++mandates_))}});
  }

  std::int64_t open_case(journal::RecordId permit, const std::string& origin = "duty 1") {
    OpenRequest request;
    request.procedure = "renewal";
    request.origin = origin;
    request.subject = permit;
    request.service = "renew";
    request.budget_working_days = 20;
    request.reason_zh = "窗口打开";
    auto opened = cases->open(request);
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().en);
    return opened.value_or(0);
  }

  register_::Viewer viewer(const char* post, std::vector<journal::FileId> files = {}, std::int64_t account = 11,
                           const char* name = "甲") {
    return register_::Viewer(account, name, {permissions_->post(post)}, std::move(files), permissions_);
  }

  std::string field(journal::RecordId record, const char* name) {
    auto state = records->state(record);
    if (!state || !*state) return "none";
    const register_::Kind& kind = *records->catalogue().kind((*state)->kind);
    return register_::read_plain(**state, *kind.field(name), *records->today()).value().to_text();
  }

  CaseDetail detail(std::int64_t id) {
    auto found = cases->detail(register_::Viewer::system(), id);
    EXPECT_TRUE(found) << (found ? "" : found.error().en);
    return found ? std::move(*found) : CaseDetail{};
  }

  std::filesystem::path packs() const { return folder_ / "packs"; }

  base::ManualClock clock{1'772'000'000'000};
  std::unique_ptr<journal::Journal> journal;
  std::unique_ptr<register_::Register> records;
  std::unique_ptr<paper::Papers> papers;
  std::unique_ptr<notice::Notices> notices;
  std::unique_ptr<Casework> cases;
  feel::Value lane = "automatic";
  std::optional<base::Error> failure;
  base::Calendar published;
  std::string version;
  int decided = 0;
  journal::RecordId shop_id = 0;

  std::map<std::string, std::string> more_files;  // of the pack
  void write_pack() { write_pack_files(); }

 private:
  // Fields by FEEL name; one level of references, and of the referred record its mandates.
  feel::Value context(const register_::RecordState& state, base::Date day, bool deeper) {
    const register_::Catalogue& catalogue = records->catalogue();
    const register_::Kind& kind = *catalogue.kind(state.kind);
    std::vector<feel::Entry> entries = {{feel::String("id"), feel::Value(state.id)}};
    for (const register_::Field& one : kind.fields) {
      const register_::Value& value = register_::read_plain(state, one, day).value();
      feel::Value made = register_::to_feel(value);
      if (one.type == register_::FieldType::Reference && deeper && !value.is_null()) {
        auto target = records->state(value.as_reference());
        if (target && *target) made = context(**target, day, false);
      }
      entries.push_back({feel::String(one.feel), std::move(made)});
    }
    if (kind.name == "shop") {
      std::vector<feel::Value> children;
      auto states = records->states_of_file(state.file);
      for (const register_::RecordState& child : *states) {
        if (catalogue.kind(child.kind)->name == "mandate") children.push_back(context(child, day, false));
      }
      entries.push_back({feel::String("mandates"), feel::Value::list(std::move(children))});
    }
    return feel::Value::context(std::move(entries));
  }

  void file(const std::string& path, std::string_view text) {
    const auto where = folder_ / "packs" / "small" / path;
    std::filesystem::create_directories(where.parent_path());
    std::ofstream(where) << text;
  }

  void write_pack_files() {
    file("pack.yaml", "pack: small\nversion: 1.0.0\nlabels: {zh: 小, en: Small}\nlanguages: [zh, en]\n");
    file("data/sources.yaml",
         "- {number: 1, name: office, labels: {zh: 窗口, en: Office}}\n- {number: 2, name: ministry, labels: {zh: "
         "上级, en: Ministry}}\n");
    file("data/posts.yaml", R"(
- {post: owner, number: 1, labels: {zh: 店主, en: Owner}, rules: [{kinds: all, classes: all, relation: own, may: [read]}]}
- {post: approver, number: 2, labels: {zh: 审批, en: Approver}, rules: [{kinds: all, classes: all, relation: any, may: [read, write]}]}
- {post: leader, number: 4, labels: {zh: 领导, en: Leader}, rules: [{kinds: all, classes: all, relation: any, may: [read]}]}
- {post: stranger, number: 3, labels: {zh: 旁人, en: Stranger}, rules: []}
)");
    const std::string both =
        "labels: {zh: 某, en: X}, definition: {zh: 口径, en: definition}, example: '1', class: public, sources: "
        "[office]";
    std::string trusted = both;
    trusted.replace(trusted.find("[office]"), 8, "[ministry, office]");
    file("kinds/shop.yaml",
         "kind: shop\nnumber: 1\nfeel: {name: Shop, plural: shops}\nlabels: {zh: 店, en: Shop}\nopens_file: "
         "true\nkeys: [[name]]\ntitle: name\n"
         "fields:\n  - {number: 1, name: name, feel: name, type: string, required: true, " +
             both + "}\n");
    file("kinds/permit.yaml",
         "kind: permit\nnumber: 2\nfeel: {name: Permit, plural: permits}\nlabels: {zh: 证, en: Permit}\nbelongs_to: "
         "shop\nkeys: [[number]]\ntitle: number\n"
         "fields:\n  - {number: 1, name: shop, feel: shop, type: reference, to: shop, required: true, " +
             both +
             "}\n"
             "  - {number: 2, name: number, feel: number, type: string, required: true, " +
             both +
             "}\n"
             "  - {number: 3, name: valid_to, feel: valid to, type: date, " +
             trusted +
             "}\n"
             "  - {number: 4, name: renewals, feel: renewals, type: number, scale: 0, minimum: 0, maximum: 100, " +
             both + "}\n");
    file("kinds/mandate.yaml",
         "kind: mandate\nnumber: 3\nfeel: {name: Mandate, plural: mandates}\nlabels: {zh: 授权, en: "
         "Mandate}\nbelongs_to: shop\nkeys: [[number]]\ntitle: number\n"
         "fields:\n  - {number: 1, name: shop, feel: shop, type: reference, to: shop, required: true, " +
             both +
             "}\n"
             "  - {number: 2, name: number, feel: number, type: string, required: true, " +
             both +
             "}\n"
             "  - {number: 3, name: revoked, feel: revoked, type: date, " +
             both + "}\n");
    file(
        "forms/approve.json",
        R"({"type":"object","required":["decision"],"properties":{"decision":{"type":"string","enum":["renew","return"]}}})");
    file("procedures/renewal.bpmn", renewal_bpmn);
    for (const auto& [path, text] : more_files) file(path, text);
    file("papers/permit.yaml", R"(
paper: shop_permit
labels: {zh: 开店许可证, en: Shop permit}
series: KD
public: {holder: Permit.shop.name, valid to: Permit.valid to}
blocks: [{title: {zh: 开店许可证, en: Shop permit}}, {fields: [{label: {zh: 有效期至, en: Valid to}, value: Permit.valid to}]}]
)");
    file("papers/messages.yaml",
         "- message: renewed\n  title: {zh: '{Permit.number}已续至{Permit.valid to}', en: '{Permit.number} renewed'}\n "
         " body: {zh: '见{Paper.number}', en: 'See {Paper.number}'}\n  href: '/my/papers/{Paper.id}'\n");
  }

  std::filesystem::path folder_;
  std::shared_ptr<const register_::Permissions> permissions_;
  int mandates_ = 0;
};

}  // namespace yuanqu::casework
