/* Classifies a number by the words around it. The lists have words of Russian and English, in lower case. */

#include "calendar/redact-internal.h"

#include <string.h>

enum {
        WORDS_BACK = 4,      /* "по телефону горячей линии" */
        SEPARATORS_BACK = 6, /* between the nearest word and the number */
        WORD_MAX = 24,
        WORD_BYTES = WORD_MAX * 4 + 1,
        VARIATION_SELECTOR = 0xFE0F, /* a picture in colour */
};

/* Words that announce a telephone number. An entry that ends in `*` is the beginning of a word. */
static const char *const telephones[] = { "тел", "тлф", "т", "ф", "моб", "сот", "сотовы*", "телефон*",
        "мобильн*", "факс*", "звон*", "позвон*", "созвон*", "ватсап*", "вотсап*", "вацап*", "вайбер*", "смс",
        "tel", "tels", "telephone*", "telefon*", "phone*", "fax*", "mob", "mobile*", "cell", "call", "ph",
        "sms", "whatsapp*", "viber*", "hotline*", NULL };

/* Labels of identifiers. Other words may stand between label and number: "идентификатор конференции". */
static const char *const identifiers[] = { "id", "идентификатор*", "инн", "огрн", "огрнип", "снилс", "код",
        "пароль", "passcode", "password", "pin", "пин", NULL };

/* Labels of identifiers that count only directly before the number. */
static const char *const documents[] = { "кпп", "окпо", "бик", "isbn", "issn", "iso", "исо", "гост", "ту",
        "no", "nr", "индекс*", "артикул*", "договор*", "контракт*", "счет", "счета", "лот", "приказ*",
        "постановлени*", "распоряжени*", "закон*", "указ*", "account", "вин", "vin", "уин", "рег", NULL };

/*
 * A meeting that people join from afar has a number. It counts as an identifier only if the words say that
 * it is the meeting's: "конференции: 8 905 371-48-95" may be the telephone of a person.
 */
static const char *const numbers[] = { "номер*", "number", "num", NULL };
static const char *const english_numbers[] = { "number", "num", NULL };
static const char *const meetings[] = { "конференц*", "видеоконференц*", "встреч*", "видеовстреч*",
        "собрани*", "совещани*", "вебинар*", "трансляци*", "meeting*", "webinar*", "conference*", "event",
        NULL };
static const char *const services[] = { "zoom", "зум", "webex", "вебекс", "teams", "телемост*", "trueconf",
        NULL };
static const char *const codes[] = { "code", NULL };
static const char *const accesses[] = { "access", "host", "participant", NULL };
static const char *const persons[] = { "контакт*", "contact*", "горяч*", NULL };

static const char *const units[] = { "руб*", "р", "тыс*", "млн", "млрд", "трлн", "миллион*", "миллиард*",
        "кв", "м", "км", "га", "т", "тонн*", "шт", "штук*", "чел", "человек*", "мест*", "долл*", "евро",
        "usd", "eur", "rub", "квт*", "мвт*", "л", "кг", "%", "₽", "€", "$", "м²", "м³", "м2", "м3", "sq",
        "people", "rubles", "roubles", "dollars", "год*", "лет", NULL };

static size_t put_utf8(uint32_t c, char *to)
{
        if (c < 0x80) {
                *to = (char)c;
                return 1;
        }
        if (c < 0x800) {
                to[0] = (char)(0xC0 | c >> 6);
                to[1] = (char)(0x80 | (c & 0x3F));
                return 2;
        }
        if (c > 0xFFFF)
                c = 0xFFFD;
        to[0] = (char)(0xE0 | c >> 12);
        to[1] = (char)(0x80 | (c >> 6 & 0x3F));
        to[2] = (char)(0x80 | (c & 0x3F));
        return 3;
}

static bool is_one_of(const FoldedText *text, size_t start, size_t end, const char *const *words)
{
        char word[WORD_BYTES];
        size_t n = 0;
        for (size_t i = start; i < end && i < start + WORD_MAX; i++)
                n += put_utf8(text->chars[i], word + n);
        word[n] = '\0';
        for (; *words; words++) {
                size_t len = strlen(*words);
                bool is_beginning = (*words)[len - 1] == '*';
                if (is_beginning ? strncmp(word, *words, len - 1) == 0 : strcmp(word, *words) == 0)
                        return true;
        }
        return false;
}

bool redact_is_label(const FoldedText *text, size_t start, size_t end)
{
        return is_one_of(text, start, end, telephones);
}

static bool is_separator(uint32_t c)
{
        return c == ' ' || c == '.' || c == ':' || c == ';' || c == ',' || c == '-' || c == '(' ||
               c == ')' || c == '=' || c == '/' || c == '\'' || c == '"' || c == 0x00AB || c == '+' ||
               c == '#' || c == 0x2116;
}

