/*
 * A person is a given name beside a surname, with a patronymic or without, or initials and a surname after
 * a post. The name is put into the nominative by the given name's table and the endings of Russian
 * surnames.
 */

#include "draft/person.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
        PERSONS_MAX = 128,
        NAME_BYTES = 256,
        STEM_BYTES = 200,
        POST_MAX = 24,
        NAME_TOKENS = 5,
        EVENT_REACH = 60
};

typedef struct Name {
        size_t first, end;     /* tokens */
        size_t given, surname; /* tokens; given is SIZE_MAX for initials */
        size_t middle;         /* SIZE_MAX for none */
        int gender;            /* 1 masculine, 2 feminine, 0 unknown */
} Name;

static bool is_name_word(const TokenText *text, size_t at)
{
        if (at >= text->n)
                return false;
        const Token *token = &text->tokens[at];
        return token->form == TOKEN_WORD && token->is_capital && strlen(token->word) > 3 &&
               !lexicon_is(text, at, WORD_BODY) && !lexicon_is(text, at, WORD_EVENT) &&
               !lexicon_is(text, at, WORD_MONTH) && !lexicon_is(text, at, WORD_POST) &&
               !lexicon_is(text, at, WORD_VENUE) && !lexicon_is(text, at, WORD_REGION);
}

static bool ends_with(const char *word, const char *ending)
{
        size_t len = strlen(word), n = strlen(ending);
        return len > n && strcmp(word + len - n, ending) == 0;
}

/* "Иванович", "Петровна", in any case. */
static bool is_patronymic(const char *word)
{
        return strstr(word, "вич") || ends_with(word, "овна") || ends_with(word, "евна") ||
               ends_with(word, "овны") || ends_with(word, "евны") || ends_with(word, "овной") ||
               ends_with(word, "евной") || ends_with(word, "овне") || ends_with(word, "евне") ||
               ends_with(word, "ична") || ends_with(word, "ичны");
}

static bool is_joined(const TokenText *text, size_t a, size_t b)
{
        return token_same_sentence(text, a, b) && text->tokens[a].line == text->tokens[b].line;
}

/* Reads "Ольга Серенко", "Иван Петрович Серов", "Ровбель Ростислав". */
static bool read_full(const TokenText *text, size_t at, Name *ret)
{
        int gender = lexicon_value(text, at, WORD_GIVEN_NAME, 0);
        *ret = (Name){ .first = at, .given = SIZE_MAX, .middle = SIZE_MAX };
        if (!text->tokens[at].is_capital)
                return false;
        if (gender && is_joined(text, at, at + 1) && is_name_word(text, at + 1)) {
                ret->given = at;
                ret->gender = gender;
                bool has_middle = is_patronymic(text->tokens[at + 1].word) && is_joined(text, at, at + 2) &&
                                  is_name_word(text, at + 2);
                ret->middle = has_middle ? at + 1 : SIZE_MAX;
                ret->surname = has_middle ? at + 2 : at + 1;
                ret->end = ret->surname + 1;
                return true;
        }
        gender = lexicon_value(text, at + 1, WORD_GIVEN_NAME, 0);
        if (!gender || !is_joined(text, at, at + 1) || !is_name_word(text, at) ||
                        !text->tokens[at + 1].is_capital)
                return false;
        ret->given = at + 1;
        ret->gender = gender;
        ret->surname = at;
        bool has_middle = is_joined(text, at, at + 2) && is_name_word(text, at + 2) &&
                          is_patronymic(text->tokens[at + 2].word);
        ret->middle = has_middle ? at + 2 : SIZE_MAX;
        ret->end = has_middle ? at + 3 : at + 2;
        /* "Министр Иван Петров": the post is no surname, and a surname follows. */
        return has_middle || !is_name_word(text, at + 2) || !is_joined(text, at, at + 2);
}

static bool is_initial(const TokenText *text, size_t at)
{
        return at < text->n && text->tokens[at].form == TOKEN_WORD && text->tokens[at].is_capital &&
               text->tokens[at].end - text->tokens[at].start <= 2 && word_is(text, at + 1, ".");
}

/* Reads "И. И. Иванов" and "Иванов И. И.". */
static bool read_initials(const TokenText *text, size_t at, Name *ret)
{
        size_t end = at;
        *ret = (Name){ .first = at, .given = SIZE_MAX, .middle = SIZE_MAX };
        if (is_initial(text, at)) {
                end += is_initial(text, at + 2) ? 4 : 2;
                if (!is_name_word(text, end) || !is_joined(text, at, end))
                        return false;
                ret->surname = end;
                ret->end = end + 1;
                return true;
        }
        if (!is_name_word(text, at) || !is_initial(text, at + 1) || !is_initial(text, at + 3))
                return false;
        ret->surname = at;
        ret->end = at + 5;
        return true;
}

