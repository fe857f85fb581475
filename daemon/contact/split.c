#include "contact/card.h"

#include "base/phrase.h"
#include "contact/agent.h"

#include <string.h>
#include <strings.h>

/*
 * Cuts a file into cards only by the lines BEGIN:VCARD and END:VCARD. Faults inside a card are found by
 * card_parse(), so they do not affect other cards. A card after a line AGENT is part of the card around it.
 */
typedef struct Splitter {
        const char *at, *end;
        size_t line;      /* number of the line at `at`, counted from 1 */
        const char *card; /* BEGIN of the card that is open; NULL outside of cards */
        size_t card_line;
        int depth;        /* number of the cards of agents that are open */
        bool after_agent; /* a line AGENT has been read, and its card has not begun */
        bool stray;       /* a line since the last card was outside of cards, and was reported */
        int (*on_card)(const char *text, size_t len, size_t line, void *userdata);
        int (*on_error)(const InputError *error, void *userdata);
        void *userdata;
} Splitter;

static bool is_blank(char c)
{
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool line_is(const char *line, size_t len, const char *text)
{
        while (len > 0 && is_blank(line[len - 1]))
                len--;
        return len == strlen(text) && strncasecmp(line, text, len) == 0;
}

static int complain(Splitter *splitter, size_t line, const char *where, const char *message)
{
        InputError error;
        input_error_set(&error, line, where, "%s", phrase(message));
        return splitter->on_error ? splitter->on_error(&error, splitter->userdata) : 0;
}

static int leave_open(Splitter *splitter)
{
        int r = splitter->card ? complain(splitter, splitter->card_line, "BEGIN",
                                                 "BEGIN:VCARD has no END:VCARD")
                               : 0;
        splitter->card = NULL;
        splitter->depth = 0;
        splitter->after_agent = false;
        return r;
}

static int begin(Splitter *splitter, const char *line)
{
        if (splitter->card && splitter->after_agent) {
                splitter->depth++;
                splitter->after_agent = false;
                return 0;
        }
        int r = leave_open(splitter);
        splitter->card = line;
        splitter->card_line = splitter->line;
        splitter->stray = false;
        return r;
}

static int end(Splitter *splitter, const char *behind)
{
        if (!splitter->card)
                return complain(splitter, splitter->line, "END", "END:VCARD has no BEGIN");
        if (splitter->depth > 0) {
                splitter->depth--;
                return 0;
        }
        const char *card = splitter->card;
        splitter->card = NULL;
        splitter->after_agent = false;
        return splitter->on_card(card, (size_t)(behind - card), splitter->card_line, splitter->userdata);
}

static void note_agent(Splitter *splitter, const char *line, size_t len)
{
        AgentLine kind = agent_line(line, len);
        splitter->depth += kind == AGENT_BEGINS;
        splitter->after_agent = kind == AGENT_OPENS;
}

/* Reports a line outside of cards. Several such lines in a row are reported once. */
static int between(Splitter *splitter, const char *line, size_t len)
{
        char name[64];
        bool was_stray = splitter->stray;
        size_t blanks = 0;
        while (blanks < len && is_blank(line[blanks]))
                blanks++;
        if (blanks == len)
                return 0;
        if (splitter->card) {
                note_agent(splitter, line, len);
                return 0;
        }
        splitter->stray = true;
        if (was_stray)
                return 0;
        size_t n = 0;
        for (; n < len && n < sizeof(name) - 1 && line[n] > ' ' && line[n] < 0x7F && !strchr(":;.", line[n]);
                        n++)
                name[n] = line[n];
        name[n] = '\0';
        return complain(splitter, splitter->line, n < len && strchr(":;", line[n]) ? name : NULL,
                        "it stands outside of BEGIN:VCARD and END:VCARD");
}

static int take_line(Splitter *splitter)
{
        const char *line = splitter->at, *line_feed = memchr(line, '\n', (size_t)(splitter->end - line));
        const char *behind = line_feed ? line_feed + 1 : splitter->end;
        size_t len = (size_t)(behind - line);
        int r = line_is(line, len, "BEGIN:VCARD") ? begin(splitter, line)
                : line_is(line, len, "END:VCARD") ? end(splitter, behind)
                                                  : between(splitter, line, len);
        splitter->at = behind;
        splitter->line++;
        return r;
}

int card_split(const char *text, size_t len,
                int (*on_card)(const char *text, size_t len, size_t line, void *userdata),
                int (*on_error)(const InputError *error, void *userdata), void *userdata)
{
        static const char byte_order_mark[] = "\xEF\xBB\xBF";
        size_t skip = len >= 3 && memcmp(text, byte_order_mark, 3) == 0 ? 3 : 0;
        Splitter splitter = {
                .at = text + skip,
                .end = text + len,
                .line = 1,
                .on_card = on_card,
                .on_error = on_error,
                .userdata = userdata,
        };
        while (splitter.at < splitter.end) {
                int r = take_line(&splitter);
                if (r < 0)
                        return r;
        }
        return leave_open(&splitter);
}
