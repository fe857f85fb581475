#include "cli/wish-file.h"

#include "store/address.h"
#include "store/object.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

enum { FIELDS_MAX = 8, WHERE_BYTES = 8192 };

/* A table that is being read. Its text is cut into fields in place. */
typedef struct Table {
        Cli *cli;
        const char *path;
        char *next;
        size_t line, next_line;
        char separator;
        const char *fields[FIELDS_MAX];
        size_t n_fields;
        int n_faults;
} Table;

static size_t count_in_line(const char *text, char c)
{
        size_t n = 0;
        for (; *text && *text != '\n'; text++)
                n += *text == c;
        return n;
}

static char choose_separator(const char *text)
{
        size_t commas = count_in_line(text, ','), semicolons = count_in_line(text, ';');
        size_t tabs = count_in_line(text, '\t');
        if (tabs > commas && tabs > semicolons)
                return '\t';
        return semicolons > commas ? ';' : ',';
}

/* Cuts off a field in quotes, in which two quotes stand for one. Return: the text after it. */
static char *cut_quoted(Table *table, char *at)
{
        char *to = at;
        for (at++; *at && (*at != '"' || at[1] == '"'); at++) {
                at += *at == '"';
                table->next_line += *at == '\n';
                *to++ = *at;
        }
        at += *at == '"';
        char *end = at;
        while (*end && *end != table->separator && *end != '\n')
                end++;
        *to = '\0';
        return end;
}

static char *cut_plain(const Table *table, char *at)
{
        while (*at && *at != table->separator && *at != '\n')
                at++;
        return at;
}

static void trim(char *field)
{
        size_t len = strlen(field);
        while (len > 0 && isspace((unsigned char)field[len - 1]))
                field[--len] = '\0';
}

/* Reads the next line; a field in quotes may have line breaks. Return: false at the end of the text. */
static bool read_line(Table *table)
{
        table->n_fields = 0;
        table->line = table->next_line;
        for (char c = table->separator; c == table->separator && *table->next;) {
                char *field = table->next;
                while (*field == ' ')
                        field++;
                char *end = *field == '"' ? cut_quoted(table, field) : cut_plain(table, field);
                c = *end;
                table->next = c ? end + 1 : end;
                *end = '\0';
                table->next_line += c == '\n';
                trim(field);
                if (table->n_fields < FIELDS_MAX)
                        table->fields[table->n_fields++] = field;
        }
        return table->n_fields > 0;
}

static bool is_empty(const Table *table)
{
        for (size_t i = 0; i < table->n_fields; i++)
                if (table->fields[i][0])
                        return false;
        return true;
}

static void tell(Table *table, const char *pattern, const char *value)
{
        CLEANUP(buffer_done) Buffer where = BUFFER_INIT(WHERE_BYTES);
        table->n_faults++;
        buffer_printf(&where, "%s:%zu", table->path, table->line);
        cli_error(table->cli, pattern,
                        TEXT_ARGUMENTS({ "where", buffer_text(&where), 0 }, { "value", value, 0 }));
}

/* Finds a contact by UID or mail address. @ret: NULL if there is none, or if several have the address */
static int find(Cli *cli, const char *word, ObjectRecord **ret)
{
        int64_t contact = 0, n = 0;
        *ret = NULL;
        if (word[0] == '\0')
                return 0;
        int r = object_find(cli->store, word, ret);
        if (r == 0 && (*ret)->kind != OBJECT_CARD)
                *ret = object_record_free(*ret);
        if (r == STORE_E_NOT_FOUND)
                r = address_find(cli->store, word, &contact, &n);
        if (r == 0 && n == 1)
                r = object_get_by_id(cli->store, contact, ret);
        return r;
}

/* Reads the priority, WISH_PRIORITY_DEFAULT if it is left out. Return: 0 if it is invalid. */
static int read_priority(const Table *table)
{
        const char *text = table->n_fields > 2 ? table->fields[2] : "";
        if (text[0] == '\0')
                return WISH_PRIORITY_DEFAULT;
        return text[0] >= '1' && text[0] <= '9' && text[1] == '\0' ? text[0] - '0' : 0;
}

static int add(Table *table, bool may_be_heading, WishList *list)
{
        CLEANUP(object_record_freep) ObjectRecord *from = NULL;
        CLEANUP(object_record_freep) ObjectRecord *to = NULL;
        const CliStrings *strings = table->cli->strings;
        const char *second = table->n_fields > 1 ? table->fields[1] : "";
        int priority = read_priority(table);
        int r = find(table->cli, table->fields[0], &from);
        if (r == 0)
                r = find(table->cli, second, &to);
        if (r != 0)
                return r;
        if (may_be_heading && !from && !to && (priority == 0 || table->n_fields < 3) &&
                        !strchr(table->fields[0], '@'))
                return 0;
        if (!from || !to)
                tell(table, strings->wish_no_contact, from ? second : table->fields[0]);
        else if (priority == 0)
                tell(table, strings->wish_bad_priority, table->fields[2]);
        else if (strcmp(from->uid, to->uid) == 0)
                tell(table, strings->wish_own, second);
        else
                return wish_list_add(list, &(Wish){ from->uid, to->uid, priority });
        return 0;
}

static int read_table(Table *table, WishList *list)
{
        int r = 0;
        for (bool is_first = true; r == 0 && read_line(table);) {
                if (is_empty(table))
                        continue;
                r = add(table, is_first, list);
                is_first = false;
        }
        return r;
}

int wish_file_parse(Cli *cli, const char *path, char *text, WishList *list)
{
        char *begin = text + (strncmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0);
        Table table = {
                .cli = cli, .path = path, .next = begin, .next_line = 1, .separator = choose_separator(begin)
        };
        int r = read_table(&table, list);
        if (r != 0)
                return cli_refuse(cli, path, r);
        return table.n_faults > 0 ? CLI_REFUSED : CLI_DONE;
}
