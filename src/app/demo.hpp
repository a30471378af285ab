#pragma once
// Making the demo zone once, and the roles one tap away. The content comes from demo_zone.hpp.

#include <functional>
#include <memory>

#include "app/serve.hpp"
#include "app/zone.hpp"

namespace yuanqu::app {

// Fills a folder that is new (or whose making was interrupted: then it is emptied and `reopen` gives the zone again).
// True when it was made now, false when it was there.
base::Result<bool> fill_demo(std::unique_ptr<Zone>& zone, const DemoArguments& arguments, base::Date day,
                             const std::function<base::Result<std::unique_ptr<Zone>>()>& reopen,
                             const std::function<void(double part)>& progress = {});

// Finds the demo's accounts, one for each role of the packs' pages, makes those that are missing, and offers them to
// the sign-in page.
base::Result<void> open_demo_roles(Zone& zone);

}  // namespace yuanqu::app
