#pragma once

namespace pump::harness {

inline constexpr int kStoreApplication = 0x50554d50;  // "PUMP": tells our databases from others
inline constexpr int kStoreVersion = 2;               // of the tables

// docs/results_schema.md explains every column. What is no part of a result, clocks and processes,
// has tables of its own: equal sweeps have equal sweep, builds and trials.
inline constexpr const char* kStoreTables = R"(
CREATE TABLE sweep (title TEXT NOT NULL, command TEXT NOT NULL);
CREATE TABLE builds (
  id INTEGER PRIMARY KEY, version TEXT NOT NULL, type TEXT NOT NULL, executable TEXT NOT NULL,
  libtorch TEXT NOT NULL, box2d TEXT NOT NULL, blas TEXT NOT NULL,
  UNIQUE (version, type, executable, libtorch, box2d, blas));
CREATE TABLE trials (
  position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, block INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('planned', 'ok', 'diverged', 'error')),
  build INTEGER REFERENCES builds (id), config TEXT NOT NULL, result TEXT);
CREATE TABLE effort (
  trial TEXT PRIMARY KEY REFERENCES trials (id), seconds REAL NOT NULL, deaths INTEGER NOT NULL);
CREATE TABLE running (trial TEXT PRIMARY KEY REFERENCES trials (id), worker INTEGER NOT NULL);
CREATE VIEW runs AS SELECT
  position, id, block, status, build,
  json_extract(result, '$.environment') AS environment, json_extract(result, '$.wish') AS wish,
  json_extract(result, '$.objective') AS objective, json_extract(result, '$.variant') AS variant,
  json_extract(result, '$.start') AS start, json_extract(result, '$.leash') AS leash,
  json_extract(result, '$.beta') AS beta, json_extract(result, '$.seed') AS seed,
  json_extract(result, '$.budget_steps') AS budget_steps,
  json_extract(result, '$.run_class') AS run_class,
  json_extract(result, '$.discovery_steps') AS discovery_steps,
  json_extract(result, '$.adoption_steps') AS adoption_steps,
  json_extract(result, '$.checkpoints[#-1].proxy_return') AS proxy_return,
  json_extract(result, '$.checkpoints[#-1].true_utility') AS true_utility,
  json_extract(result, '$.message') AS message
  FROM trials WHERE result IS NOT NULL;
)";

}  // namespace pump::harness
