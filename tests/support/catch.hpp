#pragma once

// Catch2 2.x (Debian 12) and 3.x (Debian 13) behind one include. Torch's CHECK and Catch2's
// collide: every macro of Catch2 carries the prefix CATCH_ here.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
namespace Catch {
using Detail::Approx;  // where 3.x has it
}
#endif
