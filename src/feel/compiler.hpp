#pragma once
// Compiler: a syntax tree to an evaluable tree. Names become slots, entries of filtered items or unknown names;
// function bodies get frames of their own and a list of captured slots; calls whose arguments are constant become
// constants. Internal to the room.

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "feel/node.hpp"
#include "feel/scope.hpp"

namespace yuanqu::feel {

class Compiler {
 public:
  explicit Compiler(Scope& scope);

  NodePointer compile(const Syntax& syntax);

  const std::set<std::string>& names_used() const { return names_used_; }
  const std::set<std::string>& paths_used() const { return paths_used_; }
  bool uses_clock() const { return uses_clock_; }

 private:
  struct Local {
    std::string name;
    Slot slot = 0;
    bool filter = false;  // the item of a filter: its entries are names, too
    TypePointer type;     // of the item
    bool self = false;    // a function being defined may call itself by this name
    bool read = false;
  };
  // One frame: of the expression itself, or of a function body inside it.
  struct Layout {
    std::vector<Local> locals;
    Slot next = 0;
    std::vector<Capture> captures;
    bool function = false;
  };
  struct Place {
    std::vector<Slot> items;  // filters to ask first, inner before outer
    std::optional<Slot> slot;
    bool root = false;  // a variable of the scope
  };

  NodePointer node(const Syntax& syntax);
  NodePointer node_of_form(const Syntax& syntax);
  NodePointer folded(const Syntax& syntax, NodePointer node);
  NodePointer name(const Syntax& syntax);
  NodePointer path(const Syntax& syntax);
  NodePointer filter(const Syntax& syntax);
  NodePointer call(const Syntax& syntax);
  NodePointer iteration(const Syntax& syntax);
  NodePointer context(const Syntax& syntax);
  NodePointer function(const Syntax& syntax);
  NodePointer in(const Syntax& syntax);
  NodePointer tests(const Syntax& syntax);
  TestPointer test(const Syntax& syntax);

  // A name that is called is not looked for in the items of filters when there is a built-in function of that name.
  Place find(std::string_view name, bool in_items = true);
  Place find_in(std::size_t layout, std::string_view name, bool in_items);
  Slot capture(std::size_t layout, Slot from, bool self);
  Slot new_slot();
  std::size_t declare(std::string name, Slot slot);
  std::vector<std::string> visible_names() const;
  void note_path(const Syntax& syntax);

  Scope& scope_;
  std::vector<Layout> layouts_;
  std::set<std::string> names_used_;
  std::set<std::string> paths_used_;
  bool uses_clock_ = false;
};

}  // namespace yuanqu::feel
