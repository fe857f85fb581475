/*
 * The first sheet of a workbook in Office Open XML (ECMA-376, part 1, 18). The workbook names its sheets in
 * their order by relations, whose targets are the paths of the sheets. Most texts are in a table of their
 * own, and cells have their numbers.
 */

#include "base/array.h"
#include "package/xml.h"
#include "package/zip.h"
#include "sheet/sheet-internal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_BYTES = 256, SHARED_MAX = 1000 * 1000 };

#define WORKBOOK  "xl/workbook.xml"
#define RELATIONS "xl/_rels/workbook.xml.rels"
#define STRINGS   "xl/sharedStrings.xml"

typedef struct Shared {
        Buffer text;
        size_t *offsets;
        size_t n;
        int phonetic; /* depth of readings of Asian texts, which are no part of the text */
        bool is_open;
} Shared;

typedef struct Reader {
        Sheet *sheet;
        Shared shared;
        char relation[NAME_BYTES], target[NAME_BYTES];
        size_t line; /* number of the row */
        char type[16];
        Buffer value;
        bool takes_text;
        bool in_cell;
        InputError *error;
} Reader;

static void reader_done(Reader *reader)
{
        buffer_done(&reader->shared.text);
        free(reader->shared.offsets);
        buffer_done(&reader->value);
}

static int refuse(Reader *reader, const char *part, const char *format, ...)
                __attribute__((format(printf, 3, 4)));

static int refuse(Reader *reader, const char *part, const char *format, ...)
{
        va_list arguments;
        va_start(arguments, format);
        input_error_set_list(reader->error, reader->line, part, format, arguments);
        va_end(arguments);
        return SHEET_E_INVALID;
}

/* The first sheet's relation. */
static int on_workbook(XmlWalk *walk, const char *name, void *userdata)
{
        Reader *reader = userdata;
        if (strcmp(name, "sheet") == 0 && !reader->relation[0])
                xml_walk_attribute(walk, "id", reader->relation, sizeof(reader->relation));
        return 0;
}

static int on_relation(XmlWalk *walk, const char *name, void *userdata)
{
        Reader *reader = userdata;
        char id[NAME_BYTES], target[NAME_BYTES - 4];
        if (strcmp(name, "Relationship") != 0 || !xml_walk_attribute(walk, "Id", id, sizeof(id)) ||
                        strcmp(id, reader->relation) != 0 ||
                        !xml_walk_attribute(walk, "Target", target, sizeof(target)))
                return 0;
        bool is_absolute = target[0] == '/';
        snprintf(reader->target, sizeof(reader->target), "%s%s", is_absolute ? "" : "xl/",
                        target + is_absolute);
        return 0;
}

static int on_shared_start(XmlWalk *walk, const char *name, void *userdata)
{
        Reader *reader = userdata;
        Shared *shared = &reader->shared;
        (void)walk;
        shared->phonetic += strcmp(name, "rPh") == 0;
        shared->is_open = strcmp(name, "t") == 0 && shared->phonetic == 0;
        if (strcmp(name, "si") != 0)
                return 0;
        if (shared->n == SHARED_MAX)
                return refuse(reader, STRINGS, "too many texts");
        size_t *offsets = array_grow(shared->offsets, shared->n, sizeof(*offsets));
        if (!offsets)
                return -ENOMEM;
        shared->offsets = offsets;
        shared->offsets[shared->n++] = shared->text.len;
        return 0;
}

static int on_shared_text(XmlWalk *walk, const char *text, size_t len, void *userdata)
{
        Reader *reader = userdata;
        (void)walk;
        if (reader->shared.is_open)
                buffer_append(&reader->shared.text, text, len);
        return 0;
}

static int on_shared_end(XmlWalk *walk, const char *name, void *userdata)
{
        Shared *shared = &((Reader *)userdata)->shared;
        (void)walk;
        shared->is_open = false;
        shared->phonetic -= strcmp(name, "rPh") == 0;
        if (strcmp(name, "si") == 0)
                buffer_putc(&shared->text, '\0');
        return buffer_error(&shared->text);
}

/* Reads the column of a reference such as "AB12", counted from 0. */
static bool read_column(const char *reference, size_t *ret)
{
        size_t column = 0;
        const char *c = reference;
        for (; *c >= 'A' && *c <= 'Z' && column <= SHEET_COLUMNS_MAX; c++)
                column = 26 * column + (size_t)(*c - 'A' + 1);
        if (c == reference)
                return false;
        *ret = column - 1;
        return true;
}

/* Begins a cell, with empty cells in place of those that the file leaves out. */
static int begin_cell(Reader *reader, XmlWalk *walk)
{
        char reference[32];
        size_t column = sheet_open_cells(reader->sheet);
        int r = 0;
        xml_walk_attribute(walk, "t", reader->type, sizeof(reader->type));
        if (xml_walk_attribute(walk, "r", reference, sizeof(reference)) && !read_column(reference, &column))
                return refuse(reader, reference, "a cell without a column");
        while (r == 0 && sheet_open_cells(reader->sheet) < column)
                r = sheet_add_cell(reader->sheet, "", 0, reader->line, reader->error);
        buffer_reset(&reader->value);
        reader->in_cell = true;
        return r;
}

