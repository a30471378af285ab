#pragma once
// FEEL values and JSON values. Private to the room: it brings Boost.JSON with it.

#include <boost/json/value.hpp>

#include "feel/value.hpp"

namespace yuanqu::casework {

feel::Value to_feel(const boost::json::value& value);
boost::json::value to_json(const feel::Value& value);

}  // namespace yuanqu::casework
