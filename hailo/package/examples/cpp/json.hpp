// A reader for the package's own JSON files; no dependency. Numbers are double, which is exact for codes below 2^53.
#pragma once

#include <cctype>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

struct Json {
  enum Kind { Null, Boolean, Number, Text, List, Object } kind = Null;
  double number = 0;
  std::string text;
  std::vector<Json> list;
  std::map<std::string, Json> object;

  const Json& at(const std::string& key) const {
    auto found = object.find(key);
    if (found == object.end()) throw std::runtime_error("missing key " + key);
    return found->second;
  }
  bool has(const std::string& key) const { return object.count(key) > 0; }
  std::vector<double> numbers() const {
    std::vector<double> out;
    for (const Json& item : list) out.push_back(item.number);
    return out;
  }
};

class JsonReader {
 public:
  explicit JsonReader(std::string content) : s_(std::move(content)) {}

  Json read() {
    Json value;
    switch (peek()) {
      case '{':
        value.kind = Json::Object;
        each('{', '}', [&] {
          std::string key = string();
          expect(':');
          value.object[key] = read();
        });
        break;
      case '[':
        value.kind = Json::List;
        each('[', ']', [&] { value.list.push_back(read()); });
        break;
      case '"':
        value.kind = Json::Text;
        value.text = string();
        break;
      case 't':
      case 'f':
        value.kind = Json::Boolean;
        value.number = s_[at_] == 't';
        at_ += s_[at_] == 't' ? 4 : 5;
        break;
      case 'n':
        at_ += 4;
        break;
      default: {
        value.kind = Json::Number;
        char* end = nullptr;
        value.number = std::strtod(s_.c_str() + at_, &end);
        if (end == s_.c_str() + at_) throw std::runtime_error("not a number in JSON");
        at_ = static_cast<std::size_t>(end - s_.c_str());
      }
    }
    return value;
  }

 private:
  char peek() {
    while (at_ < s_.size() && std::isspace(static_cast<unsigned char>(s_[at_]))) at_++;
    if (at_ >= s_.size()) throw std::runtime_error("JSON ends too early");
    return s_[at_];
  }
  void expect(char c) {
    if (peek() != c) throw std::runtime_error(std::string("expected ") + c + " in JSON");
    at_++;
  }
  template <typename F>
  void each(char open, char close, F item) {
    expect(open);
    while (peek() != close) {
      item();
      if (peek() == ',') at_++;
    }
    expect(close);
  }
  std::string string() {
    expect('"');
    std::string out;
    for (;;) {
      char c = s_.at(at_++);
      if (c == '"') return out;
      if (c != '\\') {
        out += c;
        continue;
      }
      c = s_.at(at_++);
      if (c == 'u') {
        unsigned point = static_cast<unsigned>(std::strtoul(s_.substr(at_, 4).c_str(), nullptr, 16));
        at_ += 4;
        if (point < 0x80) out += static_cast<char>(point);
        else if (point < 0x800) out += {static_cast<char>(0xC0 | point >> 6), static_cast<char>(0x80 | (point & 63))};
        else out += {static_cast<char>(0xE0 | point >> 12), static_cast<char>(0x80 | (point >> 6 & 63)),
                     static_cast<char>(0x80 | (point & 63))};
      } else {
        out += c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c == 'b' ? '\b' : c == 'f' ? '\f' : c;
      }
    }
  }

  std::string s_;
  std::size_t at_ = 0;
};

inline std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}
