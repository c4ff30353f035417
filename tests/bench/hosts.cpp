// Windows a second of the plain C++ encoder: hosts WINDOWS in the folder of a package; started by hosts.ts.
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "examples/cpp/plain_encoder.hpp"

int main(int, char** arguments) {
  PlainEncoder encoder(".", "models/encoder.json");
  const int count = std::atoi(arguments[1]), size = std::atoi(arguments[2]);
  std::vector<float> window(static_cast<std::size_t>(size));
  unsigned state = 1;
  for (float& value : window) {
    state = state * 1103515245u + 12345u;
    value = static_cast<float>(state >> 16 & 0x7fff) / 16384.0f - 1.0f;
  }
  float sum = 0;
  const std::clock_t started = std::clock();
  for (int i = 0; i < count; i++) {
    window[static_cast<std::size_t>(i) % window.size()] += 0.01f;
    sum += encoder.run(window)[0];
  }
  std::printf("%g %g\n", static_cast<double>(std::clock() - started) / CLOCKS_PER_SEC, static_cast<double>(sum));
}
