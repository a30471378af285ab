#include "register/relation_book.hpp"

#include <algorithm>
#include <set>

#include "register/register.hpp"

namespace yuanqu::register_ {

using base::Result;

namespace {

const base::Date end_of_days = base::Date::from_days(2'932'896);

const Value& value_on(const RecordState& state, const Kind& kind, std::string_view member, base::Date day) {
  static const Value nothing;
  const Field* field = kind.member(member);
  if (field == nullptr) return nothing;
  const Reading reading = read_plain(state, *field, day);
  return reading.fact == nullptr ? nothing : reading.fact->value;
}

std::optional<base::Date> date_on(const RecordState& state, const Kind& kind, std::string_view member, base::Date day) {
  const Value& value = value_on(state, kind, member, day);
  return value.type() == ValueType::Date ? std::optional(value.as_date()) : std::nullopt;
}

std::vector<std::string> texts_on(const RecordState& state, const Kind& kind, std::string_view member, base::Date day) {
  std::vector<std::string> texts;
  const Value& value = value_on(state, kind, member, day);
  for (const Value& item : value.items()) texts.push_back(item.text());
  return texts;
}

}  // namespace

RelationBook::RelationBook(Register& records) : records_(records) {
  const Catalogue& catalogue = records.catalogue();
  position_ = catalogue.playing("position");
  holding_ = catalogue.playing("holding");
  leave_ = catalogue.playing("leave");
  consent_ = catalogue.playing("consent");
  agency_ = catalogue.playing("mandate");
  for (const Kind* kind : catalogue.kinds()) {
    if (kind->individual_field != 0) of_individuals_.push_back(kind);
    if (kind->opens_file && kind->placed) opening_placed_.push_back(kind);
  }
}

Result<std::shared_ptr<RelationBook>> RelationBook::open(Register& records) {
  std::shared_ptr<RelationBook> book(new RelationBook(records));
  std::set<const Kind*> kinds(book->of_individuals_.begin(), book->of_individuals_.end());
  kinds.insert(book->opening_placed_.begin(), book->opening_placed_.end());
  for (const Kind* kind : {book->position_, book->holding_, book->leave_, book->consent_, book->agency_}) {
    if (kind != nullptr) kinds.insert(kind);
  }
  Position first = records.journal().position();
  for (const Kind* kind : kinds) {
    auto read = records.for_each(*kind, [&](RecordState&& state) {
      book->take(state);
      return true;
    });
    if (!read) return tl::unexpected(read.error());
  }
  book->position_reached_ = first;
  return book;
}

void RelationBook::take(const RecordState& state) {
  const auto keep = [&](std::map<RecordId, RecordState>& in) {
    if (state.alias_of != 0) {
      in.erase(state.id);
    } else {
      in[state.id] = state;
    }
  };
  if (position_ != nullptr && state.kind == position_->number) keep(positions_);
  if (holding_ != nullptr && state.kind == holding_->number) keep(holdings_);
  if (leave_ != nullptr && state.kind == leave_->number) keep(leaves_);
  if (consent_ != nullptr && state.kind == consent_->number) {
    if (const auto known = institution_of_.find(state.id); known != institution_of_.end())
      consents_[known->second].erase(state.id);
    RecordId institution = 0;
    if (const Field* field = consent_->member("receiver")) {
      for (const Fact& fact : state.facts_of(field->number)) {
        if (fact.value.type() == ValueType::Reference) institution = fact.value.as_reference();
      }
    }
    if (institution != 0 && state.alias_of == 0) {
      institution_of_[state.id] = institution;
      consents_[institution][state.id] = state;
    }
  }
  if (agency_ != nullptr && state.kind == agency_->number) take_agency(state);
  take_place(state);
  for (const Kind* kind : of_individuals_) {
    if (state.kind != kind->number) continue;
    // Once an individual's file, its figures of that time stay a person's: any fact that says so counts.
    const auto facts = state.facts_of(kind->individual_field);
    const bool is = std::any_of(facts.begin(), facts.end(), [&](const Fact& fact) {
      return std::find(kind->individual_values.begin(), kind->individual_values.end(), fact.value.text()) !=
             kind->individual_values.end();
    });
    if (is) {
      individuals_.insert(state.file);
    } else if (state.id == state.file) {
      individuals_.erase(state.file);
    }
  }
}

void RelationBook::take_agency(const RecordState& state) {
  if (const auto known = agent_of_.find(state.id); known != agent_of_.end()) agencies_[known->second].erase(state.id);
  const std::string account = value_on(state, *agency_, "account", end_of_days).text();
  if (account.empty() || state.alias_of != 0) return;
  agent_of_[state.id] = account;
  agencies_[account][state.id] = state;
}

void RelationBook::take_place(const RecordState& state) {
  for (const Kind* kind : opening_placed_) {
    if (state.kind != kind->number || state.id != state.file) continue;
    FileId place = state.id;  // a place lies in itself
    if (const Field* field = kind->field(kind->place_field)) {
      const Value& named = read_plain(state, *field, end_of_days).value();
      place = named.type() == ValueType::Reference ? named.as_reference() : 0;
    }
    places_[state.file] = place;
  }
}

std::optional<FileId> RelationBook::place_of(FileId file) const {
  const std::shared_lock hold(mutex_);
  const auto found = places_.find(file);
  if (found == places_.end()) return std::nullopt;
  return found->second == 0 ? 0 : records_.resolve(found->second);
}

std::vector<FileId> RelationBook::files_in(FileId place) const {
  std::vector<FileId> files;
  {
    const std::shared_lock hold(mutex_);
    for (const auto& [file, in] : places_) {
      if (in == place || (in != 0 && records_.resolve(in) == place)) files.push_back(file);
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<Agency> RelationBook::agencies_of(std::string_view account, base::Date day) const {
  std::vector<Agency> agencies;
  const std::shared_lock hold(mutex_);
  const auto found = agencies_.find(std::string(account));
  if (found == agencies_.end()) return agencies;
  for (const auto& [id, state] : found->second) {
    if (value_on(state, *agency_, "account", day).text() != account || !in_force(state, *agency_, day)) continue;
    Agency agency{records_.resolve(state.file), {}};
    const auto named = texts_on(state, *agency_, "kinds", day);
    for (const std::string& name : named) {
      if (const Kind* kind = records_.catalogue().kind(std::string_view(name))) agency.kinds.push_back(kind->number);
    }
    // Kinds that are all unknown must not become every kind.
    if (!named.empty() && agency.kinds.empty()) continue;
    agencies.push_back(std::move(agency));
  }
  return agencies;
}

Result<void> RelationBook::catch_up() {
  if (records_.journal().position() <= position_reached_) return {};
  const std::lock_guard one_at_a_time(catching_up_);
  auto snapshot = records_.journal().snapshot();
  if (!snapshot) return tl::unexpected(snapshot.error());
  if (snapshot->position() <= position_reached_) return {};
  std::set<RecordId> touched;
  const auto wanted = [&](KindNumber number) {
    for (const Kind* kind : {position_, holding_, leave_, consent_, agency_}) {
      if (kind != nullptr && kind->number == number) return true;
    }
    const auto same = [&](const Kind* kind) { return kind->number == number; };
    return std::any_of(of_individuals_.begin(), of_individuals_.end(), same) ||
           std::any_of(opening_placed_.begin(), opening_placed_.end(), same);
  };
  auto read = journal::changes_after(snapshot->database(), position_reached_, SIZE_MAX,
                                     [&](const journal::StoredChange& change) {
                                       if (wanted(change.kind)) touched.insert(change.record);
                                       return true;
                                     });
  if (!read) return read;
  for (const RecordId record : touched) {
    auto state = records_.state(snapshot->database(), record);
    if (!state) return tl::unexpected(state.error());
    const std::unique_lock hold(mutex_);
    if (*state) take(**state);
  }
  const std::unique_lock hold(mutex_);
  position_reached_ = snapshot->position();
  return {};
}

bool RelationBook::in_force(const RecordState& state, const Kind& kind, base::Date day) const {
  if (read_closed(state, day).closed) return false;
  const auto from = date_on(state, kind, "from", day), to = date_on(state, kind, "to", day);
  const auto revoked = date_on(state, kind, "revoked", day);
  return from && *from <= day && (!to || day <= *to) && (!revoked || day < *revoked);
}

std::vector<RelationBook::Holding> RelationBook::holdings_of(std::string_view account, base::Date day) const {
  std::vector<Holding> found;
  const std::shared_lock hold(mutex_);
  for (const auto& [id, state] : holdings_) {
    if (value_on(state, *holding_, "account", day).text() != account || !in_force(state, *holding_, day)) continue;
    const Value& post = value_on(state, *holding_, "position", day);
    if (post.type() == ValueType::Reference)
      found.push_back({id, post.as_reference(), state.file, std::string(account)});
  }
  return found;
}

std::vector<HeldPost> RelationBook::posts_of(std::string_view account, base::Date day) const {
  std::vector<HeldPost> posts;
  for (const Holding& holding : holdings_of(account, day)) {
    const std::shared_lock hold(mutex_);
    const auto position = positions_.find(holding.post);
    if (position == positions_.end() || read_closed(position->second, day).closed) continue;
    HeldPost held{value_on(position->second, *position_, "role", day).text(), 0};
    const Value& within = value_on(position->second, *position_, "within", day);
    if (within.type() == ValueType::Reference) held.within = records_.resolve(within.as_reference());
    if (!held.name.empty() && std::find(posts.begin(), posts.end(), held) == posts.end()) posts.push_back(held);
  }
  return posts;
}

bool RelationBook::away(std::string_view account, base::Date day) const {
  const std::shared_lock hold(mutex_);
  return std::any_of(leaves_.begin(), leaves_.end(), [&](const auto& entry) {
    return value_on(entry.second, *leave_, "account", day).text() == account && in_force(entry.second, *leave_, day);
  });
}

std::vector<std::string> RelationBook::stands_in_for(std::string_view account, base::Date day) const {
  std::vector<std::string> absent;
  std::vector<std::pair<std::string, std::string>> leaves;  // who is away, named deputy
  {
    const std::shared_lock hold(mutex_);
    for (const auto& [id, state] : leaves_) {
      if (in_force(state, *leave_, day))
        leaves.emplace_back(value_on(state, *leave_, "account", day).text(),
                            value_on(state, *leave_, "deputy", day).text());
    }
  }
  for (const auto& [who, deputy] : leaves) {
    bool stands = deputy == account;
    if (deputy.empty() && who != account) {  // the deputy post's holder (AB 角)
      const auto own = holdings_of(account, day);
      for (const Holding& away_from : holdings_of(who, day)) {
        const std::shared_lock hold(mutex_);
        const auto position = positions_.find(away_from.post);
        if (position == positions_.end()) continue;
        const Value& other = value_on(position->second, *position_, "deputy", day);
        stands = stands ||
                 (other.type() == ValueType::Reference && std::any_of(own.begin(), own.end(), [&](const Holding& one) {
                    return one.post == other.as_reference();
                  }));
      }
    }
    if (stands && !who.empty() && who != account) absent.push_back(who);
  }
  return absent;
}

std::vector<SharedFile> RelationBook::shared_with(RecordId institution, base::Date day) const {
  std::vector<SharedFile> shared;
  const std::shared_lock hold(mutex_);
  const auto found = consents_.find(institution);
  if (found == consents_.end()) return shared;
  for (const auto& [id, state] : found->second) {
    if (!in_force(state, *consent_, day)) continue;
    SharedFile one{records_.resolve(state.file),
                   static_cast<std::uint8_t>((1u << static_cast<unsigned>(FieldClass::Public)) |
                                             (1u << static_cast<unsigned>(FieldClass::Internal))),
                   texts_on(state, *consent_, "purposes", day)};
    for (const std::string& name : texts_on(state, *consent_, "classes", day)) {
      if (const auto field_class = field_class_of(name))
        one.classes = static_cast<std::uint8_t>(one.classes | (1u << static_cast<unsigned>(*field_class)));
    }
    shared.push_back(std::move(one));
  }
  std::sort(shared.begin(), shared.end(), [](const SharedFile& a, const SharedFile& b) { return a.file < b.file; });
  return shared;
}

bool RelationBook::individual(FileId file) const {
  const std::shared_lock hold(mutex_);
  return individuals_.contains(file);
}

}  // namespace yuanqu::register_
