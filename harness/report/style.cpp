#include "harness/report/style.hpp"

namespace pump::harness {

const char* const kReportStyle = R"css(
:root {
  color-scheme: light dark;
  --page: #fbfaf8; --card: #ffffff; --ink: #1b1d21; --soft: #565b64; --line: #dedbd4;
  --blue: #0072b2; --orange: #e69f00; --purple: #cc79a7; --sky: #56b4e9;
  --intended: #009e73; --gaming: #d55e00; --harm: #24262b; --failure: #b4b8bf; --other: #f0e442;
  --on-failure: #1b1d21;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #111418; --card: #191d23; --ink: #eceae5; --soft: #a9aeb8; --line: #343a43;
    --blue: #4ba3e3; --orange: #f0ab1c; --purple: #dc93bb; --sky: #86cdf6;
    --intended: #14b386; --gaming: #e8702a; --harm: #f4f2ee; --failure: #5a616c; --other: #f0e442;
    --on-failure: #f4f2ee;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 18px/1.55 system-ui, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif;
  font-variant-numeric: tabular-nums;
}
main { max-width: 1280px; margin: 0 auto; padding: 56px 32px 72px; }
header { border-bottom: 3px solid var(--ink); padding-bottom: 30px; margin-bottom: 14px; }
.kicker { color: var(--gaming); font-weight: 700; letter-spacing: .09em; font-size: 15px;
  text-transform: uppercase; margin: 0 0 6px; }
h1 { font-size: 46px; line-height: 1.12; letter-spacing: -.02em; margin: 0 0 18px;
  text-wrap: balance; }
.question { font-size: 22px; line-height: 1.45; max-width: 58em; margin: 0; }
.facts { display: flex; flex-wrap: wrap; gap: 10px 44px; margin: 26px 0 0; padding: 0;
  list-style: none; }
.facts b { display: block; font-size: 30px; line-height: 1.15; }
.facts span { color: var(--soft); font-size: 16px; }
h2 { font-size: 31px; line-height: 1.2; letter-spacing: -.012em; margin: 62px 0 6px; }
h3 { font-size: 22px; margin: 46px 0 4px; }
h4 { font-size: 18px; margin: 0 0 6px; }
p { margin: 8px 0 14px; max-width: 56em; }
.wish { font-size: 22px; font-style: italic; margin: 0 0 4px; }
.soft, .caption { color: var(--soft); }
.caption { font-size: 16px; max-width: 62em; }
.finding { border-left: 6px solid var(--gaming); background: var(--card); padding: 16px 22px;
  font-size: 20px; max-width: none; margin: 18px 0 22px; border-radius: 0 8px 8px 0; }
.scroll { overflow-x: auto; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px;
  padding: 18px 20px; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 500px), 1fr));
  gap: 22px; margin: 16px 0; }
.pair.small { grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; white-space: nowrap; font-weight: 600; font-size: 15px; color: var(--soft);
  vertical-align: bottom; line-height: 1.3; }
th, td { padding: 11px 14px 11px 0; border-bottom: 1px solid var(--line); }
tbody tr:last-child td { border-bottom: 0; }
td { vertical-align: middle; white-space: nowrap; }
td.wrap { white-space: normal; }
td small { display: block; color: var(--soft); font-size: 15px; line-height: 1.35; }
table.dense { font-size: 16px; }
table.dense th, table.dense td { padding-top: 5px; padding-bottom: 5px; }
table.tight { font-size: 14.5px; }
table.tight th { font-size: 13.5px; }
table.tight th, table.tight td { padding-right: 10px; }
.name { font-weight: 650; position: relative; padding-left: 27px; max-width: 12em;
  white-space: normal; }
