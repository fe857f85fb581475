#include "draft/token.h"

#include "base/array.h"
#include "base/cleanup.h"
#include "base/fold.h"
#include "base/sentence.h"

#include <errno.h>
#include <string.h>

enum {
        CYRILLIC_FIRST = 0x0400,
        CYRILLIC_LAST = 0x052F,
        GLUED_MIN = 5,     /* letters in each of two words that are glued together */
        WRAPPED_MIN = 45,  /* octets in a line that is probably broken by a mail program */
        WRAPPED_SHARE = 3, /* of so many lines, one at least is full in a text that is broken so */
        WRAPPED_MAX = 160, /* octets in the longest line of a text that is broken so */
        DIGITS_MAX = 9,
        WORD_BYTES = 128,
        ITEM_REACH = 24, /* characters of a line before its time */
        NAME_MAX = 18,   /* tokens of a name that may be a question */
        SHORT_NAME_MAX = 9,
};

/* The state of a split. */
typedef struct Split {
        TokenText *ret;
        FoldedText folded;
        uint32_t line;
        bool is_wrapped; /* line breaks within a paragraph mean nothing */
        size_t longest;  /* characters of the longest line */
        size_t n_russian, n_latin;
} Split;

static uint32_t char_at(const Split *split, size_t at)
{
        return at < split->folded.n ? split->folded.chars[at] : '\n';
}

static bool is_digit(uint32_t c)
{
        return c >= '0' && c <= '9';
}

static bool is_quote(uint32_t c)
{
        return c == '"' || c == 0x00AB || c == 0x00BB || (c >= 0x201C && c <= 0x201F);
}

/* Returns the octets of a character of the text as given. */
static const unsigned char *source(const Split *split, size_t at)
{
        return (const unsigned char *)split->ret->text + split->folded.offsets[at];
}

/* Whether the letter is a capital: of the Latin or the Russian alphabet. */
static bool is_capital(const Split *split, size_t at)
{
        if (at >= split->folded.n)
                return false;
        const unsigned char *c = source(split, at);
        uint32_t folded = split->folded.chars[at];
        if (c[0] < 0x80)
                return c[0] >= 'A' && c[0] <= 'Z';
        /* A Latin letter with marks, such as Ł: folding has changed it. */
        if (c[0] >= 0xC3 && c[0] <= 0xC9)
                return folded != (uint32_t)((c[0] & 0x1F) << 6 | (c[1] & 0x3F));
        return c[0] == 0xD0 && folded >= CYRILLIC_FIRST && folded <= CYRILLIC_LAST &&
               ((c[1] >= 0x90 && c[1] <= 0xAF) || c[1] == 0x81);
}

/* Whether a dash of the text joins two parts of a word: a hyphen between letters. */
static bool joins(const Split *split, size_t at)
{
        const unsigned char *c = source(split, at);
        bool is_hyphen = c[0] == '-' || (c[0] == 0xE2 && c[1] == 0x80 && (c[2] == 0x90 || c[2] == 0x91));
        return is_hyphen && split->folded.chars[at] == '-' && folded_is_letter(char_at(split, at + 1));
}

static size_t put_utf8(uint32_t c, char *to)
{
        if (c < 0x80) {
                to[0] = (char)c;
                return 1;
        }
        if (c < 0x800) {
                to[0] = (char)(0xC0 | c >> 6);
                to[1] = (char)(0x80 | (c & 0x3F));
                return 2;
        }
        if (c < 0x10000) {
                to[0] = (char)(0xE0 | c >> 12);
                to[1] = (char)(0x80 | (c >> 6 & 0x3F));
                to[2] = (char)(0x80 | (c & 0x3F));
                return 3;
        }
        to[0] = (char)(0xF0 | c >> 18);
        to[1] = (char)(0x80 | (c >> 12 & 0x3F));
        to[2] = (char)(0x80 | (c >> 6 & 0x3F));
        to[3] = (char)(0x80 | (c & 0x3F));
        return 4;
}

static Token *new_token(Split *split)
{
        TokenText *text = split->ret;
        Token *larger = array_grow(text->tokens, text->n, sizeof(*larger));
        if (!larger)
                return NULL;
        text->tokens = larger;
        return &text->tokens[text->n++];
}

