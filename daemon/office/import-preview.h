#pragma once

/* The preview of an import: the columns with what they mean, the doubles, and the faults by row. */

#include "office/form.h"
#include "people/import.h"

#define IMPORT_PAGE "import-people"

enum { IMPORT_FILE_BYTES = 2 * 1024 * 1024 };

typedef struct ImportPreview {
        OfficeCall *call;
        FormFaults faults; /* of the columns */
        Buffer bytes;      /* of the file */
        Sheet *sheet;
        PeopleImportOptions options;
        Buffer readable, writable; /* the address books of the options */
        PeopleImport plan;
} ImportPreview;

void import_preview_init(ImportPreview *preview, OfficeCall *call);
void import_preview_done(ImportPreview *preview);

/**
 * import_preview_match() - set the options: what the form says, or what the header of the table says if the
 * form has no columns yet. Columns that do not fit add faults.
 *
 * Return: 0 or negative errno.
 */
int import_preview_match(ImportPreview *preview);

/** import_preview_reply() - reply with the preview; its form carries the file */
int import_preview_reply(ImportPreview *preview, int status);
