#pragma once

/*
 * Folders in @include: `@include "conf.d"` puts in each file of the folder whose name ends with .conf and
 * does not begin with a dot, in the order of the names' bytes. libconfig 1.5 includes single files only, so
 * the line of a folder is replaced with a line for each of its files before the text is parsed.
 */

#include "config/reader.h"

/**
 * config_include_folders() - replace the lines that include a folder
 * @text: of the configuration's file; replaced on 0. An @include in an included file stays as it is.
 *
 * The lines that were added are remembered for config_include_line().
 *
 * Return: 0, negative errno.
 */
int config_include_folders(ConfigReader *reader, char **text);
