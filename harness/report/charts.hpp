#pragma once

#include <string>

#include "harness/report/report.hpp"

// The page's pictures: SVG text that takes its colours from the page's style (classes a0.. for
// arms, k-... for kinds).
namespace pump::harness {

// Text made safe inside HTML and SVG.
std::string escape(const std::string& text);

// One share on a track from 0 to 1, for a table's cell. `style`: the CSS class that colours it.
std::string interval_bar(const Share& share, const std::string& style);
// A difference of shares on a track from -1 to 1, likewise: full where it is told apart from 0.
std::string change_bar(const Preface::Change& change);
// One cell a run, in the order of seeds, with the initial of its class.
std::string seed_strip(const Row& row);
// The shapes that tell arms apart without colour.
std::string arm_marker(std::size_t arm, double x, double y);
// Their style, of 16 there are.
std::string arm_class(std::size_t arm);
// Its name beside a plot: no more than tells it apart there, and than fits.
std::string chart_label(const Report& report, std::size_t arm, std::size_t letters = 13);
// A share in a plot, with its Wilson interval; `title` is what it says when it is read.
class Plot;
std::string share_point(const Plot& plot, std::size_t arm, double x, const Share& share,
                        const std::string& title);

// P(gamed), or P(gamed | competent), along the study's axis.
std::string axis_chart(const Study& study, const Report& report, bool if_competent);
// Outcome shares over training of one row, stacked by kind.
std::string course_chart(const Row& row, const Study& study, const Report& report);
// What the colours of course_chart mean: outcomes that any row of the setting ever reached in 1 %.
std::string course_legend(const Setting& setting, const Study& study);
// Share of runs that have discovered (or adopted), with bands.
std::string clock_chart(const Setting& setting, const Report& report, bool adoption);

}  // namespace pump::harness
