#pragma once

/**
 * color_rgb() - return `#1E90FF` for a CSS3 colour name in any case; NULL for an unknown name (CSS Color
 * 3, 4.3)
 */
const char *color_rgb(const char *name);
