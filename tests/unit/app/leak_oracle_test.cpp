// The leak oracle: every post × every route × every field. Values that occur nowhere else are planted in every field of
// every kind, in the file of an owner, of somebody else and of an individual; then everybody asks everything. What a
// viewer may not see by the rules of the packs – read here anew, without the code that enforces them – must never come
// back: not in a body, a workbook, an error, a stream or the log, and not by asking for it in a filter, a sort or a
// search. And no conclusion of a decision either – its value, its first other day, how far a figure is from a bound –
// whose fields they may not read: marked_pack.hpp brings decisions whose outcomes can be recognised, with duties,
// messages and cases that speak of them.
//
// Routes come from the router and from tests/cases/api/authorisation.csv: a route without a row there fails, so a new
// one is covered the day it is made.
#include <gmock/gmock.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <unordered_set>

#include "api/json_reader.hpp"
#include "marked_pack.hpp"
#include "open_zone.hpp"
#include "register/pattern.hpp"
#include "register/text_value.hpp"

namespace yuanqu::app {
namespace {

namespace fs = std::filesystem;

using register_::Field;
using register_::FieldClass;
using register_::FieldType;
using register_::FileId;
using register_::Kind;
using register_::RecordId;
using register_::Value;
using test::Answer;
using test::day;
using test::MarkedDecision;
using test::OpenZone;

struct Plant {
  const Kind* kind = nullptr;
  const Field* field = nullptr;
  RecordId record = 0;
  FileId file = 0;
  std::string text;  // that occurs nowhere else
  register_::SourceNumber source = 0;
  const MarkedDecision* decision = nullptr;  // what it concludes of the field's value; else the value itself
};

struct Person {
  std::string name;
  const register_::Post* post = nullptr;  // nullptr: not signed in
  std::set<FileId> own;
  std::string token;
  FileId within = 0;            // the place the post is limited to
  std::set<std::string> kinds;  // of an agency: the only ones acted for
};

// The rules of posts.yaml as they are meant, not as the register reads them.
class Rules {
 public:
  std::set<FileId> individuals;
  std::map<FileId, std::set<FieldClass>> shared;  // with the one institution of this test, for finance
  std::set<std::string> somewhere;                // kinds of files that lie in a place, and all that belongs to such
  std::map<FileId, FileId> place_of;

  bool has(const Person& person, const Plant& plant, register_::May may) const {
    if (person.post == nullptr) return false;
    if (plant.decision != nullptr) return has_outcome(person, plant, may);
    const bool personal = plant.field->personal_of_individuals && individuals.contains(plant.file);
    return allows(person, plant, may, personal ? FieldClass::Personal : plant.field->field_class, true);
  }

  // Who must act on an outcome has to know why; of others, who may read what it is made of. A distance tells the value.
  bool has_outcome(const Person& person, const Plant& plant, register_::May may) const {
    const MarkedDecision& decision = *plant.decision;
    if (person.post->name == decision.told) {
      const auto place = place_of.find(plant.file);
      if (person.within == 0 || place == place_of.end() || place->second == person.within) return true;
    }
    const bool personal = decision.personal && individuals.contains(plant.file);
    if (!allows(person, plant, may, personal ? FieldClass::Personal : decision.field_class, false)) return false;
    Plant value = plant;
    value.decision = nullptr;
    return !decision.near || has(person, value, may);
  }

