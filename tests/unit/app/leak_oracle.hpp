#pragma once
// The leak oracle: what is looked for in each answer, and every way to ask.

#include "leak_planting.hpp"

namespace yuanqu::app::leaks {

class Oracle : public PlantedZone {
 public:
  // "" of a distance: the outcome is only a yes or no.
  std::string concluded_now(const Plant& plant) {
    if (plant.decision->near) return {};
    auto known = now_concluded.find({plant.decision, plant.record});
    if (known == now_concluded.end()) {
      const auto* decision = zone->population().programs().decisions().find(plant.decision->name);
      const auto outcome = zone->population().outcome(*decision, plant.record);
      const bool text = outcome && outcome->applies && outcome->value.is(feel::Kind::String);
      known =
          now_concluded.emplace(std::pair(plant.decision, plant.record), text ? std::string(outcome->value.text()) : "")
              .first;
    }
    return known->second;
  }

  // Some duties and cases that speak of a marked outcome: of each class, about somebody else's and an individual's
  // file.
  void find_marked_work() {
    duty::Query query;
    query.limit = 10'000;
    query.states = {duty::State::Planned, duty::State::Due, duty::State::Taken};
    const auto page = test::need(zone->house().duties.list(register_::Viewer::system(), query), "duties");
    std::set<std::pair<std::string, FileId>> done;
    for (const duty::Duty& duty : page.duties) {
      const auto about = std::find_if(marked.begin(), marked.end(),
                                      [&](const MarkedDecision& one) { return one.name == duty.item->decision->name; });
      if (about == marked.end() || duty.state == duty::State::Planned) continue;
      const auto home = std::find(homes.begin() + 1, homes.end(), duty.file);
      const std::string what =
          std::string(register_::name_of(about->field_class)) + (about->personal ? " personal" : "");
      if (home == homes.end() || !done.emplace(what, duty.file).second) continue;
      found_ids["/duties/"].push_back(std::to_string(duty.id));
      if (duty.case_id == 0) continue;
      found_ids["/cases/"].push_back(std::to_string(duty.case_id));
      const auto detail = test::need(zone->house().casework.detail(register_::Viewer::system(), duty.case_id), "case");
      for (const casework::Task& task : detail.tasks)
        found_ids["/cases/" + std::to_string(duty.case_id) + "/tasks/"].push_back(std::to_string(task.id));
    }
    EXPECT_GE(found_ids["/duties/"].size(), 8u);
    EXPECT_GE(found_ids["/cases/"].size(), 6u);
  }

  // What a PDF or a text document says: its words are packed inside.
  std::string words_in_document(const Answer& answer) {
    // Planted attachments are %PDF-1.4 and say their word openly.
    const std::size_t pdf = answer.text.find("%PDF-1.5");
    const bool docx = answer.type.find("wordprocessing") != std::string::npos;
    if (answer.status != 200 || (pdf == std::string::npos && !docx)) return {};
    const std::string file = folder / "answer", words = folder / "answer.txt";
    std::ofstream(file, std::ios::binary) << answer.text.substr(docx ? answer.text.find("PK\x03\x04") : pdf);
    const std::string command = docx ? "python3 -c \"import sys,zipfile;sys.stdout.buffer.write(zipfile.ZipFile('" +
                                           file + "').read('word/document.xml'))\" >" + words
                                     : "pdftotext -layout " + file + " " + words;
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
    ++documents;
    return "\n" + file_text(words);
  }

