#include "agents/initialise.hpp"

#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

#include "engine/chance.hpp"

namespace pump::agents {

namespace {

std::uint32_t fnv1a(std::string_view text) {  // names to streams of chance
  std::uint32_t hash = 2166136261u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return hash;
}

// Box & Muller 1958.
double normal(engine::Chance& chance) {
  const double radius = std::sqrt(-2 * std::log(1 - chance.uniform()));
  return radius * std::cos(2 * std::numbers::pi * chance.uniform());
}

std::vector<double> normals(std::size_t n, std::uint64_t seed, std::string_view name,
                            std::uint32_t index) {
  constexpr std::size_t kAtOnce = 1024;  // a Chance gives so many draws a step
  std::vector<double> out;
  for (std::uint32_t step = 0; out.size() < n; step++) {
    engine::Chance chance({seed, engine::Stream::initialisation, fnv1a(name), index, step});
    for (std::size_t i = 0; i < kAtOnce && out.size() < n; i++) out.push_back(normal(chance));
  }
  return out;
}

// Makes `count` vectors of `length` orthonormal, one after the other (modified Gram-Schmidt).
void orthonormalise(std::vector<double>& vectors, std::size_t count, std::size_t length) {
  for (std::size_t i = 0; i < count; i++) {
    double* v = vectors.data() + i * length;
    for (std::size_t j = 0; j < i; j++) {
      const double* u = vectors.data() + j * length;
      double dot = 0;
      for (std::size_t k = 0; k < length; k++) dot += u[k] * v[k];
      for (std::size_t k = 0; k < length; k++) v[k] -= dot * u[k];
    }
    double norm = 0;
    for (std::size_t k = 0; k < length; k++) norm += v[k] * v[k];
    for (std::size_t k = 0; k < length; k++) v[k] /= std::sqrt(norm);
  }
}

}  // namespace

void fill_normal(std::span<float> out, double deviation, std::uint64_t seed, std::string_view name,
                 std::uint32_t index) {
  const std::vector<double> drawn = normals(out.size(), seed, name, index);
  for (std::size_t i = 0; i < out.size(); i++) out[i] = static_cast<float>(deviation * drawn[i]);
}

void fill_orthogonal(std::span<float> out, int rows, int columns, double gain, std::uint64_t seed,
                     std::string_view name) {
  const auto r = static_cast<std::size_t>(rows), c = static_cast<std::size_t>(columns);
  std::vector<double> vectors = normals(r * c, seed, name, 0);
  const bool by_column = r >= c;
  orthonormalise(vectors, by_column ? c : r, by_column ? r : c);
  for (std::size_t i = 0; i < r; i++)
    for (std::size_t j = 0; j < c; j++)
      out[i * c + j] = static_cast<float>(gain * vectors[by_column ? j * r + i : i * c + j]);
}

}  // namespace pump::agents
