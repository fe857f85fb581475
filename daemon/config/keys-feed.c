/* The keys of feeds, of pages and of the journal. */

#include "config/config.h"
#include "config/forms.h"
#include "config/keys.h"

#define FIELD(field) .offset = offsetof(Config, field)

static const Key feed_keys[] = {
        {
                        .path = "feed.past",
                        .type = KEY_WINDOW,
                        FIELD(feed.past),
                        .fallback = "\"P20Y\"",
                        .min = "P0D",
                        .max = "P100Y",
                        .help = "How far back feeds reach.",
        },
        {
                        .path = "feed.future",
                        .type = KEY_WINDOW,
                        FIELD(feed.future),
                        .fallback = "\"P5Y\"",
                        .min = "P1D",
                        .max = "P100Y",
                        .help = "How far ahead feeds reach.",
        },
        {
                        .path = "feed.refresh",
                        .type = KEY_SPAN_TEXT,
                        FIELD(feed.refresh),
                        .fallback = "\"PT1H\"",
                        .min = "PT1M",
                        .max = "P30D",
                        .help = "How often calendar clients are asked to look for changes.",
        },
        {
                        .path = "feed.max_age",
                        .type = KEY_SPAN,
                        FIELD(feed.max_age),
                        .fallback = "\"PT15M\"",
                        .min = "PT0S",
                        .max = "P30D",
                        .help = "How long caches may hand out a feed without asking.",
        },
        {
                        .path = "feed.title",
                        .type = KEY_TEXT,
                        FIELD(feed.title),
                        .fallback = "{ ru = \"Календарь событий\"; en = \"Calendar of events\"; }",
                        .help = "The name of the calendar of all events, /all.ics.",
        },
        {
                        .path = "feed.description",
                        .type = KEY_TEXT,
                        FIELD(feed.description),
                        .fallback = "{ ru = \"Сессии, выставки, посещения площадок и встречи\";\n"
                                    "                        en = \"Sessions, exhibitions, site visits and meetings\"; }",
                        .help = "What that calendar says of itself.",
        },
};

const KeySection config_section_feed = { "feed", "The feeds.", feed_keys,
        sizeof(feed_keys) / sizeof(feed_keys[0]) };

static const Key site_keys[] = {
        {
                        .path = "site.drafts",
                        .type = KEY_BOOLEAN,
                        FIELD(site.drafts),
                        .fallback = "true",
                        .help = "Whether pages and /events.atom show drafts, as events whose date is not known yet; calendars never hold one.",
        },
        {
                        .path = "site.publisher",
                        .type = KEY_TEXT,
                        FIELD(site.publisher),
                        .fallback = "{ }",
                        .help = "The name of the office that publishes the calendar, at the foot of each page.",
        },
        {
                        .path = "site.address",
                        .type = KEY_TEXT,
                        FIELD(site.address),
                        .fallback = "{ }",
                        .help = "Where that office is.",
        },
        {
                        .path = "site.mail",
                        .type = KEY_STRING,
                        FIELD(site.mail),
                        .fallback = "\"\"",
                        .check = form_address_or_none,
                        .allowed = "an address in ASCII like name@example.org, or nothing",
                        .help = "The mail address of that office.",
        },
        {
                        .path = "site.privacy",
                        .type = KEY_STRING,
                        FIELD(site.privacy),
                        .fallback = "\"\"",
                        .check = form_web_url_or_none,
                        .allowed = "http:// or https://, a host and perhaps a path, or nothing",
                        .help = "The page that says what that office does with personal data.",
        },
        {
                        .path = "site.embed_from",
                        .type = KEY_STRINGS,
                        FIELD(site.embed_from),
                        .companion = offsetof(Config, site.n_embed_from),
                        .fallback = "[ \"*\" ]",
                        .may_be_empty = true,
                        .check = form_origin,
                        .allowed = "* for all, or http:// or https:// and a host, perhaps with a port",
                        .help = "The web sites whose pages may show the agenda at /embed in a frame.",
        },
        {
                        .path = "site.images",
                        .type = KEY_FILE,
                        FIELD(site.images),
                        .fallback = "\"\"",
                        .check = form_file,
                        .allowed = "the absolute path of a directory, or nothing",
                        .help = "A directory with pictures, PNG, JPEG, GIF or WebP of at most 2 MiB, which are served at /images/; see PICTURES.",
        },
};

const KeySection config_section_site = { "site", "The pages.", site_keys,
        sizeof(site_keys) / sizeof(site_keys[0]) };

static const Key log_keys[] = {
        {
                        .path = "log.addresses",
                        .type = KEY_BOOLEAN,
                        FIELD(log.addresses),
                        .fallback = "false",
                        .help = "Whether the journal names contacts by their addresses, too, and not only by their cards' UIDs.",
        },
};

const KeySection config_section_log = { "log", "The journal.", log_keys,
        sizeof(log_keys) / sizeof(log_keys[0]) };
