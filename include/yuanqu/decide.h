// Yuanqu's decision engine for other programs: DMN 1.1 to 1.6 models with FEEL, exact decimals, three-valued logic.
//
//   auto loaded = yuanqu::decide::Models::from_files({"rates.dmn"});
//   if (!loaded.models) { … loaded.problems … }
//   yuanqu::decide::Evaluator evaluator(*loaded.models);
//   auto result = evaluator.evaluate("Rate", R"({"Income": 300.00})");
//   std::cout << result.json;                       // "5"
//
// Promises of this header, and nothing else in the source tree: names and meanings here stay; no other header is
// needed. Nothing throws for bad input. Models are immutable and may be shared by threads; an Evaluator belongs to one
// thread at a time and is meant to be reused. A decision that cannot be evaluated is null, and Result::failures says
// why.

#ifndef YUANQU_DECIDE_H
#define YUANQU_DECIDE_H

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace yuanqu::decide {

struct Value;
using List = std::vector<Value>;
using Context = std::vector<std::pair<std::string, Value>>;  // in order

// A number as its decimal text: at most 34 digits count, nothing goes through binary floating point.
struct Number {
  std::string text;
};
// A date, time, date and time, or duration as ISO 8601 text; `type` is its FEEL type name ("date", "days and time
// duration" …). As an input the type may be left empty: the model's declared type decides.
struct Temporal {
  std::string text;
  std::string type;
};
// Null, boolean, number, text, temporal, list, context. Ranges and functions come out as their FEEL text.
struct Value {
  std::variant<std::monostate, bool, Number, std::string, Temporal, List, Context> data;
};

// Something wrong in a model, or why an evaluation answered null somewhere.
struct Failure {
  std::string code;
  std::string model, decision, element;  // element: id in the DMN file
  std::size_t offset = 0;                // bytes into the element's FEEL text
  std::string zh, en;                    // what to do, in Chinese and in English
};

struct Limits {
  std::size_t xml_bytes = 64u << 20;
  std::size_t xml_depth = 256;
  std::uint64_t steps = 50'000'000;  // of one evaluation; 0: no limit
  std::uint64_t milliseconds = 0;    // of one evaluation; 0: no limit
  std::size_t list_items = 10'000'000;
  std::uint32_t call_depth = 400;
};

struct Input {
  std::string name;
  std::string type;  // FEEL type syntax, "Any" when the model declares none
};

struct Decision {
  std::string name, id;
  std::string model, name_space;
  std::string type;
  bool is_service = false;
  std::vector<Input>
      inputs;  // everything that must be given, also what other decisions need; of a service its parameters
};

struct Source {
  std::string name;  // shown in messages
  std::string xml;
};

class Models {
 public:
  struct Loaded {
    std::shared_ptr<const Models> models;  // null when the main model cannot be read
    std::vector<Failure> problems;         // also those that concern single decisions only
  };
  // The first is the main model; the others are there to be imported. Files imported but not named are looked for
  // beside the main file, by namespace.
  static Loaded from_files(const std::vector<std::string>& paths, const Limits& limits = {});
  static Loaded from_sources(const std::vector<Source>& sources, const Limits& limits = {});
  ~Models();

  std::vector<Decision> decisions() const;  // and decision services, of all models, main model first

 private:
  friend class Evaluator;
  struct Implementation;
  explicit Models(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

struct Options {
  Limits limits;
  bool matched_rules = false;
  bool trace = false;
  std::optional<std::string> today;  // "2026-03-02": what today() answers, and every input data named Today
  bool horizon = false;              // with `today`: also work out the first later day the result could differ
};

struct Matched {
  std::string decision, table;
  std::vector<std::uint32_t> rules;  // from 1
};

struct Result {
  bool found = true;  // false: the models have no such decision or service
  Value value;
  std::string json;  // the same as JSON
  std::vector<Failure> failures;
  std::vector<Matched> matched;        // with Options::matched_rules
  std::optional<std::string> horizon;  // with Options::horizon; empty: nothing that was used moves with the day
  std::string trace_json;              // with Options::trace: {"values": […], "tables": […]}
};

class Evaluator {
 public:
  explicit Evaluator(std::shared_ptr<const Models> models, const Options& options = {});
  ~Evaluator();
  Evaluator(Evaluator&&) noexcept;
  Evaluator& operator=(Evaluator&&) noexcept;

  // `decision` is the name or id of a decision or decision service. Inputs by name; a JSON object, or pairs. Inputs
  // left out are null; inputs the decision does not know are ignored.
  Result evaluate(std::string_view decision, std::string_view inputs_json);
  Result evaluate(std::string_view decision, const Context& inputs);

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace yuanqu::decide

#endif
