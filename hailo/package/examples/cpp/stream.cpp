// Name behaviours from raw samples as they come: one line of JSON a window, as `motiflow stream` and stream.py print them.
//
//   c++ -std=c++17 -O3 -o stream examples/cpp/stream.cpp && ./stream PACKAGE [FILE|-|tcp:PORT] [--time COLUMN]
//       [--max-gap SECONDS] [--units acc=g,gyro=deg/s] [--supplied-gravity] [--bench N]
//
// Samples are rows of a CSV text whose header names the columns sensor.channel, in the units of pipeline.json unless
// --units names others. No dependency: the encoder runs in plain
// C++. Times are numbers; lost samples are interpolated, longer steps than the gap begin a new window. --bench N reads
// the golden windows N times instead and prints windows per second. Exit code 0: done, 1: a bad row, 2: cannot run.

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <iostream>

#include "pipeline.hpp"
#include "sample_clock.hpp"
#include "sample_units.hpp"

// Cells of a row, without quotes and blanks around them.
static std::vector<std::string> cells(const std::string& line, char separator) {
  std::vector<std::string> out(1);
  for (char c : line) {
    if (c == separator) out.emplace_back();
    else if (c != '"' && c != '\r') out.back() += c;
  }
  for (std::string& cell : out) {
    cell.erase(0, cell.find_first_not_of(" \t"));
    cell.erase(cell.find_last_not_of(" \t") + 1);
  }
  return out;
}

static bool number(std::string text, bool comma, double& value) {
  if (comma) std::replace(text.begin(), text.end(), ',', '.');
  char* end = nullptr;
  value = std::strtod(text.c_str(), &end);
  return !text.empty() && *end == 0 && std::isfinite(value);
}

// Lines of a file descriptor as they come.
class Lines {
 public:
  explicit Lines(int fd) : fd_(fd) {}
  bool next(std::string& line) {
    line.clear();
    for (;;) {
      std::size_t at = held_.find('\n', from_);
      if (at != std::string::npos) {
        line = held_.substr(from_, at - from_);
        from_ = at + 1;
        return true;
      }
      held_.erase(0, from_);
      from_ = 0;
      char buffer[65536];
      ssize_t n = read(fd_, buffer, sizeof buffer);
      if (n <= 0) {
        line.swap(held_);
        held_.clear();
        return !line.empty();
      }
      held_.append(buffer, static_cast<std::size_t>(n));
    }
  }

 private:
  int fd_;
  std::string held_;
  std::size_t from_ = 0;
};

// Standard input, a file, or the first program that connects to a port of this machine.
static int open_input(const std::string& place) {
  if (place == "-") return 0;
  if (place.rfind("tcp:", 0) != 0) {
    FILE* file = std::fopen(place.c_str(), "rb");
    if (!file) throw std::runtime_error("cannot read " + place);
    return fileno(file);
  }
  int server = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(place.c_str() + 4)));
  setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(server, generic, size) != 0 || listen(server, 1) != 0 || getsockname(server, generic, &size) != 0) {
    throw std::runtime_error("cannot listen on " + place);
  }
  std::fprintf(stderr, "listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
  int connection = accept(server, nullptr, nullptr);
  close(server);
  if (connection < 0) throw std::runtime_error("cannot accept on " + place);
  return connection;
}

// Windows per second of scaling, encoder and host part on the golden windows.
static int bench(const std::string& root, const Pipeline::Encoder& encoder, std::size_t size, int times) {
  std::vector<float> all = read_floats(root + "/selftest/inputs.f32.bin");
  std::size_t n = all.size() / size;
  HostHead head(root + "/models/host_head.json");
  std::int64_t sum = 0;
  auto started = std::chrono::steady_clock::now();
  for (int k = 0; k < times; k++) {
    for (std::size_t i = 0; i < n; i++) {
      std::vector<float> window(all.begin() + static_cast<std::ptrdiff_t>(i * size),
                                all.begin() + static_cast<std::ptrdiff_t>((i + 1) * size));
      sum += head.code(head.bounded(encoder(window)));
    }
  }
  std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
  std::printf("%.1f windows/s (n = %zu, checksum %lld)\n", static_cast<double>(times) * static_cast<double>(n) / took.count(),
              static_cast<std::size_t>(times) * n, static_cast<long long>(sum));
  return 0;
}