/* ---- The nominative ---- */

/* Appends a token of the text with another ending than its own. */
static void append_word(Buffer *out, const TokenText *text, size_t at, const char *basic)
{
        const Token *token = &text->tokens[at];
        const char *written = text->text + token->start;
        size_t same = 0, len = token->end - token->start;
        while (basic[same] && basic[same] == token->word[same])
                same++;
        while (same > 0 && ((unsigned char)basic[same] & 0xC0) == 0x80)
                same--;
        if (strlen(token->word) != len || same > len) {
                buffer_append(out, written, len);
                return;
        }
        buffer_append(out, written, same);
        buffer_puts(out, basic + same);
}

#define N(array) (sizeof(array) / sizeof((array)[0]))

typedef struct Ending {
        const char *oblique, *basic;
} Ending;

static const Ending masculine_surnames[] = { { "ского", "ский" }, { "скому", "ский" }, { "ским", "ский" },
        { "овым", "ов" }, { "евым", "ев" }, { "иным", "ин" }, { "ова", "ов" }, { "ева", "ев" },
        { "ина", "ин" }, { "ову", "ов" }, { "еву", "ев" }, { "ину", "ин" }, { "ове", "ов" }, { "еве", "ев" },
        { "ине", "ин" }, { "ыным", "ын" }, { "ына", "ын" }, { "еля", "ель" }, { "елю", "ель" },
        { "ина", "ин" }, { "ука", "ук" }, { "юка", "юк" }, { "ича", "ич" }, { "ана", "ан" }, { "яна", "ян" },
        { "ера", "ер" }, { "ца", "ц" } };
static const Ending feminine_surnames[] = { { "ской", "ская" }, { "скую", "ская" }, { "овой", "ова" },
        { "евой", "ева" }, { "иной", "ина" }, { "ову", "ова" }, { "еву", "ева" }, { "ину", "ина" },
        { "ыной", "ына" } };
static const Ending masculine_middles[] = { { "вича", "вич" }, { "вичу", "вич" }, { "вичем", "вич" },
        { "виче", "вич" } };
static const Ending feminine_middles[] = { { "вны", "вна" }, { "вной", "вна" }, { "вне", "вна" },
        { "вну", "вна" } };

static void replace(const char *word, const Ending *endings, size_t n, char *ret)
{
        snprintf(ret, NAME_BYTES, "%s", word);
        for (size_t i = 0; i < n; i++)
                if (ends_with(word, endings[i].oblique)) {
                        snprintf(ret, NAME_BYTES, "%.*s%s", (int)(strlen(word) - strlen(endings[i].oblique)),
                                        word, endings[i].basic);
                        return;
                }
}

/* Whether a name of both sexes differs by its ending only: "Александр" and "Александра". */
static bool is_shared_name(const char *given)
{
        static const char *const stems[] = { "александр", "валери", "валентин", "евгени", "виктори" };
        for (size_t i = 0; i < N(stems); i++)
                if (strncmp(given, stems[i], strlen(stems[i])) == 0)
                        return true;
        return false;
}

/* A given name in the basic form: the fixed part of its pattern, with the ending of its gender. */
static void basic_given(const LexiconEntry *entry, const char *word, int gender, char *ret)
{
        const char *best = NULL;
        size_t best_len = 0;
        for (const char *at = entry->patterns; *at;) {
                size_t len = strcspn(at, "|"), fixed = strcspn(at, "~|");
                if (fixed > best_len && strncmp(word, at, fixed) == 0 &&
                                (fixed < len || word[fixed] == '\0')) {
                        best = at;
                        best_len = fixed;
                }
                at += len + (at[len] == '|');
        }
        snprintf(ret, NAME_BYTES, "%s", word);
        if (!best || best[best_len] != '~')
                return;
        char stem[STEM_BYTES];
        snprintf(stem, sizeof(stem), "%.*s", (int)best_len, best);
        bool has_a = strcmp(stem, "никит") == 0, has_ya = strcmp(stem, "иль") == 0;
        bool ends_soft = ends_with(stem, "и") || ends_with(stem, "ь") || strcmp(stem, "зо") == 0 ||
                         strcmp(stem, "май") == 0;
        ends_soft |= strcmp(stem, "олес") == 0 || strcmp(stem, "тан") == 0 || strcmp(stem, "кат") == 0;
        bool has_soft = ends_with(stem, "гул") || ends_with(stem, "зел") || ends_with(stem, "сел") ||
                        ends_with(stem, "йсан");
        const char *ending = gender == 2 ? (has_soft                   ? "ь"
                                                           : ends_soft ? "я"
                                                                       : "а")
                             : has_a     ? "а"
                             : has_ya    ? "я"
                             : ends_with(stem, "е") || ends_with(stem, "и") || ends_with(stem, "а") ||
                                                             ends_with(stem, "ола")
                                             ? "й"
                                             : "";
        snprintf(ret, NAME_BYTES, "%s%s", stem, ending);
        /* "Игорь" and "Лазарь" keep their sign. */
        if (gender == 1 && ends_with(stem, "р") && strcmp(stem, "игор") == 0)
                snprintf(ret, NAME_BYTES, "%sь", stem);
}