.name svg { position: absolute; left: 0; top: calc(50% - 9px); width: 18px; height: 18px; }
.big { font-size: 24px; font-weight: 700; }
.big + .soft { font-size: 16px; }
svg { display: block; width: 100%; height: auto; overflow: visible; }
svg.bar { width: 190px; height: 26px; margin-left: -8px; }
svg text { fill: var(--ink); font-size: 15px; }
svg .tick { fill: var(--soft); font-size: 14px; }
svg .label { fill: var(--soft); font-size: 15px; }
svg .end { fill: var(--c); font-weight: 650; font-size: 15px; }
.grid { stroke: var(--line); stroke-width: 1; }
.axis { stroke: var(--soft); stroke-width: 1.3; }
.line { fill: none; stroke: var(--c); stroke-width: 3.2; stroke-dasharray: var(--d);
  stroke-linejoin: round; }
.line.thin { stroke-width: 2; opacity: .75; }
.band { fill: var(--c); opacity: .13; }
.whisker { stroke: var(--c); stroke-width: 2.4; opacity: .6; }
.range { fill: var(--c); opacity: .36; }
.mark { fill: var(--c); stroke: var(--card); stroke-width: 1.5; }
.a0, .a4, .a8, .a12 { --c: var(--blue); }
.a1, .a5, .a9, .a13 { --c: var(--orange); }
.a2, .a6, .a10, .a14 { --c: var(--purple); }
.a3, .a7, .a11, .a15 { --c: var(--sky); }
.a4, .a5, .a6, .a7 { --d: 10 5; }
.a8, .a9, .a10, .a11 { --d: 3 4; }
.a12, .a13, .a14, .a15 { --d: 12 4 3 4; }
.end.a0, .end.a1, .end.a2, .end.a3 { fill: color-mix(in srgb, var(--c) 72%, var(--ink)); }
.area { fill: var(--k); stroke: var(--card); stroke-width: .8; }
.k-intended { --k: var(--intended); } .k-gaming { --k: var(--gaming); }
.k-harm { --k: var(--harm); } .k-failure { --k: var(--failure); } .k-other { --k: var(--other); }
.s1 { fill: color-mix(in srgb, var(--k) 72%, var(--card)); }
.s2 { fill: color-mix(in srgb, var(--k) 50%, var(--card)); }
.s3 { fill: color-mix(in srgb, var(--k) 32%, var(--card)); }
.legend { display: flex; flex-wrap: wrap; gap: 6px 22px; font-size: 16px; margin: 12px 0;
  padding: 0; list-style: none; }
.legend svg { display: inline-block; width: 16px; height: 16px; vertical-align: -2px;
  margin-right: 7px; }
.strip { display: inline-flex; flex-wrap: wrap; gap: 3px; max-width: 278px; }
.strip i { width: 25px; height: 27px; border-radius: 4px; font: 700 14px/27px inherit;
  font-family: inherit; line-height: 27px; text-align: center; font-style: normal; }
.strip i, .key i { font-size: 14px; font-weight: 700; }
.key i { display: inline-block; width: 22px; height: 23px; line-height: 23px; border-radius: 4px;
  text-align: center; font-style: normal; margin-right: 6px; }
.c-gamed { background: var(--gaming); color: #fff; }
.c-intended { background: var(--intended); color: #fff; }
.c-mixed { background: var(--other); color: #1b1d21; }
.c-failed { background: var(--failure); color: var(--on-failure); }
i.near { outline: 2px dashed var(--ink); outline-offset: -4px; }
details { margin: 16px 0; }
summary { cursor: pointer; font-weight: 650; padding: 4px 0; }
dl { display: grid; grid-template-columns: minmax(150px, 230px) 1fr; gap: 10px 26px;
  margin: 14px 0;
  font-size: 17px; }
dt { font-weight: 700; } dd { margin: 0; max-width: 58em; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: 8px;
  padding: 16px 18px; font: 16px/1.5 ui-monospace, "DejaVu Sans Mono", monospace;
  white-space: pre-wrap; overflow-wrap: anywhere; }
@media (max-width: 700px) {
  main { padding: 28px 16px; } h1 { font-size: 34px; } dl { grid-template-columns: 1fr; gap: 2px; }
  dd { margin-bottom: 12px; }
}
@media print { details > * { display: block; } .card { break-inside: avoid; } }
)css";

}  // namespace pump::harness