  // `sharing`: fields are, by consent; conclusions are not.
  bool allows(const Person& person, const Plant& plant, register_::May may, FieldClass field_class,
              bool sharing) const {
    for (const register_::PermissionRule& rule : person.post->rules) {
      if ((rule.may & static_cast<unsigned>(may)) == 0) continue;
      if ((rule.classes >> static_cast<unsigned>(field_class) & 1u) == 0) continue;
      if (!rule.kinds.empty() && std::count(rule.kinds.begin(), rule.kinds.end(), plant.kind->number) == 0) continue;
      if (rule.own_only && !person.own.contains(plant.file)) continue;
      if (rule.own_only && !person.kinds.empty() && !person.kinds.contains(plant.kind->name)) continue;
      if (person.within != 0 && !rule.own_only && !rule.by_consent && somewhere.contains(plant.kind->name)) {
        const auto place = place_of.find(plant.file);
        if (place == place_of.end() || place->second != person.within) continue;
      }
      if (rule.by_consent) {
        if (!sharing) continue;
        const auto with = shared.find(plant.file);
        if (person.post->name != "institution" || rule.purpose != "finance" || with == shared.end() ||
            !with->second.contains(field_class))
          continue;
      }
      return true;
    }
    return false;
  }
};

// Whether the text stands there by itself: digits or letters on both sides belong to another value.
bool holds(const std::string& text, const std::string& wanted) {
  const bool number = std::isdigit(static_cast<unsigned char>(wanted.front())) != 0;
  for (std::size_t at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + 1)) {
    const char before = at == 0 ? ' ' : text[at - 1];
    const char after = at + wanted.size() >= text.size() ? ' ' : text[at + wanted.size()];
    if (!number ||
        (std::isdigit(static_cast<unsigned char>(before)) == 0 && std::isdigit(static_cast<unsigned char>(after)) == 0))
      return true;
  }
  return false;
}

// Planted texts have shapes of their own: a word from its first letters to its last, a number, a day. All of an answer
// that has such a shape, so that thousands of texts are looked for by looking once.
bool has_shape(const std::string& text) {
  const bool digits = text.find_first_not_of("0123456789-") == std::string::npos;
  return digits || text.starts_with("Zq") || text.starts_with("ZQ") || text.starts_with("Oq");
}

std::unordered_set<std::string> shapes_in(const std::string& text) {
  const auto digit = [&](std::size_t at) {
    return at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0;
  };
  std::unordered_set<std::string> found;
  for (std::size_t at = 0; at < text.size();) {
    if (digit(at)) {
      std::size_t end = at;
      while (digit(end)) ++end;
      found.insert(text.substr(at, end - at));
      if (end - at == 4 && end + 6 <= text.size() && text[end] == '-' && text[end + 3] == '-' && !digit(end + 6))
        found.insert(text.substr(at, 10));
      at = end;
    } else if ((text[at] == 'Z' || text[at] == 'O') && at + 1 < text.size() && (text[at + 1] | 0x20) == 'q') {
      std::size_t end = at + 2;
      while (end < text.size() && std::isalnum(static_cast<unsigned char>(text[end])) != 0) {
        ++end;
        if ((text[end - 1] | 0x20) == 'x' && (text[end - 2] | 0x20) == 'k') break;
      }
      found.insert(text.substr(at, end - at));
      for (end = at + 2; digit(end);) ++end;
      found.insert(text.substr(at, end - at));
      at += 2;  // the digits in it are numbers as well
    } else {
      ++at;
    }
  }
  return found;
}

std::string encoded(const std::string& text) { return api::percent_encoded(text); }

// Made before the zone is opened over it.
struct MarkedPacks {
  MarkedPacks() : packs(fs::temp_directory_path() / ("yuanqu-marked-" + std::to_string(::getpid()))) {
    fs::remove_all(packs);
    marked = test::write_marked_pack(fs::path(YUANQU_SOURCE_DIR) / "packs", packs);
  }
  ~MarkedPacks() {
    std::error_code ignored;
    fs::remove_all(packs, ignored);
  }
  fs::path packs;
  std::vector<MarkedDecision> marked;
};

class Oracle : private MarkedPacks, public OpenZone {
 public:
  Oracle() : OpenZone("2026-03-02", packs) {
    plant_all();
    test::need(zone->begin(), "begin");
    for (const register_::Post& post : zone->permissions().posts()) {
      Person person{post.name, &post, {}, {}};
      const bool has_own =
          std::any_of(post.rules.begin(), post.rules.end(), [](const auto& rule) { return rule.own_only; });
      if (has_own) person.own = {post.name == "institution" ? institution : homes[0]};
      person.token = account("t." + post.name, {post.name}, {person.own.begin(), person.own.end()});
      people.push_back(std::move(person));
    }
    people.push_back({"nobody", nullptr, {}, {}});
    limit_some();
    need_settled();
    replant_marked();
    need_settled();
    conclude();
  }

  // What decisions are made of changes while the zone is served: duties come due, messages are sent, cases opened.
  void replant_marked() {
    const std::vector<Plant> before = plants;
    for (const MarkedDecision& decision : marked) {
      if (decision.near) continue;
      for (const Plant& plant : before) {
        if (plant.kind->name != decision.kind || plant.field->name != decision.field) continue;
        const bool identifies = std::any_of(plant.kind->keys.begin(), plant.kind->keys.end(), [&](const auto& key) {
          return std::count(key.begin(), key.end(), plant.field->number) != 0;
        });
        if (identifies) continue;
        Plant changed = plant;
        changed.text = decision.number ? next_number() : next_word();
        write(plant.kind->name, plant.record,
              {{plant.field->name,
                decision.number ? Value::number(std::stoll(changed.text), 0) : Value::string(changed.text)}},
              catalogue().source(plant.source)->name, "2026-01-01");
        plants.push_back(std::move(changed));
      }
    }
  }

