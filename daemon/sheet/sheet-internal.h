#pragma once

/* Inside of sheet/ only: a table that is being read. */

#include "base/buffer.h"
#include "sheet/sheet.h"

#include <stdint.h>

typedef struct SheetRow {
        size_t first, n; /* cells */
        size_t line;
} SheetRow;

struct Sheet {
        Buffer text;   /* the cells, each with a NUL after it */
        size_t *cells; /* offsets in the text */
        size_t n_cells;
        SheetRow *rows;
        size_t n_rows;
        size_t n_columns;
        const char *charset;
        char separator;
};

/**
 * sheet_add_cell() - append a cell to the row that is being read; blanks at its ends are left out
 * @line: for the error
 *
 * Return: 0, SHEET_E_INVALID if a limit is exceeded, -ENOMEM.
 */
int sheet_add_cell(Sheet *sheet, const char *text, size_t len, size_t line, InputError *ret_error);

/** sheet_end_row() - end the row; one without any text is removed. Return: as sheet_add_cell(). */
int sheet_end_row(Sheet *sheet, size_t line, InputError *ret_error);

/** sheet_open_cells() - the number of cells of the row that is being read */
size_t sheet_open_cells(const Sheet *sheet);

/** csv_read(), xlsx_read() - read a file into an empty sheet */
int csv_read(Sheet *sheet, const char *bytes, size_t len, const SheetOptions *options,
                InputError *ret_error);
int xlsx_read(Sheet *sheet, const char *bytes, size_t len, InputError *ret_error);
