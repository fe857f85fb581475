#include "contact/agent.h"

#include "base/cleanup.h"
#include "base/contentline.h"
#include "contact/version-2.h"

#include <string.h>
#include <strings.h>

enum { CARD_BYTES = 1 << 24 };

static bool is_blank(char c)
{
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t without_blanks(const char *line, size_t len)
{
        while (len > 0 && is_blank(line[len - 1]))
                len--;
        return len;
}

static bool line_is(const char *line, size_t len, const char *text)
{
        len = without_blanks(line, len);
        return len == strlen(text) && strncasecmp(line, text, len) == 0;
}

/* Returns the length of a line's name, with its group. */
static size_t name_length(const char *line, size_t len)
{
        size_t n = 0;
        while (n < len && line[n] != ':' && line[n] != ';')
                n++;
        return n;
}

AgentLine agent_line(const char *line, size_t len)
{
        static const char name[] = "AGENT";
        len = without_blanks(line, len);
        size_t end = name_length(line, len), group = end;
        while (group > 0 && line[group - 1] != '.')
                group--;
        if (end - group != sizeof(name) - 1 || strncasecmp(line + group, name, sizeof(name) - 1) != 0)
                return AGENT_NONE;
        const char *colon = memchr(line + end, ':', len - end);
        if (!colon)
                return AGENT_NONE;
        size_t head = (size_t)(colon - line) + 1;
        while (head < len && is_blank(line[head]))
                head++;
        return head == len                                       ? AGENT_OPENS
               : line_is(line + head, len - head, "BEGIN:VCARD") ? AGENT_BEGINS
                                                                 : AGENT_NONE;
}

/* Whether the next line that is not empty begins a card; @at is moved past it. */
static bool skip_begin(const char **at, const char *end)
{
        const char *line = *at, *feed;
        for (; line < end; line = feed ? feed + 1 : end) {
                feed = memchr(line, '\n', (size_t)(end - line));
                size_t len = (size_t)((feed ? feed : end) - line);
                if (without_blanks(line, len) == 0)
                        continue;
                *at = feed ? feed + 1 : end;
                return line_is(line, len, "BEGIN:VCARD");
        }
        return false;
}

/* The cards that a line begins or ends, within the card of an agent. */
static int depth_of(const char *line, size_t len)
{
        return line_is(line, len, "END:VCARD")                                              ? -1
               : line_is(line, len, "BEGIN:VCARD") || agent_line(line, len) == AGENT_BEGINS ? 1
                                                                                            : 0;
}

/* Appends the lines up to the END of the card whose BEGIN was read. Return: false if there is no END. */
static bool take_card(const char **at, const char *end, Buffer *out)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(CARD_BYTES);
        bool is_old = false;
        buffer_puts(out, "BEGIN:VCARD");
        for (int depth = 1; depth > 0;) {
                if (*at >= end)
                        return false;
                buffer_reset(&line);
                version_2_next_line(at, end, &line);
                const char *text = buffer_text(&line);
                depth += depth_of(text, line.len);
                is_old = is_old || line_is(text, line.len, "VERSION:2.1");
                buffer_putc(out, '\n');
                if (is_old)
                        version_2_convert(text, out);
                else
                        buffer_puts(out, text);
        }
        return buffer_error(out) == 0;
}

bool agent_next_line(AgentState *state, const char **at, const char *end, Buffer *out)
{
        CLEANUP(buffer_done) Buffer card = BUFFER_INIT(CARD_BYTES);
        size_t begin = out->len;
        version_2_next_line(at, end, out);
        const char *line = buffer_text(out) + begin, *next = *at;
        size_t len = out->len - begin;
        AgentLine kind = buffer_error(out) || state->has_open ? AGENT_NONE : agent_line(line, len);
        if (kind == AGENT_NONE)
                return false;
        const char *colon = memchr(line, ':', len);
        if (kind == AGENT_OPENS && !skip_begin(&next, end))
                return false;
        state->has_open = !take_card(&next, end, &card);
        if (state->has_open)
                return false;
        buffer_remove(out, (size_t)(colon + 1 - out->data), len - (size_t)(colon + 1 - line));
        content_escape(out, buffer_text(&card));
        *at = next;
        return true;
}