  // What can be concluded from the values planted, before and after.
  void conclude() {
    std::set<std::string> examples;  // days the catalogue itself tells
    for (const Kind* one : catalogue().kinds()) {
      for (const Field& field : one->fields) examples.insert(field.example);
    }
    for (const MarkedDecision& decision : marked) {
      for (const Plant& plant : plants) {
        if (plant.kind->name != decision.kind || plant.field->name != decision.field) continue;
        Plant outcome = plant;
        outcome.decision = &decision;
        outcome.text = decision.near ? test::marked_distance(plant.text) : test::marked_outcome(decision, plant.text);
        outcomes.push_back(outcome);
        if (!decision.number || decision.near) continue;
        outcome.text = test::marked_day(plant.text).to_string();
        if (examples.contains(outcome.text)) continue;
        outcomes.push_back(std::move(outcome));
      }
    }
  }

  // Posts held in one park only, and somebody who acts for one firm in its licences.
  void limit_some() {
    const auto& parks = planted[kind("park").number];
    for (const char* role : {"counter", "data", "economy"}) {
      const std::string name = std::string(role) + ".park";
      const auto post = write("post", 0,
                              {{"bureau", Value::reference(planted[kind("bureau").number].front())},
                               {"code", Value::string(name)},
                               {"name", Value::string(name)},
                               {"role", Value::enumeration(role)},
                               {"park", Value::reference(parks[0])}},
                              "zone_office");
      write("post_holding", 0,
            {{"bureau", Value::reference(planted[kind("bureau").number].front())},
             {"post", Value::reference(post.record)},
             {"account", Value::string("t." + name)},
             {"valid_from", Value::date(day("2025-07-01"))}},
            "zone_office");
      people.push_back({name, zone->permissions().post(role), {}, account("t." + name, {}), parks[0], {}});
    }
    write("agency", 0,
          {{"enterprise", Value::reference(homes[0])},
           {"number", Value::string("DB-oracle")},
           {"account", Value::string("t.agent.licences")},
           {"kinds", Value::list({Value::string("licence")})},
           {"valid_from", Value::date(day("2025-07-01"))}},
          "self_report");
    people.push_back({"agent.licences",
                      zone->permissions().post("agent"),
                      {homes[0]},
                      account("t.agent.licences", {"agent"}),
                      0,
                      {"licence"}});
  }

  void need_settled() { test::need(zone->settle(), "settle"); }

