#include "web/style.h"

#include "base/buffer.h"
#include "base/hash.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>

enum { STYLE_BYTES = 256 * 1024, STYLE_HASH_DIGITS = 12 };

struct Style {
        _Atomic int refs;
        char path[sizeof(STYLE_PREFIX) + STYLE_HASH_DIGITS + sizeof(".css")];
        HttpEntity *entity;
};

/* Embeds style.css. The Makefile has the dependency. */
__asm__(".pushsection .rodata\n"
        "web_style_begin: .incbin \"daemon/web/style.css\"\n"
        "web_style_end: .byte 0\n"
        ".popsection\n");
extern const char web_style_begin[] __attribute__((visibility("hidden")));
extern const char web_style_end[] __attribute__((visibility("hidden")));

/*
 * Writes the style sheet. The configuration's reader has already checked the colours and the names of
 * kinds.
 */
static void write_style(Buffer *out, const Config *config)
{
        buffer_append(out, web_style_begin, (size_t)(web_style_end - web_style_begin));
        for (size_t i = 0; i < config->n_kinds; i++)
                if (config->kinds[i].color)
                        buffer_printf(out, ".kind-%s{--kind:%s}\n", config->kinds[i].name,
                                        config->kinds[i].color);
}

static int make_entity(Style *style, const Buffer *css, unsigned codings)
{
        HttpEntityOptions options = {
                .content_type = "text/css; charset=utf-8",
                .bytes = css->data,
                .len = css->len,
                .codings = codings,
                .cache_control = "public, max-age=31536000, immutable",
        };
        return http_entity_new(&options, &style->entity);
}

static int name_style(Style *style, const Buffer *css)
{
        char hex[HASH_HEX_SIZE];
        Hash *hash = hash_new();
        if (!hash)
                return -ENOMEM;
        hash_update(hash, css->data, css->len);
        hash_finish(hash, hex);
        hash_free(hash);
        snprintf(style->path, sizeof(style->path), STYLE_PREFIX "%.*s.css", STYLE_HASH_DIGITS, hex);
        return 0;
}

int style_new(const Config *config, Style **ret)
{
        *ret = NULL;
        CLEANUP(style_unrefp) Style *style = calloc(1, sizeof(*style));
        CLEANUP(buffer_done) Buffer css = BUFFER_INIT(STYLE_BYTES);
        if (!style)
                return -ENOMEM;
        style->refs = 1;
        write_style(&css, config);
        int r = buffer_error(&css);
        if (r == 0)
                r = name_style(style, &css);
        if (r == 0)
                r = make_entity(style, &css, config->http.compress);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(style);
        return 0;
}

Style *style_ref(Style *style)
{
        atomic_fetch_add_explicit(&style->refs, 1, memory_order_relaxed);
        return style;
}

Style *style_unref(Style *style)
{
        if (!style || atomic_fetch_sub_explicit(&style->refs, 1, memory_order_acq_rel) > 1)
                return NULL;
        http_entity_unref(style->entity);
        free(style);
        return NULL;
}

const char *style_path(const Style *style)
{
        return style->path;
}

HttpEntity *style_entity(const Style *style)
{
        return style->entity;
}
