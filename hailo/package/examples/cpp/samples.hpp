// Rows of a CSV text as samples: lines of a file, of standard input or of a socket of this machine, by the laws of the other
// hosts.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

namespace samples {

// Cells of a row, without quotes and blanks around them; with the separator 0 there are blanks between.
inline std::vector<std::string> cells(const std::string& line, char separator) {
  std::vector<std::string> out(1);
  for (char c : line) {
    const bool blank = separator == 0 && (c == ' ' || c == '\t');
    if (c == separator || (blank && !out.back().empty())) out.emplace_back();
    else if (!blank && c != '"' && c != '\r') out.back() += c;
  }
  if (separator == 0 && out.size() > 1 && out.back().empty()) out.pop_back();
  for (std::string& cell : out) {
    cell.erase(0, cell.find_first_not_of(" \t"));
    cell.erase(cell.find_last_not_of(" \t") + 1);
  }
  return out;
}

// The mark between cells; 0 for blanks, where there is no other.
inline char separator_of(const std::string& line) {
  char best = ',';
  for (char mark : {';', '\t'}) {
    if (std::count(line.begin(), line.end(), mark) > std::count(line.begin(), line.end(), best)) best = mark;
  }
  return line.find(best) == std::string::npos ? '\0' : best;
}

// Whether a text is a finite decimal number and nothing else.
inline bool number(std::string text, bool comma, double& value) {
  if (comma) std::replace(text.begin(), text.end(), ',', '.');
  if (text.empty() || text.find_first_not_of("0123456789+-.eE") != std::string::npos) return false;
  char* end = nullptr;
  value = std::strtod(text.c_str(), &end);
  return end == text.c_str() + text.size() && std::isfinite(value);
}

// A value from here on overflows sums of float32, which a maximum within the encoder would hide.
constexpr double largest = 1e18;

// Longest line in bytes; what goes on longer is no line of samples.
constexpr std::size_t longest = 1 << 16;

// The first few of a list, as the other hosts tell them.
inline std::string some(const std::vector<std::string>& names, std::size_t most, const char* rest) {
  std::string out;
  for (std::size_t i = 0; i < std::min(most, names.size()); i++) out += (i > 0 ? ", " : "") + names[i];
  return names.size() > most ? out + rest : out;
}

// Where columns named sensor.channel, sensor_channel or, with a single sensor, channel stand in a header; the last place is
// that of the time, where one is wanted.
inline std::vector<std::size_t> places_of(const std::vector<std::string>& header, const std::vector<std::string>& columns,
                                          bool single, const std::string& time) {
  std::vector<std::size_t> places;
  std::vector<std::string> missing;
  auto find = [&](const std::string& column, const std::vector<std::string>& names) {
    std::vector<std::string> found;
    for (std::size_t i = 0; i < header.size(); i++) {
      if (std::find(names.begin(), names.end(), header[i]) == names.end()) continue;
      if (found.empty()) places.push_back(i);
      found.push_back(header[i]);
    }
    if (found.empty()) missing.push_back(column);
    return found;
  };
  std::string doubled;
  auto look = [&](const std::string& column, const std::vector<std::string>& names) {
    std::vector<std::string> found = find(column, names);
    if (found.size() > 1 && doubled.empty()) doubled = "several columns are " + column + ": " + some(found, found.size(), "");
  };
  for (const std::string& column : columns) {
    const std::size_t dot = column.find('.');
    std::vector<std::string> names = {column, column.substr(0, dot) + "_" + column.substr(dot + 1)};
    if (single) names.push_back(column.substr(dot + 1));
    look(column, names);
  }
  if (!time.empty()) look(time, {time});
  if (!missing.empty()) {
    const std::string more = " and " + std::to_string(missing.size() - std::min<std::size_t>(5, missing.size())) + " more";
    throw std::runtime_error("there is no column " + some(missing, 5, more.c_str()) + "; there are " + some(header, 12, ", …"));
  }
  if (!doubled.empty()) throw std::runtime_error(doubled);
  return places;
}

// Lines of a file descriptor as they come; \n, \r\n and \r alone end one.
class Lines {
 public:
  explicit Lines(int fd) : fd_(fd) {}

  // Why the source broke off before its end; empty where it did not.
  std::string broken;

  bool next(std::string& line) {
    line.clear();
    for (;;) {
      if (after_return_ && from_ < held_.size()) {
        if (held_[from_] == '\n') from_++;
        after_return_ = false;
      }
      std::size_t at = held_.find_first_of("\r\n", from_);
      if (at != std::string::npos) {
        line = held_.substr(from_, at - from_);
        after_return_ = held_[at] == '\r';
        from_ = at + 1;
        return true;
      }
      // Of a line that is too long no more is kept than shows it.
      if (held_.size() - from_ > longest + 1) held_.resize(from_ + longest + 1);
      held_.erase(0, from_);
      from_ = 0;
      char buffer[65536];
      ssize_t n = read(fd_, buffer, sizeof buffer);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) broken = std::strerror(errno);
      if (n <= 0) {
        line.swap(held_);
        held_.clear();
        return n == 0 && !line.empty();
      }
      held_.append(buffer, static_cast<std::size_t>(n));
    }
  }

 private:
  int fd_;
  std::string held_;
  std::size_t from_ = 0;
  bool after_return_ = false;
};

// Standard input, a file, or the first program that connects to a port of this machine.
inline int open_input(const std::string& place) {
  if (place == "-") return 0;
  if (place.rfind("tcp:", 0) != 0) {
    FILE* file = std::fopen(place.c_str(), "rb");
    if (!file) throw std::runtime_error("cannot read " + place + ": " + std::strerror(errno));
    return fileno(file);
  }
  double port = -1;
  if (!number(place.substr(4), false, port) || port < 0 || port > 65535 || port != std::floor(port)) {
    throw std::runtime_error("cannot listen on " + place + ": a port is a number from 0 to 65535");
  }
  int server = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(server, generic, size) != 0 || listen(server, 1) != 0 || getsockname(server, generic, &size) != 0) {
    throw std::runtime_error("cannot listen on " + place + ": " + std::strerror(errno));
  }
  std::fprintf(stderr, "listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
  int connection = accept(server, nullptr, nullptr);
  close(server);
  if (connection < 0) throw std::runtime_error("cannot accept on " + place);
  return connection;
}

}  // namespace samples