/* Adds the token of the characters [at, end). */
static int add(Split *split, size_t at, size_t end, TokenForm form)
{
        char word[WORD_BYTES];
        size_t len = 0;
        Token *token = new_token(split);
        if (!token)
                return -ENOMEM;
        for (size_t i = at; i < end && len + 4 < sizeof(word); i++)
                len += put_utf8(is_quote(split->folded.chars[i]) ? '"' : split->folded.chars[i], word + len);
        *token = (Token){ .start = split->folded.offsets[at],
                .end = split->folded.offsets[end],
                .word = arena_copy(&split->ret->arena, word, len),
                .line = split->line,
                .form = (uint8_t)form,
                .number = -1,
                .is_glued = split->ret->n > 1 &&
                            split->ret->tokens[split->ret->n - 2].end == split->folded.offsets[at] };
        return token->word ? 0 : -ENOMEM;
}

static size_t letters_from(const Split *split, size_t at)
{
        size_t end = at;
        while (folded_is_letter(char_at(split, end)) || char_at(split, end) == 0x2019)
                end++;
        return end;
}

/*
 * Whether a heading is glued to the text after it at @at: "областьАссоциация". A name with a capital within
 * it, such as "ЭкспоФорум", begins with a capital.
 */
static bool is_glued_heading(const Split *split, size_t start, size_t at, size_t end)
{
        if (at - start < GLUED_MIN || end - at < GLUED_MIN || is_capital(split, start))
                return false;
        return is_capital(split, at) && !is_capital(split, at - 1) && !is_capital(split, at + 1);
}

static size_t word_end(const Split *split, size_t start)
{
        size_t end = letters_from(split, start);
        for (size_t i = start + 1; i < end; i++)
                if (is_glued_heading(split, start, i, end))
                        return i;
        while (end + 1 < split->folded.n && joins(split, end))
                end = letters_from(split, end + 1);
        return end;
}

static int add_word(Split *split, size_t *at)
{
        size_t start = *at, end = word_end(split, start), capitals = 0, letters = 0;
        int r = add(split, start, end, TOKEN_WORD);
        if (r < 0)
                return r;
        for (size_t i = start; i < end; i++) {
                uint32_t c = split->folded.chars[i];
                capitals += is_capital(split, i);
                letters += folded_is_letter(c);
                split->n_russian += c >= CYRILLIC_FIRST && c <= CYRILLIC_LAST;
                split->n_latin += c < 0x80;
        }
        Token *token = &split->ret->tokens[split->ret->n - 1];
        token->is_capital = is_capital(split, start);
        token->is_all_caps = letters > 1 && capitals == letters;
        if (end < split->folded.n && folded_is_letter(split->folded.chars[end]))
                split->line++;
        *at = end;
        return 0;
}

static int add_number(Split *split, size_t *at)
{
        size_t start = *at, end = start;
        int value = 0;
        while (is_digit(char_at(split, end)))
                end++;
        int r = add(split, start, end, TOKEN_NUMBER);
        if (r < 0)
                return r;
        for (size_t i = start; i < end && end - start <= DIGITS_MAX; i++)
                value = value * 10 + (int)(split->folded.chars[i] - '0');
        Token *token = &split->ret->tokens[split->ret->n - 1];
        token->digits = (uint8_t)(end - start < 255 ? end - start : 255);
        token->number = end - start <= DIGITS_MAX ? value : -1;
        *at = end;
        return 0;
}

/* A straight quotation mark opens if a blank is before it, and closes otherwise. */
static int add_mark(Split *split, size_t at)
{
        int r = add(split, at, at + 1, TOKEN_MARK);
        if (r < 0 || !is_quote(split->folded.chars[at]))
                return r;
        Token *token = &split->ret->tokens[split->ret->n - 1];
        uint32_t c = split->folded.chars[at], before = at > 0 ? split->folded.chars[at - 1] : ' ';
        bool is_left = before == ' ' || before == '\n' || before == '(' || before == 0x00AB;
        token->opens = c == 0x00AB || c == 0x201E || (c != 0x00BB && c != 0x201D && is_left);
        token->closes = !token->opens;
        return 0;
}

/* Whether a mark is of bold or slanted type, as in Markdown, or the sign of a list. */
static bool is_noise(uint32_t c)
{
        return c == '*' || c == '_' || c == '`' || c == 0xFFFD;
}

/* ---- Lines ---- */

static size_t line_length(const Split *split, size_t at)
{
        size_t n = 0;
        while (at > n && split->folded.chars[at - n - 1] != '\n')
                n++;
        return n;
}

