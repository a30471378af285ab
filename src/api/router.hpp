#pragma once
// Router: the one table of routes. Each names its method, its pattern, the ability it asks for and its handler; GET
// /routes lists it. A pattern is literal segments and {parameters}; the last segment may put a suffix behind a
// parameter: /records/{kind}.xlsx. Of two patterns that match, the one with the more literal segment further left wins.
// Built once, then read by every thread.

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/http.hpp"
#include "base/error.hpp"

namespace yuanqu::api {

// What an account must be able to do before a route is entered at all. Which fields and records it then sees or changes
// is decided by the register, not here.
enum class Ability {
  Open,          // nobody need be signed in
  SignedIn,      // any account, also the auditor
  Write,         // an account that may change something (the auditor's and the leader's may not)
  AdvanceClock,  // in the demo: any signed-in account; elsewhere nobody
  Events,        // a signed-in account, one stream
};
std::string_view name_of(Ability ability);

struct Call;
using Handler = std::function<base::Result<Response>(Call&)>;

struct Route {
  Method method = Method::Get;
  std::string pattern;
  Ability ability = Ability::SignedIn;
  Handler handler;
  bool uploads = false;  // its body may be a multipart upload
};

using PathParameters = std::vector<std::pair<std::string, std::string>>;

class Router {
 public:
  void add(Method method, std::string pattern, Ability ability, Handler handler);
  void add_upload(std::string pattern, Ability ability, Handler handler);

  struct Match {
    const Route* route = nullptr;  // null: nothing, or only other methods
    PathParameters parameters;
    std::string allowed;  // methods the path has, for a 405
  };
  Match match(Method method, std::span<const std::string> segments) const;
  std::span<const Route> routes() const { return routes_; }

 private:
  struct Segment {
    std::string literal;    // whole segment, or the suffix behind a parameter
    std::string parameter;  // empty: literal
  };
  std::vector<Route> routes_;
  std::vector<std::vector<Segment>> segments_;
};

}  // namespace yuanqu::api
