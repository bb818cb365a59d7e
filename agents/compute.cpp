#include "agents/config.hpp"
