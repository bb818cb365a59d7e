#pragma once

namespace pump::viewer {

// pump::Error with one clear line where no window can be opened: SFML would end the process.
void require_display();

}  // namespace pump::viewer
