#include "edit/office-texts.h"

#include "base/arena.h"
#include "base/array.h"
#include "config/overlay.h"
#include "store/office-text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

typedef struct Texts {
        Arena arena;
        ConfigOverlay *items;
        size_t n;
} Texts;

static void texts_done(Texts *texts)
{
        arena_done(&texts->arena);
        free(texts->items);
}

static int add_text(const OfficeText *text, void *userdata)
{
        Texts *texts = userdata;
        if (!*text->text)
                return 0;
        ConfigOverlay *items = array_grow(texts->items, texts->n, sizeof(*items));
        if (!items)
                return -ENOMEM;
        texts->items = items;
        ConfigOverlay *item = &items[texts->n++];
        item->name = arena_copy(&texts->arena, text->name, strlen(text->name));
        item->text = arena_copy(&texts->arena, text->text, strlen(text->text));
        return item->name && item->text ? 0 : -ENOMEM;
}

int office_texts_apply(Store *store, Config *base,
                void (*on_fault)(const char *name, const InputError *fault, void *userdata), void *userdata,
                Config **ret, int64_t *ret_last)
{
        CLEANUP(texts_done) Texts texts = { .n = 0 };
        int64_t last = 0;
        *ret = NULL;
        /* The number is read first: a text that is written in between is read again after it. */
        int r = office_text_last(store, &last);
        if (r == 0 && last > 0)
                r = office_text_each(store, add_text, &texts);
        if (r != 0)
                return r;
        if (texts.n > 0)
                r = config_overlay(base, texts.items, texts.n, on_fault, userdata, ret);
        else
                *ret = config_ref(base);
        if (r == 0 && ret_last)
                *ret_last = last;
        return r;
}
