#pragma once
// A small zone for tests of the population: a pack written for one table, and firms with facts.

#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "../journal/folder.hpp"
#include "base/clock.hpp"
#include "population/population.hpp"

namespace yuanqu::population::test {

using base::Date;
using register_::Value;
using yuanqu::test::Folder;

inline const Date today = Date::from_civil(2026, 3, 2).value();

struct Column {
  std::string expression, type;
};
struct Rule {
  std::vector<std::string> cells;
  std::string output;
};

inline std::string escaped(std::string text) {
  for (const auto& [from, to] : {std::pair("&", "&amp;"), std::pair("<", "&lt;"), std::pair(">", "&gt;")}) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + std::string(to).size()))
      text.replace(at, 1, to);
  }
  return text;
}

inline std::string table_xml(const std::vector<Column>& columns, const std::vector<Rule>& rules,
                             const std::string& hit = "ANY") {
  std::string xml = "<decisionTable id=\"grant_table\" hitPolicy=\"" + hit + "\">";
  for (std::size_t i = 0; i < columns.size(); ++i) {
    xml += "<input id=\"in" + std::to_string(i + 1) + "\" label=\"column " + std::to_string(i + 1) +
           "\"><inputExpression id=\"in" + std::to_string(i + 1) + "_expression\" typeRef=\"" + columns[i].type +
           "\"><text>" + escaped(columns[i].expression) + "</text></inputExpression></input>";
  }
  xml +=
      "<output id=\"out\" "
      "typeRef=\"string\"><defaultOutputEntry><text>\"unknown\"</text></defaultOutputEntry></output>";
  for (std::size_t r = 0; r < rules.size(); ++r) {
    xml += "<rule id=\"rule" + std::to_string(r + 1) + "\">";
    for (std::size_t c = 0; c < rules[r].cells.size(); ++c) {
      xml += "<inputEntry id=\"cell_" + std::to_string(r + 1) + "_" + std::to_string(c + 1) + "\"><text>" +
             escaped(rules[r].cells[c]) + "</text></inputEntry>";
    }
    xml += "<outputEntry id=\"out_" + std::to_string(r + 1) + "\"><text>\"" + rules[r].output +
           "\"</text></outputEntry></rule>";
  }
  return xml + "</decisionTable>";
}

// `logic`: the body of the decision "Grant".
inline void write_pack(const std::filesystem::path& root, const std::string& logic, const std::string& more = {}) {
  const auto put = [&](const std::string& name, const std::string& text) {
    std::filesystem::create_directories((root / "one" / name).parent_path());
    std::ofstream(root / "one" / name) << text;
  };
  put("pack.yaml", "pack: one\nversion: 1.0.0\nlabels: {zh: 测试, en: Test}\nlanguages: [zh, en]\n");
  put("data/posts.yaml",
      "- post: officer\n  number: 1\n  labels: {zh: 经办, en: Officer}\n  rules:\n"
      "    - {kinds: all, classes: [public, internal], relation: any, may: [read, write, export]}\n"
      "- post: economy\n  number: 2\n  labels: {zh: 经发, en: Economy}\n  rules:\n"
      "    - {kinds: all, classes: [public, internal, business_secret], relation: any, may: [read, export]}\n"
      "- post: rule_author\n  number: 3\n  labels: {zh: 起草, en: Author}\n  acts: [draft_rules]\n  rules:\n"
      "    - {kinds: all, classes: [public, internal], relation: any, may: [read]}\n"
      "- post: rule_publisher\n  number: 4\n  labels: {zh: 发布, en: Publisher}\n  acts: [publish_rules]\n  rules:\n"
      "    - {kinds: all, classes: [public, internal], relation: any, may: [read]}\n");
  put("data/sources.yaml",
      "- {number: 1, name: registry, labels: {zh: 登记, en: Registry}}\n- {number: 2, name: report, labels: {zh: 自报, "
      "en: Report}}\n");
  const auto field = [](int number, const std::string& name, const std::string& rest) {
    return "  - {number: " + std::to_string(number) + ", name: " + name + ", feel: " + name + ", labels: {zh: " + name +
           ", en: " + name + "}, definition: {zh: 口径, en: Meaning}, example: '1', " + rest + "}\n";
  };
  put("kinds/firm.yaml",
      "kind: firm\nnumber: 1\nfeel: {name: Firm, plural: firms}\nlabels: {zh: 公司, en: Firm}\nopens_file: true\nkeys: "
      "[[name]]\ntitle: name\nsearch: [name]\nfields:\n" +
          field(1, "name", "type: string, required: true, class: public") +
          field(2, "alpha", "type: number, scale: 0, minimum: 0, maximum: 20, class: internal, lever: firm") +
          field(3, "beta", "type: number, scale: 0, minimum: 0, maximum: 20, class: internal, lever: firm_up") +
          field(4, "gamma", "type: number, scale: 0, minimum: 0, maximum: 20, class: internal, lever: never") +
          field(5, "delta", "type: boolean, class: internal, lever: zone") +
          field(6, "town", "type: string, class: public") +
          field(7, "secret", "type: number, scale: 0, class: business_secret"));
  put("kinds/yearly.yaml",
      "kind: yearly\nnumber: 2\nfeel: {name: Yearly, plural: yearlies}\nlabels: {zh: 年报, en: Yearly}\nbelongs_to: "
      "firm\nkeys: [[firm, year]]\ntitle: year\nfields:\n" +
          field(1, "firm", "type: reference, to: firm, required: true, class: public") +
          field(2, "year", "type: number, scale: 0, required: true, class: public") +
          field(3, "sales", "type: number, scale: 2, class: internal, lever: firm_up") +
          field(4, "cost", "type: number, scale: 2, class: business_secret, lever: firm"));
  put("decisions/decisions.yaml",
      "decisions:\n  - decision: grant\n    number: 1\n    labels: {zh: 资助, en: Grant}\n    subject: firm\n    "
      "class: internal\n    class_reason: 测试\n    values:\n"
      "      - {code: 'yes', labels: {zh: 符合, en: 'Yes'}}\n      - {code: 'no', labels: {zh: 不符合, en: 'No'}}\n    "
      "  - {code: unknown, labels: {zh: 未知, en: Unknown}}\n"
      "    aim: 'yes'\n    versions: [{model: grant.dmn, name: Grant, valid_from: 2020-01-01}]\n");
  put("decisions/grant.dmn",
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" "
      "id=\"grant\" name=\"grant\" namespace=\"urn:test:grant\">"
      "<itemDefinition name=\"tYearly\"><itemComponent "
      "name=\"year\"><typeRef>number</typeRef></itemComponent><itemComponent "
      "name=\"sales\"><typeRef>number</typeRef></itemComponent>"
      "<itemComponent name=\"cost\"><typeRef>number</typeRef></itemComponent></itemDefinition><itemDefinition "
      "name=\"tYearlies\" isCollection=\"true\"><typeRef>tYearly</typeRef></itemDefinition>"
      "<itemDefinition name=\"tFirm\"><itemComponent "
      "name=\"alpha\"><typeRef>number</typeRef></itemComponent><itemComponent "
      "name=\"beta\"><typeRef>number</typeRef></itemComponent>"
      "<itemComponent name=\"gamma\"><typeRef>number</typeRef></itemComponent><itemComponent "
      "name=\"delta\"><typeRef>boolean</typeRef></itemComponent>"
      "<itemComponent name=\"yearlies\"><typeRef>tYearlies</typeRef></itemComponent></itemDefinition>"
      "<inputData id=\"firm\" name=\"Firm\"><variable name=\"Firm\" typeRef=\"tFirm\"/></inputData><inputData "
      "id=\"parameters\" name=\"Parameters\"><variable name=\"Parameters\"/></inputData>" +
          more +
          "<decision id=\"grant_decision\" name=\"Grant\"><variable name=\"Grant\" "
          "typeRef=\"string\"/><informationRequirement><requiredInput href=\"#firm\"/></informationRequirement>"
          "<informationRequirement><requiredInput href=\"#parameters\"/></informationRequirement>" +
          (more.empty() ? "" : "<informationRequirement><requiredDecision href=\"#part\"/></informationRequirement>") +
          logic + "</decision></definitions>");
  put("parameters/bounds.csv",
      "parameter,feel,value,unit,valid_from,valid_to,basis,confidence,note\nleast,least,5,,2020-01-01,,测试,setting,"
      "\n");
}

