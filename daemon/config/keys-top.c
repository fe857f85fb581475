/* The keys outside of sections: the store, the zone, the language and the kinds of events. */

#include "config/config.h"
#include "config/forms.h"
#include "config/keys.h"

#define DEFAULT_KINDS                                                                                             \
        "(\n"                                                                                                     \
        "        { name = \"session\"; color = \"royalblue\";\n"                                                  \
        "          title = { ru = \"Сессии\"; en = \"Sessions\"; };\n"                                      \
        "          one = { ru = \"Сессия\"; en = \"Session\"; };\n"                                         \
        "          about = { ru = \"о сессиях\"; en = \"about sessions\"; };\n"                           \
        "          remind = [ \"-P7D@10:00\", \"-P1D@18:00\" ]; },\n"                                             \
        "        { name = \"exhibition\"; color = \"darkorange\";\n"                                              \
        "          title = { ru = \"Выставки\"; en = \"Exhibitions\"; };\n"                               \
        "          one = { ru = \"Выставка\"; en = \"Exhibition\"; };\n"                                  \
        "          about = { ru = \"о выставках\"; en = \"about exhibitions\"; };\n"                    \
        "          remind = [ \"-P14D@10:00\", \"-P1D@18:00\" ]; },\n"                                            \
        "        { name = \"site-visit\"; color = \"seagreen\";\n"                                                \
        "          title = { ru = \"Посещения площадок\"; en = \"Site visits\"; };\n"            \
        "          one = { ru = \"Посещение площадки\"; en = \"Site visit\"; };\n"               \
        "          about = { ru = \"о посещениях площадок\"; en = \"about site visits\"; };\n" \
        "          remind = [ \"-P3D@10:00\", \"-P1D@18:00\" ]; },\n"                                             \
        "        { name = \"meeting\"; color = \"mediumpurple\";\n"                                               \
        "          title = { ru = \"Встречи\"; en = \"Meetings\"; };\n"                                    \
        "          one = { ru = \"Встреча\"; en = \"Meeting\"; };\n"                                       \
        "          about = { ru = \"о встречах\"; en = \"about meetings\"; };\n"                         \
        "          remind = [ \"-P1D@18:00\", \"-PT2H\" ]; }\n"                                                   \
        ")"

#define FIELD(field) .offset = offsetof(Config, field)
#define KIND(field)  .offset = offsetof(ConfigKind, field)

static const Key top_keys[] = {
        {
                        .path = "store",
                        .type = KEY_STRING,
                        FIELD(store),
                        .fallback = "\"sqlite:/var/lib/convened/convened.db\"",
                        .check = form_store,
                        .allowed = "sqlite: and the absolute path of a file, or postgresql:// and the rest of a URI of libpq without a password",
                        .at_start = true,
                        .help = "Where the events, the contacts and the ledger of the mails are kept.",
        },
        {
                        .path = "time_zone",
                        .type = KEY_ZONE,
                        FIELD(time_zone_name),
                        .companion = offsetof(Config, time_zone),
                        .fallback = "\"Europe/Moscow\"",
                        .allowed = "a time zone of this system like Europe/Moscow",
                        .help = "The zone of dates and of times that name none, and of the agendas' days and hours for contacts whose card has no TZ, whose mails have the times of each event in its own zone only; when it changes, those events move with the daemon's next start or reload.",
        },
        {
                        .path = "language",
                        .type = KEY_STRING,
                        FIELD(language),
                        .fallback = "\"ru\"",
                        .check = form_language,
                        .allowed = "one of" FORM_LANGUAGES,
                        .help = "The language of feeds, and of mails to contacts whose card has no LANG.",
        },
        {
                        .path = "kinds",
                        .type = KEY_KINDS,
                        FIELD(kinds),
                        .companion = offsetof(Config, n_kinds),
                        .fallback = DEFAULT_KINDS,
                        .help = "The kinds of events; the list that is given replaces this one as a whole.",
        },
};

const KeySection config_section_top = { "", NULL, top_keys, sizeof(top_keys) / sizeof(top_keys[0]) };

static const Key kind_keys[] = {
        {
                        .path = "kinds[].name",
                        .type = KEY_STRING,
                        KIND(name),
                        .required = true,
                        .check = form_kind_name,
                        .allowed = "a word of a-z, 0-9 and hyphens that is not all, calendar, event, private, mail, subscribe, sites, month, health, metrics or robots",
                        .help = "What CATEGORIES calls the kind; its feed is /NAME.ics.",
        },
        {
                        .path = "kinds[].title",
                        .type = KEY_TEXT,
                        KIND(title),
                        .help = "What people call its events together.",
        },
        {
                        .path = "kinds[].one",
                        .type = KEY_TEXT,
                        KIND(one),
                        .help = "What people call one of its events; without it, the title.",
        },
        {
                        .path = "kinds[].about",
                        .type = KEY_TEXT,
                        KIND(about),
                        .help = "What mail is about, in words that follow 'reminders': about sessions.",
        },
        {
                        .path = "kinds[].color",
                        .type = KEY_STRING,
                        KIND(color),
                        .check = form_color,
                        .allowed = "a colour's name in CSS3 like royalblue",
                        .help = "The colour of its events in calendars that show one.",
        },
        {
                        .path = "kinds[].remind",
                        .type = KEY_LEADS,
                        KIND(remind),
                        .companion = offsetof(ConfigKind, n_remind),
                        .allowed = "a lead like -P7D, -PT2H or -P1D@18:00",
                        .help = "How long before an event its reminders go out; -P1D@18:00 is the day before at 18:00.",
        },
};

const KeySection config_section_kind = { "kinds[]", NULL, kind_keys,
        sizeof(kind_keys) / sizeof(kind_keys[0]) };
