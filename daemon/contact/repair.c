#include "contact/repair.h"

#include "base/cleanup.h"
#include "base/contentline.h"
#include "base/hash.h"
#include "base/phrase.h"
#include "contact/address.h"
#include "contact/agent.h"
#include "contact/card-check.h"
#include "contact/version-2.h"
#include "contact/version-4.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { LINE_BYTES = 1 << 24, ADDRESS_BYTES = 512, NAME_BYTES = 64 };

typedef struct Repair {
        Buffer name, email; /* FN and the first EMAIL; empty for none */
        Buffer made;        /* a name from N, or else from ORG */
        Buffer line;
        size_t number; /* of the line that was read, counted from 1 at BEGIN:VCARD */
        size_t old;    /* number of the line VERSION:2.1; 0 for another version */
        size_t moved;  /* number of a line VERSION:4.0 that is not the second; 0 for none */
        bool has_version, has_uid, is_version_4;
        OnceLines once;
        bool has_address; /* an EMAIL of the card has a valid address */
        bool is_changed;  /* the line is not as the file has it */
        int (*on_warning)(const InputError *warning, void *userdata);
        void *userdata;
} Repair;

static int warn(const Repair *repair, size_t number, const char *where, const char *message)
{
        InputError warning;
        input_error_set(&warning, number, where, "%s", phrase(message));
        return repair->on_warning ? repair->on_warning(&warning, repair->userdata) : 0;
}

/* Returns the value of a line, which may have a group and parameters; NULL if the line has another name. */
static const char *value_of(const char *line, const char *name)
{
        size_t head = strcspn(line, ";:");
        const char *group = memchr(line, '.', head);
        size_t skip = group ? (size_t)(group - line) + 1 : 0;
        const char *colon = strchr(line, ':');
        bool fits = head - skip == strlen(name) && strncasecmp(line + skip, name, head - skip) == 0;
        return fits && colon ? colon + 1 : NULL;
}

/* Whether a line is a picture, a sound or a key that is too long to be kept. Nobody reads them here. */
static bool is_too_long(const char *line)
{
        static const char *const names[] = { "PHOTO", "LOGO", "SOUND", "KEY" };
        if (strlen(line) <= CONTENT_LIMITS_CARD.line_bytes)
                return false;
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
                if (value_of(line, names[i]))
                        return true;
        return false;
}

static size_t count_lines(const char *from, const char *to)
{
        size_t n = 0;
        while ((from = memchr(from, '\n', (size_t)(to - from)))) {
                from++;
                n++;
        }
        return n;
}

/* Notes the first VERSION, which counts. In version 4.0 it is the second line (RFC 6350, 6.7.9). */
static void note_version(Repair *repair, const char *version, size_t number)
{
        repair->has_version = true;
        repair->is_version_4 = strcmp(version, "4.0") == 0;
        repair->old = strncmp(version, "2.1", 3) == 0 ? number : 0;
        repair->moved = repair->is_version_4 && number != 2 ? number : 0;
}

static void find_version(Repair *repair, const char *text, size_t len)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_BYTES);
        AgentState agents = { .has_open = false };
        for (const char *at = text, *end = text + len; at < end && !repair->has_version;) {
                const char *begin = at;
                buffer_reset(&line);
                agent_next_line(&agents, &at, end, &line);
                const char *version = value_of(buffer_text(&line), "VERSION");
                if (version)
                        note_version(repair, version, 1 + count_lines(text, begin));
        }
}

/* Whether an EMAIL of the card has a valid address. */
static bool has_address(const char *text, size_t len)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_BYTES);
        AgentState agents = { .has_open = false };
        for (const char *at = text, *end = text + len; at < end;) {
                buffer_reset(&line);
                agent_next_line(&agents, &at, end, &line);
                const char *email = value_of(buffer_text(&line), "EMAIL");
                if (email && card_email_valid(email))
                        return true;
        }
        return false;
}

