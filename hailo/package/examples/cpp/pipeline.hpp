// Raw samples in, behaviours out: pipeline.json executed sample by sample, with the same lines as `motiflow stream`.
//
// The encoder is a function from a scaled window [C, S, L] to what the device part gives: PlainEncoder with
// HostHead::device_end, or the only output stream of models/model.hef (user format FLOAT32, input laid out [S, L, C]; feature
// maps come as [s, t, c] and are handed on as [c, s, t]).
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "host_head.hpp"
#include "hsmm.hpp"
#include "motifs.hpp"
#include "numbers.hpp"
#include "plain_encoder.hpp"
#include "smoothing.hpp"

class Pipeline {
 public:
  using Encoder = std::function<std::vector<float>(const std::vector<float>&)>;
  // Told of each line.
  std::function<void(const std::string&)> on_line;
  std::vector<std::string> columns, units;
  double rate = 0, max_gap = 0;
  std::size_t length = 0, windows = 0;
  bool single = false;

  // `supplied`: samples hold the channels that filters would make.
  Pipeline(const std::string& root, Encoder encoder, bool supplied = false)
      : head_(root + "/models/host_head.json"), encoder_(std::move(encoder)) {
    Json facts = JsonReader(read_file(root + "/pipeline.json")).read();
    if (!supplied && !facts.at("not_in_real_time").list.empty()) {
      throw std::runtime_error(facts.at("not_in_real_time").list[0].text);
    }
    rate = facts.at("rate").number;
    max_gap = facts.at("max_gap").number;
    const Json& window = facts.at("window");
    length = static_cast<std::size_t>(window.at("length").number);
    hop_ = static_cast<std::size_t>(window.at("hop").number);
    context_ = static_cast<std::size_t>(window.at("context").number);
    read_channels(facts, supplied);
    if (facts.has("motifs")) motifs_ = std::make_unique<Motifs>(root, facts.at("motifs"), head_);
    if (facts.has("hsmm")) hsmm_ = std::make_unique<Hsmm>(facts.at("hsmm"));
    if (facts.has("smoothing")) smoother_ = std::make_unique<Smoother>(facts.at("smoothing"));
  }

  // Takes one sample [sensors, inputs].
  void push(const std::vector<float>& values, const std::string& time) {
    std::vector<float> sample(sensors_ * channels_);
    for (std::size_t i = 0; i < places_.size(); i++) sample[places_[i]] = values.at(i);
    for (Derived& d : derived_) sample[d.to] = static_cast<float>(next(d, sample[d.from]));
    // What lies before the first sample is taken to be like it, as in the batch.
    for (std::size_t i = filled_ == 0 ? 0 : context_; i < context_; i++) add(sample, 0, time);
    position_++;
    add(sample, 0, time);
    last_ = std::move(sample);
    time_ = time;
  }

  // Samples are missing here, or nothing more comes: windows that waited for context, labels held back.
  void gap(long missing, const char* reason) {
    if (filled_ > 0) {
      for (std::size_t i = 1; i <= context_; i++) add(last_, static_cast<long>(i), time_);
    }
    position_ += missing;
    filled_ = 0;
    for (Derived& d : derived_) d.state.clear();
    if (hsmm_) hsmm_->reset();
    std::string decisions;
    if (smoother_) {
      for (int label : smoother_->flush()) decisions += (decisions.empty() ? "" : ",") + decision(label);
    }
    if (open_ > 0) on_line(std::string("{\"event\":\"end\",\"reason\":\"") + reason + "\",\"smoothed\":[" + decisions + "]}");
    open_ = 0;
  }

 private:
  struct Section {
    double b[3], a[2];
  };
  // One channel that a filter makes, and the filter's state; empty before the first value.
  struct Derived {
    std::size_t from, to;
    std::vector<Section> sections;
    std::vector<double> state;
  };

