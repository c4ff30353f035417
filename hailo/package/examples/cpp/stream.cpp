// Name behaviours from raw samples as they come: one line of JSON a window, as `motiflow stream` and stream.py print them.
//
//   c++ -std=c++17 -O3 -o stream examples/cpp/stream.cpp && ./stream PACKAGE [FILE|-|tcp:PORT] [--time COLUMN]
//       [--max-gap SECONDS] [--units acc=g,gyro=deg/s] [--supplied-gravity] [--bench N]
//
// Samples are rows of a CSV text whose header names the columns sensor.channel, in the units of pipeline.json unless
// --units names others. No dependency: the encoder runs in plain
// C++. Times are numbers or dates; lost samples are interpolated, longer steps than the gap begin a new window. --bench N reads
// the golden windows N times instead and prints windows per second. Exit code 0: done, 1: a bad row, 2: cannot run.

#include <chrono>
#include <cstdio>

#include "pipeline.hpp"
#include "sample_clock.hpp"
#include "sample_units.hpp"
#include "samples.hpp"
#include "whole.hpp"

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

// A number from `least` behind an option.
static double amount(const std::string& option, const char* text, double least) {
  double value = 0;
  if (samples::number(text, false, value) && value >= least) return value;
  throw std::runtime_error(option + " is a number from " + shortest(least) + ", got " + text);
}

int main(int argc, char** argv) try {
  std::vector<std::string> named;
  std::string time, given_units;
  double max_gap = -1;
  bool supplied = false;
  int times = 0;
  for (int i = 1; i < argc; i++) {
    std::string arg = argv[i];
    auto value = [&] { return i + 1 < argc ? argv[++i] : throw std::runtime_error(arg + " needs a value"); };
    if (arg == "--time") time = value();
    else if (arg == "--max-gap") max_gap = amount(arg, value(), 0);
    else if (arg == "--bench") times = static_cast<int>(amount(arg, value(), 1));
    else if (arg == "--units") given_units = value();
    else if (arg == "--supplied-gravity") supplied = true;
    else if (arg.size() > 1 && arg[0] == '-') throw std::runtime_error("there is no option " + arg);
    else named.push_back(arg);
  }
  if (named.empty() || named.size() > 2) throw std::runtime_error("name the folder of the package, then a file or none");
  const std::string& root = named[0];
  whole::require(root);
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
  clock.on_sample = [&](const std::vector<float>& values, const std::string& at) { pipeline.push(values, at); };
  clock.on_missing = [&](long missing) { pipeline.gap(missing, "gap"); };

  const std::vector<double> factors = units::factors(given_units, pipeline.columns, pipeline.units);
  units::Watch watch(pipeline.columns, pipeline.units);
  auto doubt = [](const std::vector<std::string>& said) {
    for (const std::string& text : said) std::fprintf(stderr, "warning: %s\n", text.c_str());
  };
  auto bad = [&](const std::string& why) {
    pipeline.gap(1, "end");
    doubt(watch.end());
    std::fprintf(stderr, "error: %s\n", why.c_str());
    return 1;
  };
  samples::Lines lines(samples::open_input(named.size() > 1 ? named[1] : "-"));
  std::vector<std::size_t> places;
  std::vector<std::string> header;
  char separator = ',';
  std::string line, why;
  long row = 1;
  for (; lines.next(line); row++) {
    if (line.size() > samples::longest) return bad("row " + std::to_string(row) + ": the line is longer than 64 KiB");
    if (row == 1 && line.rfind("\xEF\xBB\xBF", 0) == 0) line.erase(0, 3);
    if (line.find_first_not_of(" \t\r") == std::string::npos || line[line.find_first_not_of(" \t")] == '#') continue;
    if (header.empty()) {
      if (line.find('\0') != std::string::npos) throw std::runtime_error("the input is not UTF-8 text");
      separator = samples::separator_of(line);
      header = samples::cells(line, separator);
      places = samples::places_of(header, pipeline.columns, pipeline.single, time);
      continue;
    }
    const std::string at = "row " + std::to_string(row) + ": ";
    std::vector<std::string> cells = samples::cells(line, separator);
    if (cells.size() == header.size() + 1 && cells.back().empty()) cells.pop_back();  // some loggers close each row so
    if (cells.size() != header.size()) {
      return bad(at + "it has " + std::to_string(cells.size()) + " cells, the first line has " + std::to_string(header.size()));
    }
    std::vector<float> values;
    double value = 0;
    for (std::size_t i = 0; i < pipeline.columns.size(); i++) {
      const std::string& cell = cells[places[i]];
      if (!samples::number(cell, separator != ',', value) || std::abs(value) >= samples::largest) {
        return bad(at + header[places[i]] + " is \"" + cell + "\", no number");
      }
      values.push_back(static_cast<float>(static_cast<double>(static_cast<float>(value)) * factors[i]));
    }
    doubt(watch.take(values));
    if (time.empty()) {
      pipeline.push(values, "");
      continue;
    }
    const std::string& cell = cells[places.back()];
    if (cell.empty()) return bad(at + time + " is empty");
    const bool numeric = samples::number(cell, separator != ',', value);
    why = clock.take(std::move(values), {numeric ? value : 0, numeric ? "" : cell}, row);
    if (!why.empty()) return bad(why);
  }
  if (!time.empty() && !(why = clock.end()).empty()) return bad(why);
  if (!lines.broken.empty()) return bad("row " + std::to_string(row) + ": the source broke off: " + lines.broken);
  pipeline.gap(0, "end");
  doubt(watch.end());
  if (pipeline.windows == 0) std::fprintf(stderr, "no window of %zu samples came without a gap\n", pipeline.length);
  else std::fprintf(stderr, "%zu windows\n", pipeline.windows);
  return pipeline.windows == 0 ? 1 : 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "cannot name behaviours: %s\n", error.what());
  return 2;
}