/* Returns the length of the first component of a value, up to an unescaped semicolon. */
static size_t component_length(const char *value)
{
        size_t n = 0;
        while (value[n] && value[n] != ';')
                n += value[n] == '\\' && value[n + 1] ? 2 : 1;
        return n;
}

/*
 * Makes a name, unless one is made already, from N, which has the family name before the given name, or from
 * the first part of ORG.
 */
static void make_name(Repair *repair, const char *value, bool is_person)
{
        size_t family = component_length(value),
               given = is_person && value[family] ? component_length(value + family + 1) : 0;
        if (family + given == 0 || repair->made.len > 0)
                return;
        if (given > 0)
                buffer_append(&repair->made, value + family + 1, given);
        buffer_printf(&repair->made, "%s%.*s", given > 0 && family > 0 ? " " : "", (int)family, value);
}

static void note(Repair *repair, const char *line)
{
        const char *name = value_of(line, "FN"), *email = value_of(line, "EMAIL");
        const char *person = value_of(line, "N"), *body = value_of(line, "ORG");
        const char *uid = value_of(line, "UID");
        repair->has_uid = repair->has_uid || (uid && uid[strspn(uid, " \t")]);
        if (name && name[strspn(name, " \t")])
                buffer_puts(&repair->name, name);
        if (email && repair->email.len == 0 && (card_email_valid(email) || !repair->has_address))
                for (; *email; email++)
                        buffer_printf(&repair->email, "%c", tolower((unsigned char)*email));
        if (person)
                make_name(repair, person, true);
        if (body)
                make_name(repair, body, false);
}

static int add_name(Repair *repair, Buffer *out)
{
        if (repair->name.len > 0 || (repair->made.len == 0 && repair->email.len == 0))
                return 0;
        buffer_printf(out, "FN:%s\r\n", buffer_text(repair->made.len > 0 ? &repair->made : &repair->email));
        return warn(repair, 1, "FN", "it is missing; the name is made from the other lines");
}

static int add_uid(Repair *repair, const char *text, size_t len, Buffer *out)
{
        char hash[HASH_HEX_SIZE];
        if (repair->has_uid)
                return 0;
        if (repair->email.len > 0)
                hash_hex(repair->email.data, repair->email.len, hash);
        else
                hash_hex(text, len, hash);
        buffer_printf(out, "UID:%.32s@import.invalid\r\n", hash);
        return warn(repair, 1, "UID",
                        "it is missing; it is made from the mail address, or else from the whole card");
}

static void convert(Repair *repair)
{
        CLEANUP(buffer_done) Buffer converted = BUFFER_INIT(LINE_BYTES);
        version_2_convert(buffer_text(&repair->line), &converted);
        buffer_reset(&repair->line);
        buffer_puts(&repair->line, buffer_text(&converted));
}

/*
 * Reads the address of an EMAIL that has more than an address: blanks, `mailto:`, or a name before it. Any
 * other value stays, and the parser refuses it.
 */
static int repair_email(Repair *repair)
{
        const char *line = buffer_text(&repair->line), *value = value_of(line, "EMAIL");
        const char *angle = value ? strchr(value, '<') : NULL;
        char address[ADDRESS_BYTES];
        if (!value || card_email_valid(value))
                return 0;
        const char *at = angle ? angle + 1 : value + strspn(value, " \t");
        at += strncasecmp(at, "mailto:", 7) == 0 ? 7 : 0;
        snprintf(address, sizeof(address), "%.*s", (int)strcspn(at, angle ? ">" : " \t"), at);
        if (!card_email_valid(address) ||
                        (!angle && at[strlen(address) + strspn(at + strlen(address), " \t")]))
                return 0;
        buffer_remove(&repair->line, (size_t)(value - line), strlen(value));
        buffer_puts(&repair->line, address);
        repair->is_changed = true;
        return warn(repair, repair->number, "EMAIL", "it has more than an address; the rest is left out");
}

