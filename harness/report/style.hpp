#pragma once

namespace pump::harness {

// The page's style sheet. Colours are Okabe & Ito's (2008), told apart by people with any colour
// vision; on a dark page the blue is lightened.
extern const char* const kReportStyle;

}  // namespace pump::harness
