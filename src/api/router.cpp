#include "api/router.hpp"

namespace yuanqu::api {

std::string_view name_of(Ability ability) {
  switch (ability) {
    case Ability::Open: return "open";
    case Ability::SignedIn: return "signed_in";
    case Ability::Write: return "write";
    case Ability::AdvanceClock: return "advance_clock";
    case Ability::Events: return "events";
  }
  return "signed_in";
}

void Router::add(Method method, std::string pattern, Ability ability, Handler handler) {
  std::vector<Segment> segments;
  std::string_view rest = std::string_view(pattern).substr(1);
  while (true) {
    const auto slash = rest.find('/');
    const std::string_view text = rest.substr(0, slash);
    Segment segment;
    if (text.starts_with('{')) {
      const auto close = text.find('}');
      segment.parameter = std::string(text.substr(1, close - 1));
      segment.literal = std::string(text.substr(close + 1));
    } else {
      segment.literal = std::string(text);
    }
    segments.push_back(std::move(segment));
    if (slash == std::string_view::npos) break;
    rest = rest.substr(slash + 1);
  }
  segments_.push_back(std::move(segments));
  routes_.push_back({method, std::move(pattern), ability, std::move(handler)});
}

void Router::add_upload(std::string pattern, Ability ability, Handler handler) {
  add(Method::Post, std::move(pattern), ability, std::move(handler));
  routes_.back().uploads = true;
}

Router::Match Router::match(Method method, std::span<const std::string> segments) const {
  Match best;
  std::string best_rank;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    const std::vector<Segment>& pattern = segments_[i];
    if (pattern.size() != segments.size()) continue;
    std::string rank;  // per segment: 2 literal, 1 suffix, 0 free; greater is more precise
    bool matches = true;
    for (std::size_t s = 0; s < pattern.size() && matches; ++s) {
      if (pattern[s].parameter.empty()) {
        matches = segments[s] == pattern[s].literal;
        rank += '2';
      } else {
        matches = segments[s].size() > pattern[s].literal.size() && segments[s].ends_with(pattern[s].literal);
        rank += pattern[s].literal.empty() ? '0' : '1';
      }
    }
    if (!matches) continue;
    const Route& route = routes_[i];
    if (!best.allowed.empty()) best.allowed += ", ";
    best.allowed += name_of(route.method);
    const bool same_method = route.method == method || (method == Method::Head && route.method == Method::Get);
    if (!same_method || (best.route != nullptr && rank <= best_rank)) continue;
    best.route = &route;
    best_rank = rank;
    best.parameters.clear();
    for (std::size_t s = 0; s < pattern.size(); ++s) {
      if (pattern[s].parameter.empty()) continue;
      best.parameters.emplace_back(pattern[s].parameter,
                                   segments[s].substr(0, segments[s].size() - pattern[s].literal.size()));
    }
  }
  return best;
}

}  // namespace yuanqu::api
