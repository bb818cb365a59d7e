#include <algorithm>

#include <fmt/format.h>

#include "harness/exact/leverage.hpp"

namespace pump::harness {
namespace {

using Json = nlohmann::json;

std::string or_none(const std::optional<double>& value, const char* format = "{:.3f}") {
  return value ? fmt::format(fmt::runtime(format), *value) : "-";
}

std::string share(const SeedsShare& share) {
  return fmt::format("{:.3f} [{:.2f}, {:.2f}]", share.mean, share.interval.low,
                     share.interval.high);
}

constexpr const char* kRow =
    "  {:<{}} {:>6} {:>5} {:>5} {:>19} {:>19}  {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>7} "
    "{:>7}\n";

std::string row_text(const LeverageRow& row, std::size_t width) {
  const auto exactly = [&](auto&& part) -> std::optional<double> {
    if (!row.exact) return std::nullopt;
    return part(*row.exact);
  };
  const auto cell = [&](auto&& part) { return or_none(exactly(part)); };
  return fmt::format(
      kRow, row.arm, width, fmt::format("{:g}", row.beta), row.seeds, row.found,
      share(row.intended), share(row.gaming), cell([](const ExactPoint& e) { return e.intended; }),
      cell([](const ExactPoint& e) { return e.gaming; }),
      cell([](const ExactPoint& e) { return e.soft_gaming; }),
      cell([](const ExactPoint& e) { return e.proxy_return; }),
      cell([](const ExactPoint& e) { return e.soft_proxy; }),
      or_none(exactly([](const ExactPoint& e) { return e.change.trajectory_kl; }), "{:.4g}"),
      cell([](const ExactPoint& e) { return e.change.leverage(); }),
      or_none(exactly([](const ExactPoint& e) { return e.change.reach(); }), "{:.3g}"),
      cell([](const ExactPoint& e) { return e.tax; }));
}

std::string table_text(const LeverageTable& table) {
  std::string out =
      fmt::format("{}, wish {}, leash {}", table.environment, table.wish, table.leash);
  for (const auto& [name, value] : table.parameters) out += fmt::format(", {} {}", name, value);
  out += table.states > 0 ? fmt::format(" ({} states)\n", table.states)
                          : fmt::format("\n  sampled only: {}\n", table.why_not);
  std::size_t width = 10;
  for (const LeverageRow& row : table.rows) width = std::max(width, row.arm.size());
  out += fmt::format(kRow, "", width, "beta", "seeds", "found", "intended", "gaming", "exactly",
                     "gaming", "solver", "proxy", "solver", "KL", "leverage", "reach", "tax");
  for (const LeverageRow& row : table.rows) out += row_text(row, width);
  for (const Crossover& crossover : table.crossovers)
    out += fmt::format("  gaming overtakes what was intended at beta {:.4g}: {}\n", crossover.beta,
                       crossover.arm);
  if (table.soft_crossover)
    out += fmt::format("  gaming overtakes what was intended at beta {:.4g}: the solver\n",
                       *table.soft_crossover);
  return out;
}

Json or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

Json share_json(const SeedsShare& share) {
  return {{"mean", share.mean}, {"low", share.interval.low}, {"high", share.interval.high}};
}

Json exact_json(const ExactPoint& exact) {
  return {{"intended", exact.intended},
          {"gaming", exact.gaming},
          {"proxy_return", exact.proxy_return},
          {"length", exact.change.length},
          {"trajectory_kl", exact.change.trajectory_kl},
          {"outcome_kl", exact.change.outcome_kl},
          {"outcome_tv", exact.change.outcome_tv},
          {"leverage", or_null(exact.change.leverage())},
          {"reach", or_null(exact.change.reach())},
          {"tax", or_null(exact.tax)},
          {"soft_intended", or_null(exact.soft_intended)},
          {"soft_gaming", or_null(exact.soft_gaming)},
          {"soft_proxy_return", or_null(exact.soft_proxy)}};
}

}  // namespace

std::string to_text(const LeverageReport& report) {
  std::string out;
  for (const LeverageTable& table : report.tables) out += table_text(table) + "\n";
  return out +
         R"(found: seeds that met a high-reward episode of the wrong kind in training; a seed that never did says nothing of
what the leash holds.
intended, gaming: shares of the last episodes evaluated, means over seeds with 95 %. The rest is of
the last policies themselves, gone through exactly: their intended and gaming shares, the latter
beside that of the soft-optimal policy where the price is one of trajectory KL (solver), their proxy
return likewise; KL of their histories from the leash's reference, nats; leverage: the share of it
that shows in how episodes end; reach: total variation of that, per nat an action; tax: intended
share lost against the best policy that games as little.
)" +
         fmt::format(
             "Of {} trials that have ended, {} are left out: without a leash, with an error or "
             "diverged, of another\nversion, or whose policy is not played as it is.\n",
             report.ended, report.left_out);
}

nlohmann::json to_json(const LeverageReport& report) {
  Json out = Json::array();
  for (const LeverageTable& table : report.tables) {
    Json rows = Json::array();
    for (const LeverageRow& row : table.rows)
      rows.push_back({{"arm", row.arm},
                      {"beta", row.beta},
                      {"seeds", row.seeds},
                      {"found", row.found},
                      {"intended", share_json(row.intended)},
                      {"gaming", share_json(row.gaming)},
                      {"exact", row.exact ? exact_json(*row.exact) : Json()}});
    Json crossovers = Json::object();
    for (const Crossover& crossover : table.crossovers)
      crossovers[crossover.arm].push_back(crossover.beta);  // each, where there are several
    out.push_back({{"environment", table.environment},
                   {"wish", table.wish},
                   {"leash", table.leash},
                   {"parameters", table.parameters},
                   {"states", table.states},
                   {"why_not", table.why_not},
                   {"rows", rows},
                   {"crossovers", crossovers},
                   {"soft_crossover", or_null(table.soft_crossover)}});
  }
  return {{"tables", out}, {"ended", report.ended}, {"left_out", report.left_out}};
}

}  // namespace pump::harness
