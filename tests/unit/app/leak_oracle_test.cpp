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

#include "leak_oracle.hpp"

namespace yuanqu::app {
namespace {

using namespace leaks;  // NOLINT

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

// The rows of a file tell what a second source says, to whom the first may be told and to nobody else.
TEST(LeakOracle, ASecondSourceInAFilesRowsIsAsCloselyKeptAsTheFirst) {
  Oracle zone;
  const Kind& annual = zone.kind("annual_return");
  // A field that was told again for the sake of an outcome no longer says what was planted first.
  std::set<register_::FieldNumber> told_again;
  for (const auto& state : test::need(zone.records().states_of_file(zone.homes[1]), "file")) {
    if (state.kind != annual.number) continue;
    for (const register_::Fact& fact : state.facts) {
      if (fact.effective_from > day("2025-06-01")) told_again.insert(fact.field);
    }
  }
  std::map<std::string, std::vector<const Plant*>> by_field;
  for (const Plant& plant : zone.plants) {
    if (plant.kind == &annual && plant.file == zone.homes[1] && !told_again.contains(plant.field->number))
      by_field[plant.field->name].push_back(&plant);
  }
  std::size_t shown = 0, kept = 0;
  for (const Person& person : zone.people) {
    if (person.post == nullptr) continue;
    const Answer answer = zone.get("/files/" + std::to_string(zone.homes[1]), person.token);
    zone.check(person, answer, "the file");
    for (const auto& [name, marks] : by_field) {
      if (marks.size() < 2) continue;
      const bool may = zone.rules.has(person, *marks.front(), register_::May::Read);
      for (const Plant* mark : marks) {
        const bool there = answer.status == 200 && holds(answer.text, mark->text);
        EXPECT_EQ(there, may && answer.status == 200) << person.name << " " << name << " " << mark->text;
        (may && answer.status == 200 ? shown : kept) += 1;
      }
    }
  }
  EXPECT_GT(shown, 20u);  // awake on both sides
  EXPECT_GT(kept, 20u);
}

TEST(LeakOracle, NobodySeesWhatIsNotTheirsByAnyRoute) {
  Oracle zone;
  ASSERT_GT(zone.plants.size(), 300u);
  ASSERT_GT(zone.outcomes.size(), 200u);
  std::map<std::string, std::size_t> hidden_outcomes;
  for (const Person& person : zone.people) {
    for (const Plant& plant : zone.plants) {
      if (!zone.rules.has(person, plant, register_::May::Read))
        zone.hidden[person.name].push_back(&plant);
      else if (plant.field->field_class != FieldClass::Public &&  // what references are called leaves with them
               !zone.rules.has(person, plant, register_::May::Export))
        zone.staying[person.name].push_back(&plant);
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
  EXPECT_GT(zone.staying["data"].size(), 50u);
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
  EXPECT_GT(zone.changes_told, 500u);
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