  // ---- asking
  void check(const Person& person, const Answer& given, const std::string& asked, const std::string& quoted = {},
             register_::May may = register_::May::Read) {
    ++answers;
    Answer answer = given;
    answer.text += words_in_document(given);
    // A paper is shown to who may reveal what it prints, and the look is noted.
    if (answer.text.size() != given.text.size()) may = register_::May::Reveal;
    check_couples(person, given, asked);
    const auto shapes = shapes_in(answer.text);
    check_leaving(person, given, asked, shapes);
    check_known(person, given, asked);
    for (const Plant* plant : hidden[person.name]) {
      if (has_shape(plant->text) && !shapes.contains(plant->text)) continue;
      if (!quoted.empty() && plant->text == quoted) continue;  // what the question itself said
      if (may == register_::May::Reveal && rules.has(person, *plant, register_::May::Reveal)) continue;
      if (!holds(answer.text, plant->text)) continue;
      ADD_FAILURE() << person.name << " asked " << asked << " (" << answer.status << ") and saw "
                    << (plant->decision == nullptr ? "" : "what " + plant->decision->name + " says of ")
                    << plant->kind->name << "." << plant->field->name << " ("
                    << register_::name_of(plant->field->field_class) << ") of file " << plant->file << ": …"
                    << answer.text.substr(answer.text.find(plant->text) > 120 ? answer.text.find(plant->text) - 120 : 0,
                                          260);
      ++leaks;
    }
  }

  // What may be read may not always leave in a file.
  void check_leaving(const Person& person, const Answer& answer, const std::string& asked,
                     const std::unordered_set<std::string>& shapes) {
    const bool leaves = asked.find(".xlsx") != std::string::npos || asked.find(".csv") != std::string::npos ||
                        asked.find(".jsonl") != std::string::npos;
    if (answer.status != 200 || !leaves) return;
    for (const Plant* plant : staying[person.name]) {
      if (has_shape(plant->text) ? !shapes.contains(plant->text) : !holds(answer.text, plant->text)) continue;
      ADD_FAILURE() << person.name << " asked " << asked << " and took away " << plant->kind->name << "."
                    << plant->field->name << " (" << register_::name_of(plant->field->field_class) << ") of file "
                    << plant->file;
      ++leaks;
    }
  }

  // A story of changes tells of no record that the reader may not know of, not even that it is there.
  void check_known(const Person& person, const Answer& answer, const std::string& asked) {
    if (answer.status != 200 || person.post == nullptr || asked.find("/changes") == std::string::npos) return;
    const auto body = api::Json::parse(answer.text.substr(answer.text.find("\n{") + 1));
    const api::Json* items = body ? body->find("items") : nullptr;
    if (items == nullptr) return;
    for (const api::Json& item : items->items()) {
      const api::Json* of = item.find("record");
      if (of != nullptr && of->is(api::Json::Type::Object)) of = of->find("id");
      if (of == nullptr) continue;
      const RecordId record = std::strtoll(of->text().c_str(), nullptr, 10);
      const auto plant =
          std::find_if(plants.begin(), plants.end(), [&](const Plant& one) { return one.record == record; });
      if (plant == plants.end()) continue;
      ++changes_told;
      const bool knows = std::any_of(plant->kind->fields.begin(), plant->kind->fields.end(), [&](const Field& field) {
        Plant any = *plant;
        any.field = &field;
        return rules.has(person, any, register_::May::Read);
      });
      EXPECT_TRUE(knows) << person.name << " asked " << asked << " and was told of a " << plant->kind->name;
    }
  }

  // An answer that couples a decision with a record whose outcome is not theirs to know, whatever it says of it: also
  // since when, until when, by which rule.
  void check_couples(const Person& person, const Answer& answer, const std::string& asked) {
    if (answer.status != 200 || answer.type.find("json") == std::string::npos) return;
    const auto body = api::Json::parse(answer.text.substr(answer.text.find("\n{") + 1));
    if (!body) return;
    std::string decision;
    if (const auto at = asked.find("/decisions/"); at != std::string::npos)
      decision = asked.substr(at + 11, asked.find('/', at + 11) - at - 11);
    couple(person, *body, asked, decision, 0);
  }