/* Whether a line is kept. If it tells nothing, it is left out. */
typedef enum Use {
        USE_KEPT,
        USE_EMPTY,
        USE_EMPTY_NAME, /* an FN, whose absence is reported */
        USE_UNREADABLE, /* it decides nothing, or the card has another address */
        USE_REPEATED,   /* the card may have the property once */
        USE_MOVED,      /* it was written before */
} Use;

static Use use_of(const Repair *repair, const char *line)
{
        static const char *const names[] = { "FN", "EMAIL", "LANG", "TZ", "GEO", "UID" };
        const char *email = value_of(line, "EMAIL");
        const char *language = value_of(line, "LANG"), *position = value_of(line, "GEO");
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
                const char *value = value_of(line, names[i]);
                if (value && !value[strspn(value, " \t")])
                        return i > 0 ? USE_EMPTY : USE_EMPTY_NAME;
        }
        bool bad = (email && repair->has_address && !card_email_valid(email)) ||
                   (language && !card_language_valid(language)) ||
                   (position && !card_position_valid(position));
        return bad ? USE_UNREADABLE : USE_KEPT;
}

static int warn_useless(const Repair *repair, Use use)
{
        const char *line = buffer_text(&repair->line);
        char name[NAME_BYTES];
        snprintf(name, sizeof(name), "%.*s", (int)strcspn(line, ";:"), line);
        if (use == USE_EMPTY)
                return warn(repair, repair->number, name, "it is empty; the line is left out");
        if (use == USE_REPEATED)
                return warn(repair, repair->number, name,
                                "it stands there a second time; the line is left out");
        return use == USE_UNREADABLE ? warn(repair, repair->number, name,
                                                       "it cannot be read; the line is left out")
                                     : 0;
}

static bool is_readable(const char *line)
{
        CLEANUP(content_reader_freep)
        ContentReader *reader = content_reader_new(line, strlen(line), &CONTENT_LIMITS_CARD);
        ContentLine unused;
        bool is_frame = value_of(line, "BEGIN") || value_of(line, "END");
        return !*line || is_frame || (reader && content_reader_next(reader, &unused, NULL) == 0);
}

/* Whether the card is refused if the line cannot be read: who the contact is, and whether it gets mail. */
static bool decides(const char *line)
{
        static const char *const names[] = { "VERSION", "UID", "FN", "EMAIL", "KIND" };
        static const char own[] = "X-CONVENED-";
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
                if (value_of(line, names[i]))
                        return true;
        return strncasecmp(line, own, sizeof(own) - 1) == 0;
}

/* Corrects a line that cannot be read: control characters, and parameters as in version 2.1. */
static int repair_unreadable(Repair *repair)
{
        CLEANUP(buffer_done) Buffer named = BUFFER_INIT(LINE_BYTES);
        CLEANUP(buffer_done) Buffer clean = BUFFER_INIT(LINE_BYTES);
        if (is_readable(buffer_text(&repair->line)))
                return 0;
        for (const char *c = buffer_text(&repair->line); *c; c++)
                if ((unsigned char)*c >= ' ' || *c == '\t')
                        buffer_putc(&clean, *c);
        version_2_convert(buffer_text(&clean), &named);
        const Buffer *found = is_readable(buffer_text(&clean))   ? &clean
                              : is_readable(buffer_text(&named)) ? &named
                                                                 : NULL;
        if (!found)
                return 0;
        buffer_reset(&repair->line);
        buffer_puts(&repair->line, buffer_text(found));
        repair->is_changed = true;
        return warn(repair, repair->number, NULL, "the line cannot be read; it is put right");
}

/* Whether the line repeats a property. Another value of what decides stays, and the parser refuses it. */
static bool is_repeated(Repair *repair, const char *line)
{
        bool is_exactly = decides(line) && !value_of(line, "VERSION");
        return once_is_repeated(&repair->once, line, repair->is_version_4, is_exactly);
}

