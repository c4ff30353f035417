// Whether what a host reads is what was packed: pipeline.json and models/ against SHA256SUMS.
#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>

namespace whole {

// SHA-256 (FIPS 180-4) in hexadecimal.
inline std::string sha256(std::string data) {
  // The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
  static const std::array<std::uint32_t, 64> k = {
      0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
      0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
      0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
      0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
      0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
      0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};
  std::array<std::uint32_t, 8> h = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  const std::uint64_t bits = std::uint64_t{8} * data.size();
  data += '\x80';
  data.append((120 - data.size() % 64) % 64, '\0');
  for (int shift = 56; shift >= 0; shift -= 8) data += static_cast<char>(bits >> shift);
  auto turned = [](std::uint32_t x, int n) { return x >> n | x << (32 - n); };
  for (std::size_t block = 0; block < data.size(); block += 64) {
    std::array<std::uint32_t, 64> w{};
    for (std::size_t i = 0; i < 64; i++) w[i / 4] = w[i / 4] << 8 | static_cast<unsigned char>(data[block + i]);
    for (std::size_t i = 16; i < 64; i++) {
      const std::uint32_t a = w[i - 15], b = w[i - 2];
      w[i] = w[i - 16] + (turned(a, 7) ^ turned(a, 18) ^ a >> 3) + w[i - 7] + (turned(b, 17) ^ turned(b, 19) ^ b >> 10);
    }
    std::array<std::uint32_t, 8> v = h;
    for (std::size_t i = 0; i < 64; i++) {
      const std::uint32_t e = v[4], a = v[0];
      const std::uint32_t one = v[7] + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & v[5]) ^ (~e & v[6])) + k[i] + w[i];
      const std::uint32_t two = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]));
      v = {one + two, a, v[1], v[2], v[3] + one, e, v[5], v[6]};
    }
    for (std::size_t i = 0; i < 8; i++) h[i] += v[i];
  }
  std::string out;
  for (std::uint32_t word : h) {
    char text[9];
    std::snprintf(text, sizeof text, "%08x", word);
    out += text;
  }
  return out;
}

// Throws for a file that is missing, or another one than was packed.
inline void require(const std::string& root) {
  std::ifstream sums(root + "/SHA256SUMS");
  if (!sums) throw std::runtime_error("SHA256SUMS is missing; unpack the package again");
  std::map<std::string, std::string> listed = {{"pipeline.json", ""}};
  for (std::string line; std::getline(sums, line);) {
    if (line.size() < 67) continue;
    const std::string name = line.substr(66);
    if (name == "pipeline.json" || name.rfind("models/", 0) == 0) listed[name] = line.substr(0, 64);
  }
  for (const auto& [name, digest] : listed) {
    std::ifstream file(root + "/" + name, std::ios::binary);
    if (!file) throw std::runtime_error(name + " is missing; unpack the package again");
    std::ostringstream content;
    content << file.rdbuf();
    if (sha256(content.str()) != digest) throw std::runtime_error(name + " is not as it was packed; unpack the package again");
  }
  for (const auto& entry : std::filesystem::directory_iterator(root + "/models")) {
    const std::string name = "models/" + entry.path().filename().string();
    if (entry.is_regular_file() && listed.count(name) == 0) throw std::runtime_error(name + " is not of this package; take it away");
  }
}

}  // namespace whole
