#pragma once
// `yuanqu edge`: the agent beside a plant's controllers.
//
//   yuanqu edge --pack DIR --plant NAME --key FILE --data DIR [--broker HOST:PORT] [--modbus LINK=HOST:PORT …]
//   yuanqu edge --make-key FILE
//
// The key file holds 64 hex digits, the same at the centre; readable by its owner only.

#include <functional>

namespace CLI {
class App;
}

namespace yuanqu::edge {

void add_edge(CLI::App& app, std::function<int()>& chosen);

}  // namespace yuanqu::edge
