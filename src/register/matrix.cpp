#include "register/matrix.hpp"

#include <algorithm>
#include <array>

namespace yuanqu::register_ {

using base::Result;

namespace {

constexpr std::array<std::pair<May, std::string_view>, 5> right_names = {{{May::Read, "read"},
                                                                          {May::ReadMasked, "read_masked"},
                                                                          {May::Write, "write"},
                                                                          {May::Export, "export"},
                                                                          {May::Reveal, "reveal"}}};

void add_word(std::string& text, std::string_view word) {
  if ((" " + text + " ").find(" " + std::string(word) + " ") == std::string::npos)
    text += (text.empty() ? "" : " ") + std::string(word);
}

}  // namespace

std::string_view name_of(MatrixHolder::Why why) {
  constexpr std::array<std::string_view, 3> names = {"account", "holding", "stands_in"};
  return names[static_cast<std::size_t>(why)];
}

std::string rights_text(std::uint8_t may) {
  std::string text;
  for (const auto& [right, name] : right_names) {
    if ((may & static_cast<std::uint8_t>(right)) != 0) add_word(text, name);
  }
  return text;
}

std::vector<MatrixRow> permission_matrix(const Catalogue& catalogue, const Permissions& permissions) {
  std::vector<MatrixRow> rows;
  for (const Post& post : permissions.posts()) {
    for (const Kind* kind : catalogue.kinds()) {
      if (kind->system) continue;
      for (const Field& field : kind->fields) {
        MatrixRow row{.post = &post, .kind = kind, .field = &field};
        bool every_source = false;
        for (const PermissionRule& rule : post.rules) {
          const bool of_kind =
              rule.kinds.empty() || std::find(rule.kinds.begin(), rule.kinds.end(), kind->number) != rule.kinds.end();
          if (!of_kind || (rule.classes & (1u << static_cast<unsigned>(field.field_class))) == 0) continue;
          std::uint8_t& cell = rule.own_only ? row.own : rule.by_consent ? row.consent : row.any;
          cell = static_cast<std::uint8_t>(cell | rule.may);
          if (rule.by_consent) add_word(row.purposes, rule.purpose);
          if ((rule.may & static_cast<std::uint8_t>(May::Write)) == 0) continue;
          every_source = every_source || rule.sources.empty();
          for (const SourceNumber number : rule.sources) {
            if (const Source* source = catalogue.source(number); source != nullptr && field.trust_of(number) >= 0)
              add_word(row.write_sources, source->name);
          }
        }
        if (every_source) row.write_sources.clear();
        if ((row.any | row.own | row.consent) != 0) rows.push_back(std::move(row));
      }
    }
  }
  return rows;
}

Result<std::vector<MatrixHolder>> matrix_holders(Register& records, Accounts& accounts, base::Date day) {
  std::vector<MatrixHolder> holders;
  auto relations = RelationBook::open(records);
  if (!relations) return tl::unexpected(relations.error());
  auto all = accounts.list();
  if (!all) return tl::unexpected(all.error());
  for (const Account& account : *all) {
    if (account.disabled) continue;
    const bool away = (*relations)->away(account.name, day);
    const auto add = [&](const std::string& post, MatrixHolder::Why why, const std::string& instead_of,
                         FileId within = 0) {
      holders.push_back({account.name, account.shown_name, post, why, instead_of, away, within});
    };
    for (const std::string& post : account.posts) add(post, MatrixHolder::Why::Account, {});
    for (const HeldPost& post : (*relations)->posts_of(account.name, day))
      add(post.name, MatrixHolder::Why::Holding, {}, post.within);
    for (const std::string& other : (*relations)->stands_in_for(account.name, day)) {
      const auto absent = std::find_if(all->begin(), all->end(), [&](const Account& one) { return one.name == other; });
      if (absent == all->end() || absent->disabled) continue;
      for (const std::string& post : absent->posts) add(post, MatrixHolder::Why::StandsIn, other);
      for (const HeldPost& post : (*relations)->posts_of(other, day))
        add(post.name, MatrixHolder::Why::StandsIn, other, post.within);
    }
  }
  return holders;
}

bool may_oversee(const Viewer& viewer, const Catalogue& catalogue) {
  if (viewer.is_system() || viewer.may_act(Act::Audit)) return true;
  const Kind* holding = catalogue.playing("holding");
  const Field* account = holding == nullptr ? nullptr : holding->member("account");
  return account != nullptr && !account->sources.empty() &&
         viewer.may_write(*holding, *account, 0, account->sources.front());
}

}  // namespace yuanqu::register_