/* Counts the lines of a text, and those that are so long that a mail program may have broken them. */
static size_t longest_line(const FoldedText *folded, size_t *ret_full, size_t *ret_n)
{
        size_t longest = 0, begin = 0;
        *ret_full = *ret_n = 0;
        for (size_t i = 0; i <= folded->n; i++) {
                if (i < folded->n && folded->chars[i] != '\n')
                        continue;
                longest = i - begin > longest ? i - begin : longest;
                *ret_n += i > begin;
                *ret_full += i - begin >= WRAPPED_MIN && i + 1 < folded->n && folded->chars[i + 1] != '\n';
                begin = i + 1;
        }
        return longest;
}

static size_t word_length(const Split *split, size_t at)
{
        size_t end = at;
        while (char_at(split, end) != ' ' && char_at(split, end) != '\n')
                end++;
        return end - at;
}

/* Whether a line begins with a day or time of day, as "15.01", "5 июня, 15:00": it is an item of a list. */
static bool begins_item(const Split *split, size_t at)
{
        bool is_day = is_digit(char_at(split, at)) && is_digit(char_at(split, at + 1)) &&
                      char_at(split, at + 2) == '.' && is_digit(char_at(split, at + 3)) &&
                      is_digit(char_at(split, at + 4));
        if (is_day)
                return true;
        for (size_t i = at; i < at + ITEM_REACH && char_at(split, i) != '\n'; i++)
                if (is_digit(char_at(split, i)) && char_at(split, i + 1) == ':' &&
                                is_digit(char_at(split, i + 2)) && is_digit(char_at(split, i + 3)))
                        return true;
        return false;
}

/* Whether the line break at @at ends a line: a heading, an item of a list or a paragraph. */
static bool ends_line(const Split *split, size_t at)
{
        if (!split->is_wrapped || char_at(split, at + 1) == '\n' || line_length(split, at) < WRAPPED_MIN)
                return true;
        uint32_t last = at > 0 ? split->folded.chars[at - 1] : '\n';
        size_t next = at + 1;
        while (char_at(split, next) == ' ' || char_at(split, next) == '>')
                next++;
        if (line_length(split, at) + 1 + word_length(split, next) < split->longest)
                return true;
        bool is_town = char_at(split, next) == 0x0433 && char_at(split, next + 1) == '.'; /* "г. Томск" */
        return is_town || begins_item(split, next) || last == '.' || last == '!' || last == '?' ||
               last == ':' ||
               (!folded_is_letter(char_at(split, next)) && !is_digit(char_at(split, next)) &&
                               !is_quote(char_at(split, next)));
}

/* Whether the line that ends has any words: blank lines are not counted. */
static bool has_words(const Split *split)
{
        const TokenText *text = split->ret;
        return text->n > 0 && text->tokens[text->n - 1].line == split->line;
}

/* Whether a ">" marks a quoted line of a mail: only marks and blanks stand before it in its line. */
static bool is_quoting(const Split *split, size_t at)
{
        while (at > 0 && (char_at(split, at - 1) == ' ' || char_at(split, at - 1) == '>'))
                at--;
        return at == 0 || char_at(split, at - 1) == '\n';
}

static int split_text(Split *split)
{
        int r = 0;
        for (size_t at = 0; r == 0 && at < split->folded.n;) {
                uint32_t c = split->folded.chars[at];
                if (folded_is_letter(c)) {
                        r = add_word(split, &at);
                } else if (is_digit(c)) {
                        r = add_number(split, &at);
                } else {
                        if (c == '\n')
                                split->line += has_words(split) && ends_line(split, at);
                        else if (c != ' ' && !is_noise(c) && !(c == '>' && is_quoting(split, at)))
                                r = add_mark(split, at);
                        at++;
                }
        }
        return r;
}

/* ---- Sentences ---- */

/* Abbreviations whose full stop ends no sentence, besides those that CLDR knows. */
static const char *const abbreviations[] = { "г", "гг", "ул", "им", "д", "пр", "т", "тел", "моб", "факс",
        "руб", "тыс", "млн", "млрд", "стр", "корп", "оф", "каб", "ауд", "обл", "р", "св", "см", "ст", "пом",
        "наб", "пер", "ш", "пл", "просп", "доб", "эл", "адр", "янв", "фев", "мар", "апр", "июн", "июл",
        "авг", "сен", "сент", "окт", "ноя", "нояб", "дек", "mr", "ms", "mrs", "dr", "st", "no", "tel", "jan",
        "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "inc", "ltd", "co",
        NULL };

