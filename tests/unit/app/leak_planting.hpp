#pragma once
// The zone of the leak oracle: every kind filled for three firms with values that occur nowhere else, somebody in every
// post, decisions made while it is served.

#include "leak_rules.hpp"

namespace yuanqu::app::leaks {

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

class PlantedZone : protected MarkedPacks, public OpenZone {
 public:
  PlantedZone() : OpenZone("2026-03-02", packs) {
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
    // One firm shares its business secrets with the institution for finance, another only for something else, and for
    // finance no more than internal data.
    const auto consent = [&](RecordId firm, const char* number, const char* purpose, const char* field_class) {
      write("data_consent", 0,
            {{"enterprise", Value::reference(firm)},
             {"number", Value::string(number)},
             {"institution", Value::reference(institution)},
             {"purposes", Value::list({Value::string(purpose)})},
             {"classes", Value::list({Value::string(field_class)})},
             {"valid_from", Value::date(day("2025-07-01"))}},
            "self_report");
    };
    consent(homes[0], "C-1", "finance", "business_secret");
    consent(homes[1], "C-2", "cultivation", "business_secret");
    consent(homes[1], "C-3", "finance", "internal");
    rules.shared[homes[1]] = {FieldClass::Public, FieldClass::Internal};
    rules.shared[homes[0]] = {FieldClass::Public, FieldClass::Internal, FieldClass::BusinessSecret};
  }

  std::vector<Plant> plants, outcomes;
  std::map<register_::KindNumber, std::vector<RecordId>> planted;
  std::map<RecordId, FileId> file_of;
  std::vector<RecordId> homes;  // the owner's, somebody else's, an individual's
  RecordId institution = 0;
  Rules rules;
  std::vector<Person> people;
  int counter = 0;
};

}  // namespace yuanqu::app::leaks