int main(int argc, char** argv) try {
  std::string root, input = "-", time, given_units;
  double max_gap = -1;
  bool supplied = false;
  int times = 0;
  for (int i = 1, place = 0; i < argc; i++) {
    std::string arg = argv[i];
    auto value = [&] { return i + 1 < argc ? argv[++i] : throw std::runtime_error(arg + " needs a value"); };
    if (arg == "--time") time = value();
    else if (arg == "--max-gap") max_gap = std::atof(value());
    else if (arg == "--bench") times = std::atoi(value());
    else if (arg == "--units") given_units = value();
    else if (arg == "--supplied-gravity") supplied = true;
    else (place++ == 0 ? root : input) = arg;
  }
  if (root.empty()) throw std::runtime_error("name the folder of the package");
  auto plain = std::make_shared<PlainEncoder>(root, "models/encoder.json");
  auto head = std::make_shared<HostHead>(root + "/models/host_head.json");
  Pipeline::Encoder encoder = [=](const std::vector<float>& window) { return head->device_end(plain->run(window)); };
  Pipeline pipeline(root, encoder, supplied || times > 0);
  if (times > 0) return bench(root, encoder, pipeline.length * pipeline.columns.size(), times);
  pipeline.on_line = [](const std::string& line) {
    std::puts(line.c_str());
    std::fflush(stdout);
  };
  SampleClock clock(pipeline.rate, pipeline.length, max_gap < 0 ? pipeline.max_gap : max_gap);
  clock.on_sample = [&](const std::vector<float>& values, double at) { pipeline.push(values, Pipeline::shortest(at)); };
  clock.on_missing = [&](long missing) { pipeline.gap(missing, "gap"); };

  const std::vector<double> factors = units::factors(given_units, pipeline.columns, pipeline.units);
  Lines lines(open_input(input));
  std::vector<std::size_t> places;
  std::size_t width = 0, clock_at = 0;
  char separator = ',';
  std::string line;
  for (long row = 1; lines.next(line); row++) {
    if (line.find_first_not_of(" \t\r") == std::string::npos || line[line.find_first_not_of(" \t")] == '#') continue;
    auto bad = [&](const std::string& why) {
      pipeline.gap(1, "end");
      std::fprintf(stderr, "error: row %ld: %s\n", row, why.c_str());
      return 1;
    };
    if (width == 0) {
      if (line.rfind("\xEF\xBB\xBF", 0) == 0) line.erase(0, 3);
      for (char mark : {';', '\t'}) {
        if (std::count(line.begin(), line.end(), mark) > std::count(line.begin(), line.end(), separator)) separator = mark;
      }
      std::vector<std::string> header = cells(line, separator);
      width = header.size();
      auto find = [&](const std::string& name) { return std::find(header.begin(), header.end(), name) - header.begin(); };
      for (const std::string& column : pipeline.columns) {
        std::size_t dot = column.find('.');
        std::size_t at = static_cast<std::size_t>(find(column));
        if (at == width) at = static_cast<std::size_t>(find(column.substr(0, dot) + "_" + column.substr(dot + 1)));
        if (at == width && pipeline.single) at = static_cast<std::size_t>(find(column.substr(dot + 1)));
        if (at == width) throw std::runtime_error("there is no column " + column);
        places.push_back(at);
      }
      clock_at = time.empty() ? width : static_cast<std::size_t>(find(time));
      if (!time.empty() && clock_at == width) throw std::runtime_error("there is no column " + time);
      continue;
    }
    std::vector<std::string> row_cells = cells(line, separator);
    if (row_cells.size() != width) return bad("it has another number of cells than the first line");
    std::vector<float> values;
    double value = 0;
    for (std::size_t place : places) {
      if (!number(row_cells[place], separator != ',', value)) return bad("\"" + row_cells[place] + "\" is no number");
      values.push_back(static_cast<float>(static_cast<float>(value) * factors[values.size()]));
    }
    if (time.empty()) pipeline.push(values, "");
    else if (!number(row_cells[clock_at], separator != ',', value)) return bad("its time is no number");
    else if (!clock.take(std::move(values), value)) return bad("its time lies before the last one");
  }
  if (!time.empty()) clock.end();
  pipeline.gap(0, "end");
  std::fprintf(stderr, "%zu windows\n", pipeline.windows);
  return pipeline.windows == 0 ? 1 : 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "cannot name behaviours: %s\n", error.what());
  return 2;
}