  // ---- planting
  std::string next_word() {
    const auto place = counter++;
    return "Zq" + std::string(1, static_cast<char>('A' + place % 26)) + std::to_string(48'271 + 7 * place) + "Kx";
  }
  std::string next_number() { return std::to_string(6'100'003 + 17 * counter++); }

  Value attachment(std::string* mark) {
    *mark = next_word();
    const fs::path file = folder / (*mark + ".pdf");
    std::ofstream(file) << "%PDF-1.4\n" << *mark << "\n%%EOF\n";
    auto stored = test::need(records().journal().attachments().put(file, 0), "attachment");
    return Value::attachment(stored.hash, stored.size, stored.format, *mark + ".pdf");
  }

  std::optional<Value> value_for(const Kind& kind, const Field& field, std::size_t home, std::string* mark) {
    switch (field.type) {
      case FieldType::String:
        if (field.check == register_::FieldCheck::CreditCode) {
          *mark = test::credit_code(700 + counter++);
          return Value::string(*mark);
        }
        if (field.check == register_::FieldCheck::Industry) return Value::string("6513");
        if (field.check == register_::FieldCheck::Region) return Value::string("350100");
        if (!field.pattern_text.empty()) {
          std::string word = next_word();
          for (char& letter : word) letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
          if (!field.pattern || !field.pattern->matches(word)) return std::nullopt;
          *mark = word;
          return Value::string(word);
        }
        *mark = next_word();
        return Value::string(*mark);
      case FieldType::Number:
      case FieldType::Money: {
        const bool wide = (!field.maximum || *field.maximum > *base::Decimal::parse("9000000")) &&
                          (!field.minimum || *field.minimum < *base::Decimal::parse("6000000"));
        if (!wide) {
          const auto low = field.minimum ? field.minimum->to_int64().value_or(0) : 0;
          return Value::number(low + 1 + static_cast<std::int64_t>(home), 0);
        }
        *mark = next_number();
        const std::int64_t number = std::stoll(*mark);
        return field.type == FieldType::Money ? Value::money(number, 0, "CNY") : Value::number(number, 0);
      }
      case FieldType::Boolean: return Value::boolean(true);
      case FieldType::Date: return Value::date(day("2025-06-01"));
      case FieldType::DateTime: return Value::date_time(1'750'000'000'000);
      case FieldType::Enumeration: {
        const bool tells = field.number == kind.individual_field;
        return Value::enumeration(tells && home == 2 ? kind.individual_values.front() : field.values.front().code);
      }
      case FieldType::List:
        if (field.item_type == FieldType::Attachment) return Value::list({attachment(mark)});
        if (field.item_type != FieldType::String) return std::nullopt;
        *mark = next_word();
        return Value::list({Value::string(*mark)});
      case FieldType::Attachment: return attachment(mark);
      case FieldType::Reference: {
        const auto& targets = planted[field.to_kind];
        if (targets.empty()) return std::nullopt;
        return Value::reference(targets[std::min(home, targets.size() - 1)]);
      }
    }
    return std::nullopt;
  }

  // False: what it must refer to is not there yet.
  bool plant(const Kind& kind) {
    for (const Field& field : kind.fields) {
      if (field.required && field.type == FieldType::Reference && field.to_kind != kind.number &&
          planted[field.to_kind].empty())
        return false;
    }
    for (std::size_t home = 0; home < 3; ++home) {
      // One source that may write everything a new record needs, then the others one by one.
      std::vector<register_::SourceNumber> sources;
      for (const register_::Source& source : catalogue().sources()) {
        const bool enough = std::all_of(kind.fields.begin(), kind.fields.end(), [&](const Field& field) {
          return !field.required || field.trust_of(source.number) >= 0;
        });
        if (enough) sources.insert(sources.begin(), source.number);
      }
      EXPECT_FALSE(sources.empty()) << kind.name << ": no source may write all that is required";
      if (sources.empty()) return true;
      const register_::SourceNumber first = sources.front();
      for (const register_::Source& source : catalogue().sources()) {
        if (source.number != first) sources.push_back(source.number);
      }
      RecordId record = 0;
      FileId file = 0;
      std::set<register_::SourceNumber> done;
      for (const register_::SourceNumber source : sources) {
        if (!done.insert(source).second) continue;
        register_::Write write;
        write.kind = &kind;
        write.record = record;
        write.source = source;
        write.effective_from = day("2025-06-01");
        write.reason = "oracle";
        std::vector<Plant> marks;
        for (const Field& field : kind.fields) {
          if (field.trust_of(source) < 0) continue;
          const bool identifies = std::any_of(kind.keys.begin(), kind.keys.end(), [&](const auto& key) {
            return std::count(key.begin(), key.end(), field.number) != 0;
          });
          if (record != 0 && (identifies || field.number == kind.belongs_to || field.number == kind.individual_field))
            continue;
          std::string mark;
          auto value = value_for(kind, field, home, &mark);
          if (!value) continue;
          write.values.push_back({field.number, std::move(*value)});
          if (!mark.empty()) marks.push_back({&kind, &field, 0, 0, mark, source});
        }
        if (write.values.empty()) continue;
        auto reply = test::need(records().write(register_::Viewer::system(), {std::move(write)}), kind.name.c_str());
        record = reply.written.front().record;
        file = reply.written.front().file;
        for (Plant& mark : marks) {
          mark.record = record;
          mark.file = file;
          plants.push_back(std::move(mark));
        }
      }
      planted[kind.number].push_back(record);
      file_of[record] = file;
    }
    return true;
  }

  void plant_all() {
    std::vector<const Kind*> left;
    for (const Kind* kind : catalogue().kinds()) {
      if (!kind->system) left.push_back(kind);
    }
    for (std::size_t round = 0; !left.empty() && round < 20; ++round)
      std::erase_if(left, [&](const Kind* kind) { return plant(*kind); });
    for (const Kind* kind : left) ADD_FAILURE() << kind->name << " could not be planted";
    const Kind& person = *std::find_if(catalogue().kinds().begin(), catalogue().kinds().end(),
                                       [](const Kind* kind) { return kind->individual_field != 0; })[0];
    for (const RecordId record : planted[person.number]) homes.push_back(record);
    rules.individuals = {homes[2]};
    // Each firm in a park of its own, as its projects are.
    const auto& parks = planted[kind("park").number];
    for (std::size_t home = 0; home < homes.size(); ++home)
      write("enterprise", homes[home], {{"park", Value::reference(parks[home])}}, "zone_office");
    for (const char* name : {"enterprise", "project", "park"}) {
      const auto& files = planted[kind(name).number];
      for (std::size_t home = 0; home < files.size(); ++home) rules.place_of[files[home]] = parks[home];
      rules.somewhere.insert(name);
    }
    for (const Kind* one : catalogue().kinds()) {
      const Field* owner = one->field(one->belongs_to);
      if (owner != nullptr && rules.somewhere.contains(owner->to)) rules.somewhere.insert(one->name);
    }
    institution = planted[kind("institution").number].front();
    // One firm shares its business secrets with the institution for finance, another only for something else.
    const auto consent = [&](RecordId firm, const char* number, const char* purpose) {
      write("data_consent", 0,
            {{"enterprise", Value::reference(firm)},
             {"number", Value::string(number)},
             {"institution", Value::reference(institution)},
             {"purposes", Value::list({Value::string(purpose)})},
             {"classes", Value::list({Value::string("business_secret")})},
             {"valid_from", Value::date(day("2025-07-01"))}},
            "self_report");
    };
    consent(homes[0], "C-1", "finance");
    consent(homes[1], "C-2", "cultivation");
    rules.shared[homes[0]] = {FieldClass::Public, FieldClass::Internal, FieldClass::BusinessSecret};
  }

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

  std::vector<Plant> plants, outcomes;
  std::map<register_::KindNumber, std::vector<RecordId>> planted;
  std::map<RecordId, FileId> file_of;
  std::vector<RecordId> homes;  // the owner's, somebody else's, an individual's
  RecordId institution = 0;
  Rules rules;
  std::vector<Person> people;
  std::map<std::string, std::vector<const Plant*>> hidden;
  std::map<std::string, std::map<std::pair<std::string, RecordId>, const Plant*>> hidden_couples;
  std::map<std::string, std::vector<std::string>> found_ids;
  std::map<std::pair<const MarkedDecision*, RecordId>, std::string> now_concluded;
  int counter = 0;
  std::size_t answers = 0, leaks = 0, documents = 0;
};

struct Authorisation {
  std::string method, path, ability;
};

std::vector<Authorisation> authorisations() {
  std::vector<Authorisation> rows;
  std::ifstream stream(fs::path(YUANQU_SOURCE_DIR) / "tests/cases/api/authorisation.csv");
  std::string line;
  std::getline(stream, line);
  while (std::getline(stream, line)) {
    std::istringstream parts(line);
    Authorisation row;
    std::getline(parts, row.method, ',');
    std::getline(parts, row.path, ',');
    std::getline(parts, row.ability, ',');
    if (!row.method.empty()) rows.push_back(row);
  }
  return rows;
}

TEST(LeakOracle, NobodySeesWhatIsNotTheirsByAnyRoute) {
  Oracle zone;
  ASSERT_GT(zone.plants.size(), 300u);
  ASSERT_GT(zone.outcomes.size(), 200u);
  std::map<std::string, std::size_t> hidden_outcomes;
  for (const Person& person : zone.people) {
    for (const Plant& plant : zone.plants) {
      if (!zone.rules.has(person, plant, register_::May::Read)) zone.hidden[person.name].push_back(&plant);
    }
    for (const Plant& plant : zone.outcomes) {
      if (zone.rules.has(person, plant, register_::May::Read)) continue;
      zone.hidden[person.name].push_back(&plant);
      if (!plant.decision->near) zone.hidden_couples[person.name][{plant.decision->name, plant.record}] = &plant;
      ++hidden_outcomes[person.name];
    }
  }
  // The oracle itself is awake: somebody sees almost everything, somebody nothing, and most are between.
  EXPECT_TRUE(zone.hidden["auditor"].empty());
  EXPECT_EQ(zone.hidden["nobody"].size(), zone.plants.size() + zone.outcomes.size());
  EXPECT_GT(hidden_outcomes["counter"], 20u);
  EXPECT_GT(hidden_outcomes["owner"], 100u);
  EXPECT_GT(hidden_outcomes["tax"], 10u);
  EXPECT_GT(zone.hidden["counter"].size(), 20u);
  EXPECT_GT(zone.hidden["owner"].size(), 100u);
  EXPECT_GT(zone.hidden["data.park"].size(), zone.hidden["data"].size() + 100);
  EXPECT_GT(zone.hidden["agent.licences"].size(), zone.hidden["owner"].size() + 20);
  EXPECT_LT(zone.hidden["institution"].size(), zone.hidden["nobody"].size());

  // A delivery whose rows wait on the desk, told by the most closely kept source.
  const RecordId bureau = zone.planted[zone.kind("bureau").number].front();
  const auto schedule = zone.write("data_source", 0,
                                   {{"bureau", Value::reference(bureau)},
                                    {"code", Value::string("T-1")},
                                    {"name", Value::string("oracle source")},
                                    {"source", Value::string("tax")},
                                    {"delivers", Value::string("annual_return")},
                                    {"content", Value::enumeration("period")},
                                    {"period", Value::enumeration("year")},
                                    {"expected_days", Value::number(170, 0)},
                                    {"first_period", Value::date(day("2025-01-01"))},
                                    {"change_bound", Value::number(1, 1)}},
                                   "zone_office");
  const Kind& annual = zone.kind("annual_return");
  std::vector<Plant> desk;
  std::string rows = "企业,年度,应纳税所得额,营业收入\n";
  for (int i = 0; i < 3; ++i) {
    desk.push_back({&annual, annual.field("taxable_income"), 0, 0, zone.next_number()});
    desk.push_back({&annual, annual.field("revenue"), 0, 0, zone.next_number()});
    rows += "无此企业" + std::to_string(i) + ",2025," + desk[desk.size() - 2].text + "," + desk.back().text + "\n";
  }
  const fs::path file = zone.folder / "tax.csv";
  std::ofstream(file) << rows;
  auto delivered = zone.zone->house().sources->deliveries().receive(
      register_::Viewer::system(),
      {.schedule = schedule.record, .period = day("2025-05-01"), .file = file, .file_name = "tax.csv"});
  ASSERT_TRUE(delivered) << base::to_text(delivered.error(), false);
  ASSERT_EQ(delivered->delivery.refused, 3);
  for (const Person& person : zone.people) {
    for (const Plant& plant : desk) {
      if (!zone.rules.has(person, plant, register_::May::Read)) zone.hidden[person.name].push_back(&plant);
    }
  }
  zone.found_ids["/sources/"] = {std::to_string(schedule.record)};
  zone.found_ids["/sources/" + std::to_string(schedule.record) + "/deliveries/"] = {
      std::to_string(delivered->delivery.record)};
  const auto waiting = test::need(zone.zone->house().sources->deliveries().desk(), "desk");
  for (const auto& row : waiting) zone.found_ids["/desk-rows/"].push_back(std::to_string(row.id));

  std::map<std::string, std::shared_ptr<http::EventSource>> streams;
  for (const Person& person : zone.people) {
    if (person.post != nullptr) streams[person.name] = zone.get("/events", person.token).events;
  }
  ASSERT_NE(streams["counter"], nullptr);

  // A case of the other firm's licence, with what it found, and a paper that prints whose it is.
  const RecordId licence = zone.planted[zone.kind("licence").number][1];
  casework::OpenRequest request;
  request.procedure = "renewal";
  request.origin = "oracle";
  request.subject = licence;
  const auto opened = test::need(zone.zone->house().casework.open(request), "case");
  feel::ContextScope names;
  names.set({"Today", feel::Value(day("2026-03-02")), nullptr});
  const auto subject = zone.zone->population().subject_value(licence, day("2026-03-02"));
  ASSERT_TRUE(subject);
  names.set(*subject);
  auto prepared = test::need(zone.zone->house().papers.prepare({.template_id = "renewal_dossier",
                                                                .origin = "oracle",
                                                                .file = zone.homes[1],
                                                                .subject = licence,
                                                                .case_id = opened,
                                                                .day = day("2026-03-02"),
                                                                .names = names}),
                             "paper");
  std::int64_t paper = 0;
  test::need(zone.records().journal().commit(
                 [&](journal::Transaction& transaction) -> base::Result<void> {
                   auto issued = zone.zone->house().papers.issue(transaction, prepared);
                   if (!issued) return tl::unexpected(issued.error());
                   paper = issued->id;
                   return {};
                 },
                 {}),
             "issue");
  zone.need_settled();
  zone.found_ids["/cases/"] = {std::to_string(opened)};
  zone.find_marked_work();
  zone.found_ids["/papers/"] = {std::to_string(paper)};
  // The paper really prints it.
  const Answer printed = zone.get("/papers/" + std::to_string(paper) + ".pdf",
                                  std::find_if(zone.people.begin(), zone.people.end(), [](const Person& person) {
                                    return person.name == "auditor";
                                  })->token);
  const std::string words = zone.words_in_document(printed);
  EXPECT_TRUE(std::any_of(zone.plants.begin(), zone.plants.end(),
                          [&](const Plant& plant) {
                            return plant.field->name == "legal_representative" && plant.file == zone.homes[1] &&
                                   holds(words, plant.text);
                          }))
      << printed.status << words;

  // Every route, as everybody, with every parameter.
  const auto routes = zone.application->router().routes();
  for (const Person& person : zone.people) {
    for (const api::Route& route : routes) {
      if (route.pattern == "/events" || (route.pattern == "/session" && route.method != api::Method::Get)) continue;
      for (const std::string& path : zone.paths_of(route.pattern)) {
        const std::string target = "/api/v1" + path;
        const std::string asked = std::string(api::name_of(route.method)) + " " + path;
        if (route.method == api::Method::Get) {
          const Answer answer = zone.ask(route.method, target, person.token);
          zone.check(person, answer, asked);
          if (person.post == nullptr && route.ability != api::Ability::Open) {
            EXPECT_EQ(answer.status, 401) << asked;
          }
          zone.check(person, zone.ask(route.method, target + "?outcomes=all&limit=500&language=en", person.token),
                     asked + " in English");
        } else {
          zone.check(person, zone.ask(route.method, target, person.token, "{}", {{"if-match", "\"1\""}}), asked);
        }
      }
    }
  }

  std::size_t some_concluded = 0;
  // Revealing, filtering, sorting and searching: not told, and not told by whether there is an answer.
  for (const Person& person : zone.people) {
    if (person.post == nullptr) continue;
    for (const Plant& plant : zone.plants) {
      const std::string path = "/records/" + plant.kind->name;
      const bool sees = zone.rules.has(person, plant, register_::May::Read);
      const Answer revealed = zone.post(path + "/" + std::to_string(plant.record) + "/reveal", person.token,
                                        "{\"field\":\"" + plant.field->name + "\",\"reason\":\"oracle\"}");
      zone.check(person, revealed, "reveal " + plant.kind->name + "." + plant.field->name, {}, register_::May::Reveal);
      if (sees) continue;
      const bool number = plant.field->type == FieldType::Number;
      if (plant.field->type == FieldType::Money || plant.field->type == FieldType::List) continue;
      const std::string literal = number ? plant.text : "\"" + plant.text + "\"";
      for (const std::string& by :
           {"filter=" + encoded(plant.field->feel + " = " + literal), "q=" + encoded(plant.text)}) {
        const Answer answer = zone.get(path + "?" + by, person.token);
        zone.check(person, answer, path + "?" + by, plant.text);
        const bool found = answer.status == 200 &&
                           answer.text.find("\"id\":\"" + std::to_string(plant.record) + "\"") != std::string::npos;
        EXPECT_FALSE(found) << person.name << " finds by what is hidden: " << path << "?" << by;
      }
      const Answer hits = zone.get("/search?q=" + encoded(plant.text), person.token);
      zone.check(person, hits, "search", plant.text);
      EXPECT_EQ(hits.text.find("\"" + std::to_string(plant.record) + "\""), std::string::npos)
          << person.name << " finds by search what is hidden: " << plant.kind->name << "." << plant.field->name;
    }
    // By outcomes: each decision once, each record by what is concluded of it now.
    std::map<std::pair<const MarkedDecision*, RecordId>, const Plant*> concluded;
    for (const Plant& plant : zone.outcomes) {
      if (plant.text == zone.concluded_now(plant) && !zone.rules.has(person, plant, register_::May::Read))
        concluded[{plant.decision, plant.record}] = &plant;
    }
    some_concluded += concluded.size();
    std::set<const MarkedDecision*> asked_for;
    for (const auto& [of, found_plant] : concluded) {
      const Plant& plant = *found_plant;
      const std::string path = "/records/" + plant.kind->name, name = plant.decision->name;
      for (const std::string& by : {"filter=" + encoded("outcomes." + name + " = \"" + plant.text + "\""),
                                    "outcome." + name + "=" + plant.text}) {
        const Answer answer = zone.get(path + "?" + by, person.token);
        zone.check(person, answer, path + "?" + by, plant.text);
        const bool found = answer.status == 200 &&
                           answer.text.find("\"id\":\"" + std::to_string(plant.record) + "\"") != std::string::npos;
        EXPECT_FALSE(found) << person.name << " finds by an outcome that is hidden: " << path << "?" << by;
      }
      if (!asked_for.insert(plant.decision).second) continue;
      const std::string sort = path + "?limit=500&outcomes=all&sort=outcome." + name;
      zone.check(person, zone.get(sort, person.token), sort);
      const std::string query = "{\"kind\":\"" + plant.kind->name + "\",\"group_by\":[\"outcomes." + name + "\"]}";
      zone.check(person, zone.post("/query", person.token, query), "query " + query);
      zone.check(person, zone.post("/query.xlsx", person.token, query), "query.xlsx " + query);
    }
    for (const Kind* kind : zone.catalogue().kinds()) {
      if (kind->system) continue;
      for (const Field& field : kind->fields) {
        std::vector<RecordId> unseen;
        for (const Plant& plant : zone.plants) {
          if (plant.kind == kind && plant.field == &field && !zone.rules.has(person, plant, register_::May::Read))
            unseen.push_back(plant.record);
        }
        if (unseen.size() < 2) continue;
        std::string orders[2];
        for (int descending = 0; descending < 2; ++descending) {
          const Answer answer = zone.get(
              "/records/" + kind->name + "?limit=500&sort=" + (descending ? "-" : "") + field.name, person.token);
          zone.check(person, answer, "sort " + kind->name + "." + field.name);
          std::vector<std::pair<std::size_t, RecordId>> places;
          for (const RecordId record : unseen) {
            const auto at = answer.text.find("\"id\":\"" + std::to_string(record) + "\"");
            if (answer.status == 200 && at != std::string::npos) places.emplace_back(at, record);
          }
          std::sort(places.begin(), places.end());
          for (const auto& [at, record] : places) orders[descending] += std::to_string(record) + " ";
        }
        EXPECT_EQ(orders[0], orders[1]) << person.name << " learns from the order by " << kind->name << "."
                                        << field.name;
      }
    }
  }

  EXPECT_GT(some_concluded, 500u);

  // Streams and the log.
  const Plant changed = {&annual, annual.field("taxable_income"), zone.planted[annual.number][1], zone.homes[1],
                         zone.next_number()};
  zone.write("annual_return", changed.record, {{"taxable_income", Value::number(std::stoll(changed.text), 0)}}, "tax",
             "2026-01-01");
  zone.need_settled();
  for (const Person& person : zone.people) {
    if (person.post == nullptr) continue;
    Answer stream;
    stream.text = streams[person.name]->take_text();
    zone.check(person, stream, "the stream of events");
    if (!zone.rules.has(person, changed, register_::May::Read)) {
      EXPECT_FALSE(holds(stream.text, changed.text)) << person.name;
    }
  }
  for (const Plant& plant : zone.plants) {
    if (plant.field->field_class > FieldClass::Internal) {
      EXPECT_FALSE(holds(zone.log, plant.text)) << plant.kind->name << "." << plant.field->name << " in the log";
    }
  }
  EXPECT_GT(zone.answers, 5000u);
  EXPECT_GT(zone.documents, 10u);
  RecordProperty("answers", static_cast<int>(zone.answers));
  EXPECT_EQ(zone.leaks, 0u);
}

TEST(LeakOracle, FindsWhatItLooksFor) {
  for (const char* text :
       {"6100003", "ZqA48271Kx", "ZQA48271KX", "OqA48271Kx", "Oq42700021", "2029-05-12", "91980171MA"}) {
    for (const char* around : {"\"%\"", "a%b", "x\\n%", "，%。", "%", "%.00", "[%,1]", "Zq%", "K%x"}) {
      std::string answer = around;
      answer.replace(answer.find('%'), 1, text);
      const bool stands = holds(answer, text);
      EXPECT_EQ(stands && (!has_shape(text) || shapes_in(answer).contains(text)), stands) << answer;
    }
  }
}

TEST(LeakOracle, EveryRouteHasItsRow) {
  OpenZone zone;
  std::set<std::string> offered, listed;
  for (const api::Route& route : zone.application->router().routes())
    offered.insert(std::string(api::name_of(route.method)) + " " + route.pattern + " " +
                   std::string(api::name_of(route.ability)));
  for (const Authorisation& row : authorisations()) listed.insert(row.method + " " + row.path + " " + row.ability);
  EXPECT_THAT(listed, testing::ContainerEq(offered))
      << "say in tests/cases/api/authorisation.csv who may enter a route";
  // And it holds: nobody enters but where it is open, readers enter no write.
  const std::string reader = zone.account("reader", {"auditor"});
  for (const api::Route& route : zone.application->router().routes()) {
    std::string path = "/api/v1";
    for (std::size_t at = 0; at < route.pattern.size(); ++at) {
      if (route.pattern[at] == '{')
        at = route.pattern.find('}', at), path += "1";
      else
        path += route.pattern[at];
    }
    if (route.ability != api::Ability::Open) {
      EXPECT_EQ(zone.ask(route.method, path, {}, "{}").status, 401) << path;
    }
    if (route.ability == api::Ability::Write) {
      EXPECT_EQ(zone.ask(route.method, path, reader, "{}").status, 403) << path;
    }
  }
}

}  // namespace
}  // namespace yuanqu::app
