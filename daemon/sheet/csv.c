/*
 * Comma-separated values (RFC 4180), with other separators too. A quote inside of a field that does not
 * begin with one is a character of the field, as spreadsheet programs write it.
 */

#include "base/charset-guess.h"
#include "base/charset.h"
#include "sheet/sheet-internal.h"

#include <stdarg.h>
#include <string.h>
#include <strings.h>

enum { GUESS_ROWS = 50 };

static const char separators[] = { ';', '\t', ',' };

typedef struct CsvReader {
        const char *c, *end;
        size_t line;
        char separator;
        Buffer field; /* of a quoted field, without its quotes */
        InputError *error;
} CsvReader;

static int refuse(CsvReader *reader, size_t line, const char *format, ...)
                __attribute__((format(printf, 3, 4)));

static int refuse(CsvReader *reader, size_t line, const char *format, ...)
{
        va_list arguments;
        va_start(arguments, format);
        input_error_set_list(reader->error, line, NULL, format, arguments);
        va_end(arguments);
        return SHEET_E_INVALID;
}

static bool is_line_end(char c)
{
        return c == '\r' || c == '\n';
}

/* Steps over CRLF, LF or CR. */
static void step_line(CsvReader *reader)
{
        if (reader->c < reader->end && *reader->c == '\r')
                reader->c++;
        if (reader->c < reader->end && *reader->c == '\n')
                reader->c++;
        reader->line++;
}

/* Reads a field in quotes into reader->field. */
static int read_quoted(CsvReader *reader)
{
        size_t first_line = reader->line;
        buffer_reset(&reader->field);
        for (reader->c++; reader->c < reader->end; reader->c++) {
                bool is_quote = *reader->c == '"';
                bool is_pair = is_quote && reader->c + 1 < reader->end && reader->c[1] == '"';
                if (is_quote && !is_pair) {
                        reader->c++;
                        return buffer_error(&reader->field)
                                               ? refuse(reader, first_line, "a cell is too long")
                                               : 0;
                }
                reader->c += is_pair;
                reader->line += *reader->c == '\n';
                buffer_putc(&reader->field, *reader->c);
        }
        return refuse(reader, first_line, "a field in quotes has no end");
}

/*
 * Reads one field, up to its separator or the end of the line.
 * @ret: borrowed until the next call
 */
static int read_field(CsvReader *reader, const char **ret, size_t *ret_len)
{
        const char *start = reader->c;
        while (reader->c < reader->end && *reader->c == ' ')
                reader->c++;
        if (reader->c < reader->end && *reader->c == '"') {
                size_t line = reader->line;
                int r = read_quoted(reader);
                while (r == 0 && reader->c < reader->end && *reader->c == ' ')
                        reader->c++;
                if (r == 0 && reader->c < reader->end && *reader->c != reader->separator &&
                                !is_line_end(*reader->c))
                        r = refuse(reader, line, "a field goes on after its closing quote");
                *ret = buffer_text(&reader->field);
                *ret_len = reader->field.len;
                return r;
        }
        while (reader->c < reader->end && *reader->c != reader->separator && !is_line_end(*reader->c))
                reader->c++;
        *ret = start;
        *ret_len = (size_t)(reader->c - start);
        return 0;
}

/*
 * Reads one row.
 * @sheet: NULL to count the fields only
 */
static int read_row(CsvReader *reader, Sheet *sheet, size_t *ret_n)
{
        size_t line = reader->line;
        int r = 0;
        for (size_t n = 1; r == 0; n++) {
                const char *text;
                size_t len;
                r = read_field(reader, &text, &len);
                if (r == 0 && sheet)
                        r = sheet_add_cell(sheet, text, len, line, reader->error);
                *ret_n = n;
                if (r == 0 && (reader->c == reader->end || is_line_end(*reader->c)))
                        break;
                reader->c += r == 0;
        }
        if (r == 0 && reader->c < reader->end)
                step_line(reader);
        return r == 0 && sheet ? sheet_end_row(sheet, line, reader->error) : r;
}

/* Returns how many of the first rows have as many fields as the first one, if that has several. */
static size_t rate(const CsvReader *given, char separator, size_t *ret_fields)
{
        CLEANUP(buffer_done) Buffer field = BUFFER_INIT(SHEET_CELL_MAX_BYTES);
        CsvReader reader = *given;
        size_t n_same = 0;
        reader.separator = separator;
        reader.field = field;
        reader.error = NULL;
        *ret_fields = 0;
        for (int i = 0; i < GUESS_ROWS && reader.c < reader.end; i++) {
                size_t n = 0;
                if (read_row(&reader, NULL, &n) != 0)
                        break;
                if (i == 0)
                        *ret_fields = n;
                n_same += n == *ret_fields;
        }
        field = reader.field;
        return *ret_fields > 1 ? n_same : 0;
}

/* Finds the separator that fits the first rows best. A table of one column has any. */
static char guess_separator(const CsvReader *reader)
{
        size_t best = 0, best_fields = 0;
        char found = ',';
        for (size_t i = 0; i < sizeof(separators); i++) {
                size_t fields, n = rate(reader, separators[i], &fields);
                if (n > best || (n == best && n > 0 && fields > best_fields)) {
                        best = n;
                        best_fields = fields;
                        found = separators[i];
                }
        }
        return found;
}

/* Takes the line `sep=;`, by which spreadsheet programs are told the separator. */
static void take_sep_line(CsvReader *reader)
{
        size_t len = (size_t)(reader->end - reader->c);
        if (len < 5 || strncasecmp(reader->c, "sep=", 4) != 0 || (len > 5 && !is_line_end(reader->c[5])))
                return;
        if (!reader->separator)
                reader->separator = reader->c[4];
        reader->c += 5;
        step_line(reader);
}

static int read_rows(CsvReader *reader, Sheet *sheet)
{
        int r = 0;
        take_sep_line(reader);
        if (!reader->separator)
                reader->separator = guess_separator(reader);
        sheet->separator = reader->separator;
        while (r == 0 && reader->c < reader->end) {
                size_t n;
                r = read_row(reader, sheet, &n);
        }
        return r;
}

static int convert(Sheet *sheet, const char *bytes, size_t len, const SheetOptions *options, Buffer *out,
                InputError *ret_error)
{
        sheet->charset = options->charset ? options->charset : charset_guess(bytes, len);
        bool is_text = sheet->charset && charset_to_utf8(sheet->charset, bytes, len, out);
        if (is_text && buffer_error(out) == 0 && !memchr(buffer_text(out), '\0', out->len))
                return 0;
        input_error_set(ret_error, 0, NULL, "the file is no table: its text is in no known encoding");
        return SHEET_E_INVALID;
}

int csv_read(Sheet *sheet, const char *bytes, size_t len, const SheetOptions *options, InputError *ret_error)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(SHEET_TEXT_MAX_BYTES);
        int r = convert(sheet, bytes, len, options, &text, ret_error);
        if (r != 0)
                return r;
        CsvReader reader = { buffer_text(&text), buffer_text(&text) + text.len, 1, options->separator,
                BUFFER_INIT(SHEET_CELL_MAX_BYTES), ret_error };
        r = read_rows(&reader, sheet);
        buffer_done(&reader.field);
        return r;
}
