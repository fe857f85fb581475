#pragma once

/** color_rgb() - `#1E90FF` for a CSS3 colour name without regard to case; NULL for what is none (CSS Color 3, 4.3). */
const char *color_rgb(const char *name);
