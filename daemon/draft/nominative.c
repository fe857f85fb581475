/*
 * The lists of event words give each word's nominative before its other forms, so the first form of a list
 * that shares the beginning of a word is its nominative, and its last letter tells the gender. An
 * adjective's ending follows from the gender; "-ого" and "-ей" have one basic form for each gender.
 */

#include "draft/nominative.h"

#include <stdio.h>
#include <string.h>

enum { WORD_BYTES = 128, SHARED_MIN = 6, REST_MAX = 6 };

typedef enum Gender { MASCULINE, FEMININE, NEUTER } Gender;

static const struct {
        const char *oblique, *basic[3];
} endings[] = {
        { "ого", { "ый", NULL, "ое" } },
        { "его", { "ий", NULL, "ее" } },
        { "ому", { "ый", NULL, "ое" } },
        { "ему", { "ий", NULL, "ее" } },
        { "ым", { "ый", NULL, "ое" } },
        { "им", { "ий", NULL, "ее" } },
        { "ом", { "ый", NULL, "ое" } },
        { "ем", { "ий", NULL, "ее" } },
        { "ую", { NULL, "ая", NULL } },
        { "юю", { NULL, "яя", NULL } },
        { "ой", { NULL, "ая", NULL } },
        { "ей", { NULL, "яя", NULL } },
};

static size_t shared(const char *a, const char *b)
{
        size_t n = 0;
        while (a[n] && a[n] == b[n])
                n++;
        return n;
}

/* Finds the first form of the word in its list. */
static bool find_basic(const LexiconEntry *entry, const char *word, char *ret)
{
        for (const char *at = entry->patterns; *at;) {
                size_t len = strcspn(at, "|"), same = shared(at, word);
                bool is_word = !memchr(at, ' ', len) && !memchr(at, '~', len) && !memchr(at, '*', len) &&
                               len < WORD_BYTES;
                same = same < len ? same : len;
                if (is_word && same >= SHARED_MIN && len - same <= REST_MAX &&
                                strlen(word) - same <= REST_MAX) {
                        snprintf(ret, WORD_BYTES, "%.*s", (int)len, at);
                        return true;
                }
                at += len + (at[len] == '|');
        }
        return false;
}

static Gender gender_of(const char *basic)
{
        size_t len = strlen(basic);
        const char *last = len > 2 ? basic + len - 2 : basic;
        return strcmp(last, "а") == 0 || strcmp(last, "я") == 0   ? FEMININE
               : strcmp(last, "о") == 0 || strcmp(last, "е") == 0 ? NEUTER
                                                                  : MASCULINE;
}

/* After к, г, х and sibilants the ending is spelled with и or е. */
static bool is_soft(const char *stem, size_t len)
{
        static const char *const letters[] = { "к", "г", "х", "ж", "ш", "ч", "щ" };
        for (size_t i = 0; len > 2 && i < sizeof(letters) / sizeof(letters[0]); i++)
                if (memcmp(stem + len - 2, letters[i], 2) == 0)
                        return true;
        return false;
}

static const char *spelled(const char *ending, const char *stem, size_t len)
{
        bool soft = is_soft(stem, len);
        if (soft && strcmp(ending, "ый") == 0)
                return "ий";
        bool is_hushing = soft && strncmp(stem + len - 2, "к", 2) != 0 &&
                          strncmp(stem + len - 2, "г", 2) != 0 && strncmp(stem + len - 2, "х", 2) != 0;
        return is_hushing && strcmp(ending, "яя") == 0 ? "ая" : ending;
}

/* Appends a word of the text with another ending. */
static void append(const TokenText *text, size_t at, const char *basic, Buffer *out)
{
        const Token *token = &text->tokens[at];
        size_t same = shared(basic, token->word);
        same -= same % 2 && (unsigned char)basic[0] >= 0x80;
        if (strlen(token->word) != token->end - token->start)
                same = 0;
        buffer_append(out, text->text + token->start, same);
        buffer_puts(out, basic + same);
}

static void append_adjective(const TokenText *text, size_t at, Gender gender, Buffer *out)
{
        const Token *token = &text->tokens[at];
        size_t len = strlen(token->word);
        char basic[WORD_BYTES + 8];
        for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
                size_t n = strlen(endings[i].oblique), stem = len > n ? len - n : 0;
                if (!endings[i].basic[gender] || stem < 4 ||
                                strcmp(token->word + stem, endings[i].oblique) != 0)
                        continue;
                snprintf(basic, sizeof(basic), "%.*s%s", (int)stem, token->word,
                                spelled(endings[i].basic[gender], token->word, stem));
                append(text, at, basic, out);
                return;
        }
        buffer_append(out, text->text + token->start, token->end - token->start);
}

/* Whether an adjective is a plural, for which the singular of the table would be wrong. */
static bool is_plural(const char *word)
{
        static const char *const list[] = { "ые", "ие", "ых", "их", "ыми", "ими" };
        size_t len = strlen(word);
        for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
                if (len > strlen(list[i]) && strcmp(word + len - strlen(list[i]), list[i]) == 0)
                        return true;
        return false;
}

bool nominative_write(const TokenText *text, const Mention *mention, Buffer *out)
{
        const LexiconMatch *match = lexicon_at(text, mention->head, WORD_EVENT);
        char basic[WORD_BYTES];
        if (!match || match->n_tokens != 1 || mention->is_name_alone || (mention->value & EVENT_PLURAL) ||
                        (unsigned char)text->tokens[mention->head].word[0] < 0x80 ||
                        !find_basic(match->entry, text->tokens[mention->head].word, basic) ||
                        strcmp(basic, text->tokens[mention->head].word) == 0)
                return false;
        for (size_t i = mention->first; i < mention->head; i++)
                if (is_plural(text->tokens[i].word))
                        return false;
        for (size_t i = mention->first; i < mention->head; i++) {
                if (text->tokens[i].form == TOKEN_WORD)
                        append_adjective(text, i, gender_of(basic), out);
                else
                        buffer_append(out, text->text + text->tokens[i].start,
                                        text->tokens[i].end - text->tokens[i].start);
                buffer_append(out, text->text + text->tokens[i].end,
                                text->tokens[i + 1].start - text->tokens[i].end);
        }
        append(text, mention->head, basic, out);
        uint32_t from = text->tokens[mention->head_end - 1].end, to = text->tokens[mention->end - 1].end;
        buffer_append(out, text->text + from, to - from);
        return buffer_error(out) == 0;
}
