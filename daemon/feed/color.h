#pragma once

/**
 * color_rgb() - return the value of a CSS colour name (CSS Color 3, 4.3), such as `#1E90FF`; NULL if the
 * name is unknown. The case of @name does not matter.
 */
const char *color_rgb(const char *name);