static int on_sheet_start(XmlWalk *walk, const char *name, void *userdata)
{
        Reader *reader = userdata;
        char number[24];
        if (strcmp(name, "row") == 0) {
                reader->line = xml_walk_attribute(walk, "r", number, sizeof(number))
                                               ? strtoul(number, NULL, 10)
                                               : reader->line + 1;
                reader->shared.phonetic = 0;
        }
        reader->shared.phonetic += strcmp(name, "rPh") == 0;
        reader->takes_text = reader->in_cell && reader->shared.phonetic == 0 &&
                             (strcmp(name, "v") == 0 || strcmp(name, "t") == 0);
        return strcmp(name, "c") == 0 ? begin_cell(reader, walk) : 0;
}

static int on_sheet_text(XmlWalk *walk, const char *text, size_t len, void *userdata)
{
        Reader *reader = userdata;
        (void)walk;
        if (reader->takes_text)
                buffer_append(&reader->value, text, len);
        return 0;
}

/* Writes a number such as 7.9161234567E10, as a telephone is stored, without an exponent. */
static void plain_number(Buffer *value)
{
        char text[64], *end;
        double number = strtod(buffer_text(value), &end);
        if (value->len == 0 || *end || !strpbrk(buffer_text(value), "eE") || number > 1e15 || number < -1e15)
                return;
        snprintf(text, sizeof(text), "%.0f", number);
        if (strtod(text, NULL) != number)
                return;
        buffer_reset(value);
        buffer_puts(value, text);
}

static int end_cell(Reader *reader)
{
        const Shared *shared = &reader->shared;
        const char *text = buffer_text(&reader->value);
        size_t len = reader->value.len;
        reader->in_cell = false;
        if (buffer_error(&reader->value))
                return refuse(reader, NULL, "a cell is too long");
        if (strcmp(reader->type, "s") == 0) {
                char *end;
                unsigned long number = strtoul(text, &end, 10);
                if (len == 0 || *end || number >= shared->n)
                        return refuse(reader, NULL, "a cell refers to a text that is not there");
                text = buffer_text(&shared->text) + shared->offsets[number];
                len = strlen(text);
        } else if (!reader->type[0] || strcmp(reader->type, "n") == 0) {
                plain_number(&reader->value);
                text = buffer_text(&reader->value);
                len = reader->value.len;
        }
        return sheet_add_cell(reader->sheet, text, len, reader->line, reader->error);
}

static int on_sheet_end(XmlWalk *walk, const char *name, void *userdata)
{
        Reader *reader = userdata;
        (void)walk;
        reader->takes_text = false;
        reader->shared.phonetic -= strcmp(name, "rPh") == 0;
        if (strcmp(name, "c") == 0)
                return end_cell(reader);
        return strcmp(name, "row") == 0 ? sheet_end_row(reader->sheet, reader->line, reader->error) : 0;
}

static const XmlCalls workbook_calls = { on_workbook, NULL, NULL },
                      relation_calls = { on_relation, NULL, NULL },
                      shared_calls = { on_shared_start, on_shared_text, on_shared_end },
                      sheet_calls = { on_sheet_start, on_sheet_text, on_sheet_end };

/* Refuses a part whose reading ended with a condition of package/. Other results are passed on. */
static int refuse_part(Reader *reader, const char *part, int r)
{
        switch (r) {
        case PACKAGE_E_MISSING:
                return refuse(reader, part, "the file is no workbook: it has no such part");
        case PACKAGE_E_DAMAGED:
                return refuse(reader, part, "a part of the file is damaged");
        case PACKAGE_E_XML:
                return refuse(reader, part, "a part of the file is not well-formed XML");
        case PACKAGE_E_LARGE:
        case -EFBIG:
                return refuse(reader, part, "a part of the file unpacks to too much");
        }
        return r;
}

/* Unpacks a part and walks it. A missing part is a fault unless @is_optional. */
static int read_part(Reader *reader, const char *bytes, size_t len, const char *part, const XmlCalls *calls,
                bool is_optional)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(SHEET_TEXT_MAX_BYTES);
        int r = zip_read_part(bytes, len, part, &text);
        if (r == PACKAGE_E_MISSING && is_optional)
                return 0;
        if (r == 0)
                r = xml_walk(buffer_text(&text), text.len, calls, reader);
        return refuse_part(reader, part, r);
}

int xlsx_read(Sheet *sheet, const char *bytes, size_t len, InputError *ret_error)
{
        CLEANUP(reader_done)
        Reader reader = {
                .sheet = sheet,
                .shared.text = BUFFER_INIT(SHEET_TEXT_MAX_BYTES),
                .value = BUFFER_INIT(SHEET_CELL_MAX_BYTES),
                .error = ret_error,
        };
        sheet->charset = "UTF-8";
        int r = read_part(&reader, bytes, len, WORKBOOK, &workbook_calls, false);
        if (r == 0)
                r = read_part(&reader, bytes, len, RELATIONS, &relation_calls, false);
        if (r == 0 && !reader.target[0])
                r = refuse(&reader, WORKBOOK, "the workbook has no sheet");
        if (r == 0)
                r = read_part(&reader, bytes, len, STRINGS, &shared_calls, true);
        return r == 0 ? read_part(&reader, bytes, len, reader.target, &sheet_calls, false) : r;
}