static int repair_preference(Repair *repair)
{
        if (!repair->is_version_4 || !version_4_remove_preference(&repair->line))
                return 0;
        repair->is_changed = true;
        return warn(repair, repair->number, "PREF", "it is not 1 to 100; it is left out");
}

/* Appends the line that was read; @given has its bytes in the file. */
static int write_line(Repair *repair, const char *given, size_t given_len, Buffer *out)
{
        const char *line = buffer_text(&repair->line);
        if (is_too_long(line))
                return warn(repair, repair->number, "PHOTO", "it is longer than 960 KiB; it is left out");
        Use use = is_readable(line) || decides(line) ? use_of(repair, line) : USE_UNREADABLE;
        if (use == USE_KEPT && is_repeated(repair, line))
                use = repair->number == repair->moved ? USE_MOVED : USE_REPEATED;
        if (use != USE_KEPT)
                return warn_useless(repair, use);
        if (!repair->old && !repair->is_changed)
                buffer_append(out, given, given_len);
        else if (*line)
                buffer_printf(out, "%s\r\n", line);
        return 0;
}

static int move_version(Repair *repair, Buffer *out)
{
        static const char version[] = "VERSION:4.0";
        buffer_printf(out, "%s\r\n", version);
        is_repeated(repair, version);
        return warn(repair, repair->moved, "VERSION", "it is not the second line; it is moved there");
}

static int add_version(Repair *repair, Buffer *out)
{
        repair->has_version = true;
        buffer_puts(out, "VERSION:3.0\r\n");
        return warn(repair, 1, "VERSION", "it is missing; the card is read as 3.0");
}

static int repair_lines(Repair *repair, const char *text, size_t len, Buffer *out)
{
        AgentState agents = { .has_open = false };
        size_t next = 1;
        int r = 0;
        for (const char *at = text, *end = text + len; r == 0 && at < end;) {
                const char *begin = at;
                buffer_reset(&repair->line);
                repair->is_changed = agent_next_line(&agents, &at, end, &repair->line);
                repair->number = next;
                next += count_lines(begin, at);
                if (repair->is_changed)
                        r = warn(repair, repair->number, "AGENT", "the card within it is kept as its text");
                if (repair->old)
                        convert(repair);
                if (r == 0)
                        r = repair_unreadable(repair);
                if (r == 0)
                        r = repair_email(repair);
                if (r == 0)
                        r = repair_preference(repair);
                const char *line = buffer_text(&repair->line), *ended = value_of(line, "END");
                note(repair, line);
                if (r == 0 && ended)
                        r = add_name(repair, out);
                if (r == 0 && ended)
                        r = add_uid(repair, text, len, out);
                if (r == 0)
                        r = write_line(repair, begin, (size_t)(at - begin), out);
                if (r == 0 && !repair->has_version && value_of(line, "BEGIN"))
                        r = add_version(repair, out);
                if (r == 0 && repair->moved > 0 && repair->number == 1)
                        r = move_version(repair, out);
        }
        return r;
}

int card_repair(const char *text, size_t len, Buffer *out,
                int (*on_warning)(const InputError *warning, void *userdata), void *userdata)
{
        Repair repair = {
                .name = BUFFER_INIT(LINE_BYTES),
                .email = BUFFER_INIT(LINE_BYTES),
                .made = BUFFER_INIT(LINE_BYTES),
                .line = BUFFER_INIT(LINE_BYTES),
                .on_warning = on_warning,
                .userdata = userdata,
        };
        find_version(&repair, text, len);
        repair.has_address = has_address(text, len);
        int r = repair.old ? warn(&repair, repair.old, "VERSION", "it is 2.1; the card is kept as 3.0") : 0;
        if (r == 0)
                r = repair_lines(&repair, text, len, out);
        buffer_done(&repair.name);
        buffer_done(&repair.email);
        buffer_done(&repair.made);
        buffer_done(&repair.line);
        return r < 0 ? r : buffer_error(out);
}