/*
 * "Александра", "Валентина" are a woman's name or a man's in the genitive. The surname tells which; the
 * table has both, and finds the woman's first.
 */
static bool is_other_gender(const Name *name, const char *given, const char *family)
{
        bool is_man = ends_with(family, "ов") || ends_with(family, "ев") || ends_with(family, "ин") ||
                      ends_with(family, "ий");
        bool is_closed = !ends_with(given, "а") && !ends_with(given, "я") && !ends_with(given, "ы") &&
                         !ends_with(given, "и") && !ends_with(given, "у") && !ends_with(given, "е") &&
                         !ends_with(given, "ой") && !ends_with(given, "ю") && !ends_with(given, "ей");
        bool is_woman = ends_with(family, "ова") || ends_with(family, "ева") || ends_with(family, "ина") ||
                        ends_with(family, "ая");
        return (name->gender == 2 && (is_closed || is_man)) ||
               (name->gender == 1 && is_woman && (ends_with(given, "а") || ends_with(given, "ия")) &&
                               is_shared_name(given));
}

static const char *basic_name(Assembly *a, const Name *name, bool *ret_changed)
{
        const TokenText *text = a->text;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(NAME_BYTES * 4);
        char given[NAME_BYTES], middle[NAME_BYTES], surname[NAME_BYTES];
        const LexiconMatch *match = lexicon_at(text, name->given, WORD_GIVEN_NAME);
        basic_given(match->entry, text->tokens[name->given].word, name->gender, given);
        bool is_oblique = strcmp(given, text->tokens[name->given].word) != 0 &&
                          (unsigned char)given[0] >= 0x80;
        const char *family = text->tokens[name->surname].word;
        is_oblique = is_oblique && !is_other_gender(name, text->tokens[name->given].word, family);
        snprintf(surname, sizeof(surname), "%s", family);
        if (is_oblique && name->gender == 2)
                replace(family, feminine_surnames, N(feminine_surnames), surname);
        else if (is_oblique)
                replace(family, masculine_surnames, N(masculine_surnames), surname);
        append_word(&out, text, name->given, is_oblique ? given : text->tokens[name->given].word);
        buffer_puts(&out, " ");
        if (name->middle != SIZE_MAX) {
                const char *word = text->tokens[name->middle].word;
                if (name->gender == 2)
                        replace(word, feminine_middles, N(feminine_middles), middle);
                else
                        replace(word, masculine_middles, N(masculine_middles), middle);
                append_word(&out, text, name->middle, is_oblique ? middle : word);
                buffer_puts(&out, " ");
        }
        append_word(&out, text, name->surname, surname);
        *ret_changed = is_oblique;
        return buffer_error(&out) < 0 ? NULL : arena_copy(&a->set->arena, buffer_text(&out), out.len);
}

/* ---- Posts ---- */

static bool ends_post(const TokenText *text, size_t at)
{
        static const WordClass ends[] = { WORD_HOLD, WORD_RUN, WORD_ATTEND, WORD_STOP, WORD_GIVEN_NAME,
                WORD_RELATIVE };
        for (size_t i = 0; i < N(ends); i++)
                if (lexicon_is(text, at, ends[i]))
                        return true;
        const Token *token = &text->tokens[at];
        return token->form == TOKEN_MARK && !token->opens && !token->closes && !word_is(text, at, "-") &&
               !word_is(text, at, ".") && !word_is(text, at, "&");
}

