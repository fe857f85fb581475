#pragma once

/*
 * /office/import-people: people from a table. The file is read into a preview, whose columns and doubles are
 * decided by hand; the preview's form carries the file, so that nothing is kept on the server. All rows are
 * stored in one transaction, or none.
 */

#include "office/call.h"

extern const OfficeRow import_page_rows[];