/*
 * Skips separators backwards from @at. There may be several between the number and the nearest word, but
 * only blanks between two words.
 */
static size_t pass_separators(const FoldedText *text, size_t at, bool is_first, bool *ret_is_number_sign)
{
        size_t n = 0;
        while (at > 0 && n < SEPARATORS_BACK && is_separator(text->chars[at - 1]) &&
                        (is_first || text->chars[at - 1] == ' ')) {
                *ret_is_number_sign = *ret_is_number_sign || text->chars[at - 1] == 0x2116;
                at--;
                n++;
        }
        return at;
}

/*
 * Whether the word announces a telephone number. A single letter needs a mark beside it: "т. 53-07-07" and
 * "т/ф 53-07-07" are telephone numbers, "5 т 12 000" is not.
 */
static bool is_telephone(const FoldedText *text, size_t start, size_t end)
{
        bool is_short = end - start == 1;
        return is_one_of(text, start, end, telephones) &&
               (!is_short || redact_before(text, start) == '/' || text->chars[end] == '.' ||
                               text->chars[end] == '/' || text->chars[end] == ':');
}

/* Whether a picture of a telephone stands before @at: ☎, ☏, ✆, 📞, 📱 or 📲. */
static bool is_picture(const FoldedText *text, size_t at)
{
        static const uint32_t pictures[] = { 0x260E, 0x260F, 0x2706, 0x1F4DE, 0x1F4F1, 0x1F4F2 };
        at -= at > 0 && text->chars[at - 1] == VARIATION_SELECTOR;
        for (size_t i = 0; at > 0 && i < sizeof(pictures) / sizeof(pictures[0]); i++)
                if (text->chars[at - 1] == pictures[i])
                        return true;
        return false;
}

/* The words before a number, from the nearest one on. */
typedef struct Words {
        const FoldedText *text;
        size_t n, starts[WORDS_BACK], ends[WORDS_BACK];
        bool has_number_sign;
} Words;

static void read_words(const FoldedText *text, size_t at, Words *ret)
{
        *ret = (Words){ .text = text };
        while (ret->n < WORDS_BACK) {
                size_t end = pass_separators(text, at, ret->n == 0, &ret->has_number_sign), start = end;
                while (start > 0 && end - start < WORD_MAX && folded_is_letter(text->chars[start - 1]))
                        start--;
                ret->starts[ret->n] = start;
                ret->ends[ret->n] = end;
                if (start == end)
                        return;
                at = start;
                ret->n++;
        }
}

static bool word_is(const Words *words, size_t i, const char *const *list)
{
        return i < words->n && is_one_of(words->text, words->starts[i], words->ends[i], list);
}

/*
 * Whether the words name the number of a meeting: "номер конференции", "meeting number (access code)". After
 * "запись на встречу, номер" stands a telephone.
 */
static bool is_of_meeting(const Words *words)
{
        bool found = word_is(words, 0, services) ||
                     (word_is(words, 0, codes) &&
                                     (word_is(words, 1, accesses) || word_is(words, 1, meetings)));
        for (size_t i = 0; i < words->n; i++) {
                if (word_is(words, i, persons))
                        return false;
                bool is_english = word_is(words, i, english_numbers);
                bool beside = (is_english && word_is(words, i + 1, meetings)) ||
                              word_is(words, i + 1, services) ||
                              (i > 0 && (word_is(words, i - 1, meetings) ||
                                                        word_is(words, i - 1, services)));
                found = found || (beside && word_is(words, i, numbers));
        }
        return found;
}

RedactLabel redact_label(const FoldedText *text, size_t at)
{
        Words words;
        read_words(text, at, &words);
        if (is_picture(text, words.ends[0]))
                return LABEL_TELEPHONE;
        for (size_t i = 0; i < words.n; i++) {
                if (is_telephone(text, words.starts[i], words.ends[i]))
                        return i == 0 ? LABEL_TELEPHONE : LABEL_NEAR;
                if (word_is(&words, i, identifiers) || (i == 0 && word_is(&words, i, documents)))
                        return LABEL_IDENTIFIER;
        }
        return words.has_number_sign || is_of_meeting(&words) ? LABEL_IDENTIFIER : LABEL_NONE;
}

bool redact_is_unit(const FoldedText *text, size_t at)
{
        size_t start = text->chars[at] == ' ' ? at + 1 : at, end = start;
        while (end < text->n && end - start < WORD_MAX && folded_is_letter(text->chars[end]))
                end++;
        if (end == start && start < text->n)
                end++;
        return is_one_of(text, start, end, units);
}