  void read_channels(const Json& facts, bool supplied) {
    std::vector<std::string> names;
    std::set<std::string> made;
    for (const Json& name : facts.at("channels").list) names.push_back(name.text);
    const std::vector<Json>& sensors = facts.at("sensors").list;
    sensors_ = sensors.size();
    channels_ = names.size();
    single = sensors_ == 1;
    auto place = [&](std::size_t s, const std::string& name) {
      auto at = std::find(names.begin(), names.end(), name);
      if (at == names.end()) throw std::runtime_error("pipeline.json names no channel " + name);
      return s * channels_ + static_cast<std::size_t>(at - names.begin());
    };
    for (const Json& filter : facts.at("filters").list) {
      if (supplied) break;
      std::vector<Section> sections;
      for (const Json& section : filter.at("sections").list) {
        std::vector<double> b = section.at("b").numbers(), a = section.at("a").numbers();
        sections.push_back({{b.at(0), b.at(1), b.at(2)}, {a.at(0), a.at(1)}});
      }
      for (std::size_t s = 0; s < sensors_; s++) {
        for (std::size_t i = 0; i < filter.at("to").list.size(); i++) {
          const std::string& to = filter.at("to").list[i].text;
          made.insert(to);
          derived_.push_back({place(s, filter.at("from").list.at(i).text), place(s, to), sections, {}});
        }
      }
    }
    std::map<std::string, std::string> unit_of;
    for (const Json& input : facts.at("inputs").list) unit_of[input.at("channel").text] = input.at("unit").text;
    for (const Json& filter : facts.at("filters").list) {
      for (std::size_t i = 0; i < filter.at("to").list.size(); i++) {
        unit_of[filter.at("to").list[i].text] = unit_of[filter.at("from").list.at(i).text];
      }
    }
    for (std::size_t s = 0; s < sensors_; s++) {
      for (const std::string& name : names) {
        if (made.count(name)) continue;
        columns.push_back(sensors[s].text + "." + name);
        units.push_back(unit_of[name]);
        places_.push_back(place(s, name));
      }
    }
    ring_.assign(length * sensors_ * channels_, 0.0f);
    for (const char* key : {"center", "scale"}) {
      std::vector<float>& grid = *key == 'c' ? center_ : scale_;
      for (const Json& row : facts.at("scaler").at(key).list) {
        for (double value : row.numbers()) grid.push_back(static_cast<float>(value));
      }
      if (grid.size() != sensors_ * channels_) throw std::runtime_error("the scaler of pipeline.json does not fit");
    }
  }

  static double next(Derived& d, double value) {
    if (d.state.empty()) {
      double level = value;
      for (const Section& s : d.sections) {
        double gain = (s.b[0] + s.b[1] + s.b[2]) / (1 + s.a[0] + s.a[1]);
        d.state.push_back((gain - s.b[0]) * level);
        d.state.push_back((s.b[2] - s.a[1] * gain) * level);
        level *= gain;
      }
    }
    for (std::size_t k = 0; k < d.sections.size(); k++) {
      const Section& s = d.sections[k];
      double y = s.b[0] * value + d.state[2 * k];
      d.state[2 * k] = s.b[1] * value - s.a[0] * y + d.state[2 * k + 1];
      d.state[2 * k + 1] = s.b[2] * value - s.a[1] * y;
      value = y;
    }
    return value;
  }

  void add(const std::vector<float>& sample, long ahead, const std::string& time) {
    std::copy(sample.begin(), sample.end(), ring_.begin() + static_cast<std::ptrdiff_t>(next_ * sample.size()));
    next_ = (next_ + 1) % length;
    filled_++;
    if (filled_ >= length && (filled_ - length) % hop_ == 0) predict(position_ + ahead, time);
  }

