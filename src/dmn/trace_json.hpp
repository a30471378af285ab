#pragma once
// A trace as JSON: {"values": [{model, decision, element, name, value}],
// "tables": [{model, decision, table, inputs: [{label, expression, value}], cells: [{rule, input, text, result}],
// matched, result}]}.

#include <string>

#include "dmn/trace.hpp"

namespace yuanqu::dmn {

std::string to_json(const Trace& trace);

}  // namespace yuanqu::dmn