  void couple(const Person& person, const api::Json& json, const std::string& asked, std::string decision,
              RecordId record) {
    if (json.is(api::Json::Type::Array)) {
      for (const api::Json& item : json.items()) couple(person, item, asked, decision, record);
      return;
    }
    if (!json.is(api::Json::Type::Object)) return;
    if (const api::Json* named = json.find("decision"); named != nullptr && named->is(api::Json::Type::String))
      decision = named->text();
    for (const char* name : {"record", "subject"}) {
      const api::Json* of = json.find(name);
      if (of != nullptr && of->is(api::Json::Type::Object)) of = of->find("id");
      if (of != nullptr && of->is(api::Json::Type::String) && !of->text().empty())
        record = std::strtoll(of->text().c_str(), nullptr, 10);
    }
    if (const auto plant = hidden_couples[person.name].find({decision, record});
        plant != hidden_couples[person.name].end()) {
      ADD_FAILURE() << person.name << " asked " << asked << " and was told of " << decision << " about a "
                    << plant->second->kind->name << " of file " << plant->second->file;
      ++leaks;
      return;
    }
    for (const api::Json::Member& member : json.members()) couple(person, member.second, asked, decision, record);
  }

  // Every way a pattern's parameters can be filled that is worth asking.
  std::vector<std::string> paths_of(const std::string& pattern) {
    std::vector<std::string> paths = {""};
    std::string kind_name;
    for (std::size_t at = 0; at < pattern.size();) {
      if (pattern[at] != '{') {
        for (std::string& path : paths) path += pattern[at];
        ++at;
        continue;
      }
      const std::size_t end = pattern.find('}', at);
      const std::string name = pattern.substr(at + 1, end - at - 1);
      std::vector<std::string> longer;
      for (const std::string& path : paths) {
        for (const std::string& value : values_of(name, path)) longer.push_back(path + value);
      }
      paths = std::move(longer);
      at = end + 1;
    }
    return paths;
  }

  std::vector<std::string> values_of(const std::string& name, const std::string& before) {
    std::vector<std::string> values;
    if (name == "kind") {
      for (const Kind* kind : catalogue().kinds()) values.push_back(kind->name);
      return values;
    }
    if (name == "decision" && before.starts_with("/records/")) {
      // Those of the kind, and one that is none of it.
      const Kind* of = catalogue().kind(std::string_view(before).substr(9, before.find('/', 9) - 9));
      bool other = false;
      for (const auto& decision : zone->population().programs().decisions().all()) {
        if (decision.kind == of || !other) values.push_back(decision.name);
        other = other || decision.kind != of;
      }
      return values;
    }
    if (name == "decision") {
      for (const auto& decision : zone->population().programs().decisions().all()) values.push_back(decision.name);
      return values;
    }
    if (name == "field") {
      const std::string of = before.substr(9, before.find('/', 9) - 9);
      const Kind* kind = catalogue().kind(std::string_view(of));
      for (const Field& field : kind == nullptr ? std::vector<Field>() : kind->fields) {
        if (field.type == FieldType::Attachment || field.number == kind->title) values.push_back(field.name);
      }
      return values;
    }
    if (before.starts_with("/records/")) {
      const std::string of = before.substr(9, before.find('/', 9) - 9);
      const Kind* kind = catalogue().kind(std::string_view(of));
      if (kind != nullptr) {
        for (const RecordId record : planted[kind->number]) values.push_back(std::to_string(record));
      }
      return values;
    }
    if (before == "/files/") {
      for (const RecordId file : homes) values.push_back(std::to_string(file));
      values.push_back(std::to_string(institution));
      return values;
    }
    const auto known = found_ids.find(before);
    if (known != found_ids.end()) return known->second;
    // A parameter nobody has told this test about: what exists, and what does not.
    for (const RecordId file : homes) values.push_back(std::to_string(file));
    values.push_back("1");
    return values;
  }

  std::map<std::string, std::vector<const Plant*>> hidden;
  std::map<std::string, std::map<std::pair<std::string, RecordId>, const Plant*>> hidden_couples;
  std::map<std::string, std::vector<std::string>> found_ids;
  std::map<std::pair<const MarkedDecision*, RecordId>, std::string> now_concluded;
  std::map<std::string, std::vector<const Plant*>> staying;  // what is read and may not leave in a file
  std::size_t answers = 0, leaks = 0, documents = 0, changes_told = 0;
};

}  // namespace yuanqu::app::leaks
