#pragma once

/*
 * A table of a spreadsheet program: CSV (RFC 4180) with commas, semicolons or tabs in any usual encoding, or
 * the first sheet of an XLSX file (ECMA-376). All cells are texts. The file is untrusted: its size, rows,
 * columns and what it unpacks to are limited.
 */

#include "base/cleanup.h"
#include "base/conditions.h"
#include "base/input-error.h"

#include <stdbool.h>
#include <stddef.h>

enum {
        SHEET_MAX_BYTES = 16 * 1024 * 1024,      /* of a file */
        SHEET_TEXT_MAX_BYTES = 64 * 1024 * 1024, /* of all cells, and of each unpacked part of a file */
        SHEET_ROWS_MAX = 100 * 1000,
        SHEET_COLUMNS_MAX = 256,
        SHEET_CELL_MAX_BYTES = 64 * 1024,
};

enum {
        SHEET_E_INVALID = CONDITIONS_SHEET + 1, /* the InputError has line or row, and reason */
};

typedef struct Sheet Sheet;

/** How a file is read; all members may be 0. */
typedef struct SheetOptions {
        const char *charset; /* of CSV, known to charset_is(); NULL: guessed */
        char separator;      /* of CSV: ',', ';' or '\t'; 0: guessed */
} SheetOptions;

/**
 * sheet_read() - read a file; a ZIP archive is read as XLSX, anything else as CSV
 * @ret: NULL on failure
 *
 * Rows without any text are left out. Return: 0, SHEET_E_INVALID, negative errno.
 */
int sheet_read(const char *bytes, size_t len, const SheetOptions *options, Sheet **ret,
                InputError *ret_error);
Sheet *sheet_free(Sheet *sheet);
DEFINE_CLEANUP(Sheet, sheet_freep, sheet_free)

size_t sheet_rows(const Sheet *sheet);
size_t sheet_columns(const Sheet *sheet); /* of the longest row */

/** sheet_cell() - get a cell, borrowed, without blanks at its ends; "" if the row has no such cell */
const char *sheet_cell(const Sheet *sheet, size_t row, size_t column);

/** sheet_line() - the line of a CSV file at which a row begins, or the number of the row in an XLSX file */
size_t sheet_line(const Sheet *sheet, size_t row);

/** sheet_charset() - the encoding that was read, borrowed; "UTF-8" for XLSX */
const char *sheet_charset(const Sheet *sheet);

/** sheet_separator() - the separator that was read; 0 for XLSX */
char sheet_separator(const Sheet *sheet);