static bool is_abbreviation(const TokenText *text, size_t at)
{
        const Token *token = &text->tokens[at];
        if (token->form != TOKEN_WORD)
                return false;
        for (size_t i = 0; abbreviations[i]; i++)
                if (strcmp(abbreviations[i], token->word) == 0)
                        return true;
        /* An initial: "А. И. Иванов". */
        return token->is_capital && token->end - token->start <= 2;
}

/*
 * Whether a sentence begins with the number: "... продукции». 19 октября ...". By the annex it does not,
 * if a small letter follows.
 */
static bool begins_with_number(const TokenText *text, size_t at)
{
        const Token *token = &text->tokens[at];
        if (at < 2 || token->form != TOKEN_NUMBER || token->is_glued || !word_is(text, at - 1, ".") ||
                        !text->tokens[at - 1].is_glued)
                return false;
        const Token *before = &text->tokens[at - 2];
        return before->closes || word_is(text, at - 2, ")") ||
               (before->form == TOKEN_WORD && before->end - before->start > 6 &&
                               !is_abbreviation(text, at - 2));
}

/* Returns the mark that closes the short quotation which opens at a token; @at if there is none. */
static size_t name_end(const TokenText *text, size_t at)
{
        int depth = 0;
        for (size_t i = at; i < text->n && i < at + NAME_MAX; i++) {
                if (text->tokens[i].line != text->tokens[at].line)
                        break;
                depth += text->tokens[i].opens;
                depth -= text->tokens[i].closes;
                if (depth == 0)
                        return i;
        }
        return at;
}

/*
 * Whether a question, exclamation or short sentence is in a name: "круглый стол «Где взять рабочих?»
 * собрал", "выставка «Газ. Нефть. Технологии»".
 */
static bool is_in_name(const TokenText *text, size_t at, size_t opening, size_t name)
{
        if (at == 0 || at > name)
                return false;
        return word_is(text, at - 1, "?") || word_is(text, at - 1, "!") ||
               (word_is(text, at - 1, ".") && name - opening <= SHORT_NAME_MAX);
}

/* A sentence also ends with its line. */
static void number_sentences(TokenText *text, const uint32_t *breaks, size_t n_breaks)
{
        size_t next = 0, name = 0, opening = 0;
        uint32_t sentence = 0;
        for (size_t i = 0; i < text->n; i++) {
                Token *token = &text->tokens[i];
                bool is_break = false;
                while (next < n_breaks && breaks[next] <= token->start) {
                        is_break = true;
                        next++;
                }
                if (is_break && i > 1 && word_is(text, i - 1, ".") && is_abbreviation(text, i - 2))
                        is_break = false;
                if (token->opens && i > name) {
                        name = name_end(text, i);
                        opening = i;
                }
                bool is_after = i == name + 1 && token->form == TOKEN_WORD && !token->is_capital;
                bool is_inside = is_in_name(text, i, opening, name) ||
                                 (is_after && i > 1 && is_in_name(text, i - 1, opening, name));
                is_break = (is_break || begins_with_number(text, i)) && !is_inside;
                if (i > 0 && (text->tokens[i - 1].line != token->line || is_break))
                        sentence++;
                token->sentence = sentence;
        }
        text->n_sentences = text->n ? sentence + 1 : 0;
        text->n_lines = text->n ? text->tokens[text->n - 1].line + 1 : 0;
}

int token_text_init(const char *text, size_t len, TokenText *ret)
{
        CLEANUP(cleanup_free) uint32_t *breaks = NULL;
        size_t n_breaks = 0, n_full, n_lines;
        *ret = (TokenText){ .text = text, .len = len };
        if (len > DRAFT_TEXT_MAX_BYTES)
                return -EFBIG;
        Split split = { .ret = ret };
        int r = folded_text_init(text, len, &split.folded);
        if (r == 0) {
                split.longest = longest_line(&split.folded, &n_full, &n_lines);
                bool is_quoted = memmem(text, len, "\n> ", 3) != NULL;
                split.is_wrapped = split.longest <= WRAPPED_MAX &&
                                   ((n_full >= 2 && WRAPPED_SHARE * n_full >= n_lines) || is_quoted);
                r = split_text(&split);
        }
        folded_text_done(&split.folded);
        ret->is_russian = split.n_russian > split.n_latin;
        if (r == 0)
                r = sentence_breaks(text, len, ret->is_russian ? "ru" : "en", &breaks, &n_breaks);
        if (r == 0)
                number_sentences(ret, breaks, n_breaks);
        return r;
}

void token_text_done(TokenText *text)
{
        free(text->tokens);
        free(text->matches);
        arena_done(&text->arena);
        *text = (TokenText){ .n = 0 };
}
