#include "catalog/stem.h"

#include "catalog/strings.h"
#include "catalog/text.h"

#include <errno.h>
#include <libstemmer.h>
#include <string.h>

int stemmer_init(Stemmer *stemmer)
{
        memset(stemmer->of, 0, sizeof(stemmer->of));
        for (Language i = 0; i < LANGUAGES_N; i++) {
                const char *algorithm = catalog_strings(i)->stemmer;
                stemmer->of[i] = *algorithm ? sb_stemmer_new(algorithm, "UTF_8") : NULL;
                if (*algorithm && !stemmer->of[i])
                        return -ENOMEM;
        }
        return 0;
}

void stemmer_done(Stemmer *stemmer)
{
        for (Language i = 0; i < LANGUAGES_N; i++)
                if (stemmer->of[i])
                        sb_stemmer_delete(stemmer->of[i]);
}

/* Returns the letter before @end; @text if there is none. */
static const char *letter_before(const char *text, const char *end)
{
        const char *at = end;
        while (at > text && ((unsigned char)*--at & 0xc0) == 0x80)
                ;
        return at;
}

static bool is_among(const char *letters, const char *letter, size_t len)
{
        return len > 0 && memmem(letters, strlen(letters), letter, len);
}

/* Leaves out a fleeting vowel: "выставок" and "выставк" become one stem. A short stem is not changed. */
static const char *without_fleeting(Stemmer *stemmer, const CatalogStrings *strings, const char *stem)
{
        size_t len = strlen(stem);
        const char *end = stem + len, *last = letter_before(stem, end), *vowel = letter_before(stem, last);
        const char *before = letter_before(stem, vowel);
        bool is_long = letter_before(stem, before) > stem;
        if (!is_long || len >= STEM_SIZE || !is_among(strings->fleeting, vowel, (size_t)(last - vowel)) ||
                        !is_among(strings->after_fleeting, last, (size_t)(end - last)) ||
                        !is_among(strings->consonants, before, (size_t)(vowel - before)))
                return stem;
        char *at = mempcpy(stemmer->stem, stem, (size_t)(vowel - stem));
        memcpy(at, last, (size_t)(end - last) + 1);
        return stemmer->stem;
}

const char *stemmer_stem(Stemmer *stemmer, const char *word)
{
        const char *tag = catalog_text_script(word);
        Language language = *tag ? language_of(tag) : (Language)LANGUAGE_FALLBACK;
        struct sb_stemmer *algorithm = stemmer->of[language];
        if (!algorithm)
                return word;
        const sb_symbol *stem = sb_stemmer_stem(algorithm, (const sb_symbol *)word, (int)strlen(word));
        return without_fleeting(stemmer, catalog_strings(language), stem ? (const char *)stem : word);
}