  void predict(long seen, const std::string& time) {
    std::vector<float> window(ring_.size());
    for (std::size_t c = 0, i = 0; c < channels_; c++) {
      for (std::size_t s = 0; s < sensors_; s++) {
        std::size_t at = s * channels_ + c;
        for (std::size_t t = 0; t < length; t++) {
          window[i++] = (ring_[(next_ + t) % length * sensors_ * channels_ + at] - center_[at]) * scale_[at];
        }
      }
    }
    std::vector<float> bounded = head_.bounded(encoder_(window));
    if (!std::all_of(bounded.begin(), bounded.end(), [](float v) { return std::isfinite(v); })) {
      throw std::runtime_error("the window that ends at sample " + std::to_string(seen - static_cast<long>(context_)) +
                               " has a latent that is no number; look for samples far beyond the range of the training "
                               "data, or for a unit that differs");
    }
    std::int64_t code = head_.code(bounded);
    std::vector<double> p = head_.probabilities(bounded);
    std::size_t label = p.empty() ? 0 : static_cast<std::size_t>(std::max_element(p.begin(), p.end()) - p.begin());
    auto [motif, posterior, unseen] = motifs_ ? motifs_->look(code, bounded) : Motifs::Reading{static_cast<int>(label), p, false};
    if (unseen) unseen_.insert(static_cast<long>(windows));
    std::optional<int> decided;
    if (hsmm_) decided = hsmm_->push(motif, code);
    else if (smoother_ && (motifs_ || !p.empty())) decided = smoother_->push(motif, posterior);
    long end = seen - static_cast<long>(context_), start = end - static_cast<long>(length - 2 * context_);
    std::string name = p.empty() ? "null" : quoted(head_.labels[label]);
    std::string line = "{\"event\":\"prediction\",\"index\":" + std::to_string(windows) + ",\"start\":" + std::to_string(start) +
                       ",\"end\":" + std::to_string(end) + ",\"seconds\":" + shortest(static_cast<double>(end) / rate);
    if (!time.empty()) line += ",\"time\":" + time;
    line += ",\"code\":" + (code < 0 ? "null" : std::to_string(code)) + ",\"label\":" + name;
    line += ",\"confidence\":" + (p.empty() ? "null" : share(p[label]));
    line += ",\"uncertainty\":" + (p.empty() ? "null" : share(1 - p[label]));
    if (motifs_) {
      line += ",\"motif\":{\"id\":" + std::to_string(motif) + ",\"name\":" + quoted(name_of(motif)) +
              ",\"confidence\":" + (motif < 0 ? "null" : share(posterior[static_cast<std::size_t>(motif)])) +
              ",\"unseen\":" + (unseen ? "true" : "false") + "}";
      name = quoted(unseen || motif < 0 ? "unknown" : name_of(motif));
    }
    line += ",\"behaviour\":" + name + ",\"smoothed\":" + (decided ? decision(*decided) : "null") + "}";
    windows++;
    open_++;
    on_line(line);
  }

  std::string name_of(int label) const {
    const std::vector<std::string>& names = motifs_ ? motifs_->names : head_.labels;
    return label < 0 ? "unassigned" : names.at(static_cast<std::size_t>(label));
  }

  std::string decision(int label) {
    long index = decided_++;
    std::string name = unseen_.erase(index) > 0 ? "unknown" : hsmm_ ? hsmm_->names.at(static_cast<std::size_t>(label)) : name_of(label);
    return "{\"index\":" + std::to_string(index) + ",\"id\":" + std::to_string(label) + ",\"label\":" + quoted(name) + "}";
  }

  static std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (char c : text) {
      if (c == '"' || c == '\\') out += '\\';
      if (static_cast<unsigned char>(c) < 0x20) {
        char escaped[8];
        std::snprintf(escaped, sizeof escaped, "\\u%04x", c);
        out += escaped;
      } else {
        out += c;
      }
    }
    return out + "\"";
  }

  // Six decimals at most.
  static std::string share(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.6f", value);
    std::string out = text;
    out.erase(out.find_last_not_of('0') + 1);
    return out.back() == '.' ? out + "0" : out;
  }

  HostHead head_;
  Encoder encoder_;
  std::size_t hop_ = 1, context_ = 0, sensors_ = 0, channels_ = 0, next_ = 0, filled_ = 0, open_ = 0;
  long position_ = 0, decided_ = 0;
  std::vector<std::size_t> places_;
  std::vector<Derived> derived_;
  std::vector<float> center_, scale_, ring_, last_;
  std::unique_ptr<Motifs> motifs_;
  std::unique_ptr<Hsmm> hsmm_;
  std::set<long> unseen_;
  std::string time_;
  std::unique_ptr<Smoother> smoother_;
};