/* Finds the post before a name: "заместитель губернатора Ульяновской области Игорь Эдель". */
static size_t post_before(const TokenText *text, size_t name)
{
        size_t best = name;
        for (size_t at = name; at > 0 && name - at < POST_MAX && is_joined(text, at - 1, name) &&
                               !ends_post(text, at - 1);) {
                at--;
                if (lexicon_is(text, at, WORD_POST) ||
                                (best < name && lexicon_is(text, at, WORD_POST_BEFORE)))
                        best = at;
        }
        while (best < name && best > 0 && is_joined(text, best - 1, best) &&
                        (lexicon_is(text, best - 1, WORD_POST_BEFORE) ||
                                        (word_is(text, best - 1, ".") && best > 1 &&
                                                        lexicon_is(text, best - 2, WORD_POST_BEFORE))))
                best--;
        while (best < name && text->tokens[best].form == TOKEN_MARK)
                best++;
        return best;
}

/*
 * Finds the post after a name: "Артем Журавлев, финансовый директор, ЗАО «Алвид»". Return: its end, or
 * @at.
 */
static size_t post_after(const TokenText *text, size_t at, size_t *ret_first)
{
        if (!word_is(text, at, ",") && !word_is(text, at, "-") && !word_is(text, at, "("))
                return at;
        size_t first = at + 1, end = first;
        if (!is_joined(text, at, first) ||
                        !(lexicon_is(text, first, WORD_POST) || lexicon_is(text, first, WORD_POST_BEFORE) ||
                                        (lexicon_is(text, first + 1, WORD_POST) &&
                                                        text->tokens[first].form == TOKEN_WORD)))
                return at;
        while (end < text->n && end - first < POST_MAX && is_joined(text, at, end) && !ends_post(text, end))
                end++;
        while (end > first && text->tokens[end - 1].form == TOKEN_MARK && !text->tokens[end - 1].closes)
                end--;
        *ret_first = first;
        return end;
}

/* ---- People ---- */

static bool is_known(const DraftSet *set, const char *name)
{
        for (size_t i = 0; i < set->n_persons; i++)
                if (strcmp(set->persons[i].name.text, name) == 0)
                        return true;
        return false;
}

static int add(Assembly *a, const Name *name)
{
        DraftSet *set = a->set;
        bool changed = false;
        DraftField words = assemble_field(a, name->first, name->end, DRAFT_STATED, DRAFT_WHY_WORDS);
        DraftPerson person = { .name = words, .event = SIZE_MAX };
        if (name->given != SIZE_MAX)
                person.name.text = basic_name(a, name, &changed);
        if (!person.name.text)
                return -ENOMEM;
        if (changed) {
                person.name.basis = DRAFT_INFERRED;
                person.name.why = DRAFT_WHY_NOMINATIVE;
        }
        size_t first = post_before(a->text, name->first), end = name->first;
        if (first == end)
                end = post_after(a->text, name->end, &first);
        if (end > first && !(first >= name->end && end == name->end))
                person.post = assemble_field(a, first, end, DRAFT_STATED, DRAFT_WHY_WORDS);
        if (name->given == SIZE_MAX && !person.post.text)
                return 0;
        if (set->n_persons < PERSONS_MAX && !is_known(set, person.name.text))
                set->persons[set->n_persons++] = person;
        return 0;
}

/* "имени А. Н. Лодыгина" names no person of the event. */
static bool is_namesake(const TokenText *text, size_t at)
{
        return at > 0 &&
               (word_is(text, at - 1, "имени") || word_is(text, at - 1, "им") ||
                               (at > 1 && word_is(text, at - 1, ".") && word_is(text, at - 2, "им")));
}

int people_find(Assembly *a)
{
        const TokenText *text = a->text;
        a->set->persons = arena_allocate(&a->set->arena, PERSONS_MAX * sizeof(*a->set->persons));
        if (!a->set->persons)
                return -ENOMEM;
        for (size_t at = 0; at < text->n;) {
                Name name;
                bool is_name = text->tokens[at].is_capital && !is_namesake(text, at) &&
                               (read_full(text, at, &name) || read_initials(text, at, &name));
                int r = is_name ? add(a, &name) : 0;
                if (r < 0)
                        return r;
                at = is_name ? name.end : is_namesake(text, at) ? at + 5 : at + 1;
        }
        /* A person of a text with one event of its own takes part in it, as far as the text goes. */
        for (size_t i = 0; i < a->set->n_persons; i++)
                a->set->persons[i].event = a->main;
        return 0;
}
