#include "contact/version-4.h"

#include "contact/card-line.h"

#include <string.h>

static bool read_line(ContentReader *reader, ContentLine *ret)
{
        return reader && content_reader_next(reader, ret, NULL) == 0;
}

bool once_is_repeated(OnceLines *lines, const char *text, bool is_version_4, bool is_exactly)
{
        CLEANUP(content_reader_freep)
        ContentReader *reader = content_reader_new(text, strlen(text), &CONTENT_LIMITS_CARD);
        ContentLine line;
        OnceLine found = { .altid = "" };
        bool has_forms;
        int rule = read_line(reader, &line) ? card_rule_once(line.name, is_version_4, &has_forms) : -1;
        if (rule < 0)
                return false;
        OnceLine *first = &lines->first[rule];
        const char *id = has_forms ? content_line_param(&line, "ALTID") : NULL;
        hash_hex(text, strlen(text), found.octets);
        if (id)
                hash_hex(id, strlen(id), found.altid);
        if (!first->octets[0]) {
                *first = found;
                return false;
        }
        bool is_same = strcmp(found.octets, first->octets) == 0;
        bool is_form = id && strcmp(found.altid, first->altid) == 0;
        return is_exactly ? is_same : !is_form;
}

bool version_4_remove_preference(Buffer *line)
{
        CLEANUP(content_reader_freep) ContentReader *reader = NULL;
        ContentLine read;
        if (!strcasestr(buffer_text(line), ";PREF="))
                return false;
        reader = content_reader_new(line->data, line->len, &CONTENT_LIMITS_CARD);
        const char *preference = read_line(reader, &read) ? content_line_param(&read, "PREF") : NULL;
        if (!preference || card_preference_valid(preference))
                return false;
        CLEANUP(buffer_done) Buffer head = BUFFER_INIT(line->max);
        LineMemory memory = LINE_MEMORY_INIT(4 * line->max);
        CardLine parts;
        line_cut(&memory, line->data, line->len, &parts);
        line_remove_all(&parts, "PREF");
        line_head(&parts, &head);
        bool is_written = memory.error == 0 && buffer_error(&head) == 0;
        if (is_written) {
                buffer_remove(line, 0, line->len - read.value_len);
                buffer_insert(line, 0, head.data, head.len);
        }
        line_memory_done(&memory);
        return is_written;
}
