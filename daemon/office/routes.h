#pragma once

/*
 * The table of all pages of the office. A group of pages has a table of rows of its own, ended by a row
 * without a path, in the header of its page; routes.c lists these tables.
 */

#include "office/call.h"

/** routes_find() - the row of a path after "/office/"; NULL if there is none */
const OfficeRow *routes_find(const char *path);
