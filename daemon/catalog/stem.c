#include "catalog/stem.h"

#include "catalog/strings.h"
#include "catalog/text.h"

#include <errno.h>
#include <libstemmer.h>
#include <string.h>

int stemmer_init(Stemmer *stemmer)
{
        *stemmer = (Stemmer){ { NULL } };
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

const char *stemmer_stem(Stemmer *stemmer, const char *word)
{
        const char *tag = catalog_text_script(word);
        struct sb_stemmer *algorithm = stemmer->of[*tag ? language_of(tag) : LANGUAGE_FALLBACK];
        if (!algorithm)
                return word;
        const sb_symbol *stem = sb_stemmer_stem(algorithm, (const sb_symbol *)word, (int)strlen(word));
        return stem ? (const char *)stem : word;
}
