#pragma once
// Controller: a Modbus TCP server (libmodbus) that shows registers of several units and hands writes on. What it holds
// are plain numbers; it knows no plant. One thread serves all connections; a unit that is silent does not answer at
// all, as one whose cable is cut.
//
// Input registers carry float32, most significant first, in two registers; discrete inputs and coils are bits; holding
// registers uint16. Coils and holding registers keep what was written last.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "simulator/wires.hpp"

namespace yuanqu::simulator {

class Controller {
 public:
  // Called on the server's thread for each coil or holding register that a client wrote: place in `registers`, value.
  using Written = std::function<void(std::size_t place, double value)>;

  // Binds at once; port 0 takes a free one. Unavailable with what to do when it cannot.
  static base::Result<std::unique_ptr<Controller>> open(std::string host, int port, std::vector<Register> registers,
                                                        Written written);
  ~Controller();

  int port() const;
  void show(std::size_t place, double value);  // any thread; inputs and discrete inputs
  void set_silent(int unit, bool silent);
  void stop();  // ends the thread; called by the destructor

 private:
  Controller();
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace yuanqu::simulator