struct World {
  explicit World(const std::string& logic, const std::string& more = {}) {
    write_pack(pack_folder.path(), logic, more);
    auto set = pack::PackSet::load({pack_folder.path()}, {"one"});
    if (!set) ADD_FAILURE() << base::to_text(set.error(), false);
    packs = std::make_unique<pack::PackSet>(std::move(*set));
    std::vector<base::Error> faults;
    auto loaded = register_::Catalogue::load(*packs, &faults);
    for (const base::Error& fault : faults) ADD_FAILURE() << base::to_text(fault, false);
    catalogue = loaded.value();
    permissions = register_::Permissions::load(*packs, *catalogue).value();
    journal = journal::Journal::open(data.path(), clock, {.synchronous_full = false}).value();
    records = register_::Register::open(*journal, catalogue, permissions).value();
    (void)records->set_today(today, 0, "test");
    auto decisions = Decisions::load(*packs, *catalogue);
    if (!decisions) ADD_FAILURE() << base::to_text(decisions.error(), false);
    auto compiled = Programs::compile(*packs, *catalogue, *decisions);
    if (!compiled) ADD_FAILURE() << base::to_text(compiled.error(), false);
    programs = *compiled;
    population = std::move(Population::open(*records, programs).value());
  }

  const Kind& firm() const { return *catalogue->kind("firm"); }
  const Kind& yearly() const { return *catalogue->kind("yearly"); }
  const Decision& grant() const { return *programs->decisions().find("grant"); }
  const DecisionProgram& program() const { return programs->all().front(); }
  register_::Viewer viewer(const std::string& post, std::int64_t account = 7) const {
    return register_::Viewer(account, post, {permissions->post(post)}, {}, permissions);
  }

  RecordId put(const Kind& kind, const std::vector<std::pair<std::string, Value>>& values, RecordId record = 0) {
    register_::Write write{.kind = &kind,
                           .record = record,
                           .values = {},
                           .source = 1,
                           .effective_from = *today.plus_days(-10),
                           .reason = "test"};
    for (const auto& [name, value] : values) {
      if (!value.is_null()) write.values.push_back({kind.field(name)->number, value});
    }
    auto reply = records->write(register_::Viewer::system(), {write});
    if (!reply) {
      ADD_FAILURE() << base::to_text(reply.error(), false);
      return 0;
    }
    return reply->written.front().record;
  }
  void catch_up() {
    auto caught = population->catch_up();
    if (!caught) ADD_FAILURE() << base::to_text(caught.error(), false);
  }

  Folder pack_folder, data;
  base::ManualClock clock{1'772'409'600'000};
  std::unique_ptr<pack::PackSet> packs;
  std::shared_ptr<const register_::Catalogue> catalogue;
  std::shared_ptr<const register_::Permissions> permissions;
  std::unique_ptr<journal::Journal> journal;
  std::unique_ptr<register_::Register> records;
  std::shared_ptr<const Programs> programs;
  std::unique_ptr<Population> population;
};

}  // namespace yuanqu::population::test
