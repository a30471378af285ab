#pragma once
// A pack for the leak oracle whose conclusions can be recognised: for every kind and every class of its fields one
// decision whose outcome is made of one field's value without holding it, one that tells how far the value is from a
// bound, a service item that says the outcome aloud, with a message and, for some, a case that knows it. So a
// conclusion that comes where it may not is seen although it is no value of any field.

#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "pack/pack.hpp"
#include "register/catalogue.hpp"
#include "register/use.hpp"

namespace yuanqu::app::test {

struct MarkedDecision {
  std::string name;
  std::string kind, field;
  register_::FieldClass field_class = register_::FieldClass::Public;  // who may see its outcome
  bool personal = false;  // in an individual's file its outcomes are personal data
  bool number = false;    // of the field; else a text
  bool near = false;      // tells a distance; its outcome alone says nothing
  std::string told;       // the post its service item calls for; "" the file's owner
  bool told_to_owner = false;
};

inline constexpr long long marked_bound = 50'000'000;
inline constexpr long long marked_factor = 7;

// What an outcome, its first other day and a distance look like, for the value planted.
inline std::string marked_outcome(const MarkedDecision& decision, const std::string& planted) {
  return decision.number ? "Oq" + std::to_string(std::stoll(planted) * marked_factor) : "Oq" + planted.substr(2);
}
inline std::string marked_distance(const std::string& planted) {
  return std::to_string(marked_bound - std::stoll(planted));
}
inline base::Date marked_day(const std::string& planted) {
  return base::Date::from_days(base::Date::parse("2028-01-01")->days() + static_cast<int>(std::stoll(planted) % 2500));
}

namespace marked {

inline void put(const std::filesystem::path& file, const std::string& text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

// A literal DMN decision, or a table with one bound.
inline std::string model(const MarkedDecision& one, const register_::Kind& kind, const register_::Field& field) {
  const std::string input = kind.feel_name, read = input + "." + field.feel;
  const std::string type = one.number ? "number" : "string";
  std::string logic;
  if (one.near) {
    const auto rule = [&](int at, const std::string& when, const std::string& gives) {
      return "<rule id=\"r" + std::to_string(at) + "\"><inputEntry id=\"i" + std::to_string(at) + "\"><text>" + when +
             "</text></inputEntry><outputEntry id=\"o" + std::to_string(at) + "\"><text>&quot;" + gives +
             "&quot;</text></outputEntry></rule>";
    };
    const std::string bound = std::to_string(marked_bound);
    logic = "<decisionTable id=\"t\" hitPolicy=\"ANY\"><input id=\"in\" label=\"" + field.name +
            "\"><inputExpression id=\"ie\" typeRef=\"number\"><text>" + read +
            "</text></inputExpression></input><output id=\"out\" typeRef=\"string\"/>" +
            rule(1, "&gt;= " + bound, "yes") + rule(2, "&lt; " + bound, "no") + "</decisionTable>";
  } else if (one.number) {
    logic = "<literalExpression id=\"l\"><text>if " + read +
            " = null then null else if Today &lt; date(2028, 1, 1) + "
            "duration(&quot;P&quot; + string(modulo(" +
            read + ", 2500)) + &quot;D&quot;) then &quot;Oq&quot; + string(" + read + " * " +
            std::to_string(marked_factor) + ") else null</text></literalExpression>";
  } else {
    logic = "<literalExpression id=\"l\"><text>if " + read + " = null then null else &quot;Oq&quot; + substring(" +
            read + ", 3)</text></literalExpression>";
  }
  const std::string today = one.number && !one.near ? "<inputData id=\"today\" name=\"Today\"><variable id=\"todayv\" "
                                                      "name=\"Today\" typeRef=\"date\"/></inputData>"
                                                    : "";
  const std::string needs_today =
      today.empty() ? ""
                    : "<informationRequirement id=\"n2\"><requiredInput href=\"#today\"/></informationRequirement>";
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<definitions "
         "xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" id=\"" +
         one.name + "\" name=\"" + one.name + "\" namespace=\"urn:yuanqu:dmn:" + one.name +
         "\"><itemDefinition id=\"ty\" name=\"tSubject\"><itemComponent "
         "id=\"ty1\" name=\"" +
         field.feel + "\"><typeRef>" + type +
         "</typeRef></itemComponent></itemDefinition>"
         "<inputData id=\"in0\" name=\"" +
         input + "\"><variable id=\"inv\" name=\"" + input + "\" typeRef=\"tSubject\"/></inputData>" + today +
         "<decision id=\"d\" name=\"Marked\"><variable id=\"dv\" "
         "name=\"Marked\" typeRef=\"string\"/><informationRequirement id=\"n1\"><requiredInput href=\"#in0\"/>"
         "</informationRequirement>" +
         needs_today + logic + "</decision></definitions>\n";
}

// A case that keeps the outcome among what it knows and asks a person.
inline std::string procedure(const MarkedDecision& one, const register_::Kind& kind) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<bpmn:definitions "
         "xmlns:bpmn=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" xmlns:yuanqu=\"urn:yuanqu:bpmn:1\" id=\"x\" "
         "targetNamespace=\"urn:yuanqu:procedures\"><bpmn:process id=\"" +
         one.name + "\" name=\"" + one.name +
         "\" isExecutable=\"true\"><bpmn:extensionElements><yuanqu:procedure "
         "version=\"1\" subject=\"" +
         kind.name + "\" en=\"" + one.name +
         "\"/></bpmn:extensionElements>"
         "<bpmn:startEvent id=\"s\" name=\"s\"><bpmn:extensionElements><yuanqu:labels zh=\"s\" en=\"s\"/>"
         "</bpmn:extensionElements><bpmn:outgoing>a</bpmn:outgoing></bpmn:startEvent>"
         "<bpmn:businessRuleTask id=\"b\" name=\"b\"><bpmn:extensionElements><yuanqu:labels zh=\"b\" en=\"b\"/>"
         "<yuanqu:decision name=\"" +
         one.name +
         "\" result=\"found\"/></bpmn:extensionElements><bpmn:incoming>a</bpmn:incoming>"
         "<bpmn:outgoing>c</bpmn:outgoing></bpmn:businessRuleTask>"
         "<bpmn:serviceTask id=\"m\" name=\"m\" implementation=\"urn:yuanqu:service:send_message\">"
         "<bpmn:extensionElements><yuanqu:labels zh=\"m\" en=\"m\"/><yuanqu:input name=\"template\" "
         "expression=\"&quot;found&quot;\"/></bpmn:extensionElements><bpmn:incoming>c</bpmn:incoming>"
         "<bpmn:outgoing>n</bpmn:outgoing></bpmn:serviceTask>"
         "<bpmn:userTask id=\"u\" name=\"u\"><bpmn:extensionElements><yuanqu:labels zh=\"u\" "
         "en=\"u\"/><yuanqu:assignment "
         "role=\"" +
         one.told +
         "\"/><yuanqu:input name=\"found\" expression=\"found\"/></bpmn:extensionElements>"
         "<bpmn:incoming>n</bpmn:incoming><bpmn:outgoing>e</bpmn:outgoing></bpmn:userTask><bpmn:endEvent id=\"z\" "
         "name=\"z\"><bpmn:extensionElements><yuanqu:labels zh=\"z\" en=\"z\"/></bpmn:extensionElements>"
         "<bpmn:incoming>e</bpmn:incoming></bpmn:endEvent><bpmn:sequenceFlow id=\"a\" sourceRef=\"s\" targetRef=\"b\"/>"
         "<bpmn:sequenceFlow id=\"c\" sourceRef=\"b\" targetRef=\"m\"/>"
         "<bpmn:sequenceFlow id=\"n\" sourceRef=\"m\" targetRef=\"u\"/>"
         "<bpmn:sequenceFlow id=\"e\" sourceRef=\"u\" targetRef=\"z\"/></bpmn:process></bpmn:definitions>\n";
}

}  // namespace marked

// Writes the pack into `folder`/marked beside copies of the shipped ones; answers its decisions.
inline std::vector<MarkedDecision> write_marked_pack(const std::filesystem::path& shipped,
                                                     const std::filesystem::path& folder) {
  using namespace register_;
  std::filesystem::create_directories(folder);
  std::filesystem::copy(shipped, folder, std::filesystem::copy_options::recursive);
  auto names = pack::find_packs(folder);
  std::erase(*names, std::string("demo"));
  const auto packs = pack::PackSet::load({folder}, *names);
  const auto catalogue = Catalogue::load(*packs);
  std::vector<MarkedDecision> all;
  std::string decisions = "decisions:\n", services = "services:\n", messages;
  int number = 9000;
  const std::filesystem::path pack = folder / "marked";
  for (const Kind* kind : (*catalogue)->kinds()) {
    if (kind->system) continue;
    std::set<std::pair<FieldClass, bool>> done;
    for (const Field& field : kind->fields) {
      const bool text =
          field.type == FieldType::String && field.check == FieldCheck::None && field.pattern_text.empty();
      const bool wide = field.type == FieldType::Number &&
                        (!field.maximum || *field.maximum > *base::Decimal::parse("90000000")) &&
                        (!field.minimum || *field.minimum < *base::Decimal::parse("6000000"));
      if (!text && !wide) continue;
      std::string purpose;
      for (const Purpose& one : (*catalogue)->purposes()) {
        if (purpose.empty() && !Use(**catalogue, one.name).forbids(field)) purpose = one.name;
      }
      if (!done.emplace(field.field_class, wide).second) continue;
      for (const bool near : {false, true}) {
        if (near && !wide) continue;
        MarkedDecision one;
        one.name = std::string(near ? "near_" : "marked_") + (wide ? "figure_" : "word_") + kind->name + "_" +
                   std::string(name_of(field.field_class));
        one.kind = kind->name;
        one.field = field.name;
        one.field_class = near ? FieldClass::Public : field.field_class;
        one.personal = field.personal_of_individuals && !near;
        one.number = wide;
        one.near = near;
        const std::string lowered = near ? "    class: public\n    class_reason: says on which side of a bound it "
                                           "lies\n    aim: 'yes'\n    values:\n"
                                           "      - {code: 'yes', labels: {zh: 是, en: 'Yes'}}\n      - {code: 'no', "
                                           "labels: {zh: 否, en: 'No'}}\n"
                                         : "";
        decisions += "  - decision: " + one.name + "\n    number: " + std::to_string(++number) +
                     "\n    labels: {zh: " + one.name + ", en: " + one.name + "}\n    subject: " + one.kind +
                     "\n    purpose: " + purpose + "\n" + lowered + "    versions:\n      - {model: " + one.name +
                     ".dmn, name: Marked, valid_from: 2000-01-01}\n    basis: {zh: 测试, en: test}\n"
                     "    confidence: high\n";
        if (!near) {
          switch (field.field_class) {
            case FieldClass::Public:
            case FieldClass::Internal: one.told = "counter"; break;
            case FieldClass::BusinessSecret: one.told = "economy"; break;
            case FieldClass::TaxSecret: one.told = "tax"; break;
            case FieldClass::Personal: one.told_to_owner = true; break;
          }
          services += "  - service: " + one.name + "\n    number: " + std::to_string(number) +
                      "\n    labels: {zh: " + one.name + ", en: " + one.name + "}\n    decision: " + one.name +
                      "\n    fires: holds\n    when: 'outcome != null'\n    occurrence: 'outcome'\n" +
                      (one.told_to_owner
                           ? "    calls_for: notify\n    to: file\n"
                           : "    calls_for: act\n    procedure: " + one.name + "\n    to: role:" + one.told + "\n") +
                      "    message: " + one.name +
                      "\n    title: {zh: '结论 {outcome}', en: 'Outcome {outcome}'}\n"
                      "    why: {zh: '因为 {outcome}', en: 'Because {outcome}'}\n    guide: {zh: 测试, en: test}\n"
                      "    basis: {zh: 测试, en: test}\n";
          messages += "- message: " + one.name +
                      "\n  title: {zh: '消息 {details}', en: 'Message {details}'}\n"
                      "  body: {zh: '消息 {details}', en: 'Message {details}'}\n  href: '/my'\n";
          if (!one.told_to_owner)
            marked::put(pack / "procedures" / (one.name + ".bpmn"), marked::procedure(one, *kind));
        }
        marked::put(pack / "decisions" / (one.name + ".dmn"), marked::model(one, *kind, field));
        all.push_back(std::move(one));
      }
    }
  }
  marked::put(
      pack / "pack.yaml",
      "pack: marked\nversion: 1\nlabels: {zh: 可认的结论, en: Marked outcomes}\ndefinition: {zh: 测试, en: test}\n"
      "needs: [core, national]\nlanguages: [zh, en]\n");
  marked::put(pack / "decisions/decisions.yaml", decisions);
  marked::put(pack / "services/marked.yaml", services);
  messages +=
      "- message: found\n  title: {zh: '查到 {found}', en: 'Found {found}'}\n"
      "  body: {zh: '查到 {found}', en: 'Found {found}'}\n  href: '/my'\n";
  marked::put(pack / "papers/messages.yaml", messages);
  // A file of bytes that is kept more closely than anything else of its record.
  marked::put(
      pack / "kinds/enterprise.yaml",
      "extends: enterprise\nfields:\n  - {number: 900, name: secret_paper, feel: secret paper, labels: {zh: 密件, en: "
      "Secret paper}, definition: {zh: 测试, en: test}, example: a.pdf, type: attachment, formats: [pdf], class: "
      "tax_secret, sources: [tax, zone_office]}\n");
  return all;
}

}  // namespace yuanqu::app::test
