#include "app/run.hpp"

int main(int argc, char** argv) { return yuanqu::app::run(argc, argv); }
