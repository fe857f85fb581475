#include "base/array.h"
#include "sheet/sheet-internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The first octets of a ZIP archive (APPNOTE.TXT, 4.3.7). */
static const char zip_signature[4] = "PK\003\004";

Sheet *sheet_free(Sheet *sheet)
{
        if (!sheet)
                return NULL;
        buffer_done(&sheet->text);
        free(sheet->cells);
        free(sheet->rows);
        free(sheet);
        return NULL;
}

size_t sheet_open_cells(const Sheet *sheet)
{
        const SheetRow *last = sheet->n_rows ? &sheet->rows[sheet->n_rows - 1] : NULL;
        return sheet->n_cells - (last ? last->first + last->n : 0);
}

static void trim(const char **text, size_t *len)
{
        while (*len > 0 && strchr(" \t\r\n", **text)) {
                ++*text;
                --*len;
        }
        while (*len > 0 && strchr(" \t\r\n", (*text)[*len - 1]))
                --*len;
}

int sheet_add_cell(Sheet *sheet, const char *text, size_t len, size_t line, InputError *ret_error)
{
        trim(&text, &len);
        if (len > SHEET_CELL_MAX_BYTES) {
                input_error_set(ret_error, line, NULL, "a cell of more than %d octets",
                                SHEET_CELL_MAX_BYTES);
                return SHEET_E_INVALID;
        }
        if (sheet_open_cells(sheet) == SHEET_COLUMNS_MAX) {
                input_error_set(ret_error, line, NULL, "more than %d columns", SHEET_COLUMNS_MAX);
                return SHEET_E_INVALID;
        }
        size_t *cells = array_grow(sheet->cells, sheet->n_cells, sizeof(*cells));
        if (!cells)
                return -ENOMEM;
        sheet->cells = cells;
        sheet->cells[sheet->n_cells++] = sheet->text.len;
        for (size_t i = 0; i < len; i++)
                if (text[i])
                        buffer_putc(&sheet->text, text[i]);
        buffer_putc(&sheet->text, '\0');
        int r = buffer_error(&sheet->text);
        if (r != -EFBIG)
                return r;
        input_error_set(ret_error, line, NULL, "a table of more than %d octets", SHEET_TEXT_MAX_BYTES);
        return SHEET_E_INVALID;
}

static bool has_text(const Sheet *sheet, size_t first)
{
        const char *text = buffer_text(&sheet->text);
        for (size_t i = first; i < sheet->n_cells; i++)
                if (text[sheet->cells[i]])
                        return true;
        return false;
}

int sheet_end_row(Sheet *sheet, size_t line, InputError *ret_error)
{
        size_t n = sheet_open_cells(sheet), first = sheet->n_cells - n;
        if (!has_text(sheet, first)) {
                sheet->n_cells = first;
                return 0;
        }
        if (sheet->n_rows == SHEET_ROWS_MAX) {
                input_error_set(ret_error, line, NULL, "more than %d rows", SHEET_ROWS_MAX);
                return SHEET_E_INVALID;
        }
        SheetRow *rows = array_grow(sheet->rows, sheet->n_rows, sizeof(*rows));
        if (!rows)
                return -ENOMEM;
        sheet->rows = rows;
        sheet->rows[sheet->n_rows++] = (SheetRow){ first, n, line };
        sheet->n_columns = n > sheet->n_columns ? n : sheet->n_columns;
        return 0;
}

int sheet_read(const char *bytes, size_t len, const SheetOptions *options, Sheet **ret,
                InputError *ret_error)
{
        CLEANUP(sheet_freep) Sheet *sheet = calloc(1, sizeof(*sheet));
        *ret = NULL;
        if (!sheet)
                return -ENOMEM;
        sheet->text = (Buffer)BUFFER_INIT(SHEET_TEXT_MAX_BYTES);
        if (len > SHEET_MAX_BYTES) {
                input_error_set(ret_error, 0, NULL, "a file of more than %d octets", SHEET_MAX_BYTES);
                return SHEET_E_INVALID;
        }
        bool is_zip = len >= sizeof(zip_signature) &&
                      memcmp(bytes, zip_signature, sizeof(zip_signature)) == 0;
        int r = is_zip ? xlsx_read(sheet, bytes, len, ret_error)
                       : csv_read(sheet, bytes, len, options, ret_error);
        if (r == 0)
                *ret = TAKE_PTR(sheet);
        return r;
}

size_t sheet_rows(const Sheet *sheet)
{
        return sheet->n_rows;
}

size_t sheet_columns(const Sheet *sheet)
{
        return sheet->n_columns;
}

const char *sheet_cell(const Sheet *sheet, size_t row, size_t column)
{
        const SheetRow *found = row < sheet->n_rows ? &sheet->rows[row] : NULL;
        return found && column < found->n ? buffer_text(&sheet->text) + sheet->cells[found->first + column]
                                          : "";
}

size_t sheet_line(const Sheet *sheet, size_t row)
{
        return row < sheet->n_rows ? sheet->rows[row].line : 0;
}

const char *sheet_charset(const Sheet *sheet)
{
        return sheet->charset;
}

char sheet_separator(const Sheet *sheet)
{
        return sheet->separator;
}
