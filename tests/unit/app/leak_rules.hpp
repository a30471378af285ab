#pragma once
// What the leak oracle knows by itself: values that occur nowhere else, who they are planted for, and who may see them
// by the rules of posts.yaml as they are meant.

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

namespace yuanqu::app::leaks {

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
inline bool holds(const std::string& text, const std::string& wanted) {
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
inline bool has_shape(const std::string& text) {
  const bool digits = text.find_first_not_of("0123456789-") == std::string::npos;
  return digits || text.starts_with("Zq") || text.starts_with("ZQ") || text.starts_with("Oq");
}

inline std::unordered_set<std::string> shapes_in(const std::string& text) {
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

inline std::string encoded(const std::string& text) { return api::percent_encoded(text); }

}  // namespace yuanqu::app::leaks
