#pragma once
// The program: reads the command line and runs the chosen sub-command.

namespace yuanqu::app {

// 0 done, 1 failed, 2 wrong use of the command line.
int run(int argc, char** argv);

}  // namespace yuanqu::app
