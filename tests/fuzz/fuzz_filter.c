/*
 * A search, divided by NUL: kind, place, words. Its key is unique, its link is safe in an attribute, and its
 * words can be searched for, also in an index of themselves.
 */

#include "base/text.h"
#include "catalog/word-index.h"
#include "web/filter.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

enum { OUT_BYTES = 64 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t *take(const uint8_t *data, const uint8_t *end, char *to, size_t room)
{
        size_t n = 0;
        while (data < end && *data && n + 1 < room)
                to[n++] = (char)*data++;
        return data < end ? data + 1 : data;
}

static void search(const char *words)
{
        CLEANUP(buffer_done) Buffer folded = BUFFER_INIT(OUT_BYTES);
        CLEANUP(word_index_unrefp) WordIndex *index = NULL;
        unsigned char found[2];
        if (text_fold(&folded, words) < 0)
                return;
        assert(word_index_new(&index) == 0);
        assert(word_index_add(index, buffer_text(&folded), 0) == 0);
        assert(word_index_add(index, "a text of other words", 1) == 0);
        assert(word_index_search(&index, 1, buffer_text(&folded), NULL, NULL, found, 2) == 0);
        assert(found[0] <= 1 && found[1] <= 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        CLEANUP(buffer_done) Buffer key = BUFFER_INIT(OUT_BYTES), link = BUFFER_INIT(OUT_BYTES);
        const uint8_t *end = data + size;
        Filter filter = { .page = 1 };
        data = take(data, end, filter.kind, sizeof(filter.kind));
        data = take(data, end, filter.place, sizeof(filter.place));
        take(data, end, filter.words, sizeof(filter.words));
        filter_key(&filter, &key);
        filter_write_link(&filter, &link);
        assert(buffer_error(&key) == 0 && buffer_error(&link) == 0);
        for (size_t i = 0; i < link.len; i++)
                assert(!strchr("<>\"' \r\n", link.data[i]));
        search(filter.words);
        return 0;
}
