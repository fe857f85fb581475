#include "web/feed-file-name.h"

#include "base/utf8.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { TITLE_MAX = 120 }; /* octets: file systems allow 255, and some programs add to the name */

static const char *extension(const FeedFile *file)
{
        return file->is_json ? "json" : "ics";
}

void feed_file_name(const FeedFile *file, char *ret, size_t size)
{
        const char *name = file->scope == FEED_PRIVATE ? "private"
                           : file->scope == FEED_ALL   ? "all"
                                                       : file->target;
        snprintf(ret, size, "%.64s.%s", name, extension(file));
        for (char *c = ret; *c; c++)
                if (!isalnum((unsigned char)*c) && !strchr("._-@", *c))
                        *c = '_';
}

static const char *title_of(const FeedFile *file, const Config *config)
{
        const ConfigKind *kind = file->scope == FEED_KIND ? config_kind(config, file->target) : NULL;
        if (file->title)
                return file->title;
        if (kind)
                return config_text(&kind->title, config->language);
        if (file->scope == FEED_CALENDAR)
                return file->target;
        return config_text(&config->feed.title, config->language);
}

void feed_file_title(const FeedFile *file, const Config *config, Buffer *out)
{
        const char *title = title_of(file, config);
        size_t len = utf8_cut(title, strlen(title), TITLE_MAX), start = out->len;
        for (size_t i = 0; i < len; i++) {
                bool is_refused = (unsigned char)title[i] < ' ' || strchr("\"*/:<>?\\|\x7f", title[i]);
                bool is_hidden = title[i] == '.' && out->len == start;
                buffer_putc(out, is_refused || is_hidden ? '_' : title[i]);
        }
        buffer_trim(out, start, " .");
        if (out->len > start)
                buffer_printf(out, ".%s", extension(file));
}
