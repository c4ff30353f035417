// Numbers as texts.
#pragma once

#include <charconv>
#include <string>

// The fewest digits that give this number back.
inline std::string shortest(double value) {
  char text[32];
  auto [end, error] = std::to_chars(text, text + sizeof text, value);
  (void)error;
  return std::string(text, end);
}
